"""Requests to one bucket of S3 or a store that speaks like it: signed, tried again, and errors that help."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import aiohttp
from yarl import URL

from parley.adapters.files.errors import FilesUnavailable
from parley.adapters.outbound.aws import NoCredentials, Signer
from parley.core.kernel.errors import NotFound

_AGAIN = frozenset({429, 500, 502, 503, 504})
_MOST_REPLY_BYTES = 4 << 20
"""Of a reply that is no file: a list of 1,000 names is a quarter of it."""
_OTHER_REGION = frozenset({"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraint"})


@dataclass(frozen=True, slots=True)
class S3Config:
    bucket: str
    prefix: str = ""
    """Before every name, with a slash at its end unless it is empty."""
    region: str = "us-east-1"
    endpoint_url: str | None = None
    """None: Amazon's of the region."""
    path_style: bool = False
    """The bucket is named in the path and not in the host."""
    encryption: str | None = None
    """`AES256` or `aws:kms`; None: as the bucket has it by default."""
    kms_key_id: str | None = None


@dataclass(frozen=True, slots=True)
class S3Patience:
    connect_s: float = 10.0
    silence_s: float = 60.0
    """Between two pieces of a reply."""
    request_s: float = 300.0
    """For one attempt that sends a part of a file."""
    first_pause_s: float = 0.2
    """Before the second attempt; doubles with each further one."""
    attempts: int = 4


@dataclass(frozen=True, slots=True)
class S3Reply:
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def texts(self, path: str) -> list[str]:
        """Of all elements of the reply at that path of names."""
        return [found.text or "" for found in self.elements(path)]

    def elements(self, path: str) -> list[ElementTree.Element]:
        return _xml(self.body).findall("/".join(f"{{*}}{name}" for name in path.split("/")))


class _Again(Exception):
    """Another attempt may do better."""

    def __init__(self, error: FilesUnavailable) -> None:
        super().__init__(str(error))
        self.error = error


class S3Bucket:
    def __init__(
        self,
        config: S3Config,
        signer: Signer,
        session: aiohttp.ClientSession,
        patience: S3Patience = S3Patience(),
    ) -> None:
        self.config = config
        self._signer = signer
        self._session = session
        self._patience = patience
        self._root = _root(config)

    def encryption_headers(self) -> dict[str, str]:
        """For whatever makes a new object."""
        headers = {}
        if self.config.encryption is not None:
            headers["x-amz-server-side-encryption"] = self.config.encryption
        if self.config.kms_key_id is not None:
            headers["x-amz-server-side-encryption-aws-kms-key-id"] = self.config.kms_key_id
        return headers

    async def request(
        self,
        method: str,
        name: str = "",
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> S3Reply:
        """`name` is the object's, without the prefix; none: of the bucket itself. Raises NotFound for an
        object that is not there, and FilesUnavailable.
        """
        url = self._url(name, query)
        for attempt in range(self._patience.attempts):
            try:
                async with self._sent(method, url, name, body, headers or {}) as response:
                    return S3Reply(response.headers, await _bounded(response))
            except _Again as again:
                error = again.error
            except (aiohttp.ClientError, TimeoutError) as fault:
                error = self.unreachable(fault)
            if attempt < self._patience.attempts - 1:
                await asyncio.sleep(self._patience.first_pause_s * 2**attempt)
        raise error

    @asynccontextmanager
    async def reading(self, name: str, headers: Mapping[str, str]) -> AsyncIterator[aiohttp.ClientResponse]:
        """One attempt to read an object. Raises what `request` does, and aiohttp's errors."""
        try:
            async with self._sent("GET", self._url(name, None), name, b"", headers) as response:
                yield response
        except _Again as again:
            raise aiohttp.ClientPayloadError(again.error.detail) from again

    def unreachable(self, fault: Exception) -> FilesUnavailable:
        return FilesUnavailable(
            f"The store of files at {self._root} cannot be reached or broke off: {type(fault).__name__}.",
            hint="Try again; if it stays, check PARLEY_S3_ENDPOINT_URL and PARLEY_S3_REGION.",
        )

    @asynccontextmanager
    async def _sent(
        self, method: str, url: URL, name: str, body: bytes, headers: Mapping[str, str]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        patience = self._patience
        try:
            signed = await self._signer.headers(method, url, body, headers)
        except NoCredentials as error:
            raise FilesUnavailable(
                f"No credentials for the store of files. {error.detail}",
                hint="Set PARLEY_S3_ACCESS_KEY_ID and PARLEY_S3_SECRET_ACCESS_KEY, or give this machine a "
                "role or profile of AWS.",
            ) from error
        async with self._session.request(
            method,
            url,
            data=BytesIO(body) if body else None,
            headers=signed,
            allow_redirects=False,  # the signature is for this address
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(
                total=None if method == "GET" else patience.request_s,
                sock_connect=patience.connect_s,
                sock_read=patience.silence_s,
            ),
        ) as response:
            if response.status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NO_CONTENT}:
                raise self._refusal(response.status, await _bounded(response), name)
            yield response

    def _url(self, name: str, query: Mapping[str, str] | None) -> URL:
        path = quote(f"{self.config.prefix}{name}", safe="/-_.~") if name else ""
        asked = f"?{urlencode(query, quote_via=quote, safe='-_.~')}" if query else ""
        return URL(f"{self._root}{path}{asked}", encoded=True)

    def _refusal(self, status: int, body: bytes, name: str) -> Exception:
        code = _code_in(body)
        bucket = self.config.bucket
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return OutOfRange()
        if code == "NoSuchBucket" or (status == HTTPStatus.NOT_FOUND and not name):
            return FilesUnavailable(
                f"There is no bucket {bucket!r} at {self._root}.",
                hint="Make it, or check PARLEY_S3_BUCKET, PARLEY_S3_ENDPOINT_URL and PARLEY_S3_PATH_STYLE.",
            )
        if status == HTTPStatus.NOT_FOUND:
            return NotFound("file", name)
        if code in _OTHER_REGION or status in {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.TEMPORARY_REDIRECT}:
            return FilesUnavailable(
                f"The bucket {bucket!r} is not in the region {self.config.region}.",
                hint="Set PARLEY_S3_REGION to the bucket's own.",
            )
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return FilesUnavailable(
                f"The bucket {bucket!r} refuses this server: {code or 'access denied'}.",
                hint="Check PARLEY_S3_ACCESS_KEY_ID and its secret, and that they may list the bucket, and "
                "get, put and delete its objects.",
            )
        refused = FilesUnavailable(
            f"The bucket {bucket!r} refused with HTTP {status}{f' ({code})' if code else ''}.",
            hint="Try again; if it stays, look at the status of the store of files.",
        )
        return _Again(refused) if status in _AGAIN else refused


class OutOfRange(Exception):
    """The object ends before the bytes asked for."""


def _root(config: S3Config) -> str:
    """The address of the bucket, with a slash at its end."""
    address = (config.endpoint_url or f"https://s3.{config.region}.amazonaws.com").rstrip("/")
    if config.path_style:
        return f"{address}/{config.bucket}/"
    scheme, _, host = address.partition("://")
    return f"{scheme}://{config.bucket}.{host}/"


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    received = bytearray()
    async for data in response.content.iter_any():
        received += data
        if len(received) > _MOST_REPLY_BYTES:
            raise aiohttp.ClientPayloadError("the reply is too large")
    return bytes(received)


def _xml(body: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(body)  # noqa: S314 - of the administrator's own store, and bounded
    except ElementTree.ParseError as error:
        raise FilesUnavailable(
            "The store of files answered with something that is not S3's.",
            hint="Check that PARLEY_S3_ENDPOINT_URL points at an S3-compatible API.",
        ) from error


def _code_in(body: bytes) -> str:
    """S3's own name of the error; empty where there is none."""
    try:
        return ElementTree.fromstring(body).findtext("{*}Code") or ""  # noqa: S314 - as above
    except ElementTree.ParseError:
        return ""
