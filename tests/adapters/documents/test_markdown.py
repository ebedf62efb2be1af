"""Markdown: headings become paths, the text stays as it was written."""

from pathlib import Path

import pytest

from parley.adapters.documents.sandbox import SandboxedParser
from parley.core.ingestion.model import ParsedDocument
from parley.testing.documents import DocumentParserContract


class TestMarkdown(DocumentParserContract):
    media_type = "text/markdown"
    extension = ".md"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        path.write_text("\n\n".join(sentences) or "\n")


async def parse(parser: SandboxedParser, tmp_path: Path, text: str) -> ParsedDocument:
    (tmp_path / "f").write_text(text, newline="")
    return await parser.parse(tmp_path / "f", name="f.md", media_type="text/markdown")


async def outline(parser: SandboxedParser, tmp_path: Path, text: str) -> list[tuple[tuple[str, ...], str]]:
    return [(b.heading_path, b.text) for b in (await parse(parser, tmp_path, text)).blocks]


async def test_text_stands_under_its_headings(parser: SandboxedParser, tmp_path: Path) -> None:
    text = "Intro\r\n\r\n# A #\r\none\r\n### C\r\nthree\r\n## B\r\n\r\ntwo **bold**\r\n# D\r\nfour"
    assert await outline(parser, tmp_path, text) == [
        ((), "Intro"),
        (("A",), "one"),
        (("A", "C"), "three"),
        (("A", "B"), "two **bold**"),
        (("D",), "four"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title\n===\nbody\n\nSub\n---\nmore", [(("Title",), "body"), (("Title", "Sub"), "more")]),
        ("above\n\n---\n\nbelow", [((), "above\n\n---\n\nbelow")]),
        ("- item\n---\nx", [((), "- item\n---\nx")]),
        ("```sh\n# no heading\n```\n# Yes\nx", [((), "```sh\n# no heading\n```"), (("Yes",), "x")]),
        ("~~~\n```\n# no\n~~~~\n#nor this", [((), "~~~\n```\n# no\n~~~~\n#nor this")]),
        ("```\n| a | b |\n| --- | --- |\n```", [((), "```\n| a | b |\n| --- | --- |\n```")]),
        ("left | right\n---\nx", [(("left | right",), "x")]),
        ("# C#\nsharp", [(("C#",), "sharp")]),
    ],
    ids=["underlined", "rule", "list", "fence", "longer fence", "fenced table", "bar", "trailing sharp"],
)
async def test_only_headings_are_headings(
    parser: SandboxedParser, tmp_path: Path, text: str, expected: list[tuple[tuple[str, ...], str]]
) -> None:
    assert await outline(parser, tmp_path, text) == expected


async def test_a_heading_with_nothing_below_it_is_not_lost(parser: SandboxedParser, tmp_path: Path) -> None:
    assert await outline(parser, tmp_path, "# A\n## Empty\n## B\ntext\n## Last") == [
        (("A",), "Empty"),
        (("A", "B"), "text"),
        (("A",), "Last"),
    ]


async def test_front_matter_gives_the_title_and_is_no_heading(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    parsed = await parse(parser, tmp_path, '---\ntitle: "The guide"\ntags: a, b\n---\n# Start\ntext')
    assert parsed.title == "The guide"
    assert [(b.heading_path, b.text) for b in parsed.blocks] == [((), "tags: a, b"), (("Start",), "text")]


async def test_without_front_matter_the_first_heading_is_the_title(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    assert (await parse(parser, tmp_path, "text\n## First\nx\n# Second\ny")).title == "First"


async def test_the_rows_of_a_table_carry_the_names_of_their_columns(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    text = (
        "Days:\n\n| City | Days \\| weeks |\n|:--|--:|\n| Bern | 20 |\n| Basel | |\n\n"
        "After.\n\na | b\n-|-\n1 | 2\n# Next\nx"
    )
    parsed = await parse(parser, tmp_path, text)
    first, second = parsed.blocks
    assert first.text == "Days:\n\nCity: Bern; Days | weeks: 20\nCity: Basel\n\nAfter.\n\na: 1; b: 2"
    assert [first.text[start:end] for start, end in first.tables] == [
        "City: Bern; Days | weeks: 20\nCity: Basel",
        "a: 1; b: 2",
    ]
    assert (second.heading_path, second.text) == (("Next",), "x")
