"""Values of tools: their description for the model, one invocation, its output, the servers they are of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.workspaces.model import WorkspaceScope


@dataclass(frozen=True, slots=True)
class ToolDescription:
    """What a tool is, for the model that calls it and the people who allow it."""

    name: str
    """Letters, digits, `_` and `-`, at most 64: what every provider takes."""
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema of the arguments, an object."""
    changes_things: bool
    """It has side effects: the user is asked first, unless the bot's owner allows it."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of a tool on behalf of a user; the arguments are as the model wrote them."""

    arguments: Mapping[str, Any]
    scope: WorkspaceScope
    collections: tuple[UUID, ...] = ()
    """Of the bot; empty means every collection of the workspace."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage of a document that a tool found; the turn gives it the number that answers cite it by."""

    document_id: UUID
    document_name: str
    chunk: int
    """The chunk's ordinal in its document."""
    page: int | None
    heading_path: tuple[str, ...]
    char_start: int
    char_end: int
    text: str
    score: float
    document_version: int | None = None


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a tool found or did, as text for the model."""

    text: str
    passages: tuple[FoundPassage, ...] = ()
    """Told to the model after the text, each with its number: the text does not repeat them."""


class ToolFailed(ParleyError):
    """The tool could not do it. The detail is told to the model, which may try another way."""

    code = "tool_failed"
    kind = ErrorKind.UNAVAILABLE


class ToolServerKind(StrEnum):
    OPENAPI = "openapi"
    """An HTTP API that its OpenAPI document describes; each operation is a tool."""
    MCP = "mcp"
    """An MCP server, reached by streamable HTTP."""


ToolServerId = NewType("ToolServerId", UUID)


@dataclass(frozen=True, slots=True)
class ToolServer:
    """A server whose tools the bots of one workspace may call. Bots name it `kind:name`."""

    id: ToolServerId
    workspace_id: WorkspaceId
    kind: ToolServerKind
    name: str
    """Lower-case letters, digits and `-`; no two servers of one kind share it in a workspace."""
    configuration: Mapping[str, Any]
    """What its kind needs to call it; made and read by the adapter alone, never shown."""
    url: str
    """Where it is, for people: without query."""
    tools: tuple[ToolDescription, ...]
    """As they were when the server was last looked at."""
    sealed_headers: bytes | None
    """Headers of every request, encrypted: they hold keys."""
    header_names: tuple[str, ...]
    created_by: UserId
    created_at: datetime

    @property
    def reference(self) -> str:
        return f"{self.kind}:{self.name}"

    @property
    def secret_place(self) -> str:
        """The context that its headers are sealed with."""
        return f"tool_servers:{self.id}"


@dataclass(frozen=True, slots=True)
class ToolServerDefinition:
    """What an administrator says of a tool server."""

    kind: ToolServerKind
    name: str
    url: str = ""
    """Of the OpenAPI document, or of the MCP server."""
    document: Mapping[str, Any] | None = None
    """The OpenAPI document itself, instead of its address."""
    base_url: str = ""
    """Of the API, where the document names none or another one."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InspectedServer:
    """What was found at a tool server."""

    configuration: Mapping[str, Any]
    url: str
    tools: tuple[ToolDescription, ...]


@dataclass(frozen=True, slots=True)
class OfferedTool:
    """What a bot may name: a tool, or a whole server (`mcp:github`) with its tools."""

    name: str
    description: str
    tools: tuple[ToolDescription, ...]
    problem: str = ""
    """Why its tools are not known at the moment, for a person."""

    @property
    def changes_things(self) -> bool:
        return any(tool.changes_things for tool in self.tools)


class ToolServerUnusable(ParleyError):
    """What was given as a tool server is none, or does not answer now."""

    code = "tool_server_unusable"
    kind = ErrorKind.INVALID

    def __init__(self, why: ToolFailed) -> None:
        super().__init__(why.detail, hint=why.hint)


class DuplicateToolServer(ParleyError):
    code = "duplicate_name"
    kind = ErrorKind.CONFLICT

    def __init__(self, reference: str) -> None:
        super().__init__(f"This workspace already has {reference}.", hint="Choose another name.")


def stands_for(reference: str, tool: str) -> bool:
    """Whether a name in a bot's configuration means this tool: itself, or the server that it is of.

    `mcp:github` stands for every tool `mcp_github_…`. Names of servers hold no `_`, so that no other
    server's tools begin alike.
    """
    return tool == reference or (":" in reference and tool.startswith(tool_prefix(reference)))


def tool_prefix(reference: str) -> str:
    """What the names of a server's tools begin with."""
    return reference.replace(":", "_") + "_"
