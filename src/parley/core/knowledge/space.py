"""Values and ports of embedding spaces: the vectors of one model, and those that are to replace them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import Chunk, DocumentId
from parley.core.knowledge.ports import Embedder


@dataclass(frozen=True, slots=True)
class Place:
    """A chunk, in the order of documents by their ids and of chunks within them."""

    document_id: DocumentId
    ordinal: int


@dataclass(frozen=True, slots=True)
class EmbeddingSpace:
    """What a workspace's documents are embedded with."""

    workspace_id: WorkspaceId
    active_model: str
    """Searches use its vectors; empty: there are none yet."""
    incomplete: bool = False
    """Some documents were indexed without vectors of the model that they should have by now."""
    building_model: str | None = None
    """Its vectors are being made, to be the active ones; the active model itself where some are missing."""
    passed: Place | None = None
    """Up to here they are made."""
    chunks_per_s: float | None = None
    """As lately."""
    started_at: datetime | None = None
    """Of the build, or of the last one."""
    finished_at: datetime | None = None
    error: str = ""
    """Why the last attempt failed, and the way out; empty once one succeeds."""
    removing: bool = False
    """Vectors of other models are left."""
    removed: DocumentId | None = None
    """Up to this document they are removed."""
    due_at: datetime | None = None
    """When somebody may take it up; None: there is nothing to do."""
    failures: int = 0
    """One after the other, a process that died among them."""
    worked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SpaceProgress:
    space: EmbeddingSpace
    chunks_done: int
    chunks_total: int

    @property
    def seconds_left(self) -> float | None:
        """None where nothing is being made, or it is too early to tell."""
        if self.space.building_model is None or not self.space.chunks_per_s:
            return None
        return (self.chunks_total - self.chunks_done) / self.space.chunks_per_s


@dataclass(frozen=True, slots=True)
class SpaceReport:
    """What a workspace's documents are embedded with, for its administrators."""

    configured_model: str | None
    words_alone: str
    """Why searches go by words alone; empty where they do not."""
    progress: SpaceProgress | None
    """None: the workspace has had no document yet."""


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A chunk that lacks a vector, with what its text is embedded under."""

    chunk_key: int
    chunk: Chunk
    title: str | None
    """None: the document was read before titles were kept."""
    document_name: str
    created_by: UserId
    """Of the document: who pays."""

    @property
    def place(self) -> Place:
        return Place(self.chunk.document_id, self.chunk.ordinal)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was looked through in one go."""

    lacking: tuple[Unembedded, ...]
    """In order."""
    passed: Place | None
    """Nothing else is lacking up to here; None: to the end."""


@dataclass(frozen=True, slots=True)
class Embedded:
    vector: Sequence[float]
    tokens: bytes | None = None
    """What a `TokenMatcher` keeps of the passage; None where none works with the vector's model."""


class Embedders(Protocol):
    """The embedders that this server's settings let be had."""

    @property
    def switched_off(self) -> bool:
        """Nobody wants search by meaning."""
        ...

    @property
    def configured(self) -> Embedder | None:
        """The one that all documents are to be embedded with; None: switched off, or not to be had."""
        ...

    def named(self, model: str) -> Embedder | None:
        """The one that made the vectors of `model`, if the settings still say how it is reached."""
        ...


class EmbeddingSpaces(Protocol):
    """In the transaction's workspace."""

    async def get(self, tx: Transaction) -> EmbeddingSpace | None:
        """None: the workspace has had no document yet."""
        ...

    async def open(self, tx: Transaction, model: str) -> EmbeddingSpace:
        """The same, made with `model` as the active one where there is none; nobody else changes it until
        `tx` ends."""
        ...

    async def lock(self, tx: Transaction) -> EmbeddingSpace | None:
        """As `get`; nobody else changes it until `tx` ends."""
        ...

    async def save(self, tx: Transaction, space: EmbeddingSpace) -> None:
        """What was locked, changed."""
        ...

    async def progress(self, tx: Transaction) -> SpaceProgress | None: ...


class BuildQueue(Protocol):
    """Spaces of all workspaces that have to be worked on, in transactions of the platform."""

    async def aim(self, tx: Transaction, model: str, now: datetime) -> int:
        """Has vectors of `model` made in every workspace that has others, or lacks some, or makes others
        now; tells in how many."""
        ...

    async def take(
        self, tx: Transaction, model: str, now: datetime, until: datetime
    ) -> EmbeddingSpace | None:
        """The one that has waited longest of those for which `model` is to be made; nobody else gets it
        before `until`. It counts as failed until it is saved."""
        ...

    async def documents_wait(self, tx: Transaction) -> bool:
        """Whether documents of any workspace wait to be read."""
        ...


class ChunkVectors(Protocol):
    """The vectors of chunks that are indexed already, in the transaction's workspace."""

    async def missing(
        self, tx: Transaction, model: str, limit: int, after: Place | None, *, with_tokens: bool
    ) -> Stretch:
        """The next chunks without a vector of `model`, at most `limit`, beginning after a place;
        `with_tokens` also those that lack what a matcher keeps."""
        ...

    async def fresh(self, tx: Transaction, model: str, limit: int, since: datetime) -> tuple[Unembedded, ...]:
        """Chunks without a vector of `model` of the documents that changed last, since a moment."""
        ...

    async def add(self, tx: Transaction, model: str, embedded: Mapping[int, Embedded]) -> int:
        """By chunk key, where the chunk is still there and lacks it; tells how many that were."""
        ...

    async def remove_others(
        self, tx: Transaction, keep: Sequence[str], after: DocumentId | None, documents: int
    ) -> DocumentId | None:
        """Removes vectors of models not in `keep` from the next documents after one; gives the last of
        them, None at the end."""
        ...
