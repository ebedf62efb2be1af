"""How the servers that speak OpenAI's protocol differ in what they are sent."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from parley.adapters.llm import PROVIDERS
from parley.adapters.llm.openai import OpenAI
from parley.adapters.llm.presets import PRESETS
from parley.adapters.llm.transport import ProviderConfig
from parley.core.llm.model import FinishReason, ModelError, ModelName
from parley.settings import Settings
from parley.testing.scripted_providers import REQUEST
from parley.testing.upstream.wires import OpenAIWire
from tests.adapters.llm.upstream import Reply, upstream


async def sent(provider: str, **changes: Any) -> dict[str, Any]:
    async def answer(reply: Reply) -> None:
        wire = OpenAIWire()
        await reply.start()
        await reply.raw(wire.opening() + wire.text("yes") + wire.ending(FinishReason.STOP))

    async with upstream(answer) as served, aiohttp.ClientSession() as session:
        model = OpenAI("some-model", ProviderConfig(served.url, "key"), session, provider=provider)
        assert model.name == ModelName(provider, "some-model")
        async for _ in model.stream(replace(REQUEST, **changes)):
            pass
    return served.bodies[0]


async def test_each_is_sent_what_it_knows() -> None:
    changes: dict[str, Any] = {
        "max_output_tokens": 9,
        "temperature": 2.0,
        "reasoning_effort": "low",
    }
    groq, mistral = await sent("groq", **changes), await sent("mistral", **changes)
    assert (groq["max_completion_tokens"], groq["temperature"], groq["reasoning_effort"]) == (9, 2.0, "low")
    assert groq["stream_options"] == {"include_usage": True}
    assert (mistral["max_tokens"], mistral["temperature"]) == (9, 1.5)
    assert {"stream_options", "reasoning_effort", "max_completion_tokens"}.isdisjoint(mistral)


async def test_errors_name_the_settings_of_the_provider_that_was_asked() -> None:
    async with aiohttp.ClientSession() as session:
        model = OpenAI("small", ProviderConfig("http://127.0.0.1:1/v1", None), session, provider="groq")
        with pytest.raises(ModelError, match="groq:small") as caught:
            await anext(model.stream(REQUEST))
    assert "PARLEY_GROQ_BASE_URL" in caught.value.hint


def test_each_has_an_adapter_and_settings() -> None:
    assert set(PRESETS) <= set(PROVIDERS)
    assert set(PRESETS) - {"openai"} == set(Settings().compatible_servers())
