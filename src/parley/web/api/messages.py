"""How a message and its citations look in replies: as chat answers it, and in lists with its place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from parley.core.chat.calling import arguments_of
from parley.core.chat.events import MAX_OUTPUT_CHARS
from parley.core.chat.model import CallState, ToolStep
from parley.core.conversations.citations import citation_to_json
from parley.core.conversations.feedback import Feedback, Rating, Reason
from parley.core.conversations.model import Citation, CitationState, Message, MessageId


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
    document_version: int | None = Field(None, description="Null in answers of before there were versions.")
    state: CitationState = Field(
        CitationState.CURRENT,
        description="`changed`: its document has other content now; `gone`: it was removed, or is not yours "
        "to read (any more), and its name and text are withheld.",
    )

    @classmethod
    def of(cls, citation: Citation) -> "CitationReply":
        return cls(**citation_to_json(citation), state=citation.state)


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
        return cls(**fields_of(message))


class FeedbackReply(BaseModel):
    """What you said of an answer."""

    rating: Rating
    reason: Reason | None
    comment: str
    updated_at: datetime

    @classmethod
    def of(cls, feedback: Feedback) -> "FeedbackReply":
        return cls(
            rating=feedback.rating,
            reason=feedback.reason,
            comment=feedback.comment,
            updated_at=feedback.updated_at,
        )


class ToolStepReply(BaseModel):
    """A tool that the answer called. The receipt of its turn has the whole output."""

    call_id: str
    name: str = Field(examples=["calculator"])
    description: str
    arguments: dict[str, Any]
    state: Literal["done", "failed", "stopped"] = Field(
        description="`failed`: also where you denied it; `stopped`: the turn ended before the call did."
    )
    output: str = Field(description=f"The first {MAX_OUTPUT_CHARS:,} characters.")

    @classmethod
    def of(cls, step: ToolStep) -> "ToolStepReply":
        return cls(
            call_id=step.call_id,
            name=step.call.name,
            description=step.description,
            arguments=dict(arguments_of(step.call)),
            state="done" if step.state is CallState.DONE else "failed" if step.state.finished else "stopped",
            output=step.output,
        )


class ListedMessageReply(MessageReply):
    """A message with its place among the messages that follow the same one."""

    sibling_ids: list[UUID] = Field(
        description="The messages with the same parent, itself included, oldest first: edits of a question, "
        "or answers to it. Read the branch through another with `leaf`."
    )
    position: int = Field(description="Its own place among them, from 1.", examples=[2])
    feedback: FeedbackReply | None = Field(description="Your own.")
    tool_steps: list[ToolStepReply] = Field(description="The tools that an answer called, in order.")

    @classmethod
    def placed(
        cls,
        message: Message,
        siblings: tuple[MessageId, ...],
        feedback: Feedback | None,
        steps: Sequence[ToolStep],
    ) -> "ListedMessageReply":
        around = siblings if message.id in siblings else (message.id,)
        return cls(
            **fields_of(message),
            sibling_ids=list(around),
            position=around.index(message.id) + 1,
            feedback=None if feedback is None else FeedbackReply.of(feedback),
            tool_steps=[ToolStepReply.of(step) for step in steps],
        )


def fields_of(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "parent_id": message.parent_id,
        "role": message.role.value,
        "text": message.text,
        "state": message.state.value,
        "citations": [CitationReply.of(citation) for citation in message.citations],
        "turn_id": message.turn_id,
        "created_at": message.created_at,
    }
