"""Presentations: slide by slide, with titles, tables, diagrams and notes."""

import zipfile
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.util import Inches

from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.sandbox import SandboxedParser
from parley.core.ingestion.model import ParsedDocument
from parley.testing.documents import DocumentParserContract, refusal_of

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
TITLE_AND_CONTENT, TITLE_ONLY, BLANK = 1, 5, 6


class TestPptx(DocumentParserContract):
    media_type = PPTX
    extension = ".pptx"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        deck = Presentation()
        deck.slides.add_slide(deck.slide_layouts[BLANK])
        for sentence in sentences:
            slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
            slide.shapes.add_textbox(0, 0, Inches(5), Inches(1)).text_frame.text = sentence
        deck.save(str(path))


async def parse(parser: SandboxedParser, path: Path) -> ParsedDocument:
    return await parser.parse(path, name="f.pptx", media_type=PPTX)


async def test_each_slide_keeps_its_number_title_and_notes(parser: SandboxedParser, tmp_path: Path) -> None:
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[TITLE_AND_CONTENT])
    first.shapes.title.text = "Leave"
    body = first.placeholders[1].text_frame
    body.text = "Sixteen weeks"
    item = body.add_paragraph()
    item.text, item.level = "for each parent", 1
    first.notes_slide.notes_text_frame.text = "Mention the form."
    deck.slides.add_slide(deck.slide_layouts[BLANK])
    third = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    third.shapes.title.text = "Thank you"
    deck.save(str(tmp_path / "f"))

    parsed = await parse(parser, tmp_path / "f")

    assert [(block.page, block.heading_path, block.text) for block in parsed.blocks] == [
        (1, ("Leave",), "Sixteen weeks\n- for each parent\n\nNotes: Mention the form."),
        (3, (), "Thank you"),
    ]
    assert (parsed.page_count, parsed.title) == (3, "Leave")


async def test_a_table_on_a_slide_is_read_row_by_row(parser: SandboxedParser, tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    table = slide.shapes.add_table(3, 3, 0, 0, Inches(5), Inches(2)).table
    for row, cells in enumerate((("City", "Days", "Year"), ("Bern", "20", "2025"), ("", "21", "2026"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    deck.save(str(tmp_path / "f"))
    (block,) = (await parse(parser, tmp_path / "f")).blocks
    assert block.text == "City: Bern; Days: 20; Year: 2025\nCity: Bern; Days: 21; Year: 2026"
    assert block.tables == ((0, len(block.text)),)


async def test_slides_come_in_the_order_of_the_show_not_of_the_file(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    deck = Presentation()
    for text in ("made first", "made second"):
        slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
        slide.shapes.add_textbox(0, 0, Inches(5), Inches(1)).text_frame.text = text
    order = deck.slides._sldIdLst
    order.insert(0, order[1])
    deck.save(str(tmp_path / "f"))
    parsed = await parse(parser, tmp_path / "f")
    assert [(block.page, block.text) for block in parsed.blocks] == [(1, "made second"), (2, "made first")]


async def test_grouped_shapes_are_read_and_slide_numbers_are_not(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(5), Inches(1)).text_frame.text = "In a group"
    number = slide.shapes.add_textbox(0, 0, Inches(5), Inches(1))
    number.text_frame.text = "17"
    properties = number._element.nvSpPr.nvPr
    properties.append(properties.makeelement(properties.nsmap["p"].join(("{", "}ph")), {"type": "sldNum"}))
    deck.save(str(tmp_path / "f"))
    assert [block.text for block in (await parse(parser, tmp_path / "f")).blocks] == ["In a group"]


async def test_more_slides_than_the_limit_are_refused_by_number(tmp_path: Path) -> None:
    deck = Presentation()
    for _ in range(3):
        deck.slides.add_slide(deck.slide_layouts[BLANK])
    deck.save(str(tmp_path / "f"))
    strict = SandboxedParser(ParserLimits(pages=2))
    try:
        refusal = await refusal_of(parse(strict, tmp_path / "f"))
    finally:
        await strict.close()
    assert (refusal.code, refusal.detail) == ("too_many_pages", "'f.pptx' has 3 slides; the limit is 2.")


@pytest.mark.parametrize("missing", ["ppt/slides/slide1.xml", "ppt/presentation.xml"])
async def test_a_presentation_that_lost_a_part_is_refused(
    parser: SandboxedParser, tmp_path: Path, missing: str
) -> None:
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[BLANK])
    deck.save(str(tmp_path / "whole"))
    with zipfile.ZipFile(tmp_path / "whole") as whole, zipfile.ZipFile(tmp_path / "f", "w") as part:
        for name in whole.namelist():
            if name != missing:
                part.writestr(name, whole.read(name))
    refusal = await refusal_of(parse(parser, tmp_path / "f"))
    assert refusal.code == "damaged_file"
    assert missing in refusal.detail
