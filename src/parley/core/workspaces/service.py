"""Use cases of workspaces: sign up with a workspace of one's own; make, rename and remove workspaces."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.identity.model import Caller, RegistrationClosed, SignedIn, User
from parley.core.identity.ports import Users
from parley.core.identity.service import Identity
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, Membership, Role, Workspace
from parley.core.workspaces.ports import Memberships, Workspaces

OnFirstAccount = Callable[[Transaction, User, Workspace], Awaitable[None]]
"""Called in the transaction that makes a server's first account."""

OnRemoval = Callable[[Transaction, WorkspaceId], Awaitable[None]]
"""Called in the transaction that removes a workspace, while its rows are still there and all visible."""


@dataclass(frozen=True, slots=True)
class WorkspaceRecords:
    """Where workspaces, who is in them, and what was done to them are kept."""

    workspaces: Workspaces
    memberships: Memberships
    users: Users
    audit: AuditLog


@dataclass(frozen=True, slots=True)
class RegistrationStatus:
    """What someone who is not signed in may know of this server."""

    registration_open: bool
    has_users: bool


class Registration:
    """Makes accounts, each with a workspace of its own.

    `open_to_all` False leaves only the server's first account possible.
    """

    def __init__(
        self,
        transactions: Transactions,
        identity: Identity,
        records: WorkspaceRecords,
        clock: Clock,
        on_first_account: OnFirstAccount,
        *,
        open_to_all: bool,
    ) -> None:
        self._transactions = transactions
        self._identity = identity
        self._records = records
        self._clock = clock
        self._on_first_account = on_first_account
        self._open_to_all = open_to_all

    async def status(self) -> RegistrationStatus:
        async with self._transactions.begin_identity() as tx:
            has_users = await self._records.users.exist(tx)
        return RegistrationStatus(self._open_to_all or not has_users, has_users)

    async def register(self, *, email: str, name: str, password: str, workspace_name: str) -> SignedIn:
        """The new account, signed in; everything of it is stored, or nothing.

        Raises RegistrationClosed, WeakPassword, EmailTaken.
        """
        if not (await self.status()).registration_open:
            raise RegistrationClosed
        user = await self._identity.new_user(email, name, password)
        workspace = Workspace(WorkspaceId(uuid7()), workspace_name, self._clock.now())
        async with self._transactions.begin_platform() as tx:
            users = self._records.users
            first = not await users.exist(tx) and await users.claim_first(tx)
            if not (first or self._open_to_all):
                raise RegistrationClosed
            await users.add(tx, user)
            await _found(tx, self._records, workspace, user)
            if first:
                await self._on_first_account(tx, user, workspace)
            return await self._identity.start_session(tx, user)


class WorkspaceService:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        records: WorkspaceRecords,
        clock: Clock,
        on_removal: OnRemoval,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._records = records
        self._clock = clock
        self._on_removal = on_removal

    async def create(self, caller: Caller, name: str) -> Workspace:
        """A new workspace with the caller as its owner."""
        workspace = Workspace(WorkspaceId(uuid7()), name, self._clock.now())
        async with self._transactions.begin_platform(workspace.id) as tx:
            user = await self._records.users.get(tx, caller.user_id)
            if user is None:
                raise NotFound("user", caller.user_id)
            await _found(tx, self._records, workspace, user)
        return workspace

    async def rename(self, caller: Caller, workspace_id: WorkspaceId, name: str) -> None:
        scope = await self._authorizer.in_workspace(caller, Action.EDIT_WORKSPACE, workspace_id)
        async with self._transactions.begin(scope) as tx:
            await self._records.workspaces.rename(tx, name)
            await self._records.audit.append(
                tx,
                AuditEntry(uuid7(), self._clock.now(), workspace_id, caller.user_id, "workspace.renamed"),
            )

    async def remove(self, caller: Caller, workspace_id: WorkspaceId) -> None:
        """Removes all that the workspace holds; only the audit record of it stays."""
        scope = await self._authorizer.in_workspace(caller, Action.DELETE_WORKSPACE, workspace_id)
        # As the platform: documents that the owner may not read have to go as well.
        async with self._transactions.begin_platform(scope.workspace_id) as tx:
            await self._on_removal(tx, scope.workspace_id)
            await self._records.workspaces.remove(tx)
            await self._records.audit.append(
                tx,
                AuditEntry(
                    uuid7(), self._clock.now(), scope.workspace_id, scope.user_id, "workspace.removed"
                ),
            )


async def _found(tx: Transaction, records: WorkspaceRecords, workspace: Workspace, owner: User) -> None:
    await records.workspaces.add(tx, workspace)
    await records.memberships.add(tx, Membership(workspace.id, owner.id, Role.OWNER))
    await records.audit.append(
        tx,
        AuditEntry(
            id=uuid7(),
            at=workspace.created_at,
            workspace_id=workspace.id,
            actor_id=owner.id,
            action="workspace.created",
        ),
    )
