"""What every store of files says when it cannot be used."""

from parley.core.kernel.errors import ErrorKind, ParleyError


class FilesUnavailable(ParleyError):
    """The store refuses to take or give files."""

    code = "files_unavailable"
    kind = ErrorKind.UNAVAILABLE
