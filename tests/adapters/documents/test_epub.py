"""E-books: chapters in reading order under their headings."""

import zipfile
from pathlib import Path

import pytest

from parley.adapters.documents.sandbox import SandboxedParser
from parley.core.ingestion.model import ParsedDocument
from parley.testing.documents import DocumentParserContract, refusal_of

EPUB = "application/epub+zip"
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)
NCX = "application/x-dtbncx+xml"
CONTENTS_OF_EPUB_2 = (
    "toc.ncx",
    NCX,
    "",
    "<ncx><navMap><navPoint><navLabel><text>Of leave</text></navLabel><content src='ch%201.xhtml#a'/>"
    "</navPoint></navMap></ncx>",
)
CONTENTS_OF_EPUB_3 = (
    "nav.xhtml",
    "application/xhtml+xml",
    "nav",
    '<html><body><nav epub:type="toc"><ol><li><a href="ch%201.xhtml">Of <i>leave</i></a></li></ol></nav>'
    "</body></html>",
)


def write_book(
    path: Path,
    chapters: dict[str, str],
    *,
    spine: list[str] | None = None,
    contents: tuple[str, str, str, str] = CONTENTS_OF_EPUB_2,
    extra: dict[str, str] | None = None,
) -> None:
    name, media_type, properties, content = contents
    items = f'<item id="toc" href="{name}" media-type="{media_type}" properties="{properties}"/>'
    for number, href in enumerate(chapters):
        encoded = href.replace(" ", "%20")
        items += f'<item id="c{number}" href="{encoded}" media-type="application/xhtml+xml"/>'
    ids = {href: f"c{number}" for number, href in enumerate(chapters)}
    order = "".join(f'<itemref idref="{ids[href]}"/>' for href in (chapters if spine is None else spine))
    package = (
        '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The handbook</dc:title>'
        f"</metadata><manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", EPUB)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", package)
        archive.writestr(f"OEBPS/{name}", content)
        for href, body in chapters.items():
            archive.writestr(
                f"OEBPS/{href}", f"<html><head><title>x</title></head><body>{body}</body></html>"
            )
        for part, text in (extra or {}).items():
            archive.writestr(part, text)


class TestEpub(DocumentParserContract):
    media_type = EPUB
    extension = ".epub"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        chapters = {f"{number}.xhtml": f"<p>{text}</p>" for number, text in enumerate(sentences)}
        write_book(path, chapters or {"empty.xhtml": ""})


async def parse(parser: SandboxedParser, path: Path) -> ParsedDocument:
    return await parser.parse(path, name="f.epub", media_type=EPUB)


async def test_chapters_come_in_the_order_of_the_spine_under_their_headings(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    chapters = {
        "b.xhtml": "<h1>Second</h1><p>two&nbsp;b</p>",
        "a.xhtml": "<h1>First</h1><h2>Sub</h2><p>one</p>",
    }
    write_book(tmp_path / "f", chapters, spine=["a.xhtml", "b.xhtml"])
    parsed = await parse(parser, tmp_path / "f")
    assert parsed.title == "The handbook"
    assert [(block.heading_path, block.text) for block in parsed.blocks] == [
        (("First", "Sub"), "one"),
        (("Second",), "two\xa0b"),
    ]


@pytest.mark.parametrize("contents", [CONTENTS_OF_EPUB_2, CONTENTS_OF_EPUB_3], ids=["EPUB 2", "EPUB 3"])
async def test_a_chapter_without_a_heading_is_called_as_in_the_table_of_contents(
    parser: SandboxedParser, tmp_path: Path, contents: tuple[str, str, str, str]
) -> None:
    write_book(tmp_path / "f", {"ch 1.xhtml": "<p>Sixteen weeks.</p>"}, contents=contents)
    parsed = await parse(parser, tmp_path / "f")
    assert [(block.heading_path, block.text) for block in parsed.blocks] == [
        (("Of leave",), "Sixteen weeks.")
    ]


async def test_a_book_without_a_spine_is_read_in_the_order_of_its_files(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    write_book(tmp_path / "f", {"1.xhtml": "<p>one</p>", "2.xhtml": "<p>two</p>"}, spine=[])
    assert [block.text for block in (await parse(parser, tmp_path / "f")).blocks] == ["one", "two"]


async def test_a_book_without_chapters_is_refused(parser: SandboxedParser, tmp_path: Path) -> None:
    write_book(tmp_path / "f", {})
    refusal = await refusal_of(parse(parser, tmp_path / "f"))
    assert (refusal.code, "names no chapters" in refusal.detail) == ("damaged_file", True)


@pytest.mark.parametrize("scrambled", ["OEBPS/1.xhtml", "OEBPS/font.ttf"])
async def test_a_book_protected_against_copying_is_refused_but_scrambled_fonts_do_not_matter(
    parser: SandboxedParser, tmp_path: Path, scrambled: str
) -> None:
    encryption = (
        f'<encryption><EncryptedData><CipherReference URI="{scrambled}"/></EncryptedData></encryption>'
    )
    write_book(tmp_path / "f", {"1.xhtml": "<p>one</p>"}, extra={"META-INF/encryption.xml": encryption})
    if scrambled.endswith("ttf"):
        assert [block.text for block in (await parse(parser, tmp_path / "f")).blocks] == ["one"]
    else:
        refusal = await refusal_of(parse(parser, tmp_path / "f"))
        assert (refusal.code, "DRM" in refusal.detail) == ("encrypted_file", True)
