"""Tables: each row a line that makes sense by itself."""

from pathlib import Path

import pytest

from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.sandbox import SandboxedParser
from parley.testing.documents import DocumentParserContract, refusal_of


class TestCsv(DocumentParserContract):
    media_type = "text/csv"
    extension = ".csv"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        rows = "".join(f'"{sentence}",x\n' for sentence in ("Text", *sentences))
        path.write_text(rows if sentences else ",,\n,\n")


async def parse(parser: SandboxedParser, tmp_path: Path, text: str) -> str:
    (tmp_path / "f").write_text(text, newline="")
    parsed = await parser.parse(tmp_path / "f", name="f.csv", media_type="text/csv")
    return parsed.blocks[0].text


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
async def test_rows_carry_the_names_of_their_columns(
    parser: SandboxedParser, tmp_path: Path, delimiter: str
) -> None:
    basel = ['"Basel, ""old"""', "21", '"two\nlines"']
    rows = [["City", "Days", "Note"], ["Bern", "20", ""], basel, ["", "", ""]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert await parse(parser, tmp_path, text) == (
        'City: Bern; Days: 20\nCity: Basel, "old"; Days: 21; Note: two lines'
    )


async def test_a_table_without_column_names_keeps_its_first_row(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    assert await parse(parser, tmp_path, "Bern,20\nBasel,21\n") == "Bern | 20\nBasel | 21"


async def test_a_row_longer_than_the_header_loses_nothing(parser: SandboxedParser, tmp_path: Path) -> None:
    assert await parse(parser, tmp_path, "a,b\n1,2,3\n") == "a: 1; b: 2; 3"


async def test_a_single_row_or_column_is_text(parser: SandboxedParser, tmp_path: Path) -> None:
    assert await parse(parser, tmp_path, "only,one,row\n") == "only | one | row"
    assert await parse(parser, tmp_path, "Names\nAda\nBob\n") == "Names\nAda\nBob"


async def test_a_big_table_needs_little_memory(tmp_path: Path) -> None:
    with (tmp_path / "f").open("w") as file:
        file.write("number,name,note\n")
        for number in range(120_000):
            file.write(f"{number},name {number},a note of some forty characters or so\n")
    frugal = SandboxedParser(ParserLimits(memory_bytes=400 << 20, characters=20_000_000))
    try:
        parsed = await frugal.parse(tmp_path / "f", name="f.csv", media_type="text/csv")
    finally:
        await frugal.close()
    assert parsed.blocks[0].text.count("\n") == 119_999


async def test_a_table_whose_text_grows_past_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("a long column name,b\n" + "1,2\n" * 100)
    strict = SandboxedParser(ParserLimits(characters=1_000))
    try:
        refusal = await refusal_of(strict.parse(tmp_path / "f", name="f.csv", media_type="text/csv"))
    finally:
        await strict.close()
    assert refusal.code == "too_much_text"
