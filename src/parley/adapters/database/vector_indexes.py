"""Builds an index over a workspace's vectors once they are many, and removes it when they no longer are.

The indexes are partial ones, of one workspace and one model each, built by the owner of the tables while
everybody goes on reading and writing. Until one is ready, searches compare every vector.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from sqlalchemy import text

from parley.adapters.database.connection import asyncpg_url, rows
from parley.adapters.database.vectors import (
    INDEX_FROM,
    INDEX_PREFIX,
    MOST_DIMENSIONS,
    index_condition,
    index_name,
)
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.upkeep import IndexVectors

_ONE_AT_A_TIME = 0x7665_6374
"""Any constant that all workers share: builds take memory and a core each."""
_BUILD_MEMORY = "256MB"
_BUILD_TIMEOUT_S = 3_000.0
_MOST_AT_ONCE = 100
_REFUSED = (
    "Large workspaces are searched by comparing every vector, which takes longer the more they are. Give the "
    "worker the login that owns the tables as PARLEY_DATABASE_OWNER_URL; it then builds an index for each."
)

# The models of a workspace by jumps from one to the next: each jump reads one entry of an index.
_SPACES = text("""
WITH RECURSIVE sizes AS MATERIALIZED (
  SELECT workspace_id, sum(chunks) AS chunks FROM corpus_sizes
  WHERE CAST(:workspace_id AS uuid) IS NULL OR workspace_id = :workspace_id
  GROUP BY workspace_id
), spaces AS (
  SELECT s.workspace_id, s.chunks,
    (SELECT min(v.model) FROM chunk_vectors v WHERE v.workspace_id = s.workspace_id) AS model
  FROM sizes s WHERE s.chunks >= :least
  UNION ALL
  SELECT s.workspace_id, s.chunks, (
    SELECT min(v.model) FROM chunk_vectors v WHERE v.workspace_id = s.workspace_id AND v.model > s.model
  ) FROM spaces s WHERE s.model IS NOT NULL
)
SELECT s.workspace_id, s.chunks, s.model, v.dimension FROM spaces s CROSS JOIN LATERAL (
  SELECT vector_dims(embedding) AS dimension FROM chunk_vectors
  WHERE workspace_id = s.workspace_id AND model = s.model LIMIT 1
) v
""")

_INDEXES = text("""
SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = 'chunk_vectors'::regclass AND starts_with(c.relname, :prefix)
""")


@dataclass(frozen=True, slots=True)
class _Space:
    """What is compared with each other: the vectors of one model in one workspace."""

    workspace_id: WorkspaceId
    model: str
    dimension: int
    chunks: int

    @property
    def index(self) -> str:
        return index_name(self.workspace_id, self.model, self.dimension)


class PostgresVectorIndexes:
    """Implements `IndexNeeds` for vectors, and handles IndexVectors."""

    def __init__(
        self, transactions: Transactions, owner_url: str, log: Log, *, index_from: int = INDEX_FROM
    ) -> None:
        """`owner_url` logs in as the owner of the tables, who alone may index them."""
        self._transactions = transactions
        self._owner_url = owner_url
        self._log = log
        self._index_from = index_from
        self._refused = False

    async def due(self, tx: Transaction) -> Sequence[IndexVectors]:
        if self._refused:
            return ()
        missing, unwanted = await self._differences(tx, None)
        wanting = {space.workspace_id for space in missing} | set(map(_workspace_of, unwanted))
        return [IndexVectors(workspace_id) for workspace_id in sorted(wanting)[:_MOST_AT_ONCE]]

    async def run(self, job: IndexVectors) -> None:
        """Ends when the workspace has the indexes it needs; a build that was broken off begins anew."""
        async with self._owner() as owner:
            if owner is None:
                return
            async with self._transactions.begin_platform() as tx:
                missing, unwanted = await self._differences(tx, job.workspace_id)
            try:
                for name in unwanted:
                    await owner.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')
                    self._log.info("vectors.index_removed", index=name)
                for space in missing:
                    await owner.execute(_create_index(space), timeout=_BUILD_TIMEOUT_S)
                    self._log.info("vectors.indexed", index=space.index, chunks=space.chunks)
            except asyncpg.InsufficientPrivilegeError:
                self._refused = True
                self._log.warning("vectors.index_refused", hint=_REFUSED)

    async def _differences(
        self, tx: Transaction, workspace_id: WorkspaceId | None
    ) -> tuple[list[_Space], list[str]]:
        """The spaces that need an index and have none, and the names of indexes that nobody needs.

        An index stays until its workspace has shrunk to half of what it takes to get one; one whose build
        was broken off is of no use.
        """
        values = {"workspace_id": workspace_id, "least": max(self._index_from // 2, 1)}
        found = [
            _Space(each.workspace_id, each.model, each.dimension, int(each.chunks))
            for each in await rows(tx, _SPACES, values)
            if each.dimension <= MOST_DIMENSIONS
        ]
        prefix = INDEX_PREFIX + ("" if workspace_id is None else workspace_id.hex)
        indexes = {each.name: each.valid for each in await rows(tx, _INDEXES, {"prefix": prefix})}
        large = {space.index for space in found}
        unwanted = [name for name, valid in indexes.items() if name not in large or not valid]
        missing = [
            space for space in found if space.chunks >= self._index_from and not indexes.get(space.index)
        ]
        return missing, unwanted

    @asynccontextmanager
    async def _owner(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record] | None"]:
        """A connection that may index, for one build at a time; None while another worker builds."""
        url = asyncpg_url(self._owner_url).set(drivername="postgresql")
        connection = await asyncpg.connect(
            url.render_as_string(hide_password=False),
            server_settings={
                "application_name": "parley_index",
                "maintenance_work_mem": _BUILD_MEMORY,
                "lock_timeout": "60s",
            },
        )
        try:
            free = await connection.fetchval("SELECT pg_try_advisory_lock($1)", _ONE_AT_A_TIME)
            yield connection if free else None
        finally:
            await connection.close()


def _create_index(space: _Space) -> str:
    condition = index_condition(space.workspace_id, space.model, space.dimension)
    return (
        f'CREATE INDEX CONCURRENTLY IF NOT EXISTS "{space.index}" ON chunk_vectors'
        f" USING hnsw ((embedding::halfvec({space.dimension})) halfvec_ip_ops) WHERE {condition}"
    )


def _workspace_of(name: str) -> WorkspaceId:
    return WorkspaceId(UUID(name.removeprefix(INDEX_PREFIX)[:32]))
