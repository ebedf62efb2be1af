"""What workspaces need stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from parley.core.identity.model import ApiKeyId
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Transaction
from parley.core.workspaces.model import (
    ApiKey,
    Group,
    GroupId,
    Member,
    Membership,
    ResourceKind,
    Role,
    Workspace,
)


class Workspaces(Protocol):
    async def add(self, tx: Transaction, workspace: Workspace) -> None: ...

    async def get(self, tx: Transaction) -> Workspace | None:
        """The workspace of the transaction's scope."""
        ...

    async def rename(self, tx: Transaction, name: str) -> None: ...

    async def remove(self, tx: Transaction) -> None:
        """Removes the workspace of the transaction's scope with every row that carries its id, save the
        audit record's: who removed it stays known."""
        ...

    async def of_user(self, tx: Transaction) -> tuple[tuple[Workspace, Role], ...]:
        """The workspaces of the identity transaction's user, oldest first, at most 200."""
        ...


class Memberships(Protocol):
    async def add(self, tx: Transaction, membership: Membership) -> None:
        """Raises AlreadyMember."""
        ...

    async def get(self, tx: Transaction, workspace_id: WorkspaceId, user_id: UserId) -> Membership | None:
        """With the user's groups, read in the same round trip: each request begins with it."""
        ...

    async def on_resource(
        self,
        tx: Transaction,
        kind: ResourceKind,
        resource_id: UUID,
        user_id: UserId,
        bots: frozenset[UUID] | None = None,
    ) -> Membership | None:
        """The user's membership in the workspace that the resource lives in; None when there is neither.

        With `bots`, None also for a bot that is not among them, and for what was not made with one of them.
        """
        ...

    async def list(self, tx: Transaction) -> tuple[Member, ...]:
        """Members of the transaction's workspace, by when they joined, at most 1,000."""
        ...

    async def set_role(self, tx: Transaction, user_id: UserId, role: Role) -> None: ...

    async def remove(self, tx: Transaction, user_id: UserId) -> None: ...

    async def lock_owners(self, tx: Transaction) -> frozenset[UserId]:
        """The owners, locked until `tx` ends, so that the last two cannot step down at once."""
        ...


class Groups(Protocol):
    """Of the transaction's workspace."""

    async def add(self, tx: Transaction, group: Group) -> None:
        """Raises GroupNameTaken; names are compared without regard to case."""
        ...

    async def get(self, tx: Transaction, group_id: GroupId) -> Group | None: ...

    async def list(self, tx: Transaction, limit: int) -> tuple[Group, ...]:
        """By name, each with its number of members."""
        ...

    async def rename(self, tx: Transaction, group_id: GroupId, name: str) -> None:
        """Raises GroupNameTaken."""
        ...

    async def remove(self, tx: Transaction, group_id: GroupId) -> None: ...

    async def known(self, tx: Transaction, wanted: Sequence[UUID]) -> frozenset[GroupId]:
        """Those of `wanted` that are groups of the workspace."""
        ...


class GroupMembers(Protocol):
    async def list(self, tx: Transaction, group_id: GroupId) -> tuple[Member, ...]:
        """By when they were added, at most 1,000."""
        ...

    async def add(self, tx: Transaction, group_id: GroupId, user_id: UserId, at: datetime) -> bool:
        """False when the user, a member of the workspace, is in the group already."""
        ...

    async def remove(self, tx: Transaction, group_id: GroupId, user_id: UserId) -> bool:
        """False when the user was not in the group."""
        ...

    async def outside(self, tx: Transaction, wanted: Sequence[UUID]) -> tuple[UUID, ...]:
        """Those of `wanted` that are no members of the transaction's workspace, in the order given."""
        ...


class ApiKeys(Protocol):
    async def add(self, tx: Transaction, key: ApiKey) -> None: ...

    async def list(self, tx: Transaction) -> tuple[ApiKey, ...]:
        """Those of the transaction's workspace, newest first, at most 200."""
        ...

    async def by_hash(self, tx: Transaction, key_hash: str) -> ApiKey | None: ...

    async def used(self, tx: Transaction, key_id: ApiKeyId, at: datetime) -> None: ...

    async def remove(self, tx: Transaction, key_id: ApiKeyId) -> ApiKey | None:
        """What was removed; None when the transaction's workspace has no such key."""
        ...


class BotCheck(Protocol):
    async def missing(self, tx: Transaction, wanted: Sequence[UUID]) -> tuple[UUID, ...]:
        """Those of `wanted` that are no bots of the transaction's workspace, in the order given."""
        ...
