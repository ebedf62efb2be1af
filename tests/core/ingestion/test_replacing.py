"""A changed document is replaced in one step: readers see the old version whole, then the new one whole."""

from collections.abc import Sequence

import pytest

from parley.core.ingestion.lifecycle import ClaimLost, Outcome
from parley.core.ingestion.model import UnreadableDocument
from parley.core.knowledge.events import DocumentChange
from parley.core.knowledge.model import Document, DocumentState
from tests.core.ingestion.conftest import Archive, FakeEmbedder

OLD, NEW = b"The old apple.\n\nThe old pear.", b"The new banana."


@pytest.fixture
async def ready(archive: Archive) -> Document:
    document = await archive.receive("fruit.txt", OLD)
    await archive.work()
    return document


async def seen(archive: Archive, document: Document) -> tuple[list[str], int, bytes]:
    """What a reader sees of it: what a search finds, its version, its original."""
    found = await archive.document(document.id)
    assert found is not None
    texts = [each.chunk.text for each in await archive.find("old", "new")]
    content = b"".join([data async for data in archive.files.open(found.file_key)])
    assert found.size_bytes == len(content)
    return sorted(texts), found.version, content


AS_OLD = (["The old apple.", "The old pear."], 1, OLD)
AS_NEW = (["The new banana."], 2, NEW)


async def state_of(archive: Archive, document: Document) -> DocumentState:
    found = await archive.document(document.id)
    assert found is not None
    return found.state


async def test_readers_see_the_old_version_whole_until_the_new_one_is(
    archive: Archive, ready: Document
) -> None:
    received = await archive.send("fruit.txt", NEW)
    assert (received.outcome, received.document.id) == (Outcome.REPLACING, ready.id)
    assert (received.document.state, received.document.searchable) == (DocumentState.RECEIVED, True)
    views = [await seen(archive, ready)]

    class Watching(FakeEmbedder):
        async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
            views.append(await seen(archive, ready))
            return await super().embed(texts)

    archive.embedder = Watching()
    await archive.work()
    assert views == [AS_OLD, AS_OLD]
    assert await seen(archive, ready) == AS_NEW
    assert archive.stored_files() == 1
    assert [change for change, _ in archive.events.told] == [DocumentChange.READY, DocumentChange.REPLACED]
    told = archive.events.told[-1][1]
    assert (told.version, told.size_bytes, told.next_content) == (2, len(NEW), None)


async def test_a_document_is_replaced_by_its_id_whatever_the_file_is_called(
    archive: Archive, ready: Document
) -> None:
    received = await archive.replace(ready.id, NEW)
    assert (received.outcome, received.document.name) == (Outcome.REPLACING, "fruit.txt")
    await archive.work()
    assert await seen(archive, ready) == AS_NEW
    assert (await archive.replace(ready.id, NEW)).outcome is Outcome.UNCHANGED


async def test_new_content_that_cannot_be_read_leaves_the_old_and_says_why(
    archive: Archive, ready: Document
) -> None:
    archive.parser.error = UnreadableDocument("no_text", "It is a scan.", hint="Use OCR.")
    await archive.send("fruit.txt", NEW)
    await archive.work()
    failed = await archive.document(ready.id)
    assert failed is not None
    assert failed.failure is not None
    assert (failed.state, failed.failure.code, failed.searchable) == (DocumentState.FAILED, "no_text", True)
    assert await seen(archive, ready) == AS_OLD

    archive.parser.error = None
    await archive.change.retry(archive.scope, ready.id)
    await archive.work()
    assert await seen(archive, ready) == AS_NEW


async def test_a_failed_replacement_can_be_given_up(archive: Archive, ready: Document) -> None:
    archive.parser.error = UnreadableDocument("no_text", "It is a scan.", hint="Use OCR.")
    await archive.send("fruit.txt", NEW)
    await archive.work()
    given_up = await archive.change.cancel(archive.scope, ready.id)
    assert (given_up.state, given_up.failure, given_up.next_content) == (DocumentState.READY, None, None)
    await archive.work()
    assert archive.stored_files() == 1


async def test_cancelling_a_replacement_leaves_the_old_version(archive: Archive, ready: Document) -> None:
    await archive.send("fruit.txt", NEW)
    claim = await archive.claim()
    cancelled = await archive.change.cancel(archive.scope, ready.id)
    assert (cancelled.state, cancelled.progress) == (DocumentState.READY, 1.0)
    with pytest.raises(ClaimLost):
        await archive.read(claim)
    await archive.work()
    assert await seen(archive, ready) == AS_OLD
    assert archive.stored_files() == 1


async def test_of_two_replacements_in_a_row_the_last_stands(archive: Archive, ready: Document) -> None:
    await archive.send("fruit.txt", b"The middle cherry.")
    late = await archive.claim()
    await archive.send("fruit.txt", NEW)
    newest = await archive.claim()
    await archive.read(newest)
    with pytest.raises(ClaimLost):
        await archive.read(late)
    await archive.work()
    assert await seen(archive, ready) == AS_NEW
    assert archive.stored_files() == 1


async def test_the_old_content_sent_again_gives_the_replacement_up(archive: Archive, ready: Document) -> None:
    await archive.send("fruit.txt", NEW)
    back = await archive.send("fruit.txt", OLD)
    assert (back.outcome, back.document.state) == (Outcome.UNCHANGED, DocumentState.READY)
    await archive.work()
    assert await seen(archive, ready) == AS_OLD
    assert archive.stored_files() == 1


async def test_a_replacement_while_the_first_content_is_read_takes_its_place(archive: Archive) -> None:
    document = await archive.receive("fruit.txt", OLD)
    first = await archive.claim()
    received = await archive.send("fruit.txt", NEW)
    assert (received.outcome, received.document.size_bytes) == (Outcome.REPLACING, len(NEW))
    with pytest.raises(ClaimLost):
        await archive.read(first)
    await archive.work()
    assert await seen(archive, document) == (["The new banana."], 1, NEW)
    assert archive.stored_files() == 1
    assert [change for change, _ in archive.events.told] == [DocumentChange.READY]


async def test_a_failed_document_is_replaced_by_content_that_can_be_read(archive: Archive) -> None:
    archive.parser.error = UnreadableDocument("no_text", "It is a scan.", hint="Use OCR.")
    document = await archive.receive("fruit.txt", OLD)
    await archive.work()
    archive.parser.error = None
    await archive.send("fruit.txt", NEW)
    await archive.work()
    assert await seen(archive, document) == (["The new banana."], 1, NEW)
    assert await state_of(archive, document) is DocumentState.READY
