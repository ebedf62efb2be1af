"""Asks the budget before each call of a model and settles it after; free where a workspace has none."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.telemetry import Log, Metrics
from parley.core.kernel.transactions import Transactions
from parley.core.usage.model import Amount, Budget, BudgetReached, Payer, Reservation, Standing
from parley.core.usage.ports import Budgets

_TRUSTED_S = 5.0
"""How long a budget that another replica has changed may go unnoticed here, where there was none."""
_MOST_KNOWN = 10_000
_WARN_AT = 0.8


@dataclass(frozen=True, slots=True)
class _Known:
    budget: Budget
    until: float


class BudgetGuard:
    """One for each process."""

    def __init__(
        self, transactions: Transactions, budgets: Budgets, clock: Clock, log: Log, metrics: Metrics
    ) -> None:
        self._transactions = transactions
        self._budgets = budgets
        self._clock = clock
        self._log = log
        self._metrics = metrics
        self._known: OrderedDict[WorkspaceId, _Known] = OrderedDict()

    async def budget(self, workspace_id: WorkspaceId) -> Budget:
        """As it was within the last seconds: most workspaces have none, and none asks for every call."""
        now = self._clock.now().timestamp()
        known = self._known.get(workspace_id)
        if known is not None and now < known.until:
            return known.budget
        async with self._transactions.begin_platform(workspace_id) as tx:
            budget = await self._budgets.get(tx)
        self._known[workspace_id] = _Known(budget, now + _TRUSTED_S)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return budget

    def forget(self, workspace_id: WorkspaceId) -> None:
        """Its budget has changed."""
        self._known.pop(workspace_id, None)

    async def reserve(self, payer: Payer, amount: Amount) -> Reservation:
        """Holds `amount` until it is settled. Raises BudgetReached, having held nothing."""
        reservation = Reservation(uuid7(), payer, self._clock.now(), amount)
        await self._hold(reservation)
        return reservation

    async def extend(self, reservation: Reservation, by: Amount) -> Reservation:
        """The same with more; `reservation` itself stays when it raises BudgetReached."""
        await self._hold(replace(reservation, amount=by))
        held = reservation.amount
        return replace(reservation, amount=Amount(held.micros + by.micros, held.tokens + by.tokens))

    async def settle(self, reservation: Reservation, spent: Amount) -> bool:
        """Books what was really spent in place of what was held. False, and logged, when the database
        does not answer: what is held is then freed as a dead runner's is."""
        payer = reservation.payer
        try:
            async with self._transactions.begin_platform(payer.workspace_id) as tx:
                await self._budgets.settle(tx, reservation, spent)
                standing = await self._budgets.standing(tx, payer.user_id, reservation.at)
        except ParleyError as error:
            self._log.error("budget.not_settled", code=error.code, detail=error.detail)
            return False
        self._warn(payer, standing, spent)
        return True

    async def _hold(self, reservation: Reservation) -> None:
        payer, at = reservation.payer, reservation.at
        async with self._transactions.begin_platform(payer.workspace_id) as tx:
            if await self._budgets.reserve(tx, reservation):
                return
        # A day or month that nobody has counted yet has no room either, and the dead hold some.
        async with self._transactions.begin_platform(payer.workspace_id) as tx:
            await self._budgets.open_counters(tx, payer, at)
            await self._budgets.free_abandoned(tx)
            if await self._budgets.reserve(tx, reservation):
                return
            standing = await self._budgets.standing(tx, payer.user_id, at)
        refused = [each for each in standing if each.lacks(reservation.amount)]
        fullest = max(refused or standing, key=lambda each: each.used)
        limit = fullest.limit
        self._metrics.count("parley_budget_refusals", holder=limit.holder)
        self._log.warning(
            "budget.reached",
            workspace_id=str(payer.workspace_id),
            holder=limit.holder,
            period=limit.period,
        )
        raise BudgetReached(limit, fullest.lacks(reservation.amount), limit.period.end(at))

    def _warn(self, payer: Payer, standing: Sequence[Standing], spent: Amount) -> None:
        """Once for each limit, by the call that brings it past the mark."""
        for each in standing:
            before = replace(
                each, spent=Amount(each.spent.micros - spent.micros, each.spent.tokens - spent.tokens)
            )
            if before.used < _WARN_AT <= each.used:
                self._metrics.count("parley_budget_warnings", holder=each.limit.holder)
                self._log.warning(
                    "budget.nearly_reached",
                    workspace_id=str(payer.workspace_id),
                    holder=each.limit.holder,
                    period=each.limit.period,
                    used=round(each.used, 3),
                )
