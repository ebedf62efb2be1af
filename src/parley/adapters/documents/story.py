"""The running text of a Word document, with its lists, tables and notes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from parley.adapters.documents.styles import Styles, heading_level
from parley.adapters.documents.tables import Tables
from parley.adapters.documents.xml import value_of

_UNREAD = frozenset({"Fallback", "del", "moveFrom", "tabs", "instrText", "rPr", "sectPr", "tblGrid"})
"""Copies for older programs, deleted text, places of tab stops, formulas of fields, looks."""

_IN_TEXT = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_MOST_INDENT = 8

Attributes = dict[str, str]


@dataclass(slots=True)
class _Paragraph:
    """One on its way in; they nest, for a paragraph may hold a box with paragraphs of its own."""

    words: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    style: str = ""
    level: int = 0
    is_item: bool = False
    indent: int = 0


@dataclass(slots=True)
class _Cell:
    """A cell whose measures are being read."""

    columns: int = 1
    repeats_above: bool = False


class Story:
    """Handles the main part, a header or a footer: feeds `tables` in reading order."""

    def __init__(self, tables: Tables, styles: Styles, notes: Mapping[str, str]) -> None:
        self.title = ""
        self._tables = tables
        self._styles = styles
        self._notes = notes
        self._paragraphs: list[_Paragraph] = []
        self._cell: _Cell | None = None
        self._is_text = False
        self._unread = 0
        self._note_count = 0
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "p": self._start_paragraph,
            "pStyle": self._read_style,
            "outlineLvl": self._read_level,
            "numPr": self._read_item,
            "ilvl": self._read_indent,
            "footnoteReference": self._refer("footnote"),
            "endnoteReference": self._refer("endnote"),
            "tbl": self._start_table,
            "tr": self._start_row,
            "tblHeader": self._read_header,
            "tc": self._start_cell,
            "gridSpan": self._read_span,
            "vMerge": self._read_merge,
        }

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._unread or tag in _UNREAD:
            self._unread += tag in _UNREAD
        elif tag == "t":
            self._is_text = True
        elif tag in _IN_TEXT:
            self._write(_IN_TEXT[tag])
        elif start := self._starts.get(tag):
            start(attributes)

    def end(self, tag: str) -> None:
        if self._unread:
            self._unread -= tag in _UNREAD
        elif tag == "t":
            self._is_text = False
        elif tag == "p" and self._paragraphs:
            self._end_paragraph(self._paragraphs.pop())
        elif tag == "tc":
            self._begin_cell()
        elif tag == "tbl":
            self._tables.end_table()

    def text(self, text: str) -> None:
        if self._is_text and not self._unread:
            self._write(text)

    def _write(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].words.append(text)

    def _start_paragraph(self, _: Attributes) -> None:
        self._begin_cell()
        self._paragraphs.append(_Paragraph())

    def _read_style(self, attributes: Attributes) -> None:
        if self._paragraphs:
            self._paragraphs[-1].style = value_of(attributes, "val") or ""

    def _read_level(self, attributes: Attributes) -> None:
        if self._paragraphs:
            self._paragraphs[-1].level = heading_level(value_of(attributes, "val") or "")

    def _read_item(self, _: Attributes) -> None:
        if self._paragraphs:
            self._paragraphs[-1].is_item = True

    def _read_indent(self, attributes: Attributes) -> None:
        value = value_of(attributes, "val") or ""
        if self._paragraphs and value.isdecimal():
            self._paragraphs[-1].indent = min(int(value[:2]), _MOST_INDENT)

    def _refer(self, kind: str) -> Callable[[Attributes], None]:
        def refer(attributes: Attributes) -> None:
            note = self._notes.get(f"{kind} {value_of(attributes, 'id')}")
            if note and self._paragraphs:
                self._note_count += 1
                self._write(f"[{self._note_count}]")
                self._paragraphs[-1].notes.append(f"[{self._note_count}] {note}")

        return refer

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.words).strip()
        is_title = self._styles.is_title(paragraph.style)
        level = paragraph.level or self._styles.level_of(paragraph.style) or int(is_title)
        if is_title:
            self.title = self.title or " ".join(text.split())
        if level:
            self._tables.heading(level, text)
        elif text and (paragraph.is_item or self._styles.is_list(paragraph.style)):
            self._tables.paragraph(f"{'  ' * paragraph.indent}- {text}")
        else:
            self._tables.paragraph(text)
        for note in paragraph.notes:
            self._tables.paragraph(note)

    def _start_table(self, _: Attributes) -> None:
        self._begin_cell()
        self._tables.begin_table()

    def _start_row(self, _: Attributes) -> None:
        self._tables.begin_row()

    def _read_header(self, _: Attributes) -> None:
        self._tables.first_row_names_columns(header=True)

    def _start_cell(self, _: Attributes) -> None:
        self._cell = _Cell()

    def _read_span(self, attributes: Attributes) -> None:
        value = value_of(attributes, "val") or ""
        if self._cell and value.isdecimal():
            self._cell.columns = int(value[:4])

    def _read_merge(self, attributes: Attributes) -> None:
        if self._cell:
            self._cell.repeats_above = value_of(attributes, "val") != "restart"

    def _begin_cell(self) -> None:
        """Once its measures are known, which stand inside it."""
        cell, self._cell = self._cell, None
        if cell:
            self._tables.begin_cell(cell.columns, repeats_above=cell.repeats_above)
