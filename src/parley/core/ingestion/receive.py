"""Takes content in: stored, recorded and waiting to be read, or refused without a trace."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from uuid import UUID

from parley.core.ingestion.formats import display_name, format_of
from parley.core.ingestion.lifecycle import (
    Changed,
    Chosen,
    Content,
    DocumentLimitReached,
    DocumentLimits,
    IfExists,
    Outcome,
    Received,
)
from parley.core.ingestion.model import RemoveFiles, UnreadableDocument
from parley.core.ingestion.ports import DocumentChanges, FileStore
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, NotFound
from parley.core.kernel.ids import uuid7
from parley.core.kernel.jobs import JobQueue
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import Collection, CollectionId, Document, DocumentId, DocumentState
from parley.core.knowledge.ports import Collections, Documents
from parley.core.workspaces.model import WorkspaceScope


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in; `name` and `media_type` are what the uploader claims."""

    name: str
    media_type: str
    content: AsyncIterator[bytes]
    source_url: str | None = None
    """Where it was fetched from."""
    restricted_to: frozenset[UUID] | None = None
    """Users and groups who may read it, if it makes a new document; None: whom its collection says."""


@dataclass(frozen=True, slots=True)
class Library:
    """Where documents and their collections are recorded."""

    collections: Collections
    documents: Documents
    changes: DocumentChanges


@dataclass(frozen=True, slots=True)
class ReceiveLimits:
    upload_bytes: int
    """Of one file."""
    workspace: DocumentLimits = DocumentLimits()  # noqa: RUF009 - frozen


Record = Callable[[Transaction, Content], Awaitable[Received]]


class ReceiveDocument:
    def __init__(
        self,
        transactions: Transactions,
        library: Library,
        files: FileStore,
        queue: JobQueue,
        clock: Clock,
        limits: ReceiveLimits,
    ) -> None:
        self._transactions = transactions
        self._library = library
        self._files = files
        self._queue = queue
        self._clock = clock
        self._limits = limits

    async def __call__(
        self,
        scope: WorkspaceScope,
        collection_id: CollectionId,
        upload: Upload,
        *,
        if_exists: IfExists = IfExists.REPLACE,
    ) -> Received:
        """The document that has this name in the collection, a new one or the one that was there.

        The same content again changes nothing, however often and however many at once send it; other
        content replaces the former as soon as it has been read, or is left out with `IfExists.KEEP`.
        Raises UnreadableDocument (`unsupported_type`, `empty_file`), FileTooLarge, DocumentLimitReached,
        Conflict where others may read the document than the upload is for, and NotFound for the collection;
        nothing of the file is left then.
        """
        name = display_name(upload.name)
        media_type = format_of(name, upload.media_type).media_type

        async def record(tx: Transaction, content: Content) -> Received:
            collection = await self.hold(tx, collection_id)
            there = await self._library.changes.locked_by_name(tx, collection_id, name)
            if there is None:
                return await self.add(tx, scope, collection, replace(upload, name=name), content)
            if if_exists is IfExists.KEEP:
                return Received(there, Outcome.UNCHANGED)
            must_not_widen(scope, there, upload)
            return await self._replace(tx, there, content)

        return await self.store(scope, replace(upload, name=name), media_type, record)

    async def replace(self, scope: WorkspaceScope, document_id: DocumentId, upload: Upload) -> Received:
        """Gives a document other content; its name stays, whatever the file is called. As above."""
        async with self._transactions.begin(scope) as tx:
            document = await self._library.documents.get(tx, document_id)
        if document is None:
            raise NotFound("document", document_id)

        async def record(tx: Transaction, content: Content) -> Received:
            there = await self._library.changes.locked(tx, document_id)
            if there is None:
                raise NotFound("document", document_id)
            return await self._replace(tx, there, content)

        return await self.store(scope, replace(upload, name=document.name), document.media_type, record)

    async def store(self, scope: WorkspaceScope, upload: Upload, media_type: str, record: Record) -> Received:
        """Stores the file and what `record` makes of it; the file goes again if that makes no use of it.

        Raises UnreadableDocument (`empty_file`), FileTooLarge, DocumentLimitReached.
        """
        async with AsyncExitStack() as unless_kept:
            stored = await self._files.put(
                scope.workspace_id, upload.name, upload.content, self._limits.upload_bytes
            )
            unless_kept.push_async_callback(self._files.remove, stored.key)
            if stored.size_bytes == 0:
                raise UnreadableDocument(
                    "empty_file", f"{upload.name!r} is empty.", hint="Upload a file that has text in it."
                )
            async with self._transactions.begin(scope) as tx:
                received = await record(tx, Content(stored, media_type, upload.source_url))
                if received.outcome is not Outcome.UNCHANGED:
                    await self.check_limits(tx)
                    # Before the commit: should its answer be lost, the document may be there all the same.
                    # A file that is then not needed is swept away later.
                    unless_kept.pop_all()
        return received

    async def hold(self, tx: Transaction, collection_id: CollectionId) -> Collection:
        """The collection, whose access list nobody changes until `tx` ends. Raises NotFound."""
        collection = await self._library.collections.hold(tx, collection_id)
        if collection is None:
            raise NotFound("collection", collection_id)
        return collection

    async def add(
        self, tx: Transaction, scope: WorkspaceScope, collection: Collection, upload: Upload, content: Content
    ) -> Received:
        """A new document of the held collection, which waits to be read."""
        document = self._new(scope, collection.id, upload.name, content)
        principals = collection.principals if upload.restricted_to is None else upload.restricted_to
        if principals is not None:
            document = replace(document, principals=principals | {scope.user_id})
        await self._library.documents.add(tx, document)
        return Received(document, Outcome.CREATED)

    async def take(self, tx: Transaction, there: Document, content: Content) -> Received:
        """The locked document waits to be read anew, with this content."""
        changed = await self._library.changes.take_content(tx, there, content)
        return await self._changed(tx, there, changed, Outcome.REPLACING)

    async def _replace(self, tx: Transaction, there: Document, content: Content) -> Received:
        sent = content.file.sha256
        if sent == there.newest_sha256:
            return Received(there, Outcome.UNCHANGED)
        if there.searchable and sent == there.sha256:
            # What was to replace it is not wanted any more.
            changed = await self._library.changes.cancel(tx, Chosen(ids=(there.id,)))
            return await self._changed(tx, there, changed, Outcome.UNCHANGED)
        return await self.take(tx, there, content)

    async def _changed(
        self, tx: Transaction, there: Document, changed: Changed, outcome: Outcome
    ) -> Received:
        if changed.file_keys:
            await self._queue.enqueue(tx, RemoveFiles(there.workspace_id, changed.file_keys))
        return Received(await self._library.documents.get(tx, there.id) or there, outcome)

    async def check_limits(self, tx: Transaction) -> None:
        """After the change, in its transaction: who comes past a limit at the same time waits, then fails."""
        limits = self._limits.workspace
        stored = await self._library.changes.stored(tx, count_waiting_to=limits.waiting + 1)
        if stored.documents > limits.documents:
            raise DocumentLimitReached(
                f"This workspace holds {limits.documents:,} documents, which is its limit.",
                hint="Delete documents, or have the administrator raise PARLEY_WORKSPACE_DOCUMENTS.",
            )
        if stored.bytes > limits.bytes:
            raise DocumentLimitReached(
                f"The documents of this workspace would be larger than {limits.bytes >> 20:,} MiB in all.",
                hint="Delete documents, or have the administrator raise PARLEY_WORKSPACE_STORAGE_MB.",
            )
        if stored.waiting > limits.waiting:
            raise DocumentLimitReached(
                f"{limits.waiting:,} documents of this workspace wait to be read already.",
                hint="Send more when some are ready, or have the administrator raise "
                "PARLEY_WORKSPACE_WAITING_DOCUMENTS.",
            )

    def _new(
        self, scope: WorkspaceScope, collection_id: CollectionId, name: str, content: Content
    ) -> Document:
        now = self._clock.now()
        return Document(
            id=DocumentId(uuid7()),
            workspace_id=scope.workspace_id,
            collection_id=collection_id,
            name=name,
            media_type=content.media_type,
            size_bytes=content.file.size_bytes,
            sha256=content.file.sha256,
            file_key=content.file.key,
            state=DocumentState.RECEIVED,
            created_by=scope.user_id,
            created_at=now,
            updated_at=now,
            source_url=content.source_url,
        )


def must_not_widen(scope: WorkspaceScope, there: Document, upload: Upload) -> None:
    """A document keeps its access list: content meant for a few must not come under a wider one. Raises
    Conflict."""
    if upload.restricted_to is None:
        return
    if there.principals is None or there.principals - upload.restricted_to - {scope.user_id}:
        raise Conflict(
            f"{there.name!r} is there already, and others may read it than those that this is for.",
            hint="Give it another name, or change who may read the document first.",
        )
