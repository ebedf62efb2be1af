"""A web site on the loopback interface whose pages tests write, and what takes them in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from parley.adapters.database.document_changes import PostgresDocumentChanges
from parley.adapters.database.reading_queue import PostgresReadingQueue
from parley.adapters.database.web_pages import PostgresHostTurns, PostgresWebPages
from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.pages.web import PageLimits, PoliteWeb
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.core.ingestion.web_pages import FetchPage, ImportPage, Taking
from parley.core.kernel.clock import SystemClock
from tests.core.ingestion.conftest import Archive
from tests.http_servers import GrowingGuard, serving


@dataclass
class Site:
    """`pages` by path; without one for robots.txt, everything may be fetched."""

    url: str = ""
    pages: dict[str, web.Response | tuple[str, str] | int] = field(default_factory=dict)
    """A response, (media type, text), or a status."""
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path_qs, dict(request.headers)))
        headers = self.headers.get(request.path, {})
        if headers.get("ETag") and request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304)
        match self.pages.get(request.path_qs, self.pages.get(request.path, 404)):
            case int(status):
                return web.Response(status=status, headers=headers)
            case (media_type, text):
                return web.Response(body=text.encode(), headers={"Content-Type": str(media_type), **headers})
            case web.Response() as response:
                return response
        raise AssertionError

    def page(self, path: str, title: str, text: str = "Words.") -> str:
        """Its address."""
        self.pages[path] = ("text/html; charset=utf-8", f"<title>{title}</title><p>{text}</p>")
        return f"{self.url}{path}"

    def times_asked(self, path: str) -> int:
        return sum(asked == path for asked, _ in self.asked)


QUICK = PageLimits(page_bytes=1 << 20, page_s=5.0, small_bytes=1 << 18, small_s=5.0, pause_s=0.0)


@asynccontextmanager
async def site_open() -> AsyncIterator[tuple[Site, AddressGuard]]:
    allowed: set[str] = set()
    async with serving(allowed) as serve:
        site = Site()
        site.url = await serve(site.answer)
        yield site, GrowingGuard(allowed)


@asynccontextmanager
async def polite(
    archive: Archive, guard: AddressGuard, limits: PageLimits = QUICK
) -> AsyncIterator[PoliteWeb]:
    fetching = PoliteWeb(guard, PostgresHostTurns(archive.database), limits)
    try:
        yield fetching
    finally:
        await fetching.close()


def fetch_page(archive: Archive, fetching: PoliteWeb) -> FetchPage:
    taking = Taking(
        archive.files,
        PostgresDocumentChanges(),
        PostgresReadingQueue(),
        PgQueuerJobs(),
        archive.receiving,
        archive.upload_bytes,
    )
    return FetchPage(archive.database, PostgresWebPages(), fetching, taking, SystemClock())


def import_page(archive: Archive) -> ImportPage:
    return ImportPage(archive.database, archive.receiving, PostgresDocumentChanges(), PostgresWebPages())
