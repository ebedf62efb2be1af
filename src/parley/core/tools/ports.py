"""What the core asks of tools."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from parley.core.tools.model import Invocation, ToolDescription, ToolOutput
from parley.core.workspaces.model import WorkspaceScope


class Tool(Protocol):
    @property
    def description(self) -> ToolDescription: ...

    async def run(self, invocation: Invocation) -> ToolOutput:
        """Raises ToolFailed; never runs inside a transaction. Cancelling it stops the work."""
        ...


class Toolbox(Protocol):
    """Finds the tools that a bot names."""

    def open(
        self, scope: WorkspaceScope, names: Sequence[str]
    ) -> AbstractAsyncContextManager[Sequence[Tool]]:
        """The tools of that name, connected for as long as the context is open. A name may stand for a
        whole server (`mcp:github`) and so for many tools. Raises ToolFailed naming the one that is missing
        or cannot be reached."""
        ...

    async def check(self, scope: WorkspaceScope, names: Sequence[str]) -> None:
        """Raises InvalidInput naming the first that this workspace does not have."""
        ...


class ArgumentCheck(Protocol):
    """Compares the arguments of a call with the schema of its tool."""

    def mismatch(self, parameters: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
        """What is wrong, in words for the model that wrote them; empty when they match."""
        ...
