"""One turn from question to answer: retrieve, prompt, stream the model; nothing here writes."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from parley.core.bots.model import AgentType, Bot
from parley.core.chat.events import EventBody, ReasoningPart, RetrievalFinished, TextPart, TurnStarted
from parley.core.chat.model import Receipt, Turn
from parley.core.chat.prompt import build_request, citations_of, retrieval_query
from parley.core.conversations.model import Citation, Message
from parley.core.knowledge.model import CollectionId
from parley.core.knowledge.search import Search
from parley.core.llm.model import (
    ChatRequest,
    Finish,
    FinishReason,
    ModelError,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    TokenUsage,
)
from parley.core.llm.ports import ChatModel, ModelCatalogue
from parley.core.workspaces.model import WorkspaceScope

CHARS_PER_TOKEN = 4
"""For the estimate where a provider does not count."""


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    first_event_s: float = 60.0
    next_event_s: float = 60.0
    answer_chars: int = 400_000


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
    """Characters of `text`."""
    citations: tuple[Citation, ...] = ()
    usage: TokenUsage | None = None
    finish_reason: FinishReason | None = None
    model: str = ""
    query: str = ""
    request: ChatRequest | None = None
    degraded: str = ""
    timings_ms: dict[str, int] = field(default_factory=dict)

    def receipt(self, bot: Bot) -> Receipt:
        prompt = () if self.request is None else self.request.messages
        return Receipt(
            model=self.model,
            bot_version=bot.version,
            query=self.query,
            passages=self.citations,
            prompt=tuple((message.role, message.text) for message in prompt),
            usage=self.usage,
            cost_micros=0 if self.model.startswith("extractive:") else None,
            timings_ms=self.timings_ms,
            degraded=self.degraded,
        )


class Answerer:
    """Makes the answer of one turn, as a stream of events."""

    def __init__(self, search: Search, models: ModelCatalogue, limits: AnswerLimits) -> None:
        self._search = search
        self._models = models
        self._limits = limits

    async def run(self, question: Question, draft: Draft) -> AsyncGenerator[list[EventBody], None]:
        """Yields events in the order readers see them, those of one network read together; fills `draft`.

        Raises ParleyError when no answer can be made. The caller writes the end of the turn.
        """
        began = time.perf_counter()
        bot = question.bot
        model = self._models.resolve(bot.configuration.llm_model or self._models.default())
        draft.model = str(model.name)
        yield [TurnStarted(question.turn.conversation_id, question.message.id, bot.id, draft.model)]
        if bot.configuration.agent_type is AgentType.RAG:
            yield [await self._retrieve(question, draft)]
            draft.timings_ms["retrieval"] = _since(began)
        draft.request = build_request(
            bot.configuration, question.history, question.message.text, draft.query, draft.citations
        )
        asked = time.perf_counter()
        async with aclosing(self._stream(model, draft.request)) as batches:
            async for batch in batches:
                if "first_event" not in draft.timings_ms:
                    draft.timings_ms["first_event"] = _since(asked)
                events = self._take(batch, draft)
                if events:
                    yield events
        draft.timings_ms["model"] = _since(asked)
        if draft.usage is None:
            draft.usage = estimated_usage(draft)

    async def _retrieve(self, question: Question, draft: Draft) -> RetrievalFinished:
        configuration = question.bot.configuration
        draft.query = retrieval_query(question.history, question.message.text)
        result = await self._search.run(
            question.scope,
            [CollectionId(collection) for collection in configuration.collections],
            draft.query,
            configuration.retriever_k,
        )
        draft.citations = citations_of(result)
        draft.degraded = result.degraded
        return RetrievalFinished(draft.citations, result.degraded)

    async def _stream(
        self, model: ChatModel, request: ChatRequest
    ) -> AsyncGenerator[list[StreamEvent], None]:
        """The model's batches under deadlines; a timer runs only while waiting, never across a yield."""
        async with aclosing(model.stream(request)) as batches:
            deadline_s = self._limits.first_event_s
            while True:
                try:
                    async with asyncio.timeout(deadline_s):
                        batch = await anext(batches)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    raise ModelError(
                        f"The model {model.name} sent nothing for {deadline_s:g} seconds.",
                        hint="Ask again, or choose another model for this bot.",
                        retryable=True,
                    ) from None
                yield batch
                deadline_s = self._limits.next_event_s

    def _take(self, batch: Sequence[StreamEvent], draft: Draft) -> list[EventBody]:
        """Books a batch into the draft; neighbouring deltas of one network read become one event."""
        events: list[EventBody] = []
        for event in batch:
            match event:
                case TextDelta(text):
                    draft.text.append(text)
                    draft.length += len(text)
                    if events and isinstance(events[-1], TextPart):
                        events[-1] = TextPart(events[-1].text + text)
                    else:
                        events.append(TextPart(text))
                case ReasoningDelta(text):
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


def estimated_usage(draft: Draft) -> TokenUsage:
    """Characters / 4, for providers that do not count."""
    prompt = () if draft.request is None else draft.request.messages
    read = sum(len(message.text) for message in prompt)
    return TokenUsage(read // CHARS_PER_TOKEN, draft.length // CHARS_PER_TOKEN, estimated=True)


def _since(moment: float) -> int:
    return round((time.perf_counter() - moment) * 1000)
