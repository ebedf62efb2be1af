"""What the server and the worker are both made of."""

import asyncio
import importlib
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import Database, DatabaseConfig, DatabaseUnavailable
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.signals import PostgresSignals
from parley.adapters.embeddings import EMBEDDERS
from parley.adapters.embeddings.minilm import MODEL as MINILM
from parley.adapters.embeddings.minilm import MiniLm
from parley.adapters.files.local import LocalFiles
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.bootstrap.database import RunningDatabase
from parley.core.ingestion.receive import Library, ReceiveDocument
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.telemetry import Log
from parley.core.knowledge.ports import Embedder
from parley.settings import Settings

WATCH_S = 2.0
"""How often the database is looked after."""


def load(place: str) -> Any:
    """The object at `module:name`, imported now."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the server and the worker are both made of."""

    database: Database
    signals: PostgresSignals
    files: LocalFiles
    queue: PgQueuerJobs
    analyzer: SnowballAnalyzer
    embedder: Embedder | None
    clock: SystemClock


@asynccontextmanager
async def assembled(settings: Settings, running: RunningDatabase, log: Log) -> AsyncIterator[Parts]:
    urls = running.urls
    config = DatabaseConfig(urls.app, urls.platform, pool_size=settings.database_pool_size)
    database = Database(config)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        embedder = embedder_of(settings, log)
        if embedder is not None:
            stack.callback(embedder.close)
        await stack.enter_async_context(owned(_watch(database, running, log), log))
        yield Parts(
            database,
            PostgresSignals(config),
            LocalFiles(settings.data_dir / "files"),
            PgQueuerJobs(),
            SnowballAnalyzer(),
            embedder,
            SystemClock(),
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


def embedder_of(settings: Settings, log: Log) -> MiniLm | None:
    """None when it is switched off or not built: documents are then found by their words alone."""
    if settings.embedder == "none":
        return None
    if not embedder_is_built(settings):
        log.warning("embedder.not_built", folder=str(embedder_folder(settings)), hint="Run `make embedder`.")
        return None
    embedder: MiniLm = load(EMBEDDERS[settings.embedder])(embedder_folder(settings))
    return embedder


def receive_document(settings: Settings, parts: Parts) -> ReceiveDocument:
    return ReceiveDocument(
        parts.database,
        Library(PostgresCollections(), PostgresDocuments()),
        parts.files,
        parts.queue,
        parts.clock,
        limit_bytes=upload_limit_bytes(settings),
    )


def upload_limit_bytes(settings: Settings) -> int:
    return settings.upload_limit_mb << 20
