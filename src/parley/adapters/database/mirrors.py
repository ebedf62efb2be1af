"""What a vector store beside the database has still to learn, in PostgreSQL; triggers note the changes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select, text

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.cursors import as_uuid
from parley.adapters.database.mirror_tables import vector_changes, vector_mirrors
from parley.adapters.database.tables import chunk_vectors
from parley.adapters.database.vectors import as_halfvec
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.mirrors import Batch, Claim, MirrorState, MirrorStatus, MirrorSummary, Unsent
from parley.core.knowledge.model import ScoredChunk, StoredVector, VectorQuery

# Locked, so that a workspace that is being removed either goes first or finds its mirror enrolled.
_ENROL = text("""
WITH missing AS (
  SELECT w.id FROM workspaces w LEFT JOIN vector_mirrors m ON m.workspace_id = w.id
  WHERE m.workspace_id IS NULL OR (m.store <> :store AND m.state <> 'leaving')
  LIMIT :most FOR KEY SHARE OF w
)
INSERT INTO vector_mirrors (workspace_id, store, state) SELECT id, :store, 'entering' FROM missing
ON CONFLICT (workspace_id) DO UPDATE SET store = excluded.store, state = 'entering', noted_from = NULL,
  whole_at = NULL, failures = 0, failure = NULL
WHERE vector_mirrors.state <> 'leaving'
""")

# Those that begin from now on find the mirror enrolled, and note what they change.
_ALL_NOTE_FROM_NOW = text("""
UPDATE vector_mirrors SET noted_from = pg_snapshot_xmax(pg_current_snapshot())::text::bigint
WHERE state = 'entering' AND noted_from IS NULL AND store = :store
""")

_CLAIM = text("""
WITH due AS (
  SELECT workspace_id FROM vector_mirrors m
  WHERE leased_until < now() AND (
    state = 'leaving'
    OR store = :store AND (
      state = 'entering' AND noted_from <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
      OR state = 'building'
      OR state = 'ready' AND EXISTS (SELECT FROM vector_changes c WHERE c.workspace_id = m.workspace_id)
    )
  )
  ORDER BY served_at, workspace_id LIMIT :most FOR UPDATE SKIP LOCKED
)
UPDATE vector_mirrors m
SET served_at = now(), leased_until = now() + make_interval(secs => CAST(:lease_s AS float8))
FROM due WHERE m.workspace_id = due.workspace_id
RETURNING m.workspace_id, m.state, m.failures
""")

_STRIKE_OUT_ALL = text("DELETE FROM vector_changes WHERE workspace_id = :workspace_id")

_NOTE_ALL = text("""
WITH noted AS (
  INSERT INTO vector_changes (workspace_id, chunk_id, model)
  SELECT v.workspace_id, v.chunk_id, v.model
  FROM documents d JOIN chunk_vectors v ON v.document_id = d.id
  WHERE d.workspace_id = :workspace_id
  RETURNING seq
)
UPDATE vector_mirrors SET state = 'building', whole_at = (SELECT coalesce(max(seq), 0) FROM noted)
WHERE workspace_id = :workspace_id AND state = 'entering'
""")

_BATCH = text("""
SELECT c.seq, c.chunk_id, c.model, v.document_id, v.collection_id, v.principals,
  v.embedding::real[] AS embedding
FROM (
  SELECT seq, chunk_id, model FROM vector_changes
  WHERE workspace_id = :workspace_id AND seq > :after ORDER BY seq LIMIT :most
) c
LEFT JOIN chunk_vectors v ON v.chunk_id = c.chunk_id AND v.model = c.model
ORDER BY c.seq
""")

_STRIKE_OUT = text("""
DELETE FROM vector_changes WHERE workspace_id = :workspace_id AND seq = ANY (CAST(:seqs AS bigint[]))
""")

_RENEW = text("""
UPDATE vector_mirrors m SET failures = 0, failure = NULL,
  leased_until = now() + make_interval(secs => CAST(:lease_s AS float8)),
  state = CASE
    WHEN state = 'building' AND NOT EXISTS (
      SELECT FROM vector_changes c WHERE c.workspace_id = m.workspace_id AND c.seq <= m.whole_at
    ) THEN 'ready' ELSE state END
WHERE workspace_id = :workspace_id
""")

_RELEASE = text("""
UPDATE vector_mirrors SET leased_until = '-infinity' WHERE workspace_id = :workspace_id
""")

_POSTPONE = text("""
UPDATE vector_mirrors SET failures = failures + 1, failure = :failure,
  leased_until = now() + make_interval(secs => CAST(:again_in_s AS float8))
WHERE workspace_id = :workspace_id
""")

_KEYS = text("""
SELECT ARRAY(
  SELECT chunk_id FROM vector_changes WHERE workspace_id = :workspace_id AND model = :model LIMIT :most
) AS keys
FROM vector_mirrors WHERE workspace_id = :workspace_id AND store = :store AND state = 'ready'
""")

# Vectors have unit length: their inner product is the cosine, and cheaper.
_NEAREST = text("""
SELECT chunk_id, -(embedding <#> CAST(:vector AS halfvec)) AS score
FROM chunk_vectors
WHERE workspace_id = :workspace_id AND model = :model
  AND chunk_id IN (SELECT chunk_id FROM vector_changes WHERE workspace_id = :workspace_id AND model = :model)
  AND (CAST(:collections AS uuid[]) IS NULL OR collection_id = ANY (CAST(:collections AS uuid[])))
ORDER BY embedding <#> CAST(:vector AS halfvec), chunk_id LIMIT :limit
""")

_LONGEST_FAILURE = 500


class PostgresMirrors:
    """Implements `MirrorBook`, `MirrorBacklog` and `MirrorOverview`."""

    async def enrol(self, tx: Transaction, store: str, most: int) -> int:
        return await execute(tx, _ENROL, {"store": store, "most": most})

    async def claim(self, tx: Transaction, store: str, most: int, lease_s: float) -> tuple[Claim, ...]:
        await execute(tx, _ALL_NOTE_FROM_NOW, {"store": store})
        found = await rows(tx, _CLAIM, {"store": store, "most": most, "lease_s": lease_s})
        return tuple(Claim(each.workspace_id, MirrorState(each.state), each.failures) for each in found)

    async def note_all(self, tx: Transaction) -> None:
        workspace = {"workspace_id": tx.workspace_id}
        await execute(tx, _STRIKE_OUT_ALL, workspace)
        await execute(tx, _NOTE_ALL, workspace)

    async def batch(self, tx: Transaction, after: int, most: int) -> Batch:
        noted = await rows(tx, _BATCH, {"workspace_id": tx.workspace_id, "after": after, "most": most})
        changed: defaultdict[str, dict[int, StoredVector]] = defaultdict(dict)
        removed: defaultdict[str, set[int]] = defaultdict(set)
        for each in noted:
            if each.embedding is None:
                removed[each.model].add(each.chunk_id)
                continue
            changed[each.model][each.chunk_id] = StoredVector(
                chunk_key=each.chunk_id,
                document_id=each.document_id,
                collection_id=each.collection_id,
                principals=None if each.principals is None else frozenset(each.principals),
                vector=tuple(each.embedding),
            )
        return Batch(
            tuple(each.seq for each in noted),
            {model: tuple(vectors.values()) for model, vectors in changed.items()},
            {model: sorted(keys) for model, keys in removed.items()},
        )

    async def settle(self, tx: Transaction, seqs: Sequence[int], lease_s: float) -> None:
        if seqs:
            await execute(tx, _STRIKE_OUT, {"workspace_id": tx.workspace_id, "seqs": list(seqs)})
        await execute(tx, _RENEW, {"workspace_id": tx.workspace_id, "lease_s": lease_s})

    async def release(self, tx: Transaction, *, failure: str = "", again_in_s: float = 0.0) -> None:
        workspace = {"workspace_id": tx.workspace_id}
        if not failure:
            await execute(tx, _RELEASE, workspace)
            return
        why = {"failure": failure[:_LONGEST_FAILURE], "again_in_s": again_in_s}
        await execute(tx, _POSTPONE, workspace | why)

    async def forget(self, tx: Transaction) -> None:
        await execute(tx, _STRIKE_OUT_ALL, {"workspace_id": tx.workspace_id})
        await execute(tx, delete(vector_mirrors).where(vector_mirrors.c.workspace_id == tx.workspace_id))

    async def unsent(self, tx: Transaction, store: str, query: VectorQuery, most: int) -> Unsent | None:
        asked = {"workspace_id": tx.workspace_id, "model": query.model}
        mirror = await row(tx, _KEYS, asked | {"store": store, "most": most + 1})
        if mirror is None or len(mirror["keys"]) > most:
            return None
        keys = frozenset(mirror["keys"])
        if not keys:
            return Unsent(keys, ())
        wanted = {
            "collections": list(query.collections) or None,
            "vector": as_halfvec(query.vector),
            "limit": query.limit,
        }
        found = await rows(tx, _NEAREST, asked | wanted)
        # Some may have been noted since the keys were read.
        keys = keys.union(each.chunk_id for each in found)
        return Unsent(keys, tuple(ScoredChunk(each.chunk_id, each.score) for each in found))

    async def list(self, tx: Transaction, page: PageRequest) -> Page[MirrorStatus]:
        noted = (
            select(func.count())
            .where(vector_changes.c.workspace_id == vector_mirrors.c.workspace_id)
            .scalar_subquery()
        )
        statement = (
            select(
                vector_mirrors.c.workspace_id,
                vector_mirrors.c.store,
                vector_mirrors.c.state,
                vector_mirrors.c.failure,
                noted.label("noted"),
            )
            .order_by(vector_mirrors.c.workspace_id)
            .limit(page.size + 1)
        )
        if page.after is not None:
            statement = statement.where(vector_mirrors.c.workspace_id > as_uuid(page.after[0]))
        found = [
            MirrorStatus(
                each.workspace_id, each.store, MirrorState(each.state), each.noted, each.failure or ""
            )
            for each in await rows(tx, statement)
        ]
        return Page.cut(found, page, lambda status: (str(status.workspace_id),))

    async def summary(self, tx: Transaction) -> MirrorSummary:
        ready, failing = vector_mirrors.c.state == MirrorState.READY.value, vector_mirrors.c.failures > 0
        statement = select(
            func.count().label("mirrored"),
            func.count().filter(ready).label("ready"),
            func.count().filter(failing).label("failing"),
        ).where(vector_mirrors.c.state != MirrorState.LEAVING.value)
        [found] = await rows(tx, statement)
        return MirrorSummary(found.mirrored, found.ready, found.failing)

    async def vectors(self, tx: Transaction) -> Mapping[str, int]:
        statement = (
            select(chunk_vectors.c.model, func.count().label("vectors"))
            .where(chunk_vectors.c.workspace_id == tx.workspace_id)
            .group_by(chunk_vectors.c.model)
        )
        return {each.model: each.vectors for each in await rows(tx, statement)}

    async def rebuild(self, tx: Transaction) -> int:
        statement = (
            vector_mirrors.update()
            .where(vector_mirrors.c.state != MirrorState.LEAVING.value)
            .values(state=MirrorState.ENTERING.value, noted_from=None, whole_at=None)
        )
        if tx.workspace_id is not None:
            statement = statement.where(vector_mirrors.c.workspace_id == tx.workspace_id)
        return await execute(tx, statement)

    async def close(self, tx: Transaction) -> int:
        closed = await execute(tx, delete(vector_mirrors))
        await execute(tx, delete(vector_changes))
        return closed
