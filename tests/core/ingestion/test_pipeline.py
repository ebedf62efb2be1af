"""The whole way, with nothing faked but the embedder: an uploaded PDF is found, with its page."""

import asyncio
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from parley.adapters.database.connection import PLATFORM_ROLE, DatabaseConfig
from parley.adapters.documents.sandbox import SandboxedParser
from parley.adapters.queue.worker import JobHandler, Worker, WorkerConfig
from parley.core.ingestion.model import IngestDocument
from parley.core.knowledge.model import Document, DocumentState
from parley.testing.logs import RecordedLog
from tests.core.ingestion.conftest import Archive

PATIENCE_S = 30.0
ENDED = {DocumentState.READY, DocumentState.FAILED}


def pdf(*pages: str) -> bytes:
    content = BytesIO()
    canvas = Canvas(content)
    for page in pages:
        canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


async def ended(archive: Archive, document: Document) -> Document:
    """The document once its reading has come to an end."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            now = await archive.document(document.id)
            assert now is not None
            if now.state in ENDED:
                return now
            await asyncio.sleep(0.02)


async def test_an_uploaded_pdf_is_found_with_its_page(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    parser = SandboxedParser()
    job = archive.job(parser)
    worker = Worker(
        WorkerConfig(database_config.platform_url, PLATFORM_ROLE),
        [JobHandler(IngestDocument, job.run, job.gave_up)],
        RecordedLog(),
    )
    working = asyncio.create_task(worker.run())
    try:
        good = await archive.receive("handbook.pdf", pdf("Leave is long.", "Parents get sixteen weeks."))
        bad = await archive.receive("scan.pdf", pdf("", ""))
        assert (await ended(archive, good)).state is DocumentState.READY
        failed = await ended(archive, bad)
    finally:
        worker.stop()
        await working
        await parser.close()
    (found,) = await archive.find("parent")
    assert (found.chunk.text, found.chunk.page) == ("Parents get sixteen weeks.", 2)
    assert failed.failure is not None
    assert failed.failure.code == "no_text"
