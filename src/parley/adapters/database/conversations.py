"""Conversations and their messages in PostgreSQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, text, tuple_, update

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.cursors import as_time, as_uuid
from parley.adapters.database.tables import conversations, messages
from parley.core.conversations.model import (
    Citation,
    Conversation,
    ConversationId,
    Message,
    MessageId,
    MessageRole,
    MessageState,
)
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction

_select_conversations = select(
    conversations.c.id,
    conversations.c.workspace_id,
    conversations.c.user_id,
    conversations.c.bot_id,
    conversations.c.title,
    conversations.c.created_at,
    conversations.c.updated_at,
)

_select_messages = select(
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
""").columns(*_select_messages.selected_columns)


class PostgresConversations:
    """Implements `Conversations`."""

    async def add(self, tx: Transaction, conversation: Conversation) -> None:
        await execute(
            tx,
            insert(conversations).values(
                id=conversation.id,
                workspace_id=conversation.workspace_id,
                user_id=conversation.user_id,
                bot_id=conversation.bot_id,
                title=conversation.title,
                created_at=conversation.created_at,
                updated_at=conversation.updated_at,
            ),
        )

    async def get(self, tx: Transaction, conversation_id: ConversationId) -> Conversation | None:
        found = await row(
            tx,
            _select_conversations.where(
                conversations.c.id == conversation_id, conversations.c.workspace_id == tx.workspace_id
            ),
        )
        return None if found is None else _to_conversation(found)

    async def list(self, tx: Transaction, page: PageRequest) -> Page[Conversation]:
        statement = (
            _select_conversations.where(
                conversations.c.workspace_id == tx.workspace_id, conversations.c.user_id == tx.user_id
            )
            .order_by(conversations.c.updated_at.desc(), conversations.c.id.desc())
            .limit(page.size + 1)
        )
        if page.after is not None:
            updated_at, conversation_id = page.after
            statement = statement.where(
                tuple_(conversations.c.updated_at, conversations.c.id)
                < tuple_(as_time(updated_at), as_uuid(conversation_id))
            )
        found = [_to_conversation(each) for each in await rows(tx, statement)]
        return Page.cut(found, page, lambda each: (each.updated_at.isoformat(), str(each.id)))

    async def rename(self, tx: Transaction, conversation_id: ConversationId, title: str) -> bool:
        return await self._update(tx, conversation_id, title=title)

    async def touch(self, tx: Transaction, conversation_id: ConversationId, at: datetime) -> None:
        await self._update(tx, conversation_id, updated_at=at)

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
        # Its user is the conversation's, not the transaction's: a platform's has none.
        owner = select(conversations.c.user_id).where(conversations.c.id == message.conversation_id)
        await execute(
            tx,
            insert(messages).values(
                id=message.id,
                workspace_id=tx.workspace_id,
                user_id=owner.scalar_subquery(),
                conversation_id=message.conversation_id,
                parent_id=message.parent_id,
                role=message.role.value,
                text=message.text,
                state=message.state.value,
                citations=[_citation_to_json(citation) for citation in message.citations],
                turn_id=message.turn_id,
                created_at=message.created_at,
            ),
        )

    async def get(self, tx: Transaction, message_id: MessageId) -> Message | None:
        found = await row(
            tx,
            _select_messages.where(messages.c.id == message_id, messages.c.workspace_id == tx.workspace_id),
        )
        return None if found is None else _to_message(found)

    async def list(
        self, tx: Transaction, conversation_id: ConversationId, page: PageRequest
    ) -> Page[Message]:
        statement = (
            _select_messages.where(
                messages.c.workspace_id == tx.workspace_id, messages.c.conversation_id == conversation_id
            )
            .order_by(messages.c.id)
            .limit(page.size + 1)
        )
        if page.after is not None:
            statement = statement.where(messages.c.id > as_uuid(page.after[0]))
        found = [_to_message(each) for each in await rows(tx, statement)]
        return Page.cut(found, page, lambda message: (str(message.id),))

    async def path_to(self, tx: Transaction, message_id: MessageId, limit: int) -> tuple[Message, ...]:
        found = await rows(
            tx, _PATH_TO, {"message_id": message_id, "workspace_id": tx.workspace_id, "most": limit}
        )
        return tuple(_to_message(each) for each in found)

    async def latest(self, tx: Transaction, conversation_id: ConversationId) -> Message | None:
        found = await row(
            tx,
            _select_messages.where(
                messages.c.workspace_id == tx.workspace_id, messages.c.conversation_id == conversation_id
            )
            .order_by(messages.c.id.desc())
            .limit(1),
        )
        return None if found is None else _to_message(found)


def _to_conversation(found: Row[Any]) -> Conversation:
    return Conversation(
        id=found.id,
        workspace_id=found.workspace_id,
        user_id=found.user_id,
        bot_id=found.bot_id,
        title=found.title,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def _to_message(found: Row[Any]) -> Message:
    return Message(
        id=found.id,
        conversation_id=found.conversation_id,
        parent_id=found.parent_id,
        role=MessageRole(found.role),
        text=found.text,
        state=MessageState(found.state),
        created_at=found.created_at,
        citations=tuple(_to_citation(citation) for citation in found.citations),
        turn_id=found.turn_id,
    )


def _citation_to_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document_id": str(citation.document_id),
        "document_name": citation.document_name,
        "chunk": citation.chunk,
        "page": citation.page,
        "heading_path": list(citation.heading_path),
        "char_start": citation.char_start,
        "char_end": citation.char_end,
        "text": citation.text,
        "score": citation.score,
    }


def _to_citation(stored: dict[str, Any]) -> Citation:
    return Citation(
        number=stored["number"],
        document_id=UUID(stored["document_id"]),
        document_name=stored["document_name"],
        chunk=stored["chunk"],
        page=stored["page"],
        heading_path=tuple(stored["heading_path"]),
        char_start=stored["char_start"],
        char_end=stored["char_end"],
        text=stored["text"],
        score=stored["score"],
    )
