"""What a user says to the calls of tools that a turn waits with."""

from parley.core.chat.model import Turn, TurnState
from parley.core.chat.ports import Decisions, Turns
from parley.core.chat.runner import TurnRunner
from parley.core.conversations.model import TurnId
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, NotFound
from parley.core.kernel.transactions import Transactions
from parley.core.workspaces.model import WorkspaceScope


class Approvals:
    def __init__(
        self,
        transactions: Transactions,
        turns: Turns,
        decisions: Decisions,
        runner: TurnRunner,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._turns = turns
        self._decisions = decisions
        self._runner = runner
        self._clock = clock

    async def decide(self, scope: WorkspaceScope, turn_id: TurnId, call_id: str, *, approved: bool) -> Turn:
        """Keeps the decision; after the last one the turn goes on, wherever there is room for it.

        The same decision again changes nothing. Raises NotFound, also for another user's turn, and Conflict
        for the opposite one and for a turn that no longer waits.
        """
        async with self._transactions.begin(scope) as tx:
            state = await self._decisions.lock(tx, turn_id)
            if state is None:
                raise NotFound("turn", turn_id)
            step = await self._decisions.find(tx, turn_id, call_id)
            if step is None or not (step.undecided or step.approved is not None):
                raise NotFound("call to decide about", call_id)
            if step.approved not in {None, approved}:
                said = "allowed" if step.approved else "denied"
                raise Conflict(f"The call {call_id} was {said} before.", hint="What was decided stays.")
            if step.approved is None:
                if state is not TurnState.WAITING:
                    raise Conflict("The turn no longer waits for this decision.", hint="Ask again.")
                at = self._clock.now()
                await self._decisions.decide(tx, turn_id, call_id, approved=approved, at=at)
            turn = await self._turns.get(tx, turn_id)
        if turn is None:
            raise NotFound("turn", turn_id)
        if turn.state is TurnState.QUEUED:
            self._runner.notify()
        return turn
