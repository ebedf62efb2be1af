"""Tells webhooks what becomes of documents, collections and imports; none of it is their content."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from parley.core.ingestion.imports import SitemapImport
from parley.core.kernel.clock import Clock
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.events import DocumentChange
from parley.core.knowledge.model import Collection, Document, DocumentFailure
from parley.core.webhooks.model import Event, EventId, EventType
from parley.core.webhooks.ports import Outbox


class Announce:
    """Implements `DocumentEvents`, `CollectionEvents` and `ImportEvents`."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    async def tell(self, tx: Transaction, change: DocumentChange, documents: Sequence[Document]) -> None:
        kind = EventType(change)
        await self._put(tx, [(each.workspace_id, kind, _of_document(each)) for each in documents])

    async def removed(self, tx: Transaction, collection: Collection) -> None:
        data = {
            **_ids(workspace_id=collection.workspace_id, collection_id=collection.id),
            "name": collection.name,
            "document_count": collection.document_count,
        }
        await self._put(tx, [(collection.workspace_id, EventType.COLLECTION_REMOVED, data)])

    async def finished(self, tx: Transaction, ended: SitemapImport) -> None:
        data = {
            **_ids(workspace_id=ended.workspace_id, collection_id=ended.collection_id, import_id=ended.id),
            "url": ended.url,
            "state": ended.state.value,
            "found": ended.found,
            "skipped": ended.skipped,
            "documents": {state.value: count for state, count in ended.counts.states.items()},
            "error": _of_failure(ended.failure),
        }
        await self._put(tx, [(ended.workspace_id, EventType.IMPORT_FINISHED, data)])

    async def _put(
        self, tx: Transaction, told: Sequence[tuple[WorkspaceId, EventType, Mapping[str, Any]]]
    ) -> None:
        now = self._clock.now()
        events = [Event(EventId(uuid7()), workspace_id, kind, now, data) for workspace_id, kind, data in told]
        if events:
            await self._outbox.put(tx, events)


def _of_document(document: Document) -> dict[str, Any]:
    """Not what it is about where only some may read it: who reads the webhook may be none of them."""
    shown = document.principals is None
    return {
        **_ids(
            workspace_id=document.workspace_id,
            collection_id=document.collection_id,
            document_id=document.id,
        ),
        "name": document.name if shown else None,
        "state": document.state.value,
        "version": document.version,
        "media_type": document.media_type,
        "size_bytes": document.size_bytes,
        "source_url": document.source_url if shown else None,
        "error": _of_failure(document.failure) if shown else None,
    }


def _of_failure(failure: DocumentFailure | None) -> dict[str, str] | None:
    if failure is None:
        return None
    return {"code": failure.code, "detail": failure.detail, "hint": failure.hint}


def _ids(**ids: UUID) -> dict[str, str]:
    return {name: str(value) for name, value in ids.items()}
