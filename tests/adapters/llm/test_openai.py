"""The OpenAI wire format against a real HTTP server that follows a script."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import aiohttp
import pytest

from parley.adapters.llm.openai import OpenAI, OpenAIConfig
from parley.core.kernel.transactions import marked_as_open
from parley.core.llm.model import (
    ChatMessage,
    ChatRequest,
    Finish,
    FinishReason,
    ModelError,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    TokenUsage,
)
from tests.adapters.llm.upstream import Reply, Script, Upstream, upstream

REQUEST = ChatRequest((ChatMessage("system", "Be brief."), ChatMessage("user", "Why?")), temperature=0.3)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def model(
    served: Upstream, session: aiohttp.ClientSession, *, name: str = "small", key: str | None = "sk-test"
) -> OpenAI:
    return OpenAI(name, OpenAIConfig(served.url, key, connect_timeout_s=2, read_timeout_s=0.5), session)


async def events_of(script: Script, session: aiohttp.ClientSession) -> list[StreamEvent]:
    async with upstream(script) as served:
        return [event async for batch in model(served, session).stream(REQUEST) for event in batch]


async def _good(reply: Reply) -> None:
    await reply.start()
    await reply.chunk(delta={"role": "assistant", "content": ""})
    await reply.chunk(delta={"reasoning_content": "Hm."})
    await reply.text("Be")
    await reply.text("cause 🙂.")
    await reply.chunk(delta={}, finish_reason="stop")
    await reply.usage(7, 3)
    await reply.done()


async def test_text_reasoning_usage_and_finish_come_in_order(session: aiohttp.ClientSession) -> None:
    assert await events_of(_good, session) == [
        ReasoningDelta("Hm."),
        TextDelta("Be"),
        TextDelta("cause 🙂."),
        TokenUsage(7, 3),
        Finish(FinishReason.STOP),
    ]


async def test_the_request_carries_messages_temperature_and_key(session: aiohttp.ClientSession) -> None:
    async with upstream(_good) as served:
        async for _ in model(served, session).stream(REQUEST):
            pass
        async for _ in model(served, session, name="gpt-5-mini", key=None).stream(REQUEST):
            pass
    first, second = served.bodies
    assert first["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Why?"},
    ]
    assert (first["model"], first["temperature"], first["stream"]) == ("small", 0.3, True)
    assert served.headers[0]["Authorization"] == "Bearer sk-test"
    assert "temperature" not in second
    assert "Authorization" not in served.headers[1]


async def test_bytes_split_anywhere_make_the_same_events(session: aiohttp.ClientSession) -> None:
    async def dribble(reply: Reply) -> None:
        await reply.start()
        said = (
            'data: {"choices":[{"delta":{"content":"Grüße 🙂"}}]}\r\n\r\n: ping\r\n\r\ndata: [DONE]\r\n\r\n'
        )
        for byte in said.encode():
            await reply.response.write(bytes([byte]))

    assert await events_of(dribble, session) == [TextDelta("Grüße 🙂"), Finish(FinishReason.STOP)]


async def test_a_clean_end_without_the_final_event_is_an_error(session: aiohttp.ClientSession) -> None:
    async def truncated(reply: Reply) -> None:
        await reply.start()
        await reply.text("half")

    with pytest.raises(ModelError, match="broke off") as caught:
        await events_of(truncated, session)
    assert caught.value.retryable


async def _collect(served: OpenAI, seen: list[StreamEvent]) -> None:
    async for batch in served.stream(REQUEST):
        seen.extend(batch)


async def test_text_before_an_error_in_the_stream_is_delivered_first(session: aiohttp.ClientSession) -> None:
    async def fails(reply: Reply) -> None:
        await reply.start()
        await reply.raw(
            'data: {"choices":[{"delta":{"content":"half"}}]}\n\ndata: {"error":{"message":"overloaded"}}\n\n'
        )

    seen: list[StreamEvent] = []
    async with upstream(fails) as served:
        with pytest.raises(ModelError, match="overloaded"):
            await _collect(model(served, session), seen)
    assert seen == [TextDelta("half")]


@pytest.mark.parametrize(
    ("status", "retryable", "hint"),
    [
        (401, False, "PARLEY_OPENAI_API_KEY"),
        (404, False, "model name"),
        (429, True, "Wait"),
        (500, True, "Ask again"),
    ],
)
async def test_a_refusal_says_why_and_what_to_do(
    session: aiohttp.ClientSession, status: int, retryable: bool, hint: str
) -> None:
    async def refuse(reply: Reply) -> None:
        await reply.start(status, **{"Retry-After": "7"})
        await reply.raw('{"error": {"message": "no such luck"}}')

    with pytest.raises(ModelError, match="no such luck") as caught:
        await events_of(refuse, session)
    assert caught.value.retryable is retryable
    assert hint in caught.value.hint
    assert caught.value.retry_after_s == 7


async def test_a_dropped_connection_is_an_error_worth_retrying(session: aiohttp.ClientSession) -> None:
    async def drop(reply: Reply) -> None:
        await reply.start()
        await reply.text("half")
        reply.cut()

    with pytest.raises(ModelError) as caught:
        await events_of(drop, session)
    assert caught.value.retryable


async def test_a_hanging_server_is_given_up(session: aiohttp.ClientSession) -> None:
    async def hang(reply: Reply) -> None:
        await reply.start()
        await reply.text("half")
        await asyncio.sleep(30)

    with pytest.raises(ModelError, match="in time"):
        await events_of(hang, session)


async def test_something_that_is_no_model_server_is_named(session: aiohttp.ClientSession) -> None:
    async def page(reply: Reply) -> None:
        await reply.start()
        await reply.raw("data: <html>\n\n")

    with pytest.raises(ModelError, match="not a chat completion") as caught:
        await events_of(page, session)
    assert "PARLEY_OPENAI_BASE_URL" in caught.value.hint


async def test_a_server_that_is_not_there_is_named(session: aiohttp.ClientSession) -> None:
    lost = OpenAI("small", OpenAIConfig("http://127.0.0.1:1/v1", None), session)
    with pytest.raises(ModelError, match="cannot be reached"):
        async for _ in lost.stream(REQUEST):
            pass


async def test_closing_the_stream_closes_the_upstream_request(session: aiohttp.ClientSession) -> None:
    async def endless(reply: Reply) -> None:
        await reply.start()
        while True:
            await reply.text("more ")
            await asyncio.sleep(0.01)

    async with upstream(endless) as served:
        async with aclosing(model(served, session).stream(REQUEST)) as batches:
            await anext(batches)
        async with asyncio.timeout(5):
            await served.closed_by_reader.wait()


async def test_it_refuses_to_speak_inside_a_transaction(session: aiohttp.ClientSession) -> None:
    async with upstream(_good) as served:
        with marked_as_open(), pytest.raises(RuntimeError, match="transaction"):
            await anext(model(served, session).stream(REQUEST))
