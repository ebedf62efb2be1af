"""JSON: every value with its path, every record a paragraph."""

import json
from pathlib import Path

from parley.adapters.documents.sandbox import SandboxedParser
from parley.testing.documents import DocumentParserContract, refusal_of


class TestJson(DocumentParserContract):
    media_type = "application/json"
    extension = ".json"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        path.write_text(json.dumps([{"text": sentence} for sentence in sentences]))


async def parse(parser: SandboxedParser, tmp_path: Path, content: object) -> str:
    (tmp_path / "f").write_text(json.dumps(content))
    parsed = await parser.parse(tmp_path / "f", name="f.json", media_type="application/json")
    return parsed.blocks[0].text


async def test_records_are_paragraphs_of_paths_and_values(parser: SandboxedParser, tmp_path: Path) -> None:
    records = [
        {"name": "Bern", "address": {"zip": 3000, "open": True, "fax": None}, "tags": ["a", "b"]},
        {"name": "Basel", "rooms": [{"beds": 2}, {"beds": 1.5}]},
    ]
    assert await parse(parser, tmp_path, records) == (
        "name: Bern\naddress.zip: 3000\naddress.open: yes\ntags: a, b\n\n"
        "name: Basel\nrooms 1.beds: 2\nrooms 2.beds: 1.5"
    )


async def test_a_plain_value_is_text(parser: SandboxedParser, tmp_path: Path) -> None:
    assert await parse(parser, tmp_path, "Only a sentence.") == "Only a sentence."


async def test_broken_json_is_refused_with_its_line(parser: SandboxedParser, tmp_path: Path) -> None:
    (tmp_path / "f").write_text('{"a": 1,\n "b": }')
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.json", media_type="application/json"))
    assert refusal.code == "damaged_file"
    assert "line 2" in refusal.detail


async def test_numbers_stay_as_they_are_written(parser: SandboxedParser, tmp_path: Path) -> None:
    digits = "9" * 5_000
    (tmp_path / "f").write_text(f'{{"price": 1.50, "huge": {digits}}}')
    parsed = await parser.parse(tmp_path / "f", name="f.json", media_type="application/json")
    assert parsed.blocks[0].text == f"price: 1.50\nhuge: {digits}"


async def test_json_nested_too_deep_is_refused(parser: SandboxedParser, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("[" * 100_000 + '"x"' + "]" * 100_000)
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.json", media_type="application/json"))
    assert refusal.code == "parser_limit"
    assert "nested too deep" in refusal.detail


async def test_json_lines_are_records(parser: SandboxedParser, tmp_path: Path) -> None:
    (tmp_path / "f").write_text('{"city": "Bern"}\n\n{"city": "Basel"}\n')
    parsed = await parser.parse(tmp_path / "f", name="f.jsonl", media_type="application/json")
    assert parsed.blocks[0].text == "city: Bern\n\ncity: Basel"


async def test_a_broken_line_of_json_lines_is_refused(parser: SandboxedParser, tmp_path: Path) -> None:
    (tmp_path / "f").write_text('{"city": "Bern"}\n{"city": }\n')
    refusal = await refusal_of(parser.parse(tmp_path / "f", name="f.jsonl", media_type="application/json"))
    assert refusal.code == "damaged_file"
