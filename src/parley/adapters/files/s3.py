"""Keeps files in a bucket of S3 or a store that speaks like it: a file is there whole or not at all."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4
from xml.sax.saxutils import escape

import aiohttp

from parley.adapters.files.errors import FilesUnavailable
from parley.adapters.files.keys import key_at, new_key, place_of
from parley.adapters.files.s3_bucket import OutOfRange, S3Bucket
from parley.core.ingestion.model import FileTooLarge, StoredFile
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import WorkspaceId

PART_BYTES = 8 << 20
"""Of a file that comes in: what is held in memory of it. S3 takes 10,000 parts, so 78 GiB."""
_UNDO_S = 30.0
"""For doing away with an upload that failed."""
_ABANDONED_AFTER = timedelta(days=1)
"""No upload takes so long; the date of one in parts is that of its beginning."""
_COPY_KEPT_S = 3_600.0
_PIECE_BYTES = 1 << 20
_ATTEMPTS = 4
_PAUSE_S = 0.2


class S3Files:
    """A FileStore in a bucket. A file of more than `PART_BYTES` is sent in parts, one after the other.

    Copies for parsers lie in `copies`, at most `copies_bytes` of them at once: others wait.
    """

    def __init__(self, bucket: S3Bucket, copies: Path, *, copies_bytes: int) -> None:
        self._bucket = bucket
        self._copies = copies
        self._room = _Room(copies_bytes)

    async def put(
        self, workspace_id: WorkspaceId, name: str, content: AsyncIterator[bytes], limit_bytes: int
    ) -> StoredFile:
        key = new_key(workspace_id)
        upload = _Upload(self._bucket, place_of(key))
        sha256 = hashlib.sha256()
        size_bytes = 0
        batch = bytearray()
        try:
            async for data in content:
                size_bytes += len(data)
                if size_bytes > limit_bytes:
                    raise FileTooLarge(name, limit_bytes)
                sha256.update(data)
                batch += data
                while len(batch) > PART_BYTES:
                    await upload.add(bytes(batch[:PART_BYTES]))
                    del batch[:PART_BYTES]
            await upload.finish(bytes(batch))
        except BaseException:
            # Should this fail too, an upload in parts is found by `remove_abandoned`, a whole object by the
            # sweep for files that no document refers to.
            with suppress(FilesUnavailable, NotFound, TimeoutError):
                async with asyncio.timeout(_UNDO_S):
                    await upload.undo()
            raise
        return StoredFile(key, size_bytes, sha256.hexdigest())

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        place, position, failures = place_of(key), start, 0
        while end is None or position < end:
            try:
                async with self._bucket.reading(place, _range(position, end)) as response:
                    if position and response.status != HTTPStatus.PARTIAL_CONTENT:
                        raise FilesUnavailable(
                            "The store of files does not give parts of a file.",
                            hint="Check that PARLEY_S3_ENDPOINT_URL points at an S3-compatible API.",
                        )
                    async for data in response.content.iter_chunked(_PIECE_BYTES):
                        position += len(data)
                        failures = 0
                        yield data
                return
            except OutOfRange:
                return
            except NotFound:
                raise NotFound("file", key) from None
            except (aiohttp.ClientError, TimeoutError) as fault:
                # The reader goes on where the connection broke off.
                failures += 1
                if failures == _ATTEMPTS:
                    raise self._bucket.unreachable(fault) from fault
                await asyncio.sleep(_PAUSE_S * 2**failures)

    @asynccontextmanager
    async def local_copy(self, key: str) -> AsyncIterator[Path]:
        place = place_of(key)
        try:
            about = await self._bucket.request("HEAD", place)
        except NotFound:
            raise NotFound("file", key) from None
        async with self._room.taken(int(about.headers.get("Content-Length", 0))):
            path = self._copies / uuid4().hex
            try:
                await self._copy(key, path)
                yield path
            finally:
                path.unlink(missing_ok=True)

    async def remove(self, key: str) -> None:
        place = place_of(key)
        with suppress(NotFound):
            await self._bucket.request("DELETE", place)

    async def stored_before(self, moment: datetime) -> AsyncIterator[tuple[str, ...]]:
        prefix = self._bucket.config.prefix
        query = {"list-type": "2", "prefix": prefix}
        while True:
            reply = await self._bucket.request("GET", query=query)
            keys = []
            for found in reply.elements("Contents"):
                place = (found.findtext("{*}Key") or "").removeprefix(prefix)
                key, stored_at = key_at(place), found.findtext("{*}LastModified") or ""
                if key is not None and datetime.fromisoformat(stored_at) < moment:
                    keys.append(key)
            if keys:
                yield tuple(keys)
            following = reply.texts("NextContinuationToken")
            if not following:
                return
            query["continuation-token"] = following[0]

    async def remove_abandoned(self) -> int:
        """Ends the uploads, and removes the copies, of processes that were killed; tells how many uploads."""
        await asyncio.to_thread(self._remove_old_copies, time.time() - _COPY_KEPT_S)
        too_old = datetime.now(UTC) - _ABANDONED_AFTER
        prefix = self._bucket.config.prefix
        reply = await self._bucket.request("GET", query={"uploads": "", "prefix": prefix})
        ended = 0
        for found in reply.elements("Upload"):  # the first 1,000: what is left falls to the next start
            name = (found.findtext("{*}Key") or "").removeprefix(prefix)
            begun_at = datetime.fromisoformat(found.findtext("{*}Initiated") or "")
            if key_at(name) is not None and begun_at < too_old:
                query = {"uploadId": found.findtext("{*}UploadId") or ""}
                with suppress(NotFound):
                    await self._bucket.request("DELETE", name, query=query)
                    ended += 1
        return ended

    async def check(self) -> None:
        """Writes, reads, lists and removes an object. Raises FilesUnavailable."""
        name, content = f"parley-check-{uuid4().hex}", b"Parley can write here."
        await self._bucket.request("PUT", name, body=content, headers=self._bucket.encryption_headers())
        try:
            reply = await self._bucket.request("GET", name)
            prefix = self._bucket.config.prefix
            await self._bucket.request("GET", query={"list-type": "2", "prefix": prefix, "max-keys": "1"})
        finally:
            await self._bucket.request("DELETE", name)
        if reply.body != content:
            raise FilesUnavailable(
                f"The bucket {self._bucket.config.bucket!r} gave back something else than was written to it.",
                hint="Check that PARLEY_S3_ENDPOINT_URL points at an S3-compatible API.",
            )

    async def _copy(self, key: str, path: Path) -> None:
        try:
            await asyncio.to_thread(self._copies.mkdir, parents=True, exist_ok=True, mode=0o700)
            with await asyncio.to_thread(path.open, "xb") as file:
                async for data in self.open(key):
                    await asyncio.to_thread(file.write, data)
        except OSError as error:
            raise FilesUnavailable(
                f"A file of the store cannot be copied to {self._copies}: {error.strerror}.",
                hint="Free disk space there, and check that it belongs to the user that runs the server.",
            ) from error

    def _remove_old_copies(self, untouched_since: float) -> None:
        for copy in self._copies.glob("*"):
            with suppress(FileNotFoundError):
                if copy.stat().st_mtime < untouched_since:
                    copy.unlink()


class _Upload:
    """A file on its way in. Until `finish` returns, nobody can read it."""

    def __init__(self, bucket: S3Bucket, place: str) -> None:
        self._bucket = bucket
        self._place = place
        self._id = ""
        self._tags: list[str] = []
        self._finishing = False

    async def add(self, part: bytes) -> None:
        if not self._id:
            reply = await self._bucket.request(
                "POST", self._place, query={"uploads": ""}, headers=self._bucket.encryption_headers()
            )
            [self._id] = reply.texts("UploadId")
        query = {"partNumber": str(len(self._tags) + 1), "uploadId": self._id}
        reply = await self._bucket.request("PUT", self._place, query=query, body=part)
        self._tags.append(reply.headers.get("ETag", ""))

    async def finish(self, last: bytes) -> None:
        if not self._id:
            self._finishing = True
            headers = self._bucket.encryption_headers()
            await self._bucket.request("PUT", self._place, body=last, headers=headers)
            return
        await self.add(last)
        self._finishing = True
        parts = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(tag)}</ETag></Part>"
            for number, tag in enumerate(self._tags, start=1)
        )
        reply = await self._bucket.request(
            "POST",
            self._place,
            query={"uploadId": self._id},
            body=f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode(),
        )
        if not reply.texts("ETag"):  # S3 may say 200 and tell the failure in the reply
            raise FilesUnavailable(
                "The store of files could not put the parts of the file together.", hint="Try again."
            )

    async def undo(self) -> None:
        """Leaves nothing, whatever of it was done."""
        if self._id:
            with suppress(NotFound):
                await self._bucket.request("DELETE", self._place, query={"uploadId": self._id})
        if self._finishing:  # it may have been done all the same
            await self._bucket.request("DELETE", self._place)


class _Room:
    """Bounds what lies on the disk at once."""

    def __init__(self, most_bytes: int, *, wait_s: float = 600.0) -> None:
        self._most_bytes = most_bytes
        self._wait_s = wait_s
        self._taken_bytes = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def taken(self, size_bytes: int) -> AsyncIterator[None]:
        """Waits until there is room. A file larger than all of it is alone."""
        counted = min(size_bytes, self._most_bytes)
        try:
            async with asyncio.timeout(self._wait_s), self._changed:
                await self._changed.wait_for(lambda: self._taken_bytes + counted <= self._most_bytes)
                self._taken_bytes += counted
        except TimeoutError:
            raise FilesUnavailable(
                "Too many large files are being read at once: there was no room for a copy of this one.",
                hint="Try again later.",
            ) from None
        try:
            yield
        finally:
            async with self._changed:
                self._taken_bytes -= counted
                self._changed.notify_all()


def _range(start: int, end: int | None) -> dict[str, str]:
    if start == 0 and end is None:
        return {}
    return {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
