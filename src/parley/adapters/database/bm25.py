"""BM25 over the postings that the database gave: the formula of the textbooks, on arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parley.adapters.database.postings import POSTING, chunks_of
from parley.core.knowledge.model import ScoredChunk

# How strongly repeats of a word, and the length of a chunk, weigh; the values of the field's practice.
K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is searched: the chunks that one may read in the collections asked for."""

    chunks: float
    terms: float
    """Of all its chunks together, with repeats."""


@dataclass(frozen=True, slots=True)
class FoundPostings:
    """Blocks side by side; `dead` are chunks that are gone, though blocks may still hold them."""

    places: Sequence[int]
    """Of each block: where its term stands in the query, from 0."""
    firsts: Sequence[int]
    sizes: Sequence[int]
    packed: bytes
    dead: Sequence[int]


def rank(corpus: Corpus, found: FoundPostings, repeats: Sequence[int], limit: int) -> tuple[ScoredChunk, ...]:
    """Best first, equal scores by key, at most `limit`; `repeats` is how often the query has each term."""
    records = np.frombuffer(found.packed, POSTING)
    chunks = chunks_of(found.firsts, found.sizes, records)
    places = np.repeat(np.asarray(found.places, np.int64), found.sizes)
    if found.dead:
        alive = ~np.isin(chunks, np.asarray(found.dead, np.int64))
        records, chunks, places = records[alive], chunks[alive], places[alive]
    holding = np.bincount(places, minlength=len(repeats))
    rarity = np.asarray(repeats, float) * np.log1p((corpus.chunks - holding + 0.5) / (holding + 0.5))
    frequency = records["frequency"].astype(float)
    relative_length = records["length"] * (max(corpus.chunks, 1.0) / max(corpus.terms, 1.0))
    weights = rarity[places] * frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * relative_length))
    keys, of_key = np.unique(chunks, return_inverse=True)
    scores = np.bincount(of_key, weights, minlength=len(keys))
    if len(scores) > limit:
        # As many as are wanted, and whatever equals the last of them.
        kept = np.flatnonzero(scores >= np.partition(scores, -limit)[-limit])
        keys, scores = keys[kept], scores[kept]
    order = np.lexsort((keys, -scores))[:limit]
    return tuple(
        ScoredChunk(key, score)
        for key, score in zip(keys[order].tolist(), scores[order].tolist(), strict=True)
    )
