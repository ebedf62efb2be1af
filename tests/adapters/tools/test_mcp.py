"""MCP servers as tools: a real one, as a child process and over HTTP, and ones that misbehave."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from aiohttp import web

from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.tools.mcp import Command, Endpoint, HttpEndpoint, McpConnection, McpLimits, McpServerTool
from parley.core.kernel.transactions import marked_as_open
from parley.core.tools.model import Invocation, ToolFailed
from parley.core.workspaces.model import WorkspaceScope
from tests.adapters.tools.notes_server import COMMAND, is_running, over_http
from tests.http_servers import Serve

_HEAD = """
import os, sys
from mcp.server import MCPServer
server = MCPServer("odd")
"""
_ODD_TOOLS = """
@server.tool()
def fail() -> str:
    raise ValueError("the notebook is wet")
@server.tool()
def process() -> str:
    return str(os.getpid())
@server.tool()
def crash() -> str:
    os._exit(3)
@server.tool()
async def wait() -> str:
    import asyncio
    await asyncio.Event().wait()
@server.tool()
def environment() -> str:
    return " ".join(os.environ)
server.run()
"""


def script(text: str) -> Command:
    return Command(sys.executable, ("-c", text))


Connect = Callable[[Endpoint], McpConnection]


@pytest.fixture
async def connect(guard: AddressGuard) -> AsyncIterator[Connect]:
    async with AsyncExitStack() as stack:

        def make(endpoint: Endpoint) -> McpConnection:
            connection = McpConnection("mcp:notes", endpoint, guard, McpLimits(connect_s=20, call_s=20))
            stack.push_async_callback(connection.close)
            return connection

        yield make


async def said(connection: McpConnection, scope: WorkspaceScope, name: str, **arguments: object) -> str:
    [tool] = [tool for tool in await connection.tools() if tool.name == name]
    return (await McpServerTool(tool, connection).run(Invocation(arguments, scope))).text


@asynccontextmanager
async def endpoint_of(kind: str, allowed: set[str]) -> AsyncIterator[Endpoint]:
    if kind == "stdio":
        yield COMMAND
        return
    async with over_http() as url:
        allowed.add(url.split("/")[2])
        yield HttpEndpoint(url)


@pytest.mark.parametrize("kind", ["stdio", "http"])
async def test_a_real_server_is_used_as_tools(
    connect: Connect, scope: WorkspaceScope, allowed: set[str], kind: str
) -> None:
    async with endpoint_of(kind, allowed) as endpoint:
        connection = connect(endpoint)
        assert [
            (tool.description.name, tool.description.changes_things) for tool in await connection.tools()
        ] == [
            ("mcp_notes_read_notes", False),
            ("mcp_notes_add_note", True),
        ]
        assert await said(connection, scope, "read_notes") == "There are none."
        assert await said(connection, scope, "add_note", text="Buy milk") == "There are 1 now."
        assert await said(connection, scope, "read_notes") == "Buy milk"
        await connection.close()


async def test_an_http_server_of_the_inner_network_is_refused(scope: WorkspaceScope) -> None:
    async with over_http() as url:
        connection = McpConnection("mcp:notes", HttpEndpoint(url), AddressGuard(), McpLimits())
        with pytest.raises(ToolFailed, match=r"not on the open internet|may not use port"):
            await connection.tools()


async def test_the_administrators_headers_reach_the_server(connect: Connect, serve: Serve) -> None:
    seen = []

    async def refuse(request: web.Request) -> web.Response:
        seen.append((request.headers["X-Key"], request.headers["Accept-Encoding"]))
        return web.Response(status=403)

    with pytest.raises(ToolFailed, match="mcp:notes"):
        await connect(HttpEndpoint(await serve(refuse), {"X-Key": "secret"})).tools()
    assert set(seen) == {("secret", "identity")}


async def test_a_redirect_to_another_host_is_not_followed(connect: Connect, serve: Serve) -> None:
    async def away(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "http://169.254.169.254/"})

    with pytest.raises(ToolFailed, match="mcp:notes"):
        await connect(HttpEndpoint(await serve(away))).tools()


async def test_a_huge_reply_is_not_read(connect: Connect, serve: Serve) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for _ in range(64):
            await response.write(b" " * (1 << 20))
        return response

    with pytest.raises(ToolFailed, match="mcp:notes"):
        await connect(HttpEndpoint(await serve(endless))).tools()


async def test_the_process_sees_no_setting_of_this_server_and_ends_with_the_session(
    connect: Connect, scope: WorkspaceScope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_SECRET_KEY", "x" * 40)
    connection = connect(script(_HEAD + _ODD_TOOLS))
    process = int(await said(connection, scope, "process"))
    assert "PARLEY" not in await said(connection, scope, "environment")
    assert is_running(process)
    await connection.close()
    assert not is_running(process)


async def test_a_session_that_crashed_is_said_and_begun_anew(connect: Connect, scope: WorkspaceScope) -> None:
    connection = connect(script(_HEAD + _ODD_TOOLS))
    before = await said(connection, scope, "process")
    with pytest.raises(ToolFailed, match="ended its session"):
        await said(connection, scope, "crash")
    assert await said(connection, scope, "process") != before


async def test_a_tool_that_fails_says_so(connect: Connect, scope: WorkspaceScope) -> None:
    with pytest.raises(ToolFailed, match="mcp_notes_fail reports"):
        await said(connect(script(_HEAD + _ODD_TOOLS)), scope, "fail")


async def test_a_tool_that_never_answers_is_given_up_and_the_session_lives(
    guard: AddressGuard, scope: WorkspaceScope
) -> None:
    limits = McpLimits(connect_s=20, call_s=2)
    connection = McpConnection("mcp:odd", script(_HEAD + _ODD_TOOLS), guard, limits)
    try:
        process = await said(connection, scope, "process")
        with pytest.raises(ToolFailed, match="did not answer within 2 seconds"):
            await said(connection, scope, "wait")
        assert await said(connection, scope, "process") == process
    finally:
        await connection.close()


async def test_who_waits_for_a_tool_may_go_away(connect: Connect, scope: WorkspaceScope) -> None:
    connection = connect(script(_HEAD + _ODD_TOOLS))
    process = int(await said(connection, scope, "process"))
    waiting = asyncio.create_task(said(connection, scope, "wait"))
    await asyncio.wait({waiting}, timeout=0.1)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert waiting.cancelled()
    await connection.close()
    assert not is_running(process)


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        (Command("/nonexistent/program"), "cannot be used: FileNotFoundError"),
        (script("raise SystemExit(1)"), "ended its session before it answered"),
        (script("import time; time.sleep(60)"), "did not answer in time"),
        (HttpEndpoint("http://127.0.0.1:9/"), "not on the open internet|may not use port"),
        (HttpEndpoint("nonsense"), "only http"),
        (HttpEndpoint("http://[x]/"), "not a web address"),
    ],
)
async def test_a_server_that_cannot_be_had_is_said(endpoint: Endpoint, why: str) -> None:
    connection = McpConnection("mcp:notes", endpoint, AddressGuard(), McpLimits(connect_s=2))
    with pytest.raises(ToolFailed, match=why):
        await connection.tools()
    await connection.close()


async def test_no_server_is_called_inside_a_transaction(connect: Connect) -> None:
    with marked_as_open(), pytest.raises(RuntimeError, match="transaction"):
        await connect(COMMAND).tools()
