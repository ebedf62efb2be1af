"""Brings the schema up to date, once, however many replicas start together."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from parley.adapters.database.connection import asyncpg_url
from parley.core.kernel.errors import ErrorKind, ParleyError

_LOCK = 0x5061_726C  # any constant that all replicas share
_MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_TIMEOUT_S = 120


class SchemaTooNew(ParleyError):
    code = "schema_too_new"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"The database is at schema {revision!r}, which this version of Parley does not know.",
            hint="Start the version that made it, or a newer one.",
        )


class MigrationRefused(ParleyError):
    code = "migration_refused"
    kind = ErrorKind.UNAVAILABLE


async def migrate(owner_url: str) -> tuple[str | None, str]:
    """Runs every outstanding migration under an advisory lock; gives the revision before and after.

    The login of `owner_url` owns the tables; it needs CREATE on the database and, on a first run,
    CREATEROLE and the right to create the extension `vector`.
    """
    engine = create_async_engine(asyncpg_url(owner_url), poolclass=NullPool)
    try:
        # The lock is held by a session of its own, since each migration commits by itself.
        async with engine.connect() as holder:
            await _lock(holder)
            async with engine.connect() as connection:
                return await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


async def current_revision(url: str) -> str | None:
    """None when the database was never migrated."""
    engine = create_async_engine(asyncpg_url(url), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
    finally:
        await engine.dispose()


def head_revision() -> str:
    """The revision that this version of Parley needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:  # pragma: no cover - the chain is part of the package
        raise MigrationRefused("The package holds no migrations.", hint="Install Parley anew.")
    return head


async def _lock(connection: AsyncConnection) -> None:
    await connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT_S}s'"))
    await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})


def _upgrade(connection: Connection) -> tuple[str | None, str]:
    before = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    script = ScriptDirectory.from_config(_config())
    if before is not None and before not in {known.revision for known in script.walk_revisions()}:
        raise SchemaTooNew(before)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
    return before, head_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
