"""Makes passages for a model of what a search found: neighbours as one, all of them within a budget."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from parley.core.knowledge.model import Chunk, FoundChunk

MOST_JOINED = 3
"""Chunks in one passage: a citation is to lead to a place, not to a chapter."""
_BYTES_PER_TOKEN = 4
"""In UTF-8, near enough for every script: four letters of Latin, two of Cyrillic, one or two of Han."""

Sentences: TypeAlias = Callable[[str], Sequence[tuple[int, int]]]


def tokens_of(text: str) -> int:
    """About as many as a model counts."""
    return -(-len(text.encode()) // _BYTES_PER_TOKEN)


def joined(found: Sequence[FoundChunk]) -> tuple[FoundChunk, ...]:
    """The same, with chunks that follow each other on one page under one heading joined into one.

    A joined one stands where the best of it stood, with that one's ranking; its text is exactly as long as
    its range.
    """
    places: defaultdict[object, dict[int, int]] = defaultdict(dict)
    for place, each in enumerate(found):
        chunk = each.chunk
        places[chunk.document_id, chunk.page, chunk.heading_path][chunk.ordinal] = place
    runs: list[list[int]] = []
    for of_section in places.values():
        previous = None
        for ordinal in sorted(of_section):
            if ordinal - 1 == previous and len(runs[-1]) < MOST_JOINED:
                runs[-1].append(of_section[ordinal])
            else:
                runs.append([of_section[ordinal]])
            previous = ordinal
    runs.sort(key=min)
    return tuple(_as_one([found[place] for place in run], found[min(run)]) for run in runs)


def within_budget(found: Sequence[FoundChunk], tokens: int, sentences: Sentences) -> tuple[FoundChunk, ...]:
    """The first of them that together have at most `tokens` tokens, the last cut behind a sentence.

    The first sentence of the first is given in any case.
    """
    kept: list[FoundChunk] = []
    for each in found:
        text = each.chunk.text
        if tokens_of(text) <= tokens:
            kept.append(each)
            tokens -= tokens_of(text)
            continue
        ends = [end for _, end in sentences(text)]
        fitting = [end for end in ends if tokens_of(text[:end]) <= tokens]
        if fitting:
            kept.append(_ending_at(each, fitting[-1]))
        elif not kept:
            kept.append(_ending_at(each, min(ends, default=len(text))))
        break
    return tuple(kept)


def _as_one(run: Sequence[FoundChunk], best: FoundChunk) -> FoundChunk:
    if len(run) == 1:
        return best
    whole = run[0].chunk
    for each in run[1:]:
        whole = _continued(whole, each.chunk)
    return replace(best, chunk=whole)


def _continued(first: Chunk, second: Chunk) -> Chunk:
    """Both as one; between chunks stands nothing but white space, and a little may be in both."""
    gap = second.char_start - first.char_end
    text = f"{first.text}{chr(10) * gap}{second.text[max(-gap, 0) :]}"
    return replace(first, text=text, char_end=second.char_end)


def _ending_at(found: FoundChunk, end: int) -> FoundChunk:
    chunk = found.chunk
    return replace(found, chunk=replace(chunk, text=chunk.text[:end], char_end=chunk.char_start + end))
