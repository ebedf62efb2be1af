"""Keeps files in a folder of this machine: a file is there whole or not at all."""

import asyncio
import errno
import hashlib
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from parley.adapters.files.errors import FilesUnavailable
from parley.adapters.files.keys import key_at, new_key, place_of
from parley.core.ingestion.model import FileTooLarge, StoredFile
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId

_BATCH_BYTES = 1 << 20
"""Written in one go: a thread for every network read would cost more than the writing."""
_SIDE = ".partial"
_ABANDONED_AFTER_S = 3600.0
"""No upload pauses for so long."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LocalFiles:
    """A FileStore below `root`, which is made when missing; files and folders are for this user alone."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(
        self, workspace_id: WorkspaceId, name: str, content: AsyncIterator[bytes], limit_bytes: int
    ) -> StoredFile:
        key = new_key(workspace_id)
        partial = _PartialFile(self._path(key))
        try:
            batch = bytearray()
            size_bytes = 0
            async for data in content:
                size_bytes += len(data)
                if size_bytes > limit_bytes:
                    raise FileTooLarge(name, limit_bytes)
                batch += data
                if len(batch) >= _BATCH_BYTES:
                    await asyncio.to_thread(partial.write, bytes(batch))
                    batch.clear()
            sha256 = await asyncio.to_thread(partial.finish, bytes(batch))
            partial.keep()
        finally:
            partial.discard()
        return StoredFile(key, size_bytes, sha256)

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        file = await asyncio.to_thread(self._open, key)
        try:
            file.seek(start)
            left = sys.maxsize if end is None else end - start
            while left > 0 and (data := await asyncio.to_thread(file.read, min(_BATCH_BYTES, left))):
                left -= len(data)
                yield data
        finally:
            file.close()

    @asynccontextmanager
    async def local_copy(self, key: str) -> AsyncIterator[Path]:
        path = self._path(key)
        if not await asyncio.to_thread(path.is_file):
            raise NotFound("file", key)
        yield path

    async def remove(self, key: str) -> None:
        with _plain_errors():
            await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    async def stored_before(self, moment: datetime) -> AsyncIterator[tuple[str, ...]]:
        for folder in await asyncio.to_thread(lambda: [*self._root.glob("*/*")]):
            keys = await asyncio.to_thread(self._in_folder, folder, moment.timestamp())
            if keys:
                yield keys

    async def remove_abandoned(self) -> int:
        """Removes what is left of uploads whose process was killed; tells how many there were."""
        return await asyncio.to_thread(self._remove_abandoned, time.time() - _ABANDONED_AFTER_S)

    def _in_folder(self, folder: Path, before: float) -> tuple[str, ...]:
        keys = []
        for path in folder.glob("*"):
            with suppress(FileNotFoundError):  # removed meanwhile
                key = key_at(path.relative_to(self._root).as_posix())
                if key is not None and path.stat().st_mtime < before:
                    keys.append(key)
        return tuple(keys)

    def _remove_abandoned(self, untouched_since: float) -> int:
        removed = 0
        for side in self._root.glob(f"*/*/*{_SIDE}"):
            with suppress(FileNotFoundError):  # its upload has just ended
                if side.stat().st_mtime < untouched_since:
                    side.unlink()
                    removed += 1
        return removed

    def _open(self, key: str) -> BinaryIO:
        path = self._path(key)
        try:
            with _plain_errors():
                return path.open("rb")
        except FileNotFoundError as error:
            raise NotFound("file", key) from error

    def _path(self, key: str) -> Path:
        return self._root / place_of(key)


class _PartialFile:
    """A file on its way in, beside its final place. Its methods block; each may run in another thread."""

    def __init__(self, final: Path) -> None:
        self._final = final
        self._side = final.with_suffix(_SIDE)
        self._sha256 = hashlib.sha256()
        self._file: BinaryIO | None = None
        self._ended = False
        self._kept = False
        self._lock = threading.Lock()
        """A cancelled upload is discarded while a thread may still be writing for it."""

    def write(self, data: bytes) -> None:
        with self._lock, _plain_errors():
            if not self._ended:
                self._append(data)

    def finish(self, data: bytes) -> str:
        """Makes the file visible under its final name, safe from a loss of power; returns its SHA-256."""
        with self._lock, _plain_errors():
            if not self._ended:
                self._publish(self._append(data))
        return self._sha256.hexdigest()

    def keep(self) -> None:
        self._kept = True

    def discard(self) -> None:
        """Leaves nothing behind, unless `keep` was called. Waits for a write of one batch at most."""
        with self._lock:
            self._ended = True
            if self._file:
                self._file.close()
                self._side.unlink(missing_ok=True)
                if not self._kept:  # cancelled after it was published
                    self._final.unlink(missing_ok=True)

    def _append(self, data: bytes) -> BinaryIO:
        if self._file is None:
            self._final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(descriptor, "wb", buffering=0)
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        self._sha256.update(data)
        return self._file

    def _publish(self, file: BinaryIO) -> None:
        os.fsync(file.fileno())
        self._side.rename(self._final)
        folder = os.open(self._final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turns what the file system says into what an administrator can act on."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise FilesUnavailable(
                "There is no room left to store the file.",
                hint="Free disk space in the data folder, or raise its quota, and try again.",
            ) from error
        raise FilesUnavailable(
            f"The folder for files cannot be used: {error.strerror}.",
            hint="Check that the data folder belongs to the user that runs the server and is writable.",
        ) from error
