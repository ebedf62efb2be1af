"""How each provider is asked for its models, against real HTTP servers."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from parley.adapters.llm.listing import Source, is_offered, list_models
from parley.adapters.llm.transport import ProviderConfig
from parley.adapters.outbound.aws import AwsKeys, Signer
from parley.core.llm.model import ModelError, ModelFacts
from tests.adapters.llm.test_local import listening


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def facts_from(
    session: aiohttp.ClientSession, provider: str, replies: dict[str, Any], **options: Any
) -> dict[str, ModelFacts]:
    async def tell(request: web.Request) -> web.Response:
        return web.json_response(replies[request.path.removeprefix("/v1")])

    async with listening(web.get("/{path:.*}", tell)) as port:
        source = Source(provider, ProviderConfig(f"http://127.0.0.1:{port}/v1", "key"), **options)
        return {model.name.model: model.facts for model in await list_models(session, source)}


async def test_what_cannot_chat_is_left_out_and_a_told_window_counts(
    session: aiohttp.ClientSession,
) -> None:
    listed = [
        {"id": "new-model", "context_length": 77_000},
        {"id": "whisper-large-v3"},
        {"id": "gpt-4o"},
        {"id": "text-embedding-3-small"},
    ]
    found = await facts_from(session, "openrouter", {"/models": {"data": listed}})
    assert list(found) == ["gpt-4o", "new-model"]
    assert found["new-model"].context_tokens == 77_000
    assert found["gpt-4o"].capabilities.images


async def test_gemini_tells_which_models_make_text(session: aiohttp.ClientSession) -> None:
    listed = [
        {
            "name": "models/gemini-flash-latest",
            "inputTokenLimit": 999,
            "supportedGenerationMethods": ["generateContent"],
        },
        {"name": "models/other", "supportedGenerationMethods": ["predict"]},
    ]
    found = await facts_from(session, "gemini", {"/models": {"models": listed}})
    assert {name: facts.context_tokens for name, facts in found.items()} == {"gemini-flash-latest": 999}


async def test_bedrock_lists_models_and_profiles_under_a_signature(session: aiohttp.ClientSession) -> None:
    replies = {
        "/foundation-models": {
            "modelSummaries": [
                {"modelId": "amazon.nova-lite-v1:0", "responseStreamingSupported": True},
                {"modelId": "old.model", "responseStreamingSupported": False},
            ]
        },
        "/inference-profiles": {
            "inferenceProfileSummaries": [{"inferenceProfileId": "eu.anthropic.claude-sonnet-4-5-v1:0"}]
        },
    }
    signer = Signer("bedrock", "eu-west-1", AwsKeys("AKIDEXAMPLE", "a secret of nobody"))
    found = await facts_from(session, "bedrock", replies, signer=signer)
    assert list(found) == ["amazon.nova-lite-v1:0", "eu.anthropic.claude-sonnet-4-5-v1:0"]


async def test_a_server_that_sends_on_is_not_followed_with_the_key(session: aiohttp.ClientSession) -> None:
    followed = []

    async def away(_: web.Request) -> web.Response:
        raise web.HTTPFound("/v1/elsewhere")

    async def elsewhere(request: web.Request) -> web.Response:
        followed.append(request.path)
        return web.json_response({"data": []})

    async with listening(web.get("/v1/models", away), web.get("/v1/elsewhere", elsewhere)) as port:
        source = Source("groq", ProviderConfig(f"http://127.0.0.1:{port}/v1", "key"))
        with pytest.raises(ModelError, match="HTTP 302") as caught:
            await list_models(session, source)
    assert followed == []
    assert "PARLEY_GROQ_BASE_URL" in caught.value.hint


def test_a_name_without_the_date_of_its_snapshot_is_offered_too() -> None:
    names = {"claude-sonnet-4-5-20250929"}
    assert is_offered("claude-sonnet-4-5", names)
    assert is_offered("claude-sonnet-4-5-20250929", names)
    assert not is_offered("claude-sonnet-4", names)
