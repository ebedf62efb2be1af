"""Use cases of collections: create and rename; removing one is ingestion's, as files go with it."""

from dataclasses import replace

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import Collection, CollectionId
from parley.core.knowledge.ports import Collections
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope


class CollectionService:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        collections: Collections,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._collections = collections
        self._audit = audit
        self._clock = clock

    async def create(
        self, caller: Caller, workspace_id: WorkspaceId, name: str, description: str = ""
    ) -> Collection:
        """Raises DuplicateName; names are compared without regard to case."""
        scope = await self._authorizer.in_workspace(caller, Action.EDIT_DOCUMENTS, workspace_id)
        collection = Collection(
            id=CollectionId(uuid7()),
            workspace_id=workspace_id,
            name=name,
            description=description,
            created_at=self._clock.now(),
        )
        async with self._transactions.begin(scope) as tx:
            await self._collections.add(tx, collection)
            await self._record(tx, scope, "collection.created", collection)
        return collection

    async def change(
        self,
        caller: Caller,
        collection_id: CollectionId,
        *,
        name: str | None = None,
        description: str | None = None,
    ) -> Collection:
        """None leaves a text as it is. Raises NotFound, DuplicateName."""
        scope = await self._authorizer.on(
            caller, Action.EDIT_DOCUMENTS, ResourceKind.COLLECTION, collection_id
        )
        async with self._transactions.begin(scope) as tx:
            collection = await self._collections.get(tx, collection_id)
            if collection is None:
                raise NotFound("collection", collection_id)
            changed = replace(
                collection,
                name=collection.name if name is None else name,
                description=collection.description if description is None else description,
            )
            await self._collections.save(tx, changed)
            await self._record(tx, scope, "collection.changed", changed)
        return changed

    async def _record(
        self, tx: Transaction, scope: WorkspaceScope, action: str, collection: Collection
    ) -> None:
        await self._audit.append(
            tx,
            AuditEntry(
                id=uuid7(),
                at=self._clock.now(),
                workspace_id=scope.workspace_id,
                actor_id=scope.user_id,
                action=action,
                subject_id=collection.id,
                detail={"name": collection.name},
            ),
        )
