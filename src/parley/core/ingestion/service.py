"""What a person can do to documents once they are there: read again, cancel, delete; one, some or all."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.ingestion.lifecycle import Changed, Chosen
from parley.core.ingestion.model import RemoveFiles
from parley.core.ingestion.ports import DocumentChanges, FileStore, ReadingQueue
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, NotFound
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.jobs import JobQueue
from parley.core.kernel.paging import MAX_PAGE_SIZE, PageRequest
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.events import CollectionEvents, DocumentChange, DocumentEvents
from parley.core.knowledge.model import CollectionId, Document, DocumentId
from parley.core.knowledge.ports import Collections, Documents
from parley.core.workspaces.model import WorkspaceScope

_CHANGED_AT_ONCE, _DELETED_AT_ONCE = 1_000, 100
"""Documents in one transaction, so that none of them lasts long."""
_BULK_DEADLINE_S = 10.0


class BulkAction(StrEnum):
    RETRY = "retry"
    CANCEL = "cancel"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class BulkResult:
    changed: int
    complete: bool
    """False when time ran out before all the chosen were done: the same again goes on."""


class ChangeDocuments:
    """Retries, cancels and deletes documents; what happens to one, happens in one transaction."""

    def __init__(
        self,
        transactions: Transactions,
        documents: Documents,
        changes: DocumentChanges,
        queue: JobQueue,
        events: DocumentEvents,
    ) -> None:
        self._transactions = transactions
        self._documents = documents
        self._changes = changes
        self._queue = queue
        self._events = events

    async def retry(self, scope: WorkspaceScope, document_id: DocumentId) -> Document:
        """The document, waiting to be read anew. Raises NotFound, and Conflict unless its newest reading
        failed or was cancelled."""
        return await self._change_one(
            scope,
            document_id,
            self._changes.read_again,
            "only a document that failed or was cancelled can be tried again",
        )

    async def cancel(self, scope: WorkspaceScope, document_id: DocumentId) -> Document:
        """The document, which nobody reads any more; one that searches find keeps what they find. Raises
        NotFound, and Conflict when nothing of it waits or is being read."""
        return await self._change_one(
            scope,
            document_id,
            self._changes.cancel,
            "only what waits or is being read can be cancelled",
        )

    async def delete(self, scope: WorkspaceScope, document_id: DocumentId) -> None:
        """Gone for searchers at once, its stored file soon after. Raises NotFound."""
        async with self._transactions.begin(scope) as tx:
            if await self._documents.get(tx, document_id) is None:
                raise NotFound("document", document_id)
            await self._delete(tx, Chosen(ids=(document_id,)))

    async def all_of(self, scope: WorkspaceScope, action: BulkAction, chosen: Chosen) -> BulkResult:
        """Those of the chosen that the action is for, as many as it gets to within some seconds."""
        change, most = {
            BulkAction.RETRY: (self._changes.read_again, _CHANGED_AT_ONCE),
            BulkAction.CANCEL: (self._changes.cancel, _CHANGED_AT_ONCE),
            BulkAction.DELETE: (self._delete, _DELETED_AT_ONCE),
        }[action]
        ends_at = time.monotonic() + _BULK_DEADLINE_S
        done = 0
        chosen = replace(chosen, most=most)
        while time.monotonic() < ends_at:
            async with self._transactions.begin(scope) as tx:
                changed = await change(tx, chosen)
                if action is not BulkAction.DELETE:
                    await self._remove_files(tx, changed)
            done += len(changed.ids)
            if len(changed.ids) < most:
                return BulkResult(done, complete=True)
            chosen = replace(chosen, after=max(changed.ids))
        return BulkResult(done, complete=False)

    async def _change_one(
        self,
        scope: WorkspaceScope,
        document_id: DocumentId,
        change: Callable[[Transaction, Chosen], Awaitable[Changed]],
        rule: str,
    ) -> Document:
        async with self._transactions.begin(scope) as tx:
            before = await self._changes.locked(tx, document_id)
            if before is None:
                raise NotFound("document", document_id)
            changed = await change(tx, Chosen(ids=(document_id,)))
            if not changed.ids:
                raise Conflict(
                    f"{before.name!r} is {before.state}; {rule}.",
                    hint="To have other content read, upload it under the same name.",
                )
            await self._remove_files(tx, changed)
            return await self._documents.get(tx, document_id) or before

    async def _delete(self, tx: Transaction, chosen: Chosen) -> Changed:
        found = await self._changes.choose(tx, chosen)
        ids = tuple(document.id for document in found)
        changed = Changed(ids, await self._documents.remove(tx, ids))
        await self._remove_files(tx, changed)
        if found:
            await self._events.tell(tx, DocumentChange.REMOVED, found)
        return changed

    async def _remove_files(self, tx: Transaction, changed: Changed) -> None:
        if changed.file_keys and tx.workspace_id is not None:
            await self._queue.enqueue(tx, RemoveFiles(tx.workspace_id, changed.file_keys))


class RereadCollection:
    """Has every document of a collection read again: after a better reader or chunker came with an update,
    say. Each document knows by which reading it was made, so that asking again goes on with the rest."""

    def __init__(self, transactions: Transactions, queue: ReadingQueue) -> None:
        self._transactions = transactions
        self._queue = queue

    async def __call__(self, scope: WorkspaceScope, collection_id: CollectionId) -> int:
        """How many documents wait to be read again; searches find them as they were until then. Also those
        that the caller may not read. Raises NotFound."""
        async with self._transactions.begin_platform(scope.workspace_id) as tx:
            return await self._queue.read_all_again(tx, collection_id)


class RemoveAllFiles:
    """Has the stored files of a collection or a whole workspace removed once `tx` commits."""

    def __init__(self, documents: Documents, queue: JobQueue) -> None:
        self._documents = documents
        self._queue = queue

    async def __call__(
        self, tx: Transaction, workspace_id: WorkspaceId, collection_id: CollectionId | None = None
    ) -> None:
        """`tx` must be the platform's, which sees documents that the caller may not read."""
        # A file that came in after its collection's keys were read would stay for ever.
        await self._documents.keep_out(tx, collection_id)
        page = PageRequest(MAX_PAGE_SIZE)
        while True:
            keys = await self._documents.file_keys(tx, collection_id, page)
            if keys.items:  # one job for each page: no job grows with the collection
                await self._queue.enqueue(tx, RemoveFiles(workspace_id, keys.items))
            if keys.next_cursor is None:
                return
            page = PageRequest.parse(keys.next_cursor, MAX_PAGE_SIZE, fields=1)


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told in the same transaction that a collection was removed."""

    audit: AuditLog
    events: CollectionEvents


class DeleteCollection:
    def __init__(
        self,
        transactions: Transactions,
        collections: Collections,
        remove_files: RemoveAllFiles,
        told: Told,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._collections = collections
        self._remove_files = remove_files
        self._told = told
        self._clock = clock

    async def __call__(self, scope: WorkspaceScope, collection_id: CollectionId) -> None:
        """Removes it with every document, also those that the caller may not read. Raises NotFound."""
        async with self._transactions.begin_platform(scope.workspace_id) as tx:
            collection = await self._collections.get(tx, collection_id)
            if collection is None:
                raise NotFound("collection", collection_id)
            await self._remove_files(tx, scope.workspace_id, collection_id)
            await self._collections.remove(tx, collection_id)
            await self._told.events.removed(tx, collection)
            await self._told.audit.append(
                tx,
                AuditEntry(
                    id=uuid7(),
                    at=self._clock.now(),
                    workspace_id=scope.workspace_id,
                    actor_id=scope.user_id,
                    action="collection.removed",
                    subject_id=collection_id,
                    detail={"name": collection.name},
                ),
            )


class RemoveFilesJob:
    """Handles RemoveFiles. Removing a file that is gone does nothing, so it may run twice."""

    def __init__(self, files: FileStore) -> None:
        self._files = files

    async def run(self, job: RemoveFiles) -> None:
        for key in job.keys:
            await self._files.remove(key)
