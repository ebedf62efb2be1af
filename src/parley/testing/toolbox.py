"""Tools for tests: each is a function, counts its calls, and refuses to run inside a transaction."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from parley.core.kernel.errors import InvalidInput
from parley.core.kernel.transactions import transaction_is_open
from parley.core.tools.model import Invocation, OfferedTool, ToolDescription, ToolOutput
from parley.core.tools.ports import OpenTools, Tool
from parley.core.workspaces.model import WorkspaceScope

_ANY_OBJECT: Mapping[str, Any] = {"type": "object"}


class ToolCalledInTransaction(AssertionError):
    """Someone holds a database transaction while a tool runs."""


class ScriptedTool:
    """Implements `Tool` with `work`, which is given the arguments."""

    def __init__(
        self,
        name: str,
        work: Callable[[Mapping[str, Any]], Awaitable[str | ToolOutput]],
        *,
        changes_things: bool = False,
    ) -> None:
        self.description = ToolDescription(name, f"Does {name}.", _ANY_OBJECT, changes_things)
        self.invocations: list[Invocation] = []
        self._work = work

    @property
    def calls(self) -> int:
        return len(self.invocations)

    async def run(self, invocation: Invocation) -> ToolOutput:
        if transaction_is_open():
            raise ToolCalledInTransaction
        self.invocations.append(invocation)
        output = await self._work(invocation.arguments)
        return ToolOutput(output) if isinstance(output, str) else output


class ScriptedToolbox:
    """Implements `Toolbox` over the tools given."""

    def __init__(self, *tools: Tool) -> None:
        self._tools = {tool.description.name: tool for tool in tools}

    @asynccontextmanager
    async def open(self, scope: WorkspaceScope, names: Sequence[str]) -> AsyncIterator[OpenTools]:
        missing = {name: "It is not scripted." for name in names if name not in self._tools}
        yield OpenTools([self._tools[name] for name in names if name in self._tools], missing)

    async def check(self, scope: WorkspaceScope, names: Sequence[str]) -> None:
        missing = [name for name in names if name not in self._tools]
        if missing:
            raise InvalidInput(f"tools names {missing[0]!r}, which is not scripted.")

    async def offered(self, scope: WorkspaceScope) -> Sequence[OfferedTool]:
        described = [tool.description for tool in self._tools.values()]
        return [OfferedTool(each.name, each.description, (each,)) for each in described]
