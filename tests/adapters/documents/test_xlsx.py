"""Workbooks: sheet by sheet, rows that name their columns, values as a reader of the sheet sees them."""

from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from parley.adapters.documents.sandbox import SandboxedParser
from parley.core.ingestion.model import ParsedDocument
from parley.testing.documents import DocumentParserContract

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TestXlsx(DocumentParserContract):
    media_type = XLSX
    extension = ".xlsx"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        workbook = openpyxl.Workbook()
        for sentence in sentences:
            sheet_of(workbook).append([sentence])
        if not sentences:
            sheet_of(workbook).title = " "
        workbook.save(path)


def sheet_of(workbook: openpyxl.Workbook) -> Worksheet:
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    return sheet


async def parse(parser: SandboxedParser, path: Path) -> ParsedDocument:
    return await parser.parse(path, name="f.xlsx", media_type=XLSX)


async def test_each_sheet_is_a_page_under_its_name(parser: SandboxedParser, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    leave = sheet_of(workbook)
    leave.title = "Leave"
    leave.append(["Leave by city, 2026"])
    leave.append([])
    leave.append(["City", "Days"])
    leave.append(["Bern", 20])
    leave.append(["Basel", None])
    workbook.create_sheet("Empty")
    workbook.create_sheet("Secret").append(["hidden"])
    workbook["Secret"].sheet_state = "hidden"
    workbook.create_sheet("Rooms").append(["Only a note"])
    workbook.save(tmp_path / "f")

    parsed = await parse(parser, tmp_path / "f")

    assert [(block.page, block.heading_path, block.text) for block in parsed.blocks] == [
        (1, ("Leave",), "Leave by city, 2026\nCity: Bern; Days: 20\nCity: Basel"),
        (2, (), "Empty"),
        (4, ("Rooms",), "Only a note"),
    ]
    assert parsed.page_count == 4
    assert parsed.notice == "Sheet 3 is hidden and was not read."


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        (42, "General", "42"),
        (0.1 + 0.2, "General", "0.3"),
        (1e21, "General", "1e+21"),
        (True, "General", "TRUE"),
        (date(2026, 1, 31), "yyyy-mm-dd", "2026-01-31"),
        (datetime.fromisoformat("2026-01-31T14:05"), "dd.mm.yyyy hh:mm", "2026-01-31 14:05"),
        (time(9, 30), "h:mm", "09:30"),
        (0.175, "0.0%", "17.5%"),
        (1200, '"days" 0', "1200"),
        ("two\nlines", "General", "two lines"),
    ],
)
async def test_a_value_reads_as_the_sheet_shows_it(
    parser: SandboxedParser, tmp_path: Path, value: object, style: str, shown: str
) -> None:
    workbook = openpyxl.Workbook()
    cell = sheet_of(workbook).cell(1, 1, value)
    cell.number_format = style
    workbook.save(tmp_path / "f")
    assert [block.text for block in (await parse(parser, tmp_path / "f")).blocks] == [shown]


async def test_a_cell_in_the_far_corner_costs_nothing(parser: SandboxedParser, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = sheet_of(workbook)
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = "City", "Days", "Bern", 20
    sheet["XFD1048576"] = "lonely"
    workbook.save(tmp_path / "f")
    (block,) = (await parse(parser, tmp_path / "f")).blocks
    assert block.text == "City: Bern; Days: 20\nlonely"


async def test_a_formula_counts_with_the_value_that_was_saved(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    workbook = openpyxl.Workbook()
    sheet_of(workbook).append(["Sum", "=1+1"])
    workbook.save(tmp_path / "f")
    assert [block.text for block in (await parse(parser, tmp_path / "f")).blocks] == ["Sum"]
