"""The wire format of Anthropic's Messages API against a real HTTP server that follows a script."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from parley.adapters.llm.anthropic import API_VERSION, MAX_OUTPUT_TOKENS, Anthropic
from parley.core.llm.model import (
    ChatMessage,
    ChatRequest,
    Finish,
    FinishReason,
    StreamEvent,
    TextDelta,
    TokenUsage,
)
from parley.testing.providers import INPUT_TOKENS, KEY, OUTPUT_TOKENS, REQUEST
from tests.adapters.llm.scripted import ScriptedContract
from tests.adapters.llm.upstream import Reply, Upstream, event

REASONS = {FinishReason.LENGTH: "max_tokens", FinishReason.CONTENT_FILTER: "refusal"}


def said(kind: str, **data: Any) -> str:
    return event({"type": kind, **data}, kind)


def started(**usage: int) -> str:
    return said("message_start", message={"type": "message", "role": "assistant", "usage": usage})


class AnthropicWire:
    def opening(self) -> str:
        return (
            started(input_tokens=INPUT_TOKENS - 5, cache_read_input_tokens=5, output_tokens=1)
            + said("content_block_start", index=0, content_block={"type": "text", "text": ""})
            + said("ping")
        )

    def text(self, text: str) -> str:
        return said("content_block_delta", index=0, delta={"type": "text_delta", "text": text})

    def reasoning(self, text: str) -> str:
        return said("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": text})

    def ending(self, reason: FinishReason) -> str:
        return (
            said("content_block_stop", index=0)
            + said(
                "message_delta",
                delta={"stop_reason": REASONS.get(reason, "end_turn"), "stop_sequence": None},
                usage={"output_tokens": OUTPUT_TOKENS},
            )
            + said("message_stop")
        )

    def fault(self, message: str) -> str:
        return said("error", error={"type": "overloaded_error", "message": message})


class TestAnthropic(ScriptedContract):
    wire = AnthropicWire()
    variables = "PARLEY_ANTHROPIC"
    adapter = Anthropic

    async def asked(
        self, session: aiohttp.ClientSession, request: ChatRequest, name: str = "claude-sonnet-4-5"
    ) -> tuple[dict[str, Any], Upstream]:
        async with self.serve(self.complete) as served:
            async for _ in self.model(served.url, session, name=name).stream(request):
                pass
        return served.bodies[0], served

    async def test_the_request_carries_instructions_messages_limit_and_key(
        self, session: aiohttp.ClientSession
    ) -> None:
        body, served = await self.asked(session, REQUEST)
        assert served.paths == ["/messages"]
        assert body == {
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
        body, _ = await self.asked(session, replace(REQUEST, messages=(*cut, ChatMessage("user", "And?"))))
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
        body, _ = await self.asked(session, replace(REQUEST, temperature=1.7), name)
        assert body.get("temperature") == expected

    async def test_a_final_count_of_the_prompt_replaces_the_first(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def recounted(reply: Reply) -> None:
            await reply.start()
            await reply.raw(started(input_tokens=1, output_tokens=1) + self.wire.text("yes"))
            usage = {"input_tokens": 30, "output_tokens": 4}
            await reply.raw(said("message_delta", delta={"stop_reason": "end_turn"}, usage=usage))
            await reply.raw(said("message_stop"))

        seen: list[StreamEvent] = []
        await self.collect(recounted, session, seen)
        assert seen == [TextDelta("yes"), TokenUsage(30, 4), Finish(FinishReason.STOP)]
