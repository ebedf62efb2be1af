"""Use cases of groups: make, rename and remove them, put members in and take them out."""

from uuid import UUID

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import UserId, WorkspaceId, uuid7
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.authorize import Authorizer, allows
from parley.core.workspaces.model import (
    Action,
    Group,
    GroupId,
    ResourceKind,
    TooManyGroups,
    WorkspaceScope,
)
from parley.core.workspaces.ports import GroupMembers, Groups

MOST_GROUPS = 500
"""Of one workspace: the ids of those that someone is in go with each of their transactions."""


class GroupService:
    """Admins manage groups; what a group opens is decided where documents are."""

    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        stores: tuple[Groups, GroupMembers],
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._groups, self._members = stores
        self._audit = audit
        self._clock = clock

    async def list(self, caller: Caller, workspace_id: WorkspaceId) -> tuple[Group, ...]:
        """By name. Those who may not read groups see the ones they are in themselves."""
        scope = await self._authorizer.in_workspace(caller, Action.READ_WORKSPACE, workspace_id)
        async with self._transactions.begin(scope) as tx:
            groups = await self._groups.list(tx, MOST_GROUPS)
        if allows(scope.role, Action.READ_GROUPS):
            return groups
        return tuple(group for group in groups if group.id in scope.groups)

    async def create(self, caller: Caller, workspace_id: WorkspaceId, name: str) -> Group:
        """Raises GroupNameTaken, TooManyGroups."""
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_GROUPS, workspace_id)
        group = Group(GroupId(uuid7()), workspace_id, name, self._clock.now())
        async with self._transactions.begin(scope) as tx:
            if len(await self._groups.list(tx, MOST_GROUPS)) >= MOST_GROUPS:
                raise TooManyGroups(MOST_GROUPS)
            await self._groups.add(tx, group)
            await self._record(tx, scope, "group.created", group)
        return group

    async def rename(self, caller: Caller, group_id: GroupId, name: str) -> Group:
        """Raises NotFound, GroupNameTaken."""
        scope = await self._on(caller, group_id)
        async with self._transactions.begin(scope) as tx:
            await self._groups.rename(tx, group_id, name)
            group = await self._there(tx, group_id)
            await self._record(tx, scope, "group.renamed", group)
        return group

    async def remove(self, caller: Caller, group_id: GroupId) -> None:
        """Ends whatever access its members had through it alone. Raises NotFound."""
        scope = await self._on(caller, group_id)
        async with self._transactions.begin(scope) as tx:
            group = await self._there(tx, group_id)
            await self._groups.remove(tx, group_id)
            await self._record(tx, scope, "group.removed", group)

    async def add_member(self, caller: Caller, group_id: GroupId, user_id: UserId) -> None:
        """Does nothing for one who is in it already. Raises NotFound, also for who is no member here."""
        scope = await self._on(caller, group_id)
        async with self._transactions.begin(scope) as tx:
            group = await self._there(tx, group_id)
            if await self._members.outside(tx, [user_id]):
                raise NotFound("member", user_id)
            if await self._members.add(tx, group_id, user_id, self._clock.now()):
                await self._record(tx, scope, "group.member_added", group, user_id)

    async def remove_member(self, caller: Caller, group_id: GroupId, user_id: UserId) -> None:
        """Their next request, search and queued turn is without it. Raises NotFound."""
        scope = await self._on(caller, group_id)
        async with self._transactions.begin(scope) as tx:
            group = await self._there(tx, group_id)
            if not await self._members.remove(tx, group_id, user_id):
                raise NotFound("member of the group", user_id)
            await self._record(tx, scope, "group.member_removed", group, user_id)

    async def _on(self, caller: Caller, group_id: GroupId) -> WorkspaceScope:
        return await self._authorizer.on(caller, Action.MANAGE_GROUPS, ResourceKind.GROUP, group_id)

    async def _there(self, tx: Transaction, group_id: GroupId) -> Group:
        group = await self._groups.get(tx, group_id)
        if group is None:
            raise NotFound("group", group_id)
        return group

    async def _record(
        self, tx: Transaction, scope: WorkspaceScope, action: str, group: Group, user_id: UUID | None = None
    ) -> None:
        await self._audit.append(
            tx,
            AuditEntry(
                id=uuid7(),
                at=self._clock.now(),
                workspace_id=scope.workspace_id,
                actor_id=scope.user_id,
                action=action,
                subject_id=group.id,
                detail={"name": group.name} | ({} if user_id is None else {"user_id": str(user_id)}),
            ),
        )
