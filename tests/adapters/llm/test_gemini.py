"""The wire format of the Gemini API against a real HTTP server that follows a script."""

from dataclasses import replace
from typing import Any, Literal

import aiohttp
import pytest

from parley.adapters.llm.gemini import Gemini
from parley.core.llm.model import (
    ChatMessage,
    Finish,
    FinishReason,
    ModelError,
    StreamEvent,
    TokenUsage,
    ToolCall,
)
from parley.testing.provider_prompts import CALLS, TOOLS, after_tools
from parley.testing.scripted_providers import KEY, REQUEST
from parley.testing.upstream.requests import read_gemini
from parley.testing.upstream.wires import GeminiWire, event
from tests.adapters.llm.scripted import ScriptedContract
from tests.adapters.llm.upstream import Reply


class TestGemini(ScriptedContract):
    wire = GeminiWire
    read = staticmethod(read_gemini)
    keeps_call_ids = False
    variables = "PARLEY_GEMINI"
    adapter = Gemini

    async def test_the_request_carries_instructions_contents_and_key(
        self, session: aiohttp.ClientSession
    ) -> None:
        talk = (*REQUEST.messages, ChatMessage("assistant", "So."), ChatMessage("user", "And?"))
        request = replace(REQUEST, messages=talk, max_output_tokens=90)
        async with self.serve(self.complete) as served:
            async for _ in self.model(served.url, session).stream(request):
                pass
        assert served.paths == ["/models/small:streamGenerateContent?alt=sse"]
        assert served.bodies[0] == {
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
            "contents": [
                {"role": "user", "parts": [{"text": "Why?"}]},
                {"role": "model", "parts": [{"text": "So."}]},
                {"role": "user", "parts": [{"text": "And?"}]},
            ],
            "generationConfig": {"temperature": 0.3, "maxOutputTokens": 90},
        }
        assert served.headers[0]["x-goog-api-key"] == KEY

    async def test_the_name_of_a_model_leads_to_no_other_address(
        self, session: aiohttp.ClientSession
    ) -> None:
        async with self.serve(self.complete) as served:
            async for _ in self.model(served.url, session, name="../files?x=/y").stream(REQUEST):
                pass
        assert served.paths == ["/models/..%2Ffiles%3Fx=%2Fy:streamGenerateContent?alt=sse"]

    async def test_a_question_that_is_blocked_has_an_empty_filtered_answer(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def block(reply: Reply) -> None:
            await reply.start()
            count = {"promptTokenCount": 9}
            await reply.raw(event({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": count}))

        seen: list[StreamEvent] = []
        await self.collect(block, session, seen)
        assert seen == [TokenUsage(9, 0), Finish(FinishReason.CONTENT_FILTER)]

    async def test_an_end_for_an_unknown_reason_is_an_error(self, session: aiohttp.ClientSession) -> None:
        async def give_up(reply: Reply) -> None:
            await reply.start()
            await reply.raw(GeminiWire.parts({"text": "half"}, finishReason="MALFORMED_FUNCTION_CALL"))

        with pytest.raises(ModelError, match="ended with MALFORMED_FUNCTION_CALL"):
            await self.collect(give_up, session, [])

    async def test_a_key_that_gemini_calls_an_invalid_argument_is_named(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def refuse(reply: Reply) -> None:
            await reply.start(400)
            await reply.raw(GeminiWire().refusal(400, "API key not valid."))

        with pytest.raises(ModelError, match="does not accept this server's key") as caught:
            await self.collect(refuse, session, [])
        assert "PARLEY_GEMINI_API_KEY" in caught.value.hint

    async def test_the_signature_of_a_call_goes_back_with_it_and_results_are_named_after_it(
        self, session: aiohttp.ClientSession
    ) -> None:
        seen: list[StreamEvent] = []
        request = replace(REQUEST, tools=TOOLS)
        await self.collect(self.call_tools, session, seen, request=request)
        body = await self.asked(session, after_tools(request, seen, "Rain.", "Noon."))
        *_, weather, clock = body["contents"][1]["parts"]
        assert weather["thoughtSignature"] == CALLS[0].signature
        assert "thoughtSignature" not in clock
        results = body["contents"][2]
        assert results["role"] == "user"
        assert [part["functionResponse"]["name"] for part in results["parts"]] == ["weather", "clock"]

    async def test_the_calls_of_another_provider_are_marked_as_unsigned(
        self, session: aiohttp.ClientSession
    ) -> None:
        said = [ToolCall("call_1", "weather", "{}"), ToolCall("call_2", "clock", "{}")]
        body = await self.asked(session, after_tools(replace(REQUEST, tools=TOOLS), said, "Rain.", "Noon."))
        weather, clock = body["contents"][1]["parts"]
        assert weather["thoughtSignature"] == "skip_thought_signature_validator"
        assert "thoughtSignature" not in clock

    @pytest.mark.parametrize(
        ("choice", "expected"),
        [
            ("auto", {"mode": "AUTO"}),
            ("required", {"mode": "ANY"}),
            ("none", {"mode": "NONE"}),
            ("clock", {"mode": "ANY", "allowedFunctionNames": ["clock"]}),
        ],
    )
    async def test_the_choice_of_tools_is_spelled_as_the_api_has_it(
        self, session: aiohttp.ClientSession, choice: str, expected: dict[str, Any]
    ) -> None:
        body = await self.asked(session, replace(REQUEST, tools=TOOLS, tool_choice=choice))
        assert body["toolConfig"] == {"functionCallingConfig": expected}

    @pytest.mark.parametrize(
        ("name", "effort", "thinking", "limit"),
        [
            ("gemini-2.0-flash", "high", None, 100),
            ("gemini-2.5-pro", "low", {"includeThoughts": True, "thinkingBudget": 1_024}, 1_124),
            ("gemini-3.5-flash", "medium", {"includeThoughts": True, "thinkingLevel": "medium"}, 8_292),
            ("gemini-3.5-flash", None, None, 100),
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
        request = replace(REQUEST, reasoning_effort=effort, max_output_tokens=100, top_p=0.5, stop=("END",))
        generation = (await self.asked(session, request, name=name))["generationConfig"]
        assert (generation.get("thinkingConfig"), generation["maxOutputTokens"]) == (thinking, limit)
        assert (generation["topP"], generation["stopSequences"]) == (0.5, ["END"])
