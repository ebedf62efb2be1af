"""The database of a process: PARLEY_DATABASE_URL, or the embedded one; migrated before anyone uses it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from parley.adapters.database.connection import APP_ROLE, PLATFORM_ROLE
from parley.adapters.database.migrate import migrate
from parley.core.kernel.telemetry import Log
from parley.settings import Settings


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """One server, as each of its users reaches it."""

    owner: str
    app: str
    platform: str


@dataclass(frozen=True, slots=True)
class RunningDatabase:
    urls: DatabaseUrls
    revision: str
    """Of its schema."""
    started_here: bool
    """Whether this process has just started the server: then nobody was at work in it before."""
    revive: Callable[[], Awaitable[object]]
    """Starts the embedded server again after it fell; does nothing for a server of the reader's own."""


@asynccontextmanager
async def running_database(settings: Settings, log: Log) -> AsyncIterator[RunningDatabase]:
    """A migrated database: the one of PARLEY_DATABASE_URL, or the embedded one, started or attached to."""
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        owner = settings.database_owner_url
        urls = DatabaseUrls(url if owner is None else owner.get_secret_value(), url, url)
        yield RunningDatabase(urls, await _migrate(urls, log), started_here=False, revive=_nothing)
        return
    # Imported here: who has a server of their own needs no embedded one, on systems that cannot run it too.
    from parley.adapters.postgres import EmbeddedConfig, EmbeddedPostgres

    postgres = EmbeddedPostgres(EmbeddedConfig(settings.data_dir, settings.pg_bindir), log)
    address = await postgres.start()
    try:
        urls = DatabaseUrls(address.url(address.superuser), address.url(APP_ROLE), address.url(PLATFORM_ROLE))
        revision = await _migrate(urls, log)
        yield RunningDatabase(urls, revision, started_here=address.owns, revive=postgres.start)
    finally:
        await postgres.stop()


async def _nothing() -> None: ...


async def _migrate(urls: DatabaseUrls, log: Log) -> str:
    before, after = await migrate(urls.owner)
    if before != after:
        log.info("database.migrated", before=before, after=after)
    return after
