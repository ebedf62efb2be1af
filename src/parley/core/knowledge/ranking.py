"""Makes one ranking of two: words (BM25) and meaning (cosine), each min-max scaled, then weighted."""

from collections.abc import Mapping, Sequence

from parley.core.knowledge.model import FusedChunk, ScoredChunk

CANDIDATES = 100
"""How many of each ranking are asked for and fused."""

_ENGLISH_DENSE_WEIGHT = 0.5
_OTHER_DENSE_WEIGHT = 0.3


def dense_weight(*, is_english: bool) -> float:
    """How much the local embedder counts for a question: it has learned English only."""
    return _ENGLISH_DENSE_WEIGHT if is_english else _OTHER_DENSE_WEIGHT


def fuse(
    by_terms: Sequence[ScoredChunk], by_vector: Sequence[ScoredChunk], *, dense_weight: float, limit: int
) -> tuple[FusedChunk, ...]:
    """Best first, at most `limit`, scores 0 to 1; equal scores are in the order of their keys.

    Each ranking holds at most `CANDIDATES`. One that is empty says nothing: the other then decides alone.
    """
    bm25 = {chunk.chunk_key: chunk.score for chunk in by_terms}
    cosine = {chunk.chunk_key: chunk.score for chunk in by_vector}
    weight = dense_weight if bm25 and cosine else float(bool(cosine))
    # Fewer words-matches than asked for means that every other chunk truly scores 0.
    words = _scaled(bm25, floor=0.0 if len(bm25) < CANDIDATES else min(bm25.values()))
    meaning = _scaled(cosine, floor=min(cosine.values(), default=0.0))
    fused = [
        FusedChunk(
            chunk_key=key,
            score=(1 - weight) * words.get(key, 0.0) + weight * meaning.get(key, 0.0),
            bm25=bm25.get(key),
            cosine=cosine.get(key),
        )
        for key in bm25.keys() | cosine.keys()
    ]
    fused.sort(key=lambda chunk: (-chunk.score, chunk.chunk_key))
    return tuple(fused[:limit])


def _scaled(scores: Mapping[int, float], *, floor: float) -> dict[int, float]:
    """From 0 at the floor to 1 at the best; where all are at the floor, each is the best."""
    span = max(scores.values(), default=0.0) - floor
    return {key: (score - floor) / span if span > 0 else 1.0 for key, score in scores.items()}
