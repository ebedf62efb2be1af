"""Documents and their states in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import delete, func, insert, select, tuple_, update

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.cursors import as_time, as_uuid
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import collections, documents
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import (
    CollectionId,
    Document,
    DocumentFailure,
    DocumentId,
    DocumentState,
)

_MOST_IDS = 100_000

_select_documents = select(
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
)


class PostgresDocuments:
    """Implements `Documents` and chat's `ReadableDocuments`."""

    async def add(self, tx: Transaction, document: Document) -> None:
        await execute(
            tx,
            insert(documents).values(
                id=document.id,
                workspace_id=document.workspace_id,
                collection_id=document.collection_id,
                name=document.name,
                media_type=document.media_type,
                size_bytes=document.size_bytes,
                sha256=document.sha256,
                file_key=document.file_key,
                state=document.state.value,
                failure=_failure_to_json(document.failure),
                progress=document.progress,
                page_count=document.page_count,
                chunk_count=document.chunk_count,
                term_count=0,
                principals=None if document.principals is None else sorted(document.principals),
                created_by=document.created_by,
                created_at=document.created_at,
                updated_at=document.updated_at,
            ),
        )

    async def get(self, tx: Transaction, document_id: DocumentId) -> Document | None:
        statement = _select_documents.where(
            documents.c.id == document_id, documents.c.workspace_id == tx.workspace_id
        )
        found = await row(tx, statement)
        return None if found is None else _to_document(found)

    async def readable(self, tx: Transaction, wanted: Sequence[DocumentId]) -> frozenset[DocumentId]:
        statement = select(documents.c.id).where(
            documents.c.workspace_id == tx.workspace_id, documents.c.id.in_(set(wanted))
        )
        return frozenset(DocumentId(each.id) for each in await rows(tx, statement))

    async def list(self, tx: Transaction, collection_id: CollectionId, page: PageRequest) -> Page[Document]:
        statement = (
            _select_documents.where(
                documents.c.workspace_id == tx.workspace_id, documents.c.collection_id == collection_id
            )
            .order_by(documents.c.created_at.desc(), documents.c.id.desc())
            .limit(page.size + 1)
        )
        if page.after is not None:
            created_at, document_id = page.after
            statement = statement.where(
                tuple_(documents.c.created_at, documents.c.id)
                < tuple_(as_time(created_at), as_uuid(document_id))
            )
        found = [_to_document(each) for each in await rows(tx, statement)]
        return Page.cut(found, page, lambda document: (document.created_at.isoformat(), str(document.id)))

    async def set_state(
        self,
        tx: Transaction,
        document_id: DocumentId,
        state: DocumentState,
        *,
        progress: float,
        failure: DocumentFailure | None = None,
    ) -> bool:
        statement = (
            update(documents)
            .where(
                documents.c.id == document_id,
                documents.c.workspace_id == tx.workspace_id,
                documents.c.state != DocumentState.READY.value,
            )
            .values(
                state=state.value,
                progress=progress,
                failure=_failure_to_json(failure),
                updated_at=func.now(),
            )
        )
        return await execute(tx, statement) == 1

    async def remove(self, tx: Transaction, document_id: DocumentId) -> bool:
        statement = delete(documents).where(
            documents.c.id == document_id, documents.c.workspace_id == tx.workspace_id
        )
        return await execute(tx, statement) == 1

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
        statement = (
            select(documents.c.file_key)
            .where(documents.c.workspace_id == tx.workspace_id)
            .order_by(documents.c.file_key)
            .limit(page.size + 1)
        )
        if collection_id is not None:
            statement = statement.where(documents.c.collection_id == collection_id)
        if page.after is not None:
            statement = statement.where(documents.c.file_key > page.after[0])
        keys = [str(found.file_key) for found in await rows(tx, statement)]
        return Page.cut(keys, page, lambda key: (key,))


def _failure_to_json(failure: DocumentFailure | None) -> dict[str, str] | None:
    return None if failure is None else asdict(failure)


def _to_document(found: Record) -> Document:
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
    )
