"""Hostile PDFs."""

import zlib
from collections.abc import Callable
from typing import BinaryIO

from parley.testing.hostile.sample import PDF, READ, REFUSED, Sample, codes

_FONT = b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R " + _FONT + b" >>"
_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def write_pdf(file: BinaryIO, objects: list[bytes], trailer: bytes = b"") -> None:
    """Numbered from 1; the first is the catalog."""
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF"
    file.write(body + end % (count, table, count, trailer, len(body)))


def stream(packed: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    return b"<< /Filter %s /Length %d >>\nstream\n%s\nendstream" % (filters, len(packed), packed)


def text_pdf(text: bytes = b"A page of text.") -> list[bytes]:
    content = b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % text
    return [_CATALOG, _ONE_PAGE, _PAGE, stream(zlib.compress(content))]


def _packed(piece: bytes, times: int, before: bytes = b"", after: bytes = b"") -> bytes:
    packer = zlib.compressobj(9)
    packed = bytearray(packer.compress(before))
    for _ in range(times):
        packed += packer.compress(piece)
    return bytes(packed + packer.compress(after) + packer.flush())


def _flate_bomb(file: BinaryIO, full: bool) -> None:  # noqa: FBT001 - the signature of all samples
    mebibytes = 1_024 if full else 128
    packed = _packed(b"a" * (1 << 20), mebibytes, b"BT /F1 1 Tf (", b") Tj ET")
    write_pdf(file, [_CATALOG, _ONE_PAGE, _PAGE, stream(packed)])


def _twice_packed(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    packed = zlib.compress(_packed(b"a" * (1 << 20), 1_024 if full else 128), 9)
    write_pdf(file, [_CATALOG, _ONE_PAGE, _PAGE, stream(packed, b"[/FlateDecode /FlateDecode]")])


def _many_objects(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    count = 200_000 if full else 15_000
    content = b"".join(b"BT /F1 9 Tf %d %d Td (x%d) Tj ET\n" % (n % 600, n % 780, n) for n in range(count))
    write_pdf(file, [_CATALOG, _ONE_PAGE, _PAGE, stream(zlib.compress(content))])


def _huge_page_count(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"
    write_pdf(file, [_CATALOG, pages, *text_pdf()[2:]])


def _many_pages(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    count = 200_000 if full else 6_000
    kids = b"3 0 R " * count
    write_pdf(file, [_CATALOG, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count), *text_pdf()[2:]])


def _page_tree_in_a_circle(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    circle = b"<< /Type /Pages /Parent 3 0 R /Kids [3 0 R] /Count 9 >>"
    write_pdf(file, [_CATALOG, circle, b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 9 >>"])


def _bookmarks_in_a_circle(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Outlines 5 0 R >>"
    outlines = b"<< /Type /Outlines /First 6 0 R /Last 6 0 R /Count 1 >>"
    bookmark = b"<< /Title (Round) /Parent 5 0 R /Next 6 0 R /First 6 0 R /Dest [3 0 R /Fit] >>"
    write_pdf(file, [catalog, *text_pdf()[1:], outlines, bookmark])


def _nested_arrays(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    depth = 1_000_000 if full else 100_000
    page = _PAGE.replace(b"[0 0 612 792]", b"[" * depth + b"]" * depth)
    write_pdf(file, [_CATALOG, _ONE_PAGE, page, stream(zlib.compress(b""))])


def _form_in_itself(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
    page += b" /Resources << /XObject << /X 5 0 R >> >> >>"
    content = stream(zlib.compress(b"/X Do /X Do"))
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    form += b" /Length 11 >>\nstream\n/X Do /X Do\nendstream"
    write_pdf(file, [_CATALOG, _ONE_PAGE, page, content, form])


def _encrypted(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    key = b"<" + b"00" * 32 + b">"
    rules = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >>" % (key, key)
    write_pdf(file, [*text_pdf(), rules], b"/Encrypt 5 0 R /ID [<00> <00>]")


def _zip_behind(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
    write_pdf(file, text_pdf())
    file.write(b"\nPK\x05\x06" + bytes(18))


def _sample(name: str, write: Callable[[BinaryIO, bool], None], outcomes: frozenset[str]) -> Sample:
    return Sample(f"PDF: {name}", PDF, write, outcomes)


PDFS = (
    _sample("page stream of 1 GB", _flate_bomb, codes("parser_limit", "too_much_text", "no_text")),
    _sample("1 GB packed twice", _twice_packed, codes("parser_limit", "no_text", READ)),
    _sample("200,000 text objects on a page", _many_objects, codes("parser_limit", "too_much_text", READ)),
    _sample("2,147,483,647 pages claimed", _huge_page_count, REFUSED | {READ}),
    _sample("200,000 pages", _many_pages, codes("too_many_pages")),
    _sample("page tree in a circle", _page_tree_in_a_circle, REFUSED),
    _sample("bookmarks in a circle", _bookmarks_in_a_circle, codes(READ)),
    _sample("arrays nested 1,000,000 deep", _nested_arrays, REFUSED),
    _sample("form that draws itself", _form_in_itself, codes("no_text", "parser_limit", "damaged_file")),
    _sample("encrypted", _encrypted, codes("encrypted_file")),
    _sample("a ZIP archive behind it", _zip_behind, codes(READ)),
)
