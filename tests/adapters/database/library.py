"""A workspace whose documents tests put into the index and search, and BM25 written out once more."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import Database, execute
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.tables import documents as documents_table
from parley.adapters.database.vectors import PostgresVectors
from parley.adapters.database.workspaces import PostgresWorkspaces
from parley.core.kernel.ids import UserId, WorkspaceId, uuid7
from parley.core.knowledge.model import (
    Chunk,
    Collection,
    CollectionId,
    Document,
    DocumentId,
    DocumentState,
    FusedChunk,
    IndexedChunk,
    VectorQuery,
)
from parley.core.workspaces.model import Workspace
from tests.adapters.database.stored import ScopeOf

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MODEL = "two-dimensions"

index = PostgresChunkIndex()
documents = PostgresDocuments()


class Library:
    """A workspace with collections to put documents in."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.scope = ScopeOf(WorkspaceId(uuid4()), UserId(uuid4()))

    async def collection(self, name: str) -> CollectionId:
        collection = Collection(CollectionId(uuid7()), self.scope.workspace_id, name, "", NOW)
        async with self.database.begin_platform(self.scope.workspace_id) as tx:
            if await PostgresWorkspaces().get(tx) is None:
                await PostgresWorkspaces().add(tx, Workspace(self.scope.workspace_id, "W", NOW))
            await PostgresCollections().add(tx, collection)
        return collection.id

    async def document(
        self,
        collection: CollectionId,
        texts: Sequence[str],
        *,
        vectors: Sequence[tuple[float, float]] = (),
        principals: frozenset[UUID] | None = None,
    ) -> Document:
        document = Document(
            id=DocumentId(uuid7()),
            workspace_id=self.scope.workspace_id,
            collection_id=collection,
            name="handbook.md",
            media_type="text/markdown",
            size_bytes=1,
            sha256="",
            file_key="k",
            state=DocumentState.READY,
            created_by=self.scope.user_id,
            created_at=NOW,
            updated_at=NOW,
            principals=principals,
        )
        async with self.database.begin_platform(self.scope.workspace_id) as tx:
            await documents.add(tx, document)
            await index.replace(tx, document, indexed(document.id, texts, vectors), MODEL)
        return document

    async def by_terms(
        self, query: str, collections: Sequence[CollectionId] = (), scope: ScopeOf | None = None
    ) -> list[tuple[str, float]]:
        """Texts with their scores, best first."""
        async with self.database.begin(scope or self.scope) as tx:
            scored = await index.by_terms(tx, collections, query.split(), 100)
            fused = [FusedChunk(chunk.chunk_key, chunk.score, chunk.score, None) for chunk in scored]
            found = await index.found(tx, fused)
        return [(each.chunk.text, each.score) for each in found]

    async def by_vector(
        self,
        vector: tuple[float, ...],
        collections: Sequence[CollectionId] = (),
        *,
        model: str = MODEL,
        scope: ScopeOf | None = None,
        index_from: int = 5_000,
    ) -> list[tuple[str, float]]:
        vectors = PostgresVectors(self.database, index_from=index_from)
        query = VectorQuery(tuple(collections), vector, model, 100)
        scored = await vectors.nearest(scope or self.scope, query)
        async with self.database.begin(scope or self.scope) as tx:
            fused = [FusedChunk(chunk.chunk_key, chunk.score, None, chunk.score) for chunk in scored]
            found = await index.found(tx, fused)
        return [(each.chunk.text, each.score) for each in found]

    async def replace(self, document: Document, texts: Sequence[str]) -> None:
        async with self.database.begin_platform(self.scope.workspace_id) as tx:
            await index.replace(tx, document, indexed(document.id, texts), MODEL)

    async def remove(self, document: Document) -> None:
        async with self.database.begin(self.scope) as tx:
            assert await execute(tx, delete(documents_table).where(documents_table.c.id == document.id)) == 1


def indexed(
    document_id: DocumentId, texts: Sequence[str], vectors: Sequence[tuple[float, float]] = ()
) -> list[IndexedChunk]:
    return [
        IndexedChunk(
            chunk=Chunk(document_id, ordinal, text, ("Part", text[:3]), ordinal + 1, 0, len(text)),
            terms=tuple(text.split()),
            vector=vectors[ordinal] if vectors else None,
        )
        for ordinal, text in enumerate(texts)
    ]


def bm25(query: str, texts: Sequence[str]) -> dict[str, float]:
    """The formula of the textbooks, k1 1.2 and b .75, written out once more."""
    counted = [Counter(text.split()) for text in texts]
    lengths = [len(text.split()) for text in texts]
    mean = sum(lengths) / len(lengths)
    scores: dict[str, float] = {}
    for text, counts, length in zip(texts, counted, lengths, strict=True):
        for term in query.split():
            if counts[term]:
                df = sum(1 for other in counted if other[term])
                idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
                weight = counts[term] * 2.2 / (counts[term] + 1.2 * (0.25 + 0.75 * length / mean))
                scores[text] = scores.get(text, 0.0) + idf * weight
    return scores


class SilentLog:
    def info(self, event: str, /, **fields: object) -> None: ...

    def warning(self, event: str, /, **fields: object) -> None: ...

    def error(self, event: str, /, **fields: object) -> None: ...

    def exception(self, event: str, /, **fields: object) -> None: ...
