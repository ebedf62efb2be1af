"""The contract of a ChatModel behind a network: what the adapter of every provider does."""

import asyncio
from contextlib import aclosing
from typing import Any

import aiohttp
import pytest

from parley.core.kernel.transactions import marked_as_open
from parley.core.llm.model import (
    Finish,
    FinishReason,
    ModelError,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    ToolCall,
)
from parley.testing.provider_prompts import PromptContract
from parley.testing.scripted_providers import KEY, REQUEST, Reply, Upstream
from parley.testing.upstream.wires import USED


class ProviderContract(PromptContract):
    """Streams, their faults and their ends; what a request may ask is in the contract that it builds on."""

    async def complete(self, reply: Reply, *, reason: FinishReason = FinishReason.STOP) -> None:
        wire = self.wire()
        await reply.start()
        await reply.raw(wire.opening())
        await reply.raw(wire.reasoning("Hm."))
        await reply.raw(wire.text("Be"))
        await reply.raw(wire.text("cause 🙂."))
        await reply.raw(wire.ending(reason))

    async def half(self, reply: Reply) -> None:
        wire = self.wire()
        await reply.start()
        await reply.raw(wire.opening() + wire.text("half"))

    @pytest.mark.parametrize(
        "reason", [FinishReason.STOP, FinishReason.LENGTH, FinishReason.CONTENT_FILTER], ids=str
    )
    async def test_reasoning_text_usage_and_the_reason_of_the_end_come_in_order(
        self, session: aiohttp.ClientSession, reason: FinishReason
    ) -> None:
        async def answer(reply: Reply) -> None:
            await self.complete(reply, reason=reason)

        seen: list[StreamEvent] = []
        await self.collect(answer, session, seen)
        assert seen == [
            ReasoningDelta("Hm."),
            TextDelta("Be"),
            TextDelta("cause 🙂."),
            USED,
            Finish(reason),
        ]

    async def test_bytes_split_anywhere_make_the_same_events(self, session: aiohttp.ClientSession) -> None:
        async def dribble(reply: Any) -> None:
            wire = self.wire()
            await reply.start()
            said = (
                wire.opening() + wire.text("Grüße 🙂") + wire.tool_calls([ToolCall("c", "look", '{"a":"ä"}')])
            )
            for byte in said + wire.ending(FinishReason.TOOL_CALLS):
                await reply.raw(bytes([byte]))

        seen: list[StreamEvent] = []
        await self.collect(dribble, session, seen)
        text, call, *end = seen
        assert text == TextDelta("Grüße 🙂")
        assert isinstance(call, ToolCall)
        assert (call.name, call.arguments) == ("look", '{"a":"ä"}')
        assert end == [USED, Finish(FinishReason.TOOL_CALLS)]

    async def test_a_clean_end_without_the_final_event_is_an_error(
        self, session: aiohttp.ClientSession
    ) -> None:
        seen: list[StreamEvent] = []
        with pytest.raises(ModelError, match="broke off") as caught:
            await self.collect(self.half, session, seen)
        assert seen == [TextDelta("half")]
        assert caught.value.retryable

    async def test_text_before_an_error_in_the_stream_is_delivered_first(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def fail(reply: Reply) -> None:
            wire = self.wire()
            await reply.start()
            await reply.raw(wire.opening() + wire.text("half") + wire.fault("overloaded"))

        seen: list[StreamEvent] = []
        with pytest.raises(ModelError, match="overloaded") as caught:
            await self.collect(fail, session, seen)
        assert seen == [TextDelta("half")]
        assert caught.value.retryable

    @pytest.mark.parametrize(
        ("status", "code", "said", "hint"),
        [
            (307, "model_failed", "no such luck", "{}_BASE_URL"),
            (400, "model_failed", "no such luck", "Ask again"),
            (401, "model_failed", "does not accept this server's key", "{}_API_KEY"),
            (403, "model_failed", "does not accept this server's key", "{}_API_KEY"),
            (404, "model_failed", "no such luck", "{}_BASE_URL"),
            (429, "model_limited", "no such luck", "Wait"),
            (500, "model_failed", "no such luck", "Ask again"),
            (529, "model_failed", "no such luck", "Ask again"),
        ],
    )
    async def test_a_refusal_says_why_and_what_to_do(
        self, session: aiohttp.ClientSession, status: int, code: str, said: str, hint: str
    ) -> None:
        async def refuse(reply: Reply) -> None:
            await reply.start(status, **{"Retry-After": "7", "Location": "http://127.0.0.1:1/elsewhere"})
            quoted = f", {KEY}" if status in {401, 403} else ""
            await reply.raw(self.wire().refusal(status, f"no such luck{quoted}"))

        with pytest.raises(ModelError, match=said) as caught:
            await self.collect(refuse, session, [])
        assert (caught.value.code, caught.value.retryable) == (code, status == 429 or status >= 500)
        assert "{" not in caught.value.detail  # the words, not the JSON that they come in
        assert hint.format(self.variables) in caught.value.hint
        assert caught.value.retry_after_s == 7
        assert KEY not in str(caught.value)

    async def test_a_dropped_connection_is_an_error_worth_retrying(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def drop(reply: Reply) -> None:
            await self.half(reply)
            reply.cut()

        with pytest.raises(ModelError) as caught:
            await self.collect(drop, session, [])
        assert caught.value.retryable

    async def test_a_hanging_server_is_given_up(self, session: aiohttp.ClientSession) -> None:
        async def hang(reply: Reply) -> None:
            await self.half(reply)
            await asyncio.Event().wait()

        with pytest.raises(ModelError, match="in time") as caught:
            await self.collect(hang, session, [], read_timeout_s=0.2)
        assert caught.value.retryable

    async def test_something_that_is_no_model_server_is_named(self, session: aiohttp.ClientSession) -> None:
        async def page(reply: Reply) -> None:
            await reply.start()
            await reply.raw(b"data: <html>A page, not a model.</html>\n\n")

        with pytest.raises(ModelError, match="not part of an answer") as caught:
            await self.collect(page, session, [])
        assert f"{self.variables}_BASE_URL" in caught.value.hint

    async def test_a_server_that_is_not_there_is_named(self, session: aiohttp.ClientSession) -> None:
        lost = self.model("http://127.0.0.1:1/v1", session)
        with pytest.raises(ModelError, match="cannot be reached") as caught:
            await anext(lost.stream(REQUEST))
        assert f"{self.variables}_BASE_URL" in caught.value.hint

    async def test_closing_the_stream_closes_the_upstream_request(
        self, session: aiohttp.ClientSession
    ) -> None:
        async def stall(reply: Reply) -> None:
            await self.half(reply)
            await asyncio.Event().wait()

        async with self.serve(stall) as served:
            async with aclosing(self.model(served.url, session).stream(REQUEST)) as batches:
                await anext(batches)
            async with asyncio.timeout(5):
                await served.closed_by_reader.wait()

    async def test_cancelling_the_reader_closes_the_upstream_request(
        self, session: aiohttp.ClientSession
    ) -> None:
        reading = asyncio.Event()

        async def stall(reply: Reply) -> None:
            await self.half(reply)
            reading.set()
            await asyncio.Event().wait()

        async with self.serve(stall) as served:
            reader = asyncio.create_task(self._read(served, session))
            async with asyncio.timeout(5):
                await reading.wait()
                reader.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await reader
                await served.closed_by_reader.wait()

    async def _read(self, served: Upstream, session: aiohttp.ClientSession) -> None:
        async with aclosing(self.model(served.url, session).stream(REQUEST)) as batches:
            async for _ in batches:
                pass

    async def test_the_key_goes_into_a_header_and_nowhere_else(self, session: aiohttp.ClientSession) -> None:
        async with self.serve(self.complete) as served:
            await self._read(served, session)
            async for _ in self.model(served.url, session, key=None).stream(REQUEST):
                pass
        with_key, without = served.headers
        assert [name for name, value in with_key.items() if KEY in value] != []
        assert KEY not in f"{served.paths} {served.bodies} {without}"

    async def test_it_refuses_to_speak_inside_a_transaction(self, session: aiohttp.ClientSession) -> None:
        async with self.serve(self.complete) as served:
            with marked_as_open(), pytest.raises(RuntimeError, match="transaction"):
                await anext(self.model(served.url, session).stream(REQUEST))
