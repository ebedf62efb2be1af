"""One turn from question to answer: retrieve, prompt, stream the model; nothing here writes."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from parley.core.bots.model import AgentType, Bot
from parley.core.chat.events import (
    EventBody,
    ReasoningPart,
    RetrievalFinished,
    TextPart,
    TurnRestarted,
    TurnStarted,
)
from parley.core.chat.model import Receipt, Turn
from parley.core.chat.prompt import build_request, citations_of, retrieval_query
from parley.core.conversations.model import Citation, Message
from parley.core.knowledge.model import CollectionId
from parley.core.knowledge.search import Search
from parley.core.llm.model import (
    AnswerBegins,
    Attempt,
    ChatRequest,
    Finish,
    FinishReason,
    ModelError,
    ReasoningDelta,
    RoutedEvent,
    TextDelta,
    TokenUsage,
)
from parley.core.llm.routing import ModelRouter
from parley.core.workspaces.model import WorkspaceScope

CHARS_PER_TOKEN = 4
"""For the estimate where a provider does not count."""


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    answer_chars: int = 400_000
    answer_s: float = 900.0
    """For the whole of it: a model that drips a word a minute would hold its place for days."""
    retrievals_at_once: int = 4
    """Fewer than the database has connections: a burst of turns waits here, where no wait makes it fail."""


@dataclass(frozen=True, slots=True)
class Question:
    """Everything a turn works from, read before it starts."""

    turn: Turn
    scope: WorkspaceScope
    bot: Bot
    history: tuple[Message, ...]
    """Earlier messages of the branch, oldest first."""
    message: Message


@dataclass(slots=True)
class Draft:
    """What a running turn has made so far; the runner keeps it when the turn is cut short."""

    text: list[str] = field(default_factory=list)
    length: int = 0
    """Characters that the model has written, its reasoning included."""
    citations: tuple[Citation, ...] = ()
    usage: TokenUsage | None = None
    finish_reason: FinishReason | None = None
    model: str = ""
    """`provider:model` of the one that answers, or is asked first."""
    attempts: list[Attempt] = field(default_factory=list)
    query: str = ""
    request: ChatRequest | None = None
    degraded: str = ""
    timings_ms: dict[str, int] = field(default_factory=dict)

    def begin_anew(self) -> None:
        """Drops what a model has written that another one answers in place of."""
        self.text.clear()
        self.length = 0
        self.usage = self.finish_reason = None

    def usage_so_far(self) -> TokenUsage:
        """As the provider counted, else characters / 4: a turn that was cut short is billed too."""
        if self.usage is not None:
            return self.usage
        prompt = () if self.request is None else self.request.messages
        read = sum(len(message.text) for message in prompt)
        return TokenUsage(read // CHARS_PER_TOKEN, self.length // CHARS_PER_TOKEN, estimated=True)

    def receipt(self, bot: Bot) -> Receipt:
        prompt = () if self.request is None else self.request.messages
        return Receipt(
            model=self.model,
            bot_version=bot.version,
            query=self.query,
            passages=self.citations,
            prompt=tuple((message.role, message.text) for message in prompt),
            usage=None if self.request is None else self.usage_so_far(),
            cost_micros=0 if self._is_free() else None,
            timings_ms=self.timings_ms,
            degraded=self.degraded,
            attempts=tuple(self.attempts),
        )

    def _is_free(self) -> bool:
        """What another model had written before this one took over is not free."""
        asked = (self.model, *(attempt.model for attempt in self.attempts))
        return all(model.startswith("extractive:") for model in asked)


class Answerer:
    """Makes the answer of one turn, as a stream of events."""

    def __init__(self, search: Search, models: ModelRouter, limits: AnswerLimits) -> None:
        self._search = search
        self._models = models
        self._limits = limits
        self._retrieving = asyncio.Semaphore(limits.retrievals_at_once)

    async def run(self, question: Question, draft: Draft) -> AsyncGenerator[list[EventBody], None]:
        """Yields events in the order readers see them, those of one network read together; fills `draft`.

        Raises ParleyError when no answer can be made. The caller writes the end of the turn.
        """
        began = time.perf_counter()
        bot = question.bot
        draft.model = bot.configuration.llm_model or self._models.default()
        yield [_started(question, draft)]
        if bot.configuration.agent_type is AgentType.RAG:
            yield [await self._retrieve(question, draft)]
            draft.timings_ms["retrieval"] = _since(began)
        draft.request = build_request(
            bot.configuration, question.history, question.message.text, draft.query, draft.citations
        )
        asked = time.perf_counter()
        names = (draft.model, *bot.configuration.fallbacks)
        async with aclosing(self._models.route(names, draft.request, draft.attempts.append)) as batches:
            async for batch in batches:
                if "first_event" not in draft.timings_ms:
                    draft.timings_ms["first_event"] = _since(asked)
                events = self._take(batch, question, draft)
                if events:
                    yield events
                if time.perf_counter() - asked > self._limits.answer_s:
                    raise ModelError(
                        f"The answer was not complete after {self._limits.answer_s:g} seconds.",
                        hint="Ask for something shorter.",
                    )
        draft.timings_ms["model"] = _since(asked)

    async def _retrieve(self, question: Question, draft: Draft) -> RetrievalFinished:
        configuration = question.bot.configuration
        draft.query = retrieval_query(question.history, question.message.text)
        async with self._retrieving:
            result = await self._search.run(
                question.scope,
                [CollectionId(collection) for collection in configuration.collections],
                draft.query,
                configuration.retriever_k,
            )
        draft.citations = citations_of(result)
        draft.degraded = result.degraded
        return RetrievalFinished(draft.citations, result.degraded)

    def _take(self, batch: Sequence[RoutedEvent], question: Question, draft: Draft) -> list[EventBody]:
        """Books a batch into the draft; neighbouring deltas of one network read become one event."""
        events: list[EventBody] = []
        for event in batch:
            match event:
                case AnswerBegins(model, because):
                    events += _begun(str(model), because, question, draft)
                case TextDelta(written):
                    text = _storable(written)
                    draft.text.append(text)
                    draft.length += len(text)
                    if events and isinstance(events[-1], TextPart):
                        events[-1] = TextPart(events[-1].text + text)
                    else:
                        events.append(TextPart(text))
                case ReasoningDelta(written):
                    text = _storable(written)
                    draft.length += len(text)
                    if events and isinstance(events[-1], ReasoningPart):
                        events[-1] = ReasoningPart(events[-1].text + text)
                    else:
                        events.append(ReasoningPart(text))
                case TokenUsage():
                    draft.usage = event
                case Finish(reason):
                    draft.finish_reason = reason
        if draft.length > self._limits.answer_chars:
            raise ModelError(
                f"The answer grew past {self._limits.answer_chars} characters.",
                hint="Ask for something shorter.",
            )
        return events


def _started(question: Question, draft: Draft) -> TurnStarted:
    return TurnStarted(question.turn.conversation_id, question.message.id, question.bot.id, draft.model)


def _begun(model: str, because: str, question: Question, draft: Draft) -> list[EventBody]:
    """What readers are told when another model answers than was said, or the answer begins again."""
    announced, draft.model = draft.model, model
    draft.begin_anew()
    if not because:
        return [] if model == announced else [_started(question, draft)]
    again: list[EventBody] = [TurnRestarted(because), _started(question, draft)]
    if question.bot.configuration.agent_type is AgentType.RAG:
        again.append(RetrievalFinished(draft.citations, draft.degraded))
    return again


def _storable(text: str) -> str:
    """Without NUL, which no text of the database may hold: the turn could never end."""
    return text.replace("\0", "")


def _since(moment: float) -> int:
    return round((time.perf_counter() - moment) * 1000)
