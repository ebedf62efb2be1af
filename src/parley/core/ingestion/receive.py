"""Takes an uploaded file in: stored, recorded and queued for reading, or refused without a trace."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

from parley.core.ingestion.formats import display_name, format_of
from parley.core.ingestion.model import IngestDocument, StoredFile, UnreadableDocument
from parley.core.ingestion.ports import FileStore
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import uuid7
from parley.core.kernel.jobs import JobQueue
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.model import CollectionId, Document, DocumentId, DocumentState
from parley.core.knowledge.ports import Collections, Documents
from parley.core.workspaces.model import WorkspaceScope


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in; `name` and `media_type` are what the uploader claims."""

    name: str
    media_type: str
    content: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Library:
    """Where documents and their collections are recorded."""

    collections: Collections
    documents: Documents


class ReceiveDocument:
    def __init__(
        self,
        transactions: Transactions,
        library: Library,
        files: FileStore,
        queue: JobQueue,
        clock: Clock,
        *,
        limit_bytes: int,
    ) -> None:
        self._transactions = transactions
        self._library = library
        self._files = files
        self._queue = queue
        self._clock = clock
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: WorkspaceScope, collection_id: CollectionId, upload: Upload) -> Document:
        """The document in state `received`, its reading enqueued in the same transaction.

        Raises UnreadableDocument (`unsupported_type`, `empty_file`), FileTooLarge, and NotFound for the
        collection; nothing of the file is left then, nor when the transaction fails.
        """
        name = display_name(upload.name)
        media_type = format_of(name, upload.media_type).media_type
        async with AsyncExitStack() as on_failure:
            stored = await self._files.put(scope.workspace_id, name, upload.content, self._limit_bytes)
            on_failure.push_async_callback(self._files.remove, stored.key)
            if stored.size_bytes == 0:
                raise UnreadableDocument(
                    "empty_file", f"{name!r} is empty.", hint="Upload a file that has text in it."
                )
            document = self._new_document(scope, collection_id, name, media_type, stored)
            await self._record(scope, document)
            on_failure.pop_all()
        return document

    async def _record(self, scope: WorkspaceScope, document: Document) -> None:
        async with self._transactions.begin(scope) as tx:
            if await self._library.collections.get(tx, document.collection_id) is None:
                raise NotFound("collection", document.collection_id)
            await self._library.documents.add(tx, document)
            await self._queue.enqueue(tx, IngestDocument(scope.workspace_id, document.id))

    def _new_document(
        self,
        scope: WorkspaceScope,
        collection_id: CollectionId,
        name: str,
        media_type: str,
        stored: StoredFile,
    ) -> Document:
        now = self._clock.now()
        return Document(
            id=DocumentId(uuid7()),
            workspace_id=scope.workspace_id,
            collection_id=collection_id,
            name=name,
            media_type=media_type,
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
            file_key=stored.key,
            state=DocumentState.RECEIVED,
            created_by=scope.user_id,
            created_at=now,
            updated_at=now,
        )
