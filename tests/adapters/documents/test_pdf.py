"""PDF: pages, paragraphs, and every way a PDF can be unreadable."""

import zlib
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.sandbox import SandboxedParser
from parley.testing.documents import DocumentParserContract, refusal_of

PDF = "application/pdf"


def write_pdf(path: Path, pages: list[list[str]], *, title: str = "", password: str = "") -> None:
    encryption = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(str(path), encrypt=encryption, pageCompression=1)
    canvas.setTitle(title)
    for lines in pages:
        for row, line in enumerate(lines):
            canvas.drawString(72, 770 - 14 * row, line)
        canvas.showPage()
    canvas.save()


def raw_pdf(content: bytes) -> bytes:
    """A PDF of one page whose content stream is `content`, compressed."""
    stream = zlib.compress(content, 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body = b"%PDF-1.4\n"
    offsets = []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (
            table,
            len(body),
        )
    )


class TestPdf(DocumentParserContract):
    media_type = PDF
    extension = ".pdf"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        write_pdf(path, [[sentence] for sentence in sentences] or [[]])


async def test_each_page_keeps_its_number(parser: SandboxedParser, tmp_path: Path) -> None:
    write_pdf(tmp_path / "f", [["First page."], [], ["Third page."]], title="Annual report")
    parsed = await parser.parse(tmp_path / "f", name="f.pdf", media_type=PDF)
    assert [(block.text, block.page) for block in parsed.blocks] == [("First page.", 1), ("Third page.", 3)]
    assert (parsed.page_count, parsed.title) == (3, "Annual report")


async def test_lines_that_fill_the_page_are_one_paragraph(parser: SandboxedParser, tmp_path: Path) -> None:
    write_pdf(
        tmp_path / "f",
        [
            [
                "Parents who adopt a child have the same claim to",
                "leave as parents of a newborn child, and they",
                "may share it.",
                "Apply early.",
            ]
        ],
    )
    parsed = await parser.parse(tmp_path / "f", name="f.pdf", media_type=PDF)
    assert parsed.blocks[0].text == (
        "Parents who adopt a child have the same claim to leave as parents of a newborn child, and they"
        " may share it.\nApply early."
    )


async def test_a_title_that_a_program_made_up_is_no_title(parser: SandboxedParser, tmp_path: Path) -> None:
    write_pdf(tmp_path / "f", [["Text."]], title="Microsoft Word - draft 3.doc")
    assert (await parser.parse(tmp_path / "f", name="f.pdf", media_type=PDF)).title == ""


async def test_a_scan_is_refused_and_ocr_is_named(parser: SandboxedParser, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "f"))
    canvas.rect(72, 72, 300, 300, fill=1)
    canvas.save()
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="scan.pdf", media_type=PDF))
    assert refusal.code == "no_text"
    assert "OCR" in refusal.hint


async def test_a_pdf_with_a_password_is_refused(parser: SandboxedParser, tmp_path: Path) -> None:
    write_pdf(tmp_path / "f", [["Secret."]], password="hush")
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.pdf", media_type=PDF))
    assert refusal.code == "encrypted_file"
    assert "password" in refusal.hint


@pytest.mark.parametrize("keep", [0.1, 0.5])
async def test_a_truncated_pdf_is_refused_with_a_reason(
    parser: SandboxedParser, tmp_path: Path, keep: float
) -> None:
    write_pdf(tmp_path / "whole", [[f"Page {number}."] for number in range(20)])
    whole = (tmp_path / "whole").read_bytes()
    (tmp_path / "f").write_bytes(whole[: int(len(whole) * keep)])
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="cut.pdf", media_type=PDF))
    assert refusal.code == "damaged_file"
    assert "'cut.pdf' is damaged or incomplete" in refusal.detail


async def test_a_web_page_named_pdf_is_refused_as_mislabelled(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    (tmp_path / "f").write_text("<html><body>Please sign in to download.</body></html>")
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.pdf", media_type=PDF))
    assert refusal.code == "mislabelled_file"
    assert "claims to be a PDF but is text" in refusal.detail


async def test_a_small_file_that_unpacks_to_gigabytes_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(raw_pdf(b"BT /F1 1 Tf (" + b"a" * 150_000_000 + b") Tj ET"))
    assert (tmp_path / "f").stat().st_size < 1_000_000
    strict = SandboxedParser(ParserLimits(memory_bytes=200 << 20, cpu_s=20, wall_s=60))
    try:
        refusal = await refusal_of(strict.parse(tmp_path / "f", name="bomb.pdf", media_type=PDF))
    finally:
        await strict.close()
    assert refusal.code in {"parser_limit", "too_much_text", "no_text"}


async def test_a_page_with_endless_work_is_stopped_by_its_cpu_limit(tmp_path: Path) -> None:
    objects = b"".join(b"BT /F1 9 Tf %d 700 Td (x%d) Tj ET\n" % (n % 600, n) for n in range(200_000))
    (tmp_path / "f").write_bytes(raw_pdf(objects))
    strict = SandboxedParser(ParserLimits(cpu_s=1))
    try:
        refusal = await refusal_of(strict.parse(tmp_path / "f", name="slow.pdf", media_type=PDF))
    finally:
        await strict.close()
    assert refusal.code == "parser_limit"
    assert "1 seconds of CPU time" in refusal.detail


async def test_too_many_pages_are_refused_by_number(tmp_path: Path) -> None:
    write_pdf(tmp_path / "f", [["Page."]] * 4)
    strict = SandboxedParser(ParserLimits(pages=3))
    try:
        refusal = await refusal_of(strict.parse(tmp_path / "f", name="f.pdf", media_type=PDF))
    finally:
        await strict.close()
    assert (refusal.code, refusal.detail) == ("too_many_pages", "'f.pdf' has 4 pages; the limit is 3.")


async def test_bookmarks_are_the_headings(parser: SandboxedParser, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "f"))
    pages = [
        [("", "Before all headings.")],
        [("leave", "1 Leave"), ("", "Twenty-five days."), ("parents", "1.1 Parents"), ("", "Sixteen weeks.")],
        [("", "They may share it.")],
        [("", "The end of leave."), ("rooms", "2. ROOMS"), ("", "Book ahead.")],
        [("elsewhere", "A heading that reads"), ("", "quite otherwise")],
    ]
    outline = {"leave": ("Leave", 0), "parents": ("1.1 Parents", 1), "rooms": ("2. Rooms", 0)}
    outline["elsewhere"] = ("Appendix", 0)
    for page in pages:
        for row, (key, line) in enumerate(page):
            canvas.drawString(72, 770 - 20 * row, line)
            if key:
                canvas.bookmarkPage(key)
                canvas.addOutlineEntry(outline[key][0], key, outline[key][1])
        canvas.showPage()
    canvas.save()
    parsed = await parser.parse(tmp_path / "f", name="f.pdf", media_type=PDF)
    assert [(block.page, block.heading_path, block.text) for block in parsed.blocks] == [
        (1, (), "Before all headings."),
        (2, ("Leave",), "1 Leave\nTwenty-five days."),
        (2, ("Leave", "1.1 Parents"), "1.1 Parents\nSixteen weeks."),
        (3, ("Leave", "1.1 Parents"), "They may share it."),
        (4, ("Leave", "1.1 Parents"), "The end of leave."),
        (4, ("2. Rooms",), "2. ROOMS\nBook ahead."),
        (5, ("Appendix",), "A heading that reads quite otherwise"),
    ]
