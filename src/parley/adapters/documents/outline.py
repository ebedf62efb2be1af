"""Gathers running text and tables under their headings, for every format that has headings."""

from collections.abc import Iterable
from dataclasses import dataclass

from parley.adapters.documents.rows import Row, lines_of
from parley.adapters.documents.source import Source, TextBudget
from parley.core.ingestion.model import Block

MAX_HEADING_CHARS = 500
"""Titles and headings are repeated with every passage below them, so they are kept short."""

_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    is_table: bool


class Outline:
    """Fed in reading order. A heading with nothing below it becomes text, so that it is not lost.

    Raises UnreadableDocument (`too_much_text`) as soon as the limit of `source` is passed.
    """

    def __init__(self, source: Source) -> None:
        self._budget = TextBudget(source)
        self._path: list[_Heading] = []
        self._parts: list[_Part] = []
        self._blocks: list[Block] = []
        self._page: int | None = None
        self._heading_is_bare = False
        self.first_heading = ""

    def page(self, number: int) -> None:
        """Begins a page, slide or sheet, under no heading yet."""
        self.part()
        self._page = number

    def part(self) -> None:
        """Begins a part of its own, under no heading yet."""
        self._close_block()
        if self._heading_is_bare:
            self._keep_bare_heading()
        self._path.clear()

    def no_heading(self) -> None:
        """What follows stands under no heading, but goes on with what did before."""
        if self._path:
            self.part()

    def heading(self, level: int, text: str) -> None:
        """`level` counts from 1, the outermost. A very long one is text."""
        text = " ".join(text.split())
        if len(text) > MAX_HEADING_CHARS:
            self.paragraph(text)
            return
        if not text:
            return
        self._close_block()
        if self._heading_is_bare and self._path[-1].level >= level:
            self._keep_bare_heading()
        while self._path and self._path[-1].level >= level:
            self._path.pop()
        self._path.append(_Heading(level, self._budget.spend(text)))
        self._heading_is_bare = True
        self.first_heading = self.first_heading or text

    def paragraph(self, text: str) -> None:
        if text.strip():
            self._budget.spend(_BETWEEN)
            self._parts.append(_Part(self._budget.spend(text), is_table=False))

    def table(self, rows: Iterable[Row], *, header: bool | None = None) -> None:
        """`header` says whether the first row names the columns; None finds out."""
        lines = [self._budget.spend(line) for line in lines_of(rows, header=header)]
        if lines:
            self._parts.append(_Part("\n".join(lines), is_table=True))

    def blocks(self) -> tuple[Block, ...]:
        """Everything fed so far."""
        self._close_block()
        if self._heading_is_bare:
            self._keep_bare_heading()
        return tuple(self._blocks)

    def _close_block(self) -> None:
        if not self._parts:
            return
        tables, start = [], 0
        for part in self._parts:
            end = start + len(part.text)
            if part.is_table:
                tables.append((start, end))
            start = end + len(_BETWEEN)
        text = _BETWEEN.join(part.text for part in self._parts)
        path = tuple(heading.text for heading in self._path)
        self._blocks.append(Block(text, path, self._page, tuple(tables)))
        self._parts.clear()
        self._heading_is_bare = False

    def _keep_bare_heading(self) -> None:
        above = tuple(heading.text for heading in self._path[:-1])
        self._blocks.append(Block(self._path[-1].text, above, self._page))
        self._heading_is_bare = False
