"""Word documents: headings, tables, and every way one can be unreadable."""

import io
import zipfile
from pathlib import Path

import docx
import pytest

from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.sandbox import SandboxedParser
from parley.testing.documents import DocumentParserContract, refusal_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class TestDocx(DocumentParserContract):
    media_type = DOCX
    extension = ".docx"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        document = docx.Document()
        for sentence in sentences:
            document.add_paragraph(sentence)
        document.save(str(path))


async def test_headings_lists_and_tables_are_kept(parser: SandboxedParser, tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Leave policy"
    document.add_heading("Leave", 1)
    document.add_heading("Parents", 2)
    bold = document.add_paragraph("Parents get ")
    bold.add_run("16 weeks").bold = True
    document.add_paragraph("Ask your manager.", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("City", "Days", "Bern", "20"), strict=True
    ):
        cell.text = text
    document.save(str(tmp_path / "f"))

    parsed = await parser.parse(tmp_path / "f", name="f.docx", media_type=DOCX)

    assert parsed.title == "Leave policy"
    (block,) = parsed.blocks
    assert block.heading_path == ("Leave", "Parents")
    assert block.text == "Parents get 16 weeks\n\n- Ask your manager.\n\nCity: Bern; Days: 20"


async def test_page_headers_stand_under_no_heading(parser: SandboxedParser, tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Internal use only"
    document.add_heading("Leave", 1)
    document.add_paragraph("Sixteen weeks.")
    document.save(str(tmp_path / "f"))
    parsed = await parser.parse(tmp_path / "f", name="f.docx", media_type=DOCX)
    assert [(block.heading_path, block.text) for block in parsed.blocks] == [
        (("Leave",), "Sixteen weeks."),
        ((), "Internal use only"),
    ]


async def test_a_document_with_a_password_is_refused(parser: SandboxedParser, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(OLE + bytes(2_000) + "EncryptedPackage".encode("utf-16-le") + bytes(500))
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.docx", media_type=DOCX))
    assert refusal.code == "encrypted_file"


async def test_an_old_word_file_is_called_what_it_is(parser: SandboxedParser, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(OLE + bytes(4_000))
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.docx", media_type=DOCX))
    assert refusal.code == "mislabelled_file"
    assert "an old Office file (.doc, .xls or .ppt)" in refusal.detail


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("xl/workbook.xml", "an Excel workbook"),
        ("content.xml", "an OpenDocument file"),
        ("photo.jpg", "a ZIP archive"),
    ],
)
async def test_another_archive_is_called_what_it_is(
    parser: SandboxedParser, tmp_path: Path, part: str, words: str
) -> None:
    with zipfile.ZipFile(tmp_path / "f", "w") as archive:
        archive.writestr(part, "x")
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.docx", media_type=DOCX))
    assert refusal.detail == f"'f.docx' claims to be a Word document but is {words}."


async def test_a_truncated_document_is_refused_with_a_reason(parser: SandboxedParser, tmp_path: Path) -> None:
    whole = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Text.")
    document.save(whole)
    (tmp_path / "f").write_bytes(whole.getvalue()[:-2_000])
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.docx", media_type=DOCX))
    assert refusal.code == "damaged_file"


async def test_a_document_whose_inside_is_rubbish_is_refused(parser: SandboxedParser, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"\x00\x01 not xml <<<")
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.docx", media_type=DOCX))
    assert refusal.code in {"damaged_file", "no_text"}


async def test_a_small_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (33 << 20))
    strict = SandboxedParser(ParserLimits(unpacked_bytes=32 << 20))
    try:
        refusal = await refusal_of(strict.parse(tmp_path / "f", name="bomb.docx", media_type=DOCX))
    finally:
        await strict.close()
    assert refusal.code == "parser_limit"
    assert "unpacks to 33 MiB; the limit is 32 MiB" in refusal.detail


async def test_an_archive_that_lies_about_its_size_is_stopped_by_its_memory_limit(tmp_path: Path) -> None:
    honest = io.BytesIO()
    with zipfile.ZipFile(honest, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        text = b"<w:p><w:r><w:t>" + b"x" * (150 << 20) + b"</w:t></w:r></w:p>"
        archive.writestr("word/document.xml", b"<w:document><w:body>" + text + b"</w:body></w:document>")
    size = len(b"<w:document><w:body>" + text + b"</w:body></w:document>").to_bytes(4, "little")
    (tmp_path / "f").write_bytes(honest.getvalue().replace(size, (1_000).to_bytes(4, "little")))
    strict = SandboxedParser(ParserLimits(memory_bytes=200 << 20, cpu_s=20))
    try:
        refusal = await refusal_of(strict.parse(tmp_path / "f", name="liar.docx", media_type=DOCX))
    finally:
        await strict.close()
    assert refusal.code in {"parser_limit", "damaged_file", "no_text"}


async def test_footnotes_stand_beside_their_paragraph_and_deleted_text_is_not_read(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    write_parts(
        tmp_path / "f",
        body="<w:p><w:r><w:t>Sixteen weeks</w:t><w:footnoteReference w:id='2'/></w:r><w:r><w:t>.</w:t></w:r>"
        "<w:del><w:r><w:delText>Four</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r>"
        "</w:moveFrom></w:p><w:p><w:pPr><w:tabs><w:tab w:pos='9'/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/>"
        "<w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>",
        footnotes="<w:footnote w:type='separator' w:id='0'><w:p><w:r><w:t>-</w:t></w:r></w:p></w:footnote>"
        "<w:footnote w:id='2'><w:p><w:r><w:t>By law.</w:t></w:r></w:p></w:footnote>",
    )
    (block,) = (await parser.parse(tmp_path / "f", name="f.docx", media_type=DOCX)).blocks
    assert block.text == "Sixteen weeks[1].\n\n[1] By law.\n\na\tb\nc"


async def test_merged_cells_name_every_row_they_reach_over(parser: SandboxedParser, tmp_path: Path) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    rows = (
        cell("City") + cell("Days") + cell("Note"),
        cell("Bern", "<w:vMerge w:val='restart'/>") + cell("both", "<w:gridSpan w:val='2'/>"),
        cell("", "<w:vMerge/>") + cell("21") + cell("late"),
    )
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    write_parts(tmp_path / "f", body=f"<w:tbl>{table}</w:tbl>")
    (block,) = (await parser.parse(tmp_path / "f", name="f.docx", media_type=DOCX)).blocks
    assert block.text == "City: Bern; Days: both\nCity: Bern; Days: 21; Note: late"


async def test_a_table_that_only_arranges_text_is_read_as_text(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Inner</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    write_parts(
        tmp_path / "f",
        body="<w:tbl><w:tr><w:tc><w:p><w:r><w:t>One</w:t></w:r></w:p><w:p><w:r><w:t>Two</w:t></w:r></w:p>"
        f"</w:tc><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>",
    )
    (block,) = (await parser.parse(tmp_path / "f", name="f.docx", media_type=DOCX)).blocks
    assert block.text == "One\nTwo\n\nInner"


def write_parts(path: Path, *, body: str, footnotes: str = "") -> None:
    """A Word document written by hand, for what python-docx does not make."""
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {namespace}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/footnotes.xml", f"<w:footnotes {namespace}>{footnotes}</w:footnotes>")
        archive.writestr(
            "word/_rels/document.xml.rels",
            '<Relationships><Relationship Id="r1" Type="http://x/footnotes" Target="footnotes.xml"/>'
            "</Relationships>",
        )
