"""What the core asks of tools."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from parley.core.kernel.transactions import Transaction
from parley.core.tools.model import (
    InspectedServer,
    Invocation,
    OfferedTool,
    ToolDescription,
    ToolOutput,
    ToolServer,
    ToolServerDefinition,
    ToolServerId,
)
from parley.core.workspaces.model import WorkspaceScope


class Tool(Protocol):
    @property
    def description(self) -> ToolDescription: ...

    async def run(self, invocation: Invocation) -> ToolOutput:
        """Raises ToolFailed, also for arguments that do not match the schema; never runs inside a
        transaction. Cancelling it stops the work."""
        ...


@dataclass(frozen=True, slots=True)
class OpenTools:
    """What became of the names that a bot gives."""

    tools: Sequence[Tool]
    missing: Mapping[str, str] = field(default_factory=dict)
    """Names whose tools are gone or cannot be reached now, each with why, for a person."""


class Toolbox(Protocol):
    """Finds the tools that a bot names."""

    def open(self, scope: WorkspaceScope, names: Sequence[str]) -> AbstractAsyncContextManager[OpenTools]:
        """The tools of that name, connected for as long as the context is open. A name may stand for a
        whole server (`mcp:github`) and so for many tools."""
        ...

    async def check(self, scope: WorkspaceScope, names: Sequence[str]) -> None:
        """Raises InvalidInput naming the first that this workspace does not have."""
        ...

    async def offered(self, scope: WorkspaceScope) -> Sequence[OfferedTool]:
        """Everything that `check` accepts, by name. May wait on the network."""
        ...


class ToolServers(Protocol):
    """The tool servers of the transaction's workspace."""

    async def add(self, tx: Transaction, server: ToolServer) -> None:
        """Raises DuplicateToolServer."""
        ...

    async def get(self, tx: Transaction, server_id: ToolServerId) -> ToolServer | None: ...

    async def list(self, tx: Transaction) -> tuple[ToolServer, ...]:
        """By kind and name, at most 100."""
        ...

    async def save(self, tx: Transaction, server: ToolServer) -> None:
        """Stores what was found anew: configuration, url and tools."""
        ...

    async def remove(self, tx: Transaction, server_id: ToolServerId) -> bool:
        """False when it is not there."""
        ...


class ToolServerInspector(Protocol):
    async def inspect(self, definition: ToolServerDefinition) -> InspectedServer:
        """Asks the server, or reads its document, for its tools. Raises ToolFailed and InvalidInput."""
        ...
