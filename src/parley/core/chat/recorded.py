"""What a turn was told the first time, in place of the models and tools that told it."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from parley.core.chat.calling import arguments_of
from parley.core.chat.draft import Draft
from parley.core.chat.model import CallState, ModelReply, Receipt, ToolStep, Turn
from parley.core.chat.paying import Account, Models
from parley.core.llm.model import (
    AnswerBegins,
    Attempt,
    ChatRequest,
    Finish,
    ModelError,
    ModelName,
    RoutedEvent,
    TextDelta,
    TokenUsage,
    ToolSpec,
)
from parley.core.tools.model import Invocation, OfferedTool, ToolDescription, ToolFailed, ToolOutput
from parley.core.tools.ports import OpenTools
from parley.core.usage.model import Purpose, Use
from parley.core.workspaces.model import WorkspaceScope


class NothingRecorded(ModelError):
    """The turn asks for more than it did the first time."""

    code = "nothing_recorded"

    def __init__(self) -> None:
        super().__init__(
            "The recorded replies end here: the turn goes another way now.",
            hint="Replay it with the real model to see where it leads.",
        )


class RecordedModels:
    """Implements `Models`: each call gets the reply that the call in its place got, whatever it asks."""

    def __init__(self, receipt: Receipt, models: Models) -> None:
        self._left = list(receipt.model_calls)
        self._models = models

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
        call = next((each for each in self._left if each.purpose is purpose), None)
        if call is None:
            raise NothingRecorded
        self._left.remove(call)
        reply = call.reply
        on_attempt(Attempt(reply.model, None, "", 0.0))
        account.uses.append(self.price(reply.model, reply.usage, purpose))
        yield _said(reply)
        if reply.finish_reason is None:
            raise NothingRecorded


def _said(reply: ModelReply) -> list[RoutedEvent]:
    events: list[RoutedEvent] = [AnswerBegins(ModelName.parse(reply.model)), *reply.reasoning]
    if reply.text:
        events.append(TextDelta(reply.text))
    events += [*reply.tool_calls, reply.usage]
    return events if reply.finish_reason is None else [*events, Finish(reply.finish_reason)]


class RecordedTools:
    """Implements `Toolbox`: the tools that the model was offered, none of which does anything. A call that
    was made before gets the result it got."""

    def __init__(self, receipt: Receipt) -> None:
        self._offered = next((call.request.tools for call in receipt.model_calls if call.request.tools), ())
        self._left = list(receipt.tool_steps)

    @asynccontextmanager
    async def open(self, scope: WorkspaceScope, names: Sequence[str]) -> AsyncIterator[OpenTools]:
        yield OpenTools([_RecordedTool(_description(spec), self._left) for spec in self._offered])

    async def check(self, scope: WorkspaceScope, names: Sequence[str]) -> None:
        """Nothing is missing: nothing is called."""

    async def offered(self, scope: WorkspaceScope) -> Sequence[OfferedTool]:
        return ()


@dataclass(frozen=True, slots=True)
class _RecordedTool:
    description: ToolDescription
    left: list[ToolStep]

    async def run(self, invocation: Invocation) -> ToolOutput:
        for step in self.left:
            if step.call.name == self.description.name and arguments_of(step.call) == invocation.arguments:
                self.left.remove(step)
                if step.state is CallState.DONE:
                    return ToolOutput(step.output)
                raise ToolFailed(step.output)
        raise ToolFailed("This call was not made before, and a replay calls no tool.")


def _description(spec: ToolSpec) -> ToolDescription:
    return ToolDescription(spec.name, spec.description, spec.parameters, changes_things=False)


class UnkeptRounds:
    """Implements `KeepsRounds`: a replay leaves nothing behind."""

    async def keep(self, turn: Turn, draft: Draft) -> None:
        """The draft holds them already."""
