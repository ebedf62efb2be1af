"""The database's part of the data folder: its lock, its making, and what the lock permits to clear away."""

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from parley.adapters.postgres.errors import (
    DataFolderForeign,
    DataFolderUnwritable,
    StartFailed,
    disk_full,
)

# A new folder takes 60 MB, and the write-ahead log grows to 256 MB before it is recycled.
NEW_FOLDER_NEEDS_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Names below `<data dir>/postgres/`; only this user may enter it.

    `lock` is held by whoever prepares a start and then, inherited, by the server and all its processes: to
    hold it proves that none of them runs. The system lets go of it when the last of them ends, however it
    ends. The lock binds processes of one machine only, so the folder must be on a disk of its own.
    """

    home: Path

    @property
    def lock(self) -> Path:
        """The lock file; never removed."""
        return self.home / "lock"

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder; it exists only once it is complete."""
        return self.home / "data"

    @property
    def unfinished(self) -> Path:
        """Where a new data folder is made before it is renamed."""
        return self.home / "data.unfinished"

    @property
    def run(self) -> Path:
        """Where the socket is, unless its path would be too long for the system."""
        return self.home / "run"

    @property
    def run_elsewhere(self) -> Path:
        """A file that names the folder of the socket when it is not `run`."""
        return self.home / "run.path"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.home / "postgres.log"

    def open(self) -> None:
        """Make what is missing and check that it is ours. Raises OSError or DataFolderUnwritable."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = self.home.stat().st_uid
        if owner != os.geteuid():
            raise DataFolderUnwritable(
                f"{self.home} belongs to user id {owner}, and this process runs as {os.geteuid()}.",
                hint=f"Start Parley as user id {owner}, or choose another folder with PARLEY_DATA_DIR.",
            )
        # The server trusts whoever reaches its socket, so no one else may.
        self.home.chmod(0o700)
        self.run.mkdir(mode=0o700, exist_ok=True)
        self.run.chmod(0o700)

    def try_lock(self) -> int | None:
        """A descriptor that holds the lock and that children may inherit; None while another holds it."""
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def data_owner(self) -> int | None:
        """The user id that owns the data folder; None while there is none."""
        try:
            return self.data.stat().st_uid
        except FileNotFoundError:
            return None

    def is_new(self) -> bool:
        """Whether the data folder has still to be made. Raises DataFolderForeign if it is no such folder."""
        try:
            names = {path.name for path in self.data.iterdir()}
        except FileNotFoundError:
            return True
        except NotADirectoryError as error:
            raise self._foreign("it is not a folder") from error
        if names and not {"PG_VERSION", "global", "base"} <= names:
            raise self._foreign("it lacks the files every PostgreSQL folder has")
        return not names

    def written_by(self) -> int:
        """The major version of PostgreSQL whose folder this is. Raises DataFolderForeign if none can tell."""
        written = (self.data / "PG_VERSION").read_text(encoding="ascii", errors="replace").strip()
        if not written.isdigit():
            raise self._foreign(f"its PG_VERSION reads {written[:20]!r}")
        if not (self.data / "global" / "pg_control").is_file():
            raise self._foreign("its file global/pg_control is missing")
        return int(written)

    def check_room(self) -> None:
        """Raise DiskFull unless a new data folder fits."""
        if shutil.disk_usage(self.home).free < NEW_FOLDER_NEEDS_BYTES:
            raise disk_full(self.home, needed_bytes=NEW_FOLDER_NEEDS_BYTES)

    def sweep(self) -> None:
        """Clear away what a killed process left. Only for the holder of the lock."""
        if self.unfinished.exists():
            shutil.rmtree(self.unfinished)
        stranger = self._server_without_lock()
        if stranger is not None:
            raise StartFailed(
                f"A PostgreSQL server that Parley did not start (process {stranger}) uses {self.data}.",
                hint="Stop that server, then start Parley again.",
            )
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def finish(self) -> None:
        """Give the finished new data folder its name, durably."""
        self.unfinished.rename(self.data)
        descriptor = os.open(self.home, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def give_to(self, uid: int) -> None:
        """Make `uid` the owner of the data folder and all in it."""
        if self.data.stat().st_uid == uid:
            return
        # The folder itself comes last: while it has its old owner, the work is not done.
        for parent, folders, files in os.walk(self.data, topdown=False):
            for name in (*folders, *files):
                os.chown(Path(parent, name), uid, -1, follow_symlinks=False)
        os.chown(self.data, uid, -1)

    def _server_without_lock(self) -> int | None:
        """The process named in postmaster.pid if it works in the data folder; Linux only.

        Our own servers hold the lock, so this can only be one that somebody started by hand. The number alone
        says nothing: it may have been reused.
        """
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
            pid = int(lines[0])
            return pid if Path(f"/proc/{pid}/cwd").samefile(self.data) else None
        except (OSError, ValueError, IndexError):
            return None

    def _foreign(self, why: str) -> DataFolderForeign:
        return DataFolderForeign(
            f"{self.data} is not a database folder of Parley, or it is damaged: {why}. Nothing was changed.",
            hint="Move it away or restore it from a backup, or choose another folder with PARLEY_DATA_DIR.",
        )
