"""Hostile web pages, mail, tables, JSON and plain text."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from parley.testing.hostile.sample import (
    CSV,
    EML,
    HTML,
    JSON,
    MARKDOWN,
    READ,
    TEXT,
    Sample,
    codes,
)

_MIB = 1 << 20
_HEADERS = b"From: a@example.com\nSubject: Hello\nMIME-Version: 1.0\n"


def _repeated(
    small: int, full: int, piece: str, *, before: str = "", after: str = "", end: str = ""
) -> Callable[[BinaryIO, bool], None]:
    """`piece` many times, `end` as many times after it."""

    def write(file: BinaryIO, is_full: bool) -> None:  # noqa: FBT001 - the signature of all samples
        times = full if is_full else small
        file.write(before.encode())
        for text in (piece, after, end):
            many = 1 if text == after else times
            file.writelines(text.encode() * min(10_000, many - start) for start in range(0, many, 10_000))

    return write


def _many_attachments(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    file.write(_HEADERS + b'Content-Type: multipart/mixed; boundary="x"\n\n--x\n\nText.\n')
    for number in range(10_000 if full else 500):
        file.write(
            b'--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename="%d.txt"\n\n' % number
        )
        file.write(b"Attachment %d.\n" % number)
    file.write(b"--x--\n")


def _nested_parts(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    header = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n'
    file.write(_HEADERS)
    file.writelines(header % (number, number) for number in range(50_000 if full else 2_000))
    file.write(b"Content-Type: text/plain\n\nText.\n")


def _nested_messages(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    file.writelines(_HEADERS + b"Content-Type: message/rfc822\n\n" for _ in range(50_000 if full else 2_000))
    file.write(_HEADERS + b"\nText.\n")


def _long_header(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    file.write(b"From: a@example.com\nSubject: ")
    file.writelines(b"=?utf-8?q?=41?= " * (_MIB // 16) for _ in range(20 if full else 1))
    file.write(b"\n\nText.\n")


def _bomb_attached(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    import base64
    import io

    from parley.testing.hostile.archives import docx, write_zip

    inner = io.BytesIO()
    write_zip(inner, docx(b" " * (48 * _MIB) if not full else (b" " * _MIB for _ in range(1_024))))
    kind = b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
    file.write(_HEADERS + b'Content-Type: multipart/mixed; boundary="x"\n\n--x\n\nText.\n--x\n' + kind)
    file.write(b'Content-Disposition: attachment; filename="bomb.docx"\n\n')
    file.write(base64.encodebytes(inner.getvalue()) + b"--x--\n")


def _wide_table(file: BinaryIO, full: bool) -> None:  # noqa: FBT001
    columns = 1_000_000 if full else 50_000
    file.writelines(b",".join(b"c%d" % n for n in range(row, columns + row)) + b"\n" for row in range(3))


def _bytes(data: Callable[[], Iterator[bytes] | bytes]) -> Callable[[BinaryIO, bool], None]:
    def write(file: BinaryIO, _full: bool) -> None:  # noqa: FBT001
        content = data()
        file.writelines([content] if isinstance(content, bytes) else content)

    return write


TEXTS = (
    Sample(
        "HTML: 500,000 nested elements", HTML, _repeated(50_000, 500_000, "<div>", after="deep"), codes(READ)
    ),
    Sample(
        "HTML: 200,000 nested tables",
        HTML,
        _repeated(20_000, 200_000, "<table><tr><td>", after="deep"),
        codes(READ),
    ),
    Sample(
        "HTML: rows that reach over 65,534 rows",
        HTML,
        _repeated(2_000, 100_000, "<tr><td>a<td rowspan=65534 colspan=1000>b", before="<table>"),
        codes(READ, "too_much_text", "parser_limit"),
    ),
    Sample(
        "HTML: tags without end",
        HTML,
        _repeated(1_000, 1_000_000, "<a href='", before="Text. "),
        codes(READ, "parser_limit"),
    ),
    Sample(
        "HTML: comments without end",
        HTML,
        _repeated(3_000, 1_000_000, "<!-- ", before="Text. "),
        codes(READ, "parser_limit"),
    ),
    Sample(
        "HTML: 1,000,000 headings",
        HTML,
        _repeated(35_000, 1_000_000, "<h1>H</h1>x"),
        codes("too_many_sections", "too_much_text"),
    ),
    Sample("EML: 10,000 attachments", EML, _many_attachments, codes(READ)),
    Sample("EML: parts nested 50,000 deep", EML, _nested_parts, codes("parser_limit", "damaged_file")),
    Sample("EML: messages nested 50,000 deep", EML, _nested_messages, codes("parser_limit", "damaged_file")),
    Sample("EML: a header of 20 MB", EML, _long_header, codes(READ)),
    Sample("EML: a bomb attached", EML, _bomb_attached, codes(READ)),
    Sample("CSV: 1,000,000 columns", CSV, _wide_table, codes("too_much_text")),
    Sample("CSV: a line of 39 MB", CSV, _repeated(400, 10_000, "x" * 3_900), codes("too_much_text")),
    Sample(
        "CSV: a quote that never ends",
        CSV,
        _repeated(10_000, 1_000_000, "1,2\n", before='a,b\n"'),
        codes(READ),
    ),
    Sample(
        "JSON: lists nested 1,000,000 deep",
        JSON,
        _repeated(100_000, 1_000_000, "[", after='"x"', end="]"),
        codes("parser_limit"),
    ),
    Sample(
        "JSON: objects nested 400 deep, 5,000 times",
        JSON,
        _repeated(200, 5_000, "[" + '{"a":' * 400 + '"x"' + "}" * 400 + "],", before="[", after="1]"),
        codes(READ, "too_much_text"),
    ),
    Sample("JSON: a number of 5,000,000 digits", JSON, _repeated(50_000, 5_000_000, "9"), codes(READ)),
    Sample(
        "Markdown: 1,000,000 quotes deep",
        MARKDOWN,
        _repeated(50_000, 1_000_000, "> ", after="deep"),
        codes(READ),
    ),
    Sample(
        "Markdown: a table of bars",
        MARKDOWN,
        _repeated(20_000, 1_000_000, "|-|-|\n", before="a|b\n"),
        codes(READ, "too_much_text"),
    ),
    Sample("text: zeros", TEXT, _bytes(lambda: bytes(_MIB)), codes("mislabelled_file")),
    Sample(
        "text: half of each pair", TEXT, _bytes(lambda: b"\xff\xfe" + b"\x00\xd8A\x00" * 5_000), codes(READ)
    ),
    Sample(
        "text: a name that runs backwards",
        TEXT,
        _bytes(lambda: b"Text."),
        codes(READ),
        "invoice\u202efdp.txt",
    ),
    Sample(
        "text: an HTML bomb under another name", TEXT, _bytes(lambda: b"<div>" * 9_000 + b"x"), codes(READ)
    ),
)
