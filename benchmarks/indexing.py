"""What it costs to write documents into the search index, to replace and to remove them, and what is left."""

import random
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

from sqlalchemy import text

from benchmarks.corpora import CHUNKS_A_DOCUMENT, Tenant, word
from benchmarks.loading import MODEL, TEXT, Connection
from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.connection import Database, execute
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.merging import PostgresMerge
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.knowledge.model import (
    Chunk,
    CollectionId,
    Document,
    DocumentId,
    DocumentState,
    IndexedChunk,
)

DOCUMENTS = 200
ROUNDS = 3
"""How often each document is replaced, to see what the space comes to."""

_SPACE = """
SELECT sum(pg_total_relation_size(c)) FROM unnest(ARRAY[
  'term_blocks', 'document_terms', 'dead_postings', 'corpus_sizes', 'chunk_terms']::regclass[]) AS c
"""


class CpuMeter(Protocol):
    def database_ms(self) -> float: ...
    def client_ms(self) -> float: ...


class _Writer:
    """Writes the documents of one tenant as ingestion does, in a workspace of their own."""

    def __init__(self, database: Database, owner: Connection, meter: CpuMeter) -> None:
        self._database = database
        self._owner = owner
        self._meter = meter
        self._tenant = Tenant(10_000, DOCUMENTS, 0)
        self._index = PostgresChunkIndex()
        self.workspace_id = WorkspaceId(uuid4())
        self.collection_id = CollectionId(uuid4())
        self.merge = PostgresMerge(database)
        words, chunks, frequencies = self._tenant.postings
        self._terms: list[list[str]] = [[] for _ in range(self._tenant.chunks)]
        for number, chunk, often in zip(words.tolist(), chunks.tolist(), frequencies.tolist(), strict=True):
            self._terms[chunk] += [word(number)] * often
        self._vectors = self._tenant.vectors().tolist()

    async def prepare(self) -> None:
        async with self._database.begin_platform() as tx:
            values = {"ws": self.workspace_id, "id": self.collection_id}
            workspace = "INSERT INTO workspaces (id, name, created_at) VALUES (:ws, 'W', now())"
            await execute(tx, text(workspace), values)
            await execute(
                tx,
                text(
                    "INSERT INTO collections (id, workspace_id, name, description, created_at)"
                    " VALUES (:id, :ws, 'C', '', now())"
                ),
                values,
            )

    def document(self) -> Document:
        now = datetime.now(UTC)
        return Document(
            id=DocumentId(uuid4()),
            workspace_id=self.workspace_id,
            collection_id=self.collection_id,
            name="d.txt",
            media_type="text/plain",
            size_bytes=10_000,
            sha256="",
            file_key="k",
            state=DocumentState.READY,
            created_by=UserId(UUID(int=0)),
            created_at=now,
            updated_at=now,
        )

    def passages(self, document: Document, number: int) -> list[IndexedChunk]:
        first = number % DOCUMENTS * CHUNKS_A_DOCUMENT
        return [
            IndexedChunk(
                Chunk(document.id, ordinal, TEXT, ("Part",), None, 0, len(TEXT)),
                tuple(self._terms[first + ordinal]),
                tuple(self._vectors[first + ordinal]),
            )
            for ordinal in range(CHUNKS_A_DOCUMENT)
        ]

    async def add(self, document: Document) -> None:
        async with self._database.begin_platform(self.workspace_id) as tx:
            await PostgresDocuments().add(tx, document)

    async def write(self, document: Document, number: int) -> None:
        passages = self.passages(document, number)
        async with self._database.begin_platform(self.workspace_id) as tx:
            await self._index.replace(tx, document, passages, MODEL)

    async def remove(self, document: Document) -> None:
        async with self._database.begin_platform(self.workspace_id) as tx:
            await execute(tx, text("DELETE FROM documents WHERE id = :id"), {"id": document.id})

    async def merge_if_due(self) -> float:
        """CPU ms."""
        async with self._database.begin_platform() as tx:
            due = [job for job in await self.merge.due(tx) if job.collection_id == self.collection_id]
        before = self.spent()
        for job in due:
            await self.merge.run(job)
        spent = self.spent() - before
        if due:
            # As autovacuum does from time to time.
            await self._owner.execute("VACUUM term_blocks, document_terms, dead_postings, corpus_sizes")
        return spent

    def spent(self) -> float:
        return self._meter.database_ms() + self._meter.client_ms()


async def measure_indexing(database: Database, owner: Connection, meter: CpuMeter) -> dict[str, float]:
    """Documents of ten chunks. CPU of database and client together, vectors and passages included."""
    writer = _Writer(database, owner, meter)
    await writer.prepare()
    documents = [writer.document() for _ in range(DOCUMENTS)]
    for document in documents:
        await writer.add(document)
    merging = before = 0.0
    before = writer.spent()
    for number, document in enumerate(documents):
        await writer.write(document, number)
        if number % 30 == 29:
            merging += await writer.merge_if_due()
    written = writer.spent() - before - merging
    figures = {
        "write a document, CPU ms": round(written / DOCUMENTS, 2),
        "merge, CPU ms for each document": round(merging / DOCUMENTS, 2),
        "word index MB": await _megabytes(owner),
    }
    replaced = merging = 0.0
    dice = random.Random(4)
    for _ in range(ROUNDS):
        for step, document in enumerate(dice.sample(documents, DOCUMENTS)):
            before = writer.spent()
            await writer.write(document, dice.randrange(DOCUMENTS))
            replaced += writer.spent() - before
            if step % 30 == 29:
                merging += await writer.merge_if_due()
    count = DOCUMENTS * ROUNDS
    figures["replace a document, CPU ms"] = round(replaced / count, 2)
    figures["merge after replacing, CPU ms for each document"] = round(merging / count, 2)
    figures["word index MB after every document was replaced three times"] = await _megabytes(owner)
    before = writer.spent()
    for document in documents:
        await writer.remove(document)
    figures["remove a document, CPU ms"] = round((writer.spent() - before) / DOCUMENTS, 2)
    figures["merge after removing, CPU ms for each document"] = round(
        await writer.merge_if_due() / DOCUMENTS, 2
    )
    figures["blocks left when all are removed"] = await owner.fetchval(
        "SELECT count(*) FROM term_blocks WHERE collection_id = $1", writer.collection_id
    )
    return figures


async def _megabytes(owner: Connection) -> float:
    return round(float(await owner.fetchval(_SPACE)) / 2**20, 1)
