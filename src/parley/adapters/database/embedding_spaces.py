"""Embedding spaces of workspaces in PostgreSQL, and the vectors that they lack."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, text, update

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.embedding_tables import embedding_spaces
from parley.adapters.database.statements import Record
from parley.adapters.database.vectors import as_halfvec
from parley.core.kernel.errors import NotFound
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import Chunk, DocumentId
from parley.core.knowledge.space import (
    Embedded,
    EmbeddingSpace,
    Place,
    SpaceProgress,
    Stretch,
    Unembedded,
)

_GET = select(*embedding_spaces.columns).where(embedding_spaces.c.workspace_id == bindparam("workspace_id"))
_LOCK = _GET.with_for_update()
_OPEN = text("""
INSERT INTO embedding_spaces (workspace_id, active_model) VALUES (:workspace_id, :model)
ON CONFLICT (workspace_id) DO NOTHING
""")
_COUNT_PASSED = text("""
SELECT coalesce(sum(d.chunk_count), 0) AS total,
  coalesce(sum(d.chunk_count) FILTER (WHERE d.id < :document_id), 0)
    + coalesce(max(least(:ordinal + 1, d.chunk_count)) FILTER (WHERE d.id = :document_id), 0) AS done
FROM documents d WHERE d.workspace_id = :workspace_id
""")

_AIM = text("""
UPDATE embedding_spaces SET building_model = :model, passed_document = NULL, passed_ordinal = NULL,
  chunks_per_s = NULL, started_at = :now, finished_at = NULL, error = '', due_at = :now, failures = 0,
  removing = removing OR building_model IS NOT NULL, removed_document = NULL, incomplete = false
WHERE coalesce(building_model, active_model) <> :model OR (incomplete AND building_model IS NULL)
""")

# Whoever dies with it is found out by its failures: each waits longer for the next attempt.
_TAKE = text("""
UPDATE embedding_spaces SET failures = failures + 1,
  due_at = greatest(:until, :now + make_interval(secs => least(300, 2 ^ least(failures, 9))))
WHERE workspace_id = (
  SELECT workspace_id FROM embedding_spaces
  WHERE due_at <= :now AND coalesce(building_model, :model) = :model
  ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING workspace_id
""")

_DOCUMENTS_WAIT = text("""
SELECT EXISTS (SELECT FROM documents WHERE state IN ('received', 'reading', 'embedding')) AS wait
""")

_BEFORE_ALL = Place(DocumentId(UUID(int=0)), -1)
_LAST_ORDINAL = 2**31 - 1
_WINDOW = 200
"""Documents that one look goes through: of a large workspace, most lack nothing."""

_NEXT_DOCUMENTS = text("""
SELECT id FROM documents WHERE workspace_id = :workspace_id AND id >= :after ORDER BY id LIMIT :documents
""")
_FRESH_DOCUMENTS = text("""
SELECT id FROM documents WHERE workspace_id = :workspace_id AND updated_at >= :since
ORDER BY updated_at DESC LIMIT :documents
""")

# With a limit for each document, so that the plan goes from one to the next and ends with the batch.
_MISSING = text("""
SELECT c.id, d.id AS document_id, c.ordinal, c.text, c.heading_path, c.page, c.char_start, c.char_end,
  d.title, d.name, d.created_by
FROM documents d CROSS JOIN LATERAL (
  SELECT c.id, c.ordinal, c.text, c.heading_path, c.page, c.char_start, c.char_end FROM chunks c
  WHERE c.document_id = d.id AND (d.id, c.ordinal) > (:document_id, :ordinal) AND NOT EXISTS (
    SELECT FROM chunk_vectors v WHERE v.chunk_id = c.id AND v.model = :model
      AND (v.tokens IS NOT NULL OR NOT CAST(:with_tokens AS boolean))
  )
  ORDER BY c.ordinal LIMIT :limit
) c
WHERE d.workspace_id = :workspace_id AND d.id = ANY (CAST(:documents AS uuid[]))
ORDER BY d.id, c.ordinal LIMIT :limit
""")

# Whoever replaces a document's chunks, or who may read it, waits, or has finished: then the chunks are gone.
_HOLD_DOCUMENTS = text("""
SELECT id FROM documents WHERE workspace_id = :workspace_id AND id IN (
  SELECT document_id FROM chunks WHERE id = ANY (CAST(:chunk_ids AS bigint[]))
) ORDER BY id FOR SHARE
""")
_ADD = text("""
INSERT INTO chunk_vectors (chunk_id, model, workspace_id, collection_id, document_id, principals, embedding,
  tokens)
SELECT c.id, :model, d.workspace_id, d.collection_id, d.id, d.principals, v.embedding::halfvec, v.tokens
FROM unnest(
  CAST(:chunk_ids AS bigint[]), CAST(:embeddings AS text[]), CAST(:tokens AS bytea[])
) AS v (chunk_id, embedding, tokens)
JOIN chunks c ON c.id = v.chunk_id JOIN documents d ON d.id = c.document_id
WHERE d.workspace_id = :workspace_id
ON CONFLICT (chunk_id, model) DO UPDATE SET tokens = excluded.tokens
  WHERE chunk_vectors.tokens IS NULL AND excluded.tokens IS NOT NULL
""")

_REMOVE_OTHERS = text("""
DELETE FROM chunk_vectors WHERE workspace_id = :workspace_id
  AND document_id = ANY (CAST(:documents AS uuid[])) AND model <> ALL (CAST(:keep AS text[]))
""")


class PostgresEmbeddingSpaces:
    """Implements `EmbeddingSpaces` and `BuildQueue`."""

    async def get(self, tx: Transaction) -> EmbeddingSpace | None:
        found = await row(tx, _GET, {"workspace_id": tx.workspace_id})
        return None if found is None else _to_space(found)

    async def open(self, tx: Transaction, model: str) -> EmbeddingSpace:
        space = await self.lock(tx)
        if space is None:
            await execute(tx, _OPEN, {"workspace_id": tx.workspace_id, "model": model})
            space = await self.lock(tx)
        if space is None:
            raise NotFound("workspace", tx.workspace_id)
        return space

    async def lock(self, tx: Transaction) -> EmbeddingSpace | None:
        found = await row(tx, _LOCK, {"workspace_id": tx.workspace_id})
        return None if found is None else _to_space(found)

    async def save(self, tx: Transaction, space: EmbeddingSpace) -> None:
        await execute(
            tx,
            update(embedding_spaces)
            .where(embedding_spaces.c.workspace_id == tx.workspace_id)
            .values(
                active_model=space.active_model,
                incomplete=space.incomplete,
                building_model=space.building_model,
                passed_document=None if space.passed is None else space.passed.document_id,
                passed_ordinal=None if space.passed is None else space.passed.ordinal,
                chunks_per_s=space.chunks_per_s,
                started_at=space.started_at,
                finished_at=space.finished_at,
                error=space.error,
                removing=space.removing,
                removed_document=space.removed,
                due_at=space.due_at,
                failures=space.failures,
                worked_at=space.worked_at,
            ),
        )

    async def progress(self, tx: Transaction) -> SpaceProgress | None:
        space = await self.get(tx)
        if space is None:
            return None
        passed: dict[str, object] = {"document_id": None, "ordinal": 0}
        if space.passed is not None:
            passed = {"document_id": space.passed.document_id, "ordinal": space.passed.ordinal}
        [counted] = await rows(tx, _COUNT_PASSED, {"workspace_id": tx.workspace_id, **passed})
        done = counted.done if space.building_model else counted.total
        return SpaceProgress(space, int(done), int(counted.total))

    async def aim(self, tx: Transaction, model: str, now: datetime) -> int:
        return await execute(tx, _AIM, {"model": model, "now": now})

    async def take(
        self, tx: Transaction, model: str, now: datetime, until: datetime
    ) -> EmbeddingSpace | None:
        taken = await row(tx, _TAKE, {"model": model, "now": now, "until": until})
        if taken is None:
            return None
        [found] = await rows(tx, _GET, {"workspace_id": taken.workspace_id})
        return _to_space(found)

    async def documents_wait(self, tx: Transaction) -> bool:
        [found] = await rows(tx, _DOCUMENTS_WAIT)
        return bool(found.wait)


class PostgresChunkVectors:
    """Implements `ChunkVectors`."""

    async def missing(
        self, tx: Transaction, model: str, limit: int, after: Place | None, *, with_tokens: bool
    ) -> Stretch:
        start = after or _BEFORE_ALL
        window = await self._next_documents(tx, start.document_id, _WINDOW)
        lacking = await self._lacking(tx, model, limit, window, (start, with_tokens))
        if len(lacking) == limit:
            return Stretch(lacking, lacking[-1].place)
        at_the_end = len(window) < _WINDOW
        return Stretch(lacking, None if at_the_end else Place(window[-1], _LAST_ORDINAL))

    async def fresh(self, tx: Transaction, model: str, limit: int, since: datetime) -> tuple[Unembedded, ...]:
        values = {"workspace_id": tx.workspace_id, "since": since, "documents": _WINDOW}
        newest = [DocumentId(found.id) for found in await rows(tx, _FRESH_DOCUMENTS, values)]
        return await self._lacking(tx, model, limit, newest, (_BEFORE_ALL, False))

    async def _next_documents(self, tx: Transaction, after: DocumentId, most: int) -> list[DocumentId]:
        """From `after` on."""
        values = {"workspace_id": tx.workspace_id, "after": after, "documents": most}
        return [DocumentId(found.id) for found in await rows(tx, _NEXT_DOCUMENTS, values)]

    async def _lacking(
        self,
        tx: Transaction,
        model: str,
        limit: int,
        documents: Sequence[DocumentId],
        looked_for: tuple[Place, bool],
    ) -> tuple[Unembedded, ...]:
        after, with_tokens = looked_for
        values = {
            "workspace_id": tx.workspace_id,
            "model": model,
            "limit": limit,
            "documents": list(documents),
            "document_id": after.document_id,
            "ordinal": after.ordinal,
            "with_tokens": with_tokens,
        }
        return tuple(_to_unembedded(each) for each in await rows(tx, _MISSING, values))

    async def add(self, tx: Transaction, model: str, embedded: Mapping[int, Embedded]) -> int:
        keys = {"workspace_id": tx.workspace_id, "chunk_ids": list(embedded)}
        await rows(tx, _HOLD_DOCUMENTS, keys)
        made = {
            "embeddings": [as_halfvec(each.vector) for each in embedded.values()],
            "tokens": [each.tokens for each in embedded.values()],
        }
        return await execute(tx, _ADD, keys | made | {"model": model})

    async def remove_others(
        self, tx: Transaction, keep: Sequence[str], after: DocumentId | None, documents: int
    ) -> DocumentId | None:
        found = await self._next_documents(tx, after or _BEFORE_ALL.document_id, documents + 1)
        rest = [document_id for document_id in found if document_id != after][:documents]
        if not rest:
            return None
        values = {"workspace_id": tx.workspace_id, "documents": rest, "keep": list(keep)}
        await execute(tx, _REMOVE_OTHERS, values)
        return rest[-1]


def _to_space(found: Record) -> EmbeddingSpace:
    passed = found.passed_document
    return EmbeddingSpace(
        workspace_id=found.workspace_id,
        active_model=found.active_model,
        incomplete=found.incomplete,
        building_model=found.building_model,
        passed=None if passed is None else Place(passed, found.passed_ordinal),
        chunks_per_s=found.chunks_per_s,
        started_at=found.started_at,
        finished_at=found.finished_at,
        error=found.error,
        removing=found.removing,
        removed=found.removed_document,
        due_at=found.due_at,
        failures=found.failures,
        worked_at=found.worked_at,
    )


def _to_unembedded(found: Record) -> Unembedded:
    return Unembedded(
        chunk_key=found.id,
        chunk=Chunk(
            document_id=found.document_id,
            ordinal=found.ordinal,
            text=found.text,
            heading_path=tuple(found.heading_path),
            page=found.page,
            char_start=found.char_start,
            char_end=found.char_end,
        ),
        title=found.title,
        document_name=found.name,
        created_by=found.created_by,
    )
