"""What needs the MCP SDK: connecting, asking, and reading what comes back. Imported on first use."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp import Client, MCPError, StdioServerParameters, types
from mcp.client import Transport
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CONNECTION_CLOSED, HEADER_MISMATCH

from parley import __version__
from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.outbound.transport import GuardedTransport
from parley.adapters.tools.mcp import Command, Endpoint, McpLimits
from parley.adapters.tools.openapi import MOST_SCHEMA_CHARS, tool_name
from parley.core.tools.model import ToolDescription, ToolFailed

_MOST_DESCRIPTION = 4_000
_MOST_BYTES = 16 << 20
"""Of one HTTP reply, an event stream too."""
_WE = types.Implementation(name="parley", version=__version__)


@asynccontextmanager
async def connected(endpoint: Endpoint, guard: AddressGuard, limits: McpLimits) -> AsyncIterator[Client]:
    """A session that has been opened."""
    async with (
        _transport(endpoint, guard, limits) as transport,
        Client(transport, client_info=_WE, cache=None) as client,
    ):
        yield client


def is_closed(error: BaseException) -> bool:
    """Whether the session is over: the next call begins a new one."""
    return isinstance(error, MCPError) and error.code == CONNECTION_CLOSED


def refusal(error: BaseException | None) -> str:
    """The server's own words; empty where it did not answer."""
    return error.message if isinstance(error, MCPError) and not is_closed(error) else ""


@asynccontextmanager
async def _transport(endpoint: Endpoint, guard: AddressGuard, limits: McpLimits) -> AsyncIterator[Transport]:
    if isinstance(endpoint, Command):
        yield stdio_client(
            StdioServerParameters(
                command=endpoint.program,
                args=list(endpoint.arguments),
                env=dict(endpoint.environment),
                cwd=endpoint.folder,
            )
        )
        return
    guarded = GuardedTransport(guard, reuse_connections=True, most_bytes=_MOST_BYTES)
    async with httpx2.AsyncClient(
        transport=guarded,
        headers={**endpoint.headers, "Accept-Encoding": "identity"},
        timeout=httpx2.Timeout(limits.connect_s, read=limits.call_s),
        trust_env=False,
    ) as http:
        yield streamable_http_client(endpoint.url, http_client=http)


async def list_tools(client: Client, *, cursor: str | None) -> types.ListToolsResult:
    return await client.list_tools(cursor=cursor)


async def call_tool(client: Client, *, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    """Past `Client.call_tool`, which runs the patterns of the server's output schema on our event loop."""
    request = types.CallToolRequest(params=types.CallToolRequestParams(name=name, arguments=arguments))
    try:
        return await client.session.send_request(request, types.CallToolResult)
    except MCPError as error:
        if error.code != HEADER_MISMATCH:
            raise
    # The server wants arguments repeated in headers, which only its listing tells.
    await client.list_tools()
    return await client.session.send_request(request, types.CallToolResult)


def described(reference: str, tool: types.Tool, taken: set[str]) -> ToolDescription:
    schema = tool.input_schema
    if len(json.dumps(schema)) > MOST_SCHEMA_CHARS:
        raise ToolFailed(
            f"The schema of {tool.name[:80]!r} at {reference} is longer than {MOST_SCHEMA_CHARS} characters.",
            hint="Make it smaller.",
        )
    hints = tool.annotations
    return ToolDescription(
        tool_name(reference, tool.name, taken),
        (tool.description or tool.title or tool.name)[:_MOST_DESCRIPTION],
        {"type": "object", **schema},
        # What the server does not say may do anything.
        changes_things=hints is None or hints.read_only_hint is not True,
    )


def text_of(block: types.ContentBlock) -> str:
    if isinstance(block, types.TextContent):
        return block.text
    if isinstance(block, types.EmbeddedResource) and isinstance(block.resource, types.TextResourceContents):
        return block.resource.text
    return f"[{block.type}, which this assistant cannot read]"
