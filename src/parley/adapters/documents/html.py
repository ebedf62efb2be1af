"""Reads web pages: running text under its headings, without scripts, styles and navigation."""

import re
from html.parser import HTMLParser

from parley.adapters.documents.outline import Outline
from parley.adapters.documents.rows import lines_of
from parley.adapters.documents.source import Source
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
    page = _Page()
    page.feed(source.text(declared[1].decode("ascii") if declared else None))
    page.close()
    return page.parsed()


class _Page(HTMLParser):
    """Keeps no tree, only what is open now, so that neither depth nor missing end tags hurt."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._outline = Outline()
        self._title = ""
        self._words: list[str] = []
        self._heading: str | None = None
        self._unread: str | None = None
        self._unread_depth = 0
        self._preformatted = 0
        self._tables = 0
        self._rows: list[list[str]] = []
        self._item_mark = ""

    def parsed(self) -> ParsedDocument:
        self._end_block()
        self._end_table()
        return ParsedDocument(title=self._title or self._outline.first_heading, blocks=self._outline.blocks())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._unread:
            self._unread_depth += tag == self._unread
        elif tag in _UNREAD:
            self._unread, self._unread_depth = tag, 1
        elif tag == "img":
            self._words.append(next((f" {text} " for name, text in attrs if name == "alt" and text), ""))
        elif tag not in _INLINE:
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
        if tag == "br":
            self._words.append("\n")
            return
        self._end_block()
        if tag in _HEADINGS:
            self._heading = tag
        elif tag == "pre":
            self._preformatted += 1
        elif tag in {"li", "dd"}:
            self._item_mark = "- "
        elif tag == "table":
            self._tables += 1
        elif tag == "tr" and self._tables:
            self._rows.append([])
        elif tag in {"td", "th"} and self._rows:
            self._rows[-1].append("")

    def _close(self, tag: str) -> None:
        self._end_block(closing=tag)
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif tag in {"li", "dd"}:
            self._item_mark = ""
        elif tag == "table" and self._tables:
            self._tables -= 1
            if not self._tables:
                self._end_table()

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
        elif self._rows and self._rows[-1]:
            self._rows[-1][-1] += " " + text
        elif heading:
            self._outline.heading(_HEADINGS[heading], text)
        else:
            self._outline.paragraph(self._item_mark + text.strip("\n"))
            self._item_mark = ""

    def _end_table(self) -> None:
        rows, self._rows = self._rows, []
        self._outline.paragraph("\n".join(lines_of(rows)))
