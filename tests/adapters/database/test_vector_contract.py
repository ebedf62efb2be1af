"""Searching by vectors in the database keeps the contract that the stores beside it keep."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.connection import Database, execute, rows
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.vectors import PostgresVectors
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import (
    Chunk,
    CollectionId,
    Document,
    DocumentId,
    DocumentState,
    IndexedChunk,
    StoredVector,
)
from parley.core.knowledge.ports import VectorSearch
from parley.testing.vectors import MODEL, VectorSearchContract
from tests.adapters.database.library import NOW

_ADD_WORKSPACE = text("""
INSERT INTO workspaces (id, name, created_at) VALUES (:ws, 'W', now()) ON CONFLICT DO NOTHING
""")
_ADD_COLLECTION = text("""
INSERT INTO collections (id, workspace_id, name, description, created_at)
VALUES (:collection, :ws, CAST(gen_random_uuid() AS text), '', now()) ON CONFLICT DO NOTHING
""")
_KEYS = text("SELECT id FROM chunks WHERE document_id = :document ORDER BY ordinal")


class TestPostgresVectors(VectorSearchContract):
    @pytest.fixture
    def store(self, database: Database) -> VectorSearch:
        self._database = database
        return PostgresVectors(database)

    async def fill(
        self,
        store: VectorSearch,
        workspace_id: WorkspaceId,
        vectors: Sequence[StoredVector],
        model: str = MODEL,
    ) -> list[int]:
        """Vectors of the same collection and readers are a document."""
        together = defaultdict(list)
        for place, each in enumerate(vectors):
            together[each.collection_id, each.principals].append(place)
        found: dict[int, int] = {}
        async with self._database.begin_platform(workspace_id) as tx:
            for places in together.values():
                some = [vectors[place] for place in places]
                found |= dict(zip(places, await _add_document(tx, some, model), strict=True))
        return [found[place] for place in range(len(vectors))]


async def _add_document(tx: Transaction, vectors: Sequence[StoredVector], model: str) -> list[int]:
    assert tx.workspace_id is not None
    collection: CollectionId = vectors[0].collection_id
    await execute(tx, _ADD_WORKSPACE, {"ws": tx.workspace_id})
    await execute(tx, _ADD_COLLECTION, {"ws": tx.workspace_id, "collection": collection})
    document = Document(
        id=DocumentId(uuid4()),
        workspace_id=tx.workspace_id,
        collection_id=collection,
        name="D",
        media_type="text/plain",
        size_bytes=1,
        sha256="",
        file_key="k",
        state=DocumentState.READY,
        created_by=UserId(uuid4()),
        created_at=NOW,
        updated_at=NOW,
        principals=vectors[0].principals,
    )
    chunks = [
        IndexedChunk(Chunk(document.id, ordinal, "t", (), None, 0, 1), ("t",), each.vector)
        for ordinal, each in enumerate(vectors)
    ]
    await PostgresDocuments().add(tx, document)
    await PostgresChunkIndex().replace(tx, document, chunks, model)
    return [each.id for each in await rows(tx, _KEYS, {"document": document.id})]
