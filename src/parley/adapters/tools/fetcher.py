"""Fetches what tools ask of the web: guarded, bounded in time and size, without cookies or credentials."""

import asyncio
import codecs
import zlib
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import httpx2

from parley import __version__
from parley.adapters.tools.guard import AddressGuard, web_address
from parley.adapters.tools.transport import GuardedTransport
from parley.core.kernel.transactions import transaction_is_open
from parley.core.tools.model import ToolFailed

JSON_TYPES = ("application/json", "+json")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_USER_AGENT = f"Parley/{__version__}"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
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
    body: bytes

    @property
    def is_success(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def text(self) -> str:
        """As UTF-8 where the server names no charset, or none that there is."""
        charset = self.charset or "utf-8"
        try:
            if codecs.lookup(charset).name not in _NO_CHARSETS:
                return self.body.decode(charset, errors="replace")
        except (LookupError, ValueError):
            pass  # the name of none, or no name at all
        return self.body.decode(errors="replace")


class Fetcher:
    def __init__(self, guard: AddressGuard, limits: FetchLimits | None = None) -> None:
        self._transport = GuardedTransport(guard, reuse_connections=False)
        self._limits = limits or FetchLimits()

    async def send(self, ask: Ask) -> Reply:
        """The reply, whatever its status. Raises ToolFailed, AddressRefused among them."""
        if transaction_is_open():
            raise RuntimeError("A tool fetched from the web inside a database transaction.")
        url = web_address(ask.url)
        host = url.host
        try:
            async with asyncio.timeout(self._limits.whole_s):
                return await self._follow(url, ask)
        except TimeoutError:
            raise ToolFailed(
                f"{host} did not answer within {self._limits.whole_s:g} seconds.", hint="Try another source."
            ) from None
        except httpx2.HTTPError as error:
            raise ToolFailed(
                f"{host} cannot be reached or broke off: {type(error).__name__}.", hint="Try another source."
            ) from None

    async def close(self) -> None:
        await self._transport.aclose()

    async def _follow(self, url: httpx2.URL, ask: Ask) -> Reply:
        for _ in range(self._limits.redirects + 1):
            request = httpx2.Request(
                ask.method, url, headers=_headers(ask), content=ask.body or None, extensions={"timeout": {}}
            )
            response = await self._transport.handle_async_request(request)
            try:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECTS or location is None:
                    return await self._reply(url, response, ask)
            finally:
                await response.aclose()
            if not ask.follow_redirects:
                raise ToolFailed(f"{url.host} sends on to another address, which is not followed.")
            url = url.join(web_address(location)).copy_with(fragment=None)
        raise ToolFailed(f"{url.host} sends on more than {self._limits.redirects} times.")

    async def _reply(self, url: httpx2.URL, response: httpx2.Response, ask: Ask) -> Reply:
        media_type, charset = _content_type(response)
        reply = Reply(str(url), response.status_code, media_type, charset, b"")
        if reply.is_success and not _is_one_of(media_type, ask.media_types):
            raise ToolFailed(
                f"{url.host} answers with {media_type or 'no content type'}, which this tool cannot read.",
                hint=f"It reads {', '.join(filter(None, ask.media_types))}.",
            )
        body = bytearray()
        async for part in _decoded(response, self._limits.most_bytes):
            body += part
            if len(body) > self._limits.most_bytes:
                raise ToolFailed(
                    f"The reply of {url.host} is larger than {self._limits.most_bytes >> 20} MiB.",
                    hint="Ask for less of it.",
                )
        return replace(reply, body=bytes(body))


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


async def _decoded(response: httpx2.Response, most_bytes: int) -> AsyncIterator[bytes]:
    """The body decompressed in steps of at most `most_bytes` + 1, so that none becomes a bomb."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        async for part in response.aiter_raw():
            yield part
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise ToolFailed(f"The reply is compressed as {encoding[:40]!r}, which nobody asked for.")
    inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        async for part in response.aiter_raw():
            while part and not inflate.eof:
                yield inflate.decompress(part, most_bytes + 1)
                part = inflate.unconsumed_tail  # noqa: PLW2901 - what is left of it
    except zlib.error:
        raise ToolFailed("The reply is compressed, and damaged.") from None
