"""Fetches pages of the web politely: guarded, as robots.txt allows, and no host oftener than it bears."""

import asyncio
import codecs
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from parley.adapters.outbound.errors import AddressRefused, FetchFailed, ReplyTooLarge
from parley.adapters.outbound.fetcher import Ask, Fetcher, FetchLimits, OpenReply, Reply, usable_charset
from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.outbound.retry_after import retry_after_s
from parley.adapters.pages.robots import Robots, read_robots
from parley.adapters.pages.sitemap import read_sitemap
from parley.adapters.pages.title import HEAD_BYTES, title_of
from parley.core.ingestion.formats import format_of
from parley.core.ingestion.model import UnreadableDocument
from parley.core.ingestion.web_pages import (
    FetchedPage,
    HostBusy,
    HostTurns,
    PageRefused,
    PageUnavailable,
    Sitemap,
    Validators,
)

MIB = 1 << 20
_SAYS_NOTHING = frozenset({"", "application/octet-stream", "binary/octet-stream", "text/plain"})
"""Media types that servers send for want of a better one: the address may tell more."""
_MOST_VALIDATOR_CHARS = 1_000
_MOST_HOSTS = 1_000
_KNOWN_S, _BROKEN_KNOWN_S = 3_600.0, 60.0
"""How long a robots.txt is trusted, and how long one that cannot be read is not asked for again."""
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class PageLimits:
    page_bytes: int = 100 * MIB
    page_s: float = 60.0
    small_bytes: int = 16 * MIB
    """Of a sitemap, packed or not."""
    small_s: float = 30.0
    robots_bytes: int = MIB // 2
    pause_s: float = 1.0
    """Between two requests to one host, unless its robots.txt asks for more."""
    patience_s: float = 2.0
    """A longer wait for a host is told as HostBusy."""


@dataclass(frozen=True, slots=True)
class _Known:
    robots: Robots | None
    """None: nothing may be fetched, for what is allowed cannot be known now."""
    until: float


class PoliteWeb:
    """Implements `Web`."""

    def __init__(
        self,
        guard: AddressGuard,
        turns: HostTurns,
        limits: PageLimits = PageLimits(),
    ) -> None:
        self._pages = Fetcher(guard, FetchLimits(limits.page_s, limits.page_bytes))
        self._small = Fetcher(guard, FetchLimits(limits.small_s, limits.small_bytes))
        self._robots = Fetcher(guard, FetchLimits(limits.small_s / 2, limits.robots_bytes))
        self._turns = turns
        self._limits = limits
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def open(self, url: str, known: Validators) -> AsyncIterator[FetchedPage | None]:
        ask = Ask(url, headers=_conditions(known))
        try:
            async with self._pages.open(ask, self._before_asking) as opened:
                if opened.reply.status == HTTPStatus.NOT_MODIFIED and known != Validators():
                    yield None
                else:
                    _check_status(opened.reply)
                    yield await _page(opened)
        except FetchFailed as error:
            raise _told(error) from None

    async def sitemap(self, url: str) -> Sitemap:
        try:
            async with self._small.open(Ask(url), self._before_asking) as opened:
                _check_status(opened.reply)
                body = b"".join([part async for part in opened.content])
        except FetchFailed as error:
            raise _told(error) from None
        # In a thread: fifty thousand addresses take a while, and others are being served.
        return await asyncio.to_thread(read_sitemap, body, url, self._limits.small_bytes)

    async def check(self, url: str) -> None:
        await self._allowed(url)

    async def close(self) -> None:
        for fetcher in (self._pages, self._small, self._robots):
            await fetcher.close()

    async def _before_asking(self, url: str) -> None:
        """Of the page itself, and of each address that a redirect leads to."""
        robots = await self._allowed(url)
        pause_s = max(robots.delay_s or 0.0, self._limits.pause_s)
        host = urlsplit(url).netloc.lower()
        while (wait_s := await self._turns.take(host, pause_s)) > 0:
            if wait_s > self._limits.patience_s:
                raise HostBusy(wait_s)
            await asyncio.sleep(wait_s)

    async def _allowed(self, url: str) -> Robots:
        """The rules of its host. Raises PageRefused and PageUnavailable."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.lower()}"
        robots = await self._rules(origin)
        if robots is None:
            raise PageUnavailable(
                f"{origin}/robots.txt cannot be read now, so nothing is fetched from there."
            )
        if not robots.allows(url):
            raise PageRefused(
                "robots_forbidden",
                f"The robots.txt of {parts.hostname} forbids fetching this page.",
                hint="Ask the site's owner, or save the page and upload it, if you may.",
            )
        return robots

    async def _rules(self, origin: str) -> Robots | None:
        known = self._known.get(origin)
        if known is not None and time.monotonic() < known.until:
            self._known.move_to_end(origin)
            return known.robots
        lock = self._asking.setdefault(origin, asyncio.Lock())
        try:
            async with lock:
                known = self._known.get(origin)
                if known is None or time.monotonic() >= known.until:
                    known = await self._read_rules(origin)
                    self._known[origin] = known
                    if len(self._known) > _MOST_HOSTS:
                        self._known.popitem(last=False)
        finally:
            if not lock.locked():
                self._asking.pop(origin, None)
        return known.robots

    async def _read_rules(self, origin: str) -> _Known:
        """By RFC 9309: without a robots.txt all is allowed; with one that cannot be had, nothing."""
        try:
            reply = await self._robots.send(Ask(f"{origin}/robots.txt"))
        except AddressRefused as error:
            raise _told(error) from None
        except FetchFailed:
            return _Known(None, time.monotonic() + _BROKEN_KNOWN_S)
        if reply.is_success:
            return _Known(read_robots(reply.text()), time.monotonic() + _KNOWN_S)
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status in _LATER:
            return _Known(None, time.monotonic() + _BROKEN_KNOWN_S)
        return _Known(Robots(), time.monotonic() + _KNOWN_S)


def _conditions(known: Validators) -> dict[str, str]:
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in asked.items() if value}


def _check_status(reply: Reply) -> None:
    if reply.is_success:
        return
    host = urlsplit(reply.url).hostname
    if reply.status in _GONE:
        raise PageRefused(
            "not_found_there",
            f"{host} has no such page (HTTP {reply.status}).",
            hint="Check the address, or delete this document.",
        )
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status in _LATER:
        raise PageUnavailable(
            f"{host} answered with HTTP {reply.status}.",
            retry_after_s=retry_after_s(reply.headers.get("retry-after")),
        )
    raise PageRefused(
        "fetch_refused",
        f"{host} answered with HTTP {reply.status}.",
        hint="The page may want a sign-in, which an import does not have. Save it and upload it instead.",
    )


def _told(error: FetchFailed) -> PageRefused | PageUnavailable:
    if isinstance(error, AddressRefused | ReplyTooLarge):
        return PageRefused("fetch_refused", error.detail, hint=error.hint)
    return PageUnavailable(error.detail)


async def _page(opened: OpenReply) -> FetchedPage:
    reply, content = opened.reply, opened.content
    head = b""
    async for part in content:
        head += part
        if len(head) >= HEAD_BYTES:
            break
    name = _file_name(reply.url)
    media_type = _media_type(reply, name, head)
    charset = None if reply.charset is None else usable_charset(reply.charset)
    title = title_of(head[:HEAD_BYTES], charset) if media_type == "text/html" else ""
    text = _chained(head, content)
    marked = not head or head.startswith(_BOMS)
    if charset not in {None, "utf-8"} and media_type.startswith("text/") and not marked:
        text = _as_utf_8(text, charset or "utf-8")
    return FetchedPage(
        url=reply.url,
        media_type=media_type,
        title=title or name or reply.url,
        validators=Validators(_validator(reply, "etag"), _validator(reply, "last-modified")),
        content=text,
    )


def _file_name(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name


def _media_type(reply: Reply, name: str, head: bytes) -> str:
    """What the server says, unless that says nothing. Raises PageRefused (`unsupported_type`)."""
    said = reply.media_type
    if said in _SAYS_NOTHING:
        try:
            return format_of(name, "").media_type
        except UnreadableDocument:
            if said == "text/plain":
                return said
            if b"<html" in head[:1_024].lower():
                return "text/html"
    try:
        return format_of("page", said).media_type
    except UnreadableDocument:
        raise PageRefused(
            "unsupported_type",
            f"{urlsplit(reply.url).hostname} answers with {said or 'no content type'}, which cannot be read.",
            hint="Import a page, a PDF or another document.",
        ) from None


def _validator(reply: Reply, name: str) -> str:
    value = reply.headers.get(name, "")
    # Headers are sent back in ASCII; what is more than that could not be asked with.
    usable = value.isascii() and value.isprintable() and len(value) <= _MOST_VALIDATOR_CHARS
    return value if usable else ""


async def _chained(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for part in rest:
        yield part


async def _as_utf_8(content: AsyncIterator[bytes], charset: str) -> AsyncIterator[bytes]:
    """With a mark that says so: a reader that sees the bytes alone would have to guess the encoding."""
    decoder = codecs.getincrementaldecoder(charset)(errors="replace")
    yield codecs.BOM_UTF8
    async for part in content:
        yield decoder.decode(part).encode()
    yield decoder.decode(b"", final=True).encode()
