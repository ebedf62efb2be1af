"""The wire format of Anthropic's Messages API against a real HTTP server that follows a script."""

from dataclasses import replace
from typing import Any, Literal

import aiohttp
import pytest

from parley.adapters.llm.anthropic import API_VERSION, Anthropic
from parley.adapters.llm.anthropic_request import MAX_OUTPUT_TOKENS
from parley.core.llm.model import (
    ChatMessage,
    Finish,
    FinishReason,
    ReasoningDelta,
    ResponseFormat,
    StreamEvent,
    TextDelta,
    TokenUsage,
    ToolCall,
)
from parley.testing.provider_prompts import SCHEMA, TOOLS, after_tools
from parley.testing.scripted_providers import KEY, REQUEST
from parley.testing.upstream.requests import read_anthropic
from parley.testing.upstream.wires import AnthropicWire
from tests.adapters.llm.scripted import ScriptedContract
from tests.adapters.llm.upstream import Reply


def started(**usage: int) -> bytes:
    message = {"type": "message", "role": "assistant", "usage": usage}
    return AnthropicWire.said("message_start", message=message)


class TestAnthropic(ScriptedContract):
    wire = AnthropicWire
    read = staticmethod(read_anthropic)
    variables = "PARLEY_ANTHROPIC"
    adapter = Anthropic

    async def test_the_request_carries_instructions_messages_limit_and_key(
        self, session: aiohttp.ClientSession
    ) -> None:
        served = await self.collect(self.complete, session, [], name="claude-sonnet-4-5")
        assert served.paths == ["/messages"]
        assert served.bodies[0] == {
            "model": "claude-sonnet-4-5",
            "system": "Be brief.",
            "messages": [{"role": "user", "content": "Why?"}],
            "max_tokens": MAX_OUTPUT_TOKENS,
            "temperature": 0.3,
            "stream": True,
        }
        assert served.headers[0]["x-api-key"] == KEY
        assert served.headers[0]["anthropic-version"] == API_VERSION

    async def test_a_history_that_opens_with_an_answer_is_given_from_the_next_question_on(
        self, session: aiohttp.ClientSession
    ) -> None:
        cut = (
            ChatMessage("assistant", "Cut."),
            ChatMessage("user", "Why?"),
            ChatMessage("assistant", "So."),
        )
        talk = (*cut, ChatMessage("user", "And?"))
        body = await self.asked(session, replace(REQUEST, messages=talk))
        assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
        assert "system" not in body

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("claude-3-5-haiku-20241022", 1.0),
            ("claude-sonnet-4-20250514", 1.0),
            ("claude-opus-4-6", 1.0),
            ("claude-opus-4-7", None),
            ("claude-unheard-of-9", None),
        ],
    )
    async def test_the_temperature_goes_to_models_that_take_one_and_no_higher_than_they_do(
        self, session: aiohttp.ClientSession, name: str, expected: float | None
    ) -> None:
        body = await self.asked(session, replace(REQUEST, temperature=1.7), name=name)
        assert body.get("temperature") == expected

    async def test_a_final_count_of_the_prompt_replaces_the_first(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def recounted(reply: Reply) -> None:
            await reply.start()
            await reply.raw(started(input_tokens=1, output_tokens=1) + self.wire().text("yes"))
            usage = {"input_tokens": 30, "output_tokens": 4}
            await reply.raw(
                AnthropicWire.said("message_delta", delta={"stop_reason": "end_turn"}, usage=usage)
            )
            await reply.raw(AnthropicWire.said("message_stop"))

        seen: list[StreamEvent] = []
        await self.collect(recounted, session, seen)
        assert seen == [TextDelta("yes"), TokenUsage(30, 4), Finish(FinishReason.STOP)]

    async def test_a_thought_that_is_given_only_encrypted_goes_back_as_it_came(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def redact(reply: Reply) -> None:
            await reply.start()
            block = {"type": "redacted_thinking", "data": "c2VjcmV0"}
            await reply.raw(AnthropicWire.said("content_block_start", index=0, content_block=block))
            await reply.raw(AnthropicWire.said("content_block_stop", index=0))
            wire = self.wire()
            await reply.raw(wire.tool_calls([ToolCall("call_1", "clock", "{}")]))
            await reply.raw(wire.ending(FinishReason.TOOL_CALLS))

        seen: list[StreamEvent] = []
        await self.collect(redact, session, seen)
        body = await self.asked(session, after_tools(replace(REQUEST, tools=TOOLS), seen, "Noon."))
        assert body["messages"][1]["content"][0] == {"type": "redacted_thinking", "data": "c2VjcmV0"}

    async def test_the_results_of_a_round_are_one_message_and_ids_are_what_the_api_takes(
        self, session: aiohttp.ClientSession
    ) -> None:
        said = [ToolCall("functions.weather:0", "weather", "{}"), ToolCall("b", "clock", "{}")]
        body = await self.asked(session, after_tools(replace(REQUEST, tools=TOOLS), said, "Rain.", "Noon."))
        assert [message["role"] for message in body["messages"]] == ["user", "assistant", "user"]
        results = body["messages"][2]["content"]
        assert [result["tool_use_id"] for result in results] == ["functions_weather_0", "b"]

    @pytest.mark.parametrize(
        ("choice", "expected"),
        [
            ("auto", {"type": "auto"}),
            ("required", {"type": "any"}),
            ("none", {"type": "none"}),
            ("clock", {"type": "tool", "name": "clock"}),
        ],
    )
    async def test_the_choice_of_tools_is_spelled_as_the_api_has_it(
        self, session: aiohttp.ClientSession, choice: str, expected: dict[str, str]
    ) -> None:
        body = await self.asked(session, replace(REQUEST, tools=TOOLS, tool_choice=choice))
        assert body["tool_choice"] == expected

    @pytest.mark.parametrize(
        ("name", "effort", "thinking", "limit"),
        [
            ("claude-3-5-haiku-20241022", "high", None, 100),
            ("claude-sonnet-4-20250514", "low", {"type": "enabled", "budget_tokens": 2_048}, 2_148),
            ("claude-opus-4-5", "medium", {"type": "enabled", "budget_tokens": 8_192}, 8_292),
            ("claude-opus-4-6", "low", {"type": "adaptive", "display": "summarized"}, 2_148),
            ("claude-sonnet-5", "high", {"type": "adaptive", "display": "summarized"}, 16_484),
            ("claude-sonnet-5", None, None, 16_484),
        ],
    )
    async def test_thinking_is_asked_for_as_the_model_takes_it_and_leaves_room_for_the_answer(
        self,
        session: aiohttp.ClientSession,
        name: str,
        effort: Literal["low", "medium", "high"] | None,
        thinking: dict[str, Any] | None,
        limit: int,
    ) -> None:
        request = replace(REQUEST, reasoning_effort=effort, max_output_tokens=100)
        body = await self.asked(session, request, name=name)
        assert (body.get("thinking"), body["max_tokens"]) == (thinking, limit)
        assert "temperature" not in body or thinking is None
        adaptive = thinking is not None and thinking["type"] == "adaptive"
        assert body.get("output_config") == ({"effort": effort} if adaptive else None)

    async def test_a_model_that_thinks_by_budget_does_not_after_calls_of_another_provider(
        self, session: aiohttp.ClientSession
    ) -> None:
        """The API wants the thinking before calls, and none before a call that it has to make."""
        request = replace(REQUEST, tools=TOOLS, reasoning_effort="low")
        call = ToolCall("call_1", "clock", "{}")
        strange: list[StreamEvent] = [ReasoningDelta("Hm.", "elsewhere:c2ln"), call]
        own: list[StreamEvent] = [ReasoningDelta("Hm.", "anthropic:c2ln"), call]
        for expected, asks in (
            (False, after_tools(request, strange, "Noon.")),
            (True, after_tools(request, own, "Noon.")),
            (False, replace(request, tool_choice="required")),
        ):
            body = await self.asked(session, asks, name="claude-sonnet-4-5")
            assert ("thinking" in body) is expected

    async def test_json_without_a_schema_is_asked_for_in_words(self, session: aiohttp.ClientSession) -> None:
        body = await self.asked(session, replace(REQUEST, response_format=ResponseFormat()))
        assert "output_config" not in body
        assert "JSON" in body["system"]

    async def test_a_schema_and_an_effort_go_together(self, session: aiohttp.ClientSession) -> None:
        wanted = replace(REQUEST, response_format=ResponseFormat("reply", SCHEMA), reasoning_effort="low")
        body = await self.asked(session, wanted)
        assert body["output_config"] == {
            "format": {"type": "json_schema", "schema": SCHEMA},
            "effort": "low",
        }

    async def test_top_p_replaces_the_temperature_and_stops_are_sent(
        self, session: aiohttp.ClientSession
    ) -> None:
        body = await self.asked(session, replace(REQUEST, top_p=0.5, stop=("END",)), name="claude-opus-4-6")
        assert (body["top_p"], body["stop_sequences"]) == (0.5, ["END"])
        assert "temperature" not in body
