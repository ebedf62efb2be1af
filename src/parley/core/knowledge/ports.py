"""What knowledge needs: where documents and their index are kept, how text becomes searchable."""

from collections.abc import Sequence, Set
from typing import Protocol

from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Scope, Transaction
from parley.core.knowledge.model import (
    Chunk,
    Collection,
    CollectionId,
    CollectionProgress,
    Document,
    DocumentFilter,
    DocumentId,
    EmbeddingPurpose,
    FoundChunk,
    FusedChunk,
    IndexedChunk,
    Language,
    ScoredChunk,
    StoredVector,
    TokenMeter,
    VectorQuery,
)
from parley.core.workspaces.model import WorkspaceScope


class Collections(Protocol):
    async def add(self, tx: Transaction, collection: Collection) -> None:
        """Raises DuplicateName."""
        ...

    async def get(self, tx: Transaction, collection_id: CollectionId) -> Collection | None: ...

    async def hold(self, tx: Transaction, collection_id: CollectionId) -> Collection | None:
        """The collection, which stays and keeps its access list until `tx` ends, for a new document."""
        ...

    async def list(self, tx: Transaction, page: PageRequest) -> Page[Collection]:
        """By name, then id, each with its number of documents."""
        ...

    async def save(self, tx: Transaction, collection: Collection) -> None:
        """Stores name and description. Raises DuplicateName."""
        ...

    async def remove(self, tx: Transaction, collection_id: CollectionId) -> None:
        """Removes the collection with its documents, chunks and index rows."""
        ...


class Documents(Protocol):
    async def add(self, tx: Transaction, document: Document) -> None: ...

    async def get(self, tx: Transaction, document_id: DocumentId) -> Document | None: ...

    async def list(
        self,
        tx: Transaction,
        collection_id: CollectionId,
        page: PageRequest,
        only: DocumentFilter = DocumentFilter(),  # noqa: B008 - frozen
    ) -> Page[Document]:
        """Newest first."""
        ...

    async def progress(self, tx: Transaction, collection_id: CollectionId) -> CollectionProgress: ...

    async def remove(self, tx: Transaction, document_ids: Sequence[DocumentId]) -> tuple[str, ...]:
        """Removes documents with their chunks and index rows; those that are not there are passed over.

        The keys of their stored files, which nothing refers to any more.
        """
        ...

    async def keep_out(self, tx: Transaction, collection_id: CollectionId | None) -> None:
        """No document joins the collection, None: any of the workspace's, until `tx` ends."""
        ...

    async def file_keys(
        self, tx: Transaction, collection_id: CollectionId | None, page: PageRequest
    ) -> Page[str]:
        """The stored files of a collection's documents; None: of the whole workspace's."""
        ...


class ChunkIndex(Protocol):
    """Chunks with their BM25 and vector rows; rows are visible to readers in one step, at commit."""

    async def replace(
        self, tx: Transaction, document: Document, chunks: Sequence[IndexedChunk], embedding_model: str
    ) -> None:
        """Stores the document's chunks in place of any earlier ones, with its chunk and page counts.

        Raises NotFound when the document is gone.
        """
        ...

    async def by_terms(
        self, tx: Transaction, collections: Sequence[CollectionId], terms: Sequence[str], limit: int
    ) -> tuple[ScoredChunk, ...]:
        """By BM25, best first; an empty `collections` means all of the workspace."""
        ...

    async def found(self, tx: Transaction, fused: Sequence[FusedChunk]) -> tuple[FoundChunk, ...]:
        """The chunks behind the keys, in the order given; keys whose chunk has gone are left out."""
        ...

    async def of_document(self, tx: Transaction, document_id: DocumentId, page: PageRequest) -> Page[Chunk]:
        """In reading order."""
        ...


class VectorSearch(Protocol):
    """Finds chunks by their vectors: the database itself, or a store beside it."""

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        """By cosine, best first, equal scores by key: chunks of the scope's workspace that its principals
        may read and that were embedded with `query.model`. Opens what it needs; never inside a transaction.
        Raises VectorStoreUnavailable, and WrongDimension for a vector unlike the model's others.
        """
        ...


class VectorMirror(VectorSearch, Protocol):
    """A vector store beside the database, which holds the truth: all of it can be sent again at any time."""

    @property
    def visible_after_s(self) -> float:
        """How long after `put` and `remove` searches may still show what was there before."""
        ...

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        """Adds or overwrites, by chunk key.

        Raises VectorStoreUnavailable, and WrongDimension for vectors unlike those that are there.
        """
        ...

    async def remove(self, workspace_id: WorkspaceId, model: str, chunk_keys: Sequence[int]) -> None:
        """Keys that are not there are passed over. Raises VectorStoreUnavailable."""
        ...

    async def remove_workspace(self, workspace_id: WorkspaceId) -> None:
        """Every vector of every model. Raises VectorStoreUnavailable."""
        ...

    async def count(self, workspace_id: WorkspaceId, model: str) -> int:
        """How many vectors of the model it holds. Raises VectorStoreUnavailable."""
        ...


class Embedder(Protocol):
    @property
    def model(self) -> str:
        """Names the vectors' space; vectors of different models are never compared."""
        ...

    @property
    def dimension(self) -> int: ...

    async def embed(
        self,
        texts: Sequence[str],
        *,
        purpose: EmbeddingPurpose = EmbeddingPurpose.DOCUMENT,
        meter: TokenMeter | None = None,
    ) -> list[list[float]]:
        """One vector of unit length for each text, in order; of a text that is too long, its beginning's.
        Never inside a transaction. `meter` is told what has to be paid. Raises EmbedderUnavailable.
        """
        ...


class SearchEmbedders(Protocol):
    """Which embedder a workspace is searched with: the one that made the vectors of its documents."""

    async def active(self, scope: WorkspaceScope) -> Embedder:
        """Known without asking the database again for some seconds. What it embeds is booked to the scope's
        user. Raises WordsAlone, and so does the embedder's `embed`, beside EmbedderUnavailable.
        """
        ...


class DocumentEmbedders(Protocol):
    """Which embedder a document of a workspace is embedded with, and what becomes of those that were not."""

    async def for_document(self, workspace_id: WorkspaceId, paid_by: UserId) -> Embedder | None:
        """None: there is none, and the document is found by its words alone until there is one."""
        ...

    async def indexed(self, tx: Transaction, model: str) -> None:
        """A document of the transaction's workspace was indexed with vectors of `model`, or with none where
        it is empty; in its own transaction. Should the workspace be searched with another model by now, the
        document's vectors are made anew in the background.
        """
        ...


class TokenMatcher(Protocol):
    """Compares questions with passages token by token, each token in its context (late interaction)."""

    @property
    def model(self) -> str:
        """Of the embedder that it works with."""
        ...

    async def read(self, texts: Sequence[str]) -> list[bytes]:
        """What to keep of each passage for `closeness`, in order; cheap right after they were embedded.
        Raises EmbedderUnavailable.
        """
        ...

    async def closeness(self, question: str, passages: Sequence[bytes]) -> list[float]:
        """Of each passage, -1 to 1: how near its best stretch comes to each token of the question, on
        average; cheap right after the question was embedded. Raises EmbedderUnavailable.
        """
        ...


class PassageTokens(Protocol):
    """What a `TokenMatcher` made of the chunks, kept with their vectors."""

    async def of_chunks(self, tx: Transaction, model: str, chunk_keys: Sequence[int]) -> dict[int, bytes]:
        """By chunk key; chunks that were embedded without it are left out."""
        ...


class Reranker(Protocol):
    """A model that reads a question together with each passage and judges how well they fit."""

    @property
    def name(self) -> str:
        """`provider:model`."""
        ...

    async def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
        """Of each passage, in order; more is better, on a scale of its own. Never inside a transaction.
        Raises RerankerUnavailable.
        """
        ...


class TextAnalyzer(Protocol):
    def terms(self, text: str) -> list[str]:
        """What BM25 counts, in order, with repeats."""
        ...

    def asked_terms(self, question: str) -> list[str]:
        """Of these, what is looked for when someone asks: without words that only make it a question."""
        ...

    def places(self, text: str, terms: Set[str]) -> list[tuple[int, int]]:
        """Character ranges, end exclusive, in order, of the words of `text` that hold one of the terms."""
        ...

    def language(self, text: str) -> Language: ...

    def sentences(self, text: str) -> list[tuple[int, int]]:
        """Character ranges of the sentences, trimmed, end exclusive."""
        ...
