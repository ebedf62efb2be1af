"""What the search index of conversations lacks, in PostgreSQL, and how it gets there.

A conversation is on its user's backlog while its `indexed_as_of` is not its `updated_at`, which changes in
the transaction of every message: so nothing has to be noted when a message comes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import text

from parley.adapters.database.connection import execute, rows
from parley.adapters.database.conversations import select_messages, to_message
from parley.adapters.database.vectors import as_halfvec
from parley.core.chat.model import IndexedMessage
from parley.core.conversations.model import Message, MessageId
from parley.core.kernel.ids import UserId
from parley.core.kernel.transactions import Transaction

_SMALLINT_MAX = 32_767

# A plan from when the index was small would read all of it for each message of the thousands that came since.
_PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")

# Only as it was when its messages were counted: one that has got a message since stays on the backlog.
_SETTLE = text("""
WITH unsettled AS (
  SELECT c.id, c.updated_at, n.missing,
    sum(n.missing) OVER (ORDER BY c.updated_at DESC, c.id DESC) - n.missing AS newer
  FROM (
    SELECT id, updated_at FROM conversations
    WHERE workspace_id = :workspace_id AND user_id = :user_id AND source IS NULL
      AND indexed_as_of IS DISTINCT FROM updated_at
  ) c
  CROSS JOIN LATERAL (
    SELECT count(*) AS missing FROM messages m
    WHERE m.conversation_id = c.id AND m.workspace_id = :workspace_id AND m.text <> ''
      AND NOT EXISTS (SELECT FROM message_index i WHERE i.message_id = m.id)
  ) n
)
UPDATE conversations c SET indexed_as_of = u.updated_at
FROM unsettled u
WHERE c.id = u.id AND c.updated_at = u.updated_at AND (u.missing = 0 OR u.newer >= :most)
""")

_FIND_MISSING = text("""
SELECT m.* FROM (
  SELECT id, updated_at FROM conversations
  WHERE workspace_id = :workspace_id AND user_id = :user_id AND source IS NULL
    AND indexed_as_of IS DISTINCT FROM updated_at
) c
CROSS JOIN LATERAL (
  SELECT m.id, m.conversation_id, m.parent_id, m.role, m.text, m.state, m.citations, m.turn_id, m.created_at
  FROM messages m
  WHERE m.conversation_id = c.id AND m.workspace_id = :workspace_id AND m.text <> ''
    AND NOT EXISTS (SELECT FROM message_index i WHERE i.message_id = m.id)
  ORDER BY m.id DESC LIMIT :limit
) m
ORDER BY c.updated_at DESC, c.id DESC, m.id DESC LIMIT :limit
""").columns(*select_messages.selected_columns)

# Locked, so that a conversation removed meanwhile is gone before its rows are added, not after; in a mode
# that holds up no message.
_ADD = text("""
WITH kept AS (
  SELECT id FROM conversations WHERE workspace_id = :workspace_id AND id IN (
    SELECT conversation_id FROM messages WHERE id = ANY (CAST(:message_ids AS uuid[]))
  )
  ORDER BY id FOR KEY SHARE
)
INSERT INTO message_index (message_id, workspace_id, user_id, conversation_id, length)
SELECT m.id, m.workspace_id, m.user_id, m.conversation_id, n.length
FROM unnest(CAST(:message_ids AS uuid[]), CAST(:lengths AS int[])) AS n (message_id, length)
JOIN messages m ON m.id = n.message_id
JOIN kept ON kept.id = m.conversation_id
WHERE m.workspace_id = :workspace_id
ORDER BY m.id
ON CONFLICT (message_id) DO NOTHING
RETURNING key, message_id
""")

_ADD_TERMS = text("""
INSERT INTO message_terms (workspace_id, user_id, term, message_key, conversation_id, frequency, length)
SELECT i.workspace_id, i.user_id, t.term, i.key, i.conversation_id, t.frequency, t.length
FROM unnest(CAST(:keys AS bigint[]), CAST(:terms AS text[]), CAST(:frequencies AS smallint[]),
  CAST(:lengths AS smallint[])) AS t (key, term, frequency, length)
JOIN message_index i ON i.key = t.key
ORDER BY t.term
""")

_FIND_UNEMBEDDED = text("""
SELECT m.id, m.conversation_id, m.parent_id, m.role, m.text, m.state, m.citations, m.turn_id, m.created_at
FROM (
  SELECT message_id FROM message_index
  WHERE workspace_id = :workspace_id AND user_id = :user_id AND model <> :model
  ORDER BY message_id DESC LIMIT :limit
) i
JOIN messages m ON m.id = i.message_id ORDER BY m.id DESC
""").columns(*select_messages.selected_columns)

_EMBED = text("""
UPDATE message_index i SET model = :model, embedding = n.embedding::halfvec
FROM unnest(CAST(:message_ids AS uuid[]), CAST(:embeddings AS text[])) AS n (message_id, embedding)
WHERE i.message_id = n.message_id AND i.workspace_id = :workspace_id
""")


class PostgresMessageBacklog:
    """Implements `MessageBacklog`, in transactions of the platform."""

    async def settle(self, tx: Transaction, user_id: UserId, most: int) -> None:
        await execute(tx, _PLAN_ANEW)
        await execute(tx, _SETTLE, {"workspace_id": tx.workspace_id, "user_id": user_id, "most": most})

    async def missing(self, tx: Transaction, user_id: UserId, limit: int) -> tuple[Message, ...]:
        values = {"workspace_id": tx.workspace_id, "user_id": user_id, "limit": limit}
        return tuple(to_message(each) for each in await rows(tx, _FIND_MISSING, values))

    async def add(self, tx: Transaction, messages: Sequence[IndexedMessage]) -> None:
        added = await rows(
            tx,
            _ADD,
            {
                "workspace_id": tx.workspace_id,
                "message_ids": [message.message_id for message in messages],
                "lengths": [len(message.terms) for message in messages],
            },
        )
        terms_of = {message.message_id: message.terms for message in messages}
        postings = [
            (each.key, term, count, len(terms_of[each.message_id]))
            for each in added
            for term, count in Counter(terms_of[each.message_id]).items()
        ]
        if postings:
            keys, terms, frequencies, lengths = zip(*postings, strict=True)
            await execute(
                tx,
                _ADD_TERMS,
                {
                    "keys": list(keys),
                    "terms": list(terms),
                    "frequencies": [min(count, _SMALLINT_MAX) for count in frequencies],
                    "lengths": [min(length, _SMALLINT_MAX) for length in lengths],
                },
            )

    async def unembedded(
        self, tx: Transaction, user_id: UserId, model: str, limit: int
    ) -> tuple[Message, ...]:
        values = {"workspace_id": tx.workspace_id, "user_id": user_id, "model": model, "limit": limit}
        return tuple(to_message(each) for each in await rows(tx, _FIND_UNEMBEDDED, values))

    async def embed(self, tx: Transaction, vectors: Mapping[MessageId, Sequence[float]], model: str) -> None:
        await execute(
            tx,
            _EMBED,
            {
                "workspace_id": tx.workspace_id,
                "model": model,
                "message_ids": list(vectors),
                "embeddings": [as_halfvec(vector) for vector in vectors.values()],
            },
        )
