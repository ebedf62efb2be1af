"""The events of a turn, the same in SSE, WebSocket, the log and the golden files, and their JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, assert_never
from uuid import UUID

from parley.core.conversations.citations import citation_to_json
from parley.core.conversations.model import Citation, ConversationId, Message, MessageId, TurnId
from parley.core.kernel.errors import ParleyError
from parley.core.llm.model import FinishReason, TokenUsage


@dataclass(frozen=True, slots=True)
class TurnStarted:
    conversation_id: ConversationId
    user_message_id: MessageId
    bot_id: UUID
    model: str


@dataclass(frozen=True, slots=True)
class RetrievalFinished:
    citations: tuple[Citation, ...]
    degraded: str
    """What was missing from the search, in words for the reader; empty when nothing was."""


@dataclass(frozen=True, slots=True)
class ReasoningPart:
    text: str


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str


@dataclass(frozen=True, slots=True)
class TurnRestarted:
    """The answer begins again: readers discard the text they have."""

    reason: str


@dataclass(frozen=True, slots=True)
class TurnFinished:
    message: Message
    finish_reason: FinishReason
    usage: TokenUsage
    cost_micros: int | None


@dataclass(frozen=True, slots=True)
class TurnFailed:
    code: str
    detail: str
    hint: str
    message: Message | None
    """What had been written until then."""

    @classmethod
    def because(cls, error: ParleyError, message: Message | None) -> "TurnFailed":
        return cls(error.code, error.detail, error.hint, message)


@dataclass(frozen=True, slots=True)
class TurnCancelled:
    message: Message | None


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool is being called."""

    call_id: str
    name: str
    arguments: Mapping[str, Any]
    """Empty where what the model wrote cannot be read."""
    changes_things: bool


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """What the model is told of the call; of a call that the user denied there was no start."""

    call_id: str
    name: str
    ok: bool
    output: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class ToolApprovalRequested:
    """The turn waits until its user has allowed or denied the call."""

    call_id: str
    name: str
    description: str
    arguments: Mapping[str, Any]


ToolEvent = ToolStarted | ToolFinished | ToolApprovalRequested
TerminalEvent = TurnFinished | TurnFailed | TurnCancelled
EventBody = (
    TurnStarted | RetrievalFinished | ReasoningPart | TextPart | TurnRestarted | ToolEvent | TerminalEvent
)

MAX_OUTPUT_CHARS = 2_000
"""Of a tool's output in its event; the model reads more of it."""

TERMINAL_TYPES = frozenset({"turn.finished", "turn.failed", "turn.cancelled"})


@dataclass(frozen=True, slots=True)
class TurnEvent:
    """One event as it is stored and sent. `seq` is contiguous per turn from 1; `data` holds the body."""

    turn_id: TurnId
    epoch: int
    seq: int
    at: datetime
    type: str
    data: dict[str, Any]

    @property
    def ends_the_turn(self) -> bool:
        return self.type in TERMINAL_TYPES

    def to_json(self) -> str:
        return json.dumps(
            {
                "type": self.type,
                "turn_id": str(self.turn_id),
                "epoch": self.epoch,
                "seq": self.seq,
                "at": json_time(self.at),
                **self.data,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


def describe(body: EventBody) -> tuple[str, dict[str, Any]]:
    """The type of a body and its JSON fields."""
    match body:
        case TextPart(text):
            return "text.delta", {"text": text}
        case ReasoningPart(text):
            return "reasoning.delta", {"text": text}
        case RetrievalFinished() | ToolStarted() | ToolFinished() | ToolApprovalRequested():
            return _describe_step(body)
        case TurnStarted(conversation_id, user_message_id, bot_id, model):
            return "turn.started", {
                "conversation_id": str(conversation_id),
                "user_message_id": str(user_message_id),
                "bot_id": str(bot_id),
                "model": model,
            }
        case TurnRestarted(reason):
            return "turn.restarted", {"reason": reason}
        case TurnFinished() | TurnFailed() | TurnCancelled():
            return _describe_end(body)
        case _:
            assert_never(body)


def _describe_step(body: RetrievalFinished | ToolEvent) -> tuple[str, dict[str, Any]]:
    match body:
        case RetrievalFinished(citations, degraded):
            return "retrieval.finished", {
                "citations": [citation_to_json(citation) for citation in citations],
                "degraded": degraded,
            }
        case ToolStarted():
            return "tool.started", asdict(body)
        case ToolFinished(output=output):
            shown = output if len(output) <= MAX_OUTPUT_CHARS else output[: MAX_OUTPUT_CHARS - 1] + "…"
            return "tool.finished", asdict(body) | {"output": shown}
        case ToolApprovalRequested():
            return "tool.approval_requested", asdict(body)
        case _:
            assert_never(body)


def _describe_end(body: TerminalEvent) -> tuple[str, dict[str, Any]]:
    message = None if body.message is None else message_to_json(body.message)
    match body:
        case TurnFinished():
            return "turn.finished", {
                "message": message,
                "finish_reason": body.finish_reason.value,
                "usage": asdict(body.usage),
                "cost_micros": body.cost_micros,
            }
        case TurnFailed():
            problem = {"code": body.code, "detail": body.detail, "hint": body.hint}
            return "turn.failed", {"problem": problem, "message": message}
        case TurnCancelled():
            return "turn.cancelled", {"message": message}
        case _:
            assert_never(body)


def message_to_json(message: Message) -> dict[str, Any]:
    return {
        "id": str(message.id),
        "conversation_id": str(message.conversation_id),
        "parent_id": None if message.parent_id is None else str(message.parent_id),
        "role": message.role.value,
        "text": message.text,
        "state": message.state.value,
        "citations": [citation_to_json(citation) for citation in message.citations],
        "turn_id": None if message.turn_id is None else str(message.turn_id),
        "created_at": json_time(message.created_at),
    }


def json_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
