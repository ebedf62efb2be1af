"""One call of a tool: read from the model's words, checked, run under a deadline, its result cut to size."""

import asyncio
import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from parley.core.chat.asking import encodable, since
from parley.core.chat.model import CallState, ToolStep
from parley.core.kernel.errors import ParleyError
from parley.core.llm.model import ToolCall, ToolSpec
from parley.core.tools.model import Invocation, ToolOutput
from parley.core.tools.ports import Tool
from parley.core.workspaces.model import WorkspaceScope


@dataclass(frozen=True, slots=True)
class AgentLimits:
    rounds: int = 8
    """Replies that may call tools; after as many the model has to answer."""
    calls_per_round: int = 8
    tool_s: float = 90.0
    """For one call of a tool; a net under the deadline that the tool sets itself."""
    output_chars: int = 40_000
    """Of one result with its passages, for the model; a net like the one before."""
    arguments_chars: int = 50_000
    """Of one call."""


NOT_KNOWN = (
    "The server stopped while this tool ran. Whether it took effect is not known, and it was not called "
    "again. Tell the user so; call it again only where doing it twice does no harm."
)
DECLINED = "The user declined this call. Do not repeat it; go on without it or ask the user what to do."


@dataclass(frozen=True, slots=True)
class Desk:
    """The tools of one turn, by the name that the model calls them."""

    tools: Mapping[str, Tool]
    unattended: frozenset[str]
    """Those that may change things without asking the user."""
    scope: WorkspaceScope
    collections: tuple[UUID, ...]
    limits: AgentLimits

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        described = [tool.description for tool in self.tools.values()]
        return tuple(ToolSpec(each.name, each.description, each.parameters) for each in described)

    def plan(self, calls: Sequence[ToolCall], round_number: int) -> tuple[ToolStep, ...]:
        """What is to become of each call; those that cannot be run have failed already, in words for
        the model."""
        return tuple(
            self._planned(call, f"{round_number}-{place}", place) for place, call in enumerate(calls, start=1)
        )

    def _planned(self, call: ToolCall, call_id: str, place: int) -> ToolStep:
        tool = self.tools.get(call.name)
        description = "" if tool is None else tool.description.description
        changes_things = tool is not None and tool.description.changes_things
        step = ToolStep(call_id, call, description, changes_things, CallState.PLANNED)
        wrong = self._wrong_with(call, place)
        if wrong:
            return replace(step, state=CallState.FAILED, output=wrong)
        if changes_things and call.name not in self.unattended:
            return replace(step, state=CallState.PENDING)
        return step

    def _wrong_with(self, call: ToolCall, place: int) -> str:
        tool = self.tools.get(call.name)
        if tool is None:
            return f"There is no tool {call.name!r}. The tools are: {', '.join(self.tools)}."
        if place > self.limits.calls_per_round:
            return f"Not called: at most {self.limits.calls_per_round} calls at once. Call it again."
        if len(call.arguments) > self.limits.arguments_chars:
            return f"Not called: the arguments have more than {self.limits.arguments_chars} characters."
        try:
            arguments = _parsed(call.arguments)
        except (ValueError, RecursionError) as error:
            return f"Not called: the arguments are not valid JSON ({error}). Write one JSON object."
        if not isinstance(arguments, dict):
            return "Not called: the arguments are not a JSON object."
        return ""

    async def run(self, step: ToolStep) -> tuple[ToolStep, ToolOutput | None]:
        """The step done or failed; its output is that of the tool, to be put in words by `described`."""
        tool = self.tools.get(step.call.name)
        if tool is None:  # allowed by the user, and taken from the bot since
            gone = "This assistant has this tool no longer; it was not called."
            return replace(step, state=CallState.FAILED, output=gone), None
        began = time.perf_counter()
        invocation = Invocation(arguments_of(step.call), self.scope, self.collections)
        output: ToolOutput | None = None
        try:
            async with asyncio.timeout(self.limits.tool_s):
                output = await tool.run(invocation)
            ended = replace(step, state=CallState.DONE)
        except ParleyError as error:
            ended = replace(step, state=CallState.FAILED, output=self._cut(str(error)))
        except TimeoutError:
            ended = replace(step, state=CallState.FAILED, output=self._overdue(step))
        return replace(ended, duration_ms=since(began)), output

    def described(self, step: ToolStep, output: ToolOutput, passages: Sequence[str]) -> ToolStep:
        """With the output as the model is told it: the text, then the passages with their numbers."""
        whole = "\n\n".join([*([output.text] if output.text else []), *passages])
        return replace(step, output=self._cut(whole) or "(The tool returned nothing.)")

    def _overdue(self, step: ToolStep) -> str:
        text = f"The tool {step.call.name} did not end within {self.limits.tool_s:g} seconds."
        return f"{text} It may have taken effect all the same." if step.changes_things else text

    def _cut(self, text: str) -> str:
        text, most = encodable(text), self.limits.output_chars
        if len(text) <= most:
            return text
        return f"{text[:most]}\n… (cut: {len(text) - most} more characters)"


def arguments_of(call: ToolCall) -> Mapping[str, Any]:
    """Empty where what the model wrote is no JSON object."""
    try:
        arguments = _parsed(call.arguments)
    except (ValueError, RecursionError):
        return {}
    return arguments if isinstance(arguments, dict) else {}


def _parsed(text: str) -> Any:
    """Raises ValueError, also for numbers that JSON does not have, and RecursionError."""
    return _encodable(json.loads(text or "{}", parse_constant=_refuse, parse_float=_finite))


def _refuse(number: str) -> float:
    raise ValueError(f"{number} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _encodable(value: Any) -> Any:
    """Escapes in JSON can make text that cannot be stored."""
    match value:
        case str():
            return encodable(value)
        case list():
            return [_encodable(each) for each in value]
        case dict():
            return {encodable(key): _encodable(each) for key, each in value.items()}
        case _:
            return value
