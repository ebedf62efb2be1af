"""Receiving: stored, recorded and waiting to be read, or refused without a trace; twice changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest

from parley.core.ingestion.lifecycle import DocumentLimitReached, DocumentLimits, IfExists, Outcome
from parley.core.ingestion.model import FileTooLarge, RemoveFiles, UnreadableDocument
from parley.core.ingestion.receive import Upload
from parley.core.kernel.errors import NotFound
from parley.core.knowledge.model import CollectionId, DocumentId, DocumentState
from tests.core.ingestion.conftest import Archive


async def content_of(archive: Archive, key: str) -> bytes:
    return b"".join([data async for data in archive.files.open(key)])


async def test_a_received_file_is_stored_recorded_and_waits_to_be_read(archive: Archive) -> None:
    document = await archive.receive("notes.md", b"Leave is ", b"25 days.", media_type="text/plain")
    assert await archive.document(document.id) == document
    assert (document.state, document.media_type) == (DocumentState.RECEIVED, "text/markdown")
    assert (document.size_bytes, document.created_by) == (17, archive.scope.user_id)
    assert (await archive.claim()).document.id == document.id
    assert await content_of(archive, document.file_key) == b"Leave is 25 days."


@pytest.mark.parametrize("name", ["tool.exe", "archive.tar.gz", "no-extension"])
async def test_a_kind_that_cannot_be_read_is_refused_before_it_is_stored(archive: Archive, name: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        await archive.receive(name, b"x", media_type="application/octet-stream")
    assert refusal.value.code == "unsupported_type"
    assert name in refusal.value.detail
    assert ".pdf" in refusal.value.hint
    assert not archive.folder.exists()


async def test_without_an_extension_the_media_type_tells_the_kind(archive: Archive) -> None:
    document = await archive.receive("page", b"<p>x", media_type="text/html; charset=utf-8")
    assert document.media_type == "text/html"


async def test_where_a_page_was_fetched_from_is_kept(archive: Archive) -> None:
    received = await archive.send("page.html", b"<p>x", url="https://example.org/page")
    assert received.document.source_url == "https://example.org/page"


async def test_an_empty_file_is_refused_without_a_trace(archive: Archive) -> None:
    with pytest.raises(UnreadableDocument, match=r"'a\.txt' is empty"):
        await archive.receive("a.txt")
    assert (archive.stored_files(), await archive.claims()) == (0, ())


async def test_a_file_past_the_limit_is_refused_without_a_trace(archive: Archive) -> None:
    archive.upload_bytes = 1_000
    with pytest.raises(FileTooLarge):
        await archive.receive("a.txt", b"x" * 600, b"x" * 600)
    assert (archive.stored_files(), await archive.claims()) == (0, ())


async def test_for_an_unknown_collection_nothing_is_left_behind(archive: Archive) -> None:
    with pytest.raises(NotFound):
        await archive.receive("a.txt", b"x", collection_id=CollectionId(uuid4()))
    assert (archive.stored_files(), await archive.claims()) == (0, ())


async def test_the_same_content_again_changes_nothing(archive: Archive) -> None:
    first = await archive.send("a.txt", b"Words.")
    assert first.outcome is Outcome.CREATED
    for _ in range(2):  # while it waits, and once it is ready
        again = await archive.send("a.txt", b"Words.")
        assert (again.outcome, again.document.id) == (Outcome.UNCHANGED, first.document.id)
        assert archive.stored_files() == 1
        await archive.work()
    ready = await archive.document(first.document.id)
    assert ready is not None
    assert (ready.state, ready.version) == (DocumentState.READY, 1)


async def test_a_file_that_cannot_be_read_is_not_read_again_when_it_is_sent_again(archive: Archive) -> None:
    archive.parser.error = UnreadableDocument("no_text", "It is a scan.", hint="Use OCR.")
    await archive.receive("a.txt", b"Words.")
    await archive.work()
    again = await archive.send("a.txt", b"Words.")
    assert (again.outcome, again.document.state) == (Outcome.UNCHANGED, DocumentState.FAILED)
    assert await archive.claims() == ()


async def test_many_who_send_the_same_file_at_once_make_one_document(archive: Archive) -> None:
    received = await asyncio.gather(*(archive.send("a.txt", b"Words.") for _ in range(8)))
    outcomes = sorted(each.outcome for each in received)
    assert outcomes == [Outcome.CREATED] + [Outcome.UNCHANGED] * 7
    assert len({each.document.id for each in received}) == 1
    assert archive.stored_files() == 1


async def test_the_same_content_under_another_name_is_another_document(archive: Archive) -> None:
    first, second = await archive.send("a.txt", b"Words."), await archive.send("b.txt", b"Words.")
    assert second.outcome is Outcome.CREATED
    assert first.document.id != second.document.id


async def test_other_content_is_left_out_where_the_document_is_to_be_kept(archive: Archive) -> None:
    first = await archive.send("a.txt", b"Words.")
    other = await archive.send("a.txt", b"Other words.", IfExists.KEEP)
    assert (other.outcome, other.document) == (Outcome.UNCHANGED, first.document)
    assert archive.stored_files() == 1


async def test_a_name_that_one_may_not_read_stays_unknown(archive: Archive) -> None:
    hidden = await archive.receive("salaries.txt", b"Secret.")
    await archive.sql("UPDATE documents SET principals = ARRAY[gen_random_uuid()]")
    mine = await archive.send("salaries.txt", b"Secret.")
    assert mine.outcome is Outcome.CREATED
    assert mine.document.id != hidden.id
    with pytest.raises(NotFound):
        await archive.replace(hidden.id, b"Mine.")


async def test_an_unknown_document_is_not_replaced(archive: Archive) -> None:
    with pytest.raises(NotFound):
        await archive.replace(DocumentId(uuid4()), b"x")


async def test_a_document_deleted_while_its_new_content_comes_in_is_not_found(archive: Archive) -> None:
    document = await archive.receive("a.txt", b"Words.")

    async def content() -> AsyncIterator[bytes]:
        await archive.change.delete(archive.scope, document.id)
        yield b"New words."

    with pytest.raises(NotFound):
        await archive.receiving.replace(archive.scope, document.id, Upload("", "", content()))
    await archive.work()
    assert archive.stored_files() == 0


async def test_a_workspace_holds_no_more_documents_than_its_limit(archive: Archive) -> None:
    archive.limits = DocumentLimits(documents=3)
    outcomes = await asyncio.gather(
        *(archive.send(f"{number}.txt", b"Words.") for number in range(6)), return_exceptions=True
    )
    refused = [each for each in outcomes if isinstance(each, DocumentLimitReached)]
    assert len(refused) == 3
    assert "3 documents" in refused[0].detail
    assert "PARLEY_WORKSPACE_DOCUMENTS" in refused[0].hint
    assert archive.stored_files() == 3
    [first, *_] = [each for each in outcomes if not isinstance(each, BaseException)]
    await archive.change.delete(archive.scope, first.document.id)
    assert (await archive.send("new.txt", b"Words.")).outcome is Outcome.CREATED


async def test_a_workspace_stores_no_more_bytes_than_its_limit(archive: Archive) -> None:
    archive.limits = DocumentLimits(bytes=100)
    document = await archive.receive("a.txt", b"x" * 60)
    with pytest.raises(DocumentLimitReached) as refusal:
        await archive.receive("b.txt", b"x" * 60)
    assert "PARLEY_WORKSPACE_STORAGE_MB" in refusal.value.hint
    await archive.work()
    with pytest.raises(DocumentLimitReached):  # both are stored until the new one is ready
        await archive.replace(document.id, b"y" * 60)
    await archive.replace(document.id, b"y" * 30)
    await archive.work()
    await archive.receive("b.txt", b"x" * 60)
    assert await archive.sql("SELECT documents, bytes FROM document_totals") == [
        {"documents": 2, "bytes": 90}
    ]


async def test_no_more_documents_wait_than_the_limit(archive: Archive) -> None:
    archive.limits = DocumentLimits(waiting=2)
    for name in ("a.txt", "b.txt"):
        await archive.receive(name, b"Words.")
    with pytest.raises(DocumentLimitReached) as refusal:
        await archive.receive("c.txt", b"Words.")
    assert "2 documents of this workspace wait" in refusal.value.detail
    await archive.work()
    await archive.receive("c.txt", b"Words.")


async def test_totals_follow_a_collection_that_is_removed(archive: Archive) -> None:
    await archive.receive("a.txt", b"Words.")
    await archive.sql("DELETE FROM collections")
    assert await archive.sql("SELECT documents, bytes FROM document_totals") == [{"documents": 0, "bytes": 0}]


async def test_a_file_stays_where_the_answer_to_the_commit_was_lost(archive: Archive) -> None:
    """The row may be there all the same; a file that is not needed is swept away later."""

    class AnswerLost(Exception): ...

    class Lossy:
        def __getattr__(self, name: str) -> object:
            return getattr(archive.database, name)

        def begin(self, scope: object) -> object:
            inner = archive.database.begin(scope)  # type: ignore[arg-type]

            class Losing:
                async def __aenter__(self) -> object:
                    return await inner.__aenter__()

                async def __aexit__(self, *error: object) -> None:
                    await inner.__aexit__(*error)  # type: ignore[arg-type]
                    raise AnswerLost

            return Losing()

    lossy = replace(archive, database=Lossy())  # type: ignore[arg-type]
    with pytest.raises(AnswerLost):
        await lossy.receive("a.txt", b"Words.")
    await archive.work()
    assert len(await archive.find("word")) == 1


async def test_what_replaced_content_leaves_behind_is_removed(archive: Archive) -> None:
    document = await archive.receive("a.txt", b"One.")
    await archive.send("a.txt", b"Two.")
    assert await archive.jobs() == [RemoveFiles(archive.scope.workspace_id, (document.file_key,))]
    await archive.work()
    assert archive.stored_files() == 1
    found = await archive.document(document.id)
    assert found is not None
    assert await content_of(archive, found.file_key) == b"Two."
