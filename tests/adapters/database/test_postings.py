"""Blocks of postings: nothing is lost, doubled or changed by packing and merging."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parley.adapters.database.postings import BLOCK, MOST, Block, Posting, blocks_of, merged, postings_in

FAR = 2**33

postings = st.lists(
    st.builds(
        Posting,
        chunk_id=st.one_of(st.integers(1, 2_000), st.integers(FAR, FAR + 2_000)),
        frequency=st.integers(1, MOST),
        length=st.integers(1, MOST),
    ),
    unique_by=lambda posting: posting.chunk_id,
    max_size=600,
)


def unpacked(blocks: list[Block]) -> list[Posting]:
    return [posting for block in blocks for posting in postings_in(block.first_chunk, block.packed)]


def by_chunk(posting: Posting) -> int:
    return posting.chunk_id


@given(postings)
def test_blocks_hold_the_postings_in_order(given_postings: list[Posting]) -> None:
    blocks = blocks_of(given_postings)
    assert unpacked(blocks) == sorted(given_postings, key=by_chunk)
    for block in blocks:
        chunks = [posting.chunk_id for posting in unpacked([block])]
        assert (block.first_chunk, block.last_chunk, len(block)) == (chunks[0], chunks[-1], len(chunks))
        assert len(block) <= BLOCK


@given(postings, st.data())
def test_a_merge_keeps_what_is_alive_in_as_few_blocks_as_it_takes(
    given_postings: list[Posting], data: st.DataObject
) -> None:
    chunks = [posting.chunk_id for posting in given_postings]
    dead = set(data.draw(st.lists(st.sampled_from(chunks)))) if chunks else set()
    pieces = [block for posting in given_postings for block in blocks_of([posting])]
    other = blocks_of([Posting(1, 1, 1)])
    blocks, apart = merged([pieces, other], np.array(sorted(dead), np.int64))
    alive = [posting for posting in given_postings if posting.chunk_id not in dead]
    assert unpacked(blocks) == sorted(alive, key=by_chunk)
    assert blocks == blocks_of(alive)
    assert apart == ([] if 1 in dead else other)


def test_more_repeats_than_fit_count_as_the_most_that_fit() -> None:
    [block] = blocks_of([Posting(7, MOST + 1, 10 * MOST)])
    assert unpacked([block]) == [Posting(7, MOST, MOST)]
