"""Pages of the web become documents, stay fresh, and are never had against the will of their site."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from aiohttp import web

from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.pages.web import PageLimits, PoliteWeb
from parley.core.ingestion.lifecycle import (
    LINK,
    ClaimLost,
    DocumentLimitReached,
    DocumentLimits,
    IfExists,
    Outcome,
)
from parley.core.ingestion.web_pages import ImportPage, page_address
from parley.core.kernel.errors import Conflict, InvalidInput, NotFound
from parley.core.knowledge.events import DocumentChange
from parley.core.knowledge.model import CollectionId, Document, DocumentId, DocumentState
from tests.core.ingestion.conftest import Archive
from tests.core.ingestion.site import Site, fetch_page, import_page, polite, site_open


@dataclass
class Desk:
    """An archive, a site, and what takes the one's pages into the other."""

    archive: Archive
    site: Site
    guard: AddressGuard
    fetching: PoliteWeb
    take: ImportPage

    async def imported(self, path: str) -> Document:
        return (
            await self.take(self.archive.scope, self.archive.collection_id, self.site.url + path)
        ).document

    async def now(self, document: Document) -> Document:
        found = await self.archive.document(document.id)
        assert found is not None
        return found

    async def worked(self, document: Document) -> Document:
        await self.archive.work()
        return await self.now(document)

    async def due(self) -> None:
        """What was put off may be tried at once."""
        await self.archive.sql("UPDATE documents SET due_at = now() RETURNING 1")


@pytest.fixture
async def desk(archive: Archive) -> AsyncIterator[Desk]:
    async with site_open() as (site, guard), polite(archive, guard) as fetching:
        archive.links = fetch_page(archive, fetching)
        yield Desk(archive, site, guard, fetching, import_page(archive))


async def test_a_page_becomes_a_document_named_by_its_title(desk: Desk) -> None:
    url = desk.site.page("/warranty", "  The &amp; Warranty ", "Two years.")
    document = await desk.imported("/warranty#part")
    assert (document.name, document.state, document.media_type) == (url, DocumentState.RECEIVED, LINK)
    assert desk.site.asked == [], "the request itself fetches nothing"
    ready = await desk.worked(document)
    assert (ready.name, ready.state, ready.source_url) == ("The & Warranty", DocumentState.READY, url)
    assert (ready.media_type, ready.version) == ("text/html", 1)
    assert len(await desk.archive.find("year")) == 1
    assert desk.archive.stored_files() == 1
    assert [change for change, _ in desk.archive.events.told] == [DocumentChange.READY]
    assert [path for path, _ in desk.site.asked] == ["/robots.txt", "/warranty"]
    assert desk.site.asked[1][1]["User-Agent"].startswith("Parley/")


async def test_the_address_after_redirects_is_kept(desk: Desk) -> None:
    desk.site.page("/new", "New")
    desk.site.pages["/old"] = 301
    desk.site.headers["/old"] = {"Location": "/new"}
    ready = await desk.worked(await desk.imported("/old"))
    assert (ready.source_url, ready.name) == (f"{desk.site.url}/new", "New")


async def test_an_unchanged_page_changes_nothing_when_it_is_imported_again(desk: Desk) -> None:
    desk.site.page("/a", "A")
    desk.site.headers["/a"] = {"ETag": '"1"', "Last-Modified": "Wed, 01 Jul 2026 07:00:00 GMT"}
    ready = await desk.worked(await desk.imported("/a"))
    again = await desk.take(desk.archive.scope, desk.archive.collection_id, f"{desk.site.url}/a")
    assert (again.outcome, again.document.id) == (Outcome.REPLACING, ready.id)
    after = await desk.worked(ready)
    asked = desk.site.asked[-1][1]
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"1"', "Wed, 01 Jul 2026 07:00:00 GMT")
    assert replace(after, updated_at=ready.updated_at) == ready
    assert desk.archive.stored_files() == 1
    assert len(desk.archive.events.told) == 1


async def test_a_validator_that_no_request_can_carry_is_not_kept(desk: Desk) -> None:
    desk.site.page("/a", "A")
    desk.site.headers["/a"] = {"ETag": '"ä"'}
    ready = await desk.worked(await desk.imported("/a"))
    await desk.take.refresh(desk.archive.scope, ready.id)
    after = await desk.worked(ready)
    assert replace(after, updated_at=ready.updated_at) == ready
    assert "If-None-Match" not in desk.site.asked[-1][1]


async def test_a_page_without_validators_is_compared_by_its_content(desk: Desk) -> None:
    desk.site.page("/a", "A")
    ready = await desk.worked(await desk.imported("/a"))
    await desk.take.refresh(desk.archive.scope, ready.id)
    after = await desk.worked(ready)
    assert replace(after, updated_at=ready.updated_at) == ready
    assert desk.site.times_asked("/a") == 2


async def test_a_changed_page_replaces_what_searches_find(desk: Desk) -> None:
    desk.site.page("/a", "A", "Old words.")
    ready = await desk.worked(await desk.imported("/a"))
    desk.site.page("/a", "Another title", "Fresh news.")
    waiting = await desk.take.refresh(desk.archive.scope, ready.id)
    assert waiting.state is DocumentState.RECEIVED
    assert len(await desk.archive.find("old")) == 1, "found until the new one is read"
    after = await desk.worked(ready)
    assert (after.version, after.name, after.state) == (2, "A", DocumentState.READY)
    assert (len(await desk.archive.find("old")), len(await desk.archive.find("fresh"))) == (0, 1)
    assert [change for change, _ in desk.archive.events.told] == [
        DocumentChange.READY,
        DocumentChange.REPLACED,
    ]
    assert desk.archive.stored_files() == 1


async def test_a_page_that_robots_txt_forbids_is_refused_by_name(desk: Desk) -> None:
    desk.site.page("/private/a", "A")
    desk.site.pages["/robots.txt"] = ("text/plain", "User-agent: Parley\nDisallow: /private\n")
    failed = await desk.worked(await desk.imported("/private/a"))
    assert failed.failure is not None
    assert (failed.state, failed.failure.code) == (DocumentState.FAILED, "robots_forbidden")
    assert "robots.txt" in failed.failure.detail
    assert desk.site.times_asked("/private/a") == 0
    assert [change for change, _ in desk.archive.events.told] == [DocumentChange.FAILED]


async def test_a_redirect_does_not_lead_past_robots_txt(desk: Desk) -> None:
    desk.site.pages["/open"] = 302
    desk.site.headers["/open"] = {"Location": "/private"}
    desk.site.page("/private", "A")
    desk.site.pages["/robots.txt"] = ("text/plain", "User-agent: *\nDisallow: /private\n")
    failed = await desk.worked(await desk.imported("/open"))
    assert failed.failure is not None
    assert failed.failure.code == "robots_forbidden"
    assert desk.site.times_asked("/private") == 0


async def test_a_redirect_into_the_inner_network_is_refused(desk: Desk) -> None:
    desk.site.pages["/a"] = 302
    desk.site.headers["/a"] = {"Location": "http://169.254.169.254/latest/meta-data/"}
    failed = await desk.worked(await desk.imported("/a"))
    assert failed.failure is not None
    assert (failed.failure.code, "open internet" in failed.failure.detail) == ("fetch_refused", True)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (404, "not_found_there"),
        (410, "not_found_there"),
        (403, "fetch_refused"),
        (("video/mp4", "x"), "unsupported_type"),
        (("text/html", ""), "empty_file"),
    ],
)
async def test_a_page_that_cannot_be_had_says_why_and_can_be_tried_again(
    desk: Desk, answer: int | tuple[str, str], code: str
) -> None:
    desk.site.pages["/a"] = answer
    failed = await desk.worked(await desk.imported("/a"))
    assert failed.failure is not None
    assert (failed.state, failed.failure.code) == (DocumentState.FAILED, code)
    assert failed.failure.hint
    desk.site.page("/a", "There now")
    await desk.archive.change.retry(desk.archive.scope, failed.id)
    assert (await desk.worked(failed)).name == "There now"


async def test_a_page_too_large_is_refused(desk: Desk) -> None:
    desk.archive.upload_bytes = 1_000
    desk.archive.links = fetch_page(desk.archive, desk.fetching)
    desk.site.page("/a", "A", "x" * 2_000)
    failed = await desk.worked(await desk.imported("/a"))
    assert failed.failure is not None
    assert failed.failure.code == "file_too_large"
    assert desk.archive.stored_files() == 1, "the link, for another attempt"


async def test_a_server_that_has_too_much_to_do_is_asked_again_later(desk: Desk) -> None:
    desk.site.pages["/a"] = 503
    desk.site.headers["/a"] = {"Retry-After": "120"}
    document = await desk.imported("/a")
    waiting = await desk.worked(document)
    assert waiting.failure is not None
    assert (waiting.state, "HTTP 503" in waiting.failure.detail) == (DocumentState.RECEIVED, True)
    [due] = await desk.archive.sql("SELECT extract(epoch FROM due_at - now())::int AS s FROM documents")
    assert 100 < int(str(due["s"])) <= 120
    for _ in range(2):
        await desk.due()
        await desk.archive.work()
    failed = await desk.now(document)
    assert failed.failure is not None
    assert (failed.state, failed.failure.code) == (DocumentState.FAILED, "page_unavailable")
    assert desk.site.times_asked("/a") == 3


async def test_nothing_is_fetched_while_robots_txt_cannot_be_read(desk: Desk) -> None:
    desk.site.page("/a", "A")
    desk.site.pages["/robots.txt"] = 500
    waiting = await desk.worked(await desk.imported("/a"))
    assert waiting.failure is not None
    assert (waiting.state, "robots.txt" in waiting.failure.detail) == (DocumentState.RECEIVED, True)
    assert desk.site.times_asked("/a") == 0


async def test_a_host_is_asked_no_oftener_than_its_robots_txt_wants(desk: Desk) -> None:
    desk.site.pages["/robots.txt"] = ("text/plain", "User-agent: *\nCrawl-delay: 20\n")
    desk.site.page("/a", "A")
    desk.site.page("/b", "B")
    first, second = await desk.imported("/a"), await desk.imported("/b")
    await desk.archive.work()
    assert (await desk.now(first)).state is DocumentState.READY
    waiting = await desk.now(second)
    assert (waiting.state, waiting.failure) == (DocumentState.RECEIVED, None)
    [row] = await desk.archive.sql(
        "SELECT attempts, extract(epoch FROM due_at - now())::int AS s FROM documents"
        " WHERE state = 'received'"
    )
    assert row["attempts"] == 0, "to wait is no attempt"
    assert 10 < int(str(row["s"])) <= 20
    await desk.archive.sql("UPDATE web_hosts SET free_at = now() - interval '1 second' RETURNING 1")
    await desk.due()
    assert (await desk.worked(second)).state is DocumentState.READY


async def test_short_waits_for_a_host_are_sat_out(desk: Desk) -> None:
    desk.site.page("/a", "A")
    desk.site.page("/b", "B")
    limits = PageLimits(page_bytes=1 << 20, page_s=5.0, small_s=5.0, pause_s=0.2, patience_s=2.0)
    async with polite(desk.archive, desk.guard, limits) as fetching:
        desk.archive.links = fetch_page(desk.archive, fetching)
        documents = [await desk.imported(path) for path in ("/a", "/b")]
        await desk.archive.work()
    assert [(await desk.now(each)).state for each in documents] == [DocumentState.READY] * 2


async def test_the_same_address_is_one_document(desk: Desk) -> None:
    desk.site.page("/a", "A")
    scope, collection, url = desk.archive.scope, desk.archive.collection_id, f"{desk.site.url}/a"
    first, second = await asyncio.gather(
        desk.take(scope, collection, url), desk.take(scope, collection, f"{url}#b")
    )
    assert {first.outcome, second.outcome} == {Outcome.CREATED, Outcome.UNCHANGED}
    assert first.document.id == second.document.id
    await desk.archive.work()
    kept = await desk.take(scope, collection, url, if_exists=IfExists.KEEP)
    assert kept.outcome is Outcome.UNCHANGED
    assert desk.site.times_asked("/a") == 1
    assert desk.archive.stored_files() == 1


async def test_pages_of_one_title_keep_apart(desk: Desk) -> None:
    documents = []
    for path in ("/a", "/b"):
        desk.site.page(path, "Home/Start")
        documents.append(await desk.imported(path))
    await desk.archive.work()
    names = [(await desk.now(each)).name for each in documents]
    host = desk.site.url.removeprefix("http://")
    assert set(names) == {"Home/Start", f"Home/Start ({host}/b)"}


async def test_the_type_of_a_file_comes_from_its_server_or_its_name(desk: Desk) -> None:
    desk.site.pages["/notes.md"] = ("text/plain", "# Notes\n\nWords.")
    desk.site.pages["/table"] = ("text/csv", "a,b\n1,2\n")
    desk.site.pages["/data.json?x=1"] = ("application/octet-stream", '{"a": 1}')
    desk.site.pages["/page"] = ("application/octet-stream", "<html><title>T</title><p>Words</p></html>")
    found = {}
    for path in ("/notes.md", "/table", "/data.json?x=1", "/page"):
        found[path] = await desk.imported(path)
    await desk.archive.work()
    assert {
        path: ((await desk.now(each)).media_type, (await desk.now(each)).name) for path, each in found.items()
    } == {
        "/notes.md": ("text/markdown", "notes.md"),
        "/table": ("text/csv", "table"),
        "/data.json?x=1": ("application/json", "data.json"),
        "/page": ("text/html", "T"),
    }


async def test_a_text_is_read_in_the_encoding_that_its_server_names(desk: Desk) -> None:
    page = "<title>Привет</title><p>Слова о гарантии</p>".encode("cp1251")
    desk.site.pages["/a"] = web.Response(
        body=page, headers={"Content-Type": "text/html; charset=windows-1251"}
    )
    ready = await desk.worked(await desk.imported("/a"))
    assert ready.name == "Привет"
    async with desk.archive.files.local_copy(ready.file_key) as path:
        assert "Слова о гарантии" in path.read_text("utf-8-sig")


async def test_what_was_cancelled_while_it_was_fetched_stays_cancelled(desk: Desk) -> None:
    desk.site.page("/a", "A")
    document = await desk.imported("/a")
    claim = await desk.archive.claim()
    await desk.archive.change.cancel(desk.archive.scope, document.id)
    with pytest.raises(ClaimLost):
        await desk.archive.read(claim)
    assert (await desk.now(document)).state is DocumentState.CANCELLED
    assert desk.archive.stored_files() == 1


async def test_a_page_whose_document_was_deleted_meanwhile_is_not_fetched(desk: Desk) -> None:
    desk.site.page("/a", "A")
    document = await desk.imported("/a")
    claim = await desk.archive.claim()
    await desk.archive.change.delete(desk.archive.scope, document.id)
    with pytest.raises(ClaimLost):
        await desk.archive.read(claim)
    assert desk.site.asked == []


async def test_the_limits_of_the_workspace_hold_for_pages(desk: Desk) -> None:
    desk.site.page("/a", "A", "x" * 5_000)
    desk.archive.limits = DocumentLimits(bytes=1_000)
    desk.archive.links = fetch_page(desk.archive, desk.fetching)
    document = await replace(desk, take=import_page(desk.archive)).imported("/a")
    failed = await desk.worked(document)
    assert failed.failure is not None
    assert failed.failure.code == DocumentLimitReached.code


async def test_only_a_page_of_the_web_can_be_refreshed(desk: Desk) -> None:
    document = await desk.archive.receive("a.txt", b"Words.")
    with pytest.raises(Conflict, match="not imported from the web"):
        await desk.take.refresh(desk.archive.scope, document.id)
    with pytest.raises(NotFound):
        await desk.take.refresh(desk.archive.scope, DocumentId(uuid4()))


async def test_a_collection_that_is_not_there_takes_no_page(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.take(desk.archive.scope, CollectionId(uuid4()), f"{desk.site.url}/a")
    assert desk.archive.stored_files() == 0


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "ftp://a.example/",
        "http://",
        "https://u:p@a.example/",
        "http://a b/",
        "http://[x/",
        "javascript:1",
        "https://a.example/" + "x" * 2_000,
        "http://a.example:port/",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput):
        page_address(address)


def test_an_address_is_stored_in_one_way() -> None:
    assert page_address(" https://A.Example?q=1#part ") == "https://a.example/?q=1"
