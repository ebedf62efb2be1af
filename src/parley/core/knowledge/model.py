"""Values of knowledge: collections, documents and their states, chunks and search results."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId

CollectionId = NewType("CollectionId", UUID)
DocumentId = NewType("DocumentId", UUID)


class DocumentState(StrEnum):
    RECEIVED = "received"
    READING = "reading"
    EMBEDDING = "embedding"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents that belong together."""

    id: CollectionId
    workspace_id: WorkspaceId
    name: str
    description: str
    created_at: datetime
    document_count: int = 0


@dataclass(frozen=True, slots=True)
class DocumentFailure:
    """Why a document could not be made searchable, for a person to read."""

    code: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class Document:
    id: DocumentId
    workspace_id: WorkspaceId
    collection_id: CollectionId
    name: str
    """The file's name as it was uploaded."""
    media_type: str
    size_bytes: int
    sha256: str
    file_key: str
    """Of the original in the file store."""
    state: DocumentState
    created_by: UserId
    created_at: datetime
    updated_at: datetime
    failure: DocumentFailure | None = None
    progress: float = 0.0
    """0 to 1 over reading and embedding together."""
    page_count: int | None = None
    """None where the format has no pages."""
    chunk_count: int = 0
    principals: frozenset[UUID] | None = None
    """Users and groups who may read it; None means everyone in the workspace."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a document, as it is quoted."""

    document_id: DocumentId
    ordinal: int
    """Counts from 0 within the document."""
    text: str
    heading_path: tuple[str, ...]
    page: int | None
    """Counts from 1; None where the format has no pages."""
    char_start: int
    """Range in the document's extracted text, end exclusive."""
    char_end: int


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A chunk with what search needs of it."""

    chunk: Chunk
    terms: tuple[str, ...]
    """Of title, headings and text, with repeats."""
    vector: tuple[float, ...] | None
    """Unit length; None when no embedder is there."""


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A candidate of one ranking; `chunk_key` is the index's own id of the chunk."""

    chunk_key: int
    score: float


@dataclass(frozen=True, slots=True)
class FusedChunk:
    """A candidate after the rankings were fused; a score is None where that ranking did not find it."""

    chunk_key: int
    score: float
    """0 to 1, best 1."""
    bm25: float | None
    cosine: float | None


@dataclass(frozen=True, slots=True)
class FoundChunk:
    """A search result with its scores; `score` is the fused one, 0 to 1."""

    chunk: Chunk
    document_name: str
    collection_id: CollectionId
    score: float
    bm25: float | None
    cosine: float | None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Best first. `degraded` says in words what was missing (such as the embedder), or is empty."""

    found: tuple[FoundChunk, ...]
    degraded: str = ""


class EmbedderUnavailable(ParleyError):
    code = "embedder_unavailable"
    kind = ErrorKind.UNAVAILABLE


class DuplicateName(ParleyError):
    code = "duplicate_name"
    kind = ErrorKind.CONFLICT

    def __init__(self, thing: str, name: str) -> None:
        super().__init__(f"There is already a {thing} named {name!r}.", hint="Choose another name.")
