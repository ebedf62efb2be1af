"""Late interaction: compares the vectors of a question's tokens with the signs of those of passages."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

HALF_STRETCH = 16
"""Tokens. An answer stands in one place, so that a passage is as good as its best stretch, and a stretch is
two halves that follow each other."""


def kept(tokens: Floats) -> bytes:
    """A bit for each number of each token's vector: whether it is above 0."""
    return np.packbits(tokens > 0, axis=1).tobytes()


def question_tokens(tokens: Floats) -> Floats:
    """Their vectors at unit length."""
    lengths = np.linalg.norm(tokens, axis=1, keepdims=True)
    at_unit_length: Floats = (tokens / np.maximum(lengths, 1e-9)).astype(np.float32)
    return at_unit_length


def closeness(question: Floats, passages: Sequence[bytes]) -> list[float]:
    """Of each passage, -1 to 1: the mean, over the question's tokens, of the cosine with the nearest token of
    the best stretch. One without tokens is as far away as can be."""
    dimension = question.shape[1]
    signs = [_in_halves(passage, dimension) for passage in passages]
    some = [place for place, halves in enumerate(signs) if len(halves)]
    near = np.full(len(passages), -1.0)
    if not len(question) or not some:
        return near.tolist()
    bits = np.unpackbits(np.concatenate(signs), axis=2).astype(np.float32)
    # With bits for signs, x · (2 b - 1) is 2 x · b - sum(x). One product for each half: larger ones would be
    # spread over threads that cost more than they save.
    products = 2 * np.matmul(bits, question.T) - question.sum(axis=1)
    halves = products.max(axis=1)
    firsts = np.cumsum([0, *(len(signs[place]) for place in some)])
    following = np.arange(1, firsts[-1] + 1)
    following[firsts[1:] - 1] -= 1  # the last of a passage has none
    stretches = np.maximum(halves, halves[following]).mean(axis=1) / np.sqrt(dimension)
    near[some] = np.maximum.reduceat(stretches, firsts[:-1])
    return near.tolist()


def _in_halves(passage: bytes, dimension: int) -> NDArray[np.uint8]:
    """Halves of a stretch, each with its tokens; the last token fills up the last half."""
    tokens = np.frombuffer(passage, np.uint8).reshape(-1, dimension // 8)
    missing = -len(tokens) % HALF_STRETCH
    if missing:
        tokens = np.concatenate([tokens, np.repeat(tokens[-1:], missing, axis=0)])
    return tokens.reshape(-1, HALF_STRETCH, dimension // 8)
