"""Files on this machine: the contract, and what only a file system can do wrong."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.adapters.files.errors import FilesUnavailable
from parley.adapters.files.local import LocalFiles
from parley.core.ingestion.ports import FileStore
from parley.testing.files import MIB, WORKSPACE, FileStoreContract, stream


def files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


class TestLocalFiles(FileStoreContract):
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        return tmp_path / "files"

    @pytest.fixture
    def files(self, root: Path) -> LocalFiles:
        self._root = root
        return LocalFiles(root)

    def count(self, files: FileStore) -> int:
        return len(files_below(self._root))

    async def test_files_are_for_this_user_alone(self, files: LocalFiles, root: Path) -> None:
        await files.put(WORKSPACE, "a", stream(b"x"), MIB)
        (path,) = files_below(root)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o077 == 0

    async def test_what_a_killed_upload_left_is_removed_and_what_arrives_now_is_not(
        self, files: LocalFiles, root: Path
    ) -> None:
        async def arriving() -> AsyncIterator[bytes]:
            yield b"x" * 2 * MIB
            (running,) = files_below(root)
            left = running.with_name("0" * 32 + running.suffix)
            left.write_bytes(b"half a file")
            os.utime(left, (0, 0))
            assert await files.remove_abandoned() == 1
            assert files_below(root) == [running]

        stored = await files.put(WORKSPACE, "a", arriving(), 9 * MIB)
        assert stored.size_bytes == 2 * MIB

    def test_a_full_disk_is_said_plainly_and_leaves_nothing(self, root: Path) -> None:
        # A process that may write no more than 1 MiB to a file fails as on a full disk.
        script = """
import asyncio, resource, sys
from pathlib import Path
from parley.adapters.files.errors import FilesUnavailable
from parley.adapters.files.local import LocalFiles
from parley.testing.files import MIB, WORKSPACE, stream
resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, MIB))
try:
    asyncio.run(LocalFiles(Path(sys.argv[1])).put(WORKSPACE, "a", stream(b"x" * 3 * MIB), 9 * MIB))
except FilesUnavailable as error:
    print(error.detail)
"""
        done = subprocess.run(
            [sys.executable, "-c", script, str(root)],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert done.stdout == "There is no room left to store the file.\n"
        assert files_below(root) == []

    async def test_a_folder_that_cannot_be_made_is_said_plainly(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        files = LocalFiles(tmp_path / "file" / "files")
        with pytest.raises(FilesUnavailable, match="Not a directory"):
            await files.put(WORKSPACE, "a", stream(b"x"), MIB)
