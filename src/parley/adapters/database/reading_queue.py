"""The queue of documents that wait to be read, in PostgreSQL: the documents themselves, under leases."""

import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import text

from parley.adapters.database.connection import DatabaseConfig, execute, row, rows
from parley.adapters.database.documents import CHANNEL, TELL, to_document
from parley.adapters.database.signals import heard_on
from parley.adapters.database.tables import documents
from parley.core.ingestion.lifecycle import Claim, ClaimLost, Report
from parley.core.ingestion.ports import ClaimRequest, Wake
from parley.core.kernel.errors import NotFound
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import CollectionId, DocumentFailure, DocumentId

_DOCUMENT = ", ".join(f"documents.{column.name}" for column in documents.columns)

# The workspaces that wait are found by leaping through the index of waiting documents, so that one with ten
# thousand costs no more than one with one. First comes of whom the fewest are being read, then who was served
# longest ago. `due_at` is when a document may be taken: of one that is being read, the end of its lease.
# Every look is in the order of that index and ends with the first row. SKIP LOCKED: two readers that look at
# once share the work.
_CLAIM = text(f"""
WITH RECURSIVE waiting (workspace_id) AS (
  (SELECT d.workspace_id FROM documents d WHERE d.state IN ('received', 'reading', 'embedding')
   ORDER BY d.workspace_id, d.waits_behind, d.due_at, d.id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.workspace_id FROM documents d
    WHERE d.state IN ('received', 'reading', 'embedding') AND d.workspace_id > waiting.workspace_id
    ORDER BY d.workspace_id, d.waits_behind, d.due_at, d.id LIMIT 1)
  FROM waiting WHERE waiting.workspace_id IS NOT NULL
), ranked AS (
  SELECT workspace_id, reading, row_number() OVER (
    ORDER BY reading, array_position(CAST(:served AS uuid[]), workspace_id) NULLS FIRST, workspace_id
  ) AS place
  FROM waiting
  CROSS JOIN LATERAL (
    SELECT count(*) AS reading FROM unnest(CAST(:busy AS uuid[])) AS busy (id)
    WHERE busy.id = waiting.workspace_id
  ) AS of_ours
  CROSS JOIN LATERAL (
    SELECT d.id FROM documents d
    WHERE d.workspace_id = waiting.workspace_id AND d.state IN ('received', 'reading', 'embedding')
      AND d.due_at <= now() AND d.id <> ALL (CAST(:held AS uuid[]))
    ORDER BY d.waits_behind, d.due_at, d.id LIMIT 1
  ) AS due
), free AS (
  SELECT first.id FROM (
    SELECT workspace_id FROM ranked
    WHERE place <= :most OR (reading = 0 AND place <= CAST(:most AS bigint) + :spare)
    ORDER BY place
  ) AS chosen CROSS JOIN LATERAL (
    SELECT d.id FROM documents d
    WHERE d.workspace_id = chosen.workspace_id AND d.state IN ('received', 'reading', 'embedding')
      AND d.due_at <= now() AND d.id <> ALL (CAST(:held AS uuid[]))
    ORDER BY d.waits_behind, d.due_at, d.id LIMIT 1 FOR UPDATE SKIP LOCKED
  ) AS first
)
UPDATE documents SET state = 'reading', progress = 0, chunks_done = 0, chunks_total = NULL,
  expected_at = NULL, epoch = epoch + 1, attempts = attempts + 1, lease_owner = :owner,
  due_at = now() + make_interval(secs => :lease_s), updated_at = now()
FROM free WHERE documents.id = free.id
RETURNING {_DOCUMENT}, (
  SELECT c.reading FROM collections c WHERE c.id = documents.collection_id
) AS collection_reading
""")  # noqa: S608 - of a constant

# A table that has just been filled has no statistics: the planner would read and sort all that waits.
_BY_INDEX = text("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")

_RENEW = text("""
WITH kept AS (
  SELECT d.id, r.* FROM documents d JOIN unnest(
    CAST(:ids AS uuid[]), CAST(:epochs AS int[]), CAST(:states AS text[]), CAST(:progress AS real[]),
    CAST(:done AS int[]), CAST(:total AS int[]), CAST(:left AS float8[])
  ) AS r (document_id, epoch, state, progress, done, total, seconds_left)
    ON d.id = r.document_id AND d.epoch = r.epoch
  WHERE d.lease_owner = :owner
  ORDER BY d.id FOR UPDATE OF d
)
UPDATE documents SET due_at = now() + make_interval(secs => :lease_s), state = kept.state,
  progress = kept.progress, chunks_done = kept.done, chunks_total = kept.total,
  expected_at = now() + make_interval(secs => kept.seconds_left)
FROM kept WHERE documents.id = kept.id
RETURNING documents.id
""")

_OF_CLAIM = "documents.id = :id AND documents.epoch = :epoch AND documents.lease_owner IS NOT NULL"

# The file that is replaced is told from the row as it was before.
_FINISH = text(f"""
WITH before AS (SELECT id, file_key, next_file_key FROM documents WHERE {_OF_CLAIM} FOR UPDATE)
UPDATE documents SET state = 'ready', failure = NULL, progress = 1, chunks_done = :chunks,
  chunks_total = :chunks, expected_at = NULL, lease_owner = NULL, reading = :reading, read_at = now(),
  updated_at = now(), notice = :notice,
  version = version + (documents.next_file_key IS NOT NULL)::int,
  file_key = coalesce(documents.next_file_key, documents.file_key),
  sha256 = coalesce(next_sha256, sha256),
  size_bytes = coalesce(next_size_bytes, size_bytes),
  media_type = coalesce(next_media_type, media_type),
  source_url = CASE WHEN documents.next_file_key IS NULL THEN source_url ELSE next_source_url END,
  next_file_key = NULL, next_sha256 = NULL, next_size_bytes = NULL, next_media_type = NULL,
  next_source_url = NULL
FROM before WHERE documents.id = before.id
RETURNING CASE WHEN before.next_file_key IS NOT NULL THEN before.file_key END AS replaced
""")  # noqa: S608 - of a constant

_FAIL = text(f"""
UPDATE documents SET state = 'failed', failure = CAST(:failure AS jsonb), progress = 0, expected_at = NULL,
  lease_owner = NULL, read_at = now(), updated_at = now()
WHERE {_OF_CLAIM}
""")  # noqa: S608 - of a constant

_PUT_OFF = text(f"""
UPDATE documents SET state = 'received', failure = CAST(:failure AS jsonb), progress = 0, chunks_done = 0,
  chunks_total = NULL, expected_at = NULL, lease_owner = NULL, updated_at = now(),
  due_at = now() + make_interval(secs => :delay_s)
WHERE {_OF_CLAIM}
""")  # noqa: S608 - of a constant

_RELEASE = text("""
UPDATE documents SET state = 'received', progress = 0, chunks_done = 0, chunks_total = NULL,
  expected_at = NULL, lease_owner = NULL, epoch = epoch + 1, attempts = attempts - 1, due_at = now()
WHERE lease_owner = :owner
""")

_LOCK_COLLECTION = text("""
SELECT reading FROM collections WHERE id = :collection_id AND workspace_id = :workspace_id FOR UPDATE
""")

# Left of the last time: what was not read since and has not failed. With none left, a new reading begins.
_BEGIN_READING = text("""
UPDATE collections SET reading = reading + 1
WHERE id = :collection_id AND workspace_id = :workspace_id AND NOT EXISTS (
  SELECT FROM documents d WHERE d.collection_id = :collection_id AND d.workspace_id = :workspace_id
    AND d.reading < collections.reading AND d.state <> 'failed' AND d.chunk_count > 0
)
""")

_READ_ALL_AGAIN = text("""
WITH chosen AS (
  SELECT d.id FROM documents d JOIN collections c ON c.id = d.collection_id
  WHERE d.collection_id = :collection_id AND d.workspace_id = :workspace_id AND d.reading < c.reading
    AND d.state IN ('ready', 'failed')
  ORDER BY d.id FOR UPDATE OF d
)
UPDATE documents SET state = 'received', failure = NULL, progress = 0, chunks_done = 0, chunks_total = NULL,
  expected_at = NULL, epoch = epoch + 1, attempts = 0, due_at = now(), waits_behind = true, updated_at = now()
FROM chosen WHERE documents.id = chosen.id
""")

_COUNT_AGAIN = text("""
SELECT count(*) AS documents FROM documents d JOIN collections c ON c.id = d.collection_id
WHERE d.collection_id = :collection_id AND d.workspace_id = :workspace_id AND d.reading < c.reading
  AND d.waits_behind AND d.state IN ('received', 'reading', 'embedding')
""")

# Of workspaces that this database knows: the files of another one may be in the same store.
_UNREFERENCED = text("""
SELECT stored.key
FROM unnest(CAST(:keys AS text[]), CAST(:workspaces AS uuid[])) AS stored (key, workspace_id)
WHERE EXISTS (SELECT FROM workspaces w WHERE w.id = stored.workspace_id)
  AND NOT EXISTS (SELECT FROM documents d WHERE d.file_key = stored.key)
  AND NOT EXISTS (SELECT FROM documents d WHERE d.next_file_key = stored.key)
""")


class PostgresReadingQueue:
    """Implements `ReadingQueue` and `StoredKeys`."""

    async def claim(self, tx: Transaction, request: ClaimRequest) -> tuple[Claim, ...]:
        await execute(tx, _BY_INDEX)
        found = await rows(
            tx,
            _CLAIM,
            {
                "owner": request.owner,
                "held": list(request.held),
                "busy": list(request.busy),
                "served": list(request.served),
                "lease_s": request.lease_s,
                "most": request.most,
                "spare": request.spare,
            },
        )
        return tuple(
            Claim(to_document(each), each.epoch, each.attempts, each.collection_reading) for each in found
        )

    async def renew(
        self, tx: Transaction, owner: UUID, reports: Sequence[Report], lease_s: float
    ) -> frozenset[DocumentId]:
        values = {
            "owner": owner,
            "lease_s": lease_s,
            "ids": [each.document_id for each in reports],
            "epochs": [each.epoch for each in reports],
            "states": [each.state.value for each in reports],
            "progress": [each.progress for each in reports],
            "done": [each.chunks_done for each in reports],
            "total": [each.chunks_total for each in reports],
            "left": [each.seconds_left for each in reports],
        }
        return frozenset(DocumentId(each.id) for each in await rows(tx, _RENEW, values))

    async def finish(self, tx: Transaction, claim: Claim, *, chunks: int, notice: str) -> tuple[str, ...]:
        values = _of(claim) | {"chunks": chunks, "notice": notice, "reading": claim.reading}
        found = await row(tx, _FINISH, values)
        if found is None:
            raise ClaimLost
        return () if found.replaced is None else (found.replaced,)

    async def fail(self, tx: Transaction, claim: Claim, failure: DocumentFailure) -> None:
        if not await execute(tx, _FAIL, _of(claim) | {"failure": _to_json(failure)}):
            raise ClaimLost

    async def put_off(
        self, tx: Transaction, claim: Claim, failure: DocumentFailure, *, delay_s: float
    ) -> None:
        values = _of(claim) | {"failure": _to_json(failure), "delay_s": delay_s}
        if not await execute(tx, _PUT_OFF, values):
            raise ClaimLost

    async def release(self, tx: Transaction, owner: UUID) -> None:
        if await execute(tx, _RELEASE, {"owner": owner}):
            await execute(tx, TELL, {"channel": CHANNEL, "wake": Wake.WAITING})

    async def read_all_again(self, tx: Transaction, collection_id: CollectionId) -> int:
        values: dict[str, Any] = {"collection_id": collection_id, "workspace_id": tx.workspace_id}
        if await row(tx, _LOCK_COLLECTION, values) is None:
            raise NotFound("collection", collection_id)
        await execute(tx, _BEGIN_READING, values)
        await execute(tx, _READ_ALL_AGAIN, values)
        await execute(tx, TELL, {"channel": CHANNEL, "wake": Wake.WAITING})
        counted = await row(tx, _COUNT_AGAIN, values)
        return 0 if counted is None else int(counted.documents)

    async def unreferenced(self, tx: Transaction, keys: Sequence[str]) -> tuple[str, ...]:
        values = {"keys": list(keys), "workspaces": [UUID(key.partition("/")[0]) for key in keys]}
        return tuple(str(each.key) for each in await rows(tx, _UNREFERENCED, values))


class PostgresWakeUps:
    """Implements `WakeUps` on a connection of its own."""

    def __init__(self, config: DatabaseConfig) -> None:
        self._config = config

    async def listen(self) -> AsyncGenerator[Wake, None]:
        async for word in heard_on(CHANNEL, self._config):
            for wake in Wake:
                if word in {wake.value, ""}:  # nothing said: anything may have happened
                    yield wake


def _of(claim: Claim) -> dict[str, Any]:
    return {"id": claim.document.id, "epoch": claim.epoch}


def _to_json(failure: DocumentFailure) -> str:
    return json.dumps(asdict(failure), ensure_ascii=False)
