"""What people do to documents: try again, cancel, read all anew, delete; one, some or all of them."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import execute, rows
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.core.ingestion.lifecycle import Chosen
from parley.core.ingestion.model import RemoveFiles, UnreadableDocument
from parley.core.ingestion.service import BulkAction, DeleteCollection, RemoveAllFiles, Told
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.errors import Conflict, NotFound
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.events import DocumentChange
from parley.core.knowledge.model import (
    Collection,
    CollectionId,
    CollectionProgress,
    Document,
    DocumentFilter,
    DocumentId,
    DocumentState,
)
from tests.core.ingestion.conftest import Archive

SCAN = UnreadableDocument("no_text", "It is a scan.", hint="Use OCR.")


async def left(archive: Archive) -> int:
    """Rows of all documents together."""
    tables = ("documents", "chunks", "chunk_vectors")
    counts = [await archive.sql(f"SELECT count(*) AS rows FROM {table}") for table in tables]
    return sum(int(str(count[0]["rows"])) for count in counts)


async def now(archive: Archive, document: Document) -> Document:
    found = await archive.document(document.id)
    assert found is not None
    return found


async def progress(archive: Archive) -> CollectionProgress:
    async with archive.database.begin(archive.scope) as tx:
        return await PostgresDocuments().progress(tx, archive.collection_id)


def delete_collection(archive: Archive) -> DeleteCollection:
    remove_files = RemoveAllFiles(PostgresDocuments(), PgQueuerJobs())
    return DeleteCollection(
        archive.database,
        PostgresCollections(),
        remove_files,
        Told(PostgresAuditLog(), archive.events),
        SystemClock(),
    )


async def test_a_failed_document_can_be_tried_again(archive: Archive) -> None:
    archive.parser.error = SCAN
    document = await archive.receive("a.txt", b"Words.")
    await archive.work()

    archive.parser.error = None
    again = await archive.change.retry(archive.scope, document.id)
    assert (again.state, again.failure) == (DocumentState.RECEIVED, None)
    assert (await archive.claim()).attempt == 1
    await archive.sql("UPDATE documents SET due_at = now()")
    await archive.work()
    ready = await now(archive, document)
    assert (ready.state, ready.failure) == (DocumentState.READY, None)


async def test_a_document_that_has_not_failed_is_not_tried_again(archive: Archive) -> None:
    document = await archive.receive("a.txt", b"Words.")
    await archive.work()
    with pytest.raises(Conflict, match=r"'a\.txt' is ready"):
        await archive.change.retry(archive.scope, document.id)
    assert await archive.claims() == ()


async def test_a_document_that_waits_can_be_cancelled_and_tried_again(archive: Archive) -> None:
    document = await archive.receive("a.txt", b"Words.")
    assert (await archive.change.cancel(archive.scope, document.id)).state is DocumentState.CANCELLED
    assert await archive.claims() == ()
    with pytest.raises(Conflict, match=r"'a\.txt' is cancelled"):
        await archive.change.cancel(archive.scope, document.id)
    await archive.change.retry(archive.scope, document.id)
    await archive.work()
    assert (await now(archive, document)).state is DocumentState.READY


async def test_a_ready_document_has_nothing_to_cancel(archive: Archive) -> None:
    document = await archive.receive("a.txt", b"Words.")
    await archive.work()
    with pytest.raises(Conflict, match=r"'a\.txt' is ready"):
        await archive.change.cancel(archive.scope, document.id)


async def test_deleting_a_document_removes_everything_of_it(archive: Archive) -> None:
    document = await archive.receive("a.txt", b"Words.")
    await archive.work()
    await archive.send("a.txt", b"Newer words.")
    await archive.change.delete(archive.scope, document.id)
    assert await left(archive) == 0
    assert archive.events.told[-1][0] is DocumentChange.REMOVED
    assert archive.events.told[-1][1].id == document.id
    await archive.work()
    assert archive.stored_files() == 0


async def test_unknown_ids_are_not_found(archive: Archive) -> None:
    for use in (archive.change.retry, archive.change.cancel, archive.change.delete):
        with pytest.raises(NotFound):
            await use(archive.scope, DocumentId(uuid4()))
    with pytest.raises(NotFound):
        await archive.reread(archive.scope, CollectionId(uuid4()))
    with pytest.raises(NotFound):
        await delete_collection(archive)(archive.scope, CollectionId(uuid4()))


async def test_an_action_on_a_state_is_for_all_of_the_collection_that_are_in_it(archive: Archive) -> None:
    archive.parser.error = SCAN
    failed = [await archive.receive(f"{number}.txt", b"Words.") for number in range(3)]
    await archive.work()
    archive.parser.error = None
    ready = await archive.receive("ready.txt", b"Words.")
    await archive.work()

    chosen = Chosen(collection_id=archive.collection_id, state=DocumentState.FAILED)
    result = await archive.change.all_of(archive.scope, BulkAction.RETRY, chosen)
    assert (result.changed, result.complete) == (3, True)
    assert [(await now(archive, each)).state for each in failed] == [DocumentState.RECEIVED] * 3
    waiting = Chosen(collection_id=archive.collection_id, state=DocumentState.RECEIVED)
    assert (await archive.change.all_of(archive.scope, BulkAction.CANCEL, waiting)).changed == 3
    cancelled = Chosen(collection_id=archive.collection_id, state=DocumentState.CANCELLED)
    assert (await archive.change.all_of(archive.scope, BulkAction.DELETE, cancelled)).changed == 3
    assert await archive.document(ready.id) is not None
    assert await archive.sql("SELECT documents FROM document_totals") == [{"documents": 1}]


async def test_an_action_on_ids_leaves_other_collections_alone(archive: Archive) -> None:
    document = await archive.receive("a.txt", b"Words.")
    elsewhere = Chosen((document.id,), CollectionId(uuid4()))
    result = await archive.change.all_of(archive.scope, BulkAction.DELETE, elsewhere)
    assert (result.changed, result.complete) == (0, True)
    mine = Chosen((document.id, DocumentId(uuid4())), archive.collection_id)
    assert (await archive.change.all_of(archive.scope, BulkAction.DELETE, mine)).changed == 1


async def copies(archive: Archive, count: int, state: str = "failed") -> None:
    """So many documents, as if each had been received."""
    await archive.receive("first.txt", b"Words.")
    await archive.sql(
        "INSERT INTO documents (id, workspace_id, collection_id, name, media_type, size_bytes, sha256,"
        " file_key, state, progress, chunk_count, term_count, created_by, created_at, updated_at)"
        f" SELECT gen_random_uuid(), workspace_id, collection_id, 'Copy_' || n || '.TXT', media_type,"
        f" size_bytes, sha256, 'key' || n, '{state}', 0, 0, 0, created_by, created_at, updated_at"
        f" FROM documents, generate_series(1, {count}) n"
    )


async def test_an_action_on_ten_thousand_documents_ends_and_a_long_one_says_how_far_it_came(
    archive: Archive,
) -> None:
    await copies(archive, 2_500)
    chosen = Chosen(collection_id=archive.collection_id, state=DocumentState.FAILED)
    result = await archive.change.all_of(archive.scope, BulkAction.RETRY, chosen)
    assert (result.changed, result.complete) == (2_500, True)
    assert (await progress(archive)).counts[DocumentState.RECEIVED] == 2_501


async def test_documents_are_listed_by_state_and_by_a_part_of_their_name(archive: Archive) -> None:
    await copies(archive, 12)

    async def names(only: DocumentFilter) -> set[str]:
        async with archive.database.begin(archive.scope) as tx:
            page = await PostgresDocuments().list(tx, archive.collection_id, PageRequest(50), only)
        return {document.name for document in page.items}

    assert await names(DocumentFilter(DocumentState.RECEIVED)) == {"first.txt"}
    assert len(await names(DocumentFilter(DocumentState.FAILED))) == 12
    assert await names(DocumentFilter(name_contains="copy_1.t")) == {"Copy_1.TXT"}
    assert await names(DocumentFilter(name_contains="%")) == set()
    assert await names(DocumentFilter(DocumentState.READY, "copy")) == set()


async def test_progress_counts_states_and_tells_the_time_left_from_the_pace(archive: Archive) -> None:
    assert (await progress(archive)).seconds_left == 0.0
    for number in range(4):
        await archive.receive(f"{number}.txt", b"Words.")
    before = await progress(archive)
    assert (before.counts[DocumentState.RECEIVED], before.seconds_left) == (4, None)
    await archive.read(await archive.claim())
    await archive.sql("UPDATE documents SET read_at = now() - interval '10 s' WHERE state = 'ready'")
    after = await progress(archive)
    assert (after.counts[DocumentState.READY], after.counts[DocumentState.RECEIVED]) == (1, 3)
    assert after.seconds_left == pytest.approx(30, rel=0.2)
    await archive.work()
    assert (await progress(archive)).seconds_left == 0.0


async def test_all_documents_of_a_collection_are_read_again_and_found_meanwhile(archive: Archive) -> None:
    for number in range(3):
        await archive.receive(f"{number}.txt", b"Words.")
    await archive.work()
    seen = len(archive.events.told)
    assert await archive.reread(archive.scope, archive.collection_id) == 3
    assert len(await archive.find("word")) == 3
    await archive.work()
    assert len(archive.events.told) - seen == 3
    assert await archive.sql("SELECT DISTINCT version, reading FROM documents") == [
        {"version": 1, "reading": 2}
    ]


async def test_reading_all_again_goes_on_where_it_stopped(archive: Archive) -> None:
    for number in range(4):
        await archive.receive(f"{number}.txt", b"Words.")
    await archive.work()
    await archive.reread(archive.scope, archive.collection_id)
    await archive.read(await archive.claim())
    await archive.claim(lease_s=0.0)  # its reader dies
    assert await archive.reread(archive.scope, archive.collection_id) == 3
    waiting = Chosen(collection_id=archive.collection_id, state=DocumentState.RECEIVED)
    assert (await archive.change.all_of(archive.scope, BulkAction.CANCEL, waiting)).changed == 2
    assert await archive.reread(archive.scope, archive.collection_id) == 3
    seen = len(archive.events.told)
    await archive.work()
    assert len(archive.events.told) - seen == 3  # the one that was done is not read twice
    assert await archive.reread(archive.scope, archive.collection_id) == 4


async def test_what_people_send_is_read_before_what_is_only_read_again(archive: Archive) -> None:
    for number in range(3):
        await archive.receive(f"{number}.txt", b"Words.")
    await archive.work()
    await archive.reread(archive.scope, archive.collection_id)
    new = await archive.receive("new.txt", b"Words.")
    assert (await archive.claim()).document.id == new.id


async def test_giving_up_to_read_again_leaves_a_document_as_it_was(archive: Archive) -> None:
    document = await archive.receive("a.txt", b"Words.")
    await archive.work()
    await archive.reread(archive.scope, archive.collection_id)
    cancelled = await archive.change.cancel(archive.scope, document.id)
    assert (cancelled.state, cancelled.progress, cancelled.version) == (DocumentState.READY, 1.0, 1)
    assert len(await archive.find("word")) == 1


async def test_deleting_a_collection_removes_everything_in_it(archive: Archive) -> None:
    for number in range(3):
        await archive.receive(f"{number}.txt", b"Words.")
    await archive.work()
    await archive.send("0.txt", b"Newer words.")
    await delete_collection(archive)(archive.scope, archive.collection_id)
    assert [(each.id, each.document_count) for each in archive.events.collections] == [
        (archive.collection_id, 3)
    ]
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
    await copies(archive, 200)
    async with archive.database.begin_platform() as tx:
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
