"""The whole way, with nothing faked but the embedder: an uploaded PDF is found, with its page."""

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from parley.adapters.database.connection import DatabaseConfig
from parley.adapters.documents.sandbox import SandboxedParser
from parley.core.knowledge.model import DocumentState
from tests.core.ingestion.conftest import Archive


def pdf(*pages: str) -> bytes:
    content = BytesIO()
    canvas = Canvas(content)
    for page in pages:
        canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


async def test_an_uploaded_pdf_is_found_with_its_page(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    parser = SandboxedParser()
    try:
        async with archive.reading(database_config, parser):
            good = await archive.receive("handbook.pdf", pdf("Leave is long.", "Parents get sixteen weeks."))
            bad = await archive.receive("scan.pdf", pdf("", ""))
            assert (await archive.ended(good)).state is DocumentState.READY
            failed = await archive.ended(bad)
    finally:
        await parser.close()
    (found,) = await archive.find("parent")
    assert (found.chunk.text, found.chunk.page) == ("Parents get sixteen weeks.", 2)
    assert failed.failure is not None
    assert failed.failure.code == "no_text"
