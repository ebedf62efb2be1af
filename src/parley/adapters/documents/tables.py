"""Gathers the tables of formats that are made of elements: web pages, text documents, slides."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from parley.adapters.documents.outline import Outline

_MOST_SPAN = 1_000


@dataclass(slots=True)
class _Table:
    """A table on its way in: cells by row and column, with those that reach over several rows repeated."""

    header: bool | None
    rows: list[dict[int, str]] = field(default_factory=list)
    is_layout: bool = False
    """It only arranges text on a page."""
    _column: int = -1
    _next_column: int = 0
    _rows_high: int = 1
    """Of the open cell."""
    _reaching: dict[int, tuple[int, str]] = field(default_factory=dict)
    """What reaches down from rows above: how many rows further, and the text, by column."""
    _occupied: frozenset[int] = frozenset()
    """Columns of the open row that are taken by cells of rows above."""

    def begin_row(self) -> None:
        self.end_row()
        self.rows.append({})
        self._column, self._next_column = -1, 0
        self._occupied = frozenset(self._reaching)

    def begin_cell(self, columns: int, rows: int) -> None:
        if not self.rows:
            self.begin_row()
        self._end_cell()
        self._column = self._next_column
        while self._column in self._occupied:
            self._column += 1
        self._next_column = self._column + min(max(columns, 1), _MOST_SPAN)
        self._rows_high = min(rows, _MOST_SPAN)

    def add(self, text: str) -> bool:
        """False when no cell is open."""
        if self._column < 0:
            return False
        row = self.rows[-1]
        row[self._column] = f"{row[self._column]}\n{text}" if self._column in row else text
        return True

    def repeat_above(self) -> None:
        above = self.rows[-2] if len(self.rows) > 1 else {}
        self.add(above.get(self._column, ""))

    def end_row(self) -> None:
        if not self.rows:
            return
        self._end_cell()
        for column in self._occupied:
            further, text = self._reaching.pop(column)
            self.rows[-1].setdefault(column, text)
            if further > 1:
                self._reaching[column] = (further - 1, text)
        if self._occupied:
            self.rows[-1] = dict(sorted(self.rows[-1].items()))
        self._occupied = frozenset()

    def texts(self) -> Iterator[str]:
        return (text for row in self.rows for text in row.values())

    def _end_cell(self) -> None:
        if self._rows_high > 1 and self._column in self.rows[-1]:
            self._reaching[self._column] = (self._rows_high - 1, self.rows[-1][self._column])
        self._rows_high = 1


class Tables:
    """Passes text on to an outline, that of tables row by row. Fed in reading order; tables may nest.

    A table that holds headings, code or further tables only arranges text on a page, so its cells become
    paragraphs, as do those of a table with a single column.
    """

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._open: list[_Table] = []

    def begin_table(self) -> None:
        self.arranges_text()
        self._open.append(_Table(header=None))

    def begin_row(self) -> None:
        if self._open:
            self._open[-1].begin_row()

    def begin_cell(self, columns: int = 1, rows: int = 1, *, repeats_above: bool = False) -> None:
        """Over how many columns and rows it reaches, or that it goes on with the cell above."""
        if not self._open:
            return
        self._open[-1].begin_cell(columns, rows)
        if repeats_above:
            self._open[-1].repeat_above()

    def first_row_names_columns(self, *, header: bool) -> None:
        """What the format itself says about the first row of the open table; else it is found out."""
        if self._open and len(self._open[-1].rows) == 1:
            self._open[-1].header = header

    def paragraph(self, text: str) -> None:
        if not text.strip():
            return
        table = self._open[-1] if self._open else None
        if table is None or table.is_layout or not table.add(text):
            self._outline.paragraph(text)

    def heading(self, level: int, text: str) -> None:
        self.arranges_text()
        self._outline.heading(level, text)

    def arranges_text(self) -> None:
        """The open table, if any, holds no data; what it has so far becomes paragraphs."""
        if self._open and not self._open[-1].is_layout:
            self._flatten(self._open[-1])

    def end_table(self) -> None:
        if not self._open:
            return
        table = self._open.pop()
        table.end_row()
        if table.is_layout:
            return
        if all(len(row) < 2 for row in table.rows):
            self._flatten(table)
        else:
            self._outline.table(table.rows, header=table.header)

    def end(self) -> None:
        """Closes what the file left open."""
        while self._open:
            self.end_table()

    def _flatten(self, table: _Table) -> None:
        table.is_layout = True
        for text in table.texts():
            self._outline.paragraph(text)
        table.rows.clear()
