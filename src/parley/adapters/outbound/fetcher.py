"""Fetches from the web: guarded, bounded in time and size, without cookies or credentials."""

import asyncio
import codecs
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import httpx2

from parley import __version__
from parley.adapters.outbound.errors import FetchFailed, ReplyTooLarge
from parley.adapters.outbound.guard import AddressGuard, web_address
from parley.adapters.outbound.transport import GuardedTransport
from parley.core.kernel.transactions import transaction_is_open

BeforeAsking = Callable[[str], Awaitable[None]]

JSON_TYPES = ("application/json", "+json")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_USER_AGENT = f"Parley/{__version__}"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_INFLATED_AT_ONCE = 1 << 20
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
"""Python decodes these too, and no page is written in them: one takes hours, some fail on every text."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    whole_s: float = 20.0
    """From looking the name up to the last byte, redirects included."""
    most_bytes: int = 4 << 20
    """Of a reply, after decompression."""
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Ask:
    """One HTTP request."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    media_types: Collection[str] = ()
    """Those that can be used, `+json` standing for every type that ends so; empty means any."""
    follow_redirects: bool = True
    """Never together with secret headers: they would go along."""


@dataclass(frozen=True, slots=True)
class Reply:
    url: str
    """Where it came from, after redirects."""
    status: int
    media_type: str
    """Without parameters, lower case; empty when the server names none."""
    charset: str | None
    headers: Mapping[str, str]
    """Names are found whatever their case."""
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def text(self) -> str:
        """As UTF-8 where the server names no charset, or none that there is."""
        return self.body.decode(usable_charset(self.charset), errors="replace")


@dataclass(frozen=True, slots=True)
class OpenReply:
    """A reply whose body is still to be read."""

    reply: Reply
    content: AsyncIterator[bytes]
    """Decompressed; bounded by the limits. Raises as `Fetcher.send`."""


class Fetcher:
    def __init__(self, guard: AddressGuard, limits: FetchLimits | None = None) -> None:
        self._transport = GuardedTransport(guard, reuse_connections=False)
        self._limits = limits or FetchLimits()

    async def send(self, ask: Ask) -> Reply:
        """The reply, whatever its status. Raises FetchFailed, AddressRefused among them."""
        async with self.open(ask) as opened:
            return replace(opened.reply, body=b"".join([part async for part in opened.content]))

    @asynccontextmanager
    async def open(self, ask: Ask, before_asking: BeforeAsking | None = None) -> AsyncIterator[OpenReply]:
        """The same with the body as a stream, as long as the block lasts, which counts for the deadline.

        `before_asking` is told each address before it is asked, those of redirects too; what it raises ends
        the request.
        """
        if transaction_is_open():
            raise RuntimeError("The web was asked inside a database transaction.")
        url = web_address(ask.url)
        deadline = asyncio.timeout(self._limits.whole_s)
        try:
            async with deadline:
                place, response = await self._follow(url, ask, before_asking)
                try:
                    yield self._opened(place, response, ask)
                finally:
                    await response.aclose()
        except TimeoutError:
            if not deadline.expired():
                raise
            raise FetchFailed(
                f"{url.host} did not answer within {self._limits.whole_s:g} seconds.",
                hint="Try another source.",
            ) from None
        except httpx2.HTTPError as error:
            raise FetchFailed(
                f"{url.host} cannot be reached or broke off: {type(error).__name__}.",
                hint="Try another source.",
            ) from None

    async def close(self) -> None:
        await self._transport.aclose()

    async def _follow(
        self, url: httpx2.URL, ask: Ask, before_asking: BeforeAsking | None
    ) -> tuple[httpx2.URL, httpx2.Response]:
        for _ in range(self._limits.redirects + 1):
            if before_asking is not None:
                await before_asking(str(url))
            request = httpx2.Request(
                ask.method, url, headers=_headers(ask), content=ask.body or None, extensions={"timeout": {}}
            )
            response = await self._transport.handle_async_request(request)
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or location is None:
                return url, response
            await response.aclose()
            if not ask.follow_redirects:
                raise FetchFailed(f"{url.host} sends on to another address, which is not followed.")
            url = url.join(web_address(location)).copy_with(fragment=None)
        raise FetchFailed(f"{url.host} sends on more than {self._limits.redirects} times.")

    def _opened(self, url: httpx2.URL, response: httpx2.Response, ask: Ask) -> OpenReply:
        media_type, charset = _content_type(response)
        reply = Reply(str(url), response.status_code, media_type, charset, response.headers)
        if reply.is_success and not _is_one_of(media_type, ask.media_types):
            raise FetchFailed(
                f"{url.host} answers with {media_type or 'no content type'}, which cannot be read here.",
                hint=f"What can be read: {', '.join(filter(None, ask.media_types))}.",
            )
        return OpenReply(reply, _bounded(url.host, response, self._limits.most_bytes))


def usable_charset(name: str | None) -> str:
    """The encoding of that name; UTF-8 where it is none that texts are written in."""
    if name is None:
        return "utf-8"
    try:
        "".encode(name)  # refused by codecs that are not of text
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if known in _NO_CHARSETS else known


async def _bounded(host: str, response: httpx2.Response, most_bytes: int) -> AsyncIterator[bytes]:
    size = 0
    async for part in _decoded(response):
        size += len(part)
        if size > most_bytes:
            raise ReplyTooLarge(
                f"The reply of {host} is larger than {most_bytes >> 20} MiB.", hint="Ask for less of it."
            )
        yield part


def _headers(ask: Ask) -> dict[str, str]:
    accept = ", ".join(kind for kind in ask.media_types if "/" in kind) or "*/*"
    return {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": _USER_AGENT, **ask.headers}


def _content_type(response: httpx2.Response) -> tuple[str, str | None]:
    value = response.headers.get("content-type", "")
    return value.partition(";")[0].strip().lower(), response.charset_encoding


def _is_one_of(media_type: str, accepted: Collection[str]) -> bool:
    return not accepted or any(
        media_type.endswith(kind) if kind.startswith("+") else media_type == kind for kind in accepted
    )


async def _decoded(response: httpx2.Response) -> AsyncIterator[bytes]:
    """The body decompressed in small steps, so that none becomes a bomb, nor keeps others waiting."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        async for part in response.aiter_raw():
            yield part
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise FetchFailed(f"The reply is compressed as {encoding[:40]!r}, which nobody asked for.")
    inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        async for part in response.aiter_raw():
            while part and not inflate.eof:
                yield inflate.decompress(part, _INFLATED_AT_ONCE)
                part = inflate.unconsumed_tail  # noqa: PLW2901 - what is left of it
    except zlib.error:
        raise FetchFailed("The reply is compressed, and damaged.") from None
