"""What ingestion needs: a place for files and parsers that cannot hurt the server."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from parley.core.ingestion.model import ParsedDocument, StoredFile
from parley.core.kernel.ids import WorkspaceId


class FileStore(Protocol):
    async def put(
        self, workspace_id: WorkspaceId, name: str, content: AsyncIterator[bytes], limit_bytes: int
    ) -> StoredFile:
        """Stores a stream under a new key, never holding it whole in memory.

        Raises FileTooLarge (with `name`) past `limit_bytes`; then, and on any other failure,
        nothing is left behind.
        """
        ...

    def open(self, key: str) -> AsyncIterator[bytes]:
        """The stored bytes; raises NotFound."""
        ...

    def local_copy(self, key: str) -> AbstractAsyncContextManager[Path]:
        """A path that parsers can read while the block lasts; it must not be changed. Raises NotFound."""
        ...

    async def remove(self, key: str) -> None:
        """Does nothing when the file is gone already."""
        ...


class DocumentParser(Protocol):
    async def parse(self, path: Path, *, name: str, media_type: str) -> ParsedDocument:
        """Reads the file in a child process with limits on memory, CPU and time.

        `name` and `media_type` are what the uploader claimed; the content decides.
        Raises UnreadableDocument.
        """
        ...
