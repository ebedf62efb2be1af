"""Checks of the database: the embedded one's programs and folder, and what a server that runs can tell."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import Row, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from parley.adapters.database.connection import APP_ROLE, PLATFORM_ROLE, asyncpg_url
from parley.adapters.database.migrate import head_revision, revision_of
from parley.adapters.postgres import DATABASE, OWNER_ROLE, EmbeddedPostgresError, PostgresAddress, socketdir
from parley.adapters.postgres.binaries import OLDEST_MAJOR, find_binaries
from parley.adapters.postgres.datadir import DataFolder
from parley.adapters.postgres.privileges import Runnable, find_runnable
from parley.adapters.postgres.upgrading import refuse_other_version
from parley.entrypoints.cli.checks import Finding, Status
from parley.entrypoints.cli.checks.stores import embedding_spaces
from parley.settings import Settings

_TIMEOUT_S = 10.0
_NOT_REACHED = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError)

_SERVER = text(
    "SELECT current_setting('server_version') AS version,"
    " current_setting('server_version_num')::int / 10000 AS major,"
    " (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS vector_installed,"
    " (SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS vector_available"
)
_ROLES = text(
    "SELECT rolname, rolsuper, rolbypassrls, pg_has_role(current_user, oid, 'SET') AS may_become,"
    " EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relkind IN ('r', 'p')) AS owns_tables"
    " FROM pg_roles WHERE rolname = ANY(:roles) ORDER BY rolname"
)


async def check_database(settings: Settings) -> AsyncIterator[Finding]:
    url = settings.database_url
    if url is None:
        async for finding in _embedded(settings):
            yield finding
        return
    owner = settings.database_owner_url or url
    async for finding in _server(owner.get_secret_value(), "PARLEY_DATABASE_URL"):
        yield finding
    if settings.database_owner_url is not None:
        async for finding in _serving_login(url.get_secret_value()):
            yield finding


async def _embedded(settings: Settings) -> AsyncIterator[Finding]:
    folder = DataFolder(settings.data_dir.absolute() / "postgres")
    try:
        runnable = await asyncio.to_thread(_programs, settings, folder)
        yield Finding(
            "database programs", Status.OK, f"PostgreSQL {runnable.major} in {runnable.binaries.bindir}."
        )
        if folder.is_new():
            yield Finding("database", Status.SKIPPED, f"{folder.data} is made on the first start.")
            return
        refuse_other_version(folder, runnable)
        place = socketdir.locate(folder)
    except EmbeddedPostgresError as error:
        yield Finding.of("database", error)
        return
    except OSError as error:
        yield Finding(
            "database",
            Status.FAILED,
            f"{error.filename or folder.home} cannot be read: {error.strerror}.",
            "Run this as the user that runs Parley, or give this user the folder.",
        )
        return
    if place is None or not socketdir.socket_path(place).exists():
        yield Finding(
            "database",
            Status.SKIPPED,
            "The embedded one does not run, so its schema was not looked at.",
            "Run `parley doctor` again beside `parley serve` to check it too.",
        )
        return
    address = PostgresAddress(place, socketdir.PORT, DATABASE, OWNER_ROLE, owns=False)
    async for finding in _server(address.url(OWNER_ROLE), f"the log, {folder.log}"):
        yield finding


def _programs(settings: Settings, folder: DataFolder) -> Runnable:
    return find_runnable(find_binaries(settings.pg_bindir), folder.data_owner())


async def _server(url: str, look_at: str) -> AsyncIterator[Finding]:
    """What the login of migrations sees."""
    try:
        async with asyncio.timeout(_TIMEOUT_S), _reading(url) as connection:
            server = (await connection.execute(_SERVER)).one()
            yield _version(server)
            if server.major < OLDEST_MAJOR:
                return
            yield _vector(server)
            schema = await _schema(connection)
            yield schema
            roles = await _roles(connection)
            yield roles
            if schema.detail == _up_to_date(head_revision()) and roles.status is Status.OK:
                yield await embedding_spaces(connection)
    except TimeoutError:
        yield Finding("database", Status.FAILED, f"No answer within {_TIMEOUT_S:g} s.", f"Check {look_at}.")
    except _NOT_REACHED as error:
        yield Finding(
            "database", Status.FAILED, f"It is not reached: {error}.", f"Check that it runs, and {look_at}."
        )


async def _serving_login(url: str) -> AsyncIterator[Finding]:
    """Whether the login of requests, where it is another, may act as the roles that serve."""
    try:
        async with asyncio.timeout(_TIMEOUT_S), _reading(url) as connection:
            yield await _roles(connection)
    except (TimeoutError, *_NOT_REACHED) as error:
        yield Finding(
            "serving login", Status.FAILED, f"It is not let in: {error}.", "Check PARLEY_DATABASE_URL."
        )


@asynccontextmanager
async def _reading(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(
        asyncpg_url(url),
        poolclass=NullPool,
        connect_args={
            "timeout": _TIMEOUT_S,
            "server_settings": {"application_name": "parley_doctor", "default_transaction_read_only": "on"},
        },
    )
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def _version(server: Row[Any]) -> Finding:
    if server.major < OLDEST_MAJOR:
        return Finding(
            "database",
            Status.FAILED,
            f"It is PostgreSQL {server.version}; Parley needs {OLDEST_MAJOR} or later.",
            "Upgrade it, or point PARLEY_DATABASE_URL at a newer one.",
        )
    return Finding("database", Status.OK, f"PostgreSQL {server.version} answers.")


def _vector(server: Row[Any]) -> Finding:
    if server.vector_installed is not None:
        return Finding("pgvector", Status.OK, f"Version {server.vector_installed}.")
    if server.vector_available is not None:
        return Finding(
            "pgvector", Status.OK, f"Version {server.vector_available}, set up by the first start."
        )
    return Finding(
        "pgvector",
        Status.FAILED,
        "The server does not have the extension “vector”.",
        "Install pgvector on the database's machine.",
    )


async def _schema(connection: AsyncConnection) -> Finding:
    head = head_revision()
    revision = await revision_of(connection)
    if revision is None:
        return Finding("schema", Status.OK, f"There are no tables yet; the first start makes them ({head}).")
    if revision == head:
        return Finding("schema", Status.OK, _up_to_date(head))
    if revision < head:
        return Finding(
            "schema",
            Status.WARNING,
            f"It is at {revision}, and this version of Parley works with {head}.",
            "Run `parley migrate`; `parley serve` does it too.",
        )
    return Finding(
        "schema",
        Status.FAILED,
        f"It is at {revision}, made by a newer version of Parley than this one, which knows {head}.",
        "Start the version that made it, or a newer one.",
    )


def _up_to_date(head: str) -> str:
    return f"Up to date ({head})."


async def _roles(connection: AsyncConnection) -> Finding:
    """Row-level security binds only roles that have no right to pass it by."""
    wanted = [APP_ROLE, PLATFORM_ROLE]
    found = (await connection.execute(_ROLES, {"roles": wanted})).all()
    if not found:
        return Finding("serving roles", Status.OK, "The first start makes them.")
    wrong = [fault for role in found for fault in _faults(role)]
    wrong += [f"{name} does not exist" for name in wanted if name not in {role.rolname for role in found}]
    if wrong:
        return Finding(
            "serving roles",
            Status.FAILED,
            f"Workspaces are not kept apart as they should be: {'; '.join(wrong)}.",
            f"As a superuser: ALTER ROLE {APP_ROLE} NOSUPERUSER NOBYPASSRLS (likewise {PLATFORM_ROLE}), give "
            "its tables to the owner's login, and GRANT both roles to the login of PARLEY_DATABASE_URL.",
        )
    return Finding("serving roles", Status.OK, "They own nothing, and row-level security binds them.")


def _faults(role: Row[Any]) -> list[str]:
    told = {
        "is a superuser": role.rolsuper,
        "has BYPASSRLS": role.rolbypassrls,
        "owns tables": role.owns_tables,
        "may not be used by this login": not role.may_become,
    }
    return [f"{role.rolname} {fault}" for fault, present in told.items() if present]
