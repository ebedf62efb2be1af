"""The server's log: a file of bounded size, and its last lines in memory for error messages."""

import contextlib
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

LIMIT_BYTES = 4 * 1024 * 1024
_REMEMBERED_LINES = 40


class ServerLog:
    """Keeps at most twice LIMIT_BYTES on disk: the file, and the one before it with `.1` at its end.

    A line that cannot be written, as on a full disk, is dropped from the file but still remembered: the
    server must never wait for its log.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._size_bytes = 0
        self._last: deque[str] = deque(maxlen=_REMEMBERED_LINES)

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def write(self, line: bytes) -> None:
        """Append one line."""
        self._last.append(line.decode("utf-8", "replace").rstrip())
        if self._size_bytes + len(line) > LIMIT_BYTES:
            self._close()
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_name(f"{self._path.name}.1"))
            self._open()
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._size_bytes += self._file.write(line)

    def last_lines(self) -> list[str]:
        """What the server said last, oldest first."""
        return list(self._last)

    def _open(self) -> None:
        self._file = None
        with contextlib.suppress(OSError):
            self._file = self._path.open("ab", buffering=0)
            self._size_bytes = self._file.tell()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
