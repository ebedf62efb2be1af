"""Values of conversations: messages with their citations, and the conversations they belong to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from parley.core.kernel.ids import UserId, WorkspaceId

ConversationId = NewType("ConversationId", UUID)
MessageId = NewType("MessageId", UUID)
TurnId = NewType("TurnId", UUID)


class MessageRole(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


class MessageState(StrEnum):
    """How an assistant's message came to its end; a user's is always complete."""

    COMPLETE = "complete"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that an answer may refer to as `[number]`, kept as it was when the answer was made."""

    number: int
    document_id: UUID
    document_name: str
    chunk: int
    """The chunk's ordinal in its document."""
    page: int | None
    heading_path: tuple[str, ...]
    char_start: int
    char_end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Message:
    id: MessageId
    conversation_id: ConversationId
    parent_id: MessageId | None
    role: MessageRole
    text: str
    state: MessageState
    created_at: datetime
    citations: tuple[Citation, ...] = ()
    turn_id: TurnId | None = None
    """The turn that made it, for an assistant's message."""


@dataclass(frozen=True, slots=True)
class Conversation:
    id: ConversationId
    workspace_id: WorkspaceId
    user_id: UserId
    bot_id: UUID | None
    """None once the bot was deleted."""
    title: str
    created_at: datetime
    updated_at: datetime
    """When its last message came."""
