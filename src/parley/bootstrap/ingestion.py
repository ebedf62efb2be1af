"""Documents on their way from upload to ready: how they are taken in, read and swept up after."""

import asyncio

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.document_changes import PostgresDocumentChanges
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.reading_queue import PostgresReadingQueue, PostgresWakeUps
from parley.adapters.documents.sandbox import SandboxedParser
from parley.bootstrap.parts import Parts
from parley.bootstrap.search import matcher_of
from parley.bootstrap.webhooks import announcing
from parley.core.ingestion.ingest import Ending, Indexing, IngestDocument, Reading
from parley.core.ingestion.lifecycle import DocumentLimits
from parley.core.ingestion.ports import ReadLink
from parley.core.ingestion.receive import Library, ReceiveDocument, ReceiveLimits
from parley.core.ingestion.runner import IngestionRunner, ReadingLimits
from parley.core.ingestion.sweep import SweepFiles
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.telemetry import Log
from parley.core.knowledge.ports import DocumentEmbedders
from parley.settings import Settings

SWEEP_EVERY_S = 24 * 3_600.0


def upload_limit_bytes(settings: Settings) -> int:
    return settings.upload_limit_mb << 20


def receive_document(settings: Settings, parts: Parts) -> ReceiveDocument:
    workspace = DocumentLimits(
        documents=settings.workspace_documents,
        bytes=settings.workspace_storage_mb << 20,
        waiting=settings.workspace_waiting_documents,
    )
    return ReceiveDocument(
        parts.database,
        Library(PostgresCollections(), PostgresDocuments(), PostgresDocumentChanges()),
        parts.files,
        parts.queue,
        parts.clock,
        ReceiveLimits(upload_limit_bytes(settings), workspace),
    )


def ingestion_runner(
    settings: Settings,
    parts: Parts,
    parser: SandboxedParser,
    links: ReadLink,
    embedders: DocumentEmbedders,
    log: Log,
) -> IngestionRunner:
    queue = PostgresReadingQueue()
    ingest = IngestDocument(
        parts.database,
        queue,
        Reading(parts.files, parser, links),
        Indexing(PostgresChunkIndex(), parts.analyzer, embedders, matcher_of(parts)),
        Ending(parts.queue, announcing(parts)),
    )
    limits = ReadingLimits(at_once=settings.worker_concurrency)
    return IngestionRunner(parts.database, queue, ingest, PostgresWakeUps(parts.database_config), log, limits)


async def sweep_forever(parts: Parts, log: Log) -> None:
    """Removes what killed uploads have left, at the start and then once a day."""
    sweep = SweepFiles(parts.database, parts.files, PostgresReadingQueue(), parts.clock)
    while True:
        try:
            removed = await parts.files.remove_abandoned() + await sweep()
            if removed:
                log.info("files.abandoned_removed", count=removed)
        except ParleyError as error:
            log.warning("files.sweep_failed", code=error.code, detail=error.detail)
        await asyncio.sleep(SWEEP_EVERY_S)
