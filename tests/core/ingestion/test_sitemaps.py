"""Imports of sitemaps: every page on the hosts that are meant, within limits, told in numbers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from gzip import compress
from uuid import uuid4

import msgspec
import pytest
from aiohttp import web

from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import Database, DatabaseConfig
from parley.adapters.database.document_changes import PostgresDocumentChanges
from parley.adapters.database.imports import PostgresImports
from parley.adapters.database.workspaces import PostgresMemberships
from parley.adapters.pages.web import PoliteWeb
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.core.ingestion import sitemaps
from parley.core.ingestion.imports import (
    MAX_RUNNING,
    Cancelling,
    ImportId,
    ImportSitemap,
    ImportState,
    RunImport,
    SitemapImport,
    TooManyImports,
    Wanted,
)
from parley.core.ingestion.lifecycle import DocumentLimits, IfExists, Outcome
from parley.core.ingestion.sitemaps import FinishImports, ImportRecords, RunImportJob
from parley.core.ingestion.web_pages import HostBusy, Sitemap
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.errors import Conflict, InvalidInput, NotFound
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.model import CollectionId, DocumentState
from parley.core.workspaces.authorize import Authorizer
from parley.testing.logs import RecordedLog
from tests.core.ingestion.conftest import Archive
from tests.core.ingestion.site import Site, fetch_page, import_page, polite, site_open


def sitemap(*urls: str) -> str:
    listed = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return (
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'
    )


def index(*urls: str) -> str:
    listed = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'


@dataclass
class Desk:
    archive: Archive
    site: Site
    fetching: PoliteWeb
    imports: PostgresImports

    @property
    def begin(self) -> ImportSitemap:
        cancelling = Cancelling(PostgresDocumentChanges(), self.imports, self.archive.events)
        return ImportSitemap(
            self.archive.database,
            PostgresCollections(),
            self.imports,
            cancelling,
            PgQueuerJobs(),
            SystemClock(),
        )

    @property
    def job(self) -> RunImportJob:
        return RunImportJob(
            self.archive.database,
            Authorizer(self.archive.database, PostgresMemberships()),
            self.fetching,
            import_page(self.archive),
            ImportRecords(self.imports, self.archive.events),
        )

    async def wanted(self, path: str = "/sitemap.xml", **more: object) -> SitemapImport:
        wanted = replace(Wanted(f"{self.site.url}{path}"), **more)  # type: ignore[arg-type]
        return await self.begin(self.archive.scope, self.archive.collection_id, wanted)

    async def run(self, begun: SitemapImport) -> SitemapImport:
        """Does the job, reads all its pages, and looks whether it has ended."""
        await self.job.run(RunImport(begun.workspace_id, begun.id))
        await self.archive.work()
        await self.look()
        return await self.now(begun)

    async def look(self) -> None:
        records = ImportRecords(self.imports, self.archive.events)
        await FinishImports(self.archive.database, self.imports, records, RecordedLog()).look()

    async def now(self, begun: SitemapImport) -> SitemapImport:
        async with self.archive.database.begin(self.archive.scope) as tx:
            found = await self.imports.get(tx, begun.id)
        assert found is not None
        return found

    def lists(self, *paths: str) -> str:
        """A sitemap of pages that are there."""
        return sitemap(*(self.site.page(path, path.strip("/")) for path in paths))


@pytest.fixture
async def desk(archive: Archive) -> AsyncIterator[Desk]:
    async with site_open() as (site, guard), polite(archive, guard) as fetching:
        archive.links = fetch_page(archive, fetching)
        yield Desk(archive, site, fetching, PostgresImports())


async def test_every_page_of_a_sitemap_becomes_a_document(desk: Desk) -> None:
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a", "/b", "/a"))
    begun = await desk.wanted()
    assert begun.state is ImportState.RUNNING
    assert desk.site.asked == [], "the request itself fetches nothing"
    [job] = await desk.archive.sql("SELECT payload FROM pgqueuer WHERE entrypoint = 'run_import'")
    assert msgspec.json.decode(bytes(job["payload"]), type=RunImport).import_id == begun.id  # type: ignore[call-overload]
    done = await desk.run(begun)
    assert (done.state, done.found, done.skipped, done.failure) == (ImportState.DONE, 2, 0, None)
    assert done.counts.outcomes == {Outcome.CREATED: 2}
    assert done.counts.states == {DocumentState.READY: 2}
    assert done.finished_at is not None
    assert [each.id for each in desk.archive.events.imports] == [begun.id]
    await desk.look()
    assert len(desk.archive.events.imports) == 1, "told once"


async def test_importing_it_again_changes_what_has_changed(desk: Desk) -> None:
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a", "/b"))
    await desk.run(await desk.wanted())
    desk.site.page("/b", "b", "Fresh.")
    again = await desk.run(await desk.wanted())
    assert again.counts.outcomes == {Outcome.UNCHANGED: 1, Outcome.REPLACING: 1}
    kept = await desk.run(await desk.wanted(if_exists=IfExists.KEEP))
    assert kept.counts.outcomes == {Outcome.UNCHANGED: 2}


async def test_an_index_of_packed_sitemaps_is_followed(desk: Desk) -> None:
    packed = compress(desk.lists("/a").encode())
    desk.site.pages["/1.xml.gz"] = web.Response(body=packed, content_type="application/gzip")
    desk.site.pages["/2.xml"] = ("text/xml", desk.lists("/b"))
    desk.site.pages["/list.txt"] = ("text/plain", f"{desk.site.page('/c', 'c')}\n\nnot an address\n")
    names = [f"{desk.site.url}/{name}" for name in ("1.xml.gz", "2.xml", "list.txt", "gone.xml")]
    desk.site.pages["/sitemap.xml"] = ("application/xml", index(*names))
    done = await desk.run(await desk.wanted())
    assert (done.state, done.found, done.skipped) == (ImportState.DONE, 3, 1)
    assert [(each.url, each.code) for each in done.problems] == [(names[-1], "not_found_there")]


async def test_an_index_that_leads_round_in_a_circle_or_too_deep_ends(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MAX_FILES", 4)
    inner = [f"{desk.site.url}/{number}.xml" for number in range(4)]
    desk.site.pages["/sitemap.xml"] = ("application/xml", index(f"{desk.site.url}/sitemap.xml", inner[0]))
    for number, following in enumerate(inner[1:]):
        desk.site.pages[f"/{number}.xml"] = ("application/xml", index(following))
    done = await desk.run(await desk.wanted())
    assert (done.state, done.found) == (ImportState.DONE, 0)
    assert [each.code for each in done.problems] == ["sitemap_limit"]
    assert desk.site.times_asked("/sitemap.xml") == 1


async def test_pages_of_other_hosts_are_taken_only_where_they_are_named(desk: Desk) -> None:
    other = "http://other.example/b"
    desk.site.pages["/sitemap.xml"] = (
        "application/xml",
        sitemap(desk.site.page("/a", "a"), other, "javascript:alert(1)"),
    )
    done = await desk.run(await desk.wanted())
    assert (done.found, done.skipped) == (1, 2)
    assert {each.code for each in done.problems} == {"other_host", "invalid_input"}
    named = await desk.wanted(hosts=("Other.Example ",))
    assert named.hosts == (desk.site.url.removeprefix("http://"), "other.example")


async def test_what_robots_txt_forbids_is_skipped_and_named(desk: Desk) -> None:
    desk.site.pages["/robots.txt"] = ("text/plain", "User-agent: *\nDisallow: /private\n")
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a", "/private/b"))
    done = await desk.run(await desk.wanted())
    assert (done.found, done.skipped) == (1, 1)
    assert [each.code for each in done.problems] == ["robots_forbidden"]
    assert desk.site.times_asked("/private/b") == 0
    assert desk.site.times_asked("/robots.txt") == 1


async def test_no_more_pages_are_taken_than_the_limit(desk: Desk) -> None:
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a", "/b", "/c"))
    done = await desk.run(await desk.wanted(most_pages=2))
    assert (done.state, done.found) == (ImportState.DONE, 2)


async def test_a_sitemap_that_is_busy_is_asked_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "_PAUSE_S", 0.0)
    desk.site.pages["/sitemap.xml"] = 503
    failed = await desk.run(await desk.wanted())
    assert failed.failure is not None
    assert (failed.failure.code, desk.site.times_asked("/sitemap.xml")) == ("page_unavailable", 3)


async def test_a_sitemap_on_a_host_that_wants_to_be_let_alone_is_waited_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a"))
    fetch, busy = desk.fetching.sitemap, [0.01, 0.01]

    async def at_last(url: str) -> Sitemap:
        if busy:
            raise HostBusy(busy.pop())
        return await fetch(url)

    monkeypatch.setattr(desk.fetching, "sitemap", at_last)
    assert (await desk.run(await desk.wanted())).found == 1


async def test_whether_imports_have_ended_is_looked_at_again_and_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "LOOK_S", 0.01)
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a"))
    begun = await desk.wanted()
    url = "postgresql://nobody@127.0.0.1:1/none"
    nowhere = Database(DatabaseConfig(url, url, connect_timeout_s=1.0, pool_timeout_s=1.0))
    log, records = RecordedLog(), ImportRecords(desk.imports, desk.archive.events)
    async with asyncio.TaskGroup() as tasks:
        looking = [
            tasks.create_task(FinishImports(database, desk.imports, records, log).run())
            for database in (desk.archive.database, nowhere)
        ]
        await desk.job.run(RunImport(begun.workspace_id, begun.id))
        await desk.archive.work()
        async with asyncio.timeout(60):
            while not (log.said("import.finished") and log.said("imports.not_looked_at")):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        for each in looking:
            each.cancel()
    await nowhere.close()
    assert (await desk.now(begun)).state is ImportState.DONE


async def test_one_page_that_fails_leaves_the_others(desk: Desk) -> None:
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a", "/b"))
    desk.site.pages["/b"] = 404
    done = await desk.run(await desk.wanted())
    assert done.state is ImportState.DONE
    assert done.counts.states == {DocumentState.READY: 1, DocumentState.FAILED: 1}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (404, "not_found_there"),
        (("text/html", "<html><body>Hello</body></html>"), "not_a_sitemap"),
        (("application/xml", "<urlset><url>"), "not_a_sitemap"),
        (("text/plain", "no address"), "not_a_sitemap"),
    ],
)
async def test_what_is_no_sitemap_fails_the_import_with_the_reason(
    desk: Desk, answer: int | tuple[str, str], code: str
) -> None:
    desk.site.pages["/sitemap.xml"] = answer
    failed = await desk.run(await desk.wanted())
    assert failed.failure is not None
    assert (failed.state, failed.failure.code) == (ImportState.FAILED, code)
    assert [each.state for each in desk.archive.events.imports] == [ImportState.FAILED]


async def test_the_limits_of_the_workspace_end_an_import(desk: Desk) -> None:
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a", "/b", "/c"))
    desk.archive.limits = DocumentLimits(documents=2)
    failed = await desk.run(await desk.wanted())
    assert failed.failure is not None
    assert (failed.state, failed.failure.code, failed.found) == (ImportState.FAILED, "document_limit", 2)


async def test_a_cancelled_import_takes_no_more_and_fetches_nothing_that_waits(desk: Desk) -> None:
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a", "/b"))
    begun = await desk.wanted()
    await desk.job.run(RunImport(begun.workspace_id, begun.id))
    cancelled = await desk.begin.cancel(desk.archive.scope, begun.id)
    assert cancelled.state is ImportState.CANCELLED
    assert cancelled.counts.states == {DocumentState.CANCELLED: 2}
    await desk.archive.work()
    assert desk.site.times_asked("/a") == 0
    with pytest.raises(Conflict, match="has finished"):
        await desk.begin.cancel(desk.archive.scope, begun.id)
    assert [each.state for each in desk.archive.events.imports] == [ImportState.CANCELLED]
    await desk.look()
    assert (await desk.now(begun)).state is ImportState.CANCELLED


async def test_an_import_that_is_cancelled_while_it_runs_stops(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a", "/b", "/c"))
    begun = await desk.wanted()
    check = desk.fetching.check

    async def cancelling(url: str) -> None:
        if url.endswith("/b"):
            await desk.begin.cancel(desk.archive.scope, begun.id)
        await check(url)

    monkeypatch.setattr(desk.fetching, "check", cancelling)
    ended = await desk.run(begun)
    assert (ended.state, ended.found) == (ImportState.CANCELLED, 1)


async def test_a_job_that_runs_twice_takes_nothing_twice(desk: Desk) -> None:
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a", "/b"))
    begun = await desk.wanted()
    await desk.job.run(RunImport(begun.workspace_id, begun.id))
    await desk.archive.sql("UPDATE imports SET state = 'running' RETURNING 1")
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a", "/b", "/c"))
    done = await desk.run(begun)
    assert (done.found, done.counts.outcomes) == (3, {Outcome.CREATED: 3})
    await desk.job.run(RunImport(begun.workspace_id, begun.id))
    await desk.job.run(RunImport(begun.workspace_id, ImportId(uuid4())))


async def test_a_job_that_is_given_up_fails_the_import(desk: Desk) -> None:
    begun = await desk.wanted()
    await desk.job.gave_up(RunImport(begun.workspace_id, begun.id), RuntimeError())
    failed = await desk.now(begun)
    assert failed.failure is not None
    assert (failed.state, failed.failure.code) == (ImportState.FAILED, "internal_error")
    await desk.job.gave_up(RunImport(begun.workspace_id, ImportId(uuid4())), RuntimeError())


async def test_an_import_that_takes_too_long_keeps_what_it_has(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "DEADLINE_S", 0.0)
    failed = await desk.run(await desk.wanted())
    assert failed.failure is not None
    assert failed.failure.code == "import_too_slow"


async def test_who_may_not_edit_any_more_imports_nothing(desk: Desk) -> None:
    desk.site.pages["/sitemap.xml"] = ("application/xml", desk.lists("/a"))
    begun = await desk.wanted()
    await desk.archive.sql("UPDATE memberships SET role = 'viewer' RETURNING 1")
    failed = await desk.run(begun)
    assert failed.failure is not None
    assert (failed.failure.code, failed.found) == ("forbidden", 0)


async def test_an_import_of_somebody_who_has_left_fails(desk: Desk) -> None:
    begun = await desk.wanted()
    await desk.archive.sql("DELETE FROM memberships RETURNING 1")
    failed = await desk.run(begun)
    assert (failed.state, failed.found) == (ImportState.FAILED, 0)


async def test_a_few_imports_at_a_time_are_enough_for_a_workspace(desk: Desk) -> None:
    begun = [await desk.wanted() for _ in range(MAX_RUNNING)]
    with pytest.raises(TooManyImports):
        await desk.wanted()
    async with desk.archive.database.begin(desk.archive.scope) as tx:
        page = await desk.imports.list(tx, desk.archive.collection_id, PageRequest(2))
        request = PageRequest.parse(page.next_cursor, 2, fields=1)
        following = await desk.imports.list(tx, desk.archive.collection_id, request)
    listed = [each.id for each in (*page.items, *following.items)]
    assert listed == [each.id for each in reversed(begun)][:4]


async def test_what_cannot_be_imported_is_refused_at_once(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="no host"):
        await desk.wanted(hosts=("not a host",))
    with pytest.raises(InvalidInput, match="no host"):
        await desk.wanted(hosts=("a.example:x",))
    with pytest.raises(InvalidInput, match="no host"):
        await desk.wanted(hosts=("a" * 254,))
    with pytest.raises(NotFound):
        await desk.begin(desk.archive.scope, CollectionId(uuid4()), Wanted(f"{desk.site.url}/sitemap.xml"))
    with pytest.raises(NotFound):
        await desk.begin.cancel(desk.archive.scope, ImportId(uuid4()))
