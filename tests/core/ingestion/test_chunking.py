"""Chunking: exact ranges, nothing lost, sizes kept, cuts where a reader would make them."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.core.ingestion.chunking import BLOCK_SEPARATOR, ChunkSize, split_into_chunks, text_to_search
from parley.core.ingestion.model import Block, ParsedDocument
from parley.core.knowledge.model import Chunk, DocumentId

DOCUMENT_ID = DocumentId(UUID(int=1))

prose = st.text(st.one_of(st.sampled_from('ab.!? \n\t。)"'), st.characters(codec="utf-8")), max_size=400)
cells = st.text(st.sampled_from("ab.! ;"), min_size=1, max_size=60).map(lambda text: f"x{text.strip()}y")
tables = st.lists(cells, min_size=1, max_size=8)


@st.composite
def blocks_of(draw: st.DrawFn) -> Block:
    """Prose with tables in between."""
    text, ranges = draw(prose), []
    for rows in draw(st.lists(tables, max_size=2)):
        text += "\n\n"
        ranges.append((len(text), len(text) + len("\n".join(rows))))
        text += "\n".join(rows) + "\n\n" + draw(prose)
    path = tuple(draw(st.lists(st.text(max_size=5), max_size=3)))
    return Block(text, path, draw(st.none() | st.integers(1, 9)), tuple(ranges))


blocks = blocks_of()
documents = st.builds(ParsedDocument, title=st.just(""), blocks=st.lists(blocks, max_size=5).map(tuple))
sizes = st.integers(3, 120).flatmap(
    lambda most: st.builds(ChunkSize, most=st.just(most), overlap=st.integers(0, most // 4))
)


def split(text: str, **size: int) -> list[str]:
    parsed = ParsedDocument("", (Block(text),))
    return [chunk.text for chunk in split_into_chunks(DOCUMENT_ID, parsed, ChunkSize(**size))]


@given(documents, sizes)
def test_every_chunk_is_exactly_what_stands_in_its_range(parsed: ParsedDocument, size: ChunkSize) -> None:
    whole = BLOCK_SEPARATOR.join(block.text for block in parsed.blocks)
    chunks = split_into_chunks(DOCUMENT_ID, parsed, size)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    for chunk in chunks:
        assert chunk.text == whole[chunk.char_start : chunk.char_end]
        assert chunk.text == chunk.text.strip() != ""
        assert len(chunk.text) <= size.most


@given(documents, sizes)
def test_nothing_but_white_space_is_lost_and_order_is_kept(parsed: ParsedDocument, size: ChunkSize) -> None:
    whole = BLOCK_SEPARATOR.join(block.text for block in parsed.blocks)
    chunks = split_into_chunks(DOCUMENT_ID, parsed, size)
    covered = 0
    for chunk in chunks:
        assert whole[covered : chunk.char_start].strip() == ""
        assert chunk.char_end > covered
        assert chunk.char_start >= covered - size.overlap
        covered = chunk.char_end
    assert whole[covered:].strip() == ""


@given(documents, sizes)
def test_a_chunk_never_crosses_a_page_or_a_heading(parsed: ParsedDocument, size: ChunkSize) -> None:
    ranges = []
    start = 0
    for block in parsed.blocks:
        ranges.append((start, start + len(block.text), block))
        start += len(block.text) + len(BLOCK_SEPARATOR)
    for chunk in split_into_chunks(DOCUMENT_ID, parsed, size):
        home = next(b for low, high, b in ranges if low <= chunk.char_start and chunk.char_end <= high)
        assert (chunk.page, chunk.heading_path) == (home.page, home.heading_path)


@given(documents, sizes)
def test_a_row_that_fits_into_a_chunk_is_never_cut(parsed: ParsedDocument, size: ChunkSize) -> None:
    ranges = [(chunk.char_start, chunk.char_end) for chunk in split_into_chunks(DOCUMENT_ID, parsed, size)]
    start = 0
    for block in parsed.blocks:
        for table_start, table_end in block.tables:
            row_start = start + table_start
            for row in block.text[table_start:table_end].split("\n"):
                row_end = row_start + len(row)
                if len(row) <= size.most:
                    assert any(low <= row_start and row_end <= high for low, high in ranges), row
                row_start = row_end + 1
        start += len(block.text) + len(BLOCK_SEPARATOR)


def test_a_row_too_long_for_a_chunk_is_cut_between_its_cells() -> None:
    row = "; ".join(f"column {number}: {'word ' * 8}end." for number in range(40))
    parsed = ParsedDocument("", (Block(row, tables=((0, len(row)),)),))
    pieces = [chunk.text for chunk in split_into_chunks(DOCUMENT_ID, parsed)]
    assert len(pieces) > 2
    assert all(piece.startswith("column ") for piece in pieces)


def test_text_that_fits_stays_whole() -> None:
    assert split("  A short note.\n\nWith two paragraphs. ") == ["A short note.\n\nWith two paragraphs."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two.\n\nthree four. five\nsix", ["one two.", "three four. five\nsix"]),
        ("one two three.\nfour five. six seven", ["one two three.", "four five. six seven"]),
        ('He said "one two." Then three four', ['He said "one two."', "Then three four"]),
        (
            "一二三四五六七八。九十一二三四五六七八九十一二",
            ["一二三四五六七八。", "九十一二三四五六七八九十一二"],
        ),
    ],
    ids=["paragraph", "line", "sentence", "chinese sentence"],
)
def test_the_cut_falls_at_the_strongest_boundary_in_reach(text: str, expected: list[str]) -> None:
    assert split(text, most=22, overlap=5) == expected


def test_a_sentence_cut_in_two_repeats_a_few_words() -> None:
    first, second = split("alpha beta gamma delta epsilon zeta eta theta", most=30, overlap=7)
    assert first.endswith("delta")
    assert second.startswith("delta ")


def test_a_word_without_end_is_cut_hard() -> None:
    assert [len(piece) for piece in split("x" * 2_500)] == [1_000, 1_000, 500]


def test_no_crumb_is_left_at_the_end() -> None:
    pieces = split(" ".join(["word"] * 205))
    assert min(len(piece) for piece in pieces) > 300


def test_a_chunk_is_found_by_title_and_headings_but_quoted_without_them() -> None:
    chunk = Chunk(DOCUMENT_ID, 0, "Sixteen weeks.", ("Leave", "Parents"), None, 0, 14)
    assert text_to_search("Handbook", chunk) == "Handbook > Leave > Parents\nSixteen weeks."
    assert text_to_search("leave", chunk) == "leave > Parents\nSixteen weeks."
    assert text_to_search("", Chunk(DOCUMENT_ID, 0, "Plain.", (), None, 0, 6)) == "Plain."


def test_a_size_that_cannot_work_is_refused() -> None:
    with pytest.raises(ValueError, match="3 characters or more"):
        ChunkSize(most=2, overlap=0)
    with pytest.raises(ValueError, match="quarter"):
        ChunkSize(most=100, overlap=26)
