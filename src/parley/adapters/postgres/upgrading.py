"""Refuses a data folder of another major version, with the one command that upgrades it."""

import shlex
from pathlib import Path

from parley.adapters.postgres.binaries import Binaries, wheel_bindirs
from parley.adapters.postgres.configuration import OWNER_ROLE, initdb_arguments
from parley.adapters.postgres.datadir import DataFolder
from parley.adapters.postgres.errors import BinariesMissing, DataFolderVersion
from parley.adapters.postgres.privileges import Launch, Runnable, find_runnable


def refuse_other_version(folder: DataFolder, runnable: Runnable) -> None:
    """Raise DataFolderVersion unless the server to be started can read the folder."""
    written = folder.written_by()
    if written > runnable.major:
        raise DataFolderVersion(
            f"{folder.data} was written by PostgreSQL {written}, and PostgreSQL {runnable.major} is too old "
            "to read it. Nothing was changed.",
            hint=f"Set PARLEY_PG_BINDIR to the programs of PostgreSQL {written}.",
        )
    if written < runnable.major:
        old = _bindir_of(written, folder)
        raise DataFolderVersion(
            f"{folder.data} was written by PostgreSQL {written}, and PostgreSQL {runnable.major} cannot "
            "read it. Nothing was changed.",
            hint=f"To go on with the old version for now, set PARLEY_PG_BINDIR={old}. To upgrade, stop "
            f"Parley and run the command below; the old folder stays as {folder.data}.{written}, your "
            f"backup.\n{_upgrade_command(folder, runnable, written, old)}",
        )


def _bindir_of(major: int, folder: DataFolder) -> str:
    for bindir in wheel_bindirs():
        try:
            if find_runnable(Binaries(bindir), folder.data_owner()).major == major:
                return str(bindir)
        except BinariesMissing:
            continue
    return f"/path/to/postgresql-{major}/bin"


def _upgrade_command(folder: DataFolder, runnable: Runnable, written: int, old_bindir: str) -> str:
    """A shell command; the new folder takes its name only when complete, so a start meanwhile is refused."""
    new = Path(f"data.{runnable.major}")
    bindir = runnable.binaries.bindir
    as_user = _as_user(runnable.launch)
    initdb = [*as_user, str(runnable.binaries.initdb), *initdb_arguments(new, runnable.major)]
    upgrade = [
        *(*as_user, str(bindir / "pg_upgrade"), "-U", OWNER_ROLE),
        *("-b", old_bindir, "-B", str(bindir), "-d", "data", "-D", str(new)),
        # Its sockets would otherwise be in the current folder, whose path may be too long for them.
        *("--socketdir", "/tmp"),  # noqa: S108
    ]
    steps = [
        ["cd", str(folder.home)],
        initdb,
        upgrade,
        ["mv", "data", f"data.{written}"],
        ["mv", str(new), "data"],
    ]
    return " && ".join(shlex.join(step) for step in steps)


def _as_user(way: Launch) -> list[str]:
    """What to put before a program that a person runs, so that it runs as the server does."""
    match way.mode:
        case "namespace":
            return ["unshare", "--user", f"--map-user={way.uid}", f"--map-group={way.gid}"]
        case "user":
            switch = ["setpriv", f"--reuid={way.uid}", f"--regid={way.gid}", "--clear-groups"]
            return [*switch, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        case _:
            return []
