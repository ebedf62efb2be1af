"""Cuts a document's text into passages that are searched and quoted one by one."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from parley.core.ingestion.model import Block, ParsedDocument
from parley.core.knowledge.model import Chunk, DocumentId

BLOCK_SEPARATOR = "\n\n"
"""Stands between the blocks in the document's text, to which character ranges refer."""

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_LINE = re.compile(r"\n\s*")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"'”’)\]])\s+|(?<=[。！？])\s*")
_WORD = re.compile(r"\s+")
_CELL = re.compile(r"(?<=;)\s+|\s+(?=\|\s)")
_WHOLE_THOUGHTS = (_PARAGRAPH, _LINE, _SENTENCE)


@dataclass(frozen=True, slots=True)
class ChunkSize:
    """Lengths in characters; 1,000 are about 256 tokens of a sentence embedder.

    `overlap` is repeated only where a sentence had to be cut in two.
    """

    most: int = 1_000
    overlap: int = 40

    def __post_init__(self) -> None:
        if self.most < 3 or not 0 <= self.overlap <= self.most // 4:
            raise ValueError(
                f"A chunk has 3 characters or more, at most a quarter of them overlap: not {self}."
            )


def split_into_chunks(
    document_id: DocumentId, parsed: ParsedDocument, size: ChunkSize | None = None
) -> tuple[Chunk, ...]:
    """Passages in reading order, each within one block (one page, one heading), none longer than `size.most`.

    Nothing but white space is lost: the ranges cover every other character of the blocks' texts joined
    with BLOCK_SEPARATOR, and `text` is exactly what stands in its range. A row of a table is cut in two
    only if it alone is longer than `size.most`.
    """
    size = size or ChunkSize()
    chunks: list[Chunk] = []
    block_start = 0
    for block in parsed.blocks:
        for start, end in _ranges(block, size):
            chunks.append(
                Chunk(
                    document_id=document_id,
                    ordinal=len(chunks),
                    text=block.text[start:end],
                    heading_path=block.heading_path,
                    page=block.page,
                    char_start=block_start + start,
                    char_end=block_start + end,
                )
            )
        block_start += len(block.text) + len(BLOCK_SEPARATOR)
    return tuple(chunks)


def title_of(own: str, name: str) -> str:
    """What a document is searched under: its own title, or else the name of its file."""
    return own or PurePosixPath(name).stem.replace("_", " ").strip()


def text_to_search(title: str, chunk: Chunk) -> str:
    """What is embedded and indexed: a chunk is found by title and headings too, but quoted without them."""
    context = context_of(title, chunk)
    return f"{context}\n{chunk.text}" if context else chunk.text


def context_of(title: str, chunk: Chunk) -> str:
    """Title and headings as one line, which may be empty."""
    headings = chunk.heading_path
    if headings and headings[0].casefold() == title.casefold():
        headings = headings[1:]
    return " > ".join(part for part in (title, *headings) if part)


def _ranges(block: Block, size: ChunkSize) -> Iterator[tuple[int, int]]:
    text = block.text
    start, stop = _trim(text, 0, len(text))
    while stop - start > size.most:
        end, following = _cut(text, start, stop, size)
        if table := next((table for table in block.tables if table[0] < end < table[1]), None):
            end, following = _between_rows(text, (start, end), table, size) or (end, following)
        yield _trim(text, start, end)
        start, stop = _trim(text, following, stop)
    if start < stop:
        yield start, stop


def _between_rows(
    text: str, chunk: tuple[int, int], table: tuple[int, int], size: ChunkSize
) -> tuple[int, int] | None:
    """Where to cut instead of inside a row: behind it if it still fits, else before it.

    None when no row is cut, and for a row that alone is too long: of that, cells stay whole if they can.
    """
    start, end = chunk
    row_start = max(text.rfind("\n", table[0], end) + 1, table[0], start)
    row_end = text.find("\n", end, table[1])
    row_end = table[1] if row_end < 0 else row_end
    if end in {row_start, row_end}:
        return None
    if row_end - start <= size.most:
        return row_end, row_end
    if row_start > start:
        return row_start, row_start
    cell = _last_match(_CELL, text, start + size.most // 3, end)
    return (cell.start(), cell.end()) if cell else None


def _cut(text: str, start: int, stop: int, size: ChunkSize) -> tuple[int, int]:
    """Where the chunk from `start` ends and where the next begins.

    The cut falls after the last paragraph of the window or, failing that, the last line, sentence or
    word; the window leaves at least a third of a chunk on either side, so that no crumbs remain.
    """
    least = size.most // 3
    earliest = start + least
    latest = min(start + size.most, stop - least)
    for boundary in _WHOLE_THOUGHTS:
        if match := _last_match(boundary, text, earliest, latest):
            return match.start(), match.end()
    match = _last_match(_WORD, text, earliest, latest)
    end, following = (match.start(), match.end()) if match else (latest, latest)
    if size.overlap and (word := _WORD.search(text, max(end - size.overlap, start + 1), end)):
        following = word.end()
    return end, following


def _last_match(boundary: re.Pattern[str], text: str, earliest: int, latest: int) -> re.Match[str] | None:
    found = deque(boundary.finditer(text, earliest, latest), maxlen=1)
    return found[0] if found else None


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """By index: slicing what remains of a long text for each chunk would make the work quadratic."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
