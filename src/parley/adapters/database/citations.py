"""What became of cited passages, in PostgreSQL."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, literal, select, text

from parley.adapters.database.connection import row, rows
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import chunks, documents, turn_events
from parley.core.chat.citing import Place
from parley.core.conversations.citations import citation_from_json
from parley.core.conversations.model import Citation, MessageId, TurnId
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.model import DocumentId

PROBE_CHARS = 120
"""Of a passage's beginning and end: where it was cut anew, its text goes on from one chunk to the next."""

_BEHIND = text("""
WITH RECURSIVE path AS (
  SELECT id AS origin, id, parent_id FROM messages
  WHERE id = ANY (CAST(:messages AS uuid[])) AND workspace_id = :workspace_id
  UNION ALL
  SELECT path.origin, m.id, m.parent_id FROM messages m
  JOIN path ON m.id = path.parent_id AND m.workspace_id = :workspace_id
)
SELECT path.origin, array_agg(DISTINCT CAST(c.value ->> 'document_id' AS uuid)) AS documents
FROM path JOIN messages m USING (id), jsonb_array_elements(m.citations) c
GROUP BY path.origin
""")


class PostgresCitedDocuments:
    """Implements `CitedDocuments`."""

    async def versions(self, tx: Transaction, wanted: Collection[UUID]) -> dict[UUID, int]:
        statement = select(documents.c.id, documents.c.version).where(
            documents.c.workspace_id == tx.workspace_id, documents.c.id.in_(set(wanted))
        )
        return {found.id: found.version for found in await rows(tx, statement)}

    async def place(self, tx: Transaction, document_id: DocumentId, passage: str, chunk: int) -> Place | None:
        whole = await _holding(tx, document_id, passage, chunk)
        if whole is not None:
            return _place(whole, whole.char_start + whole.at, len(passage))
        head = await _holding(tx, document_id, passage[:PROBE_CHARS], chunk)
        if head is None:
            return None
        start = int(head.char_start + head.at)
        tail_text = passage[-PROBE_CHARS:]
        tail = await _holding(tx, document_id, tail_text, chunk)
        end = 0 if tail is None else int(tail.char_start + tail.at + len(tail_text))
        # An end before the beginning, or far from it, is another place with the same words.
        near = start < end <= start + 2 * len(passage)
        return _place(head, start, end - start if near else head.char_end - start)

    async def of_turn(self, tx: Transaction, turn_id: TurnId, before: int) -> tuple[Citation, ...]:
        statement = (
            select(turn_events.c.data)
            .where(
                turn_events.c.turn_id == turn_id,
                turn_events.c.workspace_id == tx.workspace_id,
                turn_events.c.seq < before,
                turn_events.c.type == "retrieval.finished",
            )
            .order_by(turn_events.c.seq.desc())
            .limit(1)  # each repeats those before it
        )
        found = await row(tx, statement)
        stored = [] if found is None else found.data["citations"]
        return tuple(citation_from_json(each) for each in stored)

    async def behind(
        self, tx: Transaction, messages: Sequence[MessageId]
    ) -> dict[MessageId, frozenset[UUID]]:
        values = {"messages": list(messages), "workspace_id": tx.workspace_id}
        return {MessageId(each.origin): frozenset(each.documents) for each in await rows(tx, _BEHIND, values)}


async def _holding(tx: Transaction, document_id: DocumentId, wanted: str, chunk: int) -> Record | None:
    """The chunk that holds the text, that of the ordinal first, then the nearest; `at` counts from 0."""
    if not wanted:
        return None
    at = func.strpos(chunks.c.text, literal(wanted))
    distance = func.abs(chunks.c.ordinal - chunk)
    statement = (
        select(
            chunks.c.ordinal,
            chunks.c.page,
            chunks.c.heading_path,
            chunks.c.char_start,
            chunks.c.char_end,
            (at - 1).label("at"),
        )
        .where(chunks.c.workspace_id == tx.workspace_id, chunks.c.document_id == document_id, at > 0)
        .order_by(distance)
        .limit(1)
    )
    return await row(tx, statement)


def _place(found: Record, char_start: int, length: int) -> Place:
    return Place(found.ordinal, found.page, tuple(found.heading_path), char_start, char_start + length)
