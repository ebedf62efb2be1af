"""Stores over HTTP: deadlines, bounds, redirects and replies that are none."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from parley.adapters.vectors import http
from parley.adapters.vectors.configuration import MissingPackage, imported
from parley.adapters.vectors.http import Request, StoreHttp, with_headers
from parley.core.knowledge.model import VectorStoreUnavailable
from tests.adapters.vectors.servers import served


async def _hang(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


async def _redirect(request: web.Request) -> web.Response:
    return web.Response(status=307, headers={"Location": "http://127.0.0.1:9/"})


async def _page(request: web.Request) -> web.Response:
    return web.Response(text="<html>")


async def _large(request: web.Request) -> web.Response:
    return web.Response(body=b"0" * 5_000)


async def _broken(request: web.Request) -> web.Response:
    return web.Response(status=500, text="x" * 3_000)


@pytest.fixture
async def store() -> AsyncIterator[StoreHttp]:
    app = web.Application()
    for name, handler in {
        "hang": _hang,
        "redirect": _redirect,
        "page": _page,
        "large": _large,
        "broken": _broken,
    }.items():
        app.router.add_get(f"/{name}", handler)
    async with served(app) as url:
        opened = StoreHttp("acme", url, with_headers({}), 4)
        yield opened
        await opened.close()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/hang", "did not answer within 0.05 seconds"),
        ("/redirect", "HTTP 307"),
        ("/page", "not JSON"),
        ("/large", "larger than"),
        ("/broken", "HTTP 500: xxx"),
        ("/nothing", "HTTP 404"),
    ],
)
async def test_what_is_no_answer_is_told(
    store: StoreHttp, monkeypatch: pytest.MonkeyPatch, path: str, words: str
) -> None:
    monkeypatch.setattr(http, "LARGEST_REPLY", 4_000)
    with pytest.raises(VectorStoreUnavailable, match=words) as raised:
        await store.ask(Request("GET", path, timeout_s=0.05 if path == "/hang" else 30))
    assert "acme" in raised.value.detail
    assert raised.value.hint
    assert len(raised.value.detail) < 500


async def test_what_is_missing_may_be_an_answer(store: StoreHttp) -> None:
    assert await store.ask(Request("GET", "/nothing", missing_ok=True)) is None


def test_a_missing_package_is_named_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingPackage, match="not installed") as raised:
        imported("lancedb", "a_package_of_nobody")
    assert "pip install 'parley-chat[lancedb]'" in raised.value.hint
    # A package that is there, and lacks another, is not the one that is missing.
    (tmp_path / "half_installed.py").write_text("import a_package_of_nobody")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="a_package_of_nobody"):
        imported("lancedb", "half_installed")
