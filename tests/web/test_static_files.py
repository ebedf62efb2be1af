"""The built web app as browsers get it: pages, assets, and nothing outside its folder."""

import gzip
from pathlib import Path

import httpx2
import pytest

from parley.web.errors import install_error_handlers
from parley.web.static_files import WebApp


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Parley</title>")
    (folder / "assets" / "app-1a2b.js").write_text("export {}")
    (folder / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(b"export {}"))
    (tmp_path / "secret.txt").write_text("not for readers")
    return folder


def _browser(folder: Path) -> httpx2.AsyncClient:
    from fastapi import FastAPI

    from parley.testing.logs import RecordedLog

    app = FastAPI(docs_url=None)
    install_error_handlers(app, RecordedLog())
    app.router.default = WebApp(folder)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://parley.test")


async def test_every_page_address_gets_the_app_with_a_strict_policy(built: Path) -> None:
    async with _browser(built) as browser:
        for address in ("/", "/w/1/chat/2", "/login"):
            reply = await browser.get(address)
            assert "<title>Parley</title>" in reply.text
            assert "script-src 'self'" in reply.headers["content-security-policy"]
            assert reply.headers["cache-control"] == "no-cache"


async def test_hashed_assets_are_kept_for_ever_and_sent_compressed(built: Path) -> None:
    async with _browser(built) as browser:
        reply = await browser.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"})
        plain = await browser.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert reply.headers["content-encoding"] == "gzip"
    assert "immutable" in reply.headers["cache-control"]
    assert reply.text == plain.text == "export {}"
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone.js",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/a%00.js",
        "/api/v1/none",
    ],
)
async def test_what_is_not_part_of_the_app_is_not_found(built: Path, path: str) -> None:
    async with _browser(built) as browser:
        reply = await browser.get(path)
    assert "not for readers" not in reply.text
    if "secret" not in path:
        assert reply.status_code == 404


async def test_the_api_documentation_is_served_from_here_alone(built: Path) -> None:
    (built / "docs").mkdir()
    (built / "docs" / "index.html").write_text("<title>Parley API</title>")
    async with _browser(built) as browser:
        for address in ("/docs", "/docs/"):
            reply = await browser.get(address)
            assert "Parley API" in reply.text
            assert "default-src 'self'" in reply.headers["content-security-policy"]


async def test_an_app_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    async with _browser(tmp_path) as browser:
        reply = await browser.get("/")
    assert reply.status_code == 404
    assert "make setup" in reply.text
