"""Values of knowledge: collections, documents and their states, chunks and search results."""

from collections.abc import Mapping, Sequence
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
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents that belong together."""

    id: CollectionId
    workspace_id: WorkspaceId
    name: str
    description: str
    created_at: datetime
    document_count: int = 0
    principals: frozenset[UUID] | None = None
    """Users and groups who may read new documents of it, beside who adds them; None means everyone."""


@dataclass(frozen=True, slots=True)
class DocumentFailure:
    """Why a document could not be made searchable, for a person to read."""

    code: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class NextContent:
    """What is to replace the content that searches find, as soon as it has been read."""

    file_key: str
    sha256: str
    size_bytes: int
    media_type: str
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Its file, version and chunk count are of the content that searches find, or else the first one; its
    state, failure and progress are of the newest reading, which may be of the content that comes next."""

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
    version: int = 1
    """Of the content that is searched; counts from 1, and every replacement makes the next."""
    source_url: str | None = None
    """Where it was imported from; None for a file or a text that somebody sent."""
    notice: str = ""
    """What was not read of it, for a person: "pages 3, 7-9 are pictures without text", say. Often empty."""
    chunks_done: int = 0
    """Of the reading that goes on or was last, as is `chunks_total`."""
    chunks_total: int | None = None
    """None until its text is there."""
    expected_at: datetime | None = None
    """When the reading that goes on should end, at its pace so far; None when that is not known."""
    next_content: NextContent | None = None
    title: str | None = None
    """What its passages are searched under; None where that is not known, and the name has to do."""

    @property
    def searchable(self) -> bool:
        """Whether searches find a version of it, also while a newer one is read or after that failed."""
        return self.chunk_count > 0

    @property
    def newest_sha256(self) -> str:
        """Of the content that was sent last."""
        return self.sha256 if self.next_content is None else self.next_content.sha256


WAITING = frozenset({DocumentState.RECEIVED, DocumentState.READING, DocumentState.EMBEDDING})
"""States of a document whose reading is still to end."""


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Narrows a list: None and the empty text let all pass; case does not matter in a name."""

    state: DocumentState | None = None
    name_contains: str = ""


@dataclass(frozen=True, slots=True)
class CollectionProgress:
    """How far the reading of a collection's documents is."""

    counts: Mapping[DocumentState, int]
    """Of every state."""
    seconds_left: float | None
    """0 when none waits; None when none was read of late, so that there is no pace to go by."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a document, as it is quoted."""

    document_id: DocumentId
    ordinal: int
    """Counts from 0 within the document."""
    text: str
    heading_path: tuple[str, ...]
    page: int | None
    """Page, slide or sheet, from 1; None where the format has none."""
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
    tokens: bytes | None = None
    """What a `TokenMatcher` of the vector's model keeps of the text; None where there is none."""


class Language(StrEnum):
    """What is known of a question's language without a model: enough to tell what an embedder makes of it."""

    ENGLISH = "english"
    LATIN_SCRIPT = "latin_script"
    """Another language in Latin letters."""
    OTHER_SCRIPT = "other_script"


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A candidate of one ranking; `chunk_key` is the index's own id of the chunk."""

    chunk_key: int
    score: float


@dataclass(frozen=True, slots=True)
class FusedChunk:
    """A candidate after the rankings were fused; a score is None where that ranking did not find it, or was
    not asked. Ranks count from 1."""

    chunk_key: int
    score: float
    """0 to 1, best 1: of everything that has ranked it so far."""
    bm25: float | None
    cosine: float | None
    bm25_rank: int | None = None
    cosine_rank: int | None = None
    closeness: float | None = None
    """-1 to 1: how near its best stretch comes to each token of the question, on average."""
    relevance: float | None = None
    """As a reranker judged it, on its own scale."""


@dataclass(frozen=True, slots=True)
class FoundChunk:
    """A search result, with what ranked it."""

    chunk: Chunk
    document_name: str
    collection_id: CollectionId
    ranking: FusedChunk
    document_version: int | None = None
    """Of the document that the chunk is of."""

    @property
    def score(self) -> float:
        """0 to 1, best 1."""
        return self.ranking.score


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How one search is tuned."""

    dense_weight: float | None = None
    """How much meaning counts beside words, 0 to 1; None: by the question's language."""
    rerank: bool = False
    """Whether a reranker, if there is one, has the last word."""
    passage_tokens: int | None = None
    """Of all passages for a model together; None: no passages are made of what is found."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Best first. `degraded` says in words what was missing (such as the embedder), or is empty."""

    found: tuple[FoundChunk, ...]
    degraded: str = ""
    dense_weight: float = 0.0
    """What meaning counted; 0 where it could not be asked."""
    reranker: str = ""
    """`provider:model` of the reranker that had the last word; empty where none did."""
    passages: tuple[FoundChunk, ...] = ()
    """For a model: neighbours among what was found joined, best first, cut to the tokens asked for."""


@dataclass(frozen=True, slots=True)
class StoredVector:
    """A chunk's vector with all that a store must know to show it to no one else."""

    chunk_key: int
    document_id: DocumentId
    collection_id: CollectionId
    principals: frozenset[UUID] | None
    """As of its document."""
    vector: tuple[float, ...]
    """Unit length."""


@dataclass(frozen=True, slots=True)
class VectorQuery:
    """Asks for the chunks nearest to `vector`; an empty `collections` means all of the workspace."""

    collections: tuple[CollectionId, ...]
    vector: tuple[float, ...]
    model: str
    limit: int


class VectorStoreUnavailable(ParleyError):
    code = "vector_store_unavailable"
    kind = ErrorKind.UNAVAILABLE


class EmbeddingPurpose(StrEnum):
    """What a text is embedded for: some models place questions and documents each in their own way."""

    QUERY = "query"
    DOCUMENT = "document"


@dataclass(slots=True)
class TokenMeter:
    """Tokens that embedding took, and that have to be paid; what runs in this process counts none."""

    tokens: int = 0
    estimated: bool = False
    """Not all of them were counted by the provider."""

    def add(self, texts: Sequence[str], counted: int | None) -> None:
        """Another request; without a count, four characters make a token."""
        self.estimated |= counted is None
        self.tokens += sum(len(text) // 4 + 1 for text in texts) if counted is None else counted


class WrongDimension(ParleyError):
    """A vector does not belong to the others of its model."""

    code = "wrong_dimension"

    def __init__(self, model: str, *, stored: int, got: int) -> None:
        super().__init__(
            f"The vectors of {model!r} in the vector store have {stored} dimensions, and one of {got} came.",
            hint="Rebuild the vector store with `parley vectors rebuild`.",
        )


class RerankerUnavailable(ParleyError):
    code = "reranker_unavailable"
    kind = ErrorKind.UNAVAILABLE


class EmbedderUnavailable(ParleyError):
    code = "embedder_unavailable"
    kind = ErrorKind.UNAVAILABLE


class WordsAlone(EmbedderUnavailable):
    """A question cannot be searched by its meaning; `detail` tells whoever reads what was found why."""

    code = "words_alone"


class DuplicateName(ParleyError):
    code = "duplicate_name"
    kind = ErrorKind.CONFLICT

    def __init__(self, thing: str, name: str) -> None:
        super().__init__(f"There is already a {thing} named {name!r}.", hint="Choose another name.")
