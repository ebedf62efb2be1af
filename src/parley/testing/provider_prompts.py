"""The contract of what a request may ask of a provider: tools and their results, images, JSON, thinking."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import aiohttp

from parley.core.llm.model import (
    ChatMessage,
    ChatRequest,
    Finish,
    FinishReason,
    Image,
    ReasoningDelta,
    ResponseFormat,
    StreamEvent,
    TextDelta,
    ToolCall,
    ToolSpec,
)
from parley.testing.scripted_providers import REQUEST, Reply, ScriptedProvider
from parley.testing.upstream.requests import OfferedTool
from parley.testing.upstream.wires import USED

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = (
    ToolSpec("weather", "The weather of a city.", CITY),
    ToolSpec("clock", "The time of a city.", CITY),
)
CALLS = (
    ToolCall("call_1", "weather", '{"city": "Łódź"}', "c2lnbmVkIGNhbGw="),
    ToolCall("call_2", "clock", "{}"),
)
SIGNATURE = "c2lnbmVkIHRob3VnaHQ="
SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}


def after_tools(request: ChatRequest, said: Sequence[StreamEvent], *results: str) -> ChatRequest:
    """The next request of a round: what the model said, and the results of its calls in their order."""
    calls = tuple(event for event in said if isinstance(event, ToolCall))
    reasoning = tuple(event for event in said if isinstance(event, ReasoningDelta))
    text = "".join(event.text for event in said if isinstance(event, TextDelta))
    answer = ChatMessage("assistant", text, tool_calls=calls, reasoning=reasoning)
    told = (
        ChatMessage("tool", result, tool_call_id=call.id) for call, result in zip(calls, results, strict=True)
    )
    return replace(request, messages=(*request.messages, answer, *told))


class PromptContract(ScriptedProvider):
    """A subclass of the whole contract says what its format leaves out."""

    signs_thoughts = True
    """The provider wants its thinking back with the results of tools."""
    keeps_call_ids = True
    """Its calls have ids of their own."""

    async def call_tools(self, reply: Reply) -> None:
        wire = self.wire()
        await reply.start()
        await reply.raw(wire.opening() + wire.reasoning("I need ", ""))
        await reply.raw(wire.reasoning("both.", SIGNATURE) + wire.text("Let me look."))
        await reply.raw(wire.tool_calls(CALLS) + wire.ending(FinishReason.TOOL_CALLS))

    async def asked(
        self, session: aiohttp.ClientSession, request: ChatRequest, **options: Any
    ) -> dict[str, Any]:
        """The body that goes to the provider."""
        served = await self.collect(self.call_tools, session, [], request=request, **options)
        return served.bodies[0]

    async def test_parallel_calls_of_tools_come_whole_before_the_end(
        self, session: aiohttp.ClientSession
    ) -> None:
        seen: list[StreamEvent] = []
        served = await self.collect(self.call_tools, session, seen, request=replace(REQUEST, tools=TOOLS))
        calls = [event for event in seen if isinstance(event, ToolCall)]
        assert [(call.name, json.loads(call.arguments)) for call in calls] == [
            ("weather", {"city": "Łódź"}),
            ("clock", {}),
        ]
        assert len({call.id for call in calls}) == 2
        if self.keeps_call_ids:
            assert [call.id for call in calls] == ["call_1", "call_2"]
        assert seen[-2:] == [USED, Finish(FinishReason.TOOL_CALLS)]
        offered = self.read("small", served.bodies[0]).tools
        assert offered == tuple(OfferedTool(tool.name, tool.parameters) for tool in TOOLS)

    async def test_results_of_tools_go_back_with_the_calls_and_the_signed_thinking_before_them(
        self, session: aiohttp.ClientSession
    ) -> None:
        seen: list[StreamEvent] = []
        request = replace(REQUEST, tools=TOOLS)
        await self.collect(self.call_tools, session, seen, request=request)
        body = await self.asked(session, after_tools(request, seen, "Rain.", "Noon."))
        asked = self.read("small", body)
        assert (asked.question, asked.rounds, asked.results) == ("Why?", 1, ("Rain.", "Noon."))
        if self.signs_thoughts:
            assert SIGNATURE in json.dumps(body)
            assert "I need both." in json.dumps(body)

    async def test_what_another_provider_has_signed_is_not_sent(self, session: aiohttp.ClientSession) -> None:
        """A bot's fallback may take over between the calls of tools and the answer."""
        said: list[StreamEvent] = [
            ReasoningDelta("Hm.", "elsewhere:c3RyYW5nZXI="),
            ToolCall("functions.weather:0", "weather", "{}", "elsewhere:c3RyYW5nZXI="),
        ]
        body = await self.asked(session, after_tools(replace(REQUEST, tools=TOOLS), said, "Rain."))
        assert "c3RyYW5nZXI=" not in json.dumps(body)
        assert self.read("small", body).results == ("Rain.",)

    async def test_arguments_that_are_no_object_still_go_back(self, session: aiohttp.ClientSession) -> None:
        said = [ToolCall("call_1", "weather", '{"city": '), ToolCall("call_2", "clock", "[1]")]
        request = after_tools(replace(REQUEST, tools=TOOLS), said, "No JSON.", "No object.")
        body = await self.asked(session, request)
        assert self.read("small", body).results == ("No JSON.", "No object.")

    async def test_images_go_along_with_the_words(self, session: aiohttp.ClientSession) -> None:
        pictures = tuple(Image("image/png", b"\x89PNG" + bytes([number])) for number in (1, 2))
        question = ChatMessage("user", "What are these?", images=pictures)
        body = await self.asked(session, replace(REQUEST, messages=(question,)))
        sent = json.dumps(body)
        assert all(b64encode(picture.data).decode() in sent for picture in pictures)
        assert "png" in sent
        assert self.read("small", body).question == "What are these?"

    async def test_an_answer_can_be_held_to_a_schema(self, session: aiohttp.ClientSession) -> None:
        wanted = replace(REQUEST, response_format=ResponseFormat("reply", SCHEMA))
        body = await self.asked(session, wanted)
        assert self.read("small", body).schema == SCHEMA
