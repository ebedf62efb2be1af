"""What a vector store beside the database has still to learn: values, and the ports that keep them.

Whoever changes a vector notes it in the same transaction. A mirror that works through the notes, in any
order and however often, ends up like the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import ScoredChunk, StoredVector, VectorQuery


class MirrorState(StrEnum):
    """How much of a workspace its mirror knows."""

    ENTERING = "entering"
    """Nothing yet, or what is there is not to be trusted."""
    BUILDING = "building"
    """Everything is noted and being sent."""
    READY = "ready"
    """All but what is noted: searches ask it."""
    LEAVING = "leaving"
    """The workspace is gone, and the mirror has to forget it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A workspace that this process serves until its lease runs out."""

    workspace_id: WorkspaceId
    state: MirrorState
    failures: int
    """How often in a row its mirror could not be brought further."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of the oldest notes, with what has become of their vectors, by model."""

    seqs: tuple[int, ...] = ()
    changed: Mapping[str, Sequence[StoredVector]] = field(default_factory=dict)
    removed: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unsent:
    """The chunks of which the mirror may say what is no longer so."""

    chunk_keys: frozenset[int]
    nearest: tuple[ScoredChunk, ...]
    """Those of them that the query finds, as `VectorSearch.nearest` promises it."""


@dataclass(frozen=True, slots=True)
class MirrorStatus:
    workspace_id: WorkspaceId
    store: str
    state: MirrorState
    noted: int
    """Changes that the mirror has not learned yet."""
    failure: str
    """What went wrong last, or empty."""


@dataclass(frozen=True, slots=True)
class MirrorSummary:
    """Of all workspaces."""

    mirrored: int
    ready: int
    failing: int
    """Those that could not be brought further when that was last tried."""


class MirrorBacklog(Protocol):
    """What a search must know of a mirror before it asks it."""

    async def unsent(self, tx: Transaction, store: str, query: VectorQuery, most: int) -> Unsent | None:
        """None where `store` does not mirror the workspace wholly, or is more than `most` changes behind."""
        ...


class MirrorBook(Protocol):
    """The notes, for those who bring mirrors up to date; in transactions of the platform."""

    async def enrol(self, tx: Transaction, store: str, most: int) -> int:
        """Has up to `most` workspaces enter that `store` does not mirror; tells how many did."""
        ...

    async def claim(self, tx: Transaction, store: str, most: int, lease_s: float) -> tuple[Claim, ...]:
        """Workspaces with something to do that nobody serves, those that have waited longest first.

        One that enters is among them only once every change of it is noted.
        """
        ...

    async def note_all(self, tx: Transaction) -> None:
        """Notes every vector of the transaction's workspace, which is building from now on."""
        ...

    async def batch(self, tx: Transaction, after: int, most: int) -> Batch:
        """The oldest notes of the workspace with a seq above `after`."""
        ...

    async def settle(self, tx: Transaction, seqs: Sequence[int], lease_s: float) -> None:
        """Strikes out what was sent and renews the lease; a mirror that is whole by now is ready."""
        ...

    async def release(self, tx: Transaction, *, failure: str = "", again_in_s: float = 0.0) -> None:
        """Ends the lease; after a failure nobody serves the workspace for `again_in_s`."""
        ...

    async def forget(self, tx: Transaction) -> None:
        """Strikes out all about a workspace that has left."""
        ...


class MirrorOverview(Protocol):
    """For administrators; in transactions of the platform."""

    async def list(self, tx: Transaction, page: PageRequest) -> Page[MirrorStatus]:
        """By workspace."""
        ...

    async def summary(self, tx: Transaction) -> MirrorSummary: ...

    async def vectors(self, tx: Transaction) -> Mapping[str, int]:
        """How many vectors of each model the database holds of the transaction's workspace."""
        ...

    async def rebuild(self, tx: Transaction) -> int:
        """Has the workspace, or every one in a transaction of none, enter anew; tells how many do."""
        ...

    async def close(self, tx: Transaction) -> int:
        """Strikes out everything, as there is no mirror any more; tells of how many workspaces."""
        ...
