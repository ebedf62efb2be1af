"""Finds Ollama and vLLM on this machine, and what their models can do."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec

from parley.adapters.llm.catalogue import ProviderEntry
from parley.adapters.llm.facts import can_chat, facts_of
from parley.adapters.llm.listing import Source, bounded_body, listed, told_facts
from parley.adapters.llm.transport import ProviderConfig
from parley.core.kernel.telemetry import Log
from parley.core.llm.model import Capabilities, ModelError, ModelFacts

LOOK_EVERY_S = 60.0
_DEADLINE_S = 3.0
"""For one server: what does not answer on the same machine by then is as good as not there."""
_MOST_MODELS = 50
_NOT_THERE = (
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    ModelError,
    msgspec.DecodeError,
    ValueError,
    RecursionError,
)
"""Anything may listen on a port, and answer anything: none of it may end the search."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a local server is looked for; never on another machine."""

    provider: str
    """`ollama` or `vllm`."""
    port: int

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Facts = dict[str, ModelFacts]
"""Of the models of a server, by name."""


class LocalServers:
    """Asks each place now and then; `found` holds the providers that answered last time."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        places: Sequence[Place],
        entry_of: Callable[[Place, Facts], ProviderEntry],
        log: Log,
    ) -> None:
        self.found: dict[str, ProviderEntry] = {}
        self._session = session
        self._places = places
        self._entry_of = entry_of
        self._log = log

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Asks all places once; whatever goes wrong there means that nobody is there."""
        await asyncio.gather(*(self._look_at(place) for place in self._places))

    async def _look_at(self, place: Place) -> None:
        models = await models_at(self._session, place)
        if not models:
            if self.found.pop(place.provider, None) is not None:
                self._log.info("local_models.gone", provider=place.provider)
            return
        if place.provider not in self.found:
            self._log.info("local_models.found", provider=place.provider, models=len(models))
        self.found[place.provider] = self._entry_of(place, models)


async def models_at(session: aiohttp.ClientSession, place: Place) -> Facts:
    """None where nobody answers as such a server does, and in time."""
    ask = _of_ollama if place.provider == "ollama" else _of_vllm
    try:
        async with asyncio.timeout(_DEADLINE_S):
            return await ask(session, place)
    except _NOT_THERE:
        return {}


class _Tag(msgspec.Struct):
    name: str


class _Tags(msgspec.Struct):
    models: list[_Tag]


class _Shown(msgspec.Struct):
    capabilities: list[str] = []
    model_info: dict[str, Any] = {}


async def _of_ollama(session: aiohttp.ClientSession, place: Place) -> Facts:
    async with session.get(f"{place.root}/api/tags", allow_redirects=False) as reply:
        if reply.status != HTTPStatus.OK:
            return {}
        tags = msgspec.json.decode(await bounded_body(reply), type=_Tags)
    names = [tag.name for tag in tags.models if can_chat(tag.name)][:_MOST_MODELS]
    found = {}
    for name in names:
        facts = await _shown(session, place, name)
        if facts is not None:
            found[name] = facts
    return found


async def _shown(session: aiohttp.ClientSession, place: Place, name: str) -> ModelFacts | None:
    """What Ollama itself says of a model; None for one that does not chat."""
    async with session.post(f"{place.root}/api/show", json={"model": name}, allow_redirects=False) as reply:
        if reply.status != HTTPStatus.OK:
            return facts_of("ollama", name)
        shown = msgspec.json.decode(await bounded_body(reply), type=_Shown)
    windows = [
        value
        for key, value in shown.model_info.items()
        if key.endswith(".context_length") and isinstance(value, int) and value > 0
    ]
    facts = told_facts("ollama", name, windows[0] if windows else None)
    if not shown.capabilities:
        return facts
    if "completion" not in shown.capabilities:
        return None
    can = Capabilities(
        tools="tools" in shown.capabilities,
        images="vision" in shown.capabilities,
        thinking="thinking" in shown.capabilities,
        json_schema=True,  # Ollama holds any model to a schema
    )
    return replace(facts, capabilities=can)


async def _of_vllm(session: aiohttp.ClientSession, place: Place) -> Facts:
    """Nothing for another server that happens to listen there, such as another Parley."""
    models = await listed(session, Source("vllm", ProviderConfig(f"{place.root}/v1", None)))
    found = {}
    for model in models[:_MOST_MODELS]:
        if model.owned_by == "vllm" and can_chat(model.id):
            facts = told_facts("vllm", model.id, model.window)
            can = replace(facts.capabilities, json_schema=True)  # so does vLLM
            found[model.id] = replace(facts, capabilities=can)
    return found
