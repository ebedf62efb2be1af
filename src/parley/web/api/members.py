"""Routes of a workspace's members."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, ConfigDict

from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.workspaces.model import Action, Member, Role
from parley.web.api.auth import Email
from parley.web.api.fields import EXAMPLE_ID, Body, PageReply
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(prefix="/workspaces/{workspace_id}/members", tags=["members"])

MemberPath = Annotated[UUID, Path(description="Id of the member's user.")]


class MemberBody(Body):
    model_config = ConfigDict(
        json_schema_extra={"example": {"email": "colleague@example.org", "role": "editor"}}
    )

    email: Email
    role: Role


class RoleBody(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"role": "admin"}})

    role: Role


class MemberReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "user_id": EXAMPLE_ID,
                "email": "colleague@example.org",
                "name": "Colleague",
                "role": "editor",
                "joined_at": "2026-01-31T12:00:00Z",
            }
        }
    )

    user_id: UUID
    email: str
    name: str
    role: Role
    joined_at: datetime

    @classmethod
    def of(cls, member: Member) -> "MemberReply":
        return cls(
            user_id=member.user_id,
            email=member.email,
            name=member.name,
            role=member.role,
            joined_at=member.joined_at,
        )


class MembersReply(PageReply[MemberReply]):
    """By when they joined, all on one page."""


@router.get("", response_model=MembersReply, summary="List members")
async def list_members(workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep) -> MembersReply:
    scope = await app.authorizer.in_workspace(caller, Action.READ_MEMBERS, WorkspaceId(workspace_id))
    async with app.transactions.begin(scope) as tx:
        members = await app.read.memberships.list(tx)
    return MembersReply(items=[MemberReply.of(member) for member in members])


@router.post("", response_model=MemberReply, status_code=status.HTTP_201_CREATED, summary="Add a member")
async def add_member(
    workspace_id: WorkspacePath, body: MemberBody, app: ServicesDep, caller: CallerDep
) -> MemberReply:
    """Lets in someone who has an account on this server."""
    member = await app.use.members.add(caller, WorkspaceId(workspace_id), body.email, body.role)
    return MemberReply.of(member)


@router.patch("/{user_id}", response_model=MemberReply, summary="Change a member's role")
async def change_role(
    workspace_id: WorkspacePath, user_id: MemberPath, body: RoleBody, app: ServicesDep, caller: CallerDep
) -> MemberReply:
    await app.use.members.set_role(caller, WorkspaceId(workspace_id), UserId(user_id), body.role)
    members = await list_members(workspace_id, app, caller)
    for member in members.items:
        if member.user_id == user_id:
            return member
    raise NotFound("member", user_id)


@router.delete("/{user_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a member")
async def remove_member(
    workspace_id: WorkspacePath, user_id: MemberPath, app: ServicesDep, caller: CallerDep
) -> None:
    """Anyone may remove themselves; the last owner cannot."""
    await app.use.members.remove(caller, WorkspaceId(workspace_id), UserId(user_id))
