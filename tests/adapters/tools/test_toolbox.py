"""Finding the tools that bots name, over a real database and a real MCP server."""

import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from parley.adapters.database.connection import Database
from parley.adapters.database.tool_servers import PostgresToolServers
from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.secrets.aesgcm import AesGcmBox
from parley.adapters.tools.bounded import ToolBounds
from parley.adapters.tools.calculator import Calculator
from parley.adapters.tools.kit import Kit
from parley.adapters.tools.mcp import Command, McpLimits
from parley.adapters.tools.mcp_file import McpServer, WrongMcpFile, read_mcp_file
from parley.adapters.tools.toolbox import Network, StoredServers, ToolFinder
from parley.adapters.tools.web import Web
from parley.core.kernel.errors import InvalidInput
from parley.core.tools.model import (
    Invocation,
    ToolDescription,
    ToolFailed,
    ToolServer,
    ToolServerId,
    ToolServerKind,
    stands_for,
)
from parley.core.workspaces.model import Role, WorkspaceScope
from tests.adapters.database.stored import store
from tests.adapters.tools.notes_server import COMMAND, is_running

SECRETS = AesGcmBox("a key of more than thirty-two characters")


@pytest.fixture
async def scope(database: Database) -> WorkspaceScope:
    stored = await store(database)
    return WorkspaceScope(stored.workspace_id, stored.user_id, Role.MEMBER)


class Toolboxes:
    """Makes toolboxes with these MCP servers of the administrator."""

    def __init__(self, database: Database, kit: Kit, guard: AddressGuard, tools_web: Web) -> None:
        self._stored = StoredServers(database, PostgresToolServers(), SECRETS)
        self._calculator = Calculator(kit)
        self._network = Network(tools_web, guard, McpLimits())
        self.made: list[ToolFinder] = []

    def with_servers(self, servers: Mapping[str, McpServer] | None = None) -> ToolFinder:
        built_in = {"calculator": self._calculator}
        toolbox = ToolFinder(built_in, self._stored, servers or {}, self._network, ToolBounds())
        self.made.append(toolbox)
        return toolbox


@pytest.fixture
async def toolboxes(
    database: Database, kit: Kit, guard: AddressGuard, tools_web: Web
) -> AsyncIterator[Toolboxes]:
    made = Toolboxes(database, kit, guard, tools_web)
    yield made
    for toolbox in made.made:
        await toolbox.close()


def server_of(scope: WorkspaceScope, kind: ToolServerKind, name: str) -> ToolServer:
    """One that was stored; nothing is reached before a tool of it is called."""
    server_id = ToolServerId(uuid4())
    tool = ToolDescription(f"{kind}_{name}_find", "Finds.", {"type": "object"}, changes_things=True)
    operation = {"method": "GET", "path": "/find"}
    return ToolServer(
        id=server_id,
        workspace_id=scope.workspace_id,
        kind=kind,
        name=name,
        configuration={
            "source_url": "http://127.0.0.1:9/",
            "base_url": "http://127.0.0.1:9",
            "names": ["find"],
            "operations": [operation],
        },
        url="http://127.0.0.1:9",
        tools=(tool,),
        sealed_headers=SECRETS.seal('{"X-Key": "secret"}', f"tool_servers:{server_id}"),
        header_names=("X-Key",),
        created_by=scope.user_id,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


async def keep(database: Database, scope: WorkspaceScope, *servers: ToolServer) -> None:
    async with database.begin(scope) as tx:
        for server in servers:
            await PostgresToolServers().add(tx, server)


async def test_a_built_in_tool_is_opened_by_name_once(toolboxes: Toolboxes, scope: WorkspaceScope) -> None:
    async with toolboxes.with_servers().open(scope, ["calculator", "calculator"]) as opened:
        [calculator] = opened.tools
        assert (await calculator.run(Invocation({"expression": "6*7"}, scope))).text == "42"
        with pytest.raises(ToolFailed, match="'expression' is a required property"):
            await calculator.run(Invocation({}, scope))


@pytest.mark.parametrize("name", ["nonsense", "mcp:nowhere", "openapi:nowhere", "", "mcp:"])
async def test_a_name_that_nobody_has_is_refused(
    toolboxes: Toolboxes, scope: WorkspaceScope, name: str
) -> None:
    toolbox = toolboxes.with_servers()
    with pytest.raises(InvalidInput, match="this workspace does not have"):
        await toolbox.check(scope, ["calculator", name])
    async with toolbox.open(scope, ["calculator", name]) as opened:
        assert [tool.description.name for tool in opened.tools] == ["calculator"]
        assert opened.missing == {name: "It is not there any more."}


async def test_a_server_that_cannot_be_reached_leaves_the_other_tools_and_is_let_alone_for_a_while(
    toolboxes: Toolboxes, scope: WorkspaceScope, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    script = f"open({str(started)!r}, 'a').write('x')"
    broken = McpServer(Command(sys.executable, ("-c", script)), None)
    toolbox = toolboxes.with_servers({"broken": broken})
    for _ in range(2):
        async with toolbox.open(scope, ["mcp:broken", "calculator"]) as opened:
            assert [tool.description.name for tool in opened.tools] == ["calculator"]
            assert "mcp:broken" in opened.missing["mcp:broken"]
    assert started.read_text() == "x"


@pytest.mark.parametrize("kind", list(ToolServerKind))
async def test_a_server_of_the_workspace_stands_for_its_tools_and_is_reached_when_one_is_called(
    database: Database, toolboxes: Toolboxes, scope: WorkspaceScope, kind: ToolServerKind
) -> None:
    await keep(database, scope, server_of(scope, kind, "crm"))
    toolbox = toolboxes.with_servers()
    await toolbox.check(scope, [f"{kind}:crm"])
    async with toolbox.open(scope, [f"{kind}:crm"]) as opened:
        [find] = opened.tools
        assert find.description.name == f"{kind}_crm_find"
        assert stands_for(f"{kind}:crm", find.description.name)
        with pytest.raises(ToolFailed, match="may not use port 9"):
            await find.run(Invocation({}, scope))


async def test_another_workspaces_server_is_nobody_elses(
    database: Database, toolboxes: Toolboxes, scope: WorkspaceScope
) -> None:
    other = await store(database)
    stranger = WorkspaceScope(other.workspace_id, other.user_id, Role.OWNER)
    await keep(database, scope, server_of(scope, ToolServerKind.MCP, "crm"))
    toolbox = toolboxes.with_servers()
    with pytest.raises(InvalidInput):
        await toolbox.check(stranger, ["mcp:crm"])
    assert "mcp:crm" not in {offered.name for offered in await toolbox.offered(stranger)}


async def test_a_server_of_the_administrator_is_for_the_workspaces_it_names(
    toolboxes: Toolboxes, scope: WorkspaceScope
) -> None:
    ours = McpServer(COMMAND, frozenset({str(scope.workspace_id)}))
    toolbox = toolboxes.with_servers(
        {"desk": ours, "all": McpServer(COMMAND, None), "theirs": McpServer(COMMAND, frozenset({"x"}))}
    )
    await toolbox.check(scope, ["mcp:desk", "mcp:all"])
    with pytest.raises(InvalidInput, match="mcp:theirs"):
        await toolbox.check(scope, ["mcp:theirs"])


async def test_a_command_runs_from_its_first_use_to_the_end_of_the_turn(
    toolboxes: Toolboxes, scope: WorkspaceScope, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    script = (
        "import os, pathlib\nfrom mcp.server import MCPServer\n"
        f"pathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\n"
        "server = MCPServer('x')\n@server.tool()\ndef hello() -> str:\n    return 'Hello'\nserver.run()\n"
    )
    command = Command(sys.executable, ("-c", script))
    toolbox = toolboxes.with_servers({"x": McpServer(command, None)})
    async with toolbox.open(scope, ["mcp:x"]) as opened:
        [hello] = opened.tools
        assert (await hello.run(Invocation({}, scope))).text == "Hello"
        process = int(pid.read_text())
        assert is_running(process)
    assert not is_running(process)
    pid.unlink()
    async with toolbox.open(scope, ["mcp:x"]) as opened:
        assert len(opened.tools) == 1
    assert not pid.exists(), "what it offers was known: nothing had to be started"


async def test_all_that_a_bot_may_name_is_offered_and_what_fails_says_why(
    database: Database, toolboxes: Toolboxes, scope: WorkspaceScope
) -> None:
    await keep(database, scope, server_of(scope, ToolServerKind.OPENAPI, "crm"))
    toolbox = toolboxes.with_servers(
        {"desk": McpServer(COMMAND, None), "gone": McpServer(Command("/nonexistent"), None)}
    )
    offered = {each.name: each for each in await toolbox.offered(scope)}
    assert set(offered) == {"calculator", "mcp:notes", "openapi:crm", "mcp:desk", "mcp:gone"}
    assert [tool.name for tool in offered["mcp:desk"].tools] == ["mcp_desk_read_notes", "mcp_desk_add_note"]
    assert (offered["calculator"].changes_things, offered["openapi:crm"].changes_things) == (False, True)
    assert (offered["mcp:gone"].tools, offered["mcp:desk"].problem) == ((), "")
    assert "FileNotFoundError" in offered["mcp:gone"].problem


@pytest.mark.parametrize(
    ("reference", "tool", "stands"),
    [
        ("calculator", "calculator", True),
        ("calculator", "calculator_2", False),
        ("mcp:crm", "mcp_crm_find", True),
        ("mcp:crm", "mcp_crm-two_find", False),
        ("mcp:crm", "openapi_crm_find", False),
    ],
)
def test_a_name_stands_for_its_own_tools_alone(reference: str, tool: str, *, stands: bool) -> None:
    assert stands_for(reference, tool) is stands


def test_the_file_of_servers_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mcp.json"
    file.write_text(
        '{"mcpServers": {"desk": {"command": "desk", "args": ["-v"], "env": {"A": "b"}, "workspaces": "all"},'
        ' "web": {"url": "https://example.org/mcp", "headers": {"X": "y"}, "workspaces": ["w"]}}}'
    )
    servers = read_mcp_file(file)
    assert servers["desk"] == McpServer(Command("desk", ("-v",), {"A": "b"}), None)
    assert servers["web"].is_for("w")
    assert not servers["web"].is_for("v")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not right"),
        ('{"mcpServers": {"x": {"command": "x"}}}', "missing required field `workspaces`"),
        ('{"mcpServers": {"x": {"command": "x", "workspaces": "some"}}}', '"all" or a list'),
        ('{"mcpServers": {"x": {"workspaces": "all"}}}', "either a command or a url"),
        ('{"mcpServers": {"x": {"command": "x", "url": "y", "workspaces": "all"}}}', "either a command"),
        ('{"mcpServers": {"x": {"command": "x", "workspaces": "all", "comand": "y"}}}', "comand"),
        ('{"mcpServers": {"a_b": {"command": "x", "workspaces": "all"}}}', "lower-case letters"),
        ('{"mcpServers": {"a--b": {"command": "x", "workspaces": "all"}}}', "lower-case letters"),
    ],
)
def test_a_file_of_servers_that_is_wrong_says_where(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "mcp.json"
    file.write_text(text)
    with pytest.raises(WrongMcpFile, match=why):
        read_mcp_file(file)


def test_a_file_of_servers_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongMcpFile, match="cannot be read"):
        read_mcp_file(tmp_path / "mcp.json")
