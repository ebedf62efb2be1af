"""Routes of a workspace's groups and of who is in them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, ConfigDict

from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.workspaces.model import Action, Group, GroupId, ResourceKind
from parley.web.api.fields import EXAMPLE_ID, Body, Name, PageReply
from parley.web.api.members import MemberPath, MemberReply, MembersReply
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(tags=["groups"])

GroupPath = Annotated[UUID, Path(description="Id of the group.")]


class GroupBody(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"name": "Finance"}})

    name: Name


class GroupReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "workspace_id": EXAMPLE_ID,
                "name": "Finance",
                "member_count": 4,
                "created_at": "2026-01-31T12:00:00Z",
            }
        }
    )

    id: UUID
    workspace_id: UUID
    name: str
    member_count: int
    created_at: datetime

    @classmethod
    def of(cls, group: Group) -> "GroupReply":
        return cls(
            id=group.id,
            workspace_id=group.workspace_id,
            name=group.name,
            member_count=group.member_count,
            created_at=group.created_at,
        )


class GroupsReply(PageReply[GroupReply]):
    """By name, all on one page."""


@router.get("/workspaces/{workspace_id}/groups", response_model=GroupsReply, summary="List groups")
async def list_groups(workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep) -> GroupsReply:
    """Editors, admins and owners see every group; everyone else the groups that they are in."""
    groups = await app.use.access.groups.list(caller, WorkspaceId(workspace_id))
    return GroupsReply(items=[GroupReply.of(group) for group in groups])


@router.post(
    "/workspaces/{workspace_id}/groups",
    response_model=GroupReply,
    status_code=status.HTTP_201_CREATED,
    summary="Make a group",
)
async def create_group(
    workspace_id: WorkspacePath, body: GroupBody, app: ServicesDep, caller: CallerDep
) -> GroupReply:
    group = await app.use.access.groups.create(caller, WorkspaceId(workspace_id), body.name)
    return GroupReply.of(group)


@router.patch("/groups/{group_id}", response_model=GroupReply, summary="Rename a group")
async def rename_group(
    group_id: GroupPath, body: GroupBody, app: ServicesDep, caller: CallerDep
) -> GroupReply:
    return GroupReply.of(await app.use.access.groups.rename(caller, GroupId(group_id), body.name))


@router.delete("/groups/{group_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a group")
async def remove_group(group_id: GroupPath, app: ServicesDep, caller: CallerDep) -> None:
    """What was open to the group alone is open to nobody then, until its access list is changed."""
    await app.use.access.groups.remove(caller, GroupId(group_id))


@router.get("/groups/{group_id}/members", response_model=MembersReply, summary="List a group's members")
async def list_group_members(group_id: GroupPath, app: ServicesDep, caller: CallerDep) -> MembersReply:
    """By when they were added, which `joined_at` tells; all on one page."""
    scope = await app.authorizer.on(caller, Action.READ_GROUPS, ResourceKind.GROUP, group_id)
    async with app.transactions.begin(scope) as tx:
        if await app.read.groups.get(tx, GroupId(group_id)) is None:
            raise NotFound("group", group_id)
        members = await app.read.group_members.list(tx, GroupId(group_id))
    return MembersReply(items=[MemberReply.of(member) for member in members])


@router.put(
    "/groups/{group_id}/members/{user_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Put a member into a group",
)
async def add_group_member(
    group_id: GroupPath, user_id: MemberPath, app: ServicesDep, caller: CallerDep
) -> None:
    """Takes a member of the workspace; one who is in the group already stays in it."""
    await app.use.access.groups.add_member(caller, GroupId(group_id), UserId(user_id))


@router.delete(
    "/groups/{group_id}/members/{user_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Take a member out of a group",
)
async def remove_group_member(
    group_id: GroupPath, user_id: MemberPath, app: ServicesDep, caller: CallerDep
) -> None:
    """From their next request on they read nothing more through the group."""
    await app.use.access.groups.remove_member(caller, GroupId(group_id), UserId(user_id))
