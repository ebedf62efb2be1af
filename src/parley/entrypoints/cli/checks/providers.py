"""Checks of the language models: each configured provider is asked for its list of models."""

from collections.abc import AsyncIterator
from http import HTTPStatus

import aiohttp
import msgspec

from parley.core.kernel.errors import ParleyError
from parley.core.llm.model import ModelName
from parley.entrypoints.cli.checks import Finding, Status
from parley.entrypoints.cli.transport import reason_of
from parley.settings import Settings

_TIMEOUT_S = 10.0
_REPLY_LIMIT_BYTES = 4 << 20


class _Model(msgspec.Struct):
    id: str


class _Models(msgspec.Struct):
    data: list[_Model]


async def check_models(settings: Settings) -> AsyncIterator[Finding]:
    configured = {"extractive"}
    if settings.openai_api_key is not None or settings.openai_base_url is not None:
        configured.add("openai")
        yield await _ask_openai(settings)
    else:
        yield Finding(
            "models",
            Status.OK,
            "No provider is configured: the built-in answerer picks sentences from the documents. "
            "PARLEY_OPENAI_API_KEY or PARLEY_OPENAI_BASE_URL turns on a language model.",
        )
    if settings.default_model:
        yield _default(settings.default_model, configured)


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


async def _ask_openai(settings: Settings) -> Finding:
    base_url = settings.openai_base_url or _openai_url()
    key = settings.openai_api_key
    headers = {} if key is None else {"Authorization": f"Bearer {key.get_secret_value()}"}
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{base_url}/models", headers=headers) as reply,
        ):
            status, body = reply.status, await _bounded(reply)
    except (aiohttp.ClientError, TimeoutError) as error:
        return _failed(
            f"{base_url} is not reached: {reason_of(error)}.",
            "Check PARLEY_OPENAI_BASE_URL and that it runs.",
        )
    return _judge(base_url, status, body, settings.openai_model)


def _openai_url() -> str:
    # Imported late: where another address is given, the server's modules are not needed.
    from parley.bootstrap.server import OPENAI_URL

    return OPENAI_URL


async def _bounded(reply: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for part in reply.content.iter_any():
        body += part
        if len(body) > _REPLY_LIMIT_BYTES:
            break
    return body


def _judge(base_url: str, status: int, body: bytes, model: str) -> Finding:
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return _failed(f"{base_url} does not take the key (HTTP {status}).", "Mend PARLEY_OPENAI_API_KEY.")
    if status != HTTPStatus.OK:
        return _failed(
            f"{base_url}/models answers HTTP {status}.",
            "Check PARLEY_OPENAI_BASE_URL: it holds the version, such as http://localhost:11434/v1.",
        )
    try:
        names = {model.id for model in msgspec.json.decode(body, type=_Models).data}
    except msgspec.DecodeError:
        return _failed(
            f"{base_url}/models does not answer with a list of models.",
            "Check that PARLEY_OPENAI_BASE_URL points at an OpenAI-compatible API.",
        )
    if model not in names:
        return Finding(
            "models",
            Status.WARNING,
            f"{base_url} offers {len(names)} models, and {model!r} is not among them.",
            f"Set PARLEY_OPENAI_MODEL to one of them: {', '.join(sorted(names)[:10]) or 'it lists none'}.",
        )
    return Finding("models", Status.OK, f"{base_url} offers {len(names)} models, {model!r} among them.")


def _failed(detail: str, mend: str) -> Finding:
    return Finding("models", Status.FAILED, detail, mend)
