"""A workspace with a collection in a real database, and what is done to its documents."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import text

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import Database, execute, rows
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.files.local import LocalFiles
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.core.ingestion.ingest import Indexing, IngestDocumentJob, Reading
from parley.core.ingestion.model import Block, IngestDocument, ParsedDocument, RemoveFiles
from parley.core.ingestion.ports import DocumentParser
from parley.core.ingestion.receive import Library, ReceiveDocument, Upload
from parley.core.ingestion.service import RemoveFilesJob
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.jobs import Job
from parley.core.kernel.paging import PageRequest
from parley.core.kernel.transactions import transaction_is_open
from parley.core.knowledge.model import Chunk, CollectionId, Document, DocumentId, FoundChunk, FusedChunk
from parley.core.knowledge.ports import Embedder
from parley.core.workspaces.model import Role, WorkspaceScope

JOBS: dict[str, type[Job]] = {"ingest_document": IngestDocument, "remove_files": RemoveFiles}


@dataclass
class FakeParser:
    """One block for each paragraph of a text file; `before` may do what happens while a file is read."""

    before: Callable[[], object] = lambda: None
    error: Exception | None = None

    async def parse(self, path: Path, *, name: str, media_type: str) -> ParsedDocument:
        assert not transaction_is_open(), "a file is parsed while a transaction is open"
        if self.error:
            raise self.error
        paragraphs = path.read_text().split("\n\n")
        result = self.before()
        if result is not None:
            await result  # type: ignore[misc]
        blocks = tuple(Block(paragraph, page=number) for number, paragraph in enumerate(paragraphs, start=1))
        return ParsedDocument("", blocks, page_count=len(blocks))


@dataclass
class FakeEmbedder:
    """Refuses to work while a transaction is open, as a network call would have to."""

    model: str = "fake"
    dimension: int = 3
    seen: list[str] = field(default_factory=list)
    error: Exception | None = None

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        assert not transaction_is_open(), "texts are embedded while a transaction is open"
        if self.error:
            raise self.error
        self.seen.extend(texts)
        return [[1.0, 0.0, 0.0] for _ in texts]


@dataclass
class Archive:
    """One workspace's documents from outside."""

    database: Database
    folder: Path
    scope: WorkspaceScope
    collection_id: CollectionId
    parser: FakeParser = field(default_factory=FakeParser)
    embedder: Embedder | None = field(default_factory=FakeEmbedder)
    limit_bytes: int = 1 << 20

    @property
    def files(self) -> LocalFiles:
        return LocalFiles(self.folder)

    async def receive(
        self,
        name: str,
        *content: bytes,
        media_type: str = "",
        collection_id: CollectionId | None = None,
    ) -> Document:
        async def stream() -> AsyncIterator[bytes]:
            for piece in content:
                yield piece

        receive = ReceiveDocument(
            self.database,
            Library(PostgresCollections(), PostgresDocuments()),
            self.files,
            PgQueuerJobs(),
            SystemClock(),
            limit_bytes=self.limit_bytes,
        )
        upload = Upload(name, media_type, stream())
        return await receive(self.scope, collection_id or self.collection_id, upload)

    def job(self, parser: DocumentParser | None = None) -> IngestDocumentJob:
        return IngestDocumentJob(
            self.database,
            PostgresDocuments(),
            Reading(self.files, parser or self.parser),
            Indexing(PostgresChunkIndex(), SnowballAnalyzer(), self.embedder),
        )

    async def jobs(self) -> list[Job]:
        """What is enqueued, oldest first."""
        async with self.database.begin_platform() as tx:
            found = await rows(tx, text("SELECT entrypoint, payload FROM pgqueuer ORDER BY id"))
        return [msgspec.json.decode(row.payload, type=JOBS[row.entrypoint]) for row in found]

    async def work(self) -> None:
        """Does every job that is enqueued."""
        for job in await self.jobs():
            if isinstance(job, IngestDocument):
                await self.job().run(job)
            elif isinstance(job, RemoveFiles):
                await RemoveFilesJob(self.files).run(job)
        async with self.database.begin_platform() as tx:
            await execute(tx, text("DELETE FROM pgqueuer"))

    async def document(self, document_id: DocumentId) -> Document | None:
        async with self.database.begin(self.scope) as tx:
            return await PostgresDocuments().get(tx, document_id)

    async def chunks(self, document_id: DocumentId) -> tuple[Chunk, ...]:
        async with self.database.begin(self.scope) as tx:
            page = await PostgresChunkIndex().of_document(tx, document_id, PageRequest(200))
        return page.items

    async def find(self, *terms: str) -> tuple[FoundChunk, ...]:
        index = PostgresChunkIndex()
        async with self.database.begin(self.scope) as tx:
            scored = await index.by_terms(tx, (self.collection_id,), terms, 10)
            fused = [FusedChunk(each.chunk_key, 1.0, each.score, None) for each in scored]
            return await index.found(tx, fused)

    def stored_files(self) -> int:
        return sum(path.is_file() for path in self.folder.rglob("*"))


@pytest.fixture
async def archive(database: Database, tmp_path: Path) -> Archive:
    values = {"ws": uuid4(), "user": uuid4(), "collection": uuid4(), "now": datetime.now(UTC)}
    async with database.begin_platform() as tx:
        for statement in (
            "INSERT INTO users (id, email, name, password_hash, created_at)"
            " VALUES (:user, 'ada@example.org', 'Ada', '', :now)",
            "INSERT INTO workspaces (id, name, created_at) VALUES (:ws, 'W', :now)",
            "INSERT INTO memberships (workspace_id, user_id, role, created_at)"
            " VALUES (:ws, :user, 'owner', :now)",
            "INSERT INTO collections (id, workspace_id, name, description, created_at)"
            " VALUES (:collection, :ws, 'C', '', :now)",
        ):
            names = {name: value for name, value in values.items() if f":{name}" in statement}
            await execute(tx, text(statement), names)
    scope = WorkspaceScope(WorkspaceId(_uuid(values["ws"])), UserId(_uuid(values["user"])), Role.OWNER)
    return Archive(database, tmp_path / "files", scope, CollectionId(_uuid(values["collection"])))


def _uuid(value: object) -> UUID:
    assert isinstance(value, UUID)
    return value
