"""Reading a JSON API."""

from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from parley.adapters.tools.json_api import JsonApi
from parley.adapters.tools.kit import Kit
from parley.core.tools.model import Invocation, ToolFailed
from parley.core.workspaces.model import WorkspaceScope
from parley.testing.tools import ToolContract
from tests.http_servers import Serve


async def _api(request: web.Request) -> web.Response:
    match request.path:
        case "/ok":
            return web.json_response({"name": "Größe", "q": request.query.get("q")})
        case "/problem":
            return web.Response(text='{"a": 1}', content_type="application/problem+json")
        case "/broken":
            return web.Response(text="{", content_type="application/json")
        case "/deep":
            return web.Response(text="[" * 100_000, content_type="application/json")
        case "/page":
            return web.Response(text="<p>", content_type="text/html")
        case _:
            return web.Response(status=404, text='{"error": "no such thing"}')


class TestJsonApi(ToolContract):
    arguments: Mapping[str, Any] = {"url": "filled in by the fixture"}

    @pytest.fixture
    async def tool(self, kit: Kit, serve: Serve) -> JsonApi:
        self.url = await serve(_api)
        self.arguments = {"url": f"{self.url}/ok?q=1"}
        return JsonApi(kit)

    @pytest.mark.parametrize(
        ("path", "told"),
        [("ok?q=x%20y", '"name":"Größe"'), ("ok?q=x%20y", '"q":"x y"'), ("problem", '"a"')],
    )
    async def test_the_answer_is_given_as_json(
        self, tool: JsonApi, scope: WorkspaceScope, path: str, told: str
    ) -> None:
        assert told in (await tool.run(Invocation({"url": f"{self.url}/{path}"}, scope))).text

    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("broken", "broken JSON"),
            ("deep", "broken JSON"),
            ("page", "answers with text/html"),
            ("gone", r"HTTP 404: \{\"error\": \"no such thing\"\}"),
        ],
    )
    async def test_anything_else_is_said(
        self, tool: JsonApi, scope: WorkspaceScope, path: str, why: str
    ) -> None:
        with pytest.raises(ToolFailed, match=why):
            await tool.run(Invocation({"url": f"{self.url}/{path}"}, scope))

    @pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "nonsense", "http://exa mple/", "http://[/"])
    async def test_no_other_place_is_reached(self, tool: JsonApi, scope: WorkspaceScope, url: str) -> None:
        with pytest.raises(ToolFailed):
            await tool.run(Invocation({"url": url}, scope))
