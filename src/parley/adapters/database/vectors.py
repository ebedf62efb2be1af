"""Search by vectors in PostgreSQL: exact among a few, by an index among many."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import text

from parley.adapters.database.connection import connection_of, rows
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Scope, Transaction, Transactions
from parley.core.knowledge.model import ScoredChunk, VectorQuery

INDEX_FROM = 5_000
"""Chunks of a workspace from which on an index is built. Among fewer, comparing each takes a few milliseconds
and misses none."""
MOST_DIMENSIONS = 4_000
"""That an index takes."""
INDEX_PREFIX = "chunk_vectors_hnsw_"

_LEAST_CANDIDATES = 200

# Vectors have unit length: their inner product is the cosine, and cheaper.
_EXACT = text("""
SELECT chunk_id, -distance AS score FROM (
  SELECT chunk_id, embedding <#> CAST(:vector AS halfvec) AS distance FROM chunk_vectors
  WHERE workspace_id = :workspace_id AND model = :model
    AND (CAST(:everywhere AS boolean) OR collection_id = ANY (CAST(:collections AS uuid[])))
) AS compared ORDER BY distance, chunk_id LIMIT :limit
""")

# To compare all costs as many steps as the collections asked for have chunks. The index, which knows no
# collections, costs the more the smaller their part of the workspace is: the one grows with n, the other with
# 1/n, and by measurement they meet where n² is some thousand times the workspace.
# The settings hold until the transaction ends. Relaxed: an index goes on looking for as long as the filters
# leave too few, and gives what it finds nearly in order.
_PREPARE = text("""
SELECT (
    SELECT sum(chunks) FILTER (
      WHERE CAST(:everywhere AS boolean) OR collection_id = ANY (CAST(:collections AS uuid[]))
    ) ^ 2 >= sum(chunks) * :index_from
    FROM corpus_sizes WHERE workspace_id = :workspace_id
  ) AS many,
  (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:index)) AS indexed,
  set_config('hnsw.iterative_scan', 'relaxed_order', true),
  set_config('hnsw.ef_search', CAST(:candidates AS text), true)
""")


class PostgresVectors:
    """Implements `VectorSearch` over the vectors that the database holds with the chunks."""

    def __init__(self, transactions: Transactions, *, index_from: int = INDEX_FROM) -> None:
        self._transactions = transactions
        self._index_from = index_from

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        async with self._transactions.begin(scope) as tx:
            if await self._has_index(tx, scope.workspace_id, query):
                return await _by_index(tx, scope.workspace_id, query)
            values = {"vector": as_halfvec(query.vector), "model": query.model, "limit": query.limit}
            found = await rows(tx, _EXACT, values | _searched(scope.workspace_id, query))
        return tuple(ScoredChunk(each.chunk_id, each.score) for each in found)

    async def _has_index(self, tx: Transaction, workspace_id: WorkspaceId, query: VectorQuery) -> bool:
        values = {
            "index": index_name(workspace_id, query.model, len(query.vector)),
            "index_from": self._index_from,
            "candidates": str(max(_LEAST_CANDIDATES, query.limit)),
        }
        [found] = await rows(tx, _PREPARE, values | _searched(workspace_id, query))
        return bool(found.many and found.indexed)


async def _by_index(
    tx: Transaction, workspace_id: WorkspaceId, query: VectorQuery
) -> tuple[ScoredChunk, ...]:
    dimension = len(query.vector)
    # Only with its condition word for word does the planner take the index.
    found = await connection_of(tx).fetch(
        f"""
        WITH nearest AS MATERIALIZED (
          SELECT chunk_id, embedding::halfvec({dimension}) <#> $1::halfvec({dimension}) AS distance
          FROM chunk_vectors
          WHERE {index_condition(workspace_id, query.model, dimension)}
            AND ($2::boolean OR collection_id = ANY ($3::uuid[]))
          ORDER BY embedding::halfvec({dimension}) <#> $1::halfvec({dimension}) LIMIT $4
        )
        SELECT chunk_id, -distance AS score FROM nearest ORDER BY distance, chunk_id
        """,  # noqa: S608 - of numbers, an id and a quoted name
        as_halfvec(query.vector),
        not query.collections,
        list(query.collections),
        query.limit,
    )
    return tuple(ScoredChunk(each.chunk_id, each.score) for each in found)


def index_name(workspace_id: WorkspaceId, model: str, dimension: int) -> str:
    """Of the index over the vectors of one model in one workspace; such names begin with INDEX_PREFIX and
    the workspace's id in hex."""
    space = sha256(f"{dimension}:{model}".encode()).hexdigest()[:10]
    return f"{INDEX_PREFIX}{workspace_id.hex}_{space}"


def index_condition(workspace_id: WorkspaceId, model: str, dimension: int) -> str:
    quoted = model.replace("'", "''")
    return f"workspace_id = '{workspace_id}' AND model = '{quoted}' AND vector_dims(embedding) = {dimension}"


def as_halfvec(vector: Sequence[float]) -> str:
    """As pgvector reads it; five digits are more than half precision keeps."""
    return "[" + ",".join(["%.5g"] * len(vector)) % tuple(vector) + "]"


def _searched(workspace_id: WorkspaceId, query: VectorQuery) -> dict[str, object]:
    return {
        "workspace_id": workspace_id,
        "everywhere": not query.collections,
        "collections": list(query.collections),
    }
