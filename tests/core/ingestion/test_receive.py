"""Receiving: stored, recorded and queued together, or refused without a trace."""

from uuid import uuid4

import pytest

from parley.core.ingestion.model import FileTooLarge, IngestDocument, UnreadableDocument
from parley.core.kernel.errors import NotFound
from parley.core.knowledge.model import CollectionId, DocumentState
from tests.core.ingestion.conftest import Archive


async def test_a_received_file_is_stored_recorded_and_queued(archive: Archive) -> None:
    document = await archive.receive("notes.md", b"Leave is ", b"25 days.", media_type="text/plain")
    assert await archive.document(document.id) == document
    assert (document.state, document.media_type) == (DocumentState.RECEIVED, "text/markdown")
    assert (document.size_bytes, document.created_by) == (17, archive.scope.user_id)
    assert await archive.jobs() == [IngestDocument(archive.scope.workspace_id, document.id)]
    content = [data async for data in archive.files.open(document.file_key)]
    assert b"".join(content) == b"Leave is 25 days."


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


async def test_an_empty_file_is_refused_without_a_trace(archive: Archive) -> None:
    with pytest.raises(UnreadableDocument, match=r"'a\.txt' is empty"):
        await archive.receive("a.txt")
    assert (archive.stored_files(), await archive.jobs()) == (0, [])


async def test_a_file_past_the_limit_is_refused_without_a_trace(archive: Archive) -> None:
    archive.limit_bytes = 1_000
    with pytest.raises(FileTooLarge):
        await archive.receive("a.txt", b"x" * 600, b"x" * 600)
    assert (archive.stored_files(), await archive.jobs()) == (0, [])


async def test_for_an_unknown_collection_nothing_is_left_behind(archive: Archive) -> None:
    with pytest.raises(NotFound):
        await archive.receive("a.txt", b"x", collection_id=CollectionId(uuid4()))
    assert (archive.stored_files(), await archive.jobs()) == (0, [])
