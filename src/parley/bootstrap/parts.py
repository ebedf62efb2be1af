"""What the server and the worker are both made of."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from parley.adapters.database.connection import Database, DatabaseConfig, DatabaseUnavailable
from parley.adapters.database.signals import PostgresSignals
from parley.adapters.documents.page_sandbox import SandboxedPages
from parley.adapters.embeddings.minilm import MODEL as MINILM
from parley.adapters.embeddings.minilm import MiniLm
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.bootstrap.database import RunningDatabase
from parley.bootstrap.embedders import ServerEmbedders
from parley.bootstrap.files import file_store
from parley.core.ingestion.ports import FileStore
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.telemetry import Log
from parley.core.knowledge.space import Embedders
from parley.settings import Settings

WATCH_S = 2.0
"""How often the database is looked after."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the server and the worker are both made of."""

    database: Database
    database_config: DatabaseConfig
    signals: PostgresSignals
    files: FileStore
    queue: PgQueuerJobs
    analyzer: SnowballAnalyzer
    embedder: MiniLm | None
    """Of this machine; None: switched off, or not built."""
    embedders: Embedders
    clock: SystemClock
    page_renderer: SandboxedPages


@asynccontextmanager
async def assembled(settings: Settings, running: RunningDatabase, log: Log) -> AsyncIterator[Parts]:
    urls = running.urls
    config = DatabaseConfig(urls.app, urls.platform, pool_size=settings.database_pool_size)
    database = Database(config)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        page_renderer = SandboxedPages()
        stack.push_async_callback(page_renderer.close)
        # Where documents of many workspaces wait for one provider, no limit of connections may stand between.
        connector = aiohttp.TCPConnector(limit=0, limit_per_host=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        embedder = local_embedder(settings, log)
        if embedder is not None:
            stack.callback(embedder.close)
        await stack.enter_async_context(owned(_watch(database, running, log), log))
        yield Parts(
            database,
            config,
            PostgresSignals(config),
            file_store(settings, session),
            PgQueuerJobs(),
            SnowballAnalyzer(),
            embedder,
            ServerEmbedders(settings, embedder, session),
            SystemClock(),
            page_renderer,
        )


@asynccontextmanager
async def owned(work: Coroutine[Any, Any, None], log: Log) -> AsyncIterator[None]:
    """Runs `work` beside the block and ends it, waiting for its end, with the block.

    Should it die before, the process is asked to stop: whoever supervises it starts a sound one.
    """

    def ended(task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("task.died", task=getattr(work, "__qualname__", ""), error=repr(error))
            signal.raise_signal(signal.SIGTERM)

    task = asyncio.create_task(work)
    task.add_done_callback(ended)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _watch(database: Database, running: RunningDatabase, log: Log) -> None:
    """Brings the embedded database back when it was killed."""
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            await database.ping()
        except DatabaseUnavailable as error:
            log.error("database.unavailable", detail=error.detail)
            try:
                await running.revive()
            except ParleyError as failure:
                log.error("database.not_revived", detail=failure.detail, hint=failure.hint)


def embedder_folder(settings: Settings) -> Path:
    """Where tools/build_embedder.py has put the embedder's files, if it ran."""
    return settings.model_dir / MINILM


def embedder_is_built(settings: Settings) -> bool:
    return (embedder_folder(settings) / "manifest.json").exists()


def local_embedder(settings: Settings, log: Log) -> MiniLm | None:
    """None when search by meaning is switched off, or it is not built. With another embedder for documents it
    still serves what stays on this machine: search over conversations, and the built-in answerer.
    """
    if settings.embedder == "none":
        return None
    if not embedder_is_built(settings):
        if settings.embedder == "minilm":
            folder = str(embedder_folder(settings))
            log.warning("embedder.not_built", folder=folder, hint="Run `make embedder`.")
        return None
    return MiniLm(embedder_folder(settings))
