"""How a message and its citations look in replies; conversations and chat share it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from parley.core.conversations.model import Citation, Message


class CitationReply(BaseModel):
    """The passage that `[number]` in the text refers to, as it was when the answer was made."""

    number: int
    document_id: UUID
    document_name: str = Field(examples=["warranty.pdf"])
    chunk: int
    page: int | None
    heading_path: list[str]
    char_start: int
    char_end: int
    text: str
    score: float

    @classmethod
    def of(cls, citation: Citation) -> "CitationReply":
        return cls(
            number=citation.number,
            document_id=citation.document_id,
            document_name=citation.document_name,
            chunk=citation.chunk,
            page=citation.page,
            heading_path=list(citation.heading_path),
            char_start=citation.char_start,
            char_end=citation.char_end,
            text=citation.text,
            score=citation.score,
        )


class MessageReply(BaseModel):
    id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    role: Literal["user", "assistant"]
    text: str
    state: Literal["complete", "cancelled", "failed"]
    citations: list[CitationReply]
    turn_id: UUID | None
    created_at: datetime

    @classmethod
    def of(cls, message: Message) -> "MessageReply":
        return cls(
            id=message.id,
            conversation_id=message.conversation_id,
            parent_id=message.parent_id,
            role=message.role.value,
            text=message.text,
            state=message.state.value,
            citations=[CitationReply.of(citation) for citation in message.citations],
            turn_id=message.turn_id,
            created_at=message.created_at,
        )
