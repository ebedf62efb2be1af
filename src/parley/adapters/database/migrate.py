"""Brings the schema up to date, once, however many replicas start together."""

import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from parley.adapters.database.connection import asyncpg_url
from parley.core.kernel.errors import ErrorKind, ParleyError

_LOCK = 0x5061_726C  # any constant that all replicas share
_MIGRATIONS = Path(__file__).parent / "migrations"
_FILE = re.compile(r"v(?P<revision>\d{4})_\w+\.py")
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
    """The server was not reached, or does not let this login do what a migration needs."""

    code = "migration_refused"
    kind = ErrorKind.UNAVAILABLE


async def migrate(owner_url: str) -> tuple[str | None, str]:
    """Runs every outstanding migration under an advisory lock; gives the revision before and after.

    The login of `owner_url` owns the tables; it needs CREATE on the database and, on a first run,
    CREATEROLE and the right to create the extension `vector`. Raises SchemaTooNew, MigrationRefused.
    """
    engine = create_async_engine(asyncpg_url(owner_url), poolclass=NullPool)
    try:
        before = await _revision(engine)
        if before != head_revision():
            before = await _upgrade(engine)
        return before, head_revision()
    except OSError as error:
        raise MigrationRefused(
            f"The database server is not reached: {error}.",
            hint="Check that it runs, and PARLEY_DATABASE_URL.",
        ) from error
    except DBAPIError as error:
        raise MigrationRefused(
            f"The database refuses: {error.orig}.",
            hint="Check the login of PARLEY_DATABASE_URL (or PARLEY_DATABASE_OWNER_URL) and its rights.",
        ) from error
    finally:
        await engine.dispose()


async def revision_of(connection: AsyncConnection) -> str | None:
    """None when the database was never migrated."""
    # Asked without Alembic: importing it costs more than the rest of a start.
    if (await connection.execute(text("SELECT to_regclass('alembic_version')"))).scalar() is None:
        return None
    found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    return None if found is None else str(found)


def head_revision() -> str:
    """The revision that this version of Parley needs: the last of the chain's files."""
    return max(_known_revisions())


async def _revision(engine: AsyncEngine) -> str | None:
    async with engine.connect() as connection:
        return await revision_of(connection)


async def _upgrade(engine: AsyncEngine) -> str | None:
    from parley.adapters.database import alembic_chain

    # The lock is held by a session of its own, since each migration commits by itself.
    async with engine.connect() as holder:
        await _lock(holder)
        before = await _revision(engine)
        if before is not None and before not in _known_revisions():
            raise SchemaTooNew(before)
        async with engine.connect() as connection:
            await connection.run_sync(alembic_chain.upgrade, _MIGRATIONS)
    return before


async def _lock(connection: AsyncConnection) -> None:
    await connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT_S}s'"))
    await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})


def _known_revisions() -> frozenset[str]:
    names = (_FILE.fullmatch(path.name) for path in (_MIGRATIONS / "versions").iterdir())
    return frozenset(name["revision"] for name in names if name is not None)
