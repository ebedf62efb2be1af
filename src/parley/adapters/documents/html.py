"""Reads web pages: running text and tables under their headings, without scripts, styles and navigation."""

import re
from html.parser import HTMLParser

from parley.adapters.documents.outline import Outline
from parley.adapters.documents.source import Source
from parley.adapters.documents.tables import Tables
from parley.core.ingestion.model import ParsedDocument

_DECLARED_ENCODING = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_UNREAD = frozenset({"script", "style", "template", "noscript", "svg", "nav", "iframe", "object", "canvas"})
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
_SPACE = re.compile(r"[^\S\xa0]+")


def read(source: Source) -> ParsedDocument:
    data = source.bytes()
    declared = _DECLARED_ENCODING.search(data, 0, 4_096)
    outline = Outline(source)
    title = read_page(source.text(declared[1].decode("ascii") if declared else None), outline)
    return ParsedDocument(title=title or outline.first_heading, blocks=outline.blocks())


def read_page(page: str, outline: Outline) -> str:
    """Feeds `outline` and returns the page's title, which may be empty."""
    reader = _Page(outline)
    reader.feed(page)
    reader.close()
    return reader.end()


class _Page(HTMLParser):
    """Keeps no tree, only what is open now, so that neither depth nor missing end tags hurt."""

    def __init__(self, outline: Outline) -> None:
        super().__init__(convert_charrefs=True)
        self._tables = Tables(outline)
        self._title = ""
        self._words: list[str] = []
        self._heading: str | None = None
        self._unread: str | None = None
        self._unread_depth = 0
        self._preformatted = 0
        self._item_mark = ""
        self._row: list[str] = []
        """Which of th and td its cells are."""

    def end(self) -> str:
        """The page's title."""
        self._end_block()
        self._tables.end()
        return self._title

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unread:
            self._unread_depth += tag == self._unread
        elif tag in _UNREAD:
            self._unread, self._unread_depth = tag, 1
        elif tag == "img":
            self._words.append(next((f" {text} " for name, text in attrs if name == "alt" and text), ""))
        elif tag == "br":
            self._words.append("\n")
        elif tag not in _INLINE:
            self._end_block()
            if tag in {"table", "tr", "td", "th"}:
                self._open_in_table(tag, attrs)
            else:
                self._open(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            self._unread_depth -= tag == self._unread
            if not self._unread_depth:
                self._unread = None
        elif tag not in _INLINE:
            self._close(tag)

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._words.append(data if self._preformatted else _SPACE.sub(" ", data))

    def _open(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._heading = tag
        elif tag == "pre":
            self._preformatted += 1
            self._tables.arranges_text()
        elif tag in {"li", "dd"}:
            self._item_mark = "- "

    def _open_in_table(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._tables.begin_table()
        elif tag == "tr":
            self._end_row()
            self._tables.begin_row()
        else:
            self._row.append(tag)
            spans = dict(attrs)
            self._tables.begin_cell(_count(spans.get("colspan")), _count(spans.get("rowspan")))

    def _end_row(self) -> None:
        row, self._row = self._row, []
        if "th" in row:
            self._tables.first_row_names_columns(header="td" not in row)

    def _close(self, tag: str) -> None:
        self._end_block(closing=tag)
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif tag in {"li", "dd"}:
            self._item_mark = ""
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_row()
            self._tables.end_table()

    def _end_block(self, *, closing: str = "") -> None:
        """What was gathered goes where it belongs: the title, a heading, a table's cell, or the text."""
        text = "".join(self._words)
        self._words.clear()
        if not self._preformatted:
            text = "\n".join(line.strip() for line in text.split("\n"))
        heading, self._heading = self._heading, None
        if not text.strip():
            return
        if closing == "title":
            self._title = self._title or " ".join(text.split())
        elif heading:
            self._tables.heading(_HEADINGS[heading], text)
        else:
            self._tables.paragraph(self._item_mark + text.strip("\n"))
            self._item_mark = ""


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
