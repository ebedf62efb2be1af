"""The wire format of the Gemini API against a real HTTP server that follows a script."""

from dataclasses import replace
from typing import Any

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
)
from parley.testing.providers import INPUT_TOKENS, KEY, OUTPUT_TOKENS, REQUEST
from tests.adapters.llm.scripted import ScriptedContract
from tests.adapters.llm.upstream import Reply, event

REASONS = {FinishReason.LENGTH: "MAX_TOKENS", FinishReason.CONTENT_FILTER: "SAFETY"}
COUNT = {"promptTokenCount": INPUT_TOKENS, "candidatesTokenCount": OUTPUT_TOKENS - 1, "thoughtsTokenCount": 1}


def parts(*said: dict[str, Any], **candidate: Any) -> str:
    content = {"role": "model", "parts": list(said)}
    return event({"candidates": [{"content": content, "index": 0, **candidate}], "modelVersion": "small"})


class GeminiWire:
    def opening(self) -> str:
        return ""

    def text(self, text: str) -> str:
        return parts({"text": text})

    def reasoning(self, text: str) -> str:
        return parts({"text": text, "thought": True})

    def ending(self, reason: FinishReason) -> str:
        candidate = {"finishReason": REASONS.get(reason, "STOP"), "index": 0}
        return event({"candidates": [candidate], "usageMetadata": COUNT})

    def fault(self, message: str) -> str:
        return event({"error": {"code": 503, "message": message, "status": "UNAVAILABLE"}})


class TestGemini(ScriptedContract):
    wire = GeminiWire()
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
            await reply.raw(event({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": COUNT}))

        seen: list[StreamEvent] = []
        await self.collect(block, session, seen)
        assert seen == [TokenUsage(INPUT_TOKENS, OUTPUT_TOKENS), Finish(FinishReason.CONTENT_FILTER)]

    async def test_an_end_for_an_unknown_reason_is_an_error(self, session: aiohttp.ClientSession) -> None:
        async def give_up(reply: Reply) -> None:
            await reply.start()
            await reply.raw(parts({"text": "half"}, finishReason="MALFORMED_FUNCTION_CALL"))

        with pytest.raises(ModelError, match="ended with MALFORMED_FUNCTION_CALL"):
            await self.collect(give_up, session, [])

    async def test_a_key_that_gemini_calls_an_invalid_argument_is_named(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def refuse(reply: Reply) -> None:
            await reply.start(400)
            await reply.raw('{"error": {"code": 400, "message": "API key not valid."}}')

        with pytest.raises(ModelError, match="does not accept this server's key") as caught:
            await self.collect(refuse, session, [])
        assert "PARLEY_GEMINI_API_KEY" in caught.value.hint
