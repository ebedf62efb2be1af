"""What chat needs stored. Leases and the log belong to the runner; the rest to requests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from parley.core.chat.events import TurnEvent
from parley.core.chat.model import Lease, Receipt, Turn, TurnState
from parley.core.conversations.model import ConversationId, TurnId
from parley.core.kernel.transactions import Transaction


class Turns(Protocol):
    async def add(self, tx: Transaction, turn: Turn, owner: UUID | None, lease_s: float) -> bool:
        """Stores it, leased to `owner` unless None. False when its idempotency key is taken."""
        ...

    async def get(self, tx: Transaction, turn_id: TurnId) -> Turn | None: ...

    async def by_key(self, tx: Transaction, idempotency_key: str) -> Turn | None: ...

    async def running_in(
        self, tx: Transaction, conversations: Sequence[ConversationId]
    ) -> dict[ConversationId, TurnId]:
        """The unfinished turn of each conversation that has one."""
        ...

    async def request_cancel(self, tx: Transaction, turn_id: TurnId, at: datetime) -> None:
        """The owner of the lease sees it at its next heartbeat."""
        ...

    async def events_after(
        self, tx: Transaction, turn_id: TurnId, seq: int, limit: int
    ) -> tuple[TurnEvent, ...]:
        """From the log, in order."""
        ...

    async def last_restart(self, tx: Transaction, turn_id: TurnId) -> tuple[int, int] | None:
        """Seq and epoch of the first `turn.restarted` of the latest epoch that has one."""
        ...


class Leases(Protocol):
    async def claim(
        self, tx: Transaction, owner: UUID, held: Sequence[TurnId], lease_s: float, limit: int
    ) -> tuple[Lease, ...]:
        """Takes turns that are queued or whose lease ran out, oldest first; each gets its next epoch.

        None of `held`, which `owner` is running: their leases it renews.
        """
        ...

    async def renew(
        self, tx: Transaction, owner: UUID, held: Sequence[tuple[TurnId, int]], lease_s: float
    ) -> dict[TurnId, bool]:
        """Extends the leases still held at that epoch; for each, whether a cancel was requested."""
        ...

    async def append(self, tx: Transaction, events: Sequence[TurnEvent]) -> frozenset[tuple[TurnId, int]]:
        """Appends events of many turns in one statement, save those of turns that have moved to
        another epoch: the result names them, each with the epoch that has passed."""
        ...

    async def end(
        self, tx: Transaction, turn: Turn, state: TurnState, receipt: Receipt | None, at: datetime
    ) -> bool:
        """Marks the turn ended; False (and nothing written) when its epoch has moved on."""
        ...

    async def release(self, tx: Transaction, owner: UUID) -> None:
        """Puts every turn that `owner` holds back in the queue, for another runner to take at once."""
        ...

    async def release_all(self, tx: Transaction) -> None:
        """The same for every runner's turns: for when none of them can be alive any more."""
        ...
