"""Routes of workspaces."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, ConfigDict

from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId
from parley.core.workspaces.model import Action, Role, Workspace
from parley.web.api.fields import EXAMPLE_ID, Body, Name, PageReply
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(prefix="/workspaces", tags=["workspaces"])

WorkspacePath = Annotated[UUID, Path(description="Id of the workspace.")]


class WorkspaceBody(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"name": "Support team"}})

    name: Name


class WorkspaceReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "name": "Support team",
                "role": "owner",
                "created_at": "2026-01-31T12:00:00Z",
            }
        }
    )

    id: UUID
    name: str
    role: Role
    """Your own in it."""
    created_at: datetime

    @classmethod
    def of(cls, workspace: Workspace, role: Role) -> "WorkspaceReply":
        return cls(id=workspace.id, name=workspace.name, role=role, created_at=workspace.created_at)


class WorkspacesReply(PageReply[WorkspaceReply]):
    """Your workspaces, oldest first, all on one page."""


@router.get("", response_model=WorkspacesReply, summary="List your workspaces")
async def list_workspaces(app: ServicesDep, caller: CallerDep) -> WorkspacesReply:
    async with app.transactions.begin_identity(caller.user_id) as tx:
        found = await app.read.workspaces.of_user(tx)
    return WorkspacesReply(items=[WorkspaceReply.of(workspace, role) for workspace, role in found])


@router.post(
    "", response_model=WorkspaceReply, status_code=status.HTTP_201_CREATED, summary="Make a workspace"
)
async def create_workspace(body: WorkspaceBody, app: ServicesDep, caller: CallerDep) -> WorkspaceReply:
    """You become its owner."""
    return WorkspaceReply.of(await app.use.workspaces.create(caller, body.name), Role.OWNER)


@router.get("/{workspace_id}", response_model=WorkspaceReply, summary="Read a workspace")
async def get_workspace(workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep) -> WorkspaceReply:
    scope = await app.authorizer.in_workspace(caller, Action.READ_WORKSPACE, WorkspaceId(workspace_id))
    async with app.transactions.begin(scope) as tx:
        workspace = await app.read.workspaces.get(tx)
    if workspace is None:
        raise NotFound("workspace", workspace_id)
    return WorkspaceReply.of(workspace, scope.role)


@router.patch("/{workspace_id}", response_model=WorkspaceReply, summary="Rename a workspace")
async def rename_workspace(
    workspace_id: WorkspacePath, body: WorkspaceBody, app: ServicesDep, caller: CallerDep
) -> WorkspaceReply:
    await app.use.workspaces.rename(caller, WorkspaceId(workspace_id), body.name)
    return await get_workspace(workspace_id, app, caller)


@router.delete("/{workspace_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a workspace")
async def remove_workspace(workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep) -> None:
    """Removes it for good, with its bots, documents and everyone's conversations."""
    await app.use.workspaces.remove(caller, WorkspaceId(workspace_id))
