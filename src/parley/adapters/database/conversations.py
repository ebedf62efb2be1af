"""Conversations and their messages in PostgreSQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, tuple_, update

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.cursors import as_time, as_uuid
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import conversations, messages
from parley.core.conversations.citations import citation_from_json, citation_to_json
from parley.core.conversations.model import (
    Conversation,
    ConversationId,
    ConversationSource,
    Message,
    MessageId,
    MessageRole,
    MessageState,
    TitleSource,
)
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction

select_conversations = select(
    conversations.c.id,
    conversations.c.workspace_id,
    conversations.c.user_id,
    conversations.c.bot_id,
    conversations.c.title,
    conversations.c.created_at,
    conversations.c.updated_at,
    conversations.c.active_message_id,
    conversations.c.pinned_at,
    conversations.c.title_source,
    conversations.c.source,
    conversations.c.external_user,
)

select_messages = select(
    messages.c.id,
    messages.c.conversation_id,
    messages.c.parent_id,
    messages.c.role,
    messages.c.text,
    messages.c.state,
    messages.c.citations,
    messages.c.turn_id,
    messages.c.created_at,
)

_PATH_TO = text("""
WITH RECURSIVE path AS (
  SELECT id, conversation_id, parent_id, role, text, state, citations, turn_id, created_at, 1 AS distance
  FROM messages WHERE id = :message_id AND workspace_id = :workspace_id
  UNION ALL
  SELECT m.id, m.conversation_id, m.parent_id, m.role, m.text, m.state, m.citations, m.turn_id, m.created_at,
    path.distance + 1
  FROM messages m JOIN path ON m.id = path.parent_id AND m.workspace_id = :workspace_id
  WHERE path.distance < :most
)
SELECT id, conversation_id, parent_id, role, text, state, citations, turn_id, created_at
FROM path ORDER BY distance DESC
""").columns(*select_messages.selected_columns)


# Down by the newest child each time; ids sort by the time they were made.
_LEAF = text("""
WITH RECURSIVE start AS (
  SELECT id FROM messages
  WHERE workspace_id = :workspace_id AND conversation_id = :conversation_id
    AND (CAST(:through AS uuid) IS NULL OR id = CAST(:through AS uuid))
  ORDER BY id DESC LIMIT 1
), down AS (
  SELECT id, 1 AS depth FROM start
  UNION ALL
  SELECT child.id, down.depth + 1 FROM down CROSS JOIN LATERAL (
    SELECT m.id FROM messages m
    WHERE m.conversation_id = :conversation_id AND m.parent_id = down.id AND m.workspace_id = :workspace_id
    ORDER BY m.id DESC LIMIT 1
  ) AS child
)
SELECT m.id, m.conversation_id, m.parent_id, m.role, m.text, m.state, m.citations, m.turn_id, m.created_at
FROM messages m JOIN down ON down.id = m.id ORDER BY down.depth DESC LIMIT 1
""").columns(*select_messages.selected_columns)


_ADD = insert(conversations)
_GET = select_conversations.where(
    conversations.c.id == bindparam("conversation"), conversations.c.workspace_id == bindparam("workspace")
)
_TOUCH = text("""
UPDATE conversations
SET updated_at = :at, active_message_id = coalesce(CAST(:active AS uuid), active_message_id)
WHERE id = :id AND workspace_id = :workspace_id
""")
# One that its user has given stays.
_SET_TITLE = (
    update(conversations)
    .where(
        conversations.c.id == bindparam("conversation"),
        conversations.c.workspace_id == bindparam("workspace"),
        conversations.c.title_source == TitleSource.FIRST_LINE.value,
    )
    .values(title=bindparam("new_title"), title_source=TitleSource.MODEL.value)
)
# Its user is the conversation's, not the transaction's: a platform's has none.
_ADD_MESSAGE = text("""
INSERT INTO messages (id, workspace_id, user_id, conversation_id, parent_id, role, text, state, citations,
  turn_id, created_at)
SELECT :id, :workspace_id, user_id, id, :parent_id, :role, :text, :state, :citations, :turn_id, :created_at
FROM conversations WHERE id = :conversation_id
""")


class PostgresConversations:
    """Implements `Conversations`."""

    async def add(self, tx: Transaction, conversation: Conversation) -> None:
        await execute(tx, _ADD, values_of(conversation))

    async def get(self, tx: Transaction, conversation_id: ConversationId) -> Conversation | None:
        found = await row(tx, _GET, {"conversation": conversation_id, "workspace": tx.workspace_id})
        return None if found is None else to_conversation(found)

    async def list(
        self, tx: Transaction, page: PageRequest, *, pinned: bool | None = None
    ) -> Page[Conversation]:
        statement = (
            select_conversations.where(
                conversations.c.workspace_id == tx.workspace_id,
                conversations.c.user_id == tx.user_id,
                conversations.c.source.is_(None),
            )
            .order_by(conversations.c.updated_at.desc(), conversations.c.id.desc())
            .limit(page.size + 1)
        )
        if pinned is not None:
            statement = statement.where(conversations.c.pinned_at.is_not(None) == pinned)
        if page.after is not None:
            updated_at, conversation_id = page.after
            statement = statement.where(
                tuple_(conversations.c.updated_at, conversations.c.id)
                < tuple_(as_time(updated_at), as_uuid(conversation_id))
            )
        found = [to_conversation(each) for each in await rows(tx, statement)]
        return Page.cut(found, page, lambda each: (each.updated_at.isoformat(), str(each.id)))

    async def save(self, tx: Transaction, conversation: Conversation) -> bool:
        return await self._update(
            tx,
            conversation.id,
            title=conversation.title,
            title_source=conversation.title_source.value,
            pinned_at=conversation.pinned_at,
            active_message_id=conversation.active_message_id,
        )

    async def touch(
        self,
        tx: Transaction,
        conversation_id: ConversationId,
        at: datetime,
        active: MessageId | None = None,
    ) -> None:
        values = {"id": conversation_id, "workspace_id": tx.workspace_id, "at": at, "active": active}
        await execute(tx, _TOUCH, values)

    async def set_title(self, tx: Transaction, conversation_id: ConversationId, title: str) -> bool:
        values = {"conversation": conversation_id, "workspace": tx.workspace_id, "new_title": title}
        return await execute(tx, _SET_TITLE, values) == 1

    async def remove(self, tx: Transaction, conversation_id: ConversationId) -> bool:
        statement = delete(conversations).where(
            conversations.c.id == conversation_id, conversations.c.workspace_id == tx.workspace_id
        )
        return await execute(tx, statement) == 1

    async def _update(self, tx: Transaction, conversation_id: ConversationId, **values: object) -> bool:
        statement = (
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.workspace_id == tx.workspace_id)
            .values(**values)
        )
        return await execute(tx, statement) == 1


class PostgresMessages:
    """Implements `Messages`; a message's id sorts by the time it was made."""

    async def add(self, tx: Transaction, message: Message) -> None:
        await execute(tx, _ADD_MESSAGE, message_columns(message) | {"workspace_id": tx.workspace_id})

    async def get(self, tx: Transaction, message_id: MessageId) -> Message | None:
        found = await row(
            tx,
            select_messages.where(messages.c.id == message_id, messages.c.workspace_id == tx.workspace_id),
        )
        return None if found is None else to_message(found)

    async def list(
        self, tx: Transaction, conversation_id: ConversationId, page: PageRequest
    ) -> Page[Message]:
        statement = (
            select_messages.where(
                messages.c.workspace_id == tx.workspace_id, messages.c.conversation_id == conversation_id
            )
            .order_by(messages.c.id)
            .limit(page.size + 1)
        )
        if page.after is not None:
            statement = statement.where(messages.c.id > as_uuid(page.after[0]))
        found = [to_message(each) for each in await rows(tx, statement)]
        return Page.cut(found, page, lambda message: (str(message.id),))

    async def path_to(self, tx: Transaction, message_id: MessageId, limit: int) -> tuple[Message, ...]:
        found = await rows(
            tx, _PATH_TO, {"message_id": message_id, "workspace_id": tx.workspace_id, "most": limit}
        )
        return tuple(to_message(each) for each in found)

    async def leaf(
        self, tx: Transaction, conversation_id: ConversationId, through: MessageId | None
    ) -> Message | None:
        values = {
            "workspace_id": tx.workspace_id,
            "conversation_id": conversation_id,
            "through": through,
        }
        found = await row(tx, _LEAF, values)
        return None if found is None else to_message(found)


def values_of(conversation: Conversation) -> dict[str, Any]:
    """Its columns."""
    return {
        "id": conversation.id,
        "workspace_id": conversation.workspace_id,
        "user_id": conversation.user_id,
        "bot_id": conversation.bot_id,
        "title": conversation.title,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "active_message_id": conversation.active_message_id,
        "pinned_at": conversation.pinned_at,
        "title_source": conversation.title_source.value,
        "source": conversation.source,
        "external_user": conversation.external_user,
    }


def message_columns(message: Message) -> dict[str, Any]:
    """All but whose it is."""
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "parent_id": message.parent_id,
        "role": message.role.value,
        "text": message.text,
        "state": message.state.value,
        "citations": [citation_to_json(citation) for citation in message.citations],
        "turn_id": message.turn_id,
        "created_at": message.created_at,
    }


def to_conversation(found: Record) -> Conversation:
    return Conversation(
        id=found.id,
        workspace_id=found.workspace_id,
        user_id=found.user_id,
        bot_id=found.bot_id,
        title=found.title,
        created_at=found.created_at,
        updated_at=found.updated_at,
        active_message_id=found.active_message_id,
        pinned_at=found.pinned_at,
        title_source=TitleSource(found.title_source),
        source=None if found.source is None else ConversationSource(found.source),
        external_user=found.external_user,
    )


def to_message(found: Record) -> Message:
    return Message(
        id=found.id,
        conversation_id=found.conversation_id,
        parent_id=found.parent_id,
        role=MessageRole(found.role),
        text=found.text,
        state=MessageState(found.state),
        created_at=found.created_at,
        citations=tuple(citation_from_json(citation) for citation in found.citations),
        turn_id=found.turn_id,
    )
