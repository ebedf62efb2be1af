"""Ingestion: a received document becomes searchable in one step, or fails with a reason."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import execute, rows
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.core.ingestion.ingest import EMBEDDING_BATCH
from parley.core.ingestion.model import IngestDocument, UnreadableDocument
from parley.core.ingestion.service import DeleteDocument
from parley.core.knowledge.model import DocumentState, EmbedderUnavailable
from tests.core.ingestion.conftest import Archive, FakeEmbedder

LEAVE = b"Leave is twenty-five days.\n\nParents get sixteen weeks."


async def state_of(archive: Archive, job: IngestDocument) -> tuple[DocumentState, float]:
    document = await archive.document(job.document_id)
    assert document is not None
    return document.state, document.progress


async def received(archive: Archive, content: bytes = LEAVE) -> IngestDocument:
    document = await archive.receive("Leave_policy.txt", content)
    return IngestDocument(archive.scope.workspace_id, document.id)


async def test_a_document_becomes_searchable_by_its_words_and_its_name(archive: Archive) -> None:
    job = await received(archive)
    await archive.job().run(job)
    document = await archive.document(job.document_id)
    assert document is not None
    assert (document.state, document.progress) == (DocumentState.READY, 1.0)
    assert (document.chunk_count, document.page_count, document.failure) == (2, 2, None)
    assert [(chunk.text, chunk.page) for chunk in await archive.chunks(job.document_id)] == [
        ("Leave is twenty-five days.", 1),
        ("Parents get sixteen weeks.", 2),
    ]
    assert [found.chunk.text for found in await archive.find("parent")] == ["Parents get sixteen weeks."]
    assert len(await archive.find("polici")) == 2


async def test_title_and_headings_are_embedded_with_the_text(archive: Archive) -> None:
    await archive.job().run(await received(archive))
    assert isinstance(archive.embedder, FakeEmbedder)
    assert archive.embedder.seen == [
        "Leave policy\nLeave is twenty-five days.",
        "Leave policy\nParents get sixteen weeks.",
    ]


async def test_without_an_embedder_a_document_is_found_by_its_words(archive: Archive) -> None:
    archive.embedder = None
    job = await received(archive)
    await archive.job().run(job)
    assert await state_of(archive, job) == (DocumentState.READY, 1.0)
    assert len(await archive.find("week")) == 1
    async with archive.database.begin_platform() as tx:
        assert await rows(tx, text("SELECT 1 FROM chunk_vectors")) == []


async def test_a_file_at_fault_fails_with_its_reason_and_is_not_tried_again(archive: Archive) -> None:
    archive.parser.error = UnreadableDocument("no_text", "It is a scan.", hint="Use OCR.")
    job = await received(archive)
    await archive.job().run(job)
    document = await archive.document(job.document_id)
    assert document is not None
    assert document.state is DocumentState.FAILED
    assert document.failure is not None
    assert (document.failure.code, document.failure.detail, document.failure.hint) == (
        "no_text",
        "It is a scan.",
        "Use OCR.",
    )


async def test_a_stored_file_that_is_gone_fails_the_document(archive: Archive) -> None:
    job = await received(archive)
    document = await archive.document(job.document_id)
    assert document is not None
    await archive.files.remove(document.file_key)
    await archive.job().run(job)
    assert await state_of(archive, job) == (DocumentState.FAILED, 0.0)


async def test_an_embedder_that_is_down_leaves_the_document_to_another_attempt(archive: Archive) -> None:
    down = EmbedderUnavailable("No embedder answers.")
    archive.embedder = FakeEmbedder(error=down)
    job = await received(archive)
    with pytest.raises(EmbedderUnavailable):
        await archive.job().run(job)
    assert await state_of(archive, job) == (DocumentState.EMBEDDING, 0.25)

    archive.embedder = FakeEmbedder()
    await archive.job().run(job)
    assert await state_of(archive, job) == (DocumentState.READY, 1.0)


@pytest.mark.parametrize(
    ("error", "code"),
    [(EmbedderUnavailable("No embedder."), "embedder_unavailable"), (KeyError("x"), "internal_error")],
)
async def test_when_the_queue_gives_up_the_document_fails_with_the_reason(
    archive: Archive, error: Exception, code: str
) -> None:
    job = await received(archive)
    await archive.job().gave_up(job, error)
    document = await archive.document(job.document_id)
    assert document is not None
    assert document.failure is not None
    assert (document.state, document.failure.code) == (DocumentState.FAILED, code)
    assert document.failure.hint or code == "embedder_unavailable"


async def test_running_a_job_twice_changes_nothing(archive: Archive) -> None:
    job = await received(archive)
    await archive.job().run(job)
    before = await archive.chunks(job.document_id)
    await archive.job().run(job)
    assert await archive.chunks(job.document_id) == before
    assert isinstance(archive.embedder, FakeEmbedder)
    assert len(archive.embedder.seen) == 2


async def test_two_workers_at_the_same_document_leave_its_chunks_once(archive: Archive) -> None:
    job = await received(archive)
    await asyncio.gather(archive.job().run(job), archive.job().run(job))
    assert len(await archive.chunks(job.document_id)) == 2
    assert await state_of(archive, job) == (DocumentState.READY, 1.0)


async def test_a_run_that_fails_after_another_has_ended_leaves_the_document_ready(archive: Archive) -> None:
    job = await received(archive)

    class Overtaken(FakeEmbedder):
        async def embed(self, texts: Sequence[str]) -> list[list[float]]:
            archive.embedder = FakeEmbedder()
            await archive.job().run(job)
            raise EmbedderUnavailable("No embedder answers.")

    archive.embedder = Overtaken()
    with pytest.raises(EmbedderUnavailable):
        await archive.job().run(job)
    await archive.job().gave_up(job, EmbedderUnavailable("No embedder answers."))
    assert await state_of(archive, job) == (DocumentState.READY, 1.0)
    assert len(await archive.chunks(job.document_id)) == 2


async def test_a_document_deleted_while_it_is_read_stays_deleted(archive: Archive) -> None:
    job = await received(archive)
    delete = DeleteDocument(archive.database, PostgresDocuments(), PgQueuerJobs())
    archive.parser.before = lambda: delete(archive.scope, job.document_id)
    await archive.job().run(job)
    assert await archive.document(job.document_id) is None
    assert await archive.find("leav") == ()


async def test_a_document_deleted_while_it_is_embedded_stays_deleted(archive: Archive) -> None:
    job = await received(archive)
    delete = DeleteDocument(archive.database, PostgresDocuments(), PgQueuerJobs())

    class Slow(FakeEmbedder):
        async def embed(self, texts: Sequence[str]) -> list[list[float]]:
            await delete(archive.scope, job.document_id)
            return await super().embed(texts)

    archive.embedder = Slow()
    await archive.job().run(job)
    assert await archive.document(job.document_id) is None
    assert await archive.find("leav") == ()


async def test_a_job_of_a_deleted_document_does_nothing(archive: Archive) -> None:
    job = await received(archive)
    async with archive.database.begin_platform() as tx:
        await execute(tx, text("DELETE FROM documents"))
    await archive.job().run(job)
    await archive.job().gave_up(job, KeyError())
    assert await archive.document(job.document_id) is None


async def test_progress_grows_and_readers_never_see_half_a_document(archive: Archive) -> None:
    content = b"\n\n".join(b"Paragraph %d of many." % number for number in range(EMBEDDING_BATCH * 2 + 1))
    job = await received(archive, content)
    seen: list[tuple[DocumentState, float, int]] = []

    class Watching(FakeEmbedder):
        async def embed(self, texts: Sequence[str]) -> list[list[float]]:
            state, progress = await state_of(archive, job)
            seen.append((state, progress, len(await archive.find("paragraph"))))
            return await super().embed(texts)

    archive.embedder = Watching()
    await archive.job().run(job)
    assert [state for state, _, _ in seen] == [DocumentState.EMBEDDING] * 3
    progress = [value for _, value, _ in seen]
    assert progress == sorted(set(progress))
    assert {found for _, _, found in seen} == {0}
    assert len(await archive.chunks(job.document_id)) == EMBEDDING_BATCH * 2 + 1
