"""Values of conversations: messages with their citations, and the conversations they belong to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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


class CitationState(StrEnum):
    """What has become of a cited passage."""

    CURRENT = "current"
    CHANGED = "changed"
    """Its document has other content now."""
    GONE = "gone"
    """Its document was removed, or is not the reader's to read (any more): nobody learns which."""


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
    document_version: int | None = None
    """The version of the document that was quoted; None in answers older than versions."""
    state: CitationState = CitationState.CURRENT
    """As its reader is told; it is not kept."""


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


class TitleSource(StrEnum):
    """Who gave a conversation its title; a model may only replace the first line of the question."""

    FIRST_LINE = "first_line"
    MODEL = "model"
    USER = "user"


class ConversationSource(StrEnum):
    """The interface through which a program has a conversation."""

    OPENAI = "openai"
    MESSAGES = "messages"
    MCP = "mcp"


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
    active_message_id: MessageId | None = None
    """The branch last used goes through it and on through the newest below it; None: the latest message's."""
    pinned_at: datetime | None = None
    title_source: TitleSource = TitleSource.FIRST_LINE
    source: ConversationSource | None = None
    """None: its user has it in Parley itself. Others are kept out of the user's list."""
    external_user: str | None = None
    """For whom a program has it: the program's own name for its user."""


@dataclass(frozen=True, slots=True)
class ConversationChange:
    """What its user changes; None leaves as it is."""

    title: str | None = None
    pinned: bool | None = None
    active_message_id: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What was said in a branch up to and including `message_id`."""

    message_id: MessageId
    conversation_id: ConversationId
    text: str
    model: str
    """`provider:model` that wrote it."""
    created_at: datetime


def copied_branch(branch: Sequence[Message], to: ConversationId, ids: Iterator[UUID]) -> tuple[Message, ...]:
    """The messages of a branch, oldest first, as a conversation of their own under new ids."""
    copies: list[Message] = []
    for message in branch:
        parent_id = copies[-1].id if copies else None
        copies.append(replace(message, id=MessageId(next(ids)), conversation_id=to, parent_id=parent_id))
    return tuple(copies)
