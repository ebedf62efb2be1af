"""Values of chat: turns, their states, receipts and errors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from parley.core.bots.model import BotId
from parley.core.chat.events import TurnEvent
from parley.core.conversations.model import (
    Citation,
    ConversationId,
    ConversationSource,
    Message,
    MessageId,
    MessageRole,
    TurnId,
)
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.llm.model import (
    Attempt,
    ChatRequest,
    FinishReason,
    ReasoningDelta,
    TokenUsage,
    ToolCall,
)
from parley.core.usage.model import Purpose, Use

MAX_MESSAGE_CHARS = 32_000


class TurnState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    """For its user to allow or deny the call of a tool; no runner holds it."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self not in {TurnState.QUEUED, TurnState.RUNNING, TurnState.WAITING}


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
    continues: bool = False
    """It waited for its user, so that nothing of it was lost."""


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """A message that a program tells of: it keeps its conversations itself and sends the whole each time."""

    role: MessageRole
    text: str


@dataclass(frozen=True, slots=True)
class Origin:
    """That a program sends the message, and for whom."""

    source: ConversationSource
    external_user: str | None = None
    """The program's own name for its user; an old conversation has to be the same user's."""
    before: tuple[SaidBefore, ...] = ()
    """Stored before the message where it begins a conversation, oldest first."""


@dataclass(frozen=True, slots=True)
class ChatCommand:
    """What a reader sends: a message to a bot, in a new conversation or after a message of an old one."""

    bot_id: BotId
    text: str
    conversation_id: ConversationId | None = None
    parent_message_id: MessageId | None = None
    """None: after the last message of the branch last used."""
    from_the_start: bool = False
    """Follows no message: a sibling of the conversation's first question."""
    idempotency_key: str | None = None
    origin: Origin | None = None
    """None: a person sends it, in Parley itself."""


@dataclass(frozen=True, slots=True)
class ModelReply:
    """What one call of a model gave, and what it took."""

    model: str
    """`provider:model` of the one that answered, or was asked first."""
    text: str
    reasoning: tuple[ReasoningDelta, ...]
    tool_calls: tuple[ToolCall, ...]
    finish_reason: FinishReason | None
    """None: it was cut short."""
    usage: TokenUsage
    attempts: tuple[Attempt, ...]
    """Every call of a provider, in order; only the last can have answered."""
    seconds: float


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of a model: exactly what it was asked, tools included, and its reply."""

    purpose: Purpose
    request: ChatRequest
    reply: ModelReply


class CallState(StrEnum):
    """How far the call of a tool has come."""

    PLANNED = "planned"
    PENDING = "pending"
    """It changes things and needs the user's leave."""
    DENIED = "denied"
    BEGUN = "begun"
    """It is running, or its runner was lost and nobody knows what became of it."""
    DONE = "done"
    FAILED = "failed"

    @property
    def finished(self) -> bool:
        return self in {CallState.DENIED, CallState.DONE, CallState.FAILED}


@dataclass(frozen=True, slots=True)
class ToolStep:
    """One call of a tool, as a turn keeps it."""

    call_id: str
    """In events and approvals; unique within the turn, which a model's own ids need not be."""
    call: ToolCall
    description: str
    """Of the tool, for who allows the call; empty when there is no such tool."""
    changes_things: bool
    state: CallState
    output: str = ""
    """As the model is told it."""
    citations: tuple[Citation, ...] = ()
    """The passages it found, numbered on from those the turn had."""
    duration_ms: int = 0
    approved: bool | None = None
    """What the user said; None where nobody had to be asked, or has not answered."""

    @property
    def undecided(self) -> bool:
        return self.state is CallState.PENDING and self.approved is None


@dataclass(frozen=True, slots=True)
class Round:
    """One reply of the model that calls tools, and what became of the calls."""

    number: int
    """From 1."""
    reply: ModelReply
    steps: tuple[ToolStep, ...]
    uses: tuple[Use, ...] = ()
    """What models took since the round before: it is booked when the turn ends, by whichever runner."""

    @property
    def settled(self) -> bool:
        return all(step.state.finished for step in self.steps)


@dataclass(frozen=True, slots=True)
class RankedChunk:
    """A chunk that the search found, with every score that placed it; None where a ranking did not find it,
    or was not asked. Ranks count from 1."""

    document_id: UUID
    chunk: int
    score: float
    """0 to 1, best 1: of everything together."""
    bm25: float | None
    bm25_rank: int | None
    cosine: float | None
    cosine_rank: int | None
    closeness: float | None
    relevance: float | None
    """As a reranker judged it."""
    passage: int | None
    """The number of the passage that shows it, maybe with its neighbours; None: the budget of tokens had no
    room for it."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """How the passages of an answer were chosen."""

    dense_weight: float
    """What meaning counted beside words, 0 to 1."""
    reranker: str
    """`provider:model`; empty where none had the last word."""
    token_budget: int
    chunks: tuple[RankedChunk, ...]
    """Best first, also those that no passage shows."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found before the model was asked first."""

    query: str
    citations: tuple[Citation, ...]
    degraded: str
    """What was missing from the search, in words for the reader; empty when nothing was."""
    ranking: Ranking | None = None
    """None where an older version stored it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far earlier runners have brought a turn, as far as it was stored."""

    retrieved: Retrieved | None = None
    rounds: tuple[Round, ...] = ()
    continues: bool = False
    """Readers have seen all of it: the turn waited for its user and goes on."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What made the answer."""

    model: str
    bot_version: int
    query: str
    passages: tuple[Citation, ...]
    usage: TokenUsage | None
    cost_micros: int | None
    """Micros of USD; None when the price is unknown."""
    timings_ms: dict[str, int] = field(default_factory=dict)
    degraded: str = ""
    attempts: tuple[Attempt, ...] = ()
    """Every call of a provider, in order, those of `model_calls` together."""
    model_calls: tuple[ModelCall, ...] = ()
    """In order. Each but the last was followed by the tools it called, whose results its next one holds."""
    tool_steps: tuple[ToolStep, ...] = ()
    uses: tuple[Use, ...] = ()
    """What the calls took, those of models that broke off included."""
    cached: bool = False
    """The answer was given before, to the same prompt."""
    ranking: Ranking | None = None
    """None where nothing was searched before the model was asked."""


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """All that the end of a turn leaves."""

    state: TurnState
    at: datetime
    receipt: Receipt | None
    message: Message | None
    events: tuple[TurnEvent, ...]
    """The rest of its log, the terminal event last."""


@dataclass(frozen=True, slots=True)
class IndexedMessage:
    """A message with the terms that search over conversations finds it by."""

    message_id: MessageId
    terms: tuple[str, ...]
    """With repeats."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What a user's index of messages lacks."""

    messages: bool
    vectors: bool
    """Of messages that are found by their words already."""

    def __bool__(self) -> bool:
        return self.messages or self.vectors


@dataclass(frozen=True, slots=True)
class IndexHit:
    """A message that search over conversations found, with what its conversation says of it."""

    message: Message
    title: str
    bot_id: UUID | None
    score: float
    """0 to 1, best 1."""


class KeyReused(ParleyError):
    code = "idempotency_key_reused"
    kind = ErrorKind.CONFLICT

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The Idempotency-Key {key!r} was sent before with another message.",
            hint="Use a new key for each new message.",
        )


class ApprovalTimedOut(ParleyError):
    """Nobody decided about the call of a tool in time."""

    code = "approval_timed_out"
    kind = ErrorKind.CONFLICT

    def __init__(self, tools: Sequence[str]) -> None:
        super().__init__(
            f"The answer waited too long for leave to call {', '.join(tools)}.",
            hint="Ask again, and allow or deny the call while the answer waits.",
        )


class LeaseLost(Exception):
    """Another runner took the turn; this one must drop it without a trace. Never reaches a reader."""

    def __init__(self, turn_id: UUID) -> None:
        super().__init__(f"turn {turn_id}")
