"""Users, folders, disks and programs that PostgreSQL cannot run with: worked around, or refused plainly."""

import asyncio
import fcntl
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from parley.adapters.postgres import EmbeddedConfig, EmbeddedPostgres, EmbeddedPostgresError
from parley.adapters.postgres.binaries import find_binaries, wheel_bindirs
from parley.adapters.postgres.datadir import DataFolder
from parley.adapters.postgres.errors import (
    BinariesMissing,
    DataFolderForeign,
    DataFolderUnwritable,
    DataFolderVersion,
    StartFailed,
)
from parley.adapters.postgres.privileges import find_runnable

from .conftest import HERE, PATIENCE_S, Application, Run, SilentLog, end_of, server_pid

IS_ROOT = os.geteuid() == 0
NEW_NAMESPACE = ("unshare", "--user")
# These change who the application believes to be; the folders of the tests stay within its reach.
AS_ROOT = () if IS_ROOT else (*NEW_NAMESPACE, "--map-root-user")
AS_ORDINARY_USER = (*NEW_NAMESPACE, "--map-user=1", "--map-group=1") if IS_ROOT else ()
AS_UNKNOWN_USER = (*NEW_NAMESPACE, "--map-user=54321", "--map-group=54321")
WITHOUT_NAMESPACES = (sys.executable, str(HERE / "without_namespaces.py"))


async def refusal(config: EmbeddedConfig) -> EmbeddedPostgresError:
    with pytest.raises(EmbeddedPostgresError) as caught:
        await EmbeddedPostgres(config, SilentLog()).start()
    return caught.value


async def works(application: Application) -> None:
    assert (await application.next("owns"))["owns"]
    application.tell("insert 7 1")
    await application.next("acknowledged")
    assert await application.rows() == [7]


async def works_until_killed(application: Application, data_dir: Path) -> None:
    await works(application)
    server = server_pid(data_dir)
    await application.kill()
    await end_of(server)


@pytest.mark.parametrize(
    "prefix",
    [AS_ROOT, AS_ORDINARY_USER, AS_UNKNOWN_USER],
    ids=["root", "ordinary user", "user without entry"],
)
async def test_any_user_can_start_it(run: Run, tmp_path: Path, prefix: tuple[str, ...]) -> None:
    await works_until_killed(await run(tmp_path, prefix=prefix), tmp_path)


@pytest.mark.skipif(not IS_ROOT, reason="only root can become another user")
async def test_root_without_namespaces_becomes_another_user_and_says_so(run: Run, tmp_path: Path) -> None:
    # As every folder of the tests, this one can be entered by root only.
    application = await run(tmp_path, prefix=(*WITHOUT_NAMESPACES, "root"))
    assert (await application.next("uid"))["log"] == "postgres.runs_as_another_user"
    await works_until_killed(application, tmp_path)
    assert DataFolder(tmp_path / "postgres").data_owner() not in {None, 0}
    # Once the folder belongs to that user, it stays so, namespaces or not.
    again = await run(tmp_path)
    assert (await again.next("owns"))["owns"]
    assert await again.rows() == [7]


@pytest.mark.skipif(not IS_ROOT, reason="only root can give folders away")
async def test_a_folder_made_in_a_namespace_is_handed_to_the_other_user(run: Run, data_dir: Path) -> None:
    await works(await run(data_dir, prefix=(*WITHOUT_NAMESPACES, "root")))


@pytest.mark.parametrize(
    ("uid", "named"), [("0", "root"), ("54321", "54321, which has no entry in /etc/passwd")]
)
async def test_a_user_with_no_way_round_is_refused(run: Run, tmp_path: Path, uid: str, named: str) -> None:
    application = await run(tmp_path, prefix=(*WITHOUT_NAMESPACES, uid))
    refused = await application.next("error")
    assert refused["error"] == "UserRefused"
    assert named in refused["detail"]
    assert "PARLEY_DATABASE_URL" in refused["hint"]


async def test_an_unwritable_folder_is_named(run: Run, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    refused = await (await run(locked / "data", prefix=AS_ORDINARY_USER)).next("error")
    assert refused["error"] == "DataFolderUnwritable"
    assert str(locked / "data") in refused["detail"]
    assert "PARLEY_DATA_DIR" in refused["hint"]


async def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    error = await refusal(EmbeddedConfig(tmp_path / "file"))
    assert isinstance(error, DataFolderUnwritable)
    assert str(tmp_path / "file") in error.detail


@pytest.mark.skipif(not IS_ROOT, reason="only root can give folders away")
async def test_a_folder_of_another_user_is_refused(data_dir: Path) -> None:
    os.chown(data_dir / "postgres", 4242, -1)
    error = await refusal(EmbeddedConfig(data_dir))
    assert isinstance(error, DataFolderUnwritable)
    assert "belongs to user id 4242" in error.detail


def on_a_disk_of(size: str, data_dir: Path, fill_with: Path | None = None) -> tuple[str, ...]:
    """Mounts a disk of `size` at `data_dir`, for the command that follows only, and fills it if asked to."""
    fill = (
        f'cp -a {fill_with}/. "$0" && (cat /dev/zero > "$0/filler" || true) 2>/dev/null && '
        if fill_with
        else ""
    )
    script = f'mount -t tmpfs -o size={size} none "$0" && {fill} exec "$@"'
    return (*NEW_NAMESPACE, "--map-root-user", "--mount", "sh", "-c", script, str(data_dir))


async def test_a_disk_too_small_for_a_new_database_is_refused_with_the_limit(
    run: Run, tmp_path: Path
) -> None:
    refused = await (await run(tmp_path, prefix=on_a_disk_of("32m", tmp_path))).next("error")
    assert refused["error"] == "DiskFull"
    assert str(tmp_path) in refused["detail"]
    assert "less than the 128 MB" in refused["detail"]


async def test_a_disk_that_ran_full_is_told(run: Run, made_once: Path, tmp_path: Path) -> None:
    prefix = on_a_disk_of("128m", tmp_path, fill_with=made_once)
    refused = await (await run(tmp_path, prefix=prefix)).next("error")
    assert refused["error"] == "DiskFull"
    assert str(tmp_path) in refused["detail"]


async def test_an_older_folder_is_refused_with_a_command_that_upgrades_it(run: Run, tmp_path: Path) -> None:
    older = await run(tmp_path, bindir=wheel_bindirs()[1])
    await works(older)
    await older.stop()
    error = await refusal(EmbeddedConfig(tmp_path))
    assert isinstance(error, DataFolderVersion)
    assert f"{tmp_path}/postgres/data was written by PostgreSQL 16" in error.detail
    assert f"PARLEY_PG_BINDIR={wheel_bindirs()[1]}" in error.hint

    command = error.hint.splitlines()[-1]
    upgrade = await asyncio.to_thread(
        subprocess.run, ["sh", "-c", command], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert upgrade.returncode == 0, upgrade.stdout + upgrade.stderr
    newer = await run(tmp_path)
    assert (await newer.next("owns"))["owns"]
    assert await newer.rows() == [7]
    assert (tmp_path / "postgres/data.16/PG_VERSION").read_text() == "16\n"


async def test_a_newer_folder_is_refused(data_dir: Path) -> None:
    (data_dir / "postgres/data/PG_VERSION").write_text("99\n")
    error = await refusal(EmbeddedConfig(data_dir))
    assert isinstance(error, DataFolderVersion)
    assert "written by PostgreSQL 99" in error.detail


async def test_a_folder_of_something_else_is_refused_untouched(tmp_path: Path) -> None:
    data = tmp_path / "postgres/data"
    data.mkdir(parents=True)
    (data / "thesis.odt").write_text("mine")
    error = await refusal(EmbeddedConfig(tmp_path))
    assert isinstance(error, DataFolderForeign)
    assert str(data) in error.detail
    assert [path.name for path in data.iterdir()] == ["thesis.odt"]


async def test_a_postgresql_folder_without_our_database_is_refused_and_its_server_ended(
    data_dir: Path,
) -> None:
    postgres = EmbeddedPostgres(EmbeddedConfig(data_dir), SilentLog())
    address = await postgres.start()
    connection = await asyncpg.connect(
        host=str(address.socket_dir), port=address.port, user=address.superuser, database="postgres"
    )
    await connection.execute("ALTER DATABASE parley RENAME TO theirs")
    await connection.close()
    await postgres.stop()
    error = await refusal(EmbeddedConfig(data_dir))
    assert isinstance(error, DataFolderForeign)
    assert 'database "parley" does not exist' in error.detail
    folder = DataFolder(data_dir / "postgres")
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.to_thread(wait_for_lock, folder)


def wait_for_lock(folder: DataFolder) -> None:
    with folder.lock.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


@pytest.mark.parametrize("lost", ["global/pg_control", "global", "PG_VERSION"])
async def test_a_damaged_folder_is_refused(data_dir: Path, lost: str) -> None:
    place = data_dir / "postgres/data" / lost
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    error = await refusal(EmbeddedConfig(data_dir))
    assert isinstance(error, DataFolderForeign)
    assert str(data_dir / "postgres/data") in error.detail


async def test_damage_that_only_the_server_can_see_is_told_in_its_words(data_dir: Path) -> None:
    (data_dir / "postgres/data/global/pg_control").write_bytes(b"\0" * 8192)
    error = await refusal(EmbeddedConfig(data_dir))
    assert isinstance(error, StartFailed)
    assert "FATAL" in error.detail or "PANIC" in error.detail
    assert str(data_dir / "postgres/postgres.log") in error.hint


async def test_a_server_started_by_hand_is_left_alone(data_dir: Path) -> None:
    folder = DataFolder(data_dir / "postgres")
    runnable = find_runnable(find_binaries(None), folder.data_owner())
    command = runnable.launch.command(
        runnable.binaries.postgres, "-D", str(folder.data), "-c", "listen_addresses=", "-k", str(folder.run)
    )
    by_hand = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert by_hand.stderr is not None
    while b"ready to accept" not in await asyncio.wait_for(by_hand.stderr.readline(), PATIENCE_S):
        pass
    error = await refusal(EmbeddedConfig(data_dir))
    assert isinstance(error, StartFailed)
    assert f"process {by_hand.pid}" in error.detail
    by_hand.terminate()
    await asyncio.wait_for(by_hand.communicate(), PATIENCE_S)


async def test_a_folder_without_the_programs_is_named(tmp_path: Path) -> None:
    error = await refusal(EmbeddedConfig(tmp_path / "data", bindir=tmp_path))
    assert isinstance(error, BinariesMissing)
    assert f"PARLEY_PG_BINDIR is {tmp_path}" in error.detail
    assert "musl" in error.hint


async def test_programs_built_for_another_system_are_refused(tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        # What a glibc program meets on a musl system: its loader is not there.
        program = tmp_path / name
        program.write_text("#!/lib/no-such-loader.so.2\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    error = await refusal(EmbeddedConfig(tmp_path / "data", bindir=tmp_path))
    assert isinstance(error, BinariesMissing)
    assert "does not run on this machine: No such file or directory" in error.detail
