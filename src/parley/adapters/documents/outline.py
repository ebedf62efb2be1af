"""Gathers running text under its headings, for every format that has headings."""

from dataclasses import dataclass

from parley.core.ingestion.model import Block

MAX_HEADING_CHARS = 500
"""Titles and headings are repeated with every passage below them, so they are kept short."""


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str


class Outline:
    """Fed in reading order. A heading with nothing below it becomes text, so that it is not lost."""

    def __init__(self) -> None:
        self._path: list[_Heading] = []
        self._paragraphs: list[str] = []
        self._blocks: list[Block] = []
        self._heading_is_bare = False
        self.first_heading = ""

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
        self._path.append(_Heading(level, text))
        self._heading_is_bare = True
        self.first_heading = self.first_heading or text

    def paragraph(self, text: str) -> None:
        if text.strip():
            self._paragraphs.append(text)

    def blocks(self) -> tuple[Block, ...]:
        """Everything fed so far."""
        self._close_block()
        if self._heading_is_bare:
            self._keep_bare_heading()
        return tuple(self._blocks)

    def _close_block(self) -> None:
        if not self._paragraphs:
            return
        self._blocks.append(Block("\n\n".join(self._paragraphs), tuple(h.text for h in self._path)))
        self._paragraphs.clear()
        self._heading_is_bare = False

    def _keep_bare_heading(self) -> None:
        above = tuple(heading.text for heading in self._path[:-1])
        self._blocks.append(Block(self._path[-1].text, above))
        self._heading_is_bare = False
