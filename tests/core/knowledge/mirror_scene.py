"""A workspace whose vectors are mirrored, for tests that let things go wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import text

from parley.adapters.database.connection import Database, execute, rows
from parley.adapters.database.mirrors import PostgresMirrors
from parley.adapters.database.vectors import PostgresVectors
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.mirrored import MirroredVectors
from parley.core.knowledge.mirroring import KeepMirror, MirrorLimits
from parley.core.knowledge.mirrors import MirrorStatus
from parley.core.knowledge.model import (
    CollectionId,
    VectorQuery,
)
from parley.core.knowledge.ports import VectorMirror, VectorSearch
from parley.testing.logs import RecordedLog
from parley.testing.mirror import MemoryMirror

MODEL = "m"
EAST = (1.0, 0.0)
NO_DELAY = MirrorLimits(first_delay_s=0.0)

_DOCUMENT = """
INSERT INTO documents (id, workspace_id, collection_id, name, media_type, size_bytes, sha256, file_key, state,
    progress, chunk_count, term_count, principals, created_by, created_at, updated_at)
  VALUES (:document, :ws, :collection, 'D', 'text/plain', 1, '', 'k', 'ready', 1, 1, 1,
    CAST(:principals AS uuid[]), :ws, now(), now());
INSERT INTO chunks (workspace_id, collection_id, document_id, ordinal, text, heading_path, char_start,
    char_end, principals)
  SELECT :ws, :collection, :document, n, 't', '{}', 0, 1, CAST(:principals AS uuid[])
  FROM generate_series(1, CAST(:chunks AS int)) n;
INSERT INTO chunk_vectors (chunk_id, model, workspace_id, collection_id, document_id, principals, embedding)
  SELECT id, 'm', workspace_id, collection_id, document_id, principals, CAST(CAST(:vector AS text) AS halfvec)
  FROM chunks WHERE document_id = :document
"""


@dataclass(frozen=True, slots=True)
class Reader:
    workspace_id: WorkspaceId
    principals: frozenset[UUID] = frozenset()
    user_id: UserId | None = None


@dataclass(slots=True)
class Scene:
    """A workspace with one collection, a mirror, and what keeps and asks it."""

    database: Database
    mirror: MemoryMirror = field(default_factory=MemoryMirror)
    workspace: WorkspaceId = field(default_factory=lambda: WorkspaceId(uuid4()))
    collection: CollectionId = field(default_factory=lambda: CollectionId(uuid4()))
    store: str = "memory"
    now: float = 0.0
    log: RecordedLog = field(default_factory=RecordedLog)
    mirrors: PostgresMirrors = field(default_factory=PostgresMirrors)

    def keeper(self, mirror: VectorMirror | None = None, limits: MirrorLimits = NO_DELAY) -> KeepMirror:
        return KeepMirror(self.database, self.mirrors, mirror or self.mirror, self.store, self.log, limits)

    def search(self, database: VectorSearch | None = None) -> MirroredVectors:
        return MirroredVectors(
            self.database,
            self.mirrors,
            self.mirror,
            database or PostgresVectors(self.database),
            self.store,
            (self.log, lambda: self.now),
        )

    async def add_workspace(self) -> None:
        async with self.database.begin_platform() as tx:
            await execute(
                tx,
                text("INSERT INTO workspaces (id, name, created_at) VALUES (:ws, 'W', now())"),
                {"ws": self.workspace},
            )
            await execute(
                tx,
                text(
                    "INSERT INTO collections (id, workspace_id, name, description, created_at)"
                    " VALUES (:collection, :ws, 'C', '', now())"
                ),
                {"ws": self.workspace, "collection": self.collection},
            )

    async def add_document(
        self, *, principals: Sequence[UUID] | None = None, chunks: int = 1, vector: str = "[1,0]"
    ) -> UUID:
        document = uuid4()
        values = {
            "document": document,
            "ws": self.workspace,
            "collection": self.collection,
            "principals": principals,
            "chunks": chunks,
            "vector": vector,
        }
        async with self.database.begin_platform(self.workspace) as tx:
            for statement in _DOCUMENT.split(";\n"):
                used = {name: value for name, value in values.items() if f":{name}" in statement}
                await execute(tx, text(statement), used)
        return document

    async def run_sql(self, statement: str, **values: object) -> None:
        async with self.database.begin_platform(self.workspace) as tx:
            await execute(tx, text(statement), values)

    async def found(
        self, search: VectorSearch | None = None, *principals: UUID, limit: int = 10
    ) -> list[UUID]:
        """The documents of the chunks found, best first."""
        scope = Reader(self.workspace, frozenset(principals))
        query = VectorQuery((), EAST, MODEL, limit)
        chunks = await (search or self.search()).nearest(scope, query)
        async with self.database.begin_platform() as tx:
            of = {
                each.id: each.document_id
                for each in await rows(tx, text("SELECT id, document_id FROM chunks"))
            }
        return [of.get(each.chunk_key, UUID(int=0)) for each in chunks]

    async def status(self) -> MirrorStatus:
        async with self.database.begin_platform(self.workspace) as tx:
            [status] = (await self.mirrors.list(tx, PageRequest(10))).items
        return status

    async def settle(self, keeper: KeepMirror | None = None) -> None:
        """Until there is nothing left to do."""
        keeper = keeper or self.keeper()
        while await keeper.step():
            pass
