"""The embedded PostgreSQL starts once, serves many, survives kills and leaves nothing behind."""

import asyncio
import os
import signal
import threading
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from parley.adapters.postgres import EmbeddedConfig, EmbeddedPostgres, PostgresAddress
from parley.adapters.postgres.errors import StartFailed

from .conftest import PATIENCE_S, Run, SilentLog, end_of, server_pid


class InitialisingLog(SilentLog):
    """Tells when a new folder begins to be made."""

    def __init__(self) -> None:
        self.seen = threading.Event()

    def info(self, event: str, /, **fields: object) -> None:
        if event == "postgres.initialising":
            self.seen.set()


def mode_of(folder: Path) -> int | None:
    return folder.stat().st_mode & 0o777 if folder.exists() else None


async def select_one(address: PostgresAddress, user: str) -> object:
    engine = create_async_engine(address.url(user))
    try:
        async with engine.connect() as connection:
            return await connection.scalar(text("SELECT 1"))
    finally:
        await engine.dispose()


async def test_of_simultaneous_starters_one_owns_and_all_can_query(run: Run, tmp_path: Path) -> None:
    applications = await asyncio.gather(*(run(tmp_path) for _ in range(4)))
    started = await asyncio.gather(*(application.next("owns") for application in applications))
    assert sorted(answer["owns"] for answer in started) == [False, False, False, True]
    for first, application in enumerate(applications):
        application.tell(f"insert {first} 1")
        await application.next("acknowledged")
    assert [await application.rows() for application in applications] == [[0, 1, 2, 3]] * 4


@pytest.mark.parametrize("also_the_server", [False, True])
async def test_kill_9_loses_no_acknowledged_row(run: Run, data_dir: Path, also_the_server: bool) -> None:
    application = await run(data_dir)
    assert (await application.next("owns"))["owns"]
    server = server_pid(data_dir)
    application.tell("insert 0 1000000")
    for _ in range(50):
        last = await application.next("acknowledged")
    if also_the_server:
        os.kill(server, signal.SIGKILL)
    said = [last, *await application.kill()]
    acknowledged = max(answer.get("acknowledged", 0) for answer in said)
    await end_of(server)

    successor = await run(data_dir)
    assert (await successor.next("owns"))["owns"]
    rows = await successor.rows()
    # The row under way when the kill came may be there or not.
    assert rows in (list(range(acknowledged + 1)), list(range(acknowledged + 2)))


async def test_an_attached_application_outlives_the_owner_by_starting_again(run: Run, data_dir: Path) -> None:
    owner = await run(data_dir)
    await owner.next("owns")
    attached = await run(data_dir)
    assert not (await attached.next("owns"))["owns"]
    server = server_pid(data_dir)
    await owner.kill()
    await end_of(server)
    attached.tell("start")
    assert (await attached.next("owns"))["owns"]
    assert await attached.rows() == []


async def test_the_owner_of_a_crashed_server_can_start_it_again(run: Run, data_dir: Path) -> None:
    application = await run(data_dir)
    await application.next("owns")
    application.tell("insert 0 3")
    for _ in range(3):
        await application.next("acknowledged")
    os.kill(server_pid(data_dir), signal.SIGKILL)
    assert (await application.next("exit_code"))["log"] == "postgres.exited"
    application.tell("start")
    assert (await application.next("owns"))["owns"]
    assert await application.rows() == [0, 1, 2]


async def test_a_kill_while_the_folder_is_made_leaves_nothing_half_made(run: Run, tmp_path: Path) -> None:
    application = await run(tmp_path)
    assert (await application.next("log"))["log"] == "postgres.initialising"
    await application.kill()
    successor = await run(tmp_path)
    assert (await successor.next("owns"))["owns"]
    assert {path.name for path in (tmp_path / "postgres").iterdir()} == {
        "data",
        "lock",
        "postgres.log",
        "run",
    }


@pytest.mark.parametrize("content", ["{reused}\n/somewhere\n", "", "no number"])
async def test_a_stale_pid_file_does_not_stop_the_start(data_dir: Path, content: str) -> None:
    # The number of this live process, which has nothing to do with PostgreSQL.
    (data_dir / "postgres/data/postmaster.pid").write_text(content.format(reused=os.getpid()))
    (data_dir / "postgres/run/.s.PGSQL.5432").touch()
    postgres = EmbeddedPostgres(EmbeddedConfig(data_dir), SilentLog())
    address = await postgres.start()
    assert await select_one(address, address.superuser) == 1
    await postgres.stop()


async def test_stop_ends_the_server_only_for_its_owner(data_dir: Path) -> None:
    owner = EmbeddedPostgres(EmbeddedConfig(data_dir), SilentLog())
    attached = EmbeddedPostgres(EmbeddedConfig(data_dir), SilentLog())
    address = await owner.start()
    assert not (await attached.start()).owns
    await attached.stop()
    assert await select_one(address, "parley_platform") == 1
    assert await owner.start() == address
    server = server_pid(data_dir)
    await owner.stop()
    await asyncio.wait_for(end_of(server), 1)
    assert list((data_dir / "postgres/run").iterdir()) == []


async def test_the_server_outlives_the_thread_that_started_it(data_dir: Path) -> None:
    postgres = EmbeddedPostgres(EmbeddedConfig(data_dir), SilentLog())
    thread = threading.Thread(target=lambda: asyncio.run(postgres.start()))
    thread.start()
    await asyncio.to_thread(thread.join, PATIENCE_S)
    address = await postgres.start()
    assert address.owns
    assert await select_one(address, address.superuser) == 1
    await postgres.stop()


async def test_the_serving_roles_own_nothing_and_obey_row_level_security(data_dir: Path) -> None:
    postgres = EmbeddedPostgres(EmbeddedConfig(data_dir), SilentLog())
    address = await postgres.start()
    connection = await asyncpg.connect(
        host=str(address.socket_dir), port=address.port, user="parley_app", database=address.database
    )
    roles = await connection.fetch(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname LIKE 'parley!_%' ESCAPE '!' AND rolname <> 'parley_owner'"
    )
    assert {role["rolname"] for role in roles} == {"parley_app", "parley_platform"}
    assert not any(right for role in roles for name, right in role.items() if name != "rolname")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE mine (n int)")
    settings = await connection.fetchrow(
        "SELECT current_setting('listen_addresses') AS tcp, current_setting('fsync') AS fsync,"
        " current_setting('TimeZone') AS zone, current_setting('server_encoding') AS encoding"
    )
    assert settings is not None
    assert tuple(settings) == ("", "on", "UTC", "UTF8")
    await connection.close()
    await postgres.stop()


async def test_a_path_too_long_for_a_socket_is_shortened_said_and_tidied_up(run: Run, tmp_path: Path) -> None:
    deep = tmp_path / ("deep, “quoted” and spaced " * 5)
    owner = await run(deep)
    moved = await owner.next("limit_bytes")
    assert moved["log"] == "postgres.socket_moved"
    elsewhere = Path(moved["socket_dir"])
    assert len(bytes(elsewhere / ".s.PGSQL.5432")) <= moved["limit_bytes"]
    assert mode_of(elsewhere) == 0o700
    assert (await owner.next("owns"))["owns"]
    attached = await run(deep)
    assert (await attached.next("owns"))["socket_dir"] == str(elsewhere)
    await attached.stop()
    await owner.stop()
    assert mode_of(elsewhere) is None


async def test_a_start_out_of_time_leaves_no_server(data_dir: Path) -> None:
    hurried = EmbeddedPostgres(EmbeddedConfig(data_dir, start_timeout_s=0.01), SilentLog())
    with pytest.raises(StartFailed, match=r"did not answer within 0\.01 s"):
        await hurried.start()
    patient = EmbeddedPostgres(EmbeddedConfig(data_dir), SilentLog())
    assert (await patient.start()).owns
    await patient.stop()


async def test_a_cancelled_start_leaves_nothing_half_made(tmp_path: Path) -> None:
    log = InitialisingLog()
    starting = asyncio.create_task(EmbeddedPostgres(EmbeddedConfig(tmp_path), log).start())
    assert await asyncio.to_thread(log.seen.wait, PATIENCE_S)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    postgres = EmbeddedPostgres(EmbeddedConfig(tmp_path), SilentLog())
    assert (await postgres.start()).owns
    await postgres.stop()
    assert not (tmp_path / "postgres/data.unfinished").exists()
