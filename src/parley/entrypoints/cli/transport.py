"""Requests to one Parley server over HTTP, and its refusals as errors."""

import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import msgspec

from parley import __version__
from parley.core.kernel.errors import ErrorKind, ParleyError

T = TypeVar("T")
_TRANSIENT = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
_REPLY_LIMIT_BYTES = 16 << 20


class Unreachable(ParleyError):
    """No server, or something that is not Parley, at the address; `again` tells whether waiting may help."""

    code = "unreachable"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, detail: str, *, hint: str, again: bool = True) -> None:
        super().__init__(detail, hint=hint)
        self.again = again


class NotSignedIn(ParleyError):
    """The server does not take the credentials, or there are none."""

    code = "not_signed_in"
    kind = ErrorKind.UNAUTHENTICATED


class Refused(ParleyError):
    """The server's own refusal, in its words."""

    def __init__(self, problem: "_Problem") -> None:
        super().__init__(problem.detail, hint=problem.hint)
        self.code = problem.code


class _Problem(msgspec.Struct):
    detail: str
    code: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long the client waits, in seconds."""

    connect_s: float = 5.0
    reply_s: float = 30.0
    silence_s: float = 45.0
    """For the next byte of a stream; the server sends a keep-alive at least every 15 seconds."""
    outage_s: float = 60.0
    """For a server that does not answer any more."""
    first_pause_s: float = 0.25
    longest_pause_s: float = 4.0


class Http:
    """Requests to one server, its refusals as errors."""

    def __init__(self, server: str, session: aiohttp.ClientSession, deadlines: Deadlines) -> None:
        self.server = server
        self.deadlines = deadlines
        self._session = session

    async def call(
        self, method: str, path: str, reply: type[T], *, body: object = None, headers: dict[str, str]
    ) -> T:
        """The reply's JSON as a `reply`. Raises Unreachable, NotSignedIn or Refused."""
        limits = aiohttp.ClientTimeout(total=self.deadlines.reply_s, sock_connect=self.deadlines.connect_s)
        async with self._request(method, path, limits, body=body, headers=headers) as response:
            received = await response.content.read(_REPLY_LIMIT_BYTES)
            while part := await response.content.read(_REPLY_LIMIT_BYTES):
                received += part
            if response.status == HTTPStatus.NO_CONTENT:
                received = b"null"
        try:
            return msgspec.json.decode(received, type=reply)
        except msgspec.DecodeError as error:
            raise self.stranger(f"it sent something else ({error})") from error

    async def stream(self, path: str, headers: dict[str, str]) -> AsyncGenerator[bytes, None]:
        """The reply's bytes as they come. Raises as `call` does."""
        limits = aiohttp.ClientTimeout(
            total=None, sock_connect=self.deadlines.connect_s, sock_read=self.deadlines.silence_s
        )
        async with self._request("GET", path, limits, body=None, headers=headers) as response:
            async for chunk in response.content.iter_any():
                yield chunk

    @asynccontextmanager
    async def _request(
        self, method: str, path: str, limits: aiohttp.ClientTimeout, *, body: object, headers: dict[str, str]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            async with self._session.request(
                method,
                f"{self.server}/api/v1{path}",
                json=body,
                headers=headers,
                timeout=limits,
                allow_redirects=False,
            ) as response:
                if response.status >= HTTPStatus.MULTIPLE_CHOICES:
                    raise await self._refusal(response)
                yield response
        except aiohttp.InvalidURL as error:
            raise Unreachable(
                f"{self.server} is not the address of a server.", hint="Mend --server.", again=False
            ) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(
                f"No Parley server answers at {self.server}: {reason_of(error)}.",
                hint="Start one with `parley serve`, or name another with --server or PARLEY_SERVER.",
            ) from error

    async def _refusal(self, response: aiohttp.ClientResponse) -> ParleyError:
        try:
            problem = msgspec.json.decode(await response.content.read(_REPLY_LIMIT_BYTES), type=_Problem)
        except msgspec.DecodeError:
            problem = None
        if response.status in _TRANSIENT:
            detail = problem.detail if problem else f"HTTP {response.status}"
            return Unreachable(
                f"{self.server} cannot answer now: {detail}",
                hint=(problem and problem.hint) or "Try again.",
            )
        if problem is None:
            return self.stranger(f"it answered HTTP {response.status}")
        if response.status == HTTPStatus.UNAUTHORIZED:
            error = NotSignedIn(problem.detail, hint=problem.hint)
            error.code = problem.code
            return error
        return Refused(problem)

    def stranger(self, what: str) -> Unreachable:
        """For a reply that no Parley server gives."""
        return Unreachable(
            f"What answers at {self.server} is not a Parley server of this version: {what}.",
            hint="Name the right one with --server or PARLEY_SERVER.",
            again=False,
        )


@asynccontextmanager
async def connect(server: str, deadlines: Deadlines | None = None) -> AsyncIterator[Http]:
    """Requests to `server`, such as http://localhost:8000."""
    # Between two questions the loop stands still and cannot notice that a kept connection was closed.
    connector = aiohttp.TCPConnector(force_close=True)
    headers = {"User-Agent": f"parley-chat/{__version__}"}
    async with aiohttp.ClientSession(connector=connector, headers=headers, trust_env=True) as session:
        yield Http(server, session, deadlines or Deadlines())


def reason_of(error: Exception) -> str:
    """Why a server was not reached, in the system's own words."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, aiohttp.ClientPayloadError):
        return "the connection broke off"
    if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
        return os.strerror(cause.errno)
    return str(cause) or type(cause).__name__


def bearer(token: str) -> dict[str, str]:
    """The header that says who asks."""
    return {"Authorization": f"Bearer {token}"}
