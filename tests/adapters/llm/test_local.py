"""How Ollama and vLLM are found on this machine, against real servers that speak as they do."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from parley.adapters.llm.catalogue import ProviderEntry, fixed
from parley.adapters.llm.local import Facts, LocalServers, Place
from parley.core.llm.model import Capabilities
from parley.testing.logs import RecordedLog

SHOWN: dict[str, Any] = {
    "llama3.2:latest": {
        "capabilities": ["completion", "tools", "vision"],
        "model_info": {"general.architecture": "llama", "llama.context_length": 131_072},
    },
    "granite-base": {"capabilities": ["insert"], "model_info": {}},
    "nomic-embed-text": {"capabilities": ["embedding"]},
}


@asynccontextmanager
async def listening(*routes: web.RouteDef) -> AsyncIterator[int]:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def tags(_: web.Request) -> web.Response:
    return web.json_response({"models": [{"name": name} for name in SHOWN]})


async def show(request: web.Request) -> web.Response:
    return web.json_response(SHOWN[(await request.json())["model"]])


def models_of(owner: str) -> Callable[[web.Request], Any]:
    async def models(_: web.Request) -> web.Response:
        listed = {"id": "Qwen/Qwen3-8B", "owned_by": owner, "max_model_len": 40_960}
        return web.json_response({"object": "list", "data": [listed]})

    return models


async def page(_: web.Request) -> web.Response:
    return web.Response(text="<html>")


async def depths(_: web.Request) -> web.Response:
    return web.Response(text='{"models": ' + "[" * 100_000, content_type="application/json")


async def away(_: web.Request) -> web.Response:
    raise web.HTTPFound("http://192.0.2.1/elsewhere")


OLLAMA = (web.get("/api/tags", tags), web.post("/api/show", show))


class Finder:
    """What `LocalServers` makes of each place."""

    def __init__(self) -> None:
        self.facts: dict[str, Facts] = {}
        self.log = RecordedLog()

    def entry(self, place: Place, models: Facts) -> ProviderEntry:
        self.facts[place.provider] = models
        return ProviderEntry(_make_none, fixed(), takes_keys=False)

    def over(self, session: aiohttp.ClientSession, *places: Place) -> LocalServers:
        return LocalServers(session, places, self.entry, self.log)


def _make_none(*_: object) -> Any:
    raise AssertionError("nobody asks")


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def test_ollama_tells_its_models_and_what_they_can_do(session: aiohttp.ClientSession) -> None:
    finder = Finder()
    async with listening(*OLLAMA) as port:
        await finder.over(session, Place("ollama", port)).look()
    (name,) = finder.facts["ollama"]
    facts = finder.facts["ollama"][name]
    assert (name, facts.context_tokens) == ("llama3.2:latest", 131_072)
    assert facts.capabilities == Capabilities(tools=True, images=True, json_schema=True)


async def test_vllm_tells_its_models_and_their_windows(session: aiohttp.ClientSession) -> None:
    finder = Finder()
    async with listening(web.get("/v1/models", models_of("vllm"))) as port:
        await finder.over(session, Place("vllm", port)).look()
    facts = finder.facts["vllm"]["Qwen/Qwen3-8B"]
    assert facts.context_tokens == 40_960
    assert facts.capabilities == Capabilities(tools=True, thinking=True, json_schema=True)


@pytest.mark.parametrize(
    "routes",
    [
        (),
        (web.get("/v1/models", models_of("parley")), web.get("/api/tags", models_of("parley"))),
        (web.get("/{path:.*}", page),),
        (web.get("/{path:.*}", depths),),
        (web.get("/{path:.*}", away),),
    ],
    ids=["nothing known", "another server", "a page", "endless JSON", "a redirect"],
)
async def test_whatever_else_listens_there_is_left_alone(
    session: aiohttp.ClientSession, routes: tuple[web.RouteDef, ...]
) -> None:
    finder = Finder()
    async with listening(*routes) as port:
        servers = finder.over(session, Place("vllm", port), Place("ollama", port))
        await servers.look()
    assert servers.found == {}
    assert finder.log.events == []


async def test_a_server_that_goes_is_no_longer_offered(session: aiohttp.ClientSession) -> None:
    finder = Finder()
    async with listening(*OLLAMA) as port:
        servers = finder.over(session, Place("ollama", port))
        await servers.look()
        assert set(servers.found) == {"ollama"}
    await servers.look()
    assert servers.found == {}
    assert [event for _, event, _ in finder.log.events] == ["local_models.found", "local_models.gone"]


def test_only_this_machine_is_ever_asked() -> None:
    assert Place("ollama", 11_434).root == "http://127.0.0.1:11434"
