"""What can keep the embedded PostgreSQL from running, each told with its way out."""

import errno
from pathlib import Path

from parley.core.kernel.errors import ErrorKind, ParleyError

ELSEWHERE = "Or use a server of your own: set PARLEY_DATABASE_URL."


class EmbeddedPostgresError(ParleyError):
    """The embedded PostgreSQL cannot run; base of all errors of this package."""

    code = "embedded_postgres"
    kind = ErrorKind.UNAVAILABLE


class BinariesMissing(EmbeddedPostgresError):
    """No PostgreSQL program that this machine can execute, or one without pgvector."""

    code = "embedded_postgres_binaries_missing"
    kind = ErrorKind.UNSUPPORTED


class DataFolderUnwritable(EmbeddedPostgresError):
    """The data folder, or one on the way to it, refuses this user."""

    code = "embedded_postgres_folder_unwritable"


class DataFolderForeign(EmbeddedPostgresError):
    """The data folder holds something that is not this supervisor's database, or a damaged one."""

    code = "embedded_postgres_folder_foreign"


class DataFolderVersion(EmbeddedPostgresError):
    """The data folder was written by another major version of PostgreSQL."""

    code = "embedded_postgres_folder_version"


class DiskFull(EmbeddedPostgresError):
    """The disk of the data folder has no room left."""

    code = "embedded_postgres_disk_full"


class UserRefused(EmbeddedPostgresError):
    """PostgreSQL refuses the user this process runs as, and no other way is open."""

    code = "embedded_postgres_user_refused"


class StartFailed(EmbeddedPostgresError):
    """PostgreSQL ended while starting, or did not answer before the deadline."""

    code = "embedded_postgres_start_failed"


def disk_full(folder: Path, *, needed_bytes: int | None = None) -> DiskFull:
    """The error for a disk without room at or below `folder`."""
    limit = f"less than the {needed_bytes >> 20} MB a new database needs" if needed_bytes else "no space"
    return DiskFull(
        f"The disk of {folder} has {limit} left, so the database cannot start.",
        hint="Free some space there, or choose a folder on another disk with PARLEY_DATA_DIR.",
    )


def from_os_error(folder: Path, error: OSError) -> EmbeddedPostgresError:
    """Translate what the system said about a file at or below `folder`."""
    named = error.filename or folder
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return disk_full(folder)
        case errno.EACCES | errno.EPERM | errno.EROFS | errno.ENOTDIR | errno.EEXIST:
            return DataFolderUnwritable(
                f"The database needs to write to {folder}, but {named} cannot be used: {error.strerror}.",
                hint="Give this user the folder, or choose another one with PARLEY_DATA_DIR.",
            )
        case _:
            return StartFailed(
                f"The database could not be started in {folder}: {named}: {error.strerror}.", hint=ELSEWHERE
            )
