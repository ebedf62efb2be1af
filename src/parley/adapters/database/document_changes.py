"""What people ask of documents, in PostgreSQL: other content, another attempt, an end."""

from sqlalchemy import bindparam, func, select, text

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.document_tables import document_totals
from parley.adapters.database.documents import CHANNEL, TELL, select_documents, to_document
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import documents
from parley.core.ingestion.lifecycle import Changed, Chosen, Content, Stored
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import CollectionId, Document, DocumentId

_LOCKED = select_documents.where(
    documents.c.id == bindparam("wanted"), documents.c.workspace_id == bindparam("workspace")
).with_for_update()

# Where names were not yet unique, the newest stands for all.
_LOCKED_BY_NAME = (
    select_documents.where(
        documents.c.collection_id == bindparam("collection"),
        documents.c.name == bindparam("wanted"),
        documents.c.workspace_id == bindparam("workspace"),
    )
    .order_by(documents.c.created_at.desc(), documents.c.id.desc())
    .limit(1)
    .with_for_update()
)

# A lock and no unique index: documents that the caller may not read must not make their names known.
_LOCK_NAME = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")

_WAITS_ANEW = """
  state = 'received', failure = NULL, progress = 0, chunks_done = 0, chunks_total = NULL, expected_at = NULL,
  epoch = epoch + 1, attempts = 0, due_at = now(), waits_behind = false, lease_owner = NULL,
  updated_at = now()
"""

# Content that no search finds yet is not worth keeping: the newer takes its place at once.
_TAKE_CONTENT = text(f"""
UPDATE documents SET {_WAITS_ANEW},
  file_key = CASE WHEN chunk_count > 0 THEN file_key ELSE :file_key END,
  sha256 = CASE WHEN chunk_count > 0 THEN sha256 ELSE :sha256 END,
  size_bytes = CASE WHEN chunk_count > 0 THEN size_bytes ELSE :size_bytes END,
  media_type = CASE WHEN chunk_count > 0 THEN media_type ELSE :media_type END,
  source_url = CASE WHEN chunk_count > 0 THEN source_url ELSE :source_url END,
  next_file_key = CASE WHEN chunk_count > 0 THEN :file_key END,
  next_sha256 = CASE WHEN chunk_count > 0 THEN :sha256 END,
  next_size_bytes = CASE WHEN chunk_count > 0 THEN CAST(:size_bytes AS bigint) END,
  next_media_type = CASE WHEN chunk_count > 0 THEN :media_type END,
  next_source_url = CASE WHEN chunk_count > 0 THEN :source_url END
WHERE id = :id AND workspace_id = :workspace_id
""")  # noqa: S608 - of a constant

_OF_CHOSEN = """
  FROM documents WHERE workspace_id = :workspace_id
    AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY (CAST(:ids AS uuid[])))
    AND (CAST(:collection_id AS uuid) IS NULL OR collection_id = :collection_id)
    AND (CAST(:state AS text) IS NULL OR state = :state)
    AND (CAST(:after AS uuid) IS NULL OR id > :after)
"""
_IN_ORDER = "ORDER BY id LIMIT :most FOR UPDATE"

_CHOOSE = text(f"SELECT * {_OF_CHOSEN} {_IN_ORDER}")

_READ_AGAIN = text(f"""
WITH chosen AS (SELECT id {_OF_CHOSEN} AND state IN ('failed', 'cancelled') {_IN_ORDER})
UPDATE documents SET {_WAITS_ANEW} FROM chosen WHERE documents.id = chosen.id
RETURNING documents.id, CAST(NULL AS text) AS dropped
""")  # noqa: S608 - of constants

# What searches find is left as it is, and so is ready.
_CANCEL = text(f"""
WITH chosen AS (
  SELECT id, next_file_key AS dropped {_OF_CHOSEN}
    AND (state IN ('received', 'reading', 'embedding') OR (state = 'failed' AND chunk_count > 0))
  {_IN_ORDER}
)
UPDATE documents SET
  state = CASE WHEN chunk_count > 0 THEN 'ready' ELSE 'cancelled' END,
  progress = CASE WHEN chunk_count > 0 THEN 1 ELSE 0 END,
  chunks_done = chunk_count, chunks_total = CASE WHEN chunk_count > 0 THEN chunk_count END,
  failure = NULL, expected_at = NULL, epoch = epoch + 1, lease_owner = NULL, updated_at = now(),
  next_file_key = NULL, next_sha256 = NULL, next_size_bytes = NULL, next_media_type = NULL,
  next_source_url = NULL
FROM chosen WHERE documents.id = chosen.id
RETURNING documents.id, chosen.dropped
""")  # noqa: S608 - of constants

_WAITING = (
    select(documents.c.id)
    .where(
        documents.c.workspace_id == bindparam("workspace"),
        text("documents.state IN ('received', 'reading', 'embedding')"),  # as its index has it
    )
    .limit(bindparam("most"))
    .subquery()
)
_STORED = (
    select(
        document_totals.c.documents,
        document_totals.c.bytes,
        select(func.count()).select_from(_WAITING).scalar_subquery().label("waiting"),
    )
    .where(document_totals.c.workspace_id == bindparam("workspace"))
    .with_for_update(of=document_totals)
)


class PostgresDocumentChanges:
    """Implements `DocumentChanges`."""

    async def locked(self, tx: Transaction, document_id: DocumentId) -> Document | None:
        return _first(await row(tx, _LOCKED, {"wanted": document_id, "workspace": tx.workspace_id}))

    async def locked_by_name(
        self, tx: Transaction, collection_id: CollectionId, name: str
    ) -> Document | None:
        await execute(tx, _LOCK_NAME, {"key": f"document {collection_id} {name}"})
        values = {"collection": collection_id, "wanted": name, "workspace": tx.workspace_id}
        return _first(await row(tx, _LOCKED_BY_NAME, values))

    async def take_content(self, tx: Transaction, document: Document, content: Content) -> Changed:
        await execute(
            tx,
            _TAKE_CONTENT,
            {
                "id": document.id,
                "workspace_id": tx.workspace_id,
                "file_key": content.file.key,
                "sha256": content.file.sha256,
                "size_bytes": content.file.size_bytes,
                "media_type": content.media_type,
                "source_url": content.source_url,
            },
        )
        await _tell(tx, "waiting", "taken_away")
        if not document.searchable:
            return Changed((document.id,), (document.file_key,))
        dropped = document.next_content
        return Changed((document.id,), () if dropped is None else (dropped.file_key,))

    async def read_again(self, tx: Transaction, chosen: Chosen) -> Changed:
        changed = _changed(await rows(tx, _READ_AGAIN, _values(tx, chosen)))
        if changed.ids:
            await _tell(tx, "waiting")
        return changed

    async def cancel(self, tx: Transaction, chosen: Chosen) -> Changed:
        changed = _changed(await rows(tx, _CANCEL, _values(tx, chosen)))
        if changed.ids:
            await _tell(tx, "taken_away")
        return changed

    async def choose(self, tx: Transaction, chosen: Chosen) -> tuple[Document, ...]:
        return tuple(to_document(each) for each in await rows(tx, _CHOOSE, _values(tx, chosen)))

    async def stored(self, tx: Transaction, *, count_waiting_to: int) -> Stored:
        values = {"workspace": tx.workspace_id, "most": count_waiting_to}
        found = await row(tx, _STORED, values)
        return Stored(0, 0, 0) if found is None else Stored(found.documents, found.bytes, found.waiting)


async def _tell(tx: Transaction, *wakes: str) -> None:
    for wake in wakes:
        await execute(tx, TELL, {"channel": CHANNEL, "wake": wake})


def _values(tx: Transaction, chosen: Chosen) -> dict[str, object]:
    return {
        "workspace_id": tx.workspace_id,
        "ids": None if chosen.ids is None else list(chosen.ids),
        "collection_id": chosen.collection_id,
        "state": chosen.state,
        "after": chosen.after,
        "most": chosen.most,
    }


def _changed(found: list[Record]) -> Changed:
    return Changed(
        tuple(DocumentId(each.id) for each in found),
        tuple(each.dropped for each in found if each.dropped is not None),
    )


def _first(found: Record | None) -> Document | None:
    return None if found is None else to_document(found)
