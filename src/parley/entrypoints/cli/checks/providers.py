"""Checks of the language models: each configured provider is asked for its list of models."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
import msgspec

from parley.adapters.llm import anthropic, gemini, openai
from parley.bootstrap.providers import Provider, configured_providers
from parley.core.kernel.errors import ParleyError
from parley.core.llm.model import ModelName
from parley.entrypoints.cli.checks import Finding, Status
from parley.entrypoints.cli.transport import reason_of
from parley.settings import Settings

_TIMEOUT_S = 10.0
_REPLY_LIMIT_BYTES = 4 << 20
_SNAPSHOT_DATE = re.compile(r"-\d{8}$")


class _Model(msgspec.Struct):
    id: str


class _Models(msgspec.Struct):
    data: list[_Model]


class _GeminiModel(msgspec.Struct):
    name: str


class _GeminiModels(msgspec.Struct):
    models: list[_GeminiModel]


def _ids(body: bytes) -> set[str]:
    return {model.id for model in msgspec.json.decode(body, type=_Models).data}


def _with_aliases(body: bytes) -> set[str]:
    """Anthropic lists dated snapshots, and takes their names without the date too."""
    ids = _ids(body)
    return ids | {_SNAPSHOT_DATE.sub("", name) for name in ids}


def _gemini_names(body: bytes) -> set[str]:
    models = msgspec.json.decode(body, type=_GeminiModels).models
    return {model.name.removeprefix("models/") for model in models}


@dataclass(frozen=True, slots=True)
class _Listing:
    """How a provider is asked for its models, and how its reply is read."""

    path: str
    headers: Callable[[str | None], Mapping[str, str]]
    names: Callable[[bytes], set[str]]


_LISTINGS = {
    "openai": _Listing("/models", openai.headers, _ids),
    "anthropic": _Listing("/models?limit=1000", anthropic.headers, _with_aliases),
    "gemini": _Listing("/models?pageSize=1000", gemini.headers, _gemini_names),
}


async def check_models(settings: Settings) -> AsyncIterator[Finding]:
    providers = configured_providers(settings)
    for provider in providers:
        yield await _ask(provider)
    if not providers:
        yield Finding(
            "models",
            Status.OK,
            "No provider is configured: the built-in answerer picks sentences from the documents. "
            "PARLEY_OPENAI_API_KEY, PARLEY_OPENAI_BASE_URL, PARLEY_ANTHROPIC_API_KEY or "
            "PARLEY_GEMINI_API_KEY turns on a language model.",
        )
    if settings.default_model:
        yield _default(settings.default_model, {"extractive", *(each.name for each in providers)})


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


async def _ask(provider: Provider) -> Finding:
    listing, base_url = _LISTINGS[provider.name], provider.config.base_url
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(
                f"{base_url}{listing.path}",
                headers=listing.headers(provider.config.api_key),
                allow_redirects=False,  # the key would go along
            ) as reply,
        ):
            status, body = reply.status, await _bounded(reply)
    except (aiohttp.ClientError, TimeoutError) as error:
        return _failed(
            provider,
            f"{base_url} is not reached: {reason_of(error)}.",
            f"Check {_variable(provider, 'BASE_URL')} and that it runs.",
        )
    return _judge(provider, listing, status, body)


async def _bounded(reply: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for part in reply.content.iter_any():
        body += part
        if len(body) > _REPLY_LIMIT_BYTES:
            break
    return body


def _judge(provider: Provider, listing: _Listing, status: int, body: bytes) -> Finding:
    base_url, model = provider.config.base_url, provider.model
    # Gemini calls a wrong key a bad request.
    bad_key = status == HTTPStatus.BAD_REQUEST and b"api key" in body.lower()
    if bad_key or status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return _failed(
            provider,
            f"{base_url} does not take the key (HTTP {status}).",
            f"Mend {_variable(provider, 'API_KEY')}.",
        )
    if status != HTTPStatus.OK:
        return _failed(
            provider,
            f"{base_url}{listing.path} answers HTTP {status}.",
            f"Check {_variable(provider, 'BASE_URL')}: it holds the version, such as the /v1 of "
            "http://localhost:11434/v1.",
        )
    try:
        names = listing.names(body)
    except msgspec.DecodeError:
        return _failed(
            provider,
            f"{base_url}{listing.path} does not answer with a list of models.",
            f"Check that {_variable(provider, 'BASE_URL')} points at the API of this provider.",
        )
    if model not in names:
        return Finding(
            _part(provider),
            Status.WARNING,
            f"{base_url} offers {len(names)} models, and {model!r} is not among them.",
            f"Set {_variable(provider, 'MODEL')} to one of them: "
            f"{', '.join(sorted(names)[:10]) or 'it lists none'}.",
        )
    return Finding(
        _part(provider), Status.OK, f"{base_url} offers {len(names)} models, {model!r} among them."
    )


def _part(provider: Provider) -> str:
    return f"models of {provider.name}"


def _variable(provider: Provider, last: str) -> str:
    return f"PARLEY_{provider.name.upper()}_{last}"


def _failed(provider: Provider, detail: str, mend: str) -> Finding:
    return Finding(_part(provider), Status.FAILED, detail, mend)
