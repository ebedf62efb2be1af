"""Routes of tools that bots may name, and of the servers they are of."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from parley.core.kernel.ids import WorkspaceId
from parley.core.tools.model import (
    OfferedTool,
    ToolDescription,
    ToolServer,
    ToolServerDefinition,
    ToolServerId,
    ToolServerKind,
)
from parley.core.tools.service import MAX_NAME_CHARS, NAME_PATTERN
from parley.core.workspaces.model import Action
from parley.web.api.fields import EXAMPLE_ID, Body, PageReply, WithoutNul
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["tools"])

ServerPath = Annotated[UUID, Path(description="Id of the tool server.")]
Address = Annotated[str, Field(max_length=2_000), WithoutNul]


class ToolServerBody(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "openapi",
                "name": "tickets",
                "url": "https://tickets.example.org/openapi.json",
                "headers": {"Authorization": "Bearer …"},
            }
        }
    )

    kind: ToolServerKind
    name: str = Field(
        max_length=MAX_NAME_CHARS,
        pattern=NAME_PATTERN,
        description="Bots name the server `kind:name`; lower-case letters, digits and single hyphens.",
    )
    url: Address = Field("", description="Of the OpenAPI document, or of the MCP server (streamable HTTP).")
    document: dict[str, Any] | None = Field(
        None, description="The OpenAPI 3.0 or 3.1 document itself, instead of its address."
    )
    base_url: Address = Field("", description="Of the API, where the document names none or another one.")
    headers: dict[str, SecretStr] = Field(
        {}, description="Sent with every request, such as Authorization; kept encrypted.", max_length=20
    )

    def definition(self) -> ToolServerDefinition:
        return ToolServerDefinition(
            self.kind,
            self.name,
            url=self.url.strip(),
            document=self.document,
            base_url=self.base_url.strip(),
            headers={name: value.get_secret_value() for name, value in self.headers.items()},
        )


class ToolReply(BaseModel):
    name: str = Field(description="As models call it.", examples=["openapi_tickets_createTicket"])
    description: str
    changes_things: bool = Field(description="Asks the user first, unless the bot's configuration allows it.")

    @classmethod
    def of(cls, tool: ToolDescription) -> "ToolReply":
        return cls(name=tool.name, description=tool.description, changes_things=tool.changes_things)


class OfferedToolReply(BaseModel):
    name: str = Field(description="For `tools` of a bot's configuration.", examples=["openapi:tickets"])
    description: str
    changes_things: bool = Field(description="Whether any of its tools does.")
    tools: list[ToolReply] = Field(description="One for a built-in tool, several for a server.")
    problem: str = Field("", description="Why the tools of a server are not known at the moment.")

    @classmethod
    def of(cls, offered: OfferedTool) -> "OfferedToolReply":
        return cls(
            name=offered.name,
            description=offered.description,
            changes_things=offered.changes_things,
            tools=[ToolReply.of(tool) for tool in offered.tools],
            problem=offered.problem,
        )


class OfferedToolsReply(PageReply[OfferedToolReply]):
    """Built-in ones first, all on one page."""


class ToolServerReply(BaseModel):
    id: UUID = Field(examples=[EXAMPLE_ID])
    kind: ToolServerKind
    name: str = Field(examples=["tickets"])
    url: str = Field(
        description="Where its requests go, without query.", examples=["https://tickets.example.org"]
    )
    header_names: list[str] = Field(description="Their values are never shown.", examples=[["Authorization"]])
    tools: list[ToolReply]
    created_by: UUID
    created_at: datetime

    @classmethod
    def of(cls, server: ToolServer) -> "ToolServerReply":
        return cls(
            id=server.id,
            kind=server.kind,
            name=server.name,
            url=server.url,
            header_names=list(server.header_names),
            tools=[ToolReply.of(tool) for tool in server.tools],
            created_by=server.created_by,
            created_at=server.created_at,
        )


class ToolServersReply(PageReply[ToolServerReply]):
    """By kind and name, all on one page."""


@router.get("/tools", response_model=OfferedToolsReply, summary="List what bots may name as tools")
async def list_tools(workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep) -> OfferedToolsReply:
    """Built-in tools and tool servers, with the tools of each."""
    scope = await app.authorizer.in_workspace(caller, Action.READ_BOTS, WorkspaceId(workspace_id))
    offered = await app.toolbox.offered(scope)
    return OfferedToolsReply(items=[OfferedToolReply.of(each) for each in offered])


@router.get("/tool-servers", response_model=ToolServersReply, summary="List tool servers")
async def list_tool_servers(
    workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep
) -> ToolServersReply:
    servers = await app.use.tool_servers.list(caller, WorkspaceId(workspace_id))
    return ToolServersReply(items=[ToolServerReply.of(server) for server in servers])


@router.post(
    "/tool-servers",
    response_model=ToolServerReply,
    status_code=status.HTTP_201_CREATED,
    summary="Add a tool server",
)
async def create_tool_server(
    workspace_id: WorkspacePath, body: ToolServerBody, app: ServicesDep, caller: CallerDep
) -> ToolServerReply:
    """Reads the OpenAPI document, or asks the MCP server, and answers with the tools found there."""
    server = await app.use.tool_servers.create(caller, WorkspaceId(workspace_id), body.definition())
    return ToolServerReply.of(server)


@router.post(
    "/tool-servers/{tool_server_id}/refresh",
    response_model=ToolServerReply,
    summary="Look again at what a tool server offers",
)
async def refresh_tool_server(
    workspace_id: WorkspacePath, tool_server_id: ServerPath, app: ServicesDep, caller: CallerDep
) -> ToolServerReply:
    server_id = ToolServerId(tool_server_id)
    return ToolServerReply.of(
        await app.use.tool_servers.refresh(caller, WorkspaceId(workspace_id), server_id)
    )


@router.delete(
    "/tool-servers/{tool_server_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Remove a tool server",
)
async def remove_tool_server(
    workspace_id: WorkspacePath, tool_server_id: ServerPath, app: ServicesDep, caller: CallerDep
) -> None:
    """Bots that name it cannot answer until it is taken out of their tools."""
    await app.use.tool_servers.remove(caller, WorkspaceId(workspace_id), ToolServerId(tool_server_id))
