"""Time that passes only when somebody sleeps, and a route to ask."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from parley.core.llm.model import (
    AnswerBegins,
    Attempt,
    ChatMessage,
    ChatRequest,
    RoutedEvent,
    StreamEvent,
    TextDelta,
)
from parley.core.llm.ports import ChatModel
from parley.core.llm.routing import ModelRouter, RoutePolicy
from parley.testing.models import ScriptedCatalogue, ScriptedModel

REQUEST = ChatRequest((ChatMessage("user", "Why?"),), temperature=0)


class HangingModel(ScriptedModel):
    """Takes the request and never says a word."""

    def __init__(self, name: str) -> None:
        super().__init__([], name=name)
        self.asked = asyncio.Event()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        self.asked.set()
        try:
            await asyncio.Event().wait()
            yield []
        finally:
            self.closed.set()


class FakeTimer:
    """Implements `Timer`."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Asked:
    """A router over scripted models, and what came of asking it."""

    router: ModelRouter
    timer: FakeTimer
    names: tuple[str, ...]
    events: list[RoutedEvent] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def text(self) -> str:
        """As a reader has it at the end."""
        text = ""
        for event in self.events:
            match event:
                case AnswerBegins():
                    text = ""
                case TextDelta(more):
                    text += more
                case _:
                    pass
        return text

    @property
    def beginnings(self) -> list[AnswerBegins]:
        return [event for event in self.events if isinstance(event, AnswerBegins)]

    @property
    def tried(self) -> list[tuple[str, str | None]]:
        return [(attempt.model, attempt.error) for attempt in self.attempts]

    def stream(self, request: ChatRequest = REQUEST) -> AsyncGenerator[list[RoutedEvent], None]:
        return self.router.route(self.names, request, self.attempts.append)

    async def ask(self, request: ChatRequest = REQUEST) -> "Asked":
        self.events.clear()
        self.attempts.clear()
        async for batch in self.stream(request):
            self.events.extend(batch)
        return self


def routed(*models: ChatModel, policy: RoutePolicy | None = None, names: Sequence[str] = ()) -> Asked:
    """A route over `models` in their order, or over `names`."""
    timer = FakeTimer()
    router = ModelRouter(ScriptedCatalogue(*models), policy or RoutePolicy(), timer)
    return Asked(router, timer, tuple(names) or tuple(str(model.name) for model in models))
