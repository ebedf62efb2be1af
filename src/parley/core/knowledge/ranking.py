"""Makes one ranking of several: words (BM25), meaning (cosine), then a closer look at the best of them."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from parley.core.knowledge.model import FusedChunk, Language, ScoredChunk

CANDIDATES = 100
"""How many of each ranking are asked for and fused."""
CLOSER_LOOK = 20
"""How many of the best are compared with the question token by token."""
RERANKED = 40
"""How many of the best a reranker is sent."""

KNOW_ENGLISH_ALONE = frozenset({"minilm-l6-v2-int8"})
"""Embedders that place other languages by the names and figures in them."""

_BALANCED = 0.5
_WITHOUT_THE_LANGUAGE: Mapping[Language, float] = {Language.LATIN_SCRIPT: 0.3, Language.OTHER_SCRIPT: 0.1}
_CLOSER_LOOK_WEIGHT = 0.5


def dense_weight(language: Language, model: str) -> float:
    """How much meaning counts beside words, 0 to 1, for a question in `language`."""
    return _BALANCED if knows(language, model) else _WITHOUT_THE_LANGUAGE[language]


def knows(language: Language, model: str) -> bool:
    """Whether the embedder of that name has learned the language."""
    return language is Language.ENGLISH or model not in KNOW_ENGLISH_ALONE


def fuse(
    by_terms: Sequence[ScoredChunk], by_vector: Sequence[ScoredChunk], *, dense_weight: float, limit: int
) -> tuple[FusedChunk, ...]:
    """Best first, at most `limit`, scores 0 to 1; equal scores are in the order of their keys.

    Each ranking holds at most `CANDIDATES`, best first. A score counts by how far it stands out among all
    candidates, so that a ranking with a clear favourite has more of a say than one that hardly tells them
    apart. One that is empty says nothing: the other then decides alone.
    """
    bm25 = {chunk.chunk_key: chunk.score for chunk in by_terms}
    cosine = {chunk.chunk_key: chunk.score for chunk in by_vector}
    weight = dense_weight if bm25 and cosine else float(bool(cosine))
    candidates = bm25.keys() | cosine.keys()
    words, meaning = _standing_out(bm25, candidates), _standing_out(cosine, candidates)
    summed = {key: (1 - weight) * words[key] + weight * meaning[key] for key in candidates}
    best = max(summed.values(), default=0.0)
    bm25_ranks, cosine_ranks = _ranks(by_terms), _ranks(by_vector)
    fused = [
        FusedChunk(
            chunk_key=key,
            score=max(0.0, score / best) if best > 0 else 1.0,
            bm25=bm25.get(key),
            cosine=cosine.get(key),
            bm25_rank=bm25_ranks.get(key),
            cosine_rank=cosine_ranks.get(key),
        )
        for key, score in summed.items()
    ]
    fused.sort(key=_best_first)
    return tuple(fused[:limit])


def look_closer(fused: Sequence[FusedChunk], closeness: Mapping[int, float]) -> tuple[FusedChunk, ...]:
    """The same, the first `CLOSER_LOOK` in a new order: how they ranked and how close they are count alike.

    Those whose closeness is not known are taken for average. The best and the worst score stay.
    """
    looked_at, rest = fused[:CLOSER_LOOK], fused[CLOSER_LOOK:]
    known = {each.chunk_key: closeness[each.chunk_key] for each in looked_at if each.chunk_key in closeness}
    if not known:
        return tuple(fused)
    ranked = _standardised({each.chunk_key: each.score for each in looked_at})
    close = _standardised(known)
    summed = {
        each.chunk_key: (1 - _CLOSER_LOOK_WEIGHT) * ranked[each.chunk_key]
        + _CLOSER_LOOK_WEIGHT * close.get(each.chunk_key, 0.0)
        for each in looked_at
    }
    least, most = min(summed.values()), max(summed.values())
    low, high = looked_at[-1].score, looked_at[0].score
    share = (high - low) / (most - least) if most > least else 0.0
    looked_closer = [
        replace(
            each,
            score=low + share * (summed[each.chunk_key] - least) if share else high,
            closeness=known.get(each.chunk_key),
        )
        for each in looked_at
    ]
    looked_closer.sort(key=lambda each: (-summed[each.chunk_key], each.chunk_key))
    return (*looked_closer, *rest)


def rerank(fused: Sequence[FusedChunk], relevance: Sequence[float]) -> tuple[FusedChunk, ...]:
    """The same in the order of a reranker's judgements, given in the order of `fused`; scores span what they
    spanned before, by relevance."""
    least, most = min(relevance), max(relevance)
    low, high = fused[-1].score, fused[0].score
    share = (high - low) / (most - least) if most > least else 0.0
    judged = [
        replace(each, score=low + share * (value - least) if share else high, relevance=value)
        for each, value in zip(fused, relevance, strict=True)
    ]
    order = sorted(range(len(judged)), key=lambda place: -relevance[place])  # equals stay as they were
    return tuple(judged[place] for place in order)


def _best_first(chunk: FusedChunk) -> tuple[float, int]:
    return -chunk.score, chunk.chunk_key


def _ranks(ranking: Sequence[ScoredChunk]) -> dict[int, int]:
    return {chunk.chunk_key: rank for rank, chunk in enumerate(ranking, start=1)}


def _standing_out(found: Mapping[int, float], candidates: Collection[int]) -> dict[int, float]:
    """How many standard deviations each candidate is above the least that it can have, which is 0 or more.

    Fewer finds than were asked for mean that every other chunk truly scores 0.
    """
    floor = 0.0 if len(found) < CANDIDATES else min(found.values())
    return _in_deviations({key: found.get(key, floor) for key in candidates}, lambda _: floor)


def _standardised(scores: Mapping[int, float]) -> dict[int, float]:
    return _in_deviations(scores, lambda values: math.fsum(values) / len(values))


def _in_deviations(
    scores: Mapping[int, float], origin: Callable[[Collection[float]], float]
) -> dict[int, float]:
    """The distance of each score from the origin in standard deviations; where all are equal, 1 for what is
    away from it."""
    if not scores:
        return {}
    values = scores.values()
    zero, mean = origin(values), math.fsum(values) / len(values)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
    if deviation <= 1e-9 * max(map(abs, values), default=0.0) or deviation == 0:
        return {key: float(score > zero) for key, score in scores.items()}
    return {key: (score - zero) / deviation for key, score in scores.items()}
