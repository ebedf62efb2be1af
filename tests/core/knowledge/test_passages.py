"""Passages for a model: neighbours as one, within a budget of tokens, never cut in a sentence."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from parley.adapters.language.sentences import sentence_ranges
from parley.core.knowledge.model import Chunk, CollectionId, DocumentId, FoundChunk, FusedChunk
from parley.core.knowledge.passages import MOST_JOINED, joined, tokens_of, within_budget

TEXT = "One is first. Two follows it.\n\nThree comes next. Four is after.\n\nFive is last. Six ends it."
RANGES = ((0, 29), (31, 64), (66, 93))
DOCUMENT = DocumentId(UUID(int=1))


def found(
    ordinal: int,
    start: int,
    end: int,
    *,
    score: float = 1.0,
    document: DocumentId = DOCUMENT,
    page: int | None = 1,
    text: str = TEXT,
) -> FoundChunk:
    chunk = Chunk(document, ordinal, text[start:end], ("A",), page, start, end)
    return FoundChunk(chunk, "d.md", CollectionId(uuid4()), FusedChunk(ordinal, score, score, None))


def third(ordinal: int, score: float = 1.0) -> FoundChunk:
    return found(ordinal, *RANGES[ordinal], score=score)


def texts(passages: tuple[FoundChunk, ...]) -> list[str]:
    return [passage.chunk.text for passage in passages]


def test_neighbours_become_one_passage_where_the_best_of_them_stood() -> None:
    elsewhere = found(5, *RANGES[0], document=DocumentId(UUID(int=2)), score=0.8)
    passages = joined([third(1, 1.0), elsewhere, third(0, 0.5)])
    assert texts(passages) == [TEXT[:64], TEXT[:29]]
    first = passages[0]
    assert (first.chunk.ordinal, first.chunk.char_start, first.chunk.char_end) == (0, 0, 64)
    assert (first.score, first.ranking.chunk_key) == (1.0, 1)


def test_what_both_hold_is_in_the_passage_once() -> None:
    assert texts(joined([found(0, 0, 40), found(1, 30, 64)])) == [TEXT[:64]]


def test_a_gap_or_another_page_keeps_passages_apart() -> None:
    assert len(joined([third(0), third(2)])) == 2
    assert len(joined([third(0), found(1, *RANGES[1], page=2)])) == 2


def test_only_so_many_are_joined() -> None:
    many = [found(number, 10 * number, 10 * number + 10, text="word five " * 20) for number in range(8)]
    lengths = [len(text) for text in texts(joined(many))]
    assert lengths == [10 * MOST_JOINED, 10 * MOST_JOINED, 10 * (8 - 2 * MOST_JOINED)]


@given(st.lists(st.integers(0, 12), unique=True, max_size=12))
def test_joining_loses_and_doubles_nothing(ordinals: list[int]) -> None:
    text = "".join(f"chunk {number:02}\n" for number in range(13))
    passages = joined([found(number, 9 * number, 9 * number + 8, text=text) for number in ordinals])
    words = " ".join(texts(passages)).split()
    assert sorted(words[1::2]) == sorted(f"{number:02}" for number in ordinals)
    assert all(len(each.chunk.text) == each.chunk.char_end - each.chunk.char_start for each in passages)


def test_a_token_is_four_bytes_whatever_the_script() -> None:
    assert [tokens_of(text) for text in ("", "a", "four", "fives", "十二字")] == [0, 1, 1, 2, 3]


def test_the_budget_holds_and_ends_behind_a_sentence() -> None:
    passages = within_budget([third(0), third(1), third(2)], 13, sentence_ranges)
    assert texts(passages) == ["One is first. Two follows it.", "Three comes next."]
    assert passages[1].chunk.char_end == 31 + len("Three comes next.")


def test_what_fits_is_given_whole() -> None:
    passages = [third(0), third(1), third(2)]
    assert within_budget(passages, 1_000, sentence_ranges) == tuple(passages)
    assert within_budget([], 10, sentence_ranges) == ()


def test_the_first_sentence_is_given_in_any_case() -> None:
    assert texts(within_budget([third(0), third(1)], 1, sentence_ranges)) == ["One is first."]
    without_sentences = within_budget([third(0)], 1, lambda _: [])
    assert texts(without_sentences) == [TEXT[:29]]
