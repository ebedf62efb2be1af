"""Finds the tools that bots name: built-in ones, and those of servers that administrators define."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.tools.bounded import Bounded, ToolBounds
from parley.adapters.tools.inspector import StoredApi, stored_mcp_tools
from parley.adapters.tools.mcp import (
    Endpoint,
    HttpEndpoint,
    McpConnection,
    McpLimits,
    McpServerTool,
    McpTool,
)
from parley.adapters.tools.mcp_file import McpServer
from parley.adapters.tools.operation import HttpOperation
from parley.adapters.tools.web import Web
from parley.core.kernel.errors import InvalidInput, ParleyError
from parley.core.kernel.secrets import SecretBox
from parley.core.kernel.transactions import Transactions
from parley.core.tools.model import OfferedTool, ToolFailed, ToolServer, ToolServerKind
from parley.core.tools.ports import OpenTools, Tool, ToolServers
from parley.core.tools.service import headers_of
from parley.core.workspaces.model import WorkspaceScope

_FRESH_S = 600.0
"""How long what a server of the MCP file offers is taken as known."""
_RETRY_S = 30.0
"""How long one that cannot be reached is let alone: each turn would wait until it gives up."""


@dataclass(frozen=True, slots=True)
class StoredServers:
    """The tool servers of workspaces, and the key to their headers."""

    transactions: Transactions
    servers: ToolServers
    secrets: SecretBox


@dataclass(frozen=True, slots=True)
class Network:
    """How tool servers are reached."""

    web: Web
    guard: AddressGuard
    mcp: McpLimits


class ToolFinder:
    """Implements `Toolbox`. `of_server` are the MCP servers of this server's administrator.

    `close()` waits for sessions whose turns were cut off.
    """

    def __init__(
        self,
        built_in: Mapping[str, Tool],
        stored: StoredServers,
        of_server: Mapping[str, McpServer],
        network: Network,
        bounds: ToolBounds,
    ) -> None:
        self._built_in = built_in
        self._stored = stored
        self._of_server = {f"{ToolServerKind.MCP}:{name}": server for name, server in of_server.items()}
        self._network = network
        self._bounds = bounds
        self._known: dict[str, tuple[float, tuple[McpTool, ...] | str]] = {}
        """Of servers of the MCP file: until when, and their tools or why they cannot be reached."""
        self._connections: set[McpConnection] = set()

    @asynccontextmanager
    async def open(self, scope: WorkspaceScope, names: Sequence[str]) -> AsyncIterator[OpenTools]:
        stored = await self._servers(scope, names)
        async with AsyncExitStack() as connections:
            tools: list[Tool] = []
            missing: dict[str, str] = {}
            for name in dict.fromkeys(names):
                if name in self._built_in:
                    tools.append(self._built_in[name])
                elif name in stored:
                    tools += self._of_stored(stored[name], connections)
                elif (server := self._server_for(scope, name)) is not None:
                    connection = self._connection(name, server.endpoint, connections)
                    try:
                        offers = await self._offers(name, connection)
                    except ParleyError as error:
                        missing[name] = error.detail
                    else:
                        tools += [McpServerTool(tool, connection) for tool in offers]
                else:
                    missing[name] = "It is not there any more."
            yield OpenTools([Bounded(tool, self._bounds) for tool in tools], missing)

    async def check(self, scope: WorkspaceScope, names: Sequence[str]) -> None:
        stored = await self._servers(scope, names)
        for name in names:
            if not (name in self._built_in or name in stored or self._server_for(scope, name)):
                raise InvalidInput(
                    f"tools names {name!r}, which this workspace does not have.",
                    hint="See GET /api/v1/workspaces/{workspace_id}/tools.",
                )

    async def offered(self, scope: WorkspaceScope) -> Sequence[OfferedTool]:
        built_in = [
            OfferedTool(name, tool.description.description, (tool.description,))
            for name, tool in self._built_in.items()
        ]
        stored = await self._all_stored(scope)
        of_workspace = [
            OfferedTool(name, f"{len(server.tools)} tools of {server.url}", server.tools)
            for name, server in stored.items()
        ]
        ours = [name for name in self._of_server if name not in stored and self._server_for(scope, name)]
        of_server = await asyncio.gather(*map(self._asked, ours))
        return [*built_in, *of_workspace, *of_server]

    async def close(self) -> None:
        await asyncio.gather(*(connection.close() for connection in self._connections))

    async def _asked(self, name: str) -> OfferedTool:
        description = "Tools of an MCP server that the administrator of this server provides"
        async with AsyncExitStack() as connections:
            connection = self._connection(name, self._of_server[name].endpoint, connections)
            try:
                tools = await self._offers(name, connection)
            except ParleyError as error:
                return OfferedTool(name, description, (), problem=error.detail)
        return OfferedTool(name, description, tuple(tool.description for tool in tools))

    async def _servers(self, scope: WorkspaceScope, names: Sequence[str]) -> dict[str, ToolServer]:
        """Those that may be among `names`; built-in tools need no look into the database."""
        return {} if all(name in self._built_in for name in names) else await self._all_stored(scope)

    async def _all_stored(self, scope: WorkspaceScope) -> dict[str, ToolServer]:
        async with self._stored.transactions.begin(scope) as tx:
            servers = await self._stored.servers.list(tx)
        return {server.reference: server for server in servers}

    def _server_for(self, scope: WorkspaceScope, name: str) -> McpServer | None:
        server = self._of_server.get(name)
        return server if server is not None and server.is_for(scope.workspace_id) else None

    def _of_stored(self, server: ToolServer, connections: AsyncExitStack) -> Iterator[Tool]:
        headers = headers_of(server, self._stored.secrets)
        if server.kind is ToolServerKind.MCP:
            endpoint = HttpEndpoint(server.configuration["source_url"], headers)
            connection = self._connection(server.reference, endpoint, connections)
            yield from (McpServerTool(tool, connection) for tool in stored_mcp_tools(server))
            return
        api = StoredApi.of(server)
        for description, operation in api.tools:
            yield HttpOperation(description, operation, api.base_url, headers, self._network.web)

    def _connection(self, name: str, endpoint: Endpoint, connections: AsyncExitStack) -> McpConnection:
        """One that is made when it is first used, and closed with the turn."""
        # Turns that were cut off leave theirs behind until it has ended.
        self._connections = {each for each in self._connections if not each.has_ended}
        connection = McpConnection(name, endpoint, self._network.guard, self._network.mcp)
        self._connections.add(connection)
        connections.push_async_callback(partial(self._close, connection))
        return connection

    async def _close(self, connection: McpConnection) -> None:
        await connection.close()
        self._connections.discard(connection)

    async def _offers(self, name: str, connection: McpConnection) -> tuple[McpTool, ...]:
        """What a server of the MCP file offers; a process started at each turn to ask would cost a second."""
        now = asyncio.get_running_loop().time()
        until, known = self._known.get(name, (now, ()))
        if until <= now:
            try:
                known, until = await connection.tools(), now + _FRESH_S
            except ParleyError as error:
                known, until = error.detail, now + _RETRY_S
            self._known[name] = (until, known)
        if isinstance(known, str):
            raise ToolFailed(known)
        return known
