"""A workspace with a collection in a real database, and what is done to its documents."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import text

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import Database, DatabaseConfig, execute, rows
from parley.adapters.database.document_changes import PostgresDocumentChanges
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.reading_queue import PostgresReadingQueue, PostgresWakeUps
from parley.adapters.files.local import LocalFiles
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.core.ingestion.imports import SitemapImport
from parley.core.ingestion.ingest import Ending, Indexing, IngestDocument, Reading
from parley.core.ingestion.lifecycle import Claim, DocumentLimits, IfExists, Received
from parley.core.ingestion.model import Block, ParsedDocument, RemoveFiles
from parley.core.ingestion.ports import ClaimRequest, DocumentParser, ReadLink
from parley.core.ingestion.progress import Progress
from parley.core.ingestion.receive import Library, ReceiveDocument, ReceiveLimits, Upload
from parley.core.ingestion.runner import IngestionRunner, ReadingLimits
from parley.core.ingestion.service import ChangeDocuments, RemoveFilesJob, RereadCollection
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.jobs import Job
from parley.core.kernel.paging import PageRequest
from parley.core.kernel.transactions import Transaction, transaction_is_open
from parley.core.knowledge.events import DocumentChange
from parley.core.knowledge.model import (
    WAITING,
    Chunk,
    Collection,
    CollectionId,
    Document,
    DocumentId,
    FoundChunk,
    FusedChunk,
)
from parley.core.knowledge.ports import Embedder, TokenMatcher
from parley.core.workspaces.model import Role, WorkspaceScope
from parley.testing.logs import RecordedLog

JOBS: dict[str, type[Job]] = {"remove_files": RemoveFiles}
PATIENCE_S = 30.0


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

    async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
        assert not transaction_is_open(), "texts are embedded while a transaction is open"
        if self.error:
            raise self.error
        self.seen.extend(texts)
        return [[1.0, 0.0, 0.0] for _ in texts]


@dataclass
class RecordedEvents:
    """Implements `DocumentEvents`, `CollectionEvents` and `ImportEvents`."""

    told: list[tuple[DocumentChange, Document]] = field(default_factory=list)
    collections: list[Collection] = field(default_factory=list)
    imports: list[SitemapImport] = field(default_factory=list)

    async def tell(self, tx: Transaction, change: DocumentChange, documents: Sequence[Document]) -> None:
        assert transaction_is_open()
        self.told.extend((change, document) for document in documents)

    async def removed(self, tx: Transaction, collection: Collection) -> None:
        assert transaction_is_open()
        self.collections.append(collection)

    async def finished(self, tx: Transaction, ended: SitemapImport) -> None:
        assert transaction_is_open()
        self.imports.append(ended)


@dataclass
class Embedders:
    """Implements `DocumentEmbedders` with the archive's."""

    archive: "Archive"

    async def for_document(self, workspace_id: WorkspaceId, paid_by: UserId) -> Embedder | None:
        return self.archive.embedder

    async def indexed(self, tx: Transaction, model: str) -> None: ...


@dataclass
class Archive:
    """One workspace's documents from outside."""

    database: Database
    folder: Path
    scope: WorkspaceScope
    collection_id: CollectionId
    parser: FakeParser = field(default_factory=FakeParser)
    embedder: Embedder | None = field(default_factory=FakeEmbedder)
    matcher: TokenMatcher | None = None
    links: ReadLink | None = None
    events: RecordedEvents = field(default_factory=RecordedEvents)
    upload_bytes: int = 1 << 20
    limits: DocumentLimits = field(default_factory=DocumentLimits)

    @property
    def files(self) -> LocalFiles:
        return LocalFiles(self.folder)

    @property
    def change(self) -> ChangeDocuments:
        return ChangeDocuments(
            self.database, PostgresDocuments(), PostgresDocumentChanges(), PgQueuerJobs(), self.events
        )

    @property
    def reread(self) -> RereadCollection:
        return RereadCollection(self.database, PostgresReadingQueue())

    @property
    def receiving(self) -> ReceiveDocument:
        return ReceiveDocument(
            self.database,
            Library(PostgresCollections(), PostgresDocuments(), PostgresDocumentChanges()),
            self.files,
            PgQueuerJobs(),
            SystemClock(),
            ReceiveLimits(self.upload_bytes, self.limits),
        )

    async def receive(
        self,
        name: str,
        *content: bytes,
        media_type: str = "",
        collection_id: CollectionId | None = None,
    ) -> Document:
        upload = Upload(name, media_type, stream(*content))
        return (await self.receiving(self.scope, collection_id or self.collection_id, upload)).document

    async def send(
        self, name: str, content: bytes, if_exists: IfExists = IfExists.REPLACE, url: str | None = None
    ) -> Received:
        upload = Upload(name, "", stream(content), url)
        return await self.receiving(self.scope, self.collection_id, upload, if_exists=if_exists)

    async def replace(self, document_id: DocumentId, content: bytes) -> Received:
        return await self.receiving.replace(self.scope, document_id, Upload("", "", stream(content)))

    def ingest(self, parser: DocumentParser | None = None) -> IngestDocument:
        return IngestDocument(
            self.database,
            PostgresReadingQueue(),
            Reading(self.files, parser or self.parser, self.links or _no_links),
            Indexing(PostgresChunkIndex(), SnowballAnalyzer(), Embedders(self), self.matcher),
            Ending(PgQueuerJobs(), self.events),
        )

    async def claim(self, *, lease_s: float = 60.0) -> Claim:
        """The next document, taken by a reader of its own."""
        [claim] = await self.claims(lease_s=lease_s)
        return claim

    async def claims(self, *, lease_s: float = 60.0) -> tuple[Claim, ...]:
        request = ClaimRequest(uuid4(), (), (), (), lease_s=lease_s, most=1, spare=0)
        async with self.database.begin_platform() as tx:
            return await PostgresReadingQueue().claim(tx, request)

    async def read(self, claim: Claim) -> None:
        await self.ingest()(claim, Progress())

    async def jobs(self) -> list[Job]:
        """What is enqueued, oldest first."""
        async with self.database.begin_platform() as tx:
            found = await rows(tx, text("SELECT entrypoint, payload FROM pgqueuer ORDER BY id"))
        return [
            msgspec.json.decode(row.payload, type=JOBS[row.entrypoint])
            for row in found
            if row.entrypoint in JOBS
        ]

    async def work(self) -> None:
        """Reads every document that waits, and removes the files that nobody needs."""
        while claims := await self.claims():
            for claim in claims:
                await self.read(claim)
        for job in await self.jobs():
            if isinstance(job, RemoveFiles):
                await RemoveFilesJob(self.files).run(job)

    async def sql(self, statement: str, **values: object) -> list[dict[str, object]]:
        """As Parley's own work sees and does it."""
        async with self.database.begin_platform() as tx:
            return [dict(found) for found in await rows(tx, text(statement), values)]

    async def ended(self, document: Document) -> Document:
        """The document once its reading has come to an end."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                now = await self.document(document.id)
                assert now is not None
                if now.state not in WAITING:
                    return now
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def reading(
        self, config: DatabaseConfig, parser: DocumentParser | None = None, **limits: Any
    ) -> AsyncIterator[tuple[IngestionRunner, RecordedLog]]:
        """A runner at work, until the block ends."""
        log = RecordedLog()
        runner = IngestionRunner(
            self.database,
            PostgresReadingQueue(),
            self.ingest(parser),
            PostgresWakeUps(config),
            log,
            ReadingLimits(**limits),
        )
        running = asyncio.create_task(runner.run())
        try:
            yield runner, log
        finally:
            runner.stop()
            async with asyncio.timeout(PATIENCE_S):
                await running

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


async def _no_links(claim: Claim) -> None:
    raise AssertionError("no page is imported here")


async def stream(*content: bytes) -> AsyncIterator[bytes]:
    for piece in content:
        yield piece


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
