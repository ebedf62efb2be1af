"""A server over a real database whose embedder can be changed, and the workspaces that it serves."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import text

from parley.adapters.database.budgets import PostgresBudgets
from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import Database, rows
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.embedding_spaces import PostgresChunkVectors, PostgresEmbeddingSpaces
from parley.adapters.database.usage import PostgresUsage
from parley.adapters.database.workspaces import PostgresWorkspaces
from parley.adapters.llm.prices import OwnPrice, Prices
from parley.adapters.telemetry.metrics import PrometheusMetrics
from parley.core.ingestion.reembedding import BuildLimits, Embedding, KeepEmbeddings, SpaceStores
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import transaction_is_open
from parley.core.knowledge.embedding import EmbeddingAccounts
from parley.core.knowledge.model import (
    Chunk,
    Collection,
    CollectionId,
    Document,
    DocumentId,
    DocumentState,
    EmbeddingPurpose,
    IndexedChunk,
    TokenMeter,
)
from parley.core.knowledge.space import EmbeddingSpace
from parley.core.knowledge.spaces import (
    WorkspaceEmbedders,
)
from parley.core.usage.guard import BudgetGuard
from parley.core.usage.model import Grouping, UsedBy
from parley.core.workspaces.model import Role, Workspace, WorkspaceScope
from parley.testing.logs import RecordedLog

OLD, NEW = "openai:old", "openai:new@12"


@dataclass
class MovingClock:
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class FakeEmbedder:
    model: str
    dimension: int = 3
    seen: list[str] = field(default_factory=list)
    error: Exception | None = None
    before: object = None

    async def embed(
        self,
        texts: Sequence[str],
        *,
        purpose: EmbeddingPurpose = EmbeddingPurpose.DOCUMENT,
        meter: TokenMeter | None = None,
    ) -> list[list[float]]:
        assert not transaction_is_open()
        if callable(self.before):
            await self.before(texts)
        if self.error is not None:
            raise self.error
        self.seen += texts
        if meter is not None:
            meter.add(texts, 10 * len(texts))
        return [[1.0, 0.0, 0.0] for _ in texts]


@dataclass
class FakeEmbedders:
    """Implements `Embedders` with those at hand."""

    wanted: str | None
    at_hand: dict[str, FakeEmbedder] = field(default_factory=dict)

    @property
    def switched_off(self) -> bool:
        return self.wanted is None

    @property
    def configured(self) -> FakeEmbedder | None:
        return None if self.wanted is None else self.at_hand.get(self.wanted)

    def named(self, model: str) -> FakeEmbedder | None:
        return self.at_hand.get(model)


@dataclass
class Server:
    """What reads, searches and embeds, over one database."""

    database: Database
    clock: MovingClock = field(default_factory=MovingClock)
    log: RecordedLog = field(default_factory=RecordedLog)
    old: FakeEmbedder = field(default_factory=lambda: FakeEmbedder(OLD))
    new: FakeEmbedder = field(default_factory=lambda: FakeEmbedder(NEW))
    embedders: FakeEmbedders = field(init=False)

    def __post_init__(self) -> None:
        self.embedders = FakeEmbedders(OLD, {OLD: self.old, NEW: self.new})

    @property
    def accounts(self) -> EmbeddingAccounts:
        guard = BudgetGuard(self.database, PostgresBudgets(), self.clock, self.log, PrometheusMetrics())
        prices = Prices({"openai:*": OwnPrice(Decimal(2), Decimal(0))}, {})
        return EmbeddingAccounts(self.database, guard, prices, PostgresUsage(), self.clock)

    def searching(self) -> WorkspaceEmbedders:
        return WorkspaceEmbedders(
            self.database, PostgresEmbeddingSpaces(), self.embedders, self.accounts, self.clock
        )

    def worker(self, **limits: float) -> KeepEmbeddings:
        spaces = PostgresEmbeddingSpaces()
        return KeepEmbeddings(
            self.database,
            SpaceStores(spaces, spaces, PostgresChunkVectors()),
            Embedding(self.embedders, self.accounts),
            (self.clock, self.log),
            replace(BuildLimits(chunks_at_once=2), **limits),  # type: ignore[arg-type]
        )

    async def work(self, worker: KeepEmbeddings | None = None) -> int:
        """Until there is nothing to do now; tells how many turns it took."""
        worker, turns = worker or self.worker(), 0
        while await worker.step():
            turns += 1
            self.clock.move(0.5)
            assert turns < 100
        return turns

    async def change_to(self, model: str | None) -> None:
        """The server starts anew with another embedder."""
        self.embedders.wanted = model
        await self.worker().aim()

    async def workspace(self, name: str = "W") -> "Shelf":
        scope = WorkspaceScope(WorkspaceId(uuid4()), UserId(uuid4()), Role.OWNER)
        collection = Collection(CollectionId(uuid4()), scope.workspace_id, "C", "", self.clock.now())
        async with self.database.begin_platform(scope.workspace_id) as tx:
            await PostgresWorkspaces().add(tx, Workspace(scope.workspace_id, name, self.clock.now()))
            await PostgresCollections().add(tx, collection)
        return Shelf(self, scope, collection.id)


@dataclass
class Shelf:
    """One workspace's documents."""

    server: Server
    scope: WorkspaceScope
    collection_id: CollectionId

    async def add(self, *texts: str, model: str | None = None) -> Document:
        """A document as ingestion indexes it, in vectors of the configured embedder or of `model`."""
        configured = self.server.embedders.configured
        if model is None:
            model = "" if configured is None else configured.model
        document = Document(
            id=DocumentId(uuid4()),
            workspace_id=self.scope.workspace_id,
            collection_id=self.collection_id,
            name="the_manual.md",
            media_type="text/markdown",
            size_bytes=1,
            sha256="",
            file_key="k",
            state=DocumentState.READY,
            created_by=self.scope.user_id,
            created_at=self.server.clock.now(),
            updated_at=self.server.clock.now(),
        )
        async with self.server.database.begin_platform(self.scope.workspace_id) as tx:
            await PostgresDocuments().add(tx, document)
        await self.index(replace(document, title="Manual"), *texts, model=model)
        return document

    async def index(self, document: Document, *texts: str, model: str) -> None:
        vector = (1.0, 0.0, 0.0) if model else None
        chunks = [
            IndexedChunk(Chunk(document.id, number, each, ("Start",), None, 0, len(each)), (each,), vector)
            for number, each in enumerate(texts)
        ]
        async with self.server.database.begin_platform(self.scope.workspace_id) as tx:
            await PostgresChunkIndex().replace(tx, document, chunks, model)
            await self.server.searching().indexed(tx, model)

    async def vectors(self, model: str) -> int:
        async with self.server.database.begin_platform(self.scope.workspace_id) as tx:
            statement = text(
                "SELECT count(*) AS n FROM chunk_vectors WHERE workspace_id = :ws AND model = :m"
            )
            [found] = await rows(tx, statement, {"ws": self.scope.workspace_id, "m": model})
        return int(found.n)

    async def space(self) -> EmbeddingSpace:
        async with self.server.database.begin_platform(self.scope.workspace_id) as tx:
            found = await PostgresEmbeddingSpaces().get(tx)
        assert found is not None
        return found

    async def searched_with(self) -> str:
        return (await self.server.searching().active(self.scope)).model

    async def used(self) -> dict[str, UsedBy]:
        day = self.server.clock.now().date()
        async with self.server.database.begin_platform(self.scope.workspace_id) as tx:
            found = await PostgresUsage().report(tx, Grouping.MODEL, day, day)
        return {each.key: each for each in found}
