"""Routes of receipts: what made an answer, and the same turn run again."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from parley.core.chat.calling import arguments_of
from parley.core.chat.differences import Outcome, PassageChange, PassageFate, Replayed
from parley.core.chat.model import ModelCall, ModelReply, Ranking, ToolStep
from parley.core.chat.receipts import ShownReceipt
from parley.core.conversations.model import Citation, TurnId
from parley.core.llm.model import Attempt, ChatMessage, ReasoningDelta, TokenUsage, ToolCall
from parley.core.usage.model import Purpose, Use
from parley.web.api.fields import Body
from parley.web.api.messages import CitationReply
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(tags=["chat"])


class PassageReply(CitationReply):
    withheld: bool = Field(
        description="Its document was removed, or is not yours to read: its text is nowhere in the receipt."
    )

    @classmethod
    def shown(cls, citation: Citation, withheld: frozenset[UUID]) -> "PassageReply":
        return cls(**CitationReply.of(citation).model_dump(), withheld=citation.document_id in withheld)


class UsageReply(BaseModel):
    input_tokens: int
    output_tokens: int
    estimated: bool = Field(description="The provider did not count.")
    cached_tokens: int = Field(description="Of the input: what the provider had read before.")

    @classmethod
    def of(cls, usage: TokenUsage) -> "UsageReply":
        return cls(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            estimated=usage.estimated,
            cached_tokens=usage.cached_tokens,
        )


class ToolCallReply(BaseModel):
    id: str
    name: str
    arguments: str = Field(description="As the model wrote them.")

    @classmethod
    def of(cls, call: ToolCall) -> "ToolCallReply":
        return cls(id=call.id, name=call.name, arguments=call.arguments)


class PromptMessageReply(BaseModel):
    role: str
    text: str
    images: list[str] = Field(description="Their media types; the images themselves are not kept.")
    tool_calls: list[ToolCallReply]
    tool_call_id: str | None

    @classmethod
    def of(cls, message: ChatMessage) -> "PromptMessageReply":
        return cls(
            role=message.role,
            text=message.text,
            images=[image.media_type for image in message.images],
            tool_calls=[ToolCallReply.of(call) for call in message.tool_calls],
            tool_call_id=message.tool_call_id or None,
        )


class AttemptReply(BaseModel):
    """One request to one provider."""

    model: str
    error: str | None = Field(description="The code of what ended it; null when it answered.")
    detail: str
    seconds: float

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptReply":
        return cls(
            model=attempt.model, error=attempt.error, detail=attempt.detail, seconds=round(attempt.seconds, 3)
        )


class ModelReplyReply(BaseModel):
    """What a model said."""

    text: str
    reasoning: str
    tool_calls: list[ToolCallReply]
    finish_reason: str | None = Field(description="Null when it was cut short.")

    @classmethod
    def of(cls, reply: ModelReply) -> "ModelReplyReply":
        return cls(
            text=reply.text,
            reasoning=_thought(reply.reasoning),
            tool_calls=[ToolCallReply.of(call) for call in reply.tool_calls],
            finish_reason=None if reply.finish_reason is None else reply.finish_reason.value,
        )


class ModelCallReply(BaseModel):
    """One question to a model: exactly what it was asked, and what it said."""

    purpose: Purpose
    model: str
    messages: list[PromptMessageReply]
    tools: list[str] = Field(description="Names of the tools that it might call.")
    temperature: float
    reply: ModelReplyReply
    usage: UsageReply
    attempts: list[AttemptReply]
    seconds: float

    @classmethod
    def of(cls, call: ModelCall) -> "ModelCallReply":
        return cls(
            purpose=call.purpose,
            model=call.reply.model,
            messages=[PromptMessageReply.of(message) for message in call.request.messages],
            tools=[tool.name for tool in call.request.tools],
            temperature=call.request.temperature,
            reply=ModelReplyReply.of(call.reply),
            usage=UsageReply.of(call.reply.usage),
            attempts=[AttemptReply.of(attempt) for attempt in call.reply.attempts],
            seconds=round(call.reply.seconds, 3),
        )


class ToolStepReply(BaseModel):
    """One call of a tool, with its input and result."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    changes_things: bool
    approved: bool | None = Field(description="What you said; null where nobody had to be asked.")
    state: str = Field(examples=["done"])
    output: str
    duration_ms: int

    @classmethod
    def of(cls, step: ToolStep) -> "ToolStepReply":
        return cls(
            call_id=step.call_id,
            name=step.call.name,
            arguments=dict(arguments_of(step.call)),
            changes_things=step.changes_things,
            approved=step.approved,
            state=step.state.value,
            output=step.output,
            duration_ms=step.duration_ms,
        )


class UseReply(BaseModel):
    """What one call was billed, also of a model that broke off."""

    model: str
    purpose: Purpose
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_micros: int | None = Field(description="Null when the model's price is not known.")
    estimated: bool

    @classmethod
    def of(cls, use: Use) -> "UseReply":
        return cls(
            model=use.model,
            purpose=use.purpose,
            input_tokens=use.tokens.input,
            output_tokens=use.tokens.output,
            cached_tokens=use.tokens.cached,
            cost_micros=use.cost_micros,
            estimated=use.estimated,
        )


class RankedChunkReply(BaseModel):
    """A chunk that the search found, with every score that placed it."""

    document_id: UUID
    chunk: int = Field(description="Its place in the document, from 0.")
    score: float = Field(description="0 to 1, best 1: of everything together.")
    bm25: float | None = Field(description="Null when the words did not find it.")
    bm25_rank: int | None
    cosine: float | None = Field(description="Null when the meaning did not find it.")
    cosine_rank: int | None
    closeness: float | None = Field(description="-1 to 1, token by token; null when it was not looked at.")
    relevance: float | None = Field(description="As a reranker judged it; null when none did.")
    passage: int | None = Field(
        description="Number of the passage that shows it; null when the budget of tokens had no room for it."
    )


class RankingReply(BaseModel):
    """How the passages were chosen."""

    dense_weight: float = Field(description="What meaning counted beside words, 0 to 1.")
    reranker: str = Field(description="`provider:model`; empty when none had the last word.")
    token_budget: int = Field(description="Most tokens of all passages together.")
    chunks: list[RankedChunkReply] = Field(description="Best first, also those that no passage shows.")

    @classmethod
    def of(cls, ranking: Ranking) -> "RankingReply":
        return cls(
            dense_weight=ranking.dense_weight,
            reranker=ranking.reranker,
            token_budget=ranking.token_budget,
            chunks=[RankedChunkReply(**asdict(chunk)) for chunk in ranking.chunks],
        )


class ReceiptReply(BaseModel):
    """What made an answer."""

    turn_id: UUID
    conversation_id: UUID
    bot_id: UUID
    bot_version: int
    state: str = Field(examples=["done"])
    answer: str
    model: str
    cached: bool = Field(description="The answer had been given before, to the same prompt.")
    query: str = Field(
        description="What was searched for: a follow-up question in words that stand alone. Empty where"
        " nothing was."
    )
    degraded: str = Field(description="What was missing from the search, in words.")
    passages: list[PassageReply]
    ranking: RankingReply | None = Field(description="Null when nothing was searched first.")
    model_calls: list[ModelCallReply]
    tool_calls: list[ToolStepReply]
    uses: list[UseReply]
    usage: UsageReply | None
    cost_micros: int | None = Field(description="Micros of USD; null when a price is not known.")
    guardrails: list[str] = Field(description="None is there yet.")
    timings_ms: dict[str, int]
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, shown: ShownReceipt) -> "ReceiptReply":
        turn, receipt = shown.turn, shown.receipt
        return cls(
            turn_id=turn.id,
            conversation_id=turn.conversation_id,
            bot_id=turn.bot_id,
            bot_version=receipt.bot_version,
            state=turn.state.value,
            answer="" if shown.answer is None else shown.answer.text,
            model=receipt.model,
            cached=receipt.cached,
            query=receipt.query,
            degraded=receipt.degraded,
            passages=[PassageReply.shown(passage, shown.withheld) for passage in receipt.passages],
            ranking=None if receipt.ranking is None else RankingReply.of(receipt.ranking),
            model_calls=[ModelCallReply.of(call) for call in receipt.model_calls],
            tool_calls=[ToolStepReply.of(step) for step in receipt.tool_steps],
            uses=[UseReply.of(use) for use in receipt.uses],
            usage=None if receipt.usage is None else UsageReply.of(receipt.usage),
            cost_micros=receipt.cost_micros,
            guardrails=[],
            timings_ms=receipt.timings_ms,
            created_at=turn.created_at,
            finished_at=turn.finished_at,
        )


def _thought(pieces: tuple[ReasoningDelta, ...]) -> str:
    return "".join(piece.text for piece in pieces)


@router.get("/turns/{turn_id}/receipt", response_model=ReceiptReply, summary="Read what made an answer")
async def get_receipt(turn_id: UUID, app: ServicesDep, caller: CallerDep) -> ReceiptReply:
    """Of your own turn; admins of the workspace read everyone's, which the audit log records. Passages of
    documents that were removed, or that you may not read, are withheld."""
    return ReceiptReply.of(await app.use.read_receipt.run(caller, TurnId(turn_id)))


class ReplayBody(Body):
    live: bool = Field(
        default=False,
        description="Ask the real model, which costs; else the recorded replies stand in for it.",
    )


class PassageChangeReply(BaseModel):
    fate: PassageFate = Field(description="What became of it since.")
    document_id: UUID
    document_name: str
    chunk: int
    number_before: int | None
    number_after: int | None
    score_before: float | None
    score_after: float | None

    @classmethod
    def of(cls, change: PassageChange) -> "PassageChangeReply":
        return cls(**asdict(change))


class OutcomeReply(BaseModel):
    answer: str
    model: str
    cost_micros: int | None
    timings_ms: dict[str, int]

    @classmethod
    def of(cls, outcome: Outcome) -> "OutcomeReply":
        return cls(**asdict(outcome))


class ReplayReply(BaseModel):
    """A turn as it was answered, and as it would be answered now."""

    same: bool = Field(description="Passages, prompt and answer are what they were.")
    live: bool
    error: str = Field(description="Why the repetition did not come to its end; empty when it did.")
    before: OutcomeReply
    after: OutcomeReply
    passages: list[PassageChangeReply] = Field(description="Those of now in order, then those that are gone.")
    prompt_diff: str = Field(description="Unified; empty when the models were asked the same.")

    @classmethod
    def of(cls, replayed: Replayed) -> "ReplayReply":
        return cls(
            same=replayed.same,
            live=replayed.live,
            error=replayed.error,
            before=OutcomeReply.of(replayed.before),
            after=OutcomeReply.of(replayed.after),
            passages=[PassageChangeReply.of(change) for change in replayed.passages],
            prompt_diff=replayed.prompt_diff,
        )


@router.post("/turns/{turn_id}/replay", response_model=ReplayReply, summary="Run a turn again")
async def replay(
    turn_id: UUID, app: ServicesDep, caller: CallerDep, body: ReplayBody = ReplayBody()
) -> ReplayReply:
    """Runs your own turn again, of the bot's version that answered, over the documents of now, and shows
    what differs. No tool is called, and nothing of it is stored but what `live` costs."""
    return ReplayReply.of(await app.use.replay.run(caller, TurnId(turn_id), live=body.live))
