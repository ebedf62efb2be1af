"""Access lists in PostgreSQL: on documents, on every row of their index, and on collections."""

from uuid import UUID

from sqlalchemy import select, text, tuple_, update

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.cursors import as_time, as_uuid
from parley.adapters.database.tables import collections, documents
from parley.adapters.database.terms import follow_access
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.access import Principals, RestrictedDocument
from parley.core.knowledge.model import CollectionId, DocumentId

# Each repeats its document's list, so that row-level security needs no join.
_OF_THE_INDEX = ("chunks", "chunk_terms", "chunk_vectors")
_FOLLOW = tuple(
    text(f"""
    UPDATE {table} AS r SET principals = d.principals FROM documents d
    WHERE d.id = ANY (CAST(:documents AS uuid[])) AND d.workspace_id = :workspace_id
      AND r.document_id = d.id AND r.workspace_id = d.workspace_id
      AND r.principals IS DISTINCT FROM d.principals
    """)  # noqa: S608 - the names above
    for table in _OF_THE_INDEX
)


class PostgresAccessLists:
    """Implements `AccessLists`."""

    async def lock_document(self, tx: Transaction, document_id: DocumentId) -> tuple[Principals] | None:
        statement = (
            select(documents.c.principals)
            .where(documents.c.id == document_id, documents.c.workspace_id == tx.workspace_id)
            .with_for_update()
        )
        found = await row(tx, statement)
        return None if found is None else (_to_principals(found.principals),)

    async def lock_collection(self, tx: Transaction, collection_id: CollectionId) -> tuple[Principals] | None:
        statement = (
            select(collections.c.principals)
            .where(collections.c.id == collection_id, collections.c.workspace_id == tx.workspace_id)
            # New documents wait for it: each gets the list of before or of after, and `set_documents`
            # leaves none out.
            .with_for_update()
        )
        found = await row(tx, statement)
        return None if found is None else (_to_principals(found.principals),)

    async def set_document(self, tx: Transaction, document_id: DocumentId, principals: Principals) -> None:
        await execute(
            tx,
            update(documents)
            .where(documents.c.id == document_id, documents.c.workspace_id == tx.workspace_id)
            .values(principals=_from_principals(principals)),
        )
        await _follow(tx, [document_id])

    async def set_collection(
        self, tx: Transaction, collection_id: CollectionId, principals: Principals
    ) -> None:
        await execute(
            tx,
            update(collections)
            .where(collections.c.id == collection_id, collections.c.workspace_id == tx.workspace_id)
            .values(principals=_from_principals(principals)),
        )

    async def set_documents(
        self, tx: Transaction, collection_id: CollectionId, principals: Principals
    ) -> None:
        wanted = _from_principals(principals)
        await execute(
            tx,
            update(documents)
            .where(
                documents.c.collection_id == collection_id,
                documents.c.workspace_id == tx.workspace_id,
                documents.c.principals.is_distinct_from(wanted),
            )
            .values(principals=wanted),
        )

    async def follow(
        self, tx: Transaction, collection_id: CollectionId, after: DocumentId | None, limit: int
    ) -> DocumentId | None:
        statement = (
            select(documents.c.id)
            .where(documents.c.collection_id == collection_id, documents.c.workspace_id == tx.workspace_id)
            .order_by(documents.c.id)
            .limit(limit)
            .with_for_update()  # the index of a document is written under its lock
        )
        if after is not None:
            statement = statement.where(documents.c.id > after)
        found = [DocumentId(each.id) for each in await rows(tx, statement)]
        if not found:
            return None
        await _follow(tx, found)
        return found[-1]

    async def restricted(
        self, tx: Transaction, collection_id: CollectionId, page: PageRequest
    ) -> Page[RestrictedDocument]:
        statement = (
            select(
                documents.c.id,
                documents.c.name,
                documents.c.created_by,
                documents.c.created_at,
                documents.c.principals,
            )
            .where(
                documents.c.collection_id == collection_id,
                documents.c.workspace_id == tx.workspace_id,
                documents.c.principals.is_not(None),
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
        found = [
            RestrictedDocument(
                id=each.id,
                name=each.name,
                created_by=each.created_by,
                created_at=each.created_at,
                principals=frozenset(each.principals),
            )
            for each in await rows(tx, statement)
        ]
        return Page.cut(found, page, lambda document: (document.created_at.isoformat(), str(document.id)))


async def _follow(tx: Transaction, wanted: list[DocumentId]) -> None:
    for statement in _FOLLOW:
        await execute(tx, statement, {"documents": wanted, "workspace_id": tx.workspace_id})
    await follow_access(tx, wanted)


def _to_principals(stored: list[UUID] | None) -> Principals:
    return None if stored is None else frozenset(stored)


def _from_principals(principals: Principals) -> list[UUID] | None:
    """In order: an equal list is an equal array."""
    return None if principals is None else sorted(principals)
