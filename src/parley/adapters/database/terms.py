"""The word index in PostgreSQL: blocks of BM25 postings under row-level security.

A document's own transaction writes its postings as blocks of their own, which are searched from then on; a
job merges small blocks into full ones (`merging.py`). What a document has in the blocks is noted in
`document_terms`; triggers turn that into `dead_postings` when the document or its chunks go. Searches leave
the dead out, until the job has taken them out of the blocks.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from parley.adapters.database.bm25 import Corpus, FoundPostings, rank
from parley.adapters.database.connection import execute, rows
from parley.adapters.database.postings import POSTING, Block, Posting, blocks_of, postings_in
from parley.adapters.database.tables import chunk_vectors
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import CollectionId, DocumentId, IndexedChunk, ScoredChunk

_MOST_QUERY_TERMS = 128
_BLOCKS_AT_ONCE = 5_000
_POSTINGS_BESIDE_OTHERS = 100_000
"""With more, the arithmetic takes tens of milliseconds: it is done in a thread."""

_ADD_BLOCKS = text("""
INSERT INTO term_blocks (workspace_id, collection_id, term, principals, first_chunk, last_chunk, postings)
SELECT d.workspace_id, d.collection_id, b.term, d.principals, b.first_chunk, b.last_chunk, b.postings
FROM documents d, unnest(
  CAST(:terms AS text[]), CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[]), CAST(:postings AS bytea[])
) AS b (term, first_chunk, last_chunk, postings)
WHERE d.id = :document_id AND d.workspace_id = :workspace_id
""")

_NOTE = text("""
INSERT INTO document_terms (document_id, workspace_id, collection_id, principals, chunk_ids, terms)
SELECT id, workspace_id, collection_id, principals, CAST(:chunk_ids AS bigint[]), CAST(:terms AS text[])
FROM documents WHERE id = :document_id AND workspace_id = :workspace_id
""")

# One statement sees one moment: a document that is replaced meanwhile counts as it was or as it is. Row-level
# security holds in each part, so what one may not read does not weigh in the statistics either.
_SEARCH = text("""
WITH searched AS MATERIALIZED (
  SELECT ARRAY(
    SELECT id FROM collections WHERE workspace_id = :workspace_id
      AND (CAST(:everywhere AS boolean) OR id = ANY (CAST(:collections AS uuid[])))
  ) AS ids
)
SELECT c.chunks, c.terms, d.dead, p.places, p.firsts, p.sizes, p.packed
FROM (
  SELECT coalesce(sum(chunks), 0)::float8 AS chunks, coalesce(sum(terms), 0)::float8 AS terms
  FROM corpus_sizes
  WHERE workspace_id = :workspace_id AND collection_id = ANY ((SELECT ids FROM searched)::uuid[])
) c, (
  SELECT array_agg(chunk_id) AS dead FROM dead_postings, unnest(chunk_ids) AS chunk_id
  WHERE workspace_id = :workspace_id AND collection_id = ANY ((SELECT ids FROM searched)::uuid[])
    AND terms && CAST(:terms AS text[])
) d, (
  SELECT array_agg(array_position(CAST(:terms AS text[]), term) - 1) AS places,
    array_agg(first_chunk) AS firsts, array_agg(octet_length(postings) / :posting_bytes) AS sizes,
    string_agg(postings, '') AS packed
  FROM (
    SELECT term, first_chunk, postings FROM term_blocks
    WHERE workspace_id = :workspace_id AND collection_id = ANY ((SELECT ids FROM searched)::uuid[])
      AND term = ANY (CAST(:terms AS text[]))
    UNION ALL
    SELECT term, chunk_id, int4send(0) || int2send(frequency) || int2send(length) FROM chunk_terms
    WHERE workspace_id = :workspace_id AND collection_id = ANY ((SELECT ids FROM searched)::uuid[])
      AND term = ANY (CAST(:terms AS text[]))
  ) AS blocks
) p
""")

_MISPLACED = text("""
SELECT t.document_id, t.terms FROM document_terms t JOIN documents d ON d.id = t.document_id
WHERE t.document_id = ANY (CAST(:documents AS uuid[])) AND t.workspace_id = :workspace_id
  AND t.principals IS DISTINCT FROM d.principals
ORDER BY t.document_id FOR UPDATE OF d, t
""")

_OF_DOCUMENT = text("""
SELECT b.term, b.first_chunk, b.postings FROM term_blocks b JOIN document_terms t
  ON b.collection_id = t.collection_id AND b.term = ANY (t.terms)
    AND b.principals IS NOT DISTINCT FROM t.principals
    AND b.first_chunk <= t.chunk_ids[cardinality(t.chunk_ids)] AND b.last_chunk >= t.chunk_ids[1]
WHERE t.document_id = :document_id AND t.workspace_id = :workspace_id AND b.workspace_id = :workspace_id
""")

_VECTOR_COLUMNS = ", ".join(column.name for column in chunk_vectors.columns if column.name != "chunk_id")

# New ids: by the old ones the blocks of the old access list are known to hold the dead. The vectors go and
# come back under them, so that whoever follows vectors sees both.
_RENUMBER = text(f"""
WITH chunk_numbers AS (
  UPDATE chunks c SET id = DEFAULT FROM (
    SELECT id FROM chunks WHERE document_id = :document_id AND workspace_id = :workspace_id
    ORDER BY ordinal FOR UPDATE
  ) AS old WHERE c.id = old.id RETURNING old.id AS before, c.id AS after
), taken AS (
  DELETE FROM chunk_vectors v USING chunk_numbers n
  WHERE v.chunk_id = n.before AND v.workspace_id = :workspace_id RETURNING n.after, v.*
), put AS (
  INSERT INTO chunk_vectors (chunk_id, {_VECTOR_COLUMNS}) SELECT after, {_VECTOR_COLUMNS} FROM taken
)
SELECT before, after FROM chunk_numbers
""")  # noqa: S608 - the names of the table's columns

_FORGET = text("DELETE FROM document_terms WHERE document_id = :document_id AND workspace_id = :workspace_id")


@dataclass(frozen=True, slots=True)
class TermBlock:
    term: str
    block: Block


async def add_terms(
    tx: Transaction, document_id: DocumentId, chunks: Sequence[IndexedChunk], ids: Mapping[int, int]
) -> None:
    """Writes the postings of a document that has none; `ids` are the keys of its chunks by ordinal."""
    postings: defaultdict[str, list[Posting]] = defaultdict(list)
    for indexed in chunks:
        for term, count in Counter(indexed.terms).items():
            postings[term].append(Posting(ids[indexed.chunk.ordinal], count, len(indexed.terms)))
    await write_postings(tx, document_id, postings, sorted(ids.values()))


async def write_postings(
    tx: Transaction,
    document_id: DocumentId,
    postings: Mapping[str, Iterable[Posting]],
    chunk_ids: Sequence[int],
) -> None:
    """As blocks of the document's own, under its access list of now."""
    of_document = {"document_id": document_id, "workspace_id": tx.workspace_id}
    blocks = [TermBlock(term, block) for term in sorted(postings) for block in blocks_of(postings[term])]
    for start in range(0, len(blocks), _BLOCKS_AT_ONCE):
        await execute(tx, _ADD_BLOCKS, of_document | block_columns(blocks[start : start + _BLOCKS_AT_ONCE]))
    if not chunk_ids:
        return
    await execute(tx, _NOTE, of_document | {"chunk_ids": chunk_ids, "terms": list(postings)})


def block_columns(blocks: Sequence[TermBlock]) -> dict[str, list[object]]:
    return {
        "terms": [each.term for each in blocks],
        "firsts": [each.block.first_chunk for each in blocks],
        "lasts": [each.block.last_chunk for each in blocks],
        "postings": [each.block.packed for each in blocks],
    }


async def search_terms(
    tx: Transaction, collections: Sequence[CollectionId], terms: Sequence[str], limit: int
) -> tuple[ScoredChunk, ...]:
    """By BM25, best first, equal scores by key; an empty `collections` means all of the workspace."""
    repeats = Counter(terms).most_common(_MOST_QUERY_TERMS)
    if not repeats:
        return ()
    values = {
        "workspace_id": tx.workspace_id,
        "everywhere": not collections,
        "collections": list(collections),
        "terms": [term for term, _ in repeats],
        "posting_bytes": POSTING.itemsize,
    }
    [found] = await rows(tx, _SEARCH, values)
    if not found.packed:
        return ()
    postings = FoundPostings(found.places, found.firsts, found.sizes, found.packed, found.dead or ())
    corpus, counts = Corpus(found.chunks, found.terms), [count for _, count in repeats]
    if sum(found.sizes) < _POSTINGS_BESIDE_OTHERS:
        return rank(corpus, postings, counts, limit)
    return await asyncio.to_thread(rank, corpus, postings, counts, limit)


async def follow_access(tx: Transaction, documents: Sequence[DocumentId]) -> None:
    """Moves the postings of those documents whose access list has changed to blocks of the new one.

    Their chunks get new keys, with their vectors. In a transaction of the platform, for the list may leave
    out whoever changes it.
    """
    wanted = {"documents": list(documents), "workspace_id": tx.workspace_id}
    for misplaced in await rows(tx, _MISPLACED, wanted):
        of_document = {"document_id": misplaced.document_id, "workspace_id": tx.workspace_id}
        blocks = await rows(tx, _OF_DOCUMENT, of_document)
        numbers = {each.before: each.after for each in await rows(tx, _RENUMBER, of_document)}
        moved: defaultdict[str, list[Posting]] = defaultdict(list)
        for found in blocks:
            for each in postings_in(found.first_chunk, found.postings):
                if each.chunk_id in numbers:
                    moved[found.term].append(Posting(numbers[each.chunk_id], each.frequency, each.length))
        await execute(tx, _FORGET, of_document)
        await write_postings(tx, misplaced.document_id, moved, sorted(numbers.values()))
