"""Web pages: what a reader of the page would read, under its headings."""

from pathlib import Path

from parley.adapters.documents.sandbox import SandboxedParser
from parley.core.ingestion.model import ParsedDocument
from parley.testing.documents import DocumentParserContract, refusal_of


class TestHtml(DocumentParserContract):
    media_type = "text/html"
    extension = ".html"

    def write_sample(self, path: Path, sentences: tuple[str, ...]) -> None:
        paragraphs = "".join(f"<p>{sentence}</p>" for sentence in sentences)
        path.write_text(f"<!doctype html><html><body>{paragraphs}</body></html>")


async def parse(parser: SandboxedParser, tmp_path: Path, page: str | bytes) -> ParsedDocument:
    (tmp_path / "f").write_bytes(page if isinstance(page, bytes) else page.encode())
    return await parser.parse(tmp_path / "f", name="f.html", media_type="text/html")


async def test_text_stands_under_its_headings(parser: SandboxedParser, tmp_path: Path) -> None:
    parsed = await parse(
        parser,
        tmp_path,
        "<title>Hand&shy;book</title><body>Before all.<h1>Leave <em>rules</em></h1><div>In a div"
        "<div>and an inner one</div></div><h2>Parents</h2><dl><dt>Term<dd>Sixteen weeks</dl>",
    )
    assert parsed.title == "Handbook"
    assert [(block.heading_path, block.text) for block in parsed.blocks] == [
        ((), "Before all."),
        (("Leave rules",), "In a div\n\nand an inner one"),
        (("Leave rules", "Parents"), "Term\n\n- Sixteen weeks"),
    ]


async def test_scripts_styles_and_navigation_are_not_read(parser: SandboxedParser, tmp_path: Path) -> None:
    parsed = await parse(
        parser,
        tmp_path,
        "<style>p{color:red}</style><script>if (1 < 2) alert('<p>no</p>')</script>"
        "<nav><ul><li>Home<nav>inner</nav></ul></nav><p>The <b>text</b>&nbsp;&amp; <a href='/x'>it</a>.</p>",
    )
    assert [block.text for block in parsed.blocks] == ["The text\xa0& it."]


async def test_a_table_is_read_row_by_row_with_its_column_names(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    parsed = await parse(
        parser,
        tmp_path,
        "<table><tr><th>City<th>Days<tr><td>Bern<td><p>20</p><p>or 21</p></tr></table><p>After.</p>",
    )
    assert parsed.blocks[0].text == "City: Bern; Days: 20 or 21\n\nAfter."


async def test_preformatted_text_keeps_its_shape(parser: SandboxedParser, tmp_path: Path) -> None:
    parsed = await parse(parser, tmp_path, "<p>Run\n  this:</p><pre>if x:\n    y()</pre>")
    assert parsed.blocks[0].text == "Run this:\n\nif x:\n    y()"


async def test_a_declared_encoding_is_obeyed(parser: SandboxedParser, tmp_path: Path) -> None:
    page = '<meta http-equiv="content-type" content="text/html; charset=windows-1251"><p>Привет, мир</p>'
    parsed = await parse(parser, tmp_path, page.encode("windows-1251"))
    assert parsed.blocks[0].text == "Привет, мир"


async def test_a_page_of_fifty_thousand_nested_elements_is_read(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    parsed = await parse(parser, tmp_path, "<div>" * 50_000 + "deep" + "</div>" * 50_000)
    assert parsed.blocks[0].text == "deep"


async def test_nested_elements_without_text_are_refused(parser: SandboxedParser, tmp_path: Path) -> None:
    refusal = await refusal_of(parse(parser, tmp_path, "<div>" * 50_000))
    assert refusal.code == "no_text"


async def test_a_page_that_declares_an_encoding_nobody_can_read_is_guessed(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    page = '<meta charset="undefined"><p>Größere Schäden müssen gemeldet werden.'.encode("latin-1")
    parsed = await parse(parser, tmp_path, page)
    assert [block.text for block in parsed.blocks] == ["Größere Schäden müssen gemeldet werden."]


async def test_titles_and_headings_are_too_short_to_multiply_a_text(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    long = "word " * 1_000
    parsed = await parse(parser, tmp_path, f"<title>{long}</title><h1>{long}</h1><p>Below.")
    assert len(parsed.title) == 500
    assert [block.heading_path for block in parsed.blocks] == [()]
    assert parsed.blocks[0].text == f"{long.strip()}\n\nBelow."


async def test_a_page_of_countless_sections_is_refused(parser: SandboxedParser, tmp_path: Path) -> None:
    refused = await refusal_of(parse(parser, tmp_path, "<h1>H</h1>x" * 30_001))
    assert (refused.code, "30,001 sections" in refused.detail) == ("too_many_sections", True)


async def test_cells_that_reach_over_rows_and_columns_keep_the_others_in_place(
    parser: SandboxedParser, tmp_path: Path
) -> None:
    parsed = await parse(
        parser,
        tmp_path,
        "<table><tr><td>City<td>Days<td>Note<tr><td rowspan=2>Bern<td colspan=2>20<tr><td>21<td>late"
        "<tr><td>Chur<td>22</table>",
    )
    assert parsed.blocks[0].text == (
        "City: Bern; Days: 20\nCity: Bern; Days: 21; Note: late\nCity: Chur; Days: 22"
    )


async def test_the_page_itself_says_which_cells_are_names(parser: SandboxedParser, tmp_path: Path) -> None:
    parsed = await parse(
        parser,
        tmp_path,
        "<table><tr><th>Name<td>Ada<tr><th>Born<td>Bern</table>"
        "<table><tr><th>2025<th>2026<tr><td>20<td>21</table>",
    )
    assert parsed.blocks[0].text == "Name | Ada\nBorn | Bern\n\n2025: 20; 2026: 21"


async def test_a_table_that_arranges_a_page_is_read_as_text(parser: SandboxedParser, tmp_path: Path) -> None:
    parsed = await parse(
        parser,
        tmp_path,
        "<table><tr><td>Left<td><h2>News</h2><p>Some text.</p><table><tr><td>a<td>b<tr><td>c<td>d</table>"
        "<tr><td><pre>x = 1\ny = 2</pre></table>",
    )
    assert [(block.heading_path, block.text) for block in parsed.blocks] == [
        ((), "Left"),
        (("News",), "Some text.\n\na: c; b: d\n\nx = 1\ny = 2"),
    ]
