"""Files in a bucket: the contract over real HTTP on moto's server, and what only a network does wrong."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web
from botocore.session import Session
from moto.server import ThreadedMotoServer

from parley.adapters.files.errors import FilesUnavailable
from parley.adapters.files.s3 import PART_BYTES, S3Files
from parley.adapters.files.s3_bucket import S3Bucket, S3Config, S3Patience
from parley.adapters.outbound.aws import AwsKeys, Signer
from parley.core.ingestion.ports import FileStore
from parley.core.kernel.errors import NotFound
from parley.testing.files import MIB, WORKSPACE, FileStoreContract, content_of, stream

KEYS = AwsKeys("AKIDEXAMPLE", "a secret of nobody")
SOON = S3Patience(first_pause_s=0.01)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def client(endpoint: str) -> Any:
    """AWS's own, to look from outside."""
    return Session().create_client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=KEYS.access_key_id,
        aws_secret_access_key=KEYS.secret_access_key,
    )


@pytest.fixture
def config(endpoint: str, client: Any) -> S3Config:
    """Of a new bucket."""
    bucket = f"files-{uuid4().hex}"
    client.create_bucket(Bucket=bucket)
    return S3Config(bucket, "parley/", endpoint_url=endpoint, path_style=True)


def store(
    config: S3Config, session: aiohttp.ClientSession, copies: Path, patience: S3Patience = SOON
) -> S3Files:
    bucket = S3Bucket(config, Signer("s3", config.region, KEYS), session, patience)
    return S3Files(bucket, copies, copies_bytes=5 * MIB)


class TestS3Files(FileStoreContract):
    @pytest.fixture
    def files(self, config: S3Config, session: aiohttp.ClientSession, client: Any, tmp_path: Path) -> S3Files:
        self._bucket, self._client = config.bucket, client
        return store(config, session, tmp_path / "copies")

    def count(self, files: FileStore) -> int:
        listed = self._client.list_objects_v2(Bucket=self._bucket)["KeyCount"]
        begun = self._client.list_multipart_uploads(Bucket=self._bucket).get("Uploads", [])
        return int(listed) + len(begun)

    async def test_a_large_file_goes_in_parts_and_comes_back_whole(self, files: S3Files) -> None:
        pieces = [bytes([number]) * MIB for number in range(19)]
        stored = await files.put(WORKSPACE, "a", stream(*pieces), 64 * MIB)
        assert stored.size_bytes == 19 * MIB > 2 * PART_BYTES
        assert await content_of(files, stored.key) == b"".join(pieces)
        [found] = self._client.list_objects_v2(Bucket=self._bucket)["Contents"]
        assert found["ETag"].endswith('-3"')
        assert self.count(files) == 1

    async def test_an_upload_in_parts_that_breaks_off_leaves_nothing(self, files: S3Files) -> None:
        async def broken() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b"x" * MIB
            assert self.count(files) == 1
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await files.put(WORKSPACE, "a", broken(), 64 * MIB)
        assert self.count(files) == 0

    async def test_a_cancelled_upload_in_parts_leaves_nothing(self, files: S3Files) -> None:
        waiting = asyncio.Event()

        async def endless() -> AsyncIterator[bytes]:
            yield b"x" * (PART_BYTES + 1)
            waiting.set()
            await asyncio.Event().wait()

        upload = asyncio.create_task(files.put(WORKSPACE, "a", endless(), 64 * MIB))
        await waiting.wait()
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload
        assert self.count(files) == 0

    async def test_uploads_that_a_killed_process_left_are_ended(self, files: S3Files) -> None:
        # Moto says of every upload that it began in 2010.
        place = f"parley/{WORKSPACE.hex}/ab/{uuid4().hex}"
        self._client.create_multipart_upload(Bucket=self._bucket, Key=place)
        self._client.create_multipart_upload(Bucket=self._bucket, Key="parley/of-somebody-else")
        assert await files.remove_abandoned() == 1
        assert self.count(files) == 1

    async def test_objects_of_others_in_the_bucket_are_not_taken_for_files(self, files: S3Files) -> None:
        self._client.put_object(Bucket=self._bucket, Key="parley/notes.txt", Body=b"mine")
        later = datetime.now(UTC) + timedelta(minutes=1)
        assert [some async for some in files.stored_before(later)] == []

    async def test_copies_are_gone_after_their_use(self, files: S3Files, tmp_path: Path) -> None:
        stored = await files.put(WORKSPACE, "a", stream(b"x" * MIB), MIB)
        async with files.local_copy(stored.key) as path:
            assert [path] == list((tmp_path / "copies").iterdir())
        assert list((tmp_path / "copies").iterdir()) == []

    async def test_copies_wait_for_room_on_the_disk(self, files: S3Files) -> None:
        stored = await files.put(WORKSPACE, "a", stream(b"x" * 3 * MIB), 4 * MIB)
        second_is_there = asyncio.Event()

        async def second() -> None:
            async with files.local_copy(stored.key):
                second_is_there.set()

        async with asyncio.TaskGroup() as tasks, files.local_copy(stored.key):
            tasks.create_task(second())
            await files.stored_before(datetime.now(UTC)).__anext__()
            assert not second_is_there.is_set()

    async def test_the_check_of_a_bucket_leaves_nothing(self, files: S3Files) -> None:
        await files.check()
        assert self.count(files) == 0


async def test_new_objects_are_encrypted_as_asked(
    config: S3Config, session: aiohttp.ClientSession, client: Any, tmp_path: Path
) -> None:
    encrypted = S3Config(
        config.bucket, endpoint_url=config.endpoint_url, path_style=True, encryption="aws:kms", kms_key_id="k"
    )
    files = store(encrypted, session, tmp_path)
    for size in (1, PART_BYTES + 1):
        await files.put(WORKSPACE, "a", stream(b"x" * size), 64 * MIB)
    for found in client.list_objects_v2(Bucket=config.bucket)["Contents"]:
        about = client.head_object(Bucket=config.bucket, Key=found["Key"])
        assert (about["ServerSideEncryption"], about["SSEKMSKeyId"]) == ("aws:kms", "k")


async def test_a_bucket_that_is_not_there_is_named_with_the_setting(
    config: S3Config, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    absent = S3Config("no-such-bucket", endpoint_url=config.endpoint_url, path_style=True)
    with pytest.raises(FilesUnavailable, match=r"no bucket 'no-such-bucket'.*PARLEY_S3_BUCKET"):
        await store(absent, session, tmp_path).check()


async def test_a_store_that_is_not_there_is_named_with_the_setting(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    nowhere = S3Config("b", endpoint_url="http://127.0.0.1:1", path_style=True)
    with pytest.raises(FilesUnavailable, match=r"cannot be reached.*PARLEY_S3_ENDPOINT_URL"):
        await store(nowhere, session, tmp_path).check()


@asynccontextmanager
async def scripted(handler: Any) -> AsyncIterator[str]:
    app = web.Application(client_max_size=64 * MIB)
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


KEY = f"{'0' * 32}/{'1' * 32}"


async def test_a_read_that_breaks_off_goes_on_where_it_was(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    content, asked = bytes(range(256)) * 8, list[str]()

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Range", ""))
        start = int(asked[-1].removeprefix("bytes=").rstrip("-") or 0)
        response = web.StreamResponse(status=206 if start else 200)
        response.content_length = len(content) - start
        await response.prepare(request)
        await response.write(content[start : start + 1_000])
        if start + 1_000 < len(content):
            assert request.transport is not None
            request.transport.close()
        return response

    async with scripted(handler) as url:
        files = store(S3Config("b", endpoint_url=url, path_style=True), session, tmp_path)
        assert await content_of(files, KEY) == content
    assert asked[0] == ""
    assert all(each.startswith("bytes=") for each in asked[1:])


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "AccessDenied", r"refuses this server: AccessDenied.*PARLEY_S3_ACCESS_KEY_ID"),
        (400, "AuthorizationHeaderMalformed", "not in the region us-east-1.*PARLEY_S3_REGION"),
        (301, "PermanentRedirect", "not in the region us-east-1.*PARLEY_S3_REGION"),
        (503, "SlowDown", r"refused with HTTP 503 \(SlowDown\)"),
        (400, "EntityTooLarge", r"refused with HTTP 400 \(EntityTooLarge\)"),
    ],
)
async def test_a_refusal_names_what_to_mend(
    session: aiohttp.ClientSession, tmp_path: Path, status: int, code: str, said: str
) -> None:
    asked = 0

    async def handler(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=status, text=f"<Error><Code>{code}</Code></Error>")

    async with scripted(handler) as url:
        files = store(S3Config("b", endpoint_url=url, path_style=True), session, tmp_path)
        with pytest.raises(FilesUnavailable, match=said):
            await files.remove(KEY)
    assert asked == (SOON.attempts if status == 503 else 1)


async def test_a_moment_of_overload_is_waited_through(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    asked = 0

    async def handler(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=503 if asked < 3 else 204)

    async with scripted(handler) as url:
        files = store(S3Config("b", endpoint_url=url, path_style=True), session, tmp_path)
        await files.remove(KEY)
    assert asked == 3


async def test_an_upload_that_may_still_go_on_is_left_alone(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    ended: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        if request.method == "DELETE":
            ended.append(request.query["uploadId"])
            return web.Response(status=204)
        now = datetime.now(UTC)
        uploads = "".join(
            f"<Upload><Key>{'0' * 32}/11/{'1' * 32}</Key><UploadId>{hours}</UploadId>"
            f"<Initiated>{(now - timedelta(hours=hours)).isoformat()}</Initiated></Upload>"
            for hours in (1, 23, 25)
        )
        return web.Response(text=f"<ListMultipartUploadsResult>{uploads}</ListMultipartUploadsResult>")

    async with scripted(handler) as url:
        files = store(S3Config("b", endpoint_url=url, path_style=True), session, tmp_path)
        assert await files.remove_abandoned() == 1
    assert ended == ["25"]


async def test_a_failure_that_the_last_step_tells_late_is_one(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    removed = threading.Event()

    async def handler(request: web.Request) -> web.Response:
        await request.read()
        if request.method == "POST" and "uploads" in request.query:
            return web.Response(text="<R><UploadId>7</UploadId></R>")
        if request.method == "POST":
            return web.Response(text="<Error><Code>InternalError</Code></Error>")
        if request.method == "DELETE" and "uploadId" not in request.query:
            removed.set()
        return web.Response(headers={"ETag": '"1"'})

    async with scripted(handler) as url:
        files = store(S3Config("b", endpoint_url=url, path_style=True), session, tmp_path)
        with pytest.raises(FilesUnavailable, match="put the parts"):
            await files.put(WORKSPACE, "a", stream(b"x" * (PART_BYTES + 1)), 64 * MIB)
    assert removed.is_set()


async def test_without_a_path_style_the_bucket_is_part_of_the_host(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    files = store(S3Config("papers", endpoint_url="http://127.0.0.1:1"), session, tmp_path)
    with pytest.raises(FilesUnavailable, match=r"http://papers\.127\.0\.0\.1:1/"):
        await files.remove(KEY)


async def test_a_missing_file_is_not_found(
    config: S3Config, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    files = store(config, session, tmp_path)
    with pytest.raises(NotFound):
        await content_of(files, KEY)
