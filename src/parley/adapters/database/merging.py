"""The merge of the word index: full blocks out of small ones, without what is gone.

It works in short transactions, one at a time for each collection. Each leaves the index as true as it found
it, so that a merge can end anywhere, killed or not, and the next one goes on. Blocks are only taken out and
put in, never changed: readers see the one or the other, and who writes documents never waits.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import text

from parley.adapters.database.connection import RemovedMeanwhile, execute, row, rows
from parley.adapters.database.postings import POSTING, SMALL, Block, Posting, merged
from parley.adapters.database.statements import Record
from parley.adapters.database.terms import TermBlock, block_columns, write_postings
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.upkeep import MergePostings

LEAST_FRESH = 256
"""Chunks that came since the last merge; with fewer, the next waits."""
FRESH_SHARE = 10
"""Of a large collection, one in so many: then all merges together cost no more than a few times the index."""
_MOST_SIZES = 64
_MOST_TERMS = 5_000
"""Of documents that are gone, taken out at a time; together, for each of their blocks is written once."""
_MOST_BLOCKS = 10_000

_DUE = text("""
SELECT workspace_id, collection_id FROM (
  SELECT workspace_id, collection_id FROM corpus_sizes GROUP BY workspace_id, collection_id
  HAVING sum(fresh) >= greatest(:least_fresh, sum(chunks) / :fresh_share)
    OR count(*) - count(DISTINCT coalesce(principals, '{}')) >= :most_sizes
  UNION SELECT workspace_id, collection_id FROM dead_postings
  UNION (SELECT workspace_id, collection_id FROM chunk_terms LIMIT 1)
) AS due LIMIT 100
""")

_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:collection, 11)) AS got")

_FRESH = text("""
SELECT coalesce(sum(fresh) >= greatest(:least_fresh, sum(chunks) / :fresh_share), false) AS due
FROM corpus_sizes WHERE collection_id = :collection_id AND workspace_id = :workspace_id
""")

_SETTLE = text("""
WITH taken AS (
  DELETE FROM corpus_sizes WHERE collection_id = :collection_id AND workspace_id = :workspace_id
  RETURNING principals, chunks, terms, fresh
)
INSERT INTO corpus_sizes (workspace_id, collection_id, principals, chunks, terms, fresh)
SELECT :workspace_id, :collection_id, principals, sum(chunks), sum(terms),
  CASE WHEN CAST(:merged AS boolean) THEN 0 ELSE sum(fresh) END
FROM taken GROUP BY principals HAVING sum(chunks) <> 0 OR sum(terms) <> 0
""")

_NEXT_ROWS_OF_BEFORE = text("""
SELECT id FROM documents WHERE workspace_id = :workspace_id AND id = (
  SELECT document_id FROM chunk_terms
  WHERE collection_id = :collection_id AND workspace_id = :workspace_id LIMIT 1
) FOR NO KEY UPDATE
""")

_TAKE_ROWS = text("""
DELETE FROM chunk_terms WHERE document_id = :document_id AND workspace_id = :workspace_id
RETURNING term, chunk_id, frequency, length
""")

_DEAD = text("""
SELECT id, chunk_ids, terms[1 : :most] AS terms, cardinality(terms) > :most AS has_more FROM dead_postings
WHERE collection_id = :collection_id AND workspace_id = :workspace_id ORDER BY id LIMIT 100
""")

_BLOCKS_WITH_DEAD = text("""
SELECT DISTINCT b.id, b.term, b.principals, b.first_chunk, b.last_chunk, b.postings
FROM term_blocks b
JOIN unnest(CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[])) AS gone (first_chunk, last_chunk)
  ON b.first_chunk <= gone.last_chunk AND b.last_chunk >= gone.first_chunk
WHERE b.collection_id = :collection_id AND b.workspace_id = :workspace_id
  AND b.term = ANY (CAST(:terms AS text[]))
""")

_BURY = text("DELETE FROM dead_postings WHERE id = ANY (CAST(:ids AS bigint[]))")
_BURY_SOME = text(
    "UPDATE dead_postings SET terms = terms[:most + 1 :] WHERE id = :id AND workspace_id = :workspace_id"
)

_SMALL_BLOCKS = text("""
SELECT id, term, principals, first_chunk, last_chunk, postings FROM term_blocks
WHERE collection_id = :collection_id AND workspace_id = :workspace_id
  AND term >= CAST(:start AS text) AND octet_length(postings) < :small_bytes
ORDER BY term, id LIMIT :limit
""")

_REMOVE_BLOCKS = text("""
DELETE FROM term_blocks WHERE collection_id = :collection_id AND workspace_id = :workspace_id
  AND term = ANY (CAST(:terms AS text[])) AND id = ANY (CAST(:ids AS bigint[]))
""")

_ADD_BLOCKS = text("""
INSERT INTO term_blocks (workspace_id, collection_id, term, principals, first_chunk, last_chunk, postings)
SELECT :workspace_id, :collection_id, term, CAST(:principals AS uuid[]), first_chunk, last_chunk, postings
FROM unnest(
  CAST(:terms AS text[]), CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[]), CAST(:postings AS bytea[])
) AS b (term, first_chunk, last_chunk, postings)
""")

_Group = tuple[str, tuple[UUID, ...] | None]
"""A term and the access list of its documents: what may share a block."""
_Step = Callable[[Transaction, MergePostings], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    group: _Group
    block: Block


class PostgresMerge:
    """Implements `IndexNeeds` for postings, and handles MergePostings."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def due(self, tx: Transaction) -> Sequence[MergePostings]:
        values = {"least_fresh": LEAST_FRESH, "fresh_share": FRESH_SHARE, "most_sizes": _MOST_SIZES}
        return [MergePostings(each.workspace_id, each.collection_id) for each in await rows(tx, _DUE, values)]

    async def run(self, job: MergePostings) -> None:
        """Ends when all is merged, when somebody else is at it, and when the collection is gone."""
        try:
            while await self._step(job, _adopt):
                pass
            while await self._step(job, _bury):
                pass
            await self._merge(job)
        except RemovedMeanwhile:
            return

    async def _merge(self, job: MergePostings) -> None:
        values = {"collection_id": job.collection_id, "workspace_id": job.workspace_id}
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            limits = {"least_fresh": LEAST_FRESH, "fresh_share": FRESH_SHARE}
            [fresh] = await rows(tx, _FRESH, values | limits)
        start: str | None = "" if fresh.due else None
        while start is not None:
            async with self._transactions.begin_platform(job.workspace_id) as tx:
                start = await _merge_from(tx, job, start) if await _locked(tx, job) else None
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            await execute(tx, _SETTLE, values | {"merged": fresh.due})

    async def _step(self, job: MergePostings, work: _Step) -> bool:
        async with self._transactions.begin_platform(job.workspace_id) as tx:
            return await _locked(tx, job) and await work(tx, job)


async def _locked(tx: Transaction, job: MergePostings) -> bool:
    [lock] = await rows(tx, _LOCK, {"collection": str(job.collection_id)})
    return bool(lock.got)


async def _adopt(tx: Transaction, job: MergePostings) -> bool:
    """Takes over a document whose postings an older version of Parley stored as rows; False: no more."""
    of_collection = {"collection_id": job.collection_id, "workspace_id": job.workspace_id}
    document = await row(tx, _NEXT_ROWS_OF_BEFORE, of_collection)
    if document is None:
        return False
    taken = await rows(tx, _TAKE_ROWS, {"document_id": document.id, "workspace_id": job.workspace_id})
    postings: defaultdict[str, list[Posting]] = defaultdict(list)
    for each in taken:
        postings[each.term].append(Posting(each.chunk_id, each.frequency, each.length))
    await write_postings(tx, document.id, postings, sorted({each.chunk_id for each in taken}))
    return True


async def _bury(tx: Transaction, job: MergePostings) -> bool:
    """Takes the next dead postings out of the blocks; False: no more."""
    of_collection = {"collection_id": job.collection_id, "workspace_id": job.workspace_id}
    graves: list[Record] = []
    terms: set[str] = set()
    for grave in await rows(tx, _DEAD, of_collection | {"most": _MOST_TERMS}):
        if graves and len(terms) + len(grave.terms) > _MOST_TERMS:
            break
        graves.append(grave)
        terms.update(grave.terms)
    if not graves:
        return False
    ranges = {
        "firsts": [min(grave.chunk_ids) for grave in graves],
        "lasts": [max(grave.chunk_ids) for grave in graves],
    }
    found = await rows(tx, _BLOCKS_WITH_DEAD, of_collection | ranges | {"terms": sorted(terms)})
    dead = np.array([chunk_id for grave in graves for chunk_id in grave.chunk_ids], np.int64)
    await _rewrite(tx, job, [[each] for each in map(_to_stored, found)], dead)
    whole = [grave.id for grave in graves if not grave.has_more]
    await execute(tx, _BURY, {"ids": whole})
    if len(whole) < len(graves):
        # Only ever the first, which alone has more terms than are taken at once.
        of_grave = {"id": graves[0].id, "workspace_id": job.workspace_id, "most": _MOST_TERMS}
        await execute(tx, _BURY_SOME, of_grave)
    return True


async def _merge_from(tx: Transaction, job: MergePostings, start: str) -> str | None:
    """Merges the small blocks of the next terms, from `start` on; gives where to go on, None at the end."""
    values = {
        "collection_id": job.collection_id,
        "workspace_id": job.workspace_id,
        "start": start,
        "small_bytes": SMALL * POSTING.itemsize,
        "limit": _MOST_BLOCKS,
    }
    found = [_to_stored(each) for each in await rows(tx, _SMALL_BLOCKS, values)]
    groups: defaultdict[_Group, list[_Stored]] = defaultdict(list)
    for each in found:
        groups[each.group].append(each)
    mergeable = [group for group in groups.values() if len(group) > 1]
    rewritten = await _rewrite(tx, job, mergeable, np.array([], np.int64))
    if len(found) < _MOST_BLOCKS:
        return None
    last = found[-1].group[0]
    # The blocks of the last term may go on. Where nothing could be merged they would come again: on to what
    # follows the term, and no word has a control character in it.
    return last if last != start or rewritten else last + "\x01"


async def _rewrite(
    tx: Transaction, job: MergePostings, groups: Sequence[Sequence[_Stored]], dead: npt.NDArray[np.int64]
) -> int:
    """Puts what is alive in each group into full blocks; tells how many blocks went. A group that would stay
    as it is stays.
    """
    of_collection = {"collection_id": job.collection_id, "workspace_id": job.workspace_id}
    gone: list[_Stored] = []
    made: defaultdict[tuple[UUID, ...] | None, list[TermBlock]] = defaultdict(list)
    merging = [[each.block for each in group] for group in groups]
    for group, before, blocks in zip(groups, merging, merged(merging, dead), strict=True):
        if blocks == before:
            continue
        term, principals = group[0].group
        gone += group
        made[principals] += (TermBlock(term, block) for block in blocks)
    if gone:
        terms = sorted({each.group[0] for each in gone})
        await execute(tx, _REMOVE_BLOCKS, of_collection | {"terms": terms, "ids": [each.id for each in gone]})
    for principals, added in made.items():
        lists = {"principals": None if principals is None else list(principals)}
        await execute(tx, _ADD_BLOCKS, of_collection | lists | block_columns(added))
    return len(gone)


def _to_stored(found: Record) -> _Stored:
    principals = None if found.principals is None else tuple(found.principals)
    block = Block(found.first_chunk, found.last_chunk, found.postings)
    return _Stored(found.id, (found.term, principals), block)
