"""Search by vectors: in the database, or in the store beside it that the settings choose."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from yarl import URL

from parley.adapters.database.connection import Database, DatabaseConfig
from parley.adapters.database.mirrors import PostgresMirrors
from parley.adapters.database.vectors import PostgresVectors
from parley.adapters.outbound.aws import AwsKeys
from parley.adapters.vectors import VECTOR_STORES
from parley.adapters.vectors.configuration import StoreConfig
from parley.bootstrap.database import running_database
from parley.bootstrap.loading import load
from parley.bootstrap.parts import Parts, owned
from parley.core.kernel.telemetry import Log
from parley.core.knowledge.mirror_care import MirrorCare
from parley.core.knowledge.mirrored import MirroredVectors
from parley.core.knowledge.mirroring import KeepMirror
from parley.core.knowledge.ports import VectorMirror, VectorSearch
from parley.settings import Settings


@dataclass(frozen=True, slots=True)
class OpenMirror:
    """A store beside the database."""

    store: str
    """Which one, and where; with another text all of it is sent again."""
    vectors: VectorMirror


def check_vector_store(settings: Settings) -> None:
    """Raises MissingPackage, or WrongStoreSetting where PARLEY_VECTOR_STORE could never be reached."""
    if settings.vector.store in VECTOR_STORES:
        load(VECTOR_STORES[settings.vector.store]).open(_config(settings))


@asynccontextmanager
async def open_mirror(settings: Settings) -> AsyncIterator[OpenMirror | None]:
    """None where the database itself is searched. Raises MissingPackage and WrongStoreSetting."""
    name = settings.vector.store
    if name not in VECTOR_STORES:
        yield None
        return
    config = _config(settings)
    opened: Any = load(VECTOR_STORES[name]).open(config)
    place = _without_login(config.url) or config.bucket or str(config.path)
    try:
        yield OpenMirror(f"{name} {place} {config.prefix}", opened)
    finally:
        await opened.close()


@asynccontextmanager
async def vector_search(settings: Settings, database: Database, log: Log) -> AsyncIterator[VectorSearch]:
    in_database = PostgresVectors(database)
    async with open_mirror(settings) as mirror:
        if mirror is None:
            yield in_database
            return
        telemetry = (log, time.monotonic)
        yield MirroredVectors(
            database, PostgresMirrors(), mirror.vectors, in_database, mirror.store, telemetry
        )


@asynccontextmanager
async def mirror_kept(settings: Settings, parts: Parts, log: Log) -> AsyncIterator[None]:
    """Brings the store up to date beside the block; where there is none, forgets what was noted for one."""
    mirrors = PostgresMirrors()
    async with open_mirror(settings) as mirror:
        if mirror is None:
            async with parts.database.begin_platform() as tx:
                closed = await mirrors.close(tx)
            if closed:
                log.info("mirror.closed", workspaces=closed)
            yield
            return
        keeper = KeepMirror(parts.database, mirrors, mirror.vectors, mirror.store, log)
        async with owned(keeper.run(), log):
            yield


@asynccontextmanager
async def mirror_care(settings: Settings, log: Log) -> AsyncIterator[MirrorCare | None]:
    """For a command of its own; None where the database itself is searched."""
    async with AsyncExitStack() as stack:
        mirror = await stack.enter_async_context(open_mirror(settings))
        if mirror is None:
            yield None
            return
        urls = (await stack.enter_async_context(running_database(settings, log))).urls
        database = Database(DatabaseConfig(urls.app, urls.platform, pool_size=2))
        stack.push_async_callback(database.close)
        yield MirrorCare(database, PostgresMirrors(), mirror.vectors, mirror.store)


def _without_login(url: str | None) -> str | None:
    """It is stored, and shown to administrators."""
    return None if url is None else str(URL(url).with_user(None)) if "@" in url else url


def _config(settings: Settings) -> StoreConfig:
    given = settings.vector
    keys = None
    if given.store_access_key_id and given.store_secret_access_key:
        token = given.store_session_token
        keys = AwsKeys(
            given.store_access_key_id,
            given.store_secret_access_key.get_secret_value(),
            None if token is None else token.get_secret_value(),
        )
    return StoreConfig(
        path=given.store_path or settings.data_dir / "vectors" / given.store,
        url=given.store_url,
        key=None if given.store_key is None else given.store_key.get_secret_value(),
        prefix=given.store_prefix,
        bucket=given.store_bucket,
        region=given.store_region,
        endpoint=given.store_endpoint_url,
        aws_keys=keys,
    )
