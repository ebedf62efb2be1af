"""What knowledge needs: where documents and their index are kept, how text becomes searchable."""

from collections.abc import Sequence
from typing import Protocol

from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import (
    Chunk,
    Collection,
    CollectionId,
    Document,
    DocumentFailure,
    DocumentId,
    DocumentState,
    FoundChunk,
    FusedChunk,
    IndexedChunk,
    ScoredChunk,
)


class Collections(Protocol):
    async def add(self, tx: Transaction, collection: Collection) -> None:
        """Raises DuplicateName."""
        ...

    async def get(self, tx: Transaction, collection_id: CollectionId) -> Collection | None: ...

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

    async def list(self, tx: Transaction, collection_id: CollectionId, page: PageRequest) -> Page[Document]:
        """Newest first."""
        ...

    async def set_state(
        self,
        tx: Transaction,
        document_id: DocumentId,
        state: DocumentState,
        *,
        progress: float,
        failure: DocumentFailure | None = None,
    ) -> bool:
        """False, and nothing changed, when the document is gone (deleted meanwhile) or ready already."""
        ...

    async def remove(self, tx: Transaction, document_id: DocumentId) -> bool:
        """Removes the document with its chunks and index rows; False when it is not there."""
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

    async def by_vector(
        self,
        tx: Transaction,
        collections: Sequence[CollectionId],
        vector: Sequence[float],
        embedding_model: str,
        limit: int,
    ) -> tuple[ScoredChunk, ...]:
        """By cosine, best first, among chunks embedded with `embedding_model`."""
        ...

    async def found(self, tx: Transaction, fused: Sequence[FusedChunk]) -> tuple[FoundChunk, ...]:
        """The chunks behind the keys, in the order given; keys whose chunk has gone are left out."""
        ...

    async def of_document(self, tx: Transaction, document_id: DocumentId, page: PageRequest) -> Page[Chunk]:
        """In reading order."""
        ...


class Embedder(Protocol):
    @property
    def model(self) -> str:
        """Names the vectors' space; vectors of different models are never compared."""
        ...

    @property
    def dimension(self) -> int: ...

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of unit length for each text, in order. Raises EmbedderUnavailable."""
        ...


class TextAnalyzer(Protocol):
    def terms(self, text: str) -> list[str]:
        """What BM25 counts, in order, with repeats."""
        ...

    def is_english(self, text: str) -> bool: ...

    def sentences(self, text: str) -> list[tuple[int, int]]:
        """Character ranges of the sentences, trimmed, end exclusive."""
        ...
