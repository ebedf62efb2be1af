"""The one place that decides who may do what, and the only maker of a WorkspaceScope."""

from uuid import UUID

from parley.core.identity.model import Caller
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Transactions
from parley.core.workspaces.model import (
    LEAST_ROLE,
    Action,
    Forbidden,
    Membership,
    ResourceKind,
    WorkspaceScope,
)
from parley.core.workspaces.ports import Memberships


def allows(membership: Membership, action: Action) -> bool:
    return membership.role.rank >= LEAST_ROLE[action].rank


class Authorizer:
    """Raises NotFound to those who are no member (they may not learn that it exists), Forbidden to
    members whose role does not reach."""

    def __init__(self, transactions: Transactions, memberships: Memberships) -> None:
        self._transactions = transactions
        self._memberships = memberships

    async def in_workspace(self, caller: Caller, action: Action, workspace_id: WorkspaceId) -> WorkspaceScope:
        async with self._transactions.begin_identity(caller.user_id) as tx:
            membership = await self._memberships.get(tx, workspace_id, caller.user_id)
        if membership is None:
            raise NotFound("workspace", workspace_id)
        return _scope(membership, action)

    async def on(
        self, caller: Caller, action: Action, kind: ResourceKind, resource_id: UUID
    ) -> WorkspaceScope:
        """For things addressed by their own id: the workspace is the one they live in."""
        async with self._transactions.begin_platform() as tx:
            membership = await self._memberships.on_resource(tx, kind, resource_id, caller.user_id)
        if membership is None:
            raise NotFound(kind, resource_id)
        return _scope(membership, action)


def _scope(membership: Membership, action: Action) -> WorkspaceScope:
    if not allows(membership, action):
        raise Forbidden(action, membership.role)
    return WorkspaceScope(membership.workspace_id, membership.user_id, membership.role)
