"""Routes of use and budgets: what models took, and how much they may."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from parley.core.kernel.errors import InvalidInput
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.usage.model import MAX_AMOUNT, Budget, Grouping, Holder, Limit, Period, Standing, UsedBy
from parley.core.workspaces.model import Action, WorkspaceScope
from parley.web.api.fields import Body
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, Services, ServicesDep

router = APIRouter(tags=["usage"])

LONGEST_REPORT_DAYS = 366

Amount = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]


class LimitBody(Body):
    """Null, or left out: no such limit."""

    cost_micros: Amount | None = Field(None, description="Micros of USD.")
    tokens: Amount | None = None


class LimitsBody(Body):
    day: LimitBody = LimitBody()
    month: LimitBody = LimitBody()

    def limits(self, holder: Holder) -> list[Limit]:
        given = {Period.DAY: self.day, Period.MONTH: self.month}
        return [
            Limit(holder, period, limit.cost_micros, limit.tokens)
            for period, limit in given.items()
            if limit.cost_micros is not None or limit.tokens is not None
        ]


class BudgetBody(Body):
    """A budget as a whole: what is left out is not limited."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "workspace": {"month": {"cost_micros": 50_000_000}},
                "each_user": {"day": {"tokens": 200_000}},
            }
        }
    )

    workspace: LimitsBody = Field(LimitsBody(), description="For all of the workspace together.")
    each_user: LimitsBody = Field(LimitsBody(), description="For each user alone.")


class StandingReply(BaseModel):
    """How far a limit is used up."""

    holder: Holder = Field(description="`user`: a limit of each user; the amounts are your own.")
    period: Period
    cost_micros: int | None = Field(description="The limit, in micros of USD.")
    tokens: int | None = Field(description="The limit, in tokens.")
    spent_micros: int
    spent_tokens: int
    reserved_micros: int = Field(description="By answers that are being written now.")
    reserved_tokens: int
    resets_at: datetime

    @classmethod
    def of(cls, standing: Standing, now: datetime) -> "StandingReply":
        limit = standing.limit
        return cls(
            holder=limit.holder,
            period=limit.period,
            cost_micros=limit.cost_micros,
            tokens=limit.tokens,
            spent_micros=standing.spent.micros,
            spent_tokens=standing.spent.tokens,
            reserved_micros=standing.held.micros,
            reserved_tokens=standing.held.tokens,
            resets_at=limit.period.end(now),
        )


class BudgetReply(BaseModel):
    limits: list[StandingReply] = Field(description="None where nothing is limited.")


class UsedByReply(BaseModel):
    key: str = Field(
        description="The day, model, purpose, or id of the bot or user; empty for calls of no bot.",
        examples=["openai:gpt-5-mini"],
    )
    calls: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int = Field(description="Of the input: what the provider had read before.")
    cost_micros: int = Field(description="Micros of USD, of the calls whose price is known.")
    unpriced_calls: int = Field(description="Calls of models whose price is not known.")

    @classmethod
    def of(cls, used: UsedBy) -> "UsedByReply":
        return cls(
            key=used.key,
            calls=used.calls,
            input_tokens=used.tokens.input,
            output_tokens=used.tokens.output,
            cached_tokens=used.tokens.cached,
            cost_micros=used.cost_micros,
            unpriced_calls=used.unpriced_calls,
        )


class UsageReply(BaseModel):
    """Days in order, everything else dearest first; at most 1,000 rows."""

    items: list[UsedByReply]


FromQuery = Annotated[date | None, Query(alias="from", description="First day, in UTC; 30 days ago.")]
ToQuery = Annotated[date | None, Query(alias="to", description="Last day, in UTC; today.")]
ByQuery = Annotated[Grouping, Query(description="What each row is of.")]


@router.get("/workspaces/{workspace_id}/budget", response_model=BudgetReply, summary="Read the budget")
async def get_budget(workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep) -> BudgetReply:
    scope = await app.authorizer.in_workspace(caller, Action.READ_USAGE, WorkspaceId(workspace_id))
    now = app.clock.now()
    async with app.transactions.begin(scope) as tx:
        found = await app.read.budgets.standing(tx, scope.user_id, now)
    return BudgetReply(limits=[StandingReply.of(standing, now) for standing in found])


@router.put("/workspaces/{workspace_id}/budget", response_model=BudgetReply, summary="Set the budget")
async def set_budget(
    workspace_id: WorkspacePath, body: BudgetBody, app: ServicesDep, caller: CallerDep
) -> BudgetReply:
    """Limits for calendar days and months, in UTC. What was used before counts. An empty budget lifts
    every limit."""
    limits = (*body.workspace.limits(Holder.WORKSPACE), *body.each_user.limits(Holder.USER))
    await app.use.set_budget.run(caller, WorkspaceId(workspace_id), Budget(limits))
    return await get_budget(workspace_id, app, caller)


@router.get("/workspaces/{workspace_id}/usage", response_model=UsageReply, summary="Read what was used")
async def get_usage(
    workspace_id: WorkspacePath,
    app: ServicesDep,
    caller: CallerDep,
    by: ByQuery = Grouping.DAY,
    since: FromQuery = None,
    until: ToQuery = None,
) -> UsageReply:
    scope = await app.authorizer.in_workspace(caller, Action.READ_USAGE, WorkspaceId(workspace_id))
    return await _report(app, scope, by, (since, until))


@router.get("/workspaces/{workspace_id}/usage/mine", response_model=UsageReply, summary="Read what you used")
async def get_own_usage(
    workspace_id: WorkspacePath,
    app: ServicesDep,
    caller: CallerDep,
    by: ByQuery = Grouping.DAY,
    since: FromQuery = None,
    until: ToQuery = None,
) -> UsageReply:
    scope = await app.authorizer.in_workspace(caller, Action.CHAT, WorkspaceId(workspace_id))
    return await _report(app, scope, by, (since, until), scope.user_id)


async def _report(
    app: Services,
    scope: WorkspaceScope,
    by: Grouping,
    days: tuple[date | None, date | None],
    user_id: UserId | None = None,
) -> UsageReply:
    until = days[1] or app.clock.now().date()
    if until < date.min + timedelta(days=LONGEST_REPORT_DAYS) or until > date.max - timedelta(days=1):
        raise InvalidInput(f"to is {until}.", hint="Choose a day of this era.")
    since = days[0] or until - timedelta(days=30)
    if not timedelta(0) <= until - since <= timedelta(days=LONGEST_REPORT_DAYS):
        raise InvalidInput(
            f"from {since} to {until} is no span of at most {LONGEST_REPORT_DAYS} days.",
            hint="Choose a first day before the last, and ask for each year alone.",
        )
    async with app.transactions.begin(scope) as tx:
        found = await app.read.usage.report(tx, by, since, until, user_id)
    return UsageReply(items=[UsedByReply.of(used) for used in found])
