"""Hostile Office files and e-books, which are ZIP archives of XML."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

from parley.testing.hostile.sample import DOCX, EPUB, PPTX, READ, XLSX, Sample, codes

_MIB = 1 << 20
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

Part = str | bytes | Iterable[bytes]


def write_zip(file: BinaryIO, parts: Mapping[str, Part]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w", force_zip64=True) as part:
                for piece in _pieces(content):
                    part.write(piece)


def _pieces(content: Part) -> Iterable[bytes]:
    if isinstance(content, str):
        return (content.encode(),)
    return (content,) if isinstance(content, bytes) else content


def docx(body: Part = "<w:p><w:r><w:t>Text.</w:t></w:r></w:p>", before: str = "") -> dict[str, Part]:
    return {
        "word/document.xml": _within(f"{before}<w:document {_W}><w:body>", body, "</w:body></w:document>")
    }


def xlsx(rows: Part = '<row><c t="str"><v>Text.</v></c></row>', before: str = "") -> dict[str, Part]:
    return {
        "xl/workbook.xml": f'<workbook {_R}><sheets><sheet name="One" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": _within(
            f"{before}<worksheet><sheetData>", rows, "</sheetData></worksheet>"
        ),
    }


def pptx(shapes: Part = "<sp><p><r><t>Text.</t></r></p></sp>", before: str = "") -> dict[str, Part]:
    return {
        "ppt/presentation.xml": f'<presentation {_R}><sldIdLst><sldId id="9" r:id="r1"/></sldIdLst>'
        "</presentation>",
        "ppt/_rels/presentation.xml.rels": _relation("slide", "slides/slide1.xml"),
        "ppt/slides/slide1.xml": _within(f"{before}<sld>", shapes, "</sld>"),
    }


def epub(
    page: Part = "<p>Text.</p>", before: str = "", spine: str = '<itemref idref="c"/>'
) -> dict[str, Part]:
    package = '<manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
    return {
        "META-INF/container.xml": '<container><rootfile full-path="book.opf"/></container>',
        "book.opf": f"{before}<package>{package}<spine>{spine}</spine></package>",
        "c.xhtml": _within("<html><body>", page, "</body></html>"),
    }


def _relation(kind: str, target: str) -> str:
    return f'<Relationships><Relationship Id="r1" Type="http://x/{kind}" Target="{target}"/></Relationships>'


def _within(start: str, middle: Part, end: str) -> Iterator[bytes]:
    yield start.encode()
    yield from _pieces(middle)
    yield end.encode()


def _repeated(piece: bytes, times: int) -> Iterator[bytes]:
    at_once = max(1, _MIB // len(piece))
    for _ in range(times // at_once):
        yield piece * at_once
    yield piece * (times % at_once)


def _bomb(make: Callable[[Part], dict[str, Part]]) -> Callable[[BinaryIO, bool], None]:
    """One part that unpacks to 4 GiB."""

    def write(file: BinaryIO, full: bool) -> None:  # noqa: FBT001 - the signature of all samples
        write_zip(file, make(_repeated(b" " * _MIB, 4_096 if full else 48)))

    return write


def _bomb_below_the_limit(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    """Unpacks to 500 MiB of markup, which may be, but means much work."""
    write_zip(file, docx(_repeated(b"<w:p><w:r><w:t>a</w:t></w:r></w:p>", 15_000_000 if full else 100_000)))


def _liar(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    """Its table of contents says that a part of many MiB has a thousand bytes."""
    size = (400 if full else 40) * _MIB
    honest = io.BytesIO()
    parts = docx(_repeated(b" " * _MIB, size // _MIB))
    unpacked = size + sum(len(piece) for piece in _pieces(docx(b"")["word/document.xml"]))
    write_zip(honest, parts)
    lie = honest.getvalue().replace(struct.pack("<I", unpacked), struct.pack("<I", 1_000))
    file.write(lie.replace(struct.pack("<Q", unpacked), struct.pack("<Q", 1_000)))


def _overlapping(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    """Many entries of the table of contents lead to one and the same content."""
    single = io.BytesIO()
    write_zip(single, docx(_repeated(b" " * _MIB, 20)))
    data = single.getvalue()
    directory = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = bytearray(data[directory:end])
    count = 20_000 if full else 20
    entries = b"".join(bytes(entry).replace(b"document.xml", b"%08d.xml" % n) for n in range(count))
    entries = bytes(entry) + entries
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count + 1, count + 1, len(entries), directory, 0)
    file.write(data[:directory] + entries + tail)


def _nested(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    """An archive in an archive in an archive, as in 42.zip; nobody unpacks archives in archives here."""
    inner = bytes(10 * _MIB if full else _MIB)
    for level in range(40):
        packed = io.BytesIO()
        write_zip(packed, {f"level{level}.zip": inner})
        inner = packed.getvalue()
    file.write(inner)


def _many_parts(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    parts = docx()
    parts |= {f"word/media/{number}": "" for number in range(100_000 if full else 21_000)}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, b"".join(_pieces(content)))


def _strange_names(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    """Nothing is ever unpacked to a disk, so names that lead elsewhere lead nowhere."""
    link = zipfile.ZipInfo("word/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in docx().items():
            archive.writestr(name, b"".join(_pieces(content)))
        archive.writestr("../../../../etc/cron.d/evil", "* * * * * root true")
        archive.writestr("/etc/passwd", "root::0:0")
        archive.writestr("word/a\u202etxt.exe", "x")
        archive.writestr(link, "/etc/passwd")


def _plain(parts: Callable[[], Mapping[str, Part]]) -> Callable[[BinaryIO, bool], None]:
    return lambda file, _full: write_zip(file, parts())


def _far_cells(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    rows = (
        f'<row r="{n}"><c r="XFD{n}" t="str"><v>far {n}</v></c></row>'.encode()
        for n in range(1, 1_048_577, 10 if full else 1_000)
    )
    write_zip(file, xlsx(rows))


def _many_cells(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    row = b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>"
    write_zip(file, xlsx(_repeated(row, 100_000 if full else 8_000)))


def _wild_cells(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    """Places, styles, numbers and references that no sheet has."""
    cells = '<c r="ZZZZZZZZ1" s="999"><v>1</v></c><c t="s"><v>99999999</v></c><c t="s"><v>-1</v></c>'
    cells += '<c r=""><v>1E999</v></c><c r="1"><v>nan</v></c><c t="str"><v>Text.</v></c>'
    write_zip(file, xlsx(f"<row>{cells}</row>"))


def _deep(make: Callable[[Part], dict[str, Part]], tag: str) -> Callable[[BinaryIO, bool], None]:
    def write(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
        depth = 1_000_000 if full else 50_000
        write_zip(file, make(f"<{tag}>" * depth + f"</{tag}>" * depth))

    return write


def _deep_page(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    depth = 500_000 if full else 20_000
    write_zip(file, epub("<div>" * depth + "deep" + "</div>" * depth))


def _locked(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    locked = io.BytesIO()
    write_zip(locked, docx())
    data = bytearray(locked.getvalue())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    file.write(data)


def _locked_office(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    file.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3_000) + "EncryptedPackage".encode("utf-16-le"))


_LAUGHING = "<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>"
_PEEKING = "<w:p><w:r><w:t>Text.&e;</w:t></w:r></w:p>"

ARCHIVES = (
    Sample("DOCX: a part of 4 GB", DOCX, _bomb(docx), codes("parser_limit")),
    Sample("XLSX: a part of 4 GB", XLSX, _bomb(xlsx), codes("parser_limit")),
    Sample("PPTX: a part of 4 GB", PPTX, _bomb(pptx), codes("parser_limit")),
    Sample("EPUB: a part of 4 GB", EPUB, _bomb(epub), codes("parser_limit")),
    Sample("DOCX: 500 MB of markup", DOCX, _bomb_below_the_limit, codes("parser_limit", "too_much_text")),
    Sample("DOCX: lies about its size", DOCX, _liar, codes("damaged_file", "parser_limit")),
    Sample("DOCX: entries that overlap", DOCX, _overlapping, codes("damaged_file", "parser_limit")),
    Sample("DOCX: archives 40 deep", DOCX, _nested, codes("mislabelled_file")),
    Sample("DOCX: 100,000 parts", DOCX, _many_parts, codes("parser_limit")),
    Sample("DOCX: names that lead elsewhere, links", DOCX, _strange_names, codes(READ)),
    Sample("DOCX: billion laughs", DOCX, _plain(lambda: docx(_LAUGHING, _LAUGHS)), codes("damaged_file")),
    Sample("DOCX: external entity", DOCX, _plain(lambda: docx(_PEEKING, _OUTSIDE)), codes("damaged_file")),
    Sample(
        "XLSX: billion laughs", XLSX, _plain(lambda: xlsx("<row>&l9;</row>", _LAUGHS)), codes("damaged_file")
    ),
    Sample("PPTX: billion laughs", PPTX, _plain(lambda: pptx("<t>&l9;</t>", _LAUGHS)), codes("damaged_file")),
    Sample("EPUB: billion laughs", EPUB, _plain(lambda: epub(before=_LAUGHS)), codes("damaged_file")),
    Sample("DOCX: elements 1,000,000 deep", DOCX, _deep(docx, "w:sdt"), codes("parser_limit")),
    Sample("DOCX: tables 1,000,000 deep", DOCX, _deep(docx, "w:tbl"), codes("parser_limit")),
    Sample("XLSX: elements 1,000,000 deep", XLSX, _deep(xlsx, "row"), codes("parser_limit")),
    Sample("PPTX: groups 1,000,000 deep", PPTX, _deep(pptx, "grpSp"), codes("parser_limit")),
    Sample("EPUB: 500,000 nested elements", EPUB, _deep_page, codes(READ)),
    Sample("XLSX: 100,000 cells in the last column", XLSX, _far_cells, codes(READ)),
    Sample("XLSX: 10,000,000 cells", XLSX, _many_cells, codes("too_much_text", "parser_limit")),
    Sample("XLSX: places and numbers that are none", XLSX, _wild_cells, codes(READ)),
    Sample("EPUB: no spine", EPUB, _plain(lambda: epub(spine="")), codes(READ)),
    Sample(
        "EPUB: a spine of nothing",
        EPUB,
        _plain(lambda: epub(spine='<itemref idref="x"/>')),
        codes("damaged_file"),
    ),
    Sample("DOCX: encrypted parts", DOCX, _locked, codes("encrypted_file")),
    Sample("XLSX: protected with a password", XLSX, _locked_office, codes("encrypted_file")),
)
