"""Where the server's socket is: in the data folder, or in a short folder when that path is too long."""

import os
import stat
import sys
import tempfile
from pathlib import Path

from parley.adapters.postgres.datadir import DataFolder

PORT = 5432
# The size of sun_path less its final zero byte.
SOCKET_PATH_LIMIT_BYTES = 107 if sys.platform == "linux" else 103


def socket_path(folder: Path) -> Path:
    """The socket PostgreSQL makes in `folder`."""
    return folder / f".s.PGSQL.{PORT}"


def fits(folder: Path) -> bool:
    """Whether the system can address the socket in `folder`."""
    return len(os.fsencode(socket_path(folder))) <= SOCKET_PATH_LIMIT_BYTES


def locate(folder: DataFolder) -> Path | None:
    """Where a server that runs has its socket; None when that was not settled yet."""
    if fits(folder.run):
        return folder.run
    try:
        return Path(folder.run_elsewhere.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def prepare(folder: DataFolder) -> Path:
    """A folder for the socket that only this user may enter, without stale sockets. Under the lock only."""
    place = locate(folder)
    if place is None or (place != folder.run and not _is_private(place)):
        place = _make_elsewhere(folder)
    for leftover in place.glob(".s.PGSQL.*"):
        leftover.unlink()
    return place


def discard(folder: DataFolder) -> None:
    """Remove the short folder, if there is one. Under the lock only."""
    place = locate(folder)
    if place is None or place == folder.run:
        return
    folder.run_elsewhere.unlink()
    if _is_private(place):
        for leftover in place.glob(".s.PGSQL.*"):
            leftover.unlink()
        place.rmdir()


def _is_private(place: Path) -> bool:
    try:
        status = place.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.geteuid()
        and stat.S_IMODE(status.st_mode) == stat.S_IRWXU
    )


def _make_elsewhere(folder: DataFolder) -> Path:
    parent = Path(tempfile.gettempdir())
    if not fits(parent / "parley-postgres-12345678"):
        parent = Path("/tmp")  # noqa: S108  the folder made in it is private and its name random
    place = Path(tempfile.mkdtemp(prefix="parley-postgres-", dir=parent))
    draft = folder.run_elsewhere.with_suffix(".draft")
    draft.write_text(str(place), encoding="utf-8")
    draft.replace(folder.run_elsewhere)
    return place
