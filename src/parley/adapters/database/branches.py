"""The tree of a conversation's messages in PostgreSQL: branches, siblings, copies, summaries."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.conversations import (
    message_columns,
    select_conversations,
    select_messages,
    to_conversation,
    to_message,
    values_of,
)
from parley.adapters.database.cursors import as_uuid
from parley.adapters.database.tables import conversation_summaries, conversations, messages
from parley.core.conversations.model import (
    Conversation,
    ConversationId,
    Message,
    MessageId,
    Summary,
)
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction

_MOST_SIBLINGS = 10_000

# A parent is always older than what follows it, so that ids give a branch its order.
_BRANCH = text("""
WITH RECURSIVE path AS (
  SELECT id, parent_id FROM messages
  WHERE id = :leaf AND conversation_id = :conversation_id AND workspace_id = :workspace_id
  UNION ALL
  SELECT m.id, m.parent_id FROM messages m
  JOIN path ON m.id = path.parent_id AND m.workspace_id = :workspace_id
)
SELECT m.id, m.conversation_id, m.parent_id, m.role, m.text, m.state, m.citations, m.turn_id, m.created_at
FROM messages m JOIN path USING (id)
WHERE CAST(:after AS uuid) IS NULL OR m.id > CAST(:after AS uuid)
ORDER BY m.id LIMIT :limit
""").columns(*select_messages.selected_columns)

_NEAREST_SUMMARY = text("""
WITH RECURSIVE path AS (
  SELECT id, parent_id, 1 AS distance FROM messages
  WHERE id = :message_id AND workspace_id = :workspace_id
  UNION ALL
  SELECT m.id, m.parent_id, path.distance + 1 FROM messages m
  JOIN path ON m.id = path.parent_id AND m.workspace_id = :workspace_id
  WHERE path.distance < :most
)
SELECT s.message_id, s.conversation_id, s.text, s.model, s.created_at
FROM path JOIN conversation_summaries s ON s.message_id = path.id
ORDER BY path.distance LIMIT 1
""")


class PostgresBranches:
    """Implements `Branches`."""

    async def read(
        self, tx: Transaction, conversation_id: ConversationId, leaf: MessageId, page: PageRequest
    ) -> Page[Message]:
        values = {
            "leaf": leaf,
            "conversation_id": conversation_id,
            "workspace_id": tx.workspace_id,
            "after": None if page.after is None else as_uuid(page.after[0]),
            "limit": page.size + 1,
        }
        found = [to_message(each) for each in await rows(tx, _BRANCH, values)]
        return Page.cut(found, page, lambda message: (str(message.id),))

    async def siblings(
        self, tx: Transaction, conversation_id: ConversationId, parents: Sequence[MessageId | None]
    ) -> dict[MessageId | None, tuple[MessageId, ...]]:
        known = [parent for parent in parents if parent is not None]
        after: ColumnElement[bool] = messages.c.parent_id.in_(known)
        if len(known) < len(parents):
            after = or_(after, messages.c.parent_id.is_(None))
        found = await rows(
            tx,
            select(messages.c.id, messages.c.parent_id)
            .where(
                messages.c.workspace_id == tx.workspace_id,
                messages.c.conversation_id == conversation_id,
                after,
            )
            .order_by(messages.c.id)
            .limit(_MOST_SIBLINGS),
        )
        siblings: dict[MessageId | None, tuple[MessageId, ...]] = {}
        for each in found:
            siblings[each.parent_id] = (*siblings.get(each.parent_id, ()), each.id)
        return siblings

    async def count_answers(self, tx: Transaction, question: MessageId) -> int:
        within = select(messages.c.conversation_id).where(messages.c.id == question).scalar_subquery()
        found = await row(
            tx,
            select(func.count()).where(
                messages.c.workspace_id == tx.workspace_id,
                messages.c.conversation_id == within,
                messages.c.parent_id == question,
            ),
        )
        return 0 if found is None else int(found[0])

    async def add_copies(self, tx: Transaction, copies: Sequence[Message]) -> None:
        whose = {"workspace_id": tx.workspace_id, "user_id": tx.user_id}
        await execute(tx, insert(messages), [message_columns(message) | whose for message in copies])

    async def by_key(self, tx: Transaction, idempotency_key: str) -> Conversation | None:
        found = await row(
            tx,
            select_conversations.where(
                conversations.c.workspace_id == tx.workspace_id,
                conversations.c.user_id == tx.user_id,
                conversations.c.idempotency_key == idempotency_key,
            ),
        )
        return None if found is None else to_conversation(found)

    async def begin(self, tx: Transaction, conversation: Conversation, idempotency_key: str | None) -> bool:
        statement = (
            insert(conversations)
            .values(values_of(conversation) | {"idempotency_key": idempotency_key})
            .on_conflict_do_nothing(
                index_elements=["workspace_id", "user_id", "idempotency_key"],
                index_where=conversations.c.idempotency_key.is_not(None),
            )
        )
        return await execute(tx, statement) == 1


class PostgresSummaries:
    """Implements `Summaries`."""

    async def nearest(self, tx: Transaction, message_id: MessageId, most: int) -> Summary | None:
        values = {"message_id": message_id, "workspace_id": tx.workspace_id, "most": most}
        found = await row(tx, _NEAREST_SUMMARY, values)
        if found is None:
            return None
        return Summary(found.message_id, found.conversation_id, found.text, found.model, found.created_at)

    async def add(self, tx: Transaction, summary: Summary) -> None:
        # Its user is the message's: jobs run as the platform, which is nobody.
        source = select(
            messages.c.id,
            messages.c.workspace_id,
            messages.c.user_id,
            messages.c.conversation_id,
            literal(summary.text),
            literal(summary.model),
            literal(summary.created_at),
        ).where(messages.c.id == summary.message_id, messages.c.workspace_id == tx.workspace_id)
        columns = ["message_id", "workspace_id", "user_id", "conversation_id", "text", "model", "created_at"]
        await execute(
            tx, insert(conversation_summaries).from_select(columns, source).on_conflict_do_nothing()
        )
