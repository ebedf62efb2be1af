"""The search index in PostgreSQL: chunks, their BM25 postings and their vectors."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text

from parley.adapters.database.connection import execute, rows
from parley.adapters.database.cursors import as_int
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import chunks, collections, documents
from parley.core.kernel.errors import NotFound
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import (
    Chunk,
    CollectionId,
    Document,
    DocumentId,
    FoundChunk,
    FusedChunk,
    IndexedChunk,
    ScoredChunk,
)

# How strongly repeats of a word, and the length of a chunk, weigh; the values of the field's practice.
_K1 = 1.2
_B = 0.75

_CHUNKS_AT_ONCE = 500
_MOST_QUERY_TERMS = 128
_SMALLINT_MAX = 32_767

# Also locks the document, so that two runs of one job replace its chunks one after the other.
_SET_COUNTS = text("""
UPDATE documents SET chunk_count = :chunk_count, term_count = :term_count, page_count = :page_count
WHERE id = :document_id AND workspace_id = :workspace_id
""")

_REMOVE = text("""
WITH terms AS (DELETE FROM chunk_terms WHERE document_id = :document_id AND workspace_id = :workspace_id),
  vectors AS (DELETE FROM chunk_vectors WHERE document_id = :document_id AND workspace_id = :workspace_id)
DELETE FROM chunks WHERE document_id = :document_id AND workspace_id = :workspace_id
""")

_ADD_CHUNKS = text("""
INSERT INTO chunks (workspace_id, collection_id, document_id, ordinal, text, heading_path, page, char_start,
  char_end, principals)
SELECT d.workspace_id, d.collection_id, d.id, c.ordinal, c.text,
  ARRAY(SELECT jsonb_array_elements_text(c.heading_path::jsonb)), c.page, c.char_start, c.char_end,
  d.principals
FROM documents d, unnest(
  CAST(:ordinals AS int[]), CAST(:texts AS text[]), CAST(:heading_paths AS text[]), CAST(:pages AS int[]),
  CAST(:starts AS int[]), CAST(:ends AS int[])
) AS c (ordinal, text, heading_path, page, char_start, char_end)
WHERE d.id = :document_id AND d.workspace_id = :workspace_id
RETURNING id, ordinal
""")

_ADD_TERMS = text("""
INSERT INTO chunk_terms (workspace_id, collection_id, term, chunk_id, document_id, frequency, length,
  principals)
SELECT d.workspace_id, d.collection_id, t.term, t.chunk_id, d.id, t.frequency, t.length, d.principals
FROM documents d, unnest(
  CAST(:terms AS text[]), CAST(:chunk_ids AS bigint[]), CAST(:frequencies AS smallint[]),
  CAST(:lengths AS smallint[])
) AS t (term, chunk_id, frequency, length)
WHERE d.id = :document_id AND d.workspace_id = :workspace_id
ORDER BY t.term
""")

_ADD_VECTORS = text("""
INSERT INTO chunk_vectors (chunk_id, model, workspace_id, collection_id, document_id, principals, embedding)
SELECT v.chunk_id, :model, d.workspace_id, d.collection_id, d.id, d.principals, v.embedding::halfvec
FROM documents d, unnest(CAST(:chunk_ids AS bigint[]), CAST(:embeddings AS text[])) AS v (chunk_id, embedding)
WHERE d.id = :document_id AND d.workspace_id = :workspace_id
""")

# Row-level security holds in each part, so what one may not read does not weigh in the statistics either.
_BY_TERMS = text("""
WITH corpus AS MATERIALIZED (
  SELECT sum(chunk_count)::float8 AS chunks,
    sum(term_count)::float8 / greatest(sum(chunk_count), 1)::float8 AS mean_length
  FROM documents
  WHERE workspace_id = :workspace_id AND collection_id = ANY (CAST(:collections AS uuid[]))
), postings AS MATERIALIZED (
  SELECT term, chunk_id, frequency::float8 AS frequency, length::float8 AS length
  FROM chunk_terms
  WHERE workspace_id = :workspace_id AND collection_id = ANY (CAST(:collections AS uuid[]))
    AND term = ANY (CAST(:terms AS text[]))
), weights AS MATERIALIZED (
  SELECT p.term, q.repeats * ln(1 + (c.chunks - p.found + 0.5) / (p.found + 0.5)) AS weight, c.mean_length
  FROM (SELECT term, count(*)::float8 AS found FROM postings GROUP BY term) p
  JOIN unnest(CAST(:terms AS text[]), CAST(:repeats AS float8[])) AS q (term, repeats) USING (term)
  CROSS JOIN corpus c
)
SELECT p.chunk_id, sum(
  w.weight * p.frequency * (CAST(:k1 AS float8) + 1)
  / (p.frequency + CAST(:k1 AS float8) * (1 - CAST(:b AS float8) * (1 - p.length / w.mean_length)))
) AS score
FROM postings p JOIN weights w USING (term)
GROUP BY p.chunk_id ORDER BY score DESC, p.chunk_id LIMIT :limit
""")

# Vectors have unit length: their inner product is the cosine, and cheaper.
_BY_VECTOR = text("""
SELECT chunk_id, -(embedding <#> CAST(:vector AS halfvec)) AS score
FROM chunk_vectors
WHERE workspace_id = :workspace_id AND model = :model
  AND collection_id = ANY (CAST(:collections AS uuid[]))
ORDER BY embedding <#> CAST(:vector AS halfvec), chunk_id LIMIT :limit
""")

_select_chunks = select(
    chunks.c.id,
    chunks.c.collection_id,
    chunks.c.document_id,
    chunks.c.ordinal,
    chunks.c.text,
    chunks.c.heading_path,
    chunks.c.page,
    chunks.c.char_start,
    chunks.c.char_end,
)


class PostgresChunkIndex:
    """Implements `ChunkIndex`: BM25 over postings, exact search over vectors."""

    async def replace(
        self, tx: Transaction, document: Document, chunks: Sequence[IndexedChunk], embedding_model: str
    ) -> None:
        of_document = {"document_id": document.id, "workspace_id": tx.workspace_id}
        counts = {
            "chunk_count": len(chunks),
            "term_count": sum(len(chunk.terms) for chunk in chunks),
            "page_count": document.page_count,
        }
        if not await execute(tx, _SET_COUNTS, of_document | counts):
            raise NotFound("document", document.id)
        await execute(tx, _REMOVE, of_document)
        for start in range(0, len(chunks), _CHUNKS_AT_ONCE):
            some = chunks[start : start + _CHUNKS_AT_ONCE]
            added = await rows(tx, _ADD_CHUNKS, of_document | _chunk_columns(some))
            ids = {found.ordinal: found.id for found in added}
            await execute(tx, _ADD_TERMS, of_document | _term_columns(some, ids))
            vectors = _vector_columns(some, ids)
            if vectors["chunk_ids"]:
                await execute(tx, _ADD_VECTORS, of_document | vectors | {"model": embedding_model})

    async def by_terms(
        self, tx: Transaction, collections: Sequence[CollectionId], terms: Sequence[str], limit: int
    ) -> tuple[ScoredChunk, ...]:
        repeats = Counter(terms).most_common(_MOST_QUERY_TERMS)
        if not repeats:
            return ()
        found = await rows(
            tx,
            _BY_TERMS,
            {
                "workspace_id": tx.workspace_id,
                "collections": await _searched(tx, collections),
                "terms": [term for term, _ in repeats],
                "repeats": [float(count) for _, count in repeats],
                "k1": _K1,
                "b": _B,
                "limit": limit,
            },
        )
        return tuple(ScoredChunk(each.chunk_id, each.score) for each in found)

    async def by_vector(
        self,
        tx: Transaction,
        collections: Sequence[CollectionId],
        vector: Sequence[float],
        embedding_model: str,
        limit: int,
    ) -> tuple[ScoredChunk, ...]:
        found = await rows(
            tx,
            _BY_VECTOR,
            {
                "workspace_id": tx.workspace_id,
                "collections": await _searched(tx, collections),
                "vector": as_halfvec(vector),
                "model": embedding_model,
                "limit": limit,
            },
        )
        return tuple(ScoredChunk(each.chunk_id, each.score) for each in found)

    async def found(self, tx: Transaction, fused: Sequence[FusedChunk]) -> tuple[FoundChunk, ...]:
        statement = (
            _select_chunks.add_columns(documents.c.name)
            .join(documents, documents.c.id == chunks.c.document_id)
            .where(
                chunks.c.workspace_id == tx.workspace_id,
                chunks.c.id.in_([each.chunk_key for each in fused]),
            )
        )
        by_key = {each.id: each for each in await rows(tx, statement)}
        return tuple(
            FoundChunk(
                chunk=_to_chunk(by_key[each.chunk_key]),
                document_name=by_key[each.chunk_key].name,
                collection_id=by_key[each.chunk_key].collection_id,
                score=each.score,
                bm25=each.bm25,
                cosine=each.cosine,
            )
            for each in fused
            if each.chunk_key in by_key
        )

    async def of_document(self, tx: Transaction, document_id: DocumentId, page: PageRequest) -> Page[Chunk]:
        statement = (
            _select_chunks.where(
                chunks.c.workspace_id == tx.workspace_id, chunks.c.document_id == document_id
            )
            .order_by(chunks.c.ordinal)
            .limit(page.size + 1)
        )
        if page.after is not None:
            statement = statement.where(chunks.c.ordinal > as_int(page.after[0]))
        found = [_to_chunk(each) for each in await rows(tx, statement)]
        return Page.cut(found, page, lambda chunk: (str(chunk.ordinal),))


async def _searched(tx: Transaction, wanted: Sequence[CollectionId]) -> list[CollectionId]:
    if wanted:
        return list(wanted)
    statement = select(collections.c.id).where(collections.c.workspace_id == tx.workspace_id)
    return [found.id for found in await rows(tx, statement)]


def _chunk_columns(some: Sequence[IndexedChunk]) -> dict[str, list[Any]]:
    plain = [indexed.chunk for indexed in some]
    return {
        "ordinals": [chunk.ordinal for chunk in plain],
        "texts": [chunk.text for chunk in plain],
        # Arrays of unequal length cannot be unnested side by side.
        "heading_paths": [json.dumps(chunk.heading_path) for chunk in plain],
        "pages": [chunk.page for chunk in plain],
        "starts": [chunk.char_start for chunk in plain],
        "ends": [chunk.char_end for chunk in plain],
    }


def _term_columns(some: Sequence[IndexedChunk], ids: dict[int, int]) -> dict[str, list[Any]]:
    terms: list[str] = []
    frequencies: list[int] = []
    chunk_ids: list[int] = []
    lengths: list[int] = []
    for indexed in some:
        counted = Counter(indexed.terms)
        terms += counted.keys()
        frequencies += (min(count, _SMALLINT_MAX) for count in counted.values())
        chunk_ids += [ids[indexed.chunk.ordinal]] * len(counted)
        lengths += [min(len(indexed.terms), _SMALLINT_MAX)] * len(counted)
    return {"terms": terms, "chunk_ids": chunk_ids, "frequencies": frequencies, "lengths": lengths}


def _vector_columns(some: Sequence[IndexedChunk], ids: dict[int, int]) -> dict[str, list[Any]]:
    embedded = [(ids[each.chunk.ordinal], each.vector) for each in some if each.vector is not None]
    return {
        "chunk_ids": [chunk_id for chunk_id, _ in embedded],
        "embeddings": [as_halfvec(vector) for _, vector in embedded],
    }


def as_halfvec(vector: Sequence[float]) -> str:
    """As pgvector reads it; five digits are more than half precision keeps."""
    return "[" + ",".join(["%.5g"] * len(vector)) % tuple(vector) + "]"


def _to_chunk(found: Record) -> Chunk:
    return Chunk(
        document_id=found.document_id,
        ordinal=found.ordinal,
        text=found.text,
        heading_path=tuple(found.heading_path),
        page=found.page,
        char_start=found.char_start,
        char_end=found.char_end,
    )
