"""Collections in PostgreSQL."""

from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError
from sqlalchemy import Select, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.cursors import as_uuid
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import collections, documents
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import Collection, CollectionId, DuplicateName

_document_count = (
    select(func.count())
    .select_from(documents)
    .where(documents.c.collection_id == collections.c.id)
    .correlate(collections)
    .scalar_subquery()
    .label("document_count")
)


class PostgresCollections:
    """Implements `Collections`, and `CollectionCheck` for bots."""

    async def add(self, tx: Transaction, collection: Collection) -> None:
        added = await execute(
            tx,
            insert(collections)
            .values(
                id=collection.id,
                workspace_id=collection.workspace_id,
                name=collection.name,
                description=collection.description,
                created_at=collection.created_at,
            )
            .on_conflict_do_nothing(
                index_elements=[collections.c.workspace_id, func.lower(collections.c.name)]
            ),
        )
        if not added:
            raise DuplicateName("collection", collection.name)

    async def get(self, tx: Transaction, collection_id: CollectionId) -> Collection | None:
        found = await row(tx, _select(tx).where(collections.c.id == collection_id))
        return None if found is None else _to_collection(found)

    async def hold(self, tx: Transaction, collection_id: CollectionId) -> Collection | None:
        statement = _select(tx).where(collections.c.id == collection_id)
        found = await row(tx, statement.with_for_update(read=True, key_share=True, of=collections))
        return None if found is None else _to_collection(found)

    async def list(self, tx: Transaction, page: PageRequest) -> Page[Collection]:
        statement = _select(tx).order_by(collections.c.name, collections.c.id).limit(page.size + 1)
        if page.after is not None:
            name, collection_id = page.after
            statement = statement.where(
                tuple_(collections.c.name, collections.c.id) > tuple_(name, as_uuid(collection_id))
            )
        found = [_to_collection(each) for each in await rows(tx, statement)]
        return Page.cut(found, page, lambda collection: (collection.name, str(collection.id)))

    async def save(self, tx: Transaction, collection: Collection) -> None:
        try:
            await execute(
                tx,
                update(collections)
                .where(collections.c.id == collection.id, collections.c.workspace_id == tx.workspace_id)
                .values(name=collection.name, description=collection.description),
            )
        except UniqueViolationError as error:
            raise DuplicateName("collection", collection.name) from error

    async def remove(self, tx: Transaction, collection_id: CollectionId) -> None:
        await execute(
            tx,
            delete(collections).where(
                collections.c.id == collection_id, collections.c.workspace_id == tx.workspace_id
            ),
        )

    async def missing(self, tx: Transaction, wanted: tuple[UUID, ...]) -> tuple[UUID, ...]:
        if not wanted:
            return ()
        statement = select(collections.c.id).where(
            collections.c.workspace_id == tx.workspace_id, collections.c.id.in_(wanted)
        )
        there = {found.id for found in await rows(tx, statement)}
        return tuple(collection for collection in wanted if collection not in there)


def _select(tx: Transaction) -> Select[Any]:
    return select(
        collections.c.id,
        collections.c.workspace_id,
        collections.c.name,
        collections.c.description,
        collections.c.created_at,
        collections.c.principals,
        _document_count,
    ).where(collections.c.workspace_id == tx.workspace_id)


def _to_collection(found: Record) -> Collection:
    return Collection(
        id=found.id,
        workspace_id=found.workspace_id,
        name=found.name,
        description=found.description,
        created_at=found.created_at,
        document_count=found.document_count,
        principals=None if found.principals is None else frozenset(found.principals),
    )
