"""From an address that somebody pastes to a signed message about it: the server and a worker together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from parley.bootstrap.database import RunningDatabase
from parley.bootstrap.worker import run_worker
from parley.settings import Settings
from parley.testing.logs import RecordedLog
from tests.http_servers import serving as serving_http
from tests.web.conftest import serving

DEADLINE_S = 90.0
PAGES = {"/a": "<title>First</title><p>Kettles boil.", "/b": "<title>Second</title><p>Kettles whistle."}


@dataclass
class Elsewhere:
    """A site with a sitemap, and a receiver of webhooks."""

    site: str = ""
    receiver: str = ""
    told: list[tuple[dict[str, str], str]] = field(default_factory=list)

    async def show(self, request: web.Request) -> web.Response:
        if request.path == "/sitemap.xml":
            listed = "".join(f"<url><loc>{self.site}{path}</loc></url>" for path in PAGES)
            return web.Response(text=f"<urlset>{listed}</urlset>", content_type="application/xml")
        if request.path not in PAGES:
            return web.Response(status=404)
        return web.Response(text=PAGES[request.path], content_type="text/html")

    async def receive(self, request: web.Request) -> web.Response:
        self.told.append((dict(request.headers), await request.text()))
        return web.Response(status=204)


@pytest.fixture
async def places() -> set[str]:
    return set()


@pytest.fixture
async def elsewhere(places: set[str]) -> AsyncIterator[Elsewhere]:
    async with serving_http(places) as serve:
        opened = Elsewhere()
        opened.site, opened.receiver = await serve(opened.show), await serve(opened.receive)
        yield opened


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(settings, RecordedLog(), stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(worker, DEADLINE_S)


async def test_a_sitemap_is_imported_found_and_told(
    settings_of: Callable[..., Settings],
    running_database: RunningDatabase,
    elsewhere: Elsewhere,
    places: set[str],
) -> None:
    settings = settings_of(
        import_allowed_hosts=",".join(places),
        webhook_allowed_hosts=",".join(places),
        database_url=running_database.urls.owner,
        secret_key="k" * 32,
    )
    async with working(settings), serving(settings, running_database) as api:
        owner = await api.sign_up()
        collection = await owner.made(f"/workspaces/{owner.workspace}/collections", {"name": "C"})
        hook = await owner.made(f"/workspaces/{owner.workspace}/webhooks", {"url": elsewhere.receiver})
        path = f"/collections/{collection['id']}"
        begun = await owner.post(f"{path}/documents", {"sitemap": f"{elsewhere.site}/sitemap.xml"})
        ours: list[tuple[dict[str, str], str]] = []
        async with asyncio.timeout(DEADLINE_S):
            while len(ours) < 3:
                await asyncio.sleep(0.1)
                ours = [each for each in elsewhere.told if collection["id"] in each[1]]  # not of the guides
        ended = (await owner.get(f"/imports/{begun.json()['sitemap_import']['id']}")).json()
        documents = (await owner.get(f"{path}/documents")).json()
        found = await owner.post(f"{path}/search", {"query": "whistle"})
    assert (ended["state"], ended["found"]) == ("done", 2)
    assert sorted(each["name"] for each in documents["items"]) == ["First", "Second"]
    assert "whistle" in found.text
    messages = [Webhook(hook["secret"]).verify(body, headers) for headers, body in ours]
    assert sorted(each["type"] for each in messages) == [
        "document.ready",
        "document.ready",
        "import.finished",
    ]
