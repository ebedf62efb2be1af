"""Groups and their members in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import UniqueViolationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.group_tables import group_members, groups
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import memberships, users
from parley.core.kernel.ids import UserId
from parley.core.kernel.transactions import Transaction
from parley.core.workspaces.model import Group, GroupId, GroupNameTaken, Member, Role

_MOST_MEMBERS = 1_000

_select_groups = select(
    groups.c.id,
    groups.c.workspace_id,
    groups.c.name,
    groups.c.created_at,
    select(func.count())
    .select_from(group_members)
    .where(group_members.c.group_id == groups.c.id)
    .correlate(groups)
    .scalar_subquery()
    .label("member_count"),
)


class PostgresGroups:
    """Implements `Groups`."""

    async def add(self, tx: Transaction, group: Group) -> None:
        statement = (
            insert(groups)
            .values(
                id=group.id, workspace_id=group.workspace_id, name=group.name, created_at=group.created_at
            )
            .on_conflict_do_nothing(index_elements=[groups.c.workspace_id, func.lower(groups.c.name)])
        )
        if not await execute(tx, statement):
            raise GroupNameTaken(group.name)

    async def get(self, tx: Transaction, group_id: GroupId) -> Group | None:
        statement = _select_groups.where(groups.c.id == group_id, groups.c.workspace_id == tx.workspace_id)
        found = await row(tx, statement)
        return None if found is None else _to_group(found)

    async def list(self, tx: Transaction, limit: int) -> tuple[Group, ...]:
        statement = (
            _select_groups.where(groups.c.workspace_id == tx.workspace_id)
            .order_by(func.lower(groups.c.name))
            .limit(limit)
        )
        return tuple(_to_group(found) for found in await rows(tx, statement))

    async def rename(self, tx: Transaction, group_id: GroupId, name: str) -> None:
        statement = (
            update(groups)
            .where(groups.c.id == group_id, groups.c.workspace_id == tx.workspace_id)
            .values(name=name)
        )
        try:
            await execute(tx, statement)
        except UniqueViolationError as error:
            raise GroupNameTaken(name) from error

    async def remove(self, tx: Transaction, group_id: GroupId) -> None:
        await execute(
            tx, delete(groups).where(groups.c.id == group_id, groups.c.workspace_id == tx.workspace_id)
        )

    async def known(self, tx: Transaction, wanted: Sequence[UUID]) -> frozenset[GroupId]:
        statement = select(groups.c.id).where(
            groups.c.workspace_id == tx.workspace_id, groups.c.id.in_(set(wanted))
        )
        return frozenset(GroupId(found.id) for found in await rows(tx, statement))


class PostgresGroupMembers:
    """Implements `GroupMembers`."""

    async def list(self, tx: Transaction, group_id: GroupId) -> tuple[Member, ...]:
        statement = (
            select(
                group_members.c.user_id,
                users.c.email,
                users.c.name,
                memberships.c.role,
                group_members.c.added_at,
            )
            .join(
                memberships,
                (memberships.c.workspace_id == group_members.c.workspace_id)
                & (memberships.c.user_id == group_members.c.user_id),
            )
            .join(users, users.c.id == group_members.c.user_id)
            .where(group_members.c.group_id == group_id, group_members.c.workspace_id == tx.workspace_id)
            .order_by(group_members.c.added_at, group_members.c.user_id)
            .limit(_MOST_MEMBERS)
        )
        return tuple(
            Member(found.user_id, found.email, found.name, Role(found.role), found.added_at)
            for found in await rows(tx, statement)
        )

    async def add(self, tx: Transaction, group_id: GroupId, user_id: UserId, at: datetime) -> bool:
        statement = (
            insert(group_members)
            .values(workspace_id=tx.workspace_id, user_id=user_id, group_id=group_id, added_at=at)
            .on_conflict_do_nothing()
        )
        return await execute(tx, statement) == 1

    async def remove(self, tx: Transaction, group_id: GroupId, user_id: UserId) -> bool:
        statement = delete(group_members).where(
            group_members.c.workspace_id == tx.workspace_id,
            group_members.c.user_id == user_id,
            group_members.c.group_id == group_id,
        )
        return await execute(tx, statement) == 1

    async def outside(self, tx: Transaction, wanted: Sequence[UUID]) -> tuple[UUID, ...]:
        statement = select(memberships.c.user_id).where(
            memberships.c.workspace_id == tx.workspace_id, memberships.c.user_id.in_(set(wanted))
        )
        inside = {found.user_id for found in await rows(tx, statement)}
        return tuple(user_id for user_id in wanted if user_id not in inside)


def _to_group(found: Record) -> Group:
    return Group(
        id=found.id,
        workspace_id=found.workspace_id,
        name=found.name,
        created_at=found.created_at,
        member_count=found.member_count,
    )
