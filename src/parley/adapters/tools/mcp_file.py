"""Reads the MCP servers that the server's administrator defines, with the commands that may run here."""

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from parley.adapters.tools.mcp import Command, Endpoint, HttpEndpoint
from parley.core.kernel.errors import ParleyError
from parley.core.tools.service import MAX_NAME_CHARS, NAME_PATTERN


class WrongMcpFile(ParleyError):
    """The file of PARLEY_MCP_SERVERS cannot be used; the text says where and why."""

    code = "wrong_setting"


@dataclass(frozen=True, slots=True)
class McpServer:
    """A server for some workspaces, or for all."""

    endpoint: Endpoint
    workspaces: frozenset[str] | None
    """Their ids; None means every workspace."""

    def is_for(self, workspace_id: object) -> bool:
        return self.workspaces is None or str(workspace_id) in self.workspaces


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    workspaces: str | list[str]
    command: str = ""
    args: list[str] = []
    env: dict[str, str] = {}
    cwd: str | None = None
    url: str = ""
    headers: dict[str, str] = {}


class _File(msgspec.Struct, rename={"servers": "mcpServers"}):
    servers: dict[str, _Entry]


def read_mcp_file(path: Path) -> dict[str, McpServer]:
    """By name, in the form that other MCP clients read, with `workspaces` beside: `"all"` or a list of ids.

    Raises WrongMcpFile. `workspaces` has no default: on a server where anyone may make a workspace, a
    command that everyone's bots can run has to be meant.
    """
    try:
        entries = msgspec.json.decode(path.read_bytes(), type=_File).servers
    except OSError as error:
        raise WrongMcpFile(f"PARLEY_MCP_SERVERS: {path} cannot be read: {error.strerror}.") from None
    except msgspec.DecodeError as error:
        raise WrongMcpFile(
            f"PARLEY_MCP_SERVERS: {path} is not right: {error}.",
            hint='It holds {"mcpServers": {"name": {"command": "…", "args": ["…"], "workspaces": "all"}}}.',
        ) from None
    return {name: _server(path, name, entry) for name, entry in entries.items()}


def _server(path: Path, name: str, entry: _Entry) -> McpServer:
    if bool(entry.command) == bool(entry.url):
        raise WrongMcpFile(f"PARLEY_MCP_SERVERS: {name!r} in {path} needs either a command or a url.")
    if isinstance(entry.workspaces, str) and entry.workspaces != "all":
        raise WrongMcpFile(
            f'PARLEY_MCP_SERVERS: workspaces of {name!r} in {path} must be "all" or a list of ids.'
        )
    if len(name) > MAX_NAME_CHARS or not re.fullmatch(NAME_PATTERN, name):
        raise WrongMcpFile(
            f"PARLEY_MCP_SERVERS: {name!r} in {path} must be at most {MAX_NAME_CHARS} lower-case letters,"
            " digits and single hyphens."
        )
    return McpServer(
        HttpEndpoint(entry.url, entry.headers)
        if entry.url
        else Command(entry.command, tuple(entry.args), entry.env, entry.cwd),
        None if isinstance(entry.workspaces, str) else frozenset(entry.workspaces),
    )
