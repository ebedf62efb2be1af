"""Search over the messages of conversations in PostgreSQL: by BM25 postings and by vectors."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import text

from parley.adapters.database.connection import rows
from parley.adapters.database.conversations import select_messages, to_message
from parley.adapters.database.tables import conversations, message_index, messages
from parley.adapters.database.vectors import as_halfvec
from parley.core.chat.model import IndexHit, Pending
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import FusedChunk, ScoredChunk

_K1 = 1.2
_B = 0.75
_MOST_QUERY_TERMS = 128
_MOST_COMPARED = 20_000
"""The user's newest messages, whose vectors one search compares: some tens of milliseconds."""

# Counted, and by the least and the greatest model, so that the planner takes the indexes made for this:
# for an EXISTS it would read the whole table, in the hope of an early hit.
_PENDING = text("""
SELECT (
  SELECT count(*) > 0 FROM conversations
  WHERE workspace_id = :workspace_id AND user_id = :user_id AND source IS NULL
    AND indexed_as_of IS DISTINCT FROM updated_at
) AS messages, (
  SELECT min(model) <> CAST(:model AS text) OR max(model) <> CAST(:model AS text) FROM message_index
  WHERE workspace_id = :workspace_id AND user_id = :user_id
) AS vectors
""")

_BY_TERMS = text("""
WITH corpus AS MATERIALIZED (
  SELECT count(*)::float8 AS messages, greatest(avg(length), 1)::float8 AS mean_length
  FROM message_index WHERE workspace_id = :workspace_id AND user_id = :user_id
), postings AS MATERIALIZED (
  SELECT term, message_key, frequency::float8 AS frequency, length::float8 AS length
  FROM message_terms
  WHERE workspace_id = :workspace_id AND user_id = :user_id AND term = ANY (CAST(:terms AS text[]))
), weights AS MATERIALIZED (
  SELECT p.term, q.repeats * ln(1 + (c.messages - p.found + 0.5) / (p.found + 0.5)) AS weight, c.mean_length
  FROM (SELECT term, count(*)::float8 AS found FROM postings GROUP BY term) p
  JOIN unnest(CAST(:terms AS text[]), CAST(:repeats AS float8[])) AS q (term, repeats) USING (term)
  CROSS JOIN corpus c
)
SELECT p.message_key, sum(
  w.weight * p.frequency * (CAST(:k1 AS float8) + 1)
  / (p.frequency + CAST(:k1 AS float8) * (1 - CAST(:b AS float8) * (1 - p.length / w.mean_length)))
) AS score
FROM postings p JOIN weights w USING (term)
GROUP BY p.message_key ORDER BY score DESC, p.message_key DESC LIMIT :limit
""")

_BY_VECTOR = text("""
SELECT key, -(embedding <#> CAST(:vector AS halfvec)) AS score
FROM (
  SELECT key, embedding FROM message_index
  WHERE workspace_id = :workspace_id AND user_id = :user_id AND model = :model
  ORDER BY message_id DESC LIMIT :most
) AS newest
ORDER BY embedding <#> CAST(:vector AS halfvec), key DESC LIMIT :limit
""")


class PostgresMessageIndex:
    """Implements `MessageIndex`."""

    async def pending(self, tx: Transaction, model: str | None) -> Pending:
        values = {"workspace_id": tx.workspace_id, "user_id": tx.user_id, "model": model}
        [found] = await rows(tx, _PENDING, values)
        return Pending(messages=found.messages, vectors=bool(found.vectors))

    async def by_terms(self, tx: Transaction, terms: Sequence[str], limit: int) -> tuple[ScoredChunk, ...]:
        repeats = Counter(terms).most_common(_MOST_QUERY_TERMS)
        if not repeats:
            return ()
        values = {
            "workspace_id": tx.workspace_id,
            "user_id": tx.user_id,
            "terms": [term for term, _ in repeats],
            "repeats": [float(count) for _, count in repeats],
            "k1": _K1,
            "b": _B,
            "limit": limit,
        }
        return tuple(ScoredChunk(each.message_key, each.score) for each in await rows(tx, _BY_TERMS, values))

    async def by_vector(
        self, tx: Transaction, vector: Sequence[float], model: str, limit: int
    ) -> tuple[ScoredChunk, ...]:
        values = {
            "workspace_id": tx.workspace_id,
            "user_id": tx.user_id,
            "vector": as_halfvec(vector),
            "model": model,
            "most": _MOST_COMPARED,
            "limit": limit,
        }
        return tuple(ScoredChunk(each.key, each.score) for each in await rows(tx, _BY_VECTOR, values))

    async def found(self, tx: Transaction, fused: Sequence[FusedChunk]) -> tuple[IndexHit, ...]:
        statement = (
            select_messages.add_columns(message_index.c.key, conversations.c.title, conversations.c.bot_id)
            .join(message_index, message_index.c.message_id == messages.c.id)
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(
                messages.c.workspace_id == tx.workspace_id,
                messages.c.user_id == tx.user_id,
                message_index.c.key.in_([each.chunk_key for each in fused]),
            )
        )
        by_key = {each.key: each for each in await rows(tx, statement)}
        hits = ((by_key.get(each.chunk_key), each.score) for each in fused)
        return tuple(
            IndexHit(to_message(hit), hit.title, hit.bot_id, score) for hit, score in hits if hit is not None
        )
