"""Pictures: what a stand-in with Tesseract's command line makes of them. The real program is not run here."""

import asyncio
import os
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.messages import TesseractConfig
from parley.adapters.documents.sandbox import SandboxedParser
from parley.adapters.documents.tesseract import TesseractUnusable, find_tesseract
from parley.core.ingestion.model import ParsedDocument
from parley.testing.documents import PNG, refusal_of

PDF = "application/pdf"

STAND_IN = """#!{python}
import sys
arguments = sys.argv[1:]
if arguments == ["--list-langs"]:
    print("List of available languages (4):")
    print("deu\\neng\\nosd\\nscript/Latin")
    sys.exit(0)
if arguments[:2] != ["stdin", "stdout"] or arguments[2] != "-l":
    sys.exit("usage")
picture = sys.stdin.buffer.read()
if b"BROKEN" in picture:
    sys.exit("Error in pixReadStream")
if picture[:4] == b"II*\\0":
    print("First page.\\f\\fThird page.", end="\\f")
elif b"IHDR" in picture:
    print("Read by " + arguments[3] + ".", end="\\n\\f")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """On the path, with a program called tesseract in it."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "tesseract"
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", str(folder), prepend=os.pathsep)
        yield folder


@pytest.fixture(scope="module")
def recognizing(folder: Path) -> Iterator[SandboxedParser]:
    shared = SandboxedParser(tesseract=find_tesseract("eng+deu"))
    yield shared
    asyncio.run(shared.close())


def grey_png() -> bytes:
    """One pixel."""
    parts = []
    header = (1).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    for kind, content in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0\x80")), (b"IEND", b"")):
        checksum = zlib.crc32(kind + content).to_bytes(4, "big")
        parts.append(len(content).to_bytes(4, "big") + kind + content + checksum)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def write_half_scan(path: Path, tmp_path: Path) -> None:
    """Pages 2, 4 and 5 are pictures; page 5 has a page number over it, page 3 a small logo."""
    (tmp_path / "scan.png").write_bytes(grey_png())
    scan = ImageReader(str(tmp_path / "scan.png"))
    canvas = Canvas(str(path), pagesize=(612, 792))
    canvas.drawString(72, 700, "Typed with care, as letters that can be read.")
    canvas.showPage()
    canvas.drawImage(scan, 0, 0, 612, 792)
    canvas.showPage()
    canvas.drawImage(scan, 0, 0, 60, 60)
    canvas.drawString(72, 700, "With a logo.")
    canvas.showPage()
    canvas.drawImage(scan, 0, 0, 612, 792)
    canvas.showPage()
    canvas.drawImage(scan, 0, 0, 612, 792)
    canvas.drawString(300, 20, "5")
    canvas.showPage()
    canvas.save()


async def parse(parser: SandboxedParser, path: Path, name: str = "f.pdf", kind: str = PDF) -> ParsedDocument:
    return await parser.parse(path, name=name, media_type=kind)


async def test_without_a_recogniser_readable_pages_are_kept_and_the_others_named(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    write_half_scan(tmp_path / "f", tmp_path)
    parsed = await parse(parser, tmp_path / "f")
    assert [block.page for block in parsed.blocks] == [1, 3, 5]
    assert parsed.notice == "Pages 2, 4-5 are pictures without text; they need OCR."


async def test_pages_that_are_pictures_are_recognised(recognizing: SandboxedParser, tmp_path: Path) -> None:
    write_half_scan(tmp_path / "f", tmp_path)
    parsed = await parse(recognizing, tmp_path / "f")
    assert [(block.page, block.text) for block in parsed.blocks] == [
        (1, "Typed with care, as letters that can be read."),
        (2, "Read by eng+deu."),
        (3, "With a logo."),
        (4, "Read by eng+deu."),
        (5, "5\n\nRead by eng+deu."),
    ]
    assert parsed.notice == "Pages 2, 4-5: text recognised in pictures, which may have mistakes."


async def test_a_pdf_of_pictures_alone_is_refused_with_its_pages_without_a_recogniser(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    (tmp_path / "scan.png").write_bytes(grey_png())
    canvas = Canvas(str(tmp_path / "f"), pagesize=(612, 792))
    canvas.drawImage(ImageReader(str(tmp_path / "scan.png")), 0, 0, 612, 792)
    canvas.save()
    refusal = await refusal_of(parse(parser, tmp_path / "f", "scan.pdf"))
    assert refusal.code == "no_text"
    assert "Page 1 is a picture without text; it needs OCR." in refusal.detail
    assert "Tesseract" in refusal.hint


@pytest.mark.parametrize(
    ("name", "kind", "content", "pages"),
    [
        ("f.png", "image/png", grey_png(), ["Read by eng+deu."]),
        ("f.jpg", "image/jpeg", grey_png(), ["Read by eng+deu."]),
        ("f.tiff", "image/tiff", b"II*\0" + bytes(100), ["First page.", "Third page."]),
    ],
)
async def test_a_picture_is_a_document_where_it_can_be_recognised(
    recognizing: SandboxedParser, tmp_path: Path, name: str, kind: str, content: bytes, pages: list[str]
) -> None:
    (tmp_path / "f").write_bytes(content)
    parsed = await parse(recognizing, tmp_path / "f", name, kind)
    assert [block.text for block in parsed.blocks] == pages
    if name.endswith("tiff"):
        assert [block.page for block in parsed.blocks] == [1, 3]
        assert (parsed.page_count, parsed.notice) == (3, "No text was recognised on page 2.")


async def test_a_picture_is_refused_with_the_way_out_where_it_cannot(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    (tmp_path / "f").write_bytes(PNG)
    refusal = await refusal_of(parse(parser, tmp_path / "f", "f.png", "image/png"))
    assert refusal.code == "needs_ocr"
    assert "install Tesseract" in refusal.hint


async def test_a_broken_picture_is_refused(recognizing: SandboxedParser, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"\x89PNG\r\n\x1a\nBROKEN")
    assert (await refusal_of(parse(recognizing, tmp_path / "f", "f.png", "image/png"))).code == "damaged_file"


async def test_what_time_does_not_suffice_for_is_named(folder: Path, tmp_path: Path) -> None:
    write_half_scan(tmp_path / "f", tmp_path)
    hurried = SandboxedParser(ParserLimits(recognition_s=0.0), tesseract=find_tesseract(""))
    try:
        parsed = await parse(hurried, tmp_path / "f")
    finally:
        await hurried.close()
    assert parsed.notice == "Pages 2, 4-5 are pictures without text; they need OCR."


def test_by_default_the_installed_languages_are_looked_for(folder: Path) -> None:
    found = find_tesseract("")
    assert found == TesseractConfig(str(folder / "tesseract"), ("eng", "deu"))


def test_a_language_without_data_is_named_with_those_that_are_there(folder: Path) -> None:
    with pytest.raises(TesseractUnusable, match=r"no data for fra; it has deu, eng"):
        find_tesseract("eng+fra")


def test_without_the_program_there_is_no_recogniser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_tesseract("") is None
