"""The bridge to pydantic-ai, over a real model of pydantic-ai that speaks to a scripted server."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from httpx2 import AsyncClient
from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from parley.adapters.llm.pydantic_ai import PydanticAi
from parley.core.llm.model import Finish, FinishReason, ModelError, StreamEvent, ToolCall
from parley.core.llm.ports import ChatModel
from parley.testing.provider_prompts import CALLS, TOOLS
from parley.testing.scripted_providers import KEY, REQUEST, Reply
from parley.testing.upstream.requests import read_openai
from parley.testing.upstream.wires import OpenAIWire
from tests.adapters.llm.scripted import ScriptedContract


class TestPydanticAi(ScriptedContract):
    """pydantic-ai fits schemas to each provider, leaves out thinking, and has settings of its own: the tests
    of these parts are its own here."""

    wire = OpenAIWire
    read = staticmethod(read_openai)
    variables = "PARLEY_PYDANTIC_AI"
    signs_thoughts = False

    @pytest.fixture(autouse=True)
    async def clients(self) -> AsyncIterator[None]:
        self._clients: list[AsyncClient] = []
        yield
        for client in self._clients:
            await client.aclose()

    def model(
        self,
        url: str,
        session: aiohttp.ClientSession,
        *,
        name: str = "small",
        key: str | None = KEY,
        read_timeout_s: float = 5.0,
    ) -> ChatModel:
        def make(asked: str) -> Model:
            client = AsyncClient(timeout=read_timeout_s)
            self._clients.append(client)
            provider = OpenAIProvider(base_url=url, api_key=key or "none", http_client=client)
            return OpenAIChatModel(asked.removeprefix("openai:"), provider=provider)

        return PydanticAi(f"openai:{name}", make)

    async def test_parallel_calls_of_tools_come_whole_before_the_end(
        self, session: aiohttp.ClientSession
    ) -> None:
        seen: list[StreamEvent] = []
        served = await self.collect(self.call_tools, session, seen, request=replace(REQUEST, tools=TOOLS))
        calls = [event for event in seen if isinstance(event, ToolCall)]
        assert [(call.id, call.name, json.loads(call.arguments)) for call in calls] == [
            (call.id, call.name, json.loads(call.arguments)) for call in CALLS
        ]
        assert seen[-1] == Finish(FinishReason.TOOL_CALLS)
        offered = self.read("small", served.bodies[0]).tools
        assert [tool.name for tool in offered] == [tool.name for tool in TOOLS]

    async def test_a_clean_end_without_the_final_event_is_an_error(
        self, session: aiohttp.ClientSession
    ) -> None:
        """Not here: pydantic-ai takes such a stream for whole. Should it learn better, this fails."""
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            await super().test_a_clean_end_without_the_final_event_is_an_error(session)

    @pytest.mark.parametrize(
        ("status", "code", "said", "hint"),
        [
            (400, "model_failed", "no such luck", "Ask again"),
            (401, "model_failed", "does not accept this server's key", "Check the key"),
            (403, "model_failed", "does not accept this server's key", "Check the key"),
            (404, "model_failed", "no such luck", "Ask again"),
            (429, "model_limited", "no such luck", "Wait"),
            (500, "model_failed", "no such luck", "Ask again"),
            (529, "model_failed", "no such luck", "Ask again"),
        ],
    )
    async def test_a_refusal_says_why_and_what_to_do(
        self, session: aiohttp.ClientSession, status: int, code: str, said: str, hint: str
    ) -> None:
        await super().test_a_refusal_says_why_and_what_to_do(session, status, code, said, hint)

    async def test_something_that_is_no_model_server_is_named(self, session: aiohttp.ClientSession) -> None:
        async def page(reply: Reply) -> None:
            await reply.start()
            await reply.raw(b"data: <html>\n\n")

        with pytest.raises(ModelError, match="not part of an answer") as caught:
            await self.collect(page, session, [])
        assert "the variables that pydantic-ai reads" in caught.value.hint

    async def test_a_server_that_is_not_there_is_named(self, session: aiohttp.ClientSession) -> None:
        lost = self.model("http://127.0.0.1:1/v1", session)
        with pytest.raises(ModelError, match="cannot be reached") as caught:
            await anext(lost.stream(REQUEST))
        assert "the variables that pydantic-ai reads" in caught.value.hint


async def test_without_the_extra_it_says_what_to_install() -> None:
    def missing(_: str) -> Model:
        raise ImportError("No module named 'cohere'")

    with pytest.raises(ModelError, match="not installed") as caught:
        await anext(PydanticAi("cohere:command", missing).stream(REQUEST))
    assert 'pip install "parley-chat[pydantic-ai]"' in caught.value.hint
    assert "pydantic-ai-slim[cohere]" in caught.value.hint


async def test_a_name_that_pydantic_ai_does_not_know_is_told() -> None:
    with pytest.raises(ModelError, match="cannot be set up") as caught:
        await anext(PydanticAi("nobody:small").stream(REQUEST))
    assert "PARLEY_PYDANTIC_AI_MODELS" in caught.value.hint
