"""Builds the worker: the handlers of every job over their adapters."""

import asyncio
from contextlib import AsyncExitStack
from importlib.resources import files as package_files

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.connection import PLATFORM_ROLE
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.workspaces import PostgresMemberships
from parley.adapters.documents.sandbox import SandboxedParser
from parley.adapters.queue.worker import JobHandler, Worker, WorkerConfig
from parley.bootstrap.conversations import index_messages_job
from parley.bootstrap.database import running_database
from parley.bootstrap.parts import Parts, assembled, owned, receive_document
from parley.core.chat.indexing import IndexMessages
from parley.core.ingestion.ingest import Indexing, IngestDocumentJob, Reading
from parley.core.ingestion.model import IngestDocument, RemoveFiles, SeedSampleWorkspace
from parley.core.ingestion.sample import Guide, SeedSampleWorkspaceJob
from parley.core.ingestion.service import RemoveFilesJob
from parley.core.kernel.telemetry import Log
from parley.core.workspaces.authorize import Authorizer
from parley.settings import Settings


async def run_worker(settings: Settings, log: Log, stop: asyncio.Event) -> None:
    """Works through the job queue until `stop`."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(running_database(settings, log))
        parts = await stack.enter_async_context(assembled(settings, database, log))
        abandoned = await parts.files.remove_abandoned()
        if abandoned:
            log.info("files.abandoned_removed", count=abandoned)
        parser = SandboxedParser(at_once=settings.worker_concurrency)
        stack.push_async_callback(parser.close)
        worker = Worker(
            WorkerConfig(database.urls.platform, PLATFORM_ROLE, concurrency=settings.worker_concurrency),
            _handlers(settings, parts, parser),
            log,
        )
        async with owned(_stop_when(stop, worker), log):
            await worker.run()


async def _stop_when(stop: asyncio.Event, worker: Worker) -> None:
    await stop.wait()
    worker.stop()


def _handlers(settings: Settings, parts: Parts, parser: SandboxedParser) -> tuple[JobHandler, ...]:
    documents = PostgresDocuments()
    ingest = IngestDocumentJob(
        parts.database,
        documents,
        Reading(parts.files, parser),
        Indexing(PostgresChunkIndex(), parts.analyzer, parts.embedder),
    )
    seed = SeedSampleWorkspaceJob(
        parts.database,
        Authorizer(parts.database, PostgresMemberships()),
        documents,
        receive_document(settings, parts),
        _guides(),
    )
    return (
        JobHandler(IngestDocument, ingest.run, ingest.gave_up),
        JobHandler(RemoveFiles, RemoveFilesJob(parts.files).run),
        JobHandler(SeedSampleWorkspace, seed.run),
        JobHandler(IndexMessages, index_messages_job(parts).run),
    )


def _guides() -> tuple[Guide, ...]:
    folder = package_files("parley") / "guides"
    return tuple(
        Guide(file.name, file.read_bytes())
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".md")
    )
