"""What a person can do to documents once they are there: retry one that failed, delete one or all."""

from dataclasses import replace

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.ingestion.model import IngestDocument, RemoveFiles
from parley.core.ingestion.ports import FileStore
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, NotFound
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.jobs import JobQueue
from parley.core.kernel.paging import MAX_PAGE_SIZE, PageRequest
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import CollectionId, Document, DocumentId, DocumentState
from parley.core.knowledge.ports import Collections, Documents
from parley.core.workspaces.model import WorkspaceScope


class RetryDocument:
    def __init__(self, transactions: Transactions, documents: Documents, queue: JobQueue) -> None:
        self._transactions = transactions
        self._documents = documents
        self._queue = queue

    async def __call__(self, scope: WorkspaceScope, document_id: DocumentId) -> Document:
        """The document, `received` anew. Raises NotFound, and Conflict unless it has failed."""
        async with self._transactions.begin(scope) as tx:
            document = await self._documents.get(tx, document_id)
            if document is None:
                raise NotFound("document", document_id)
            if document.state is not DocumentState.FAILED:
                raise Conflict(
                    f"{document.name!r} is {document.state}; only a failed document can be tried again.",
                    hint="To read a changed file, delete the document and upload the new one.",
                )
            await self._documents.set_state(tx, document_id, DocumentState.RECEIVED, progress=0.0)
            await self._queue.enqueue(tx, IngestDocument(scope.workspace_id, document_id))
        return replace(document, state=DocumentState.RECEIVED, progress=0.0, failure=None)


class DeleteDocument:
    def __init__(self, transactions: Transactions, documents: Documents, queue: JobQueue) -> None:
        self._transactions = transactions
        self._documents = documents
        self._queue = queue

    async def __call__(self, scope: WorkspaceScope, document_id: DocumentId) -> None:
        """Gone for searchers at once, its stored file soon after. Raises NotFound."""
        async with self._transactions.begin(scope) as tx:
            document = await self._documents.get(tx, document_id)
            if document is None or not await self._documents.remove(tx, document_id):
                raise NotFound("document", document_id)
            await self._queue.enqueue(tx, RemoveFiles(scope.workspace_id, (document.file_key,)))


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


class DeleteCollection:
    def __init__(
        self,
        transactions: Transactions,
        collections: Collections,
        remove_files: RemoveAllFiles,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._collections = collections
        self._remove_files = remove_files
        self._audit = audit
        self._clock = clock

    async def __call__(self, scope: WorkspaceScope, collection_id: CollectionId) -> None:
        """Removes it with every document, also those that the caller may not read. Raises NotFound."""
        async with self._transactions.begin_platform(scope.workspace_id) as tx:
            collection = await self._collections.get(tx, collection_id)
            if collection is None:
                raise NotFound("collection", collection_id)
            await self._remove_files(tx, scope.workspace_id, collection_id)
            await self._collections.remove(tx, collection_id)
            await self._audit.append(
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
