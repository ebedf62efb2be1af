"""What people do to documents: try a failed one again, delete one or all."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import execute, rows
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.core.ingestion.model import RemoveFiles, UnreadableDocument
from parley.core.ingestion.service import DeleteCollection, DeleteDocument, RemoveAllFiles, RetryDocument
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.errors import Conflict, NotFound
from parley.core.knowledge.model import Collection, CollectionId, Document, DocumentId, DocumentState
from tests.core.ingestion.conftest import Archive

INDEX_TABLES = ("documents", "chunks", "chunk_terms", "chunk_vectors")


async def left(archive: Archive) -> int:
    """Rows of all documents together."""
    async with archive.database.begin_platform() as tx:
        counts = [await rows(tx, text(f"SELECT count(*) AS rows FROM {table}")) for table in INDEX_TABLES]
    return sum(count[0].rows for count in counts)


def retry(archive: Archive) -> RetryDocument:
    return RetryDocument(archive.database, PostgresDocuments(), PgQueuerJobs())


def delete(archive: Archive) -> DeleteDocument:
    return DeleteDocument(archive.database, PostgresDocuments(), PgQueuerJobs())


def delete_collection(archive: Archive) -> DeleteCollection:
    remove_files = RemoveAllFiles(PostgresDocuments(), PgQueuerJobs())
    return DeleteCollection(
        archive.database, PostgresCollections(), remove_files, PostgresAuditLog(), SystemClock()
    )


async def test_a_failed_document_can_be_tried_again(archive: Archive) -> None:
    archive.parser.error = UnreadableDocument("parser_limit", "Too slow.", hint="Split it.")
    document = await archive.receive("a.txt", b"Words.")
    await archive.work()

    archive.parser.error = None
    again = await retry(archive)(archive.scope, document.id)
    assert (again.state, again.failure) == (DocumentState.RECEIVED, None)
    await archive.work()

    ready = await archive.document(document.id)
    assert ready is not None
    assert (ready.state, ready.failure) == (DocumentState.READY, None)


async def test_a_document_that_has_not_failed_is_not_tried_again(archive: Archive) -> None:
    document = await archive.receive("a.txt", b"Words.")
    await archive.work()
    with pytest.raises(Conflict, match=r"'a\.txt' is ready"):
        await retry(archive)(archive.scope, document.id)
    assert await archive.jobs() == []


async def test_deleting_a_document_removes_everything_of_it(archive: Archive) -> None:
    document = await archive.receive("a.txt", b"Words.")
    await archive.work()
    await delete(archive)(archive.scope, document.id)
    assert await left(archive) == 0
    await archive.work()
    assert archive.stored_files() == 0


async def test_unknown_ids_are_not_found(archive: Archive) -> None:
    with pytest.raises(NotFound):
        await retry(archive)(archive.scope, DocumentId(uuid4()))
    with pytest.raises(NotFound):
        await delete(archive)(archive.scope, DocumentId(uuid4()))
    with pytest.raises(NotFound):
        await delete_collection(archive)(archive.scope, CollectionId(uuid4()))


async def test_deleting_a_collection_removes_everything_in_it(archive: Archive) -> None:
    for number in range(3):
        await archive.receive(f"{number}.txt", b"Words.")
    await archive.work()
    await delete_collection(archive)(archive.scope, archive.collection_id)
    assert await left(archive) == 0
    await archive.work()
    assert archive.stored_files() == 0


async def test_deleting_a_collection_is_recorded(archive: Archive) -> None:
    await delete_collection(archive)(archive.scope, archive.collection_id)
    async with archive.database.begin_platform() as tx:
        [entry] = await rows(
            tx,
            text("SELECT actor_id, subject_id FROM audit_log WHERE action = :action"),
            {"action": "collection.removed"},
        )
    assert (entry.actor_id, entry.subject_id) == (archive.scope.user_id, archive.collection_id)


async def test_an_empty_collection_can_be_deleted(archive: Archive) -> None:
    await delete_collection(archive)(archive.scope, archive.collection_id)
    assert await archive.jobs() == []


async def test_the_files_of_a_large_collection_are_removed_by_several_jobs(archive: Archive) -> None:
    await archive.receive("first.txt", b"Words.")
    async with archive.database.begin_platform() as tx:
        copies = (
            "INSERT INTO documents (id, workspace_id, collection_id, name, media_type, size_bytes, sha256,"
            " file_key, state, progress, chunk_count, term_count, created_by, created_at, updated_at)"
            " SELECT gen_random_uuid(), workspace_id, collection_id, name, media_type, size_bytes, sha256,"
            " 'key' || n, state, 0, 0, 0, created_by, created_at, updated_at"
            " FROM documents, generate_series(1, 200) n"
        )
        await execute(tx, text(copies))
        await execute(tx, text("DELETE FROM pgqueuer"))
    await delete_collection(archive)(archive.scope, archive.collection_id)
    jobs = [job for job in await archive.jobs() if isinstance(job, RemoveFiles)]
    assert sorted(len(job.keys) for job in jobs) == [1, 200]
    assert len({key for job in jobs for key in job.keys}) == 201


async def test_a_file_that_comes_in_while_its_collection_is_deleted_leaves_nothing(archive: Archive) -> None:
    for _ in range(5):
        collection = Collection(
            CollectionId(uuid4()), archive.scope.workspace_id, str(uuid4()), "", SystemClock().now()
        )
        async with archive.database.begin(archive.scope) as tx:
            await PostgresCollections().add(tx, collection)
        deleting = asyncio.create_task(delete_collection(archive)(archive.scope, collection.id))
        uploads = [
            archive.receive(f"{number}.txt", b"Words.", collection_id=collection.id) for number in range(4)
        ]
        outcomes = await asyncio.gather(*uploads, return_exceptions=True)
        await deleting
        assert all(isinstance(outcome, Document | NotFound) for outcome in outcomes), outcomes
    await archive.work()
    assert await left(archive) == 0
    assert archive.stored_files() == 0
