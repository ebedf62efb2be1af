"""Blocks of postings: which chunks hold a term, how often, and how long each of them is, in eight bytes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from struct import Struct

import numpy as np
import numpy.typing as npt

BLOCK = 224
"""Postings of a full block: four blocks fill a page of PostgreSQL."""
SMALL = BLOCK // 2
"""Blocks with fewer are merged."""
MOST = 65_535
"""A chunk with more repeats of a term, or more terms, counts as one with so many."""

_LARGEST_OFFSET = 2**32 - 1
_PACKED = Struct(">IHH")
# Big-endian, as `int4send` and `int2send` of PostgreSQL write.
POSTING = np.dtype([("offset", ">u4"), ("frequency", ">u2"), ("length", ">u2")])


@dataclass(frozen=True, slots=True)
class Posting:
    chunk_id: int
    frequency: int
    length: int
    """Of the chunk, in terms."""


@dataclass(frozen=True, slots=True)
class Block:
    first_chunk: int
    """The others are stored as their distance from it."""
    last_chunk: int
    packed: bytes

    def __len__(self) -> int:
        return len(self.packed) // POSTING.itemsize


def blocks_of(postings: Iterable[Posting]) -> list[Block]:
    """Full blocks in the order of the chunks, the last one as it comes."""
    ordered = sorted(postings, key=lambda posting: posting.chunk_id)
    found = []
    start = 0
    while start < len(ordered):
        first = ordered[start].chunk_id
        some = ordered[start : start + BLOCK]
        while some[-1].chunk_id - first > _LARGEST_OFFSET:
            some.pop()
        packed = b"".join(
            _PACKED.pack(each.chunk_id - first, min(each.frequency, MOST), min(each.length, MOST))
            for each in some
        )
        found.append(Block(first, some[-1].chunk_id, packed))
        start += len(some)
    return found


def postings_in(first_chunk: int, packed: bytes) -> list[Posting]:
    return [
        Posting(first_chunk + offset, frequency, length)
        for offset, frequency, length in _PACKED.iter_unpack(packed)
    ]


def merged(groups: Sequence[Sequence[Block]], dead: npt.NDArray[np.int64]) -> list[list[Block]]:
    """The postings of each group in full blocks, those of `dead` chunks left out."""
    blocks = [block for group in groups for block in group]
    records = np.frombuffer(b"".join(block.packed for block in blocks), POSTING)
    chunks = chunks_of([block.first_chunk for block in blocks], [len(block) for block in blocks], records)
    sizes = [sum(len(block) for block in group) for group in groups]
    group_of = np.repeat(np.arange(len(groups)), sizes)
    alive = np.flatnonzero(~np.isin(chunks, dead)) if len(dead) else np.arange(len(chunks))
    order = alive[np.lexsort((chunks[alive], group_of[alive]))]
    chunks, records, group_of = chunks[order], records[order], group_of[order]
    borders = _borders(group_of, chunks)
    starts, ends = borders[:-1], borders[1:]
    records["offset"] = chunks - np.repeat(chunks[starts], ends - starts)
    packed = records.tobytes()
    found: list[list[Block]] = [[] for _ in groups]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        piece = packed[start * POSTING.itemsize : end * POSTING.itemsize]
        found[group_of[start]].append(Block(int(chunks[start]), int(chunks[end - 1]), piece))
    return found


def _borders(group_of: npt.NDArray[np.int64], chunks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Where blocks begin, and the end of the last one."""
    found = []
    ends_of_groups = [*(np.flatnonzero(np.diff(group_of)) + 1).tolist(), len(chunks)] if len(chunks) else []
    start = 0
    for end_of_group in ends_of_groups:
        while start < end_of_group:
            found.append(start)
            end = min(start + BLOCK, end_of_group)
            if chunks[end - 1] - chunks[start] > _LARGEST_OFFSET:
                reach = np.searchsorted(chunks[start:end], chunks[start] + _LARGEST_OFFSET, side="right")
                end = start + int(reach)
            start = end
    return np.array([*found, start], np.int64)


def chunks_of(
    firsts: Sequence[int], sizes: Sequence[int], records: npt.NDArray[np.void]
) -> npt.NDArray[np.int64]:
    """The ids of the chunks, in the order of the records, of which each block has `sizes`."""
    return np.repeat(np.asarray(firsts, np.int64), sizes) + records["offset"].astype(np.int64)
