"""Asks a model through the router and turns its stream into events, booking all of it into the draft."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from parley.core.chat.draft import Draft, OpenCall
from parley.core.chat.events import EventBody, ReasoningPart, TextPart
from parley.core.chat.markers import Markers
from parley.core.chat.paying import Models
from parley.core.llm.model import (
    AnswerBegins,
    ChatRequest,
    Finish,
    ModelError,
    ReasoningDelta,
    RoutedEvent,
    TextDelta,
    TokenUsage,
    ToolCall,
)
from parley.core.usage.model import Purpose


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    answer_chars: int = 400_000
    answer_s: float = 900.0
    """For the whole of it: a model that drips a word a minute would hold its place for days."""
    retrievals_at_once: int = 4
    """Fewer than the database has connections: a burst of turns waits here, where no wait makes it fail."""


LONGEST_TOOL_NAME = 200
"""A model may make up any."""

Begun = Callable[[str, str], list[EventBody]]
"""What readers are told when `model` answers in place of the one announced, and why if it begins anew."""


class Asker:
    """One for a turn: its deadline and its limit of characters are those of the whole answer."""

    def __init__(self, models: Models, limits: AnswerLimits, draft: Draft, begun: Begun) -> None:
        self._models = models
        self._limits = limits
        self._draft = draft
        self._begun = begun
        self._markers = Markers(draft.highest_number)
        self._began = time.perf_counter()

    async def ask(self, names: Sequence[str], request: ChatRequest) -> AsyncGenerator[list[EventBody], None]:
        """Leaves the whole reply in `draft.last_call`. Raises ParleyError when no model answers."""
        draft = self._draft
        call = draft.last_call = OpenCall(Purpose.ANSWER, request, names[0])
        routed = self._models.route(names, request, call.attempts.append, draft.account)
        async with aclosing(routed) as batches:
            async for batch in batches:
                if "first_event" not in draft.timings_ms:
                    draft.timings_ms["first_event"] = since(call.began)
                events = self._take(batch, call)
                if events:
                    yield events
                self.check_time()
        rest: list[EventBody] = []
        self._take_text(self._markers.finish(), call, rest)
        if rest:
            yield rest
        call.seconds = time.perf_counter() - call.began
        draft.timings_ms["model"] = draft.timings_ms.get("model", 0) + since(call.began)

    def check_time(self) -> None:
        """Raises ModelError once the whole answer takes too long."""
        if time.perf_counter() - self._began > self._limits.answer_s:
            raise ModelError(
                f"The answer was not complete after {self._limits.answer_s:g} seconds.",
                hint="Ask for something shorter.",
            )

    def _take(self, batch: Sequence[RoutedEvent], call: OpenCall) -> list[EventBody]:
        """Books a batch; neighbouring deltas of one network read become one event."""
        events: list[EventBody] = []
        for event in batch:
            match event:
                case AnswerBegins(model, because):
                    call.begin_anew()
                    self._markers = Markers(self._draft.highest_number)
                    call.model = str(model)
                    events += self._begun(call.model, because)
                case TextDelta(written):
                    self._take_text(self._markers.feed(storable(written)), call, events)
                case ReasoningDelta():
                    _take_reasoning(event, call, events)
                case ToolCall():
                    call.tool_calls.append(_storable_call(event))
                    call.length += len(event.arguments)
                case TokenUsage():
                    call.usage = event
                case Finish(reason):
                    call.finish_reason = reason
        if self._draft.length > self._limits.answer_chars:
            raise ModelError(
                f"The answer grew past {self._limits.answer_chars} characters.",
                hint="Ask for something shorter.",
            )
        return events

    def _take_text(self, text: str, call: OpenCall, events: list[EventBody]) -> None:
        if not text:
            return
        # What was written before tools were called is a paragraph of its own.
        gap = "\n\n" if not call.text and self._draft.has_text_before else ""
        call.text.append(text)
        call.length += len(text)
        if events and isinstance(events[-1], TextPart):
            events[-1] = TextPart(events[-1].text + gap + text)
        else:
            events.append(TextPart(gap + text))


def _take_reasoning(thought: ReasoningDelta, call: OpenCall, events: list[EventBody]) -> None:
    text = storable(thought.text)
    call.length += len(text)
    call.reasoning.append(ReasoningDelta(text, thought.signature))
    if not text:
        return  # the provider's signature alone
    if events and isinstance(events[-1], ReasoningPart):
        events[-1] = ReasoningPart(events[-1].text + text)
    else:
        events.append(ReasoningPart(text))


def _storable_call(call: ToolCall) -> ToolCall:
    name = encodable(call.name)[:LONGEST_TOOL_NAME]
    return replace(call, id=encodable(call.id), name=name, arguments=encodable(call.arguments))


def encodable(text: str) -> str:
    """Storable, and without the halves of surrogate pairs that no text can be encoded with: JSON of models
    and tools may hold both."""
    return storable(text).encode("utf-8", "replace").decode()


def storable(text: str) -> str:
    """Without NUL, which no text of the database may hold: the turn could never end."""
    return text.replace("\0", "")


def since(moment: float) -> int:
    """Milliseconds."""
    return round((time.perf_counter() - moment) * 1000)
