"""Asks the models of a bot in turn until one answers: deadlines, retries, breakers and the fallback chain."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from parley.core.kernel.errors import ParleyError
from parley.core.kernel.ids import WorkspaceId
from parley.core.llm.breaker import BreakerPolicy, Breakers
from parley.core.llm.model import (
    AnswerBegins,
    Attempt,
    ChatRequest,
    EveryModelFailed,
    Finish,
    ModelError,
    ModelName,
    ModelSilent,
    ModelUnable,
    ReasoningDelta,
    RoutedEvent,
    StreamEvent,
    TextDelta,
    ToolCall,
)
from parley.core.llm.ports import ModelCatalogue, ResolvedModel, Timer

_SEEN = (TextDelta, ReasoningDelta, ToolCall, Finish)


@dataclass(frozen=True, slots=True)
class RoutePolicy:
    first_event_s: float = 60.0
    """How long a model may take until its first event."""
    next_event_s: float = 60.0
    """How long it may pause between events."""
    tries: int = 2
    """Calls of one model, the first included."""
    retry_pause_s: float = 0.5
    longest_pause_s: float = 5.0
    """A provider that asks for a longer wait (Retry-After) is not waited for."""
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)


class SystemTimer:
    """Implements `Timer`."""

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ModelRouter:
    """Wraps the models of a catalogue; its breakers are shared by all turns of the process."""

    def __init__(self, models: ModelCatalogue, policy: RoutePolicy, timer: Timer) -> None:
        self._models = models
        self._policy = policy
        self._timer = timer
        self._breakers = Breakers(policy.breaker, timer.monotonic)

    def default(self) -> str:
        """The `provider:model` of bots that name none."""
        return self._models.default()

    async def route(
        self,
        names: Sequence[str],
        request: ChatRequest,
        on_attempt: Callable[[Attempt], None],
        *,
        workspace_id: WorkspaceId | None = None,
    ) -> AsyncGenerator[list[RoutedEvent], None]:
        """The answer of the first of `names` that gives one, to its `Finish`; `AnswerBegins` opens it.

        Models are asked with the keys of the workspace where it has its own, else with the server's.

        A model that fails before anything a reader sees is asked again, or followed by the next, without
        a word. After that the next one (the same, where there is none) begins anew, and a second
        `AnswerBegins` says so once it does: until then what there is stands. Raises the last error,
        with all that was tried. `on_attempt` is told of each call when it ends, however it ends.
        """
        attempts: list[Attempt] = []

        def ended(attempt: Attempt) -> None:
            attempts.append(attempt)
            on_attempt(attempt)

        heard_from = ""
        last: ParleyError = ModelError("There is no model to ask.", hint="Choose one for this bot.")
        for place, name in enumerate(names, start=1):
            tries_left = self._policy.tries
            while True:
                try:
                    attempt = self._attempt((name, workspace_id), request, heard_from, ended)
                    async with aclosing(attempt) as batches:
                        async for batch in batches:
                            heard_from = name
                            yield batch
                    return
                except ParleyError as error:
                    last = error
                tries_left -= 1
                pause_s = self._pause_before_retry(last)
                broke_off = heard_from == name and place < len(names)
                if pause_s is None or broke_off or not tries_left:
                    break
                await self._timer.sleep(pause_s)
        raise last if len(attempts) < 2 else EveryModelFailed(last, attempts) from last

    async def _attempt(
        self,
        asked: tuple[str, WorkspaceId | None],
        request: ChatRequest,
        heard_from: str,
        on_attempt: Callable[[Attempt], None],
    ) -> AsyncGenerator[list[RoutedEvent], None]:
        """One call; what no reader sees is held back until there is something that one does."""
        name, workspace_id = asked
        began = self._timer.monotonic()
        error, detail = "interrupted", ""
        held: list[StreamEvent] | None = []
        try:
            resolved = await self._models.resolve(name, workspace_id)
            async with aclosing(self._stream(resolved, request)) as batches:
                async for batch in batches:
                    if held is None:
                        yield [*batch]
                        continue
                    held.extend(batch)
                    if any(isinstance(event, _SEEN) for event in held):
                        yield [AnswerBegins(resolved.model.name, _restart_reason(heard_from, name)), *held]
                        held = None
            error = ""
        except ParleyError as failure:
            error, detail = failure.code, failure.detail
            raise
        finally:
            on_attempt(Attempt(name, error or None, detail, self._timer.monotonic() - began))

    async def _stream(
        self, resolved: ResolvedModel, request: ChatRequest
    ) -> AsyncGenerator[list[StreamEvent], None]:
        """The model's batches, as far as its abilities, its breaker and the deadlines allow."""
        model = resolved.model
        if lacking := model.capabilities.lacking(request):
            raise ModelUnable(model.name, lacking)
        permit = self._breakers.admit(model.name, resolved.key_id)
        deadline_s = self._policy.first_event_s
        try:
            async with aclosing(model.stream(request)) as batches:
                while (batch := await _next(batches, model.name, deadline_s)) is not None:
                    permit.spoke()
                    yield batch
                    deadline_s = self._policy.next_event_s
            permit.answered()
        except ModelError as error:
            permit.failed(error)
            raise
        finally:
            permit.release()

    def _pause_before_retry(self, error: ParleyError) -> float | None:
        """None: asking the same model again is no use, or would take too long."""
        if not isinstance(error, ModelError) or isinstance(error, ModelSilent) or not error.retryable:
            return None
        pause_s = self._policy.retry_pause_s if error.retry_after_s is None else error.retry_after_s
        return pause_s if pause_s <= self._policy.longest_pause_s else None


async def _next(
    batches: AsyncGenerator[list[StreamEvent], None], name: ModelName, deadline_s: float
) -> list[StreamEvent] | None:
    """The next batch, None at the end; the timer runs only while waiting. Raises ModelSilent."""
    try:
        async with asyncio.timeout(deadline_s):
            return await anext(batches)
    except StopAsyncIteration:
        return None
    except TimeoutError:
        raise ModelSilent(name, deadline_s) from None


def _restart_reason(heard_from: str, name: str) -> str:
    if not heard_from:
        return ""
    if heard_from == name:
        return f"The model {name} broke off and was asked again."
    return f"The model {heard_from} broke off; {name} answers from the beginning."
