"""Fusing the ranking by words with the ranking by meaning."""

from hypothesis import given
from hypothesis import strategies as st

from parley.core.knowledge.model import ScoredChunk
from parley.core.knowledge.ranking import CANDIDATES, dense_weight, fuse


def ranking(**scores: float) -> list[ScoredChunk]:
    return [ScoredChunk(ord(name), score) for name, score in scores.items()]


def order(by_terms: list[ScoredChunk], by_vector: list[ScoredChunk], weight: float = 0.5) -> str:
    return "".join(chr(each.chunk_key) for each in fuse(by_terms, by_vector, dense_weight=weight, limit=10))


def test_a_chunk_that_both_rankings_like_beats_the_favourite_of_one() -> None:
    assert order(ranking(a=10, b=9), ranking(c=0.9, b=0.85, a=0.1)) == "bac"


def test_the_scales_of_the_rankings_do_not_matter() -> None:
    small = order(ranking(a=10, b=4), ranking(b=0.5, a=0.2, c=0.1))
    assert small == order(ranking(a=1000, b=400), ranking(b=0.5, a=0.2, c=0.1))


def test_outside_english_words_outweigh_meaning() -> None:
    by_terms, by_vector = ranking(a=10, b=2), ranking(b=0.9, a=0.1)
    assert order(by_terms, by_vector, dense_weight(is_english=False)) == "ab"
    assert order(by_terms, by_vector, dense_weight(is_english=True)) == "ba"
    assert dense_weight(is_english=False) <= 0.3


def test_without_vectors_the_words_decide_alone() -> None:
    fused = fuse(ranking(a=8, b=4), [], dense_weight=0.5, limit=10)
    assert [(chr(each.chunk_key), each.score, each.cosine) for each in fused] == [
        ("a", 1.0, None),
        ("b", 0.5, None),
    ]


def test_without_matching_words_the_meaning_decides_alone() -> None:
    fused = fuse([], ranking(a=0.8, b=0.2), dense_weight=0.3, limit=10)
    assert [(chr(each.chunk_key), each.score, each.bm25) for each in fused] == [
        ("a", 1.0, None),
        ("b", 0.0, None),
    ]


def test_nothing_found_gives_nothing() -> None:
    assert fuse([], [], dense_weight=0.5, limit=10) == ()


def test_the_weakest_of_a_few_word_matches_still_beats_no_match() -> None:
    assert order(ranking(a=10, b=9), ranking(a=0.5, c=0.4, b=0.3)) == "abc"


def test_in_a_full_list_the_weakest_word_match_is_worth_nothing() -> None:
    by_terms = [ScoredChunk(key, 200.0 - key) for key in range(CANDIDATES)]
    last = fuse(by_terms, [], dense_weight=0.5, limit=CANDIDATES)[-1]
    assert (last.chunk_key, last.score) == (CANDIDATES - 1, 0.0)


def test_equal_scores_keep_the_order_of_their_keys_and_the_limit_holds() -> None:
    assert order(ranking(c=1, a=1, b=1), []) == "abc"
    assert len(fuse(ranking(c=1, a=1, b=1), [], dense_weight=0.5, limit=2)) == 2


scored = st.dictionaries(st.integers(0, 30), st.floats(-1, 1e6), max_size=20).map(
    lambda scores: [ScoredChunk(key, score) for key, score in scores.items()]
)


@given(
    by_terms=scored.map(lambda chunks: [ScoredChunk(c.chunk_key, abs(c.score)) for c in chunks]),
    by_vector=scored,
)
def test_every_candidate_comes_once_best_first_with_a_score_from_0_to_1(
    by_terms: list[ScoredChunk], by_vector: list[ScoredChunk]
) -> None:
    fused = fuse(by_terms, by_vector, dense_weight=0.5, limit=100)
    assert sorted(c.chunk_key for c in fused) == sorted({c.chunk_key for c in [*by_terms, *by_vector]})
    scores = [c.score for c in fused]
    assert scores == sorted(scores, reverse=True)
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores)
