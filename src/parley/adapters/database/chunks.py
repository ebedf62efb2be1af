"""The search index in PostgreSQL: chunks, their BM25 postings and their vectors."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, any_, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from parley.adapters.database.connection import execute, rows
from parley.adapters.database.cursors import as_int
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import chunks, documents
from parley.adapters.database.terms import add_terms, search_terms
from parley.adapters.database.vectors import as_halfvec
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

_CHUNKS_AT_ONCE = 500

# Also locks the document, so that two runs of one job replace its chunks one after the other.
_SET_COUNTS = text("""
UPDATE documents SET chunk_count = :chunk_count, term_count = :term_count, page_count = :page_count,
  title = :title
WHERE id = :document_id AND workspace_id = :workspace_id
""")

# By triggers, what the blocks of postings hold of the chunks is dead from then on. Older versions of Parley
# kept postings in `chunk_terms`.
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

_ADD_VECTORS = text("""
INSERT INTO chunk_vectors (chunk_id, model, workspace_id, collection_id, document_id, principals, embedding,
  tokens)
SELECT v.chunk_id, :model, d.workspace_id, d.collection_id, d.id, d.principals, v.embedding::halfvec, v.tokens
FROM documents d, unnest(
  CAST(:chunk_ids AS bigint[]), CAST(:embeddings AS text[]), CAST(:tokens AS bytea[])
) AS v (chunk_id, embedding, tokens)
WHERE d.id = :document_id AND d.workspace_id = :workspace_id
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

# Of the module and with an array: written anew for each search, it would take longer to write than to run.
_FOUND = (
    _select_chunks.add_columns(documents.c.name, documents.c.version)
    .join(documents, documents.c.id == chunks.c.document_id)
    .where(
        chunks.c.workspace_id == bindparam("workspace_id"),
        chunks.c.id == any_(bindparam("keys", type_=ARRAY(BigInteger))),
    )
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
            "title": document.title,
        }
        if not await execute(tx, _SET_COUNTS, of_document | counts):
            raise NotFound("document", document.id)
        await execute(tx, _REMOVE, of_document)
        ids: dict[int, int] = {}
        for start in range(0, len(chunks), _CHUNKS_AT_ONCE):
            some = chunks[start : start + _CHUNKS_AT_ONCE]
            added = await rows(tx, _ADD_CHUNKS, of_document | _chunk_columns(some))
            ids.update((found.ordinal, found.id) for found in added)
            vectors = _vector_columns(some, ids)
            if vectors["chunk_ids"]:
                await execute(tx, _ADD_VECTORS, of_document | vectors | {"model": embedding_model})
        await add_terms(tx, document.id, chunks, ids)

    async def by_terms(
        self, tx: Transaction, collections: Sequence[CollectionId], terms: Sequence[str], limit: int
    ) -> tuple[ScoredChunk, ...]:
        return await search_terms(tx, collections, terms, limit)

    async def found(self, tx: Transaction, fused: Sequence[FusedChunk]) -> tuple[FoundChunk, ...]:
        values = {"workspace_id": tx.workspace_id, "keys": [each.chunk_key for each in fused]}
        by_key = {each.id: each for each in await rows(tx, _FOUND, values)}
        return tuple(
            FoundChunk(
                chunk=_to_chunk(by_key[each.chunk_key]),
                document_name=by_key[each.chunk_key].name,
                collection_id=by_key[each.chunk_key].collection_id,
                ranking=each,
                document_version=by_key[each.chunk_key].version,
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


def _vector_columns(some: Sequence[IndexedChunk], ids: dict[int, int]) -> dict[str, list[Any]]:
    embedded = [(each, each.vector) for each in some if each.vector is not None]
    return {
        "chunk_ids": [ids[each.chunk.ordinal] for each, _ in embedded],
        "embeddings": [as_halfvec(vector) for _, vector in embedded],
        "tokens": [each.tokens for each, _ in embedded],
    }


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
