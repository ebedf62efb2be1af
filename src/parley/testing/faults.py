"""What a reader gets of each fault of a model server: an answer of the fallback, or a clear failure."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parley.core.kernel.errors import ParleyError
from parley.core.llm.model import AnswerBegins, Attempt, ChatMessage, ChatRequest, Finish, TextDelta
from parley.core.llm.ports import ChatModel
from parley.core.llm.routing import ModelRouter, RoutePolicy, SystemTimer
from parley.testing.models import ScriptedCatalogue
from parley.testing.upstream.process import Upstream
from parley.testing.upstream.scripts import numbers

ANSWERS = "numbers-5"
WHOLE_ANSWER = "".join(numbers(5))
NOBODY = "http://127.0.0.1:1"
"""Where nothing listens."""
FAULTS = {
    "429": "fault-429-60s",
    "500": "fault-500",
    "silence": "fault-silent",
    "hang": "fault-hang",
    "drop": "fault-drop",
    "clean truncation": "fault-truncated",
    "error in the stream": "fault-overloaded",
    "garbage": "fault-garbage",
    "refused connection": ANSWERS,
}
MIDWAY = frozenset({"hang", "drop", "clean truncation", "error in the stream"})
"""Faults after words that a reader has seen."""
POLICY = RoutePolicy(first_event_s=1.5, next_event_s=1.5, tries=2, retry_pause_s=0.01, longest_pause_s=0.1)
NEVER_S = 20.0
"""Whoever has heard nothing until then was left in silence."""

MakeModel = Callable[[str, str, str], ChatModel]
"""A provider's adapter, given the provider, the name of a model, and the address of its server."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one request ended."""

    text: str
    """What stands at the end: void is what came before another model began."""
    complete: bool
    error: str
    """The code of the failure; empty where there is an answer."""
    hint: str
    restarts: int
    """How often the reader was told that what they saw is void."""
    attempts: tuple[Attempt, ...]
    seconds: float

    @property
    def whole(self) -> bool:
        return self.complete and self.text == WHOLE_ANSWER

    @property
    def failed_clearly(self) -> bool:
        """Something is said, and something to do about it."""
        return bool(self.error and self.hint) and not self.complete


async def ask_through(
    make: MakeModel, upstream: Upstream, provider: str, fault: str, *, fallback: str | None
) -> Outcome:
    """Asks a provider that has this fault, with another provider as its fallback or alone.

    Raises TimeoutError when nothing is heard for NEVER_S.
    """
    faulty = make(
        provider, FAULTS[fault], NOBODY if fault == "refused connection" else upstream.url(provider)
    )
    models = [faulty] if fallback is None else [faulty, make(fallback, ANSWERS, upstream.url(fallback))]
    router = ModelRouter(ScriptedCatalogue(*models), POLICY, SystemTimer())
    return await _outcome(router, [str(model.name) for model in models])


async def _outcome(router: ModelRouter, names: Sequence[str]) -> Outcome:
    request = ChatRequest((ChatMessage("user", "Count."),), temperature=0.3)
    text, complete, restarts, error, hint = "", False, 0, "", ""
    attempts: list[Attempt] = []
    began = time.monotonic()
    try:
        async with asyncio.timeout(NEVER_S):
            async for batch in router.route(names, request, attempts.append):
                for event in batch:
                    match event:
                        case AnswerBegins(_, because):
                            text, restarts = "", restarts + bool(because)
                        case TextDelta(said):
                            text += said
                        case Finish():
                            complete = True
                        case _:
                            pass
    except ParleyError as failure:
        error, hint = failure.code, failure.hint
    return Outcome(text, complete, error, hint, restarts, tuple(attempts), time.monotonic() - began)
