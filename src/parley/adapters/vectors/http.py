"""Requests to vector stores that speak JSON over HTTP: bounded, with deadlines, and refusals in words."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from parley.adapters.vectors.configuration import VARIABLES
from parley.adapters.vectors.entries import refuse_in_transaction
from parley.core.knowledge.model import VectorStoreUnavailable

LARGEST_REPLY = 64 << 20
_CONNECT_S = 5.0
_JSON = {"Content-Type": "application/json"}

Headers = Callable[[str, URL, bytes], Awaitable[Mapping[str, str]]]
"""The headers that a request of this method, address and body is sent with."""


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    """Below the store's address, as it is to stand in the URL."""
    body: Any = None
    """JSON; bytes are sent as they are."""
    timeout_s: float = 30.0
    missing_ok: bool = False
    """Whether an answer of 404 is one: None."""


class Refused(Exception):
    """The store answered, and not with what was asked for."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"HTTP {status}: {said}")
        self.status = status


class StoreHttp:
    """One store's server. Redirects are not followed: the key would go along, to wherever that is."""

    def __init__(self, store: str, url: str, headers: Headers, at_once: int) -> None:
        self._store = store
        self._url = url.rstrip("/")
        self._headers = headers
        self._at_once = at_once
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, request: Request) -> Any:
        """The reply's JSON, None for an empty one. Raises VectorStoreUnavailable."""
        try:
            return await self.ask_plainly(request)
        except Refused as refused:
            raise unavailable(self._store, refused) from refused

    async def ask_plainly(self, request: Request) -> Any:
        """As `ask`, for callers that act on a refusal: raises Refused."""
        refuse_in_transaction()
        url = URL(self._url + request.path, encoded=True)
        body = request.body if isinstance(request.body, bytes) else _encoded(request.body)
        try:
            async with self._opened().request(
                request.method,
                url,
                data=body or None,
                headers=await self._headers(request.method, url, body),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=request.timeout_s, sock_connect=_CONNECT_S),
            ) as response:
                return await _decoded(response, request)
        except TimeoutError as error:
            raise VectorStoreUnavailable(
                f"The vector store {self._store} did not answer within {request.timeout_s:g} seconds.",
                hint="Try again in a moment; if it stays, look at the load of the store.",
            ) from error
        except aiohttp.ClientError as error:
            raise VectorStoreUnavailable(
                f"The vector store {self._store} cannot be reached: {type(error).__name__}.",
                hint=f"Check {VARIABLES}_URL and that the store runs.",
            ) from error

    def _opened(self) -> aiohttp.ClientSession:
        """Made with the first request: it belongs to the loop that runs then."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._at_once)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=True)
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def unavailable(store: str, refused: Refused) -> VectorStoreUnavailable:
    """What a refusal is to those who only want an answer."""
    return VectorStoreUnavailable(
        f"The vector store {store} refused: {refused}", hint=_way_out(refused.status)
    )


def with_headers(more: Mapping[str, str]) -> Headers:
    """The same on every request, besides the type of its body."""
    fixed = {**_JSON, **more}

    async def headers(method: str, url: URL, body: bytes) -> Mapping[str, str]:
        return fixed

    return headers


def _encoded(body: Any) -> bytes:
    return b"" if body is None else msgspec.json.encode(body)


async def _decoded(response: aiohttp.ClientResponse, request: Request) -> Any:
    content = bytearray()
    async for some in response.content.iter_chunked(1 << 16):
        content += some
        if len(content) > LARGEST_REPLY:
            raise Refused(response.status, f"the reply is larger than {LARGEST_REPLY >> 20} MiB")
    if response.status == HTTPStatus.NOT_FOUND and request.missing_ok:
        return None
    if response.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise Refused(response.status, _said(response.status, bytes(content)))
    if not content:
        return None
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        raise Refused(response.status, "the reply is not JSON") from error


def _said(status: int, content: bytes) -> str:
    """The store's own words, unless they may quote the key."""
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return "it does not accept this server's key"
    return content[:300].decode("utf-8", "replace") or "no reason given"


def _way_out(status: int) -> str:
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return f"Check {VARIABLES}_KEY, or the keys for AWS, and what they are allowed to do."
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return f"Set {VARIABLES}_URL to the address that it sends on to."
    if status == HTTPStatus.NOT_FOUND:
        return f"Check {VARIABLES}_URL and what the store's own pages say must be made there first."
    return "If it stays, look at the store's own log."
