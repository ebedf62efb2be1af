"""Values of usage: what calls of models cost, the budgets that bound them, and errors."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId

MAX_AMOUNT = 10**15
"""Of micros and of tokens in a limit: a billion USD."""


class Purpose(StrEnum):
    """What a model was asked for."""

    ANSWER = "answer"
    TITLE = "title"
    SUMMARY = "summary"
    SEARCH_QUESTION = "search_question"
    REPLAY = "replay"
    EMBED_QUESTIONS = "embed_questions"
    EMBED_DOCUMENTS = "embed_documents"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of calls; `cached` are those of `input` that the provider had read before."""

    input: int = 0
    output: int = 0
    cached: int = 0

    @property
    def total(self) -> int:
        return self.input + self.output


@dataclass(frozen=True, slots=True)
class Use:
    """What one call of one model took."""

    model: str
    """`provider:model`."""
    purpose: Purpose
    tokens: Tokens
    cost_micros: int | None
    """None: the model's price is not known."""
    estimated: bool
    """The provider did not count."""
    settled: bool = False
    """The spending that budgets look at holds it already."""


@dataclass(frozen=True, slots=True)
class Payer:
    """On whose behalf a model is asked."""

    workspace_id: WorkspaceId
    user_id: UserId
    bot_id: UUID | None = None
    turn_id: UUID | None = None
    epoch: int = 0
    """Of the turn: what a dead runner has reserved is free again once another has taken the turn."""


class Period(StrEnum):
    """Calendar days and months, in UTC."""

    DAY = "day"
    MONTH = "month"

    def start(self, at: datetime) -> date:
        day = at.astimezone(UTC).date()
        return day if self is Period.DAY else day.replace(day=1)

    def end(self, at: datetime) -> datetime:
        """When the period that holds `at` is over."""
        longest = timedelta(days=1 if self is Period.DAY else 31)
        following = self.start(self.start_time(at) + longest)
        return datetime.combine(following, time(), UTC)

    def start_time(self, at: datetime) -> datetime:
        return datetime.combine(self.start(at), time(), UTC)


class Holder(StrEnum):
    """Whose spending a limit bounds."""

    WORKSPACE = "workspace"
    """All of it together."""
    USER = "user"
    """Each user's of it, alone."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money and tokens together."""

    micros: int
    tokens: int

    def within(self, most: int) -> bool:
        return self.micros <= most and self.tokens <= most


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a holder may spend in a period; None: as much as it likes."""

    holder: Holder
    period: Period
    cost_micros: int | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of a workspace, at most one for each holder and period."""

    limits: tuple[Limit, ...] = ()

    @property
    def bounds_cost(self) -> bool:
        return any(limit.cost_micros is not None for limit in self.limits)


@dataclass(frozen=True, slots=True)
class Reservation:
    """A part of the budget that one call holds until it is settled."""

    id: UUID
    payer: Payer
    at: datetime
    """Its day and month are those that pay."""
    amount: Amount


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a limit is used up."""

    limit: Limit
    spent: Amount
    held: Amount
    """Reserved by calls that run now."""

    @property
    def used(self) -> float:
        """0 to 1 and beyond, of the amount that is nearest to its limit."""
        shares = [0.0]
        if self.limit.cost_micros is not None:
            shares.append((self.spent.micros + self.held.micros) / max(self.limit.cost_micros, 1))
        if self.limit.tokens is not None:
            shares.append((self.spent.tokens + self.held.tokens) / max(self.limit.tokens, 1))
        return max(shares)

    def lacks(self, wanted: Amount) -> str:
        """In words what `wanted` would pass; empty when there is room for it."""
        cost, tokens = self.limit.cost_micros, self.limit.tokens
        if cost is not None and self.spent.micros + self.held.micros + wanted.micros > cost:
            return f"{usd(cost)}; {usd(self.spent.micros)} are spent, {usd(self.held.micros)} reserved"
        if tokens is not None and self.spent.tokens + self.held.tokens + wanted.tokens > tokens:
            return f"{tokens:,} tokens; {self.spent.tokens:,} are used, {self.held.tokens:,} reserved"
        return ""


class Grouping(StrEnum):
    """What a report of use has a row for."""

    DAY = "day"
    BOT = "bot"
    MODEL = "model"
    USER = "user"
    PURPOSE = "purpose"


@dataclass(frozen=True, slots=True)
class UsedBy:
    """A row of a report of use."""

    key: str
    """A date, a model's name, a purpose, or the id of a bot or user; empty where a bot is not known."""
    calls: int
    tokens: Tokens
    cost_micros: int
    """Of the calls whose price is known."""
    unpriced_calls: int
    """Their cost is in no sum."""


class BudgetReached(ParleyError):
    """A call would pass a limit."""

    code = "budget_reached"
    kind = ErrorKind.LIMITED

    def __init__(self, limit: Limit, why: str, resets_at: datetime) -> None:
        whose = "This workspace's budget" if limit.holder is Holder.WORKSPACE else "Your own budget here"
        super().__init__(
            f"{whose} for the {limit.period} is {why}; another answer could pass it.",
            hint=f"It begins anew on {resets_at:%d %B %Y at %H:%M} UTC; an admin can raise it.",
        )
        self.resets_at = resets_at


class PriceUnknown(ParleyError):
    """A budget in money cannot hold a model whose price nobody knows."""

    code = "price_unknown"
    kind = ErrorKind.INVALID

    def __init__(self, model: str) -> None:
        super().__init__(
            f"The price of the model {model} is not known: a budget in money cannot bound it.",
            hint="Have the administrator set it in the file of PARLEY_PRICES, or budget tokens instead.",
        )


def usd(micros: int) -> str:
    """`$0.25`; with as many decimals as a small amount needs."""
    dollars = f"{micros / 1_000_000:.6f}".rstrip("0")
    whole, _, decimals = dollars.partition(".")
    return f"${int(whole):,}.{decimals:0<2}"
