"""What every tool gets before a bot may call it: checked arguments, a deadline, and a limit on its output."""

import asyncio
from dataclasses import dataclass, replace

from parley.adapters.tools.schema import check
from parley.core.tools.model import Invocation, ToolDescription, ToolFailed, ToolOutput
from parley.core.tools.ports import Tool


@dataclass(frozen=True, slots=True)
class ToolBounds:
    deadline_s: float = 60.0
    most_characters: int = 20_000
    """Of an output; about 5,000 tokens."""


class Bounded:
    """A Tool around another."""

    def __init__(self, tool: Tool, bounds: ToolBounds) -> None:
        self._tool = tool
        self._bounds = bounds

    @property
    def description(self) -> ToolDescription:
        return self._tool.description

    async def run(self, invocation: Invocation) -> ToolOutput:
        check(self.description.parameters, invocation.arguments)
        try:
            async with asyncio.timeout(self._bounds.deadline_s):
                output = await self._tool.run(invocation)
        except TimeoutError:
            raise ToolFailed(
                f"{self.description.name} was stopped after {self._bounds.deadline_s:g} seconds.",
                hint="Whether it did its work is not known; ask it for less.",
            ) from None
        return replace(output, text=self._cut(output.text))

    def _cut(self, text: str) -> str:
        most = self._bounds.most_characters
        if len(text) <= most:
            return text
        return f"{text[:most]}\n[Cut here: {most:,} of {len(text):,} characters are shown.]"
