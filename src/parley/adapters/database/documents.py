"""Documents and their states in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select, text, tuple_

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.cursors import as_time, as_uuid
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import collections, documents
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import (
    WAITING,
    CollectionId,
    CollectionProgress,
    Document,
    DocumentFailure,
    DocumentFilter,
    DocumentId,
    DocumentState,
    NextContent,
)

CHANNEL = "parley_documents"

_PACE_S = 120
"""How far back readings tell at what pace a collection's documents are read."""

_INSERT = (
    insert(documents)
    .values(
        {
            name: bindparam(name)
            for name in (
                *("id", "workspace_id", "collection_id", "name", "media_type", "size_bytes", "sha256"),
                *("file_key", "state", "failure", "progress", "page_count", "chunk_count", "term_count"),
                *("principals", "created_by", "created_at", "updated_at", "source_url"),
            )
        }
    )
    .returning(func.pg_notify(CHANNEL, "waiting"))
)

# Those who read documents hear of it once it is committed; of a new one they hear by the insert itself.
TELL = text("SELECT pg_notify(:channel, :wake)")

_REMOVE = text("""
WITH removed AS (
  DELETE FROM documents WHERE workspace_id = :workspace_id AND id = ANY (CAST(:ids AS uuid[]))
  RETURNING file_key, next_file_key, lease_owner
), told AS (SELECT pg_notify(:channel, 'taken_away') FROM removed WHERE lease_owner IS NOT NULL LIMIT 1)
SELECT unnest(ARRAY[file_key, next_file_key]) AS key FROM removed
UNION ALL SELECT NULL FROM told
""")

# The pace is that of the collection's readings that ended lately, good or bad, from the first of them.
_PROGRESS = text("""
SELECT state, count(*) AS documents,
  count(*) FILTER (WHERE read_at > now() - make_interval(secs => :pace_s)) AS read,
  extract(epoch FROM now() - min(read_at) FILTER (WHERE read_at > now() - make_interval(secs => :pace_s)))
    ::float8 AS over_s
FROM documents WHERE workspace_id = :workspace_id AND collection_id = :collection_id GROUP BY state
""")

_FILE_KEYS = text("""
SELECT key FROM documents, unnest(ARRAY[file_key, next_file_key]) AS key
WHERE workspace_id = :workspace_id AND key > :after
  AND (CAST(:collection_id AS uuid) IS NULL OR collection_id = :collection_id)
ORDER BY key LIMIT :most
""")

select_documents = select(
    documents.c.id,
    documents.c.workspace_id,
    documents.c.collection_id,
    documents.c.name,
    documents.c.media_type,
    documents.c.size_bytes,
    documents.c.sha256,
    documents.c.file_key,
    documents.c.state,
    documents.c.failure,
    documents.c.progress,
    documents.c.page_count,
    documents.c.chunk_count,
    documents.c.principals,
    documents.c.created_by,
    documents.c.created_at,
    documents.c.updated_at,
    documents.c.version,
    documents.c.notice,
    documents.c.source_url,
    documents.c.next_file_key,
    documents.c.next_sha256,
    documents.c.next_size_bytes,
    documents.c.next_media_type,
    documents.c.next_source_url,
    documents.c.chunks_done,
    documents.c.chunks_total,
    documents.c.expected_at,
)

_GET = select_documents.where(
    documents.c.id == bindparam("wanted"), documents.c.workspace_id == bindparam("workspace")
)


class PostgresDocuments:
    """Implements `Documents`."""

    async def add(self, tx: Transaction, document: Document) -> None:
        await execute(tx, _INSERT, _to_row(document))

    async def get(self, tx: Transaction, document_id: DocumentId) -> Document | None:
        found = await row(tx, _GET, {"wanted": document_id, "workspace": tx.workspace_id})
        return None if found is None else to_document(found)

    async def list(
        self,
        tx: Transaction,
        collection_id: CollectionId,
        page: PageRequest,
        only: DocumentFilter = DocumentFilter(),  # noqa: B008 - frozen
    ) -> Page[Document]:
        statement = (
            _narrowed(only)
            .where(documents.c.workspace_id == tx.workspace_id, documents.c.collection_id == collection_id)
            .order_by(documents.c.created_at.desc(), documents.c.id.desc())
            .limit(page.size + 1)
        )
        if page.after is not None:
            created_at, document_id = page.after
            statement = statement.where(
                tuple_(documents.c.created_at, documents.c.id)
                < tuple_(as_time(created_at), as_uuid(document_id))
            )
        found = [to_document(each) for each in await rows(tx, statement)]
        return Page.cut(found, page, lambda document: (document.created_at.isoformat(), str(document.id)))

    async def progress(self, tx: Transaction, collection_id: CollectionId) -> CollectionProgress:
        values = {"workspace_id": tx.workspace_id, "collection_id": collection_id, "pace_s": _PACE_S}
        found = await rows(tx, _PROGRESS, values)
        counts = dict.fromkeys(DocumentState, 0) | {
            DocumentState(each.state): int(each.documents) for each in found
        }
        read = sum(each.read for each in found)
        over_s = max((each.over_s for each in found if each.over_s is not None), default=0.0)
        waiting = sum(counts[state] for state in WAITING)
        if not waiting:
            return CollectionProgress(counts, 0.0)
        return CollectionProgress(counts, waiting * over_s / read if read and over_s else None)

    async def remove(self, tx: Transaction, document_ids: Sequence[DocumentId]) -> tuple[str, ...]:
        values = {"workspace_id": tx.workspace_id, "ids": list(document_ids), "channel": CHANNEL}
        return tuple(each.key for each in await rows(tx, _REMOVE, values) if each.key is not None)

    async def keep_out(self, tx: Transaction, collection_id: CollectionId | None) -> None:
        statement = (
            select(collections.c.id)
            .where(collections.c.workspace_id == tx.workspace_id)
            .order_by(collections.c.id)
            .with_for_update()  # the foreign key of a new document waits for it
        )
        if collection_id is not None:
            statement = statement.where(collections.c.id == collection_id)
        await rows(tx, statement)

    async def file_keys(
        self, tx: Transaction, collection_id: CollectionId | None, page: PageRequest
    ) -> Page[str]:
        values = {
            "workspace_id": tx.workspace_id,
            "collection_id": collection_id,
            "after": page.after[0] if page.after else "",
            "most": page.size + 1,
        }
        found = [str(each.key) for each in await rows(tx, _FILE_KEYS, values)]
        return Page.cut(found, page, lambda key: (key,))


def _narrowed(only: DocumentFilter) -> Select[Any]:
    statement = select_documents
    if only.state is not None:
        statement = statement.where(documents.c.state == only.state.value)
    if only.name_contains:
        statement = statement.where(documents.c.name.icontains(only.name_contains, autoescape=True))
    return statement


def _to_row(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "workspace_id": document.workspace_id,
        "collection_id": document.collection_id,
        "name": document.name,
        "media_type": document.media_type,
        "size_bytes": document.size_bytes,
        "sha256": document.sha256,
        "file_key": document.file_key,
        "state": document.state.value,
        "failure": failure_to_json(document.failure),
        "progress": document.progress,
        "page_count": document.page_count,
        "chunk_count": document.chunk_count,
        "term_count": 0,
        "principals": None if document.principals is None else sorted(document.principals),
        "created_by": document.created_by,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
        "source_url": document.source_url,
    }


def failure_to_json(failure: DocumentFailure | None) -> dict[str, str] | None:
    return None if failure is None else asdict(failure)


def to_document(found: Record) -> Document:
    return Document(
        id=found.id,
        workspace_id=found.workspace_id,
        collection_id=found.collection_id,
        name=found.name,
        media_type=found.media_type,
        size_bytes=found.size_bytes,
        sha256=found.sha256,
        file_key=found.file_key,
        state=DocumentState(found.state),
        created_by=found.created_by,
        created_at=found.created_at,
        updated_at=found.updated_at,
        failure=None
        if found.failure is None
        else DocumentFailure(found.failure["code"], found.failure["detail"], found.failure["hint"]),
        progress=found.progress,
        page_count=found.page_count,
        chunk_count=found.chunk_count,
        principals=None if found.principals is None else frozenset(found.principals),
        version=found.version,
        source_url=found.source_url,
        notice=found.notice,
        chunks_done=found.chunks_done,
        chunks_total=found.chunks_total,
        expected_at=found.expected_at,
        next_content=None
        if found.next_file_key is None
        else NextContent(
            file_key=found.next_file_key,
            sha256=found.next_sha256,
            size_bytes=found.next_size_bytes,
            media_type=found.next_media_type,
            source_url=found.next_source_url,
        ),
    )
