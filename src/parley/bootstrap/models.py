"""The catalogue of models: configured providers, keys of workspaces, local servers, the built-in answerer."""

import time
from collections import ChainMap
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.provider_keys import PostgresProviderKeys
from parley.adapters.database.workspaces import PostgresMemberships
from parley.adapters.llm import PROVIDERS
from parley.adapters.llm.catalogue import Catalogue, ProviderEntry, fixed, offered
from parley.adapters.llm.facts import facts_of
from parley.adapters.llm.listing import list_models
from parley.adapters.llm.local import Facts, LocalServers, Place
from parley.adapters.llm.transport import ProviderConfig
from parley.adapters.secrets.aesgcm import AesGcmBox
from parley.bootstrap.loading import load
from parley.bootstrap.parts import Parts, owned
from parley.bootstrap.providers import Provider, configured_providers, known_providers
from parley.core.kernel.telemetry import Log
from parley.core.llm.model import ModelFacts, ModelName, OfferedModel, UnknownModel
from parley.core.llm.ports import ChatModel
from parley.core.llm.provider_keys import KeyRing, ProviderKeyService
from parley.core.workspaces.authorize import Authorizer
from parley.settings import Settings, WrongSetting, secret_key

_LOCAL = ("ollama", "vllm")
_BRIDGE = "pydantic-ai"


def check_default_model(settings: Settings) -> None:
    """Raises WrongSetting when the default model is none that could ever answer."""
    providers = ["extractive", *(each.name for each in configured_providers(settings))]
    if bridged_models(settings):
        providers.append(_BRIDGE)
    providers += [place.provider for place in local_places(settings)]
    provider, _, model = settings.default_model.partition(":")
    if settings.default_model and not (model and provider in providers):
        raise WrongSetting(
            f"PARLEY_DEFAULT_MODEL: {settings.default_model!r} is no model of a configured provider; "
            f"write provider:model, with one of these providers: {', '.join(providers)}."
        )


@dataclass(frozen=True, slots=True)
class Modelling:
    """What deals with language models while the server runs."""

    catalogue: Catalogue
    keys: ProviderKeyService


@asynccontextmanager
async def modelling(settings: Settings, parts: Parts, log: Log) -> AsyncIterator[Modelling]:
    keys, box = PostgresProviderKeys(), AesGcmBox(secret_key(settings))
    ring = KeyRing(parts.database, keys, box, time.monotonic)
    service = ProviderKeyService(
        parts.database,
        Authorizer(parts.database, PostgresMemberships()),
        (keys, PostgresAuditLog()),
        ring,
        parts.clock,
        [provider.name for provider in known_providers(settings) if provider.takes_keys],
    )
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        local = LocalServers(session, local_places(settings), partial(_local_entry, session), log)
        async with owned(local.run(), log):
            entries = ChainMap(_entries(settings, parts, session), local.found)
            yield Modelling(Catalogue(entries, ring, _default(settings), time.monotonic), service)


def _entries(settings: Settings, parts: Parts, session: aiohttp.ClientSession) -> dict[str, ProviderEntry]:
    known = known_providers(settings)
    entries = {provider.name: _entry(provider, session) for provider in known if _can_be_used(provider)}
    if bridged_models(settings):
        entries[_BRIDGE] = _bridge_entry(bridged_models(settings))
    entries["extractive"] = _extractive_entry(parts)
    return entries


def _default(settings: Settings) -> str:
    configured = configured_providers(settings)
    first = next((f"{each.name}:{each.model}" for each in configured if each.model), "extractive:default")
    return settings.default_model or first


def bridged_models(settings: Settings) -> tuple[str, ...]:
    """What may be asked through pydantic-ai, as `provider:model`."""
    return tuple(name.strip() for name in settings.pydantic_ai_models.split(",") if name.strip())


def local_places(settings: Settings) -> Sequence[Place]:
    """Where to look for local servers: not for those whose address is set, and never for ourselves."""
    if not settings.discover_local_models:
        return ()
    ports = {"ollama": settings.discover_ollama_port, "vllm": settings.discover_vllm_port}
    given = {provider.name for provider in configured_providers(settings)}
    return [Place(name, ports[name]) for name in _LOCAL if name not in given and ports[name] != settings.port]


def _can_be_used(provider: Provider) -> bool:
    return provider.configured or provider.takes_keys


def _entry(provider: Provider, session: aiohttp.ClientSession) -> ProviderEntry:
    adapter: Any = load(PROVIDERS[provider.name])
    options = _options(provider)

    def make(model: str, key: str | None) -> ChatModel:
        made: ChatModel = adapter(model, provider.with_key(key), session, **options)
        return made

    async def listed(key: str | None) -> Sequence[OfferedModel]:
        return await list_models(session, provider.source(key))

    name = ModelName(provider.name, provider.model)
    return ProviderEntry(
        make,
        listed,
        offered(name, facts_of(name.provider, name.model)) if provider.model else None,
        on_server=provider.configured,
        takes_keys=provider.takes_keys,
    )


def _options(provider: Provider) -> dict[str, Any]:
    """What its adapter is told beside the model and the configuration."""
    if provider.name == "bedrock":
        return {"signer": provider.signer}
    if PROVIDERS[provider.name] == PROVIDERS["openai"]:
        return {"provider": provider.name}
    return {}


def _local_entry(session: aiohttp.ClientSession, place: Place, models: Facts) -> ProviderEntry:
    adapter: Any = load(PROVIDERS[place.provider])
    config = ProviderConfig(f"{place.root}/v1", None)

    def make(model: str, _: str | None) -> ChatModel:
        told: ModelFacts | None = models.get(model)
        made: ChatModel = adapter(model, config, session, provider=place.provider, facts=told)
        return made

    listed = [offered(ModelName(place.provider, name), facts) for name, facts in sorted(models.items())]
    return ProviderEntry(make, fixed(*listed), takes_keys=False)


def _bridge_entry(models: Sequence[str]) -> ProviderEntry:
    adapter: Any = load(PROVIDERS[_BRIDGE])

    def make(model: str, _: str | None) -> ChatModel:
        if model not in models:
            raise UnknownModel(f"{_BRIDGE}:{model}", "PARLEY_PYDANTIC_AI_MODELS does not name it")
        made: ChatModel = adapter(model)
        return made

    listed = [offered(ModelName(_BRIDGE, name), facts_of(*name.partition(":")[::2])) for name in models]
    return ProviderEntry(make, fixed(*listed), takes_keys=False)


def _extractive_entry(parts: Parts) -> ProviderEntry:
    extractive: ChatModel = load(PROVIDERS["extractive"])(parts.embedder, parts.analyzer)
    # It reads passages, not prompts: no window bounds it.
    facts = ModelFacts(extractive.capabilities, 1_000_000, 4_096)
    return ProviderEntry(
        lambda _model, _key: extractive,
        fixed(offered(extractive.name, facts, "Built-in answerer")),
        takes_keys=False,
    )
