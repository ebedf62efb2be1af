"""The OpenAI wire format against a real HTTP server that follows a script."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from parley.adapters.llm.openai import OpenAI
from parley.core.llm.model import (
    Finish,
    FinishReason,
    ModelError,
    ReasoningDelta,
    ResponseFormat,
    StreamEvent,
    TextDelta,
    ToolCall,
)
from parley.testing.provider_prompts import TOOLS
from parley.testing.scripted_providers import KEY, REQUEST
from parley.testing.upstream.requests import read_openai
from parley.testing.upstream.wires import OpenAIWire
from tests.adapters.llm.scripted import ScriptedContract
from tests.adapters.llm.upstream import Reply

ROME = '{"city": "Rome"}'
CUT_DIFFERENTLY: dict[str, list[dict[str, Any]]] = {
    "no ids": [
        {"index": 0, "function": {"name": "weather", "arguments": ROME[:9]}},
        {"index": 0, "function": {"arguments": ROME[9:]}},
        {"index": 1, "function": {"name": "clock", "arguments": ""}},
    ],
    "no places": [
        {"id": "a", "function": {"name": "weather", "arguments": ROME[:9]}},
        {"function": {"arguments": ROME[9:]}},
        {"id": "b", "function": {"name": "clock"}},
    ],
    "whole, all at the first place": [
        {"index": 0, "id": "a", "function": {"name": "weather", "arguments": ROME}},
        {"index": 0, "id": "b", "function": {"name": "clock", "arguments": "{}"}},
    ],
    "whole, as objects, with nothing else": [
        {"function": {"name": "weather", "arguments": {"city": "Rome"}}},
        {"function": {"name": "clock", "arguments": {}}},
    ],
    "name and id in each piece, one id for both": [
        {"index": 0, "id": "a", "function": {"name": "weather", "arguments": ROME[:9]}},
        {"index": 0, "id": "a", "function": {"name": "weather", "arguments": ROME[9:]}},
        {"index": 1, "id": "a", "function": {"name": "clock", "arguments": "{}"}},
    ],
}


class TestOpenAI(ScriptedContract):
    wire = OpenAIWire
    read = staticmethod(read_openai)
    signs_thoughts = False
    variables = "PARLEY_OPENAI"
    adapter = OpenAI

    async def test_the_request_carries_messages_temperature_and_key(
        self, session: aiohttp.ClientSession
    ) -> None:
        async with self.serve(self.complete) as served:
            async for _ in self.model(served.url, session).stream(REQUEST):
                pass
        assert served.paths == ["/chat/completions"]
        assert served.bodies[0]["messages"] == [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Why?"},
        ]
        assert (served.bodies[0]["model"], served.bodies[0]["temperature"]) == ("small", 0.3)
        assert served.headers[0]["Authorization"] == f"Bearer {KEY}"

    async def test_a_model_that_refuses_a_temperature_is_asked_without(
        self, session: aiohttp.ClientSession
    ) -> None:
        async with self.serve(self.complete) as served:
            async for _ in self.model(served.url, session, name="gpt-5-mini").stream(REQUEST):
                pass
        assert "temperature" not in served.bodies[0]

    async def test_a_server_that_gives_no_reason_for_the_end_has_stopped(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def terse(reply: Reply) -> None:
            await reply.start()
            await reply.raw(self.wire().text("yes") + b"data: [DONE]\n\n")

        seen: list[StreamEvent] = []
        await self.collect(terse, session, seen)
        assert seen == [TextDelta("yes"), Finish(FinishReason.STOP)]

    @pytest.mark.parametrize("deltas", CUT_DIFFERENTLY.values(), ids=CUT_DIFFERENTLY.keys())
    async def test_calls_of_tools_are_put_together_however_a_server_cuts_them(
        self, session: aiohttp.ClientSession, deltas: list[dict[str, Any]]
    ) -> None:
        async def call(reply: Reply) -> None:
            await reply.start()
            for delta in deltas:
                await reply.raw(OpenAIWire.chunk({"tool_calls": [delta]}))
            await reply.done()

        seen: list[StreamEvent] = []
        await self.collect(call, session, seen)
        weather, clock, end = seen
        assert isinstance(weather, ToolCall)
        assert isinstance(clock, ToolCall)
        assert (weather.name, weather.arguments.replace(" ", "")) == ("weather", '{"city":"Rome"}')
        assert (clock.name, clock.arguments) == ("clock", "{}")
        assert weather.id
        assert clock.id not in {"", weather.id}
        assert end == Finish(FinishReason.TOOL_CALLS)

    @pytest.mark.parametrize(
        ("delta", "said"),
        [
            ({"index": 0, "function": {"arguments": "{}"}}, "without naming it"),
            ({"index": 0, "id": "a", "function": {"name": "clock", "arguments": "1" * 2**20}}, "longer than"),
        ],
    )
    async def test_calls_of_tools_that_cannot_be_meant_are_an_error(
        self, session: aiohttp.ClientSession, delta: dict[str, Any], said: str
    ) -> None:
        async def call(reply: Reply) -> None:
            await reply.start()
            await reply.raw(OpenAIWire.chunk({"tool_calls": [delta]}) * 2)
            await reply.done()

        with pytest.raises(ModelError, match=said):
            await self.collect(call, session, [])

    async def test_thinking_is_found_under_either_of_its_names(self, session: aiohttp.ClientSession) -> None:
        async def think(reply: Reply) -> None:
            await reply.start()
            await reply.raw(OpenAIWire.chunk({"reasoning": "Hm."}))
            await reply.done()

        seen: list[StreamEvent] = []
        await self.collect(think, session, seen)
        assert seen[0] == ReasoningDelta("Hm.")

    async def test_what_a_request_asks_for_is_spelled_as_the_api_has_it(
        self, session: aiohttp.ClientSession
    ) -> None:
        request = replace(
            REQUEST,
            tools=TOOLS[:1],
            tool_choice="weather",
            top_p=0.5,
            stop=("END",),
            max_output_tokens=90,
            reasoning_effort="low",
            response_format=ResponseFormat(),
        )
        body = await self.asked(session, request)
        assert body["tools"][0]["type"] == "function"
        assert body["tool_choice"] == {"type": "function", "function": {"name": "weather"}}
        assert (body["top_p"], body["stop"], body["max_tokens"]) == (0.5, ["END"], 90)
        assert body["reasoning_effort"] == "low"
        assert body["response_format"] == {"type": "json_object"}
        thinks = await self.asked(session, request, name="o4-mini")
        assert (thinks["max_completion_tokens"], thinks["reasoning_effort"]) == (90, "low")
        assert "reasoning_effort" not in await self.asked(session, request, name="gpt-4.1-mini")
