"""The group commit: events of all running turns go to the log together, a few times a second."""

import asyncio
from collections.abc import Callable

from parley.core.chat.events import TurnEvent
from parley.core.chat.ports import Leases
from parley.core.conversations.model import TurnId
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transactions


class EventLogWriter:
    """Holds events until the next commit. `on_lost` is told of turns whose
    epoch has moved on, and of the one that has passed."""

    def __init__(
        self,
        transactions: Transactions,
        leases: Leases,
        log: Log,
        on_lost: Callable[[TurnId, int], None],
        *,
        interval_s: float = 0.15,
        bound: int = 20_000,
    ) -> None:
        self._transactions = transactions
        self._leases = leases
        self._log = log
        self._on_lost = on_lost
        self._interval_s = interval_s
        self._bound = bound
        self._pending: list[TurnEvent] = []
        self._committing: asyncio.Future[None] | None = None
        self._room = asyncio.Event()
        self._room.set()

    async def run(self) -> None:
        """Commits until cancelled."""
        while True:
            await asyncio.sleep(self._interval_s)
            await self.flush()

    async def add(self, event: TurnEvent) -> None:
        """Waits for room when the database has fallen behind."""
        await self._room.wait()
        self._pending.append(event)
        if len(self._pending) >= self._bound:
            self._room.clear()

    async def flush(self) -> None:
        """Commits what is pending; on failure it stays pending for the next time."""
        await self._until_committed()
        if not self._pending:
            return
        batch, self._pending = self._pending, []
        self._committing = asyncio.get_running_loop().create_future()
        try:
            async with self._transactions.begin_platform() as tx:
                lost = await self._leases.append(tx, batch)
        except ParleyError as error:
            self._log.error("turn_log.commit_failed", code=error.code, events=len(batch))
            self._pending = batch + self._pending
        else:
            for turn_id, epoch in lost:
                self._on_lost(turn_id, epoch)
        finally:
            self._committing.set_result(None)
            self._committing = None
            if len(self._pending) < self._bound:
                self._room.set()

    async def withdraw(self, turn_id: TurnId, epoch: int) -> list[TurnEvent]:
        """Takes out the turn's pending events, once none of them is being committed: its end writes them."""
        await self._until_committed()
        mine: list[TurnEvent] = []
        others: list[TurnEvent] = []
        for event in self._pending:
            (mine if event.turn_id == turn_id and event.epoch == epoch else others).append(event)
        self._pending = others
        return mine

    async def _until_committed(self) -> None:
        while self._committing is not None:
            await asyncio.shield(self._committing)
