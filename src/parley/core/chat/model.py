"""Values of chat: turns, their states, receipts and errors."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from parley.core.bots.model import BotId
from parley.core.conversations.model import Citation, ConversationId, MessageId, TurnId
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.llm.model import Attempt, TokenUsage

MAX_MESSAGE_CHARS = 32_000


class TurnState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self not in {TurnState.QUEUED, TurnState.RUNNING}


@dataclass(frozen=True, slots=True)
class Turn:
    """One run that makes one assistant message."""

    id: TurnId
    workspace_id: WorkspaceId
    user_id: UserId
    conversation_id: ConversationId
    bot_id: BotId
    bot_version: int
    user_message_id: MessageId
    assistant_message_id: MessageId
    """The id that the answer will have."""
    state: TurnState
    epoch: int
    """Counts the runners that took the turn; who holds an older one can write nothing more."""
    created_at: datetime
    finished_at: datetime | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """A turn that this process may run, and the seq of the last event in its log."""

    turn: Turn
    last_seq: int
    cancel_requested: bool = False


@dataclass(frozen=True, slots=True)
class ChatCommand:
    """What a reader sends: a message to a bot, in a new conversation or after a message of an old one."""

    bot_id: BotId
    text: str
    conversation_id: ConversationId | None = None
    parent_message_id: MessageId | None = None
    """None: after the conversation's latest message."""
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What made the answer."""

    model: str
    bot_version: int
    query: str
    passages: tuple[Citation, ...]
    prompt: tuple[tuple[str, str], ...]
    """Role and text of every message the model was given."""
    usage: TokenUsage | None
    cost_micros: int | None
    """Micros of USD; None when the price is unknown."""
    timings_ms: dict[str, int] = field(default_factory=dict)
    degraded: str = ""
    attempts: tuple[Attempt, ...] = ()
    """Every call of a model, in order; only the last can have answered."""


class KeyReused(ParleyError):
    code = "idempotency_key_reused"
    kind = ErrorKind.CONFLICT

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The Idempotency-Key {key!r} was sent before with another message.",
            hint="Use a new key for each new message.",
        )


class LeaseLost(Exception):
    """Another runner took the turn; this one must drop it without a trace. Never reaches a reader."""

    def __init__(self, turn_id: UUID) -> None:
        super().__init__(f"turn {turn_id}")
