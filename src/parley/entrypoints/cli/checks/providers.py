"""Checks of the language models: each configured provider is asked for its list of models."""

import asyncio
from collections.abc import AsyncIterator
from importlib.util import find_spec

import aiohttp

from parley.adapters.llm.listing import is_offered, list_models
from parley.adapters.llm.local import models_at
from parley.bootstrap.models import bridged_models, local_places
from parley.bootstrap.providers import Provider, configured_providers
from parley.core.kernel.errors import ParleyError
from parley.core.llm.model import ModelName
from parley.entrypoints.cli.checks import Finding, Status
from parley.settings import Settings

_TIMEOUT_S = 10.0


async def check_models(settings: Settings) -> AsyncIterator[Finding]:
    providers = configured_providers(settings)
    bridged = bridged_models(settings)
    local = {}
    async with aiohttp.ClientSession() as session:
        for provider in providers:
            yield await _ask(session, provider)
        for place in local_places(settings):
            local[place.provider] = len(await models_at(session, place))
    for name, count in local.items():
        if count:
            yield Finding(f"models of {name}", Status.OK, f"It runs on this machine with {count} models.")
    if bridged:
        yield _bridge(bridged)
    if not (providers or bridged or any(local.values())):
        yield Finding(
            "models",
            Status.OK,
            "No provider is configured: the built-in answerer picks sentences from the documents. "
            "PARLEY_OPENAI_API_KEY, PARLEY_OPENAI_BASE_URL, PARLEY_ANTHROPIC_API_KEY, PARLEY_GEMINI_API_KEY "
            "or the key of another provider turns on a language model.",
        )
    if settings.default_model:
        known = {"extractive", *(each.name for each in providers), *local}
        yield _default(settings.default_model, known | ({"pydantic-ai"} if bridged else set()))


def _default(name: str, configured: set[str]) -> Finding:
    try:
        provider = ModelName.parse(name).provider
    except ParleyError as error:
        return Finding("default model", Status.FAILED, f"PARLEY_DEFAULT_MODEL: {error.detail}", error.hint)
    if provider not in configured:
        return Finding(
            "default model",
            Status.FAILED,
            f"PARLEY_DEFAULT_MODEL is {name}, and the provider {provider!r} is not configured.",
            f"Configure it, or name a model of one that is: {', '.join(sorted(configured))}.",
        )
    return Finding("default model", Status.OK, f"{name}.")


def _bridge(models: tuple[str, ...]) -> Finding:
    part = "models of pydantic-ai"
    if find_spec("pydantic_ai") is None:
        return Finding(
            part,
            Status.FAILED,
            "PARLEY_PYDANTIC_AI_MODELS is set, and pydantic-ai is not installed.",
            'Run `pip install "parley-chat[pydantic-ai]"`.',
        )
    return Finding(part, Status.OK, f"Named: {', '.join(models)}. They were not asked.")


async def _ask(session: aiohttp.ClientSession, provider: Provider) -> Finding:
    part, base_url, model = f"models of {provider.name}", provider.config.base_url, provider.model
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            offered = await list_models(session, provider.source())
    except TimeoutError:
        return Finding(
            part,
            Status.FAILED,
            f"{base_url} is not reached: it did not answer within {_TIMEOUT_S:g} seconds.",
            f"Check {provider.source().variables}_BASE_URL and that it runs.",
        )
    except ParleyError as error:
        return Finding(part, Status.FAILED, error.detail, error.hint)
    names = [each.name.model for each in offered]
    if model and not is_offered(model, names):
        return Finding(
            part,
            Status.WARNING,
            f"{base_url} offers {len(names)} models, and {model!r} is not among them.",
            f"Set {provider.source().variables}_MODEL to one of them: "
            f"{', '.join(names[:10]) or 'it lists none'}.",
        )
    among = f", {model!r} among them" if model else ""
    return Finding(part, Status.OK, f"{base_url} offers {len(names)} models{among}.")
