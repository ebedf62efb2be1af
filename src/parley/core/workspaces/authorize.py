"""The one place that decides who may do what, and the only maker of a WorkspaceScope."""

from uuid import UUID

from parley.core.identity.model import Caller
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Transactions
from parley.core.workspaces.model import (
    LEAST_ROLE,
    WITHOUT_BOT,
    Action,
    Forbidden,
    Membership,
    ResourceKind,
    Role,
    WorkspaceScope,
)
from parley.core.workspaces.ports import Memberships


def allows(role: Role, action: Action) -> bool:
    return role.rank >= LEAST_ROLE[action].rank


class Authorizer:
    """Raises NotFound to those who are no member (they may not learn that it exists), Forbidden to
    members whose role does not reach."""

    def __init__(self, transactions: Transactions, memberships: Memberships) -> None:
        self._transactions = transactions
        self._memberships = memberships

    async def in_workspace(self, caller: Caller, action: Action, workspace_id: WorkspaceId) -> WorkspaceScope:
        if not _reaches(caller, workspace_id):
            raise NotFound("workspace", workspace_id)
        async with self._transactions.begin_identity(caller.user_id) as tx:
            membership = await self._memberships.get(tx, workspace_id, caller.user_id)
        if membership is None:
            raise NotFound("workspace", workspace_id)
        return _scope(caller, membership, action)

    async def on(
        self, caller: Caller, action: Action, kind: ResourceKind, resource_id: UUID
    ) -> WorkspaceScope:
        """For things addressed by their own id: the workspace is the one they live in."""
        bots = None if caller.key is None or kind in WITHOUT_BOT else caller.key.bots
        async with self._transactions.begin_platform() as tx:
            membership = await self._memberships.on_resource(tx, kind, resource_id, caller.user_id, bots)
        if membership is None or not _reaches(caller, membership.workspace_id):
            raise NotFound(kind, resource_id)
        return _scope(caller, membership, action)


def _reaches(caller: Caller, workspace_id: WorkspaceId) -> bool:
    return caller.key is None or caller.key.workspace_id == workspace_id


def _scope(caller: Caller, membership: Membership, action: Action) -> WorkspaceScope:
    if not allows(membership.role, action):
        raise Forbidden(action, membership.role)
    bots = None if caller.key is None else caller.key.bots
    return WorkspaceScope(
        membership.workspace_id, membership.user_id, membership.role, bots, membership.groups
    )
