"""Ingestion: a received document becomes searchable in one step, or fails with a reason."""

from collections.abc import Sequence

import pytest

from parley.core.ingestion.ingest import EMBEDDING_BATCH
from parley.core.ingestion.lifecycle import ClaimLost
from parley.core.ingestion.model import UnreadableDocument
from parley.core.ingestion.progress import Progress
from parley.core.knowledge.events import DocumentChange
from parley.core.knowledge.model import Document, DocumentState, EmbedderUnavailable
from tests.core.ingestion.conftest import Archive, FakeEmbedder

LEAVE = b"Leave is twenty-five days.\n\nParents get sixteen weeks."


async def now(archive: Archive, document: Document) -> Document:
    found = await archive.document(document.id)
    assert found is not None
    return found


async def test_a_document_becomes_searchable_by_its_words_and_its_name(archive: Archive) -> None:
    document = await archive.receive("Leave_policy.txt", LEAVE)
    await archive.read(await archive.claim())
    ready = await now(archive, document)
    assert (ready.state, ready.progress, ready.version) == (DocumentState.READY, 1.0, 1)
    assert (ready.chunk_count, ready.page_count, ready.failure) == (2, 2, None)
    assert (ready.chunks_done, ready.chunks_total) == (2, 2)
    assert [(chunk.text, chunk.page) for chunk in await archive.chunks(document.id)] == [
        ("Leave is twenty-five days.", 1),
        ("Parents get sixteen weeks.", 2),
    ]
    assert [found.chunk.text for found in await archive.find("parent")] == ["Parents get sixteen weeks."]
    assert len(await archive.find("polici")) == 2
    assert [(change, told.chunk_count) for change, told in archive.events.told] == [(DocumentChange.READY, 2)]


async def test_title_and_headings_are_embedded_with_the_text(archive: Archive) -> None:
    await archive.receive("Leave_policy.txt", LEAVE)
    await archive.work()
    assert isinstance(archive.embedder, FakeEmbedder)
    assert archive.embedder.seen == [
        "Leave policy\nLeave is twenty-five days.",
        "Leave policy\nParents get sixteen weeks.",
    ]


class Matcher:
    """Keeps the length of each text."""

    def __init__(self, model: str) -> None:
        self.model = model

    async def read(self, texts: Sequence[str]) -> list[bytes]:
        return [str(len(text)).encode() for text in texts]

    async def closeness(self, question: str, passages: Sequence[bytes]) -> list[float]:
        raise NotImplementedError


async def test_what_questions_are_compared_with_is_kept_with_the_vectors(archive: Archive) -> None:
    assert archive.embedder is not None
    archive.matcher = Matcher(archive.embedder.model)
    await archive.receive("Leave_policy.txt", LEAVE)
    await archive.work()
    kept = await archive.sql("SELECT tokens FROM chunk_vectors ORDER BY chunk_id")
    assert [each["tokens"] for each in kept] == [b"39", b"39"]


async def test_nothing_is_kept_for_a_matcher_of_another_model(archive: Archive) -> None:
    archive.matcher = Matcher("another")
    await archive.receive("Leave_policy.txt", LEAVE)
    await archive.work()
    kept = await archive.sql("SELECT tokens FROM chunk_vectors")
    assert [each["tokens"] for each in kept] == [None, None]


async def test_without_an_embedder_a_document_is_found_by_its_words(archive: Archive) -> None:
    archive.embedder = None
    document = await archive.receive("Leave_policy.txt", LEAVE)
    await archive.work()
    assert (await now(archive, document)).state is DocumentState.READY
    assert len(await archive.find("week")) == 1
    assert await archive.sql("SELECT 1 FROM chunk_vectors") == []


async def test_a_file_at_fault_fails_with_its_reason_and_is_not_tried_again(archive: Archive) -> None:
    archive.parser.error = UnreadableDocument("no_text", "It is a scan.", hint="Use OCR.")
    document = await archive.receive("a.txt", LEAVE)
    await archive.work()
    failed = await now(archive, document)
    assert failed.state is DocumentState.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.detail, failed.failure.hint) == (
        "no_text",
        "It is a scan.",
        "Use OCR.",
    )
    assert await archive.claims() == ()
    assert [change for change, _ in archive.events.told] == [DocumentChange.FAILED]


async def test_a_stored_file_that_is_gone_fails_the_document_with_a_way_out(archive: Archive) -> None:
    document = await archive.receive("a.txt", LEAVE)
    await archive.files.remove(document.file_key)
    await archive.work()
    failed = await now(archive, document)
    assert failed.failure is not None
    assert failed.failure.code == "file_missing"
    assert "upload the file again" in failed.failure.hint


async def test_an_embedder_that_is_down_leaves_the_document_to_another_attempt(archive: Archive) -> None:
    archive.embedder = FakeEmbedder(error=EmbedderUnavailable("No embedder answers."))
    document = await archive.receive("a.txt", LEAVE)
    claim = await archive.claim()
    with pytest.raises(EmbedderUnavailable) as refusal:
        await archive.read(claim)
    await archive.ingest().put_off(claim, refusal.value, delay_s=0.0)
    waiting = await now(archive, document)
    assert waiting.state is DocumentState.RECEIVED
    assert waiting.failure is not None
    assert waiting.failure.code == "embedder_unavailable"

    archive.embedder = FakeEmbedder()
    again = await archive.claim()
    assert (again.attempt, again.epoch) == (2, claim.epoch + 1)
    await archive.read(again)
    ready = await now(archive, document)
    assert (ready.state, ready.failure) == (DocumentState.READY, None)


async def test_a_document_that_is_put_off_waits_for_its_time(archive: Archive) -> None:
    await archive.receive("a.txt", LEAVE)
    await archive.ingest().put_off(await archive.claim(), EmbedderUnavailable("Down."), delay_s=600.0)
    assert await archive.claims() == ()


@pytest.mark.parametrize(
    ("error", "code"),
    [(EmbedderUnavailable("No embedder."), "embedder_unavailable"), (KeyError("x"), "internal_error")],
)
async def test_a_document_that_is_given_up_tells_the_reason_but_no_inner_fault(
    archive: Archive, error: Exception, code: str
) -> None:
    document = await archive.receive("a.txt", LEAVE)
    await archive.ingest().fail(await archive.claim(), error)
    failed = await now(archive, document)
    assert failed.failure is not None
    assert (failed.state, failed.failure.code) == (DocumentState.FAILED, code)
    assert failed.failure.hint or code == "embedder_unavailable"


async def test_who_was_overtaken_by_another_reader_changes_nothing(archive: Archive) -> None:
    document = await archive.receive("a.txt", LEAVE)
    first = await archive.claim(lease_s=0.0)
    second = await archive.claim()
    assert (second.document.id, second.epoch) == (first.document.id, first.epoch + 1)
    with pytest.raises(ClaimLost):
        await archive.read(first)
    with pytest.raises(ClaimLost):
        await archive.ingest().fail(first, KeyError())
    with pytest.raises(ClaimLost):
        await archive.ingest().put_off(first, KeyError(), delay_s=0.0)
    await archive.read(second)
    with pytest.raises(ClaimLost):
        await archive.read(first)
    assert (await now(archive, document)).state is DocumentState.READY
    assert len(await archive.chunks(document.id)) == 2


async def test_a_document_deleted_while_it_is_read_stays_deleted(archive: Archive) -> None:
    document = await archive.receive("a.txt", LEAVE)
    archive.parser.before = lambda: archive.change.delete(archive.scope, document.id)
    with pytest.raises(ClaimLost):
        await archive.read(await archive.claim())
    assert await archive.document(document.id) is None
    assert await archive.find("leav") == ()


async def test_a_document_deleted_while_it_is_embedded_stays_deleted(archive: Archive) -> None:
    document = await archive.receive("a.txt", LEAVE)

    class Slow(FakeEmbedder):
        async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
            await archive.change.delete(archive.scope, document.id)
            return await super().embed(texts)

    archive.embedder = Slow()
    with pytest.raises(ClaimLost):
        await archive.read(await archive.claim())
    assert await archive.document(document.id) is None
    assert await archive.find("leav") == ()


async def test_progress_grows_and_readers_never_see_half_a_document(archive: Archive) -> None:
    content = b"\n\n".join(b"Paragraph %d of many." % number for number in range(EMBEDDING_BATCH * 2 + 1))
    document = await archive.receive("a.txt", content)
    progress = Progress()
    claim = await archive.claim()
    seen: list[tuple[DocumentState, float, int | None, int]] = []

    class Watching(FakeEmbedder):
        async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
            report = progress.report(claim)
            found = len(await archive.find("paragraph"))
            seen.append((report.state, report.progress, report.chunks_total, found))
            assert (report.seconds_left is None) == (report.chunks_done == 0)
            return await super().embed(texts)

    archive.embedder = Watching()
    await archive.ingest()(claim, progress)
    assert [(state, total) for state, _, total, _ in seen] == [(DocumentState.EMBEDDING, 65)] * 3
    shares = [share for _, share, _, _ in seen]
    assert shares == sorted(set(shares))
    assert {found for *_, found in seen} == {0}
    assert len(await archive.chunks(document.id)) == EMBEDDING_BATCH * 2 + 1


async def test_a_long_text_is_cut_without_holding_up_the_heartbeats(archive: Archive) -> None:
    document = await archive.receive("long.txt", b"All of it is one long paragraph. " * 8_000)
    await archive.work()
    assert (await now(archive, document)).chunk_count > 200
