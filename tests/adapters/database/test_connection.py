"""Transactions: what a database that does not answer looks like to those who ask."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, DatabaseConfig, DatabaseUnavailable, execute, rows
from parley.adapters.postgres import PostgresAddress
from parley.core.kernel.transactions import transaction_is_open
from tests.adapters.database.stored import store


async def test_a_transaction_commits_at_its_end_and_rolls_back_on_an_error(database: Database) -> None:
    stored = await store(database)
    rename = text("UPDATE workspaces SET name = :name")
    async with database.begin(stored.scope) as tx:
        await execute(tx, rename, {"name": "Kept"})

    async def fail() -> None:
        async with database.begin(stored.scope) as tx:
            await execute(tx, rename, {"name": "Lost"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.begin(stored.scope) as tx:
        assert [found.name for found in await rows(tx, text("SELECT name FROM workspaces"))] == ["Kept"]


async def test_an_open_transaction_is_known_to_its_task_alone(database: Database) -> None:
    async def elsewhere() -> bool:
        return transaction_is_open()

    other = asyncio.create_task(elsewhere())
    async with database.begin_identity():
        assert transaction_is_open()
    assert not transaction_is_open()
    assert not await other


async def test_a_server_that_is_not_there_is_unavailable(database_config: DatabaseConfig) -> None:
    elsewhere = replace(
        database_config, app_url="postgresql://nobody@/none?host=/nonexistent", connect_timeout_s=2
    )
    database = Database(elsewhere)
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        await database.ping()
    await database.close()


async def test_a_connection_that_is_lost_is_unavailable_and_the_next_one_works(
    database: Database, postgres_database: PostgresAddress
) -> None:
    async def lose_connection() -> None:
        async with database.begin_platform() as tx:
            # As an administrator's restart would: the server ends this very session.
            await _end_sessions_of(postgres_database)
            await rows(tx, text("SELECT 1"))

    with pytest.raises(DatabaseUnavailable):
        await lose_connection()
    await database.ping()


async def test_when_every_connection_is_in_use_the_wait_ends(database_config: DatabaseConfig) -> None:
    database = Database(replace(database_config, pool_size=1, pool_timeout_s=0.05))
    try:
        async with database.begin_identity():
            with pytest.raises(DatabaseUnavailable, match="all connections are in use"):
                await database.ping()
    finally:
        await database.close()


async def _end_sessions_of(address: PostgresAddress) -> None:
    owner = await asyncpg.connect(
        host=str(address.socket_dir), port=address.port, user=address.superuser, database=address.database
    )
    try:
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await owner.close()


@pytest.mark.parametrize("sqlstate", ["40P01", "40001", "57014", "53100"])
async def test_what_may_succeed_later_reads_as_an_outage_without_the_servers_own_words(
    database: Database, sqlstate: str
) -> None:
    with pytest.raises(DatabaseUnavailable, match="does not answer") as caught:
        async with database.begin_platform() as tx:
            await execute(
                tx, text(f"DO $$ BEGIN RAISE EXCEPTION 'base/1/2' USING ERRCODE = '{sqlstate}'; END $$")
            )
    assert "base/1/2" not in str(caught.value)


async def test_an_error_does_not_quote_what_people_wrote(database: Database) -> None:
    with pytest.raises(asyncpg.PostgresError) as caught:
        async with database.begin_platform() as tx:
            await rows(tx, text("SELECT 1 / (length(:written) - length(:written))"), {"written": "A secret."})
    assert "A secret." not in str(caught.value)
