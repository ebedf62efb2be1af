"""Reading pages of the web, in a limited child process."""

from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from parley.adapters.tools.kit import Kit
from parley.adapters.tools.web_page import WebPage
from parley.core.tools.model import Invocation, ToolFailed
from parley.core.workspaces.model import WorkspaceScope
from parley.testing.tools import ToolContract
from tests.http_servers import Serve

_PAGE = """<!doctype html><title>Opening hours</title><nav>Home | Shop</nav><h1>When we are there</h1>
<script>alert("no")</script><p>Monday to <b>Friday</b>, 9 to 5.</p><table><tr><td>Sunday<td>closed</table>"""


async def _site(request: web.Request) -> web.Response:
    match request.path:
        case "/page":
            return web.Response(text=_PAGE, content_type="text/html")
        case "/moved":
            return web.Response(status=301, headers={"Location": "/page"})
        case "/plain":
            return web.Response(text="Just text.", content_type="text/plain")
        case "/empty":
            return web.Response(text="<p></p>", content_type="text/html")
        case "/picture":
            return web.Response(body=b"\x89PNG", content_type="image/png")
        case _:
            return web.Response(status=404, text="<h1>Nothing here</h1>", content_type="text/html")


class TestWebPage(ToolContract):
    arguments: Mapping[str, Any] = {"url": "filled in by the fixture"}

    @pytest.fixture
    async def tool(self, kit: Kit, serve: Serve) -> WebPage:
        self.url = await serve(_site)
        self.arguments = {"url": f"{self.url}/page"}
        return WebPage(kit)

    async def test_a_page_is_read_as_text(self, tool: WebPage, scope: WorkspaceScope) -> None:
        text = (await tool.run(Invocation({"url": f"{self.url}/moved"}, scope))).text
        assert text.startswith(f"{self.url}/page\n\nOpening hours\n\n")
        assert "When we are there" in text
        assert "Monday to Friday, 9 to 5." in text
        assert "closed" in text
        assert "alert" not in text

    async def test_plain_text_is_read_too(self, tool: WebPage, scope: WorkspaceScope) -> None:
        assert "Just text." in (await tool.run(Invocation({"url": f"{self.url}/plain"}, scope))).text

    @pytest.mark.parametrize(
        ("path", "why"),
        [("gone", "HTTP 404"), ("picture", "answers with image/png"), ("empty", "cannot be read")],
    )
    async def test_what_cannot_be_read_is_said(
        self, tool: WebPage, scope: WorkspaceScope, path: str, why: str
    ) -> None:
        with pytest.raises(ToolFailed, match=why):
            await tool.run(Invocation({"url": f"{self.url}/{path}"}, scope))
