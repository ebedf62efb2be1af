"""Asks providers which models they have, each in its own way."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import msgspec
from yarl import URL

from parley.adapters.llm import anthropic, gemini, openai
from parley.adapters.llm.bedrock import authorized
from parley.adapters.llm.facts import can_chat, facts_of
from parley.adapters.llm.transport import ProviderConfig
from parley.adapters.outbound.aws import Signer
from parley.core.llm.model import ModelError, ModelFacts, ModelName, OfferedModel

MOST_MODELS = 500
"""Of one provider; the names of others can be typed."""
_REPLY_LIMIT_BYTES = 8 << 20
_SNAPSHOT_DATE = re.compile(r"-\d{8}$")
_Kind = TypeVar("_Kind", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Source:
    """A provider to be asked: its name, where it is, and how it knows the caller."""

    provider: str
    config: ProviderConfig
    signer: Signer | None = None

    @property
    def variables(self) -> str:
        return f"PARLEY_{self.provider.upper()}"


async def list_models(session: aiohttp.ClientSession, source: Source) -> tuple[OfferedModel, ...]:
    """Those that can chat, by name. Raises ModelError, saying what to mend; the caller sets a deadline."""
    found = await _LISTERS.get(source.provider, _openai)(session, source)
    offered = [
        OfferedModel(ModelName(source.provider, name), name, facts)
        for name, facts in sorted(found.items())
        if can_chat(name)
    ]
    return tuple(offered[:MOST_MODELS])


def is_offered(model: str, names: Collection[str]) -> bool:
    """Anthropic lists dated snapshots, and takes their names without the date too."""
    return model in names or any(_SNAPSHOT_DATE.sub("", name) == model for name in names)


async def fetch(
    session: aiohttp.ClientSession, source: Source, url: str, headers: Mapping[str, str]
) -> bytes:
    """The body of a reply that is 200. Raises ModelError."""
    try:
        async with session.get(
            URL(url, encoded=True),
            headers=headers,
            allow_redirects=False,  # the key would go along
        ) as reply:
            status, body = reply.status, await bounded_body(reply)
    except (aiohttp.ClientError, OSError) as error:
        raise ModelError(
            f"{source.config.base_url} is not reached: {type(error).__name__}.",
            hint=f"Check {source.variables}_BASE_URL and that it runs.",
        ) from error
    # Gemini calls a wrong key a bad request.
    bad_key = status == HTTPStatus.BAD_REQUEST and b"api key" in body.lower()
    if bad_key or status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise ModelError(
            f"{source.config.base_url} does not take the key (HTTP {status}).",
            hint=f"Mend {source.variables}_API_KEY.",
        )
    if status != HTTPStatus.OK:
        raise ModelError(
            f"{url.partition('?')[0]} answers HTTP {status}.",
            hint=f"Check {source.variables}_BASE_URL: it holds the version, such as the /v1 of "
            "http://localhost:11434/v1.",
        )
    return body


async def bounded_body(reply: aiohttp.ClientResponse) -> bytes:
    """Cut off where it is too long to be a list."""
    body = bytearray()
    async for part in reply.content.iter_any():
        body += part
        if len(body) > _REPLY_LIMIT_BYTES:
            break
    return bytes(body)


def _decoded(body: bytes, kind: type[_Kind], source: Source) -> _Kind:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise ModelError(
            f"{source.config.base_url} does not answer with a list of models.",
            hint=f"Check that {source.variables}_BASE_URL points at the API of this provider.",
        ) from None


Found = Mapping[str, ModelFacts]
Lister = Callable[[aiohttp.ClientSession, Source], Awaitable[Found]]


class _Model(msgspec.Struct):
    """As OpenAI lists it; the window has another name with each of the others that tell it."""

    id: str
    owned_by: str | None = None
    context_length: float | None = None
    context_window: float | None = None
    max_context_length: float | None = None
    max_model_len: float | None = None

    @property
    def window(self) -> int | None:
        told = self.context_length or self.context_window or self.max_context_length or self.max_model_len
        return int(told) if told and told > 0 else None


class _Models(msgspec.Struct):
    data: list[_Model]


def told_facts(provider: str, name: str, window: int | None) -> ModelFacts:
    """Those of the table, with the window that the provider itself tells."""
    facts = facts_of(provider, name)
    if window is None:
        return facts
    return replace(facts, context_tokens=window, max_output_tokens=min(facts.max_output_tokens, window))


async def listed(session: aiohttp.ClientSession, source: Source) -> Sequence[_Model]:
    """In OpenAI's format."""
    body = await fetch(
        session, source, f"{source.config.base_url}/models", openai.headers(source.config.api_key)
    )
    return _decoded(body, _Models, source).data


async def _openai(session: aiohttp.ClientSession, source: Source) -> Found:
    models = await listed(session, source)
    return {model.id: told_facts(source.provider, model.id, model.window) for model in models}


async def _anthropic(session: aiohttp.ClientSession, source: Source) -> Found:
    url = f"{source.config.base_url}/models?limit=1000"
    body = await fetch(session, source, url, anthropic.headers(source.config.api_key))
    models = _decoded(body, _Models, source).data
    return {model.id: facts_of("anthropic", model.id) for model in models}


class _GeminiModel(msgspec.Struct, rename="camel"):
    name: str
    input_token_limit: int | None = None
    supported_generation_methods: list[str] | None = None


class _GeminiModels(msgspec.Struct):
    models: list[_GeminiModel]


async def _gemini(session: aiohttp.ClientSession, source: Source) -> Found:
    url = f"{source.config.base_url}/models?pageSize=1000"
    body = await fetch(session, source, url, gemini.headers(source.config.api_key))
    models = _decoded(body, _GeminiModels, source).models
    return {
        name: told_facts("gemini", name, model.input_token_limit)
        for model in models
        if "generateContent" in (model.supported_generation_methods or ["generateContent"])
        for name in [model.name.removeprefix("models/")]
    }


class _Profile(msgspec.Struct, rename="camel"):
    inference_profile_id: str


class _Profiles(msgspec.Struct, rename="camel"):
    inference_profile_summaries: list[_Profile]


class _FoundationModel(msgspec.Struct, rename="camel"):
    model_id: str
    response_streaming_supported: bool = False


class _FoundationModels(msgspec.Struct, rename="camel"):
    model_summaries: list[_FoundationModel]


async def _bedrock(session: aiohttp.ClientSession, source: Source) -> Found:
    """The models that can be asked by their own name, and the profiles through which others are asked."""
    # The list is another service of the region than the models; an address of one's own serves both.
    base_url = source.config.base_url.replace("//bedrock-runtime.", "//bedrock.")

    async def ask(path: str) -> bytes:
        url = f"{base_url}{path}"
        headers = await authorized(source.config, source.signer, "GET", URL(url, encoded=True))
        return await fetch(session, source, url, headers)

    listed = await ask("/foundation-models?byInferenceType=ON_DEMAND&byOutputModality=TEXT")
    models = _decoded(listed, _FoundationModels, source).model_summaries
    profiles = _decoded(await ask("/inference-profiles?maxResults=1000"), _Profiles, source)
    names = [model.model_id for model in models if model.response_streaming_supported]
    names += [profile.inference_profile_id for profile in profiles.inference_profile_summaries]
    return {name: facts_of("bedrock", name) for name in names}


_LISTERS: Mapping[str, Lister] = {"anthropic": _anthropic, "bedrock": _bedrock, "gemini": _gemini}
