"""Use cases of membership: let someone in, change their role, let them go."""

from uuid import UUID

from parley.core.audit.model import AuditEntry
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import UserId, WorkspaceId, uuid7
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import (
    Action,
    LastOwner,
    Member,
    Membership,
    NoSuchAccount,
    OwnersOnly,
    Role,
    WorkspaceScope,
)
from parley.core.workspaces.service import WorkspaceRecords


class MemberService:
    """Admins manage members; owners alone manage owners; a workspace keeps at least one owner."""

    def __init__(
        self, transactions: Transactions, authorizer: Authorizer, records: WorkspaceRecords, clock: Clock
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._records = records
        self._clock = clock

    async def add(self, caller: Caller, workspace_id: WorkspaceId, email: str, role: Role) -> Member:
        """Lets in someone who has an account. Raises NoSuchAccount, AlreadyMember, OwnersOnly."""
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_MEMBERS, workspace_id)
        _check_reach(scope, role)
        async with self._transactions.begin(scope) as tx:
            user = await self._records.users.by_email(tx, email)
            if user is None:
                raise NoSuchAccount(email)
            await self._records.memberships.add(tx, Membership(workspace_id, user.id, role))
            await self._record(tx, scope, "member.added", user.id, role)
        return Member(user.id, user.email, user.name, role, self._clock.now())

    async def set_role(self, caller: Caller, workspace_id: WorkspaceId, user_id: UserId, role: Role) -> None:
        """Raises NotFound, OwnersOnly, LastOwner."""
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_MEMBERS, workspace_id)
        _check_reach(scope, role)
        async with self._transactions.begin(scope) as tx:
            await self._check_may_go(tx, scope, user_id, stays_owner=role is Role.OWNER)
            await self._records.memberships.set_role(tx, user_id, role)
            await self._record(tx, scope, "member.role_changed", user_id, role)

    async def remove(self, caller: Caller, workspace_id: WorkspaceId, user_id: UserId) -> None:
        """Anyone may leave by themselves. Raises NotFound, OwnersOnly, LastOwner."""
        leaves = user_id == caller.user_id
        action = Action.READ_WORKSPACE if leaves else Action.MANAGE_MEMBERS
        scope = await self._authorizer.in_workspace(caller, action, workspace_id)
        async with self._transactions.begin(scope) as tx:
            await self._check_may_go(tx, scope, user_id, stays_owner=False)
            await self._records.memberships.remove(tx, user_id)
            await self._record(tx, scope, "member.left" if leaves else "member.removed", user_id)

    async def _check_may_go(
        self, tx: Transaction, scope: WorkspaceScope, user_id: UserId, *, stays_owner: bool
    ) -> None:
        # Locked before the membership is read, or the last two owners could step down at once.
        owners = await self._records.memberships.lock_owners(tx)
        membership = await self._records.memberships.get(tx, scope.workspace_id, user_id)
        if membership is None:
            raise NotFound("member", user_id)
        _check_reach(scope, membership.role)
        if not stays_owner and owners == {user_id}:
            raise LastOwner

    async def _record(
        self, tx: Transaction, scope: WorkspaceScope, action: str, user_id: UUID, role: Role | None = None
    ) -> None:
        await self._records.audit.append(
            tx,
            AuditEntry(
                id=uuid7(),
                at=self._clock.now(),
                workspace_id=scope.workspace_id,
                actor_id=scope.user_id,
                action=action,
                subject_id=user_id,
                detail={"role": role.value} if role else {},
            ),
        )


def _check_reach(scope: WorkspaceScope, role: Role) -> None:
    if role is Role.OWNER and scope.role is not Role.OWNER:
        raise OwnersOnly
