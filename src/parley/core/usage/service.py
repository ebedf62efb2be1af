"""Use cases of usage: set a workspace's budget."""

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.transactions import Transactions
from parley.core.usage.guard import BudgetGuard
from parley.core.usage.model import Budget, Holder, Limit
from parley.core.usage.ports import Budgets
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action


class SetBudget:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        budgets: Budgets,
        guard: BudgetGuard,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._budgets = budgets
        self._guard = guard
        self._audit = audit
        self._clock = clock

    async def run(self, caller: Caller, workspace_id: WorkspaceId, budget: Budget) -> None:
        """In place of the one before; it holds for the next call of a model, here at once and on other
        replicas within seconds."""
        scope = await self._authorizer.in_workspace(caller, Action.EDIT_BUDGET, workspace_id)
        async with self._transactions.begin(scope) as tx:
            await self._budgets.put(tx, budget)
            await self._audit.append(
                tx,
                AuditEntry(
                    id=uuid7(),
                    at=self._clock.now(),
                    workspace_id=workspace_id,
                    actor_id=scope.user_id,
                    action="budget.changed",
                    subject_id=workspace_id,
                    detail={_name(limit): _amounts(limit) for limit in budget.limits},
                ),
            )
        self._guard.forget(workspace_id)


def _name(limit: Limit) -> str:
    return f"{'each user' if limit.holder is Holder.USER else 'workspace'}, {limit.period}"


def _amounts(limit: Limit) -> str:
    cost = None if limit.cost_micros is None else f"{limit.cost_micros} micros of USD"
    tokens = None if limit.tokens is None else f"{limit.tokens} tokens"
    return ", ".join(each for each in (cost, tokens) if each is not None)
