"""The OpenAI wire format against a real HTTP server that follows a script."""

from typing import Any

import aiohttp

from parley.adapters.llm.openai import OpenAI
from parley.core.llm.model import Finish, FinishReason, StreamEvent, TextDelta
from parley.testing.providers import INPUT_TOKENS, KEY, OUTPUT_TOKENS, REQUEST
from tests.adapters.llm.scripted import ScriptedContract
from tests.adapters.llm.upstream import Reply, event

REASONS = {FinishReason.LENGTH: "length", FinishReason.CONTENT_FILTER: "content_filter"}


def chunk(**choice: Any) -> str:
    return event({"choices": [{"index": 0, **choice}]})


class OpenAIWire:
    def opening(self) -> str:
        return chunk(delta={"role": "assistant", "content": ""})

    def text(self, text: str) -> str:
        return chunk(delta={"content": text})

    def reasoning(self, text: str) -> str:
        return chunk(delta={"reasoning_content": text})

    def ending(self, reason: FinishReason) -> str:
        usage = {"prompt_tokens": INPUT_TOKENS, "completion_tokens": OUTPUT_TOKENS}
        return (
            chunk(delta={}, finish_reason=REASONS.get(reason, "stop"))
            + event({"choices": [], "usage": usage})
            + "data: [DONE]\n\n"
        )

    def fault(self, message: str) -> str:
        return event({"error": {"message": message}})


class TestOpenAI(ScriptedContract):
    wire = OpenAIWire()
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
            await reply.raw(self.wire.text("yes") + "data: [DONE]\n\n")

        seen: list[StreamEvent] = []
        await self.collect(terse, session, seen)
        assert seen == [TextDelta("yes"), Finish(FinishReason.STOP)]
