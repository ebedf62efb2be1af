"""What chat needs stored. Leases and the log belong to the runner; the rest to requests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from parley.core.chat.events import TurnEvent
from parley.core.chat.model import (
    IndexedMessage,
    IndexHit,
    Lease,
    Pending,
    Progress,
    Retrieved,
    Round,
    ToolStep,
    Turn,
    TurnEnd,
    TurnState,
)
from parley.core.conversations.model import ConversationId, Message, MessageId, TurnId
from parley.core.kernel.ids import UserId
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import FusedChunk, ScoredChunk


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

    async def end(self, tx: Transaction, turn: Turn, end: TurnEnd) -> bool:
        """Writes all of it and that the conversation has changed; False, and nothing written, when the
        turn's epoch has moved on."""
        ...

    async def release(self, tx: Transaction, owner: UUID) -> None:
        """Puts every turn that `owner` holds back in the queue, for another runner to take at once."""
        ...

    async def release_all(self, tx: Transaction) -> None:
        """The same for every runner's turns: for when none of them can be alive any more."""
        ...


class MessageIndex(Protocol):
    """The messages of conversations as search finds them; each user finds only their own."""

    async def pending(self, tx: Transaction, model: str | None) -> Pending:
        """What the user's index lacks; vectors only where a `model` is named."""
        ...

    async def by_terms(self, tx: Transaction, terms: Sequence[str], limit: int) -> tuple[ScoredChunk, ...]:
        """By BM25 among the user's messages, best first; the key is the index's own."""
        ...

    async def by_vector(
        self, tx: Transaction, vector: Sequence[float], model: str, limit: int
    ) -> tuple[ScoredChunk, ...]:
        """By cosine among the user's newest messages embedded with `model`, best first."""
        ...

    async def found(self, tx: Transaction, fused: Sequence[FusedChunk]) -> tuple[IndexHit, ...]:
        """The messages behind the keys, in the order given; those that have gone are left out."""
        ...


class MessageBacklog(Protocol):
    """What the index still lacks of one user's messages. Programs' conversations are left out of it: what
    is in nobody's list is searched by nobody."""

    async def settle(self, tx: Transaction, user_id: UserId, most: int) -> None:
        """Takes the conversations off the backlog whose messages are all in the index, and those beyond
        the newest `most` messages of it; each is back with its next message."""
        ...

    async def missing(self, tx: Transaction, user_id: UserId, limit: int) -> tuple[Message, ...]:
        """Messages with text that are not in the index: of the conversation last written in first, each
        from its newest on."""
        ...

    async def add(self, tx: Transaction, messages: Sequence[IndexedMessage]) -> None:
        """Without vectors. Those that are in the index already, or gone, are left out."""
        ...

    async def unembedded(
        self, tx: Transaction, user_id: UserId, model: str, limit: int
    ) -> tuple[Message, ...]:
        """Messages of the index without a vector of `model`, newest first."""
        ...

    async def embed(self, tx: Transaction, vectors: Mapping[MessageId, Sequence[float]], model: str) -> None:
        """Unit vectors in the space of `model`, in place of those there were."""
        ...


class TurnRounds(Protocol):
    """What turns have done with tools, for their runners."""

    async def read(self, tx: Transaction, turn_id: TurnId) -> Progress:
        """Empty for a turn that has called none."""
        ...

    async def save(self, tx: Transaction, turn: Turn, last: Round, retrieved: Retrieved | None) -> bool:
        """Stores the round as it is now; False (and nothing written) when the turn's epoch has moved on."""
        ...

    async def wait(
        self, tx: Transaction, turn: Turn, last: Round, retrieved: Retrieved | None, wait_s: float
    ) -> bool:
        """The same, and the turn waits for its user's decisions, held by nobody; where its user has asked
        to stop it, it is queued instead."""
        ...

    async def expire(self, tx: Transaction) -> int:
        """Queues the turns that have waited too long, and tells how many."""
        ...


class Decisions(Protocol):
    """What users say to the calls that a turn waits with; each sees their own turns alone."""

    async def lock(self, tx: Transaction, turn_id: TurnId) -> TurnState | None:
        """The turn's state, which nobody else changes until the transaction ends."""
        ...

    async def find(self, tx: Transaction, turn_id: TurnId, call_id: str) -> ToolStep | None: ...

    async def decide(
        self, tx: Transaction, turn_id: TurnId, call_id: str, *, approved: bool, at: datetime
    ) -> None:
        """Keeps the decision; after the last one that was missing, the turn is queued to go on."""
        ...


class PastSteps(Protocol):
    """The tools that answers have called; each user sees those of their own turns alone."""

    async def of(
        self, tx: Transaction, turns: Sequence[TurnId], output_chars: int
    ) -> dict[TurnId, tuple[ToolStep, ...]]:
        """As stored, in order, for the turns that called any; outputs cut to `output_chars`, and without
        the passages that were found."""
        ...
