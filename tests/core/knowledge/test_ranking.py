"""Fusing the ranking by words with the ranking by meaning, and what comes after."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.core.knowledge.model import FusedChunk, Language, ScoredChunk
from parley.core.knowledge.ranking import CANDIDATES, CLOSER_LOOK, dense_weight, fuse, look_closer, rerank

MINILM = "minilm-l6-v2-int8"


def ranking(**scores: float) -> list[ScoredChunk]:
    return [ScoredChunk(ord(name), score) for name, score in scores.items()]


def fused(**scores: float) -> list[FusedChunk]:
    return [FusedChunk(ord(name), score, score, None) for name, score in scores.items()]


def names(chunks: tuple[FusedChunk, ...]) -> str:
    return "".join(chr(each.chunk_key) for each in chunks)


def order(by_terms: list[ScoredChunk], by_vector: list[ScoredChunk], weight: float = 0.5) -> str:
    return names(fuse(by_terms, by_vector, dense_weight=weight, limit=10))


def test_a_chunk_that_both_rankings_like_beats_the_favourite_of_one() -> None:
    assert order(ranking(a=10, b=9, d=2), ranking(c=0.9, b=0.85, a=0.1)) == "bacd"


def test_the_scales_of_the_rankings_do_not_matter() -> None:
    small = order(ranking(a=10, b=4), ranking(b=0.5, a=0.2, c=0.1))
    assert small == order(ranking(a=1000, b=400), ranking(b=0.5, a=0.2, c=0.1))


def test_a_ranking_with_a_clear_favourite_has_more_of_a_say() -> None:
    evenly = [ScoredChunk(key, 0.9 - key / 100) for key in range(20)]
    clearly = [ScoredChunk(19, 50.0), *(ScoredChunk(key, 9.0) for key in range(19))]
    assert fuse(clearly, evenly, dense_weight=0.5, limit=1)[0].chunk_key == 19
    evenly_by_words = [ScoredChunk(key, 50.0 - key) for key in range(20)]
    assert fuse(evenly_by_words, clearly, dense_weight=0.5, limit=1)[0].chunk_key == 19


def test_the_local_embedder_has_less_of_a_say_in_languages_that_it_has_not_learned() -> None:
    english, latin, other = (dense_weight(language, MINILM) for language in Language)
    assert english > latin > other > 0
    assert {dense_weight(language, "multilingual") for language in Language} == {english}


def test_without_vectors_the_words_decide_alone() -> None:
    found = fuse(ranking(a=8, b=4), [], dense_weight=0.5, limit=10)
    assert [(chr(each.chunk_key), each.score, each.cosine) for each in found] == [
        ("a", 1.0, None),
        ("b", 0.5, None),
    ]


def test_without_matching_words_the_meaning_decides_alone() -> None:
    found = fuse([], ranking(a=0.8, b=0.2), dense_weight=0.3, limit=10)
    assert [(chr(each.chunk_key), each.score, each.bm25) for each in found] == [
        ("a", 1.0, None),
        ("b", pytest.approx(0.25), None),
    ]


def test_nothing_found_gives_nothing() -> None:
    assert fuse([], [], dense_weight=0.5, limit=10) == ()


def test_every_find_tells_its_rank_in_each_ranking() -> None:
    found = fuse(ranking(a=10, b=9), ranking(c=0.9, a=0.8), dense_weight=0.5, limit=10)
    ranks = {chr(each.chunk_key): (each.bm25_rank, each.cosine_rank) for each in found}
    assert ranks == {"a": (1, 2), "b": (2, None), "c": (None, 1)}


def test_the_weakest_of_a_few_word_matches_still_beats_no_match() -> None:
    assert order(ranking(a=10, b=9), ranking(a=0.5, c=0.4, b=0.3)) == "abc"


def test_in_a_full_list_the_weakest_word_match_is_worth_nothing() -> None:
    by_terms = [ScoredChunk(key, 200.0 - key) for key in range(CANDIDATES)]
    last = fuse(by_terms, [], dense_weight=0.5, limit=CANDIDATES)[-1]
    assert (last.chunk_key, last.score) == (CANDIDATES - 1, 0.0)


def test_a_single_match_is_the_best() -> None:
    [only] = fuse(ranking(a=3), ranking(a=0.4), dense_weight=0.5, limit=10)
    assert only.score == 1.0


def test_equal_scores_keep_the_order_of_their_keys_and_the_limit_holds() -> None:
    assert order(ranking(c=1, a=1, b=1), []) == "abc"
    assert len(fuse(ranking(c=1, a=1, b=1), [], dense_weight=0.5, limit=2)) == 2


scored = st.dictionaries(st.integers(0, 30), st.floats(-1, 1e6), max_size=20).map(
    lambda scores: [ScoredChunk(key, score) for key, score in scores.items()]
)


@given(
    by_terms=scored.map(lambda chunks: [ScoredChunk(c.chunk_key, abs(c.score)) for c in chunks]),
    by_vector=scored,
    weight=st.floats(0, 1),
)
def test_every_candidate_comes_once_best_first_with_a_score_from_0_to_1(
    by_terms: list[ScoredChunk], by_vector: list[ScoredChunk], weight: float
) -> None:
    found = fuse(by_terms, by_vector, dense_weight=weight, limit=100)
    assert sorted(c.chunk_key for c in found) == sorted({c.chunk_key for c in [*by_terms, *by_vector]})
    scores = [c.score for c in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_closer_look_brings_forward_what_is_close() -> None:
    before = fused(a=1.0, b=0.9, c=0.2)
    after = look_closer(before, {ord("a"): 0.1, ord("b"): 0.6, ord("c"): 0.1})
    assert names(after) == "bac"
    assert [each.score for each in after][::2] == [1.0, 0.2]
    assert [each.closeness for each in after] == [0.6, 0.1, 0.1]


def test_what_nothing_is_known_of_is_taken_for_average() -> None:
    before = fused(a=1.0, b=0.95, c=0.3)
    assert names(look_closer(before, {ord("a"): 0.1, ord("c"): 0.2})) == "bac"
    assert look_closer(before, {}) == tuple(before)


def test_a_closer_look_leaves_the_rest_behind() -> None:
    many = [FusedChunk(key, 1 - key / 100, None, 1.0) for key in range(CLOSER_LOOK + 5)]
    after = look_closer(many, {each.chunk_key: each.chunk_key / 100 for each in many})
    assert after[CLOSER_LOOK:] == tuple(many[CLOSER_LOOK:])
    scores = [each.score for each in after]
    assert scores == sorted(scores, reverse=True)
    assert {each.chunk_key for each in after} == {each.chunk_key for each in many}


def test_where_all_rank_alike_the_closer_look_decides() -> None:
    assert names(look_closer(fused(a=0.5, b=0.5), {ord("a"): 0.1, ord("b"): 0.2})) == "ba"


def test_a_reranker_has_the_last_word() -> None:
    after = rerank(fused(a=1.0, b=0.9, c=0.2), [0.1, 0.5, 0.9])
    assert names(after) == "cba"
    assert (after[0].score, after[0].relevance) == (1.0, 0.9)
    assert after[2].score == pytest.approx(0.2)


def test_what_a_reranker_does_not_tell_apart_stays_as_it_was() -> None:
    after = rerank(fused(a=1.0, b=0.9), [0.5, 0.5])
    assert names(after) == "ab"
