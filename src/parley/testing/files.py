"""The contract of a FileStore: whole or not at all, and no key leads elsewhere."""

import asyncio
import hashlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from parley.core.ingestion.model import FileTooLarge
from parley.core.ingestion.ports import FileStore
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId

WORKSPACE = WorkspaceId(UUID(int=7))
MIB = 1 << 20


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def content_of(files: FileStore, key: str) -> bytes:
    return b"".join([data async for data in files.open(key)])


class FileStoreContract(ABC):
    """Needs a fixture `files`; `count` says how many files the store holds, finished or not."""

    @abstractmethod
    def count(self, files: FileStore) -> int: ...

    async def test_what_is_put_is_what_is_read(self, files: FileStore) -> None:
        content = bytes(range(256)) * 10_000
        pieces = [content[start : start + 65_536] for start in range(0, len(content), 65_536)]
        stored = await files.put(WORKSPACE, "a.bin", stream(*pieces), 10 * MIB)
        assert (stored.size_bytes, stored.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert await content_of(files, stored.key) == content
        async with files.local_copy(stored.key) as path:
            assert path.read_bytes() == content

    async def test_a_part_of_a_file_is_read(self, files: FileStore) -> None:
        content = bytes(range(256)) * 10_000
        stored = await files.put(WORKSPACE, "a.bin", stream(content), 10 * MIB)
        for start, end in ((0, 10), (5, 2 * MIB), (2 * MIB, None), (7, 7), (len(content), None)):
            part = b"".join([data async for data in files.open(stored.key, start=start, end=end)])
            assert part == content[start:end]

    async def test_files_are_listed_by_when_they_were_stored(self, files: FileStore) -> None:
        keys = {(await files.put(WORKSPACE, "a", stream(b"x"), MIB)).key for _ in range(3)}
        now = datetime.now(UTC)
        later, earlier = now + timedelta(minutes=1), now - timedelta(hours=1)
        assert {key async for some in files.stored_before(later) for key in some} == keys
        assert [some async for some in files.stored_before(earlier)] == []

    async def test_an_empty_file_is_a_file(self, files: FileStore) -> None:
        stored = await files.put(WORKSPACE, "empty", stream(), MIB)
        assert stored.size_bytes == 0
        assert await content_of(files, stored.key) == b""

    async def test_the_same_content_twice_is_two_files(self, files: FileStore) -> None:
        first = await files.put(WORKSPACE, "a", stream(b"same"), MIB)
        second = await files.put(WORKSPACE, "a", stream(b"same"), MIB)
        await files.remove(first.key)
        assert await content_of(files, second.key) == b"same"

    async def test_a_file_of_just_the_limit_is_taken(self, files: FileStore) -> None:
        stored = await files.put(WORKSPACE, "a", stream(b"x" * MIB, b"y" * MIB), 2 * MIB)
        assert stored.size_bytes == 2 * MIB

    async def test_a_file_past_the_limit_leaves_nothing(self, files: FileStore) -> None:
        with pytest.raises(FileTooLarge, match=r"'big\.bin' is larger than 2 MiB"):
            await files.put(WORKSPACE, "big.bin", stream(b"x" * MIB, b"y" * MIB, b"z"), 2 * MIB)
        assert self.count(files) == 0

    async def test_an_upload_that_breaks_off_leaves_nothing(self, files: FileStore) -> None:
        async def broken() -> AsyncIterator[bytes]:
            yield b"x" * 2 * MIB
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await files.put(WORKSPACE, "a", broken(), 9 * MIB)
        assert self.count(files) == 0

    async def test_a_cancelled_upload_leaves_nothing(self, files: FileStore) -> None:
        waiting = asyncio.Event()

        async def endless() -> AsyncIterator[bytes]:
            yield b"x" * 2 * MIB
            waiting.set()
            await asyncio.Event().wait()

        upload = asyncio.create_task(files.put(WORKSPACE, "a", endless(), 9 * MIB))
        await waiting.wait()
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload
        assert self.count(files) == 0

    async def test_the_key_tells_nothing_of_the_name(self, files: FileStore) -> None:
        stored = await files.put(WORKSPACE, "../../etc/passwd", stream(b"x"), MIB)
        assert "passwd" not in stored.key
        assert ".." not in stored.key

    async def test_a_removed_file_is_gone_and_may_be_removed_again(self, files: FileStore) -> None:
        stored = await files.put(WORKSPACE, "a", stream(b"x"), MIB)
        await files.remove(stored.key)
        await files.remove(stored.key)
        with pytest.raises(NotFound):
            await content_of(files, stored.key)
        with pytest.raises(NotFound):
            async with files.local_copy(stored.key):
                pass

    @pytest.mark.parametrize("key", ["", "../secret", "/etc/passwd", "a/b", f"{'0' * 32}/..", "x" * 5_000])
    async def test_a_key_of_foreign_making_leads_nowhere(self, files: FileStore, key: str) -> None:
        with pytest.raises(NotFound):
            await content_of(files, key)
        with pytest.raises(NotFound):
            async with files.local_copy(key):
                pass
        with pytest.raises(NotFound):
            await files.remove(key)
