"""Gives the answer to a prompt again that was given before, where the bot asks for it."""

import hashlib
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal, Protocol

from parley.core.bots.model import Bot, BotId
from parley.core.chat.paying import Account, Models
from parley.core.kernel.clock import Clock
from parley.core.kernel.telemetry import Metrics
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.llm.model import (
    AnswerBegins,
    Attempt,
    ChatRequest,
    Finish,
    FinishReason,
    ModelName,
    ReasoningDelta,
    RoutedEvent,
    TextDelta,
    TokenUsage,
    ToolCall,
)
from parley.core.usage.model import Purpose, Use

LONGEST_KEPT_CHARS = 100_000
_WHOLE = frozenset({FinishReason.STOP, FinishReason.NOT_IN_DOCUMENTS})


@dataclass(frozen=True, slots=True)
class CachedPart:
    kind: Literal["text", "reasoning"]
    text: str


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """What a model said, without a word on what it was asked."""

    model: str
    """`provider:model`."""
    parts: tuple[CachedPart, ...]
    finish_reason: FinishReason


class AnswerCache(Protocol):
    """Of the transaction's workspace; the oldest make room for new ones."""

    async def get(self, tx: Transaction, key: bytes, at: datetime) -> CachedAnswer | None:
        """None when there is none, or it is no longer good."""
        ...

    async def put(
        self, tx: Transaction, key: bytes, bot_id: BotId, answer: CachedAnswer, at: datetime, until: datetime
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """Where answers are kept."""

    transactions: Transactions
    cache: AnswerCache
    clock: Clock
    metrics: Metrics


class CachedModels:
    """Implements `Models` for one turn of a bot that has its answers kept.

    Whose passages differ has another prompt: nobody is given an answer from what they may not read.
    """

    def __init__(self, models: Models, kept: KeptAnswers, bot: Bot, keep_s: int) -> None:
        self._models = models
        self._kept = kept
        self._bot = bot
        self._keep = timedelta(seconds=keep_s)

    def default(self) -> str:
        return self._models.default()

    def price(self, model: str, usage: TokenUsage, purpose: Purpose) -> Use:
        return self._models.price(model, usage, purpose)

    async def route(
        self,
        names: Sequence[str],
        request: ChatRequest,
        on_attempt: Callable[[Attempt], None],
        account: Account,
        purpose: Purpose = Purpose.ANSWER,
    ) -> AsyncGenerator[list[RoutedEvent], None]:
        said: _Said | None = None
        key = b""
        if purpose is Purpose.ANSWER and _is_stable(request):
            key = _key(self._bot, names, request)
            found = await self._find(key)
            if found is not None:
                account.cached = True
                yield _again(found)
                return
            said = _Said()
        async with aclosing(self._models.route(names, request, on_attempt, account, purpose)) as batches:
            async for batch in batches:
                if said is not None:
                    said.take(batch)
                yield batch
        answer = None if said is None else said.answer()
        if answer is not None:
            await self._keep_answer(key, answer)

    async def _find(self, key: bytes) -> CachedAnswer | None:
        kept = self._kept
        async with kept.transactions.begin_platform(self._bot.workspace_id) as tx:
            found = await kept.cache.get(tx, key, kept.clock.now())
        kept.metrics.count("parley_cache", cache="answers", outcome="miss" if found is None else "hit")
        return found

    async def _keep_answer(self, key: bytes, answer: CachedAnswer) -> None:
        kept, now = self._kept, self._kept.clock.now()
        async with kept.transactions.begin_platform(self._bot.workspace_id) as tx:
            await kept.cache.put(tx, key, self._bot.id, answer, now, now + self._keep)


class _Said:
    """What the model that answers has said so far."""

    def __init__(self) -> None:
        self._begin("")

    def _begin(self, model: str) -> None:
        self._model = model
        self._parts: list[CachedPart] = []
        self._finish: FinishReason | None = None
        self._called_tools = False

    def take(self, batch: Sequence[RoutedEvent]) -> None:
        for event in batch:
            match event:
                case AnswerBegins(model):
                    self._begin(str(model))
                case TextDelta(text):
                    self._parts.append(CachedPart("text", text))
                case ReasoningDelta(text):
                    self._parts.append(CachedPart("reasoning", text))
                case ToolCall():
                    self._called_tools = True
                case Finish(reason):
                    self._finish = reason
                case TokenUsage():
                    pass  # it costs nothing the next time

    def answer(self) -> CachedAnswer | None:
        """None when it is not whole, or too long to be kept."""
        if self._finish not in _WHOLE or self._called_tools:
            return None
        if sum(len(part.text) for part in self._parts) > LONGEST_KEPT_CHARS:
            return None
        parts = (
            CachedPart(kind, "".join(part.text for part in pieces))
            for kind, pieces in groupby(self._parts, key=lambda part: part.kind)
        )
        return CachedAnswer(self._model, tuple(parts), self._finish)


def _is_stable(request: ChatRequest) -> bool:
    """No tool has a say in the answer, and no image."""
    return not request.tools and not any(
        message.images or message.role == "tool" for message in request.messages
    )


def _key(bot: Bot, names: Sequence[str], request: ChatRequest) -> bytes:
    """All that decides the answer; the prompt holds the text of every passage."""
    asked = {
        "bot": [str(bot.id), bot.version],
        "models": list(names),
        "messages": [[message.role, message.text] for message in request.messages],
        "passages": [[passage.number, passage.title, passage.text] for passage in request.passages],
        "query": request.query,
        "options": [request.temperature, request.top_p, request.max_output_tokens, request.reasoning_effort],
        "stop": list(request.stop),
        "format": None if request.response_format is None else asdict(request.response_format),
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).digest()


def _again(answer: CachedAnswer) -> list[RoutedEvent]:
    said: list[RoutedEvent] = [AnswerBegins(ModelName.parse(answer.model))]
    said += [
        TextDelta(part.text) if part.kind == "text" else ReasoningDelta(part.text) for part in answer.parts
    ]
    return [*said, TokenUsage(0, 0), Finish(answer.finish_reason)]
