"""A real PostgreSQL for the tests: one server per test process, one fresh migrated database per test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest

from parley.adapters.database.connection import Database, DatabaseConfig
from parley.adapters.database.migrate import migrate
from parley.adapters.postgres import (
    APP_ROLE,
    PLATFORM_ROLE,
    EmbeddedConfig,
    EmbeddedPostgres,
    PostgresAddress,
)


class _SilentLog:
    def info(self, event: str, /, **fields: object) -> None: ...

    def warning(self, event: str, /, **fields: object) -> None: ...

    def error(self, event: str, /, **fields: object) -> None: ...


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresAddress]:
    """The server of this test process; its own database is migrated once and only ever copied."""
    server = EmbeddedPostgres(EmbeddedConfig(tmp_path_factory.mktemp("data")), _SilentLog())
    address = asyncio.run(server.start())
    try:
        asyncio.run(migrate(address.url(address.superuser)))
        yield address
    finally:
        asyncio.run(server.stop())


@pytest.fixture
async def empty_database(postgres: PostgresAddress) -> AsyncIterator[PostgresAddress]:
    """A database without tables, for the tests of migrations."""
    async with _own_database(postgres, template="template1") as address:
        yield address


@pytest.fixture
async def postgres_database(postgres: PostgresAddress) -> AsyncIterator[PostgresAddress]:
    """A migrated database of the test's own, removed when it ends."""
    async with _own_database(postgres, template=postgres.database) as address:
        yield address


@pytest.fixture
def owner_url(postgres_database: PostgresAddress) -> str:
    """The login that owns the tables; row-level security does not bind it."""
    return postgres_database.url(postgres_database.superuser)


@pytest.fixture
def database_config(postgres_database: PostgresAddress) -> DatabaseConfig:
    return DatabaseConfig(
        app_url=postgres_database.url(APP_ROLE),
        platform_url=postgres_database.url(PLATFORM_ROLE),
        pool_size=4,
    )


@pytest.fixture
async def database(database_config: DatabaseConfig) -> AsyncIterator[Database]:
    opened = Database(database_config)
    yield opened
    await opened.close()


@asynccontextmanager
async def _own_database(postgres: PostgresAddress, *, template: str) -> AsyncIterator[PostgresAddress]:
    own = replace(postgres, database=f"test_{uuid4().hex}")
    server = await asyncpg.connect(
        host=str(postgres.socket_dir), port=postgres.port, user=postgres.superuser, database="postgres"
    )
    try:
        await server.execute(f'CREATE DATABASE "{own.database}" TEMPLATE "{template}"')
        yield own
        await server.execute(f'DROP DATABASE "{own.database}" WITH (FORCE)')
    finally:
        await server.close()
