"""Who may read a document: its access list, and the one that a collection's new documents begin with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, InvalidInput, NotFound
from parley.core.kernel.ids import UserId, uuid7
from parley.core.kernel.jobs import Job, JobQueue
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import CollectionId, DocumentId
from parley.core.workspaces.authorize import Authorizer, allows
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope
from parley.core.workspaces.ports import GroupMembers, Groups

Principals = frozenset[UUID] | None
"""Users and groups, as a document carries them; None: everyone in the workspace."""

MOST_PRINCIPALS = 100
"""Of one list: every passage of the document carries it."""
FOLLOWED_AT_ONCE = 20
"""Documents whose index rows get their new lists in one transaction."""


@dataclass(frozen=True, slots=True)
class Access:
    """An access list as people read it."""

    everyone: bool
    """In the workspace; then there are no users and groups."""
    users: frozenset[UUID] = frozenset()
    groups: frozenset[UUID] = frozenset()

    @property
    def principals(self) -> Principals:
        return None if self.everyone else self.users | self.groups


@dataclass(frozen=True, slots=True)
class RestrictedDocument:
    """A document with an access list, for who manages such lists."""

    id: DocumentId
    name: str | None
    """None where the asker may not read it."""
    created_by: UserId
    created_at: datetime
    principals: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class FollowAccess(Job):
    """Give the index rows of a collection's documents the access lists that the documents have by now."""

    name: ClassVar[str] = "follow_access"

    collection_id: CollectionId


class AccessLists(Protocol):
    """In a platform transaction: a new list may leave out whoever makes it."""

    async def lock_document(self, tx: Transaction, document_id: DocumentId) -> tuple[Principals] | None:
        """The list, which nobody else changes until `tx` ends; None when there is no such document."""
        ...

    async def lock_collection(self, tx: Transaction, collection_id: CollectionId) -> tuple[Principals] | None:
        """The same of the list that new documents get."""
        ...

    async def set_document(self, tx: Transaction, document_id: DocumentId, principals: Principals) -> None:
        """With every row of the index that the document has."""
        ...

    async def set_collection(
        self, tx: Transaction, collection_id: CollectionId, principals: Principals
    ) -> None: ...

    async def set_documents(
        self, tx: Transaction, collection_id: CollectionId, principals: Principals
    ) -> None:
        """Of all the collection has. Nothing of them shows against the list from then on; their index rows
        follow with `follow`."""
        ...

    async def follow(
        self, tx: Transaction, collection_id: CollectionId, after: DocumentId | None, limit: int
    ) -> DocumentId | None:
        """Gives the index rows of the next `limit` documents, by id, their documents' lists: the last of
        them; None when there is no more."""
        ...

    async def restricted(
        self, tx: Transaction, collection_id: CollectionId, page: PageRequest
    ) -> Page[RestrictedDocument]:
        """Those with a list, newest first."""
        ...


class WouldLockYouOut(Conflict):
    code = "would_lock_you_out"

    def __init__(self) -> None:
        super().__init__(
            "With this access list you could no longer read the document, nor change its list back.",
            hint="Put yourself or one of your groups on it, or ask an admin to make the change.",
        )


class DocumentAccess:
    """Editors change the lists of documents that they may read, and stay on them. Admins and owners see
    and change every list, so that no document is locked for ever; its content they see only if it says so.
    """

    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        stores: tuple[AccessLists, Groups, GroupMembers],
        queue: JobQueue,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._lists, self._groups, self._members = stores
        self._queue = queue
        self._audit = audit
        self._clock = clock

    async def of_document(self, caller: Caller, document_id: DocumentId) -> Access:
        """Raises NotFound."""
        scope = await self._on(caller, ResourceKind.DOCUMENT, document_id)
        async with self._transactions.begin_platform(scope.workspace_id) as tx:
            return await self._read(tx, await self._lock(tx, scope, document_id))

    async def change_document(self, caller: Caller, document_id: DocumentId, wanted: Access) -> Access:
        """Holds from the next search on. Raises NotFound, InvalidInput, WouldLockYouOut."""
        scope = await self._on(caller, ResourceKind.DOCUMENT, document_id)
        async with self._transactions.begin_platform(scope.workspace_id) as tx:
            before = await self._lock(tx, scope, document_id)
            await self._check(tx, wanted, before)
            if not _manages(scope) and not _reads(scope, wanted.principals):
                raise WouldLockYouOut
            await self._lists.set_document(tx, document_id, wanted.principals)
            await self._record(tx, scope, "document.access_changed", document_id, wanted)
        return wanted

    async def of_collection(self, caller: Caller, collection_id: CollectionId) -> Access:
        """What new documents of it get. Raises NotFound."""
        scope = await self._on(caller, ResourceKind.COLLECTION, collection_id)
        async with self._transactions.begin_platform(scope.workspace_id) as tx:
            return await self._read(tx, await self._lock_collection(tx, collection_id))

    async def change_collection(
        self, caller: Caller, collection_id: CollectionId, wanted: Access, *, apply_to_all: bool
    ) -> Access:
        """For new documents and, where asked, those that are there, also the ones that the caller may not
        read: that takes an admin. Raises NotFound, Forbidden, InvalidInput."""
        action = Action.MANAGE_ACCESS if apply_to_all else Action.EDIT_DOCUMENTS
        scope = await self._authorizer.on(caller, action, ResourceKind.COLLECTION, collection_id)
        async with self._transactions.begin_platform(scope.workspace_id) as tx:
            before = await self._lock_collection(tx, collection_id)
            await self._check(tx, wanted, before)
            await self._lists.set_collection(tx, collection_id, wanted.principals)
            if apply_to_all:
                await self._lists.set_documents(tx, collection_id, wanted.principals)
                await self._queue.enqueue(tx, FollowAccess(scope.workspace_id, collection_id))
            await self._record(
                tx, scope, "collection.access_changed", collection_id, wanted, apply_to_all=apply_to_all
            )
        return wanted

    async def restricted(
        self, caller: Caller, collection_id: CollectionId, page: PageRequest
    ) -> Page[tuple[RestrictedDocument, Access]]:
        """The documents that not everyone may read, newest first: for editors those that they may read
        themselves; for admins and owners all, the others without their names."""
        scope = await self._on(caller, ResourceKind.COLLECTION, collection_id)
        all_of_it = self._transactions.begin_platform(scope.workspace_id)
        async with all_of_it if _manages(scope) else self._transactions.begin(scope) as tx:
            found = await self._lists.restricted(tx, collection_id, page)
            named = [principal for document in found.items for principal in document.principals]
            groups = await self._groups.known(tx, named)
        return Page(
            tuple((_shown(document, scope), _split(document.principals, groups)) for document in found.items),
            found.next_cursor,
        )

    async def named(self, scope: WorkspaceScope, wanted: Sequence[UUID]) -> frozenset[UUID]:
        """The users and groups that an upload is restricted to. Raises InvalidInput for what is neither."""
        async with self._transactions.begin(scope) as tx:
            groups = await self._groups.known(tx, wanted)
            access = Access(everyone=False, users=frozenset(wanted) - groups, groups=frozenset(groups))
            await self._check(tx, access, None)
        return access.users | access.groups

    async def _on(self, caller: Caller, kind: ResourceKind, resource_id: UUID) -> WorkspaceScope:
        return await self._authorizer.on(caller, Action.EDIT_DOCUMENTS, kind, resource_id)

    async def _lock(self, tx: Transaction, scope: WorkspaceScope, document_id: DocumentId) -> Principals:
        found = await self._lists.lock_document(tx, document_id)
        if found is None or not (_manages(scope) or _reads(scope, found[0])):
            raise NotFound("document", document_id)
        return found[0]

    async def _lock_collection(self, tx: Transaction, collection_id: CollectionId) -> Principals:
        found = await self._lists.lock_collection(tx, collection_id)
        if found is None:
            raise NotFound("collection", collection_id)
        return found[0]

    async def _read(self, tx: Transaction, principals: Principals) -> Access:
        if principals is None:
            return Access(everyone=True)
        return _split(principals, await self._groups.known(tx, sorted(principals)))

    async def _check(self, tx: Transaction, wanted: Access, before: Principals) -> None:
        """People who have left stay on a list until they are taken off it, so `before` may name them."""
        if len(wanted.users) + len(wanted.groups) > MOST_PRINCIPALS:
            raise InvalidInput(
                f"The access list names more than {MOST_PRINCIPALS} users and groups.",
                hint="Put the users into a group and name that.",
            )
        if wanted.everyone and (wanted.users or wanted.groups):
            raise InvalidInput(
                "everyone is true, and users or groups are named too.",
                hint="Leave users and groups empty, or set everyone to false.",
            )
        groups = await self._groups.known(tx, sorted(wanted.users | wanted.groups))
        new = wanted.users - ((before or frozenset()) - groups)
        strangers = await self._members.outside(tx, sorted(new))
        if strangers:
            raise InvalidInput(
                f"users names {strangers[0]}, who is no member of this workspace.",
                hint="Choose among the workspace's members; groups are named in groups.",
            )
        unknown = wanted.groups - groups
        if unknown:
            raise InvalidInput(
                f"groups names {min(unknown)}, which is no group of this workspace.",
                hint="Choose among the workspace's groups.",
            )

    async def _record(
        self,
        tx: Transaction,
        scope: WorkspaceScope,
        action: str,
        subject_id: UUID,
        access: Access,
        **more: bool,
    ) -> None:
        detail = {
            "everyone": access.everyone,
            "users": _listed(access.users),
            "groups": _listed(access.groups),
        }
        await self._audit.append(
            tx,
            AuditEntry(
                id=uuid7(),
                at=self._clock.now(),
                workspace_id=scope.workspace_id,
                actor_id=scope.user_id,
                action=action,
                subject_id=subject_id,
                detail={name: str(value).lower() for name, value in (detail | more).items()},
            ),
        )


class FollowAccessJob:
    """Handles FollowAccess. What a document's row forbids shows nowhere, whatever its index rows say: this
    keeps what one may not read out of rankings and statistics too. It may run twice."""

    def __init__(self, transactions: Transactions, lists: AccessLists) -> None:
        self._transactions = transactions
        self._lists = lists

    async def run(self, job: FollowAccess) -> None:
        last: DocumentId | None = None
        while True:
            async with self._transactions.begin_platform(job.workspace_id) as tx:
                last = await self._lists.follow(tx, job.collection_id, last, FOLLOWED_AT_ONCE)
            if last is None:
                return


def _manages(scope: WorkspaceScope) -> bool:
    return allows(scope.role, Action.MANAGE_ACCESS)


def _reads(scope: WorkspaceScope, principals: Principals) -> bool:
    return principals is None or not scope.principals.isdisjoint(principals)


def _split(principals: frozenset[UUID], groups: Iterable[UUID]) -> Access:
    of_groups = principals.intersection(groups)
    return Access(everyone=False, users=principals - of_groups, groups=of_groups)


def _shown(document: RestrictedDocument, scope: WorkspaceScope) -> RestrictedDocument:
    return document if _reads(scope, document.principals) else replace(document, name=None)


def _listed(ids: frozenset[UUID]) -> str:
    return " ".join(str(each) for each in sorted(ids))
