"""What a running turn has made so far; the runner keeps it when the turn is cut short."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import cast

from parley.core.bots.model import Bot
from parley.core.chat.model import (
    ModelCall,
    ModelReply,
    Progress,
    Receipt,
    Retrieved,
    Round,
    ToolStep,
)
from parley.core.chat.paying import CHARS_PER_TOKEN, Account
from parley.core.conversations.model import Citation
from parley.core.kernel.errors import as_sentence
from parley.core.llm.model import (
    Attempt,
    ChatMessage,
    ChatRequest,
    FinishReason,
    ReasoningDelta,
    TokenUsage,
    ToolCall,
)
from parley.core.usage.model import Purpose


@dataclass(slots=True)
class OpenCall:
    """A call of a model whose reply is still coming in."""

    purpose: Purpose
    request: ChatRequest
    model: str
    """`provider:model` of the one that answers, or is asked first."""
    began: float = field(default_factory=time.perf_counter)
    text: list[str] = field(default_factory=list)
    length: int = 0
    """Characters that the model has written, its reasoning included."""
    reasoning: list[ReasoningDelta] = field(default_factory=list)
    tool_calls: list[ToolCall] = field(default_factory=list)
    usage: TokenUsage | None = None
    finish_reason: FinishReason | None = None
    attempts: list[Attempt] = field(default_factory=list)
    seconds: float | None = None
    """None while it lasts."""

    def begin_anew(self) -> None:
        """Drops what a model has written that another one answers in place of."""
        self.text.clear()
        self.reasoning.clear()
        self.tool_calls.clear()
        self.length = 0
        self.usage = self.finish_reason = None

    def ended(self) -> ModelCall:
        """As it is now, whether or not the reply is complete."""
        reply = ModelReply(
            model=self.model,
            text="".join(self.text),
            reasoning=_joined(self.reasoning),
            tool_calls=tuple(self.tool_calls),
            finish_reason=self.finish_reason,
            usage=self.usage or self._estimate(),
            attempts=tuple(self.attempts),
            seconds=self.seconds if self.seconds is not None else time.perf_counter() - self.began,
        )
        return ModelCall(self.purpose, self.request, reply)

    def _estimate(self) -> TokenUsage:
        """Characters / 4: a turn that was cut short is billed too."""
        read = sum(len(message.text) for message in self.request.messages)
        return TokenUsage(read // CHARS_PER_TOKEN, self.length // CHARS_PER_TOKEN, estimated=True)


@dataclass(slots=True)
class Draft:
    """Filled while a turn runs: what it found, what each model said, what each tool did."""

    model: str = ""
    """`provider:model` of the one that answers, or is asked first."""
    retrieved: Retrieved | None = None
    citations: tuple[Citation, ...] = ()
    missing_tools: Mapping[str, str] = field(default_factory=dict)
    """By the name that the bot gives, each with why it cannot be used."""
    rounds: list[Round] = field(default_factory=list)
    calls: list[ModelCall] = field(default_factory=list)
    """Those before the last."""
    last_call: OpenCall | None = None
    """The one that is coming in, or that the answer ends with; None while tools run."""
    waits: bool = False
    """The last round holds calls that the user is to allow or deny."""
    timings_ms: dict[str, int] = field(default_factory=dict)
    account: Account = field(default_factory=Account)

    def restore(self, progress: Progress) -> None:
        """Takes over what was stored; who knows the prompts adds the calls of the rounds."""
        self.retrieved = progress.retrieved
        self.rounds = list(progress.rounds)
        self.account.uses += [use for each in progress.rounds for use in each.uses]
        if progress.retrieved is not None:
            self.citations = progress.retrieved.citations
        found = [cited for each in progress.rounds for step in each.steps for cited in step.citations]
        self.citations += tuple(sorted(found, key=lambda citation: citation.number))

    @property
    def degraded(self) -> str:
        """What the answer has to do without, in words for the reader; empty when nothing is missing."""
        search = "" if self.retrieved is None else self.retrieved.degraded
        tools = [f"{name} cannot be used: {as_sentence(why)}" for name, why in self.missing_tools.items()]
        return " ".join([*([search] if search else []), *tools])

    def highest_number(self) -> int | None:
        """Of the passages that the answer can cite; None where it was given none and searched for none."""
        if not self.citations:
            return None if self.retrieved is None else 0
        return max(citation.number for citation in self.citations)

    @property
    def finish_reason(self) -> FinishReason:
        """Of the reply that the answer ends with."""
        reason = None if self.last_call is None else self.last_call.finish_reason
        return FinishReason.STOP if reason is None or reason is FinishReason.TOOL_CALLS else reason

    @property
    def text(self) -> str:
        """The answer so far: what the model wrote before it called tools is part of it."""
        texts = [each.reply.text for each in self.rounds]
        if self.last_call is not None:
            texts.append("".join(self.last_call.text))
        return "\n\n".join(text for text in texts if text)

    @property
    def length(self) -> int:
        """Characters written so far, reasoning and arguments included."""
        written = sum(_length(each.reply) for each in self.rounds)
        return written + (0 if self.last_call is None else self.last_call.length)

    @property
    def has_text_before(self) -> bool:
        """Whether an earlier round has text that what comes now is set apart from."""
        return any(each.reply.text for each in self.rounds)

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return tuple(attempt for call in self.all_calls() for attempt in call.reply.attempts)

    def all_calls(self) -> tuple[ModelCall, ...]:
        """Ended or not, in order."""
        return (*self.calls, *(() if self.last_call is None else (self.last_call.ended(),)))

    def add_round(self, steps: tuple[ToolStep, ...]) -> Round:
        """The last call has ended in these calls of tools."""
        call = cast(OpenCall, self.last_call).ended()
        self.last_call = None
        self.calls.append(call)
        uses = self.account.uses[sum(len(each.uses) for each in self.rounds) :]
        self.rounds.append(Round(len(self.rounds) + 1, call.reply, steps, tuple(uses)))
        return self.rounds[-1]

    def usage_so_far(self) -> TokenUsage:
        """Of all calls, as the providers counted, else characters / 4."""
        if self.account.cached:
            return TokenUsage(0, 0)
        used = [call.reply.usage for call in self.all_calls()]
        return TokenUsage(
            sum(usage.input_tokens for usage in used),
            sum(usage.output_tokens for usage in used),
            estimated=any(usage.estimated for usage in used),
        )

    def receipt(self, bot: Bot) -> Receipt:
        calls = self.all_calls()
        return Receipt(
            model=self.model,
            bot_version=bot.version,
            query="" if self.retrieved is None else self.retrieved.query,
            passages=self.citations,
            usage=self.usage_so_far() if calls else None,
            cost_micros=self.account.cost_micros,
            timings_ms=self.timings_ms,
            degraded=self.degraded,
            attempts=self.attempts,
            model_calls=calls,
            tool_steps=tuple(step for each in self.rounds for step in each.steps),
            uses=tuple(self.account.uses),
            cached=self.account.cached,
            ranking=None if self.retrieved is None else self.retrieved.ranking,
        )


def told(rounds: Sequence[Round]) -> tuple[ChatMessage, ...]:
    """Rounds as the model is told of them: its own words and calls, then the result of each call."""
    messages: list[ChatMessage] = []
    for each in rounds:
        reply = each.reply
        messages.append(
            ChatMessage("assistant", reply.text, tool_calls=reply.tool_calls, reasoning=reply.reasoning)
        )
        messages.extend(ChatMessage("tool", step.output, tool_call_id=step.call.id) for step in each.steps)
    return tuple(messages)


def _joined(thoughts: Sequence[ReasoningDelta]) -> tuple[ReasoningDelta, ...]:
    """Neighbours as one, except where a provider has signed a piece."""
    joined: list[ReasoningDelta] = []
    for signature, pieces in groupby(thoughts, key=lambda piece: piece.signature):
        if signature:
            joined.extend(pieces)
        else:
            joined.append(ReasoningDelta("".join(piece.text for piece in pieces)))
    return tuple(joined)


def _length(reply: ModelReply) -> int:
    thought = sum(len(piece.text) for piece in reply.reasoning)
    return len(reply.text) + thought + sum(len(call.arguments) for call in reply.tool_calls)
