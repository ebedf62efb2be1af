"""Workspaces and memberships in PostgreSQL."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, Uuid, any_, bindparam, cast, delete, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.group_tables import group_members, groups
from parley.adapters.database.import_tables import imports
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import (
    bots,
    collections,
    conversations,
    documents,
    memberships,
    messages,
    turns,
    users,
    workspaces,
)
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Transaction
from parley.core.workspaces.model import (
    AlreadyMember,
    Member,
    Membership,
    ResourceKind,
    Role,
    Workspace,
)

_MOST_WORKSPACES = 200
_MOST_MEMBERS = 1_000

_WHERE_IT_LIVES: dict[ResourceKind, Table] = {
    ResourceKind.BOT: bots,
    ResourceKind.GROUP: groups,
    ResourceKind.COLLECTION: collections,
    ResourceKind.DOCUMENT: documents,
    ResourceKind.IMPORT: imports,
    ResourceKind.CONVERSATION: conversations,
    ResourceKind.TURN: turns,
    ResourceKind.MESSAGE: messages,
}

_workspace_columns = (workspaces.c.id, workspaces.c.name, workspaces.c.created_at)
_membership_columns = (
    memberships.c.workspace_id,
    memberships.c.user_id,
    memberships.c.role,
    func.array(
        select(group_members.c.group_id)
        .where(
            group_members.c.workspace_id == memberships.c.workspace_id,
            group_members.c.user_id == memberships.c.user_id,
        )
        .correlate(memberships)
        .scalar_subquery()
    ).label("groups"),
)


class PostgresWorkspaces:
    async def add(self, tx: Transaction, workspace: Workspace) -> None:
        await execute(
            tx,
            insert(workspaces).values(id=workspace.id, name=workspace.name, created_at=workspace.created_at),
        )

    async def get(self, tx: Transaction) -> Workspace | None:
        found = await row(tx, select(*_workspace_columns).where(workspaces.c.id == tx.workspace_id))
        return None if found is None else _to_workspace(found)

    async def rename(self, tx: Transaction, name: str) -> None:
        await execute(tx, update(workspaces).where(workspaces.c.id == tx.workspace_id).values(name=name))

    async def remove(self, tx: Transaction) -> None:
        await execute(tx, delete(workspaces).where(workspaces.c.id == tx.workspace_id))

    async def of_user(self, tx: Transaction) -> tuple[tuple[Workspace, Role], ...]:
        statement = (
            select(*_workspace_columns, memberships.c.role)
            .join(memberships, memberships.c.workspace_id == workspaces.c.id)
            .where(memberships.c.user_id == tx.user_id)
            .order_by(workspaces.c.created_at, workspaces.c.id)
            .limit(_MOST_WORKSPACES)
        )
        return tuple((_to_workspace(found), Role(found.role)) for found in await rows(tx, statement))


def _on(kind: ResourceKind, table: Table) -> Select[Any]:
    bot_of_it = table.c.id if kind is ResourceKind.BOT else table.c.get("bot_id", cast(null(), Uuid))
    bots = bindparam("bots", type_=ARRAY(Uuid))
    return (
        select(*_membership_columns)
        .join(table, table.c.workspace_id == memberships.c.workspace_id)
        .where(
            table.c.id == bindparam("resource"),
            memberships.c.user_id == bindparam("member"),
            or_(bots.is_(None), bot_of_it == any_(bots)),
        )
    )


# Each request begins with one of these.
_IN_WORKSPACE = select(*_membership_columns).where(
    memberships.c.workspace_id == bindparam("workspace"), memberships.c.user_id == bindparam("member")
)
_ON_RESOURCE = {kind: _on(kind, table) for kind, table in _WHERE_IT_LIVES.items()}


class PostgresMemberships:
    async def add(self, tx: Transaction, membership: Membership) -> None:
        added = await execute(
            tx,
            insert(memberships)
            .values(
                workspace_id=membership.workspace_id,
                user_id=membership.user_id,
                role=membership.role.value,
                created_at=func.now(),
            )
            .on_conflict_do_nothing(),
        )
        if not added:
            user = await row(tx, select(users.c.email).where(users.c.id == membership.user_id))
            raise AlreadyMember(user.email if user else str(membership.user_id))

    async def get(self, tx: Transaction, workspace_id: WorkspaceId, user_id: UserId) -> Membership | None:
        return _to_membership(await row(tx, _IN_WORKSPACE, {"workspace": workspace_id, "member": user_id}))

    async def on_resource(
        self,
        tx: Transaction,
        kind: ResourceKind,
        resource_id: UUID,
        user_id: UserId,
        bots: frozenset[UUID] | None = None,
    ) -> Membership | None:
        values = {"resource": resource_id, "member": user_id, "bots": None if bots is None else list(bots)}
        return _to_membership(await row(tx, _ON_RESOURCE[kind], values))

    async def list(self, tx: Transaction) -> tuple[Member, ...]:
        statement = (
            select(
                memberships.c.user_id,
                users.c.email,
                users.c.name,
                memberships.c.role,
                memberships.c.created_at,
            )
            .join(users, users.c.id == memberships.c.user_id)
            .where(memberships.c.workspace_id == tx.workspace_id)
            .order_by(memberships.c.created_at, memberships.c.user_id)
            .limit(_MOST_MEMBERS)
        )
        return tuple(
            Member(
                user_id=found.user_id,
                email=found.email,
                name=found.name,
                role=Role(found.role),
                joined_at=found.created_at,
            )
            for found in await rows(tx, statement)
        )

    async def set_role(self, tx: Transaction, user_id: UserId, role: Role) -> None:
        await execute(
            tx,
            update(memberships)
            .where(memberships.c.workspace_id == tx.workspace_id, memberships.c.user_id == user_id)
            .values(role=role.value),
        )

    async def remove(self, tx: Transaction, user_id: UserId) -> None:
        await execute(
            tx,
            delete(memberships).where(
                memberships.c.workspace_id == tx.workspace_id, memberships.c.user_id == user_id
            ),
        )

    async def lock_owners(self, tx: Transaction) -> frozenset[UserId]:
        statement = (
            select(memberships.c.user_id)
            .where(memberships.c.workspace_id == tx.workspace_id, memberships.c.role == Role.OWNER.value)
            .order_by(memberships.c.user_id)
            .with_for_update()
        )
        return frozenset(found.user_id for found in await rows(tx, statement))


def _to_workspace(found: Record) -> Workspace:
    return Workspace(id=found.id, name=found.name, created_at=found.created_at)


def _to_membership(found: Record | None) -> Membership | None:
    if found is None:
        return None
    return Membership(found.workspace_id, found.user_id, Role(found.role), frozenset(found.groups))
