"""Builds the worker: the handlers of every job over their adapters."""

import asyncio
from contextlib import AsyncExitStack
from importlib.resources import files as package_files

from parley.adapters.database.connection import PLATFORM_ROLE
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.workspaces import PostgresMemberships
from parley.adapters.queue.worker import JobHandler, Worker, WorkerConfig
from parley.bootstrap.access import follow_access_job
from parley.bootstrap.conversations import index_messages_job
from parley.bootstrap.database import running_database
from parley.bootstrap.embedders import check_embedder
from parley.bootstrap.embedding import embedding_upkeep
from parley.bootstrap.imports import importing_pages
from parley.bootstrap.index import index_upkeep
from parley.bootstrap.ingestion import ingestion_runner, receive_document, sweep_forever
from parley.bootstrap.parts import Parts, assembled, owned
from parley.bootstrap.reading import document_parser
from parley.bootstrap.search import matcher_of
from parley.bootstrap.vectors import check_vector_store, mirror_kept
from parley.bootstrap.webhooks import delivering_webhooks
from parley.core.chat.indexing import IndexMessages
from parley.core.ingestion.model import RemoveFiles, SeedSampleWorkspace
from parley.core.ingestion.runner import IngestionRunner
from parley.core.ingestion.sample import Guide, SeedSampleWorkspaceJob
from parley.core.ingestion.service import RemoveFilesJob
from parley.core.kernel.telemetry import Log
from parley.core.knowledge.access import FollowAccess
from parley.core.workspaces.authorize import Authorizer
from parley.settings import Settings


async def run_worker(settings: Settings, log: Log, stop: asyncio.Event) -> None:
    """Works through the job queue until `stop`."""
    check_embedder(settings)
    check_vector_store(settings)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(running_database(settings, log))
        parts = await stack.enter_async_context(assembled(settings, database, log))
        await stack.enter_async_context(owned(sweep_forever(parts, log), log))
        await stack.enter_async_context(mirror_kept(settings, parts, log))
        # One more than are read at once: a workspace that waits behind others' long documents has it.
        parser = document_parser(settings, settings.worker_concurrency + 1, log)
        stack.push_async_callback(parser.close)
        importing = await stack.enter_async_context(importing_pages(settings, parts, log))
        await stack.enter_async_context(delivering_webhooks(settings, parts, log))
        upkeep, tending = index_upkeep(parts, database.urls.owner, log)
        worker = Worker(
            WorkerConfig(database.urls.platform, PLATFORM_ROLE),
            (*_handlers(settings, parts), *tending, importing.job),
            log,
        )
        embedding = embedding_upkeep(settings, parts, matcher_of(parts), log)
        await embedding.keep.aim()
        await stack.enter_async_context(owned(embedding.keep.run(), log))
        runner = ingestion_runner(settings, parts, parser, importing.links, embedding.for_documents, log)
        async with (
            owned(_stop_when(stop, worker, runner), log),
            owned(upkeep.run(), log),
            asyncio.TaskGroup() as working,
        ):
            working.create_task(worker.run())
            working.create_task(runner.run())


async def _stop_when(stop: asyncio.Event, worker: Worker, runner: IngestionRunner) -> None:
    await stop.wait()
    worker.stop()
    runner.stop()


def _handlers(settings: Settings, parts: Parts) -> tuple[JobHandler, ...]:
    seed = SeedSampleWorkspaceJob(
        parts.database,
        Authorizer(parts.database, PostgresMemberships()),
        PostgresDocuments(),
        receive_document(settings, parts),
        _guides(),
    )
    return (
        JobHandler(RemoveFiles, RemoveFilesJob(parts.files).run),
        JobHandler(SeedSampleWorkspace, seed.run),
        JobHandler(IndexMessages, index_messages_job(parts).run),
        JobHandler(FollowAccess, follow_access_job(parts).run),
    )


def _guides() -> tuple[Guide, ...]:
    folder = package_files("parley") / "guides"
    return tuple(
        Guide(file.name, file.read_bytes())
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".md")
    )
