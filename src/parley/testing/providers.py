"""The contract of a ChatModel behind a network: what the adapter of every provider does."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, Protocol

import aiohttp
import pytest

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
from parley.core.llm.ports import ChatModel

REQUEST = ChatRequest((ChatMessage("system", "Be brief."), ChatMessage("user", "Why?")), temperature=0.3)
KEY = "test-key-of-nobody"
INPUT_TOKENS, OUTPUT_TOKENS = 7, 3


class Reply(Protocol):
    """What a script writes with."""

    async def start(self, status: int = 200, **headers: str) -> None: ...

    async def raw(self, text: str) -> None: ...

    def cut(self) -> None:
        """Closes the connection in the middle of the response."""
        ...


class Upstream(Protocol):
    """A server that follows a script, and what it has seen."""

    url: str
    """The base address that an adapter is given."""
    paths: list[str]
    """Path and query of each request, from the base address on."""
    bodies: list[dict[str, Any]]
    headers: list[dict[str, str]]
    closed_by_reader: asyncio.Event


Script = Callable[[Any], Awaitable[None]]
"""Given a `Reply`."""


class Wire(Protocol):
    """A provider's way to say things, as the bytes of its stream."""

    def opening(self) -> str:
        """What comes before any text; INPUT_TOKENS may be told here."""
        ...

    def text(self, text: str) -> str: ...

    def reasoning(self, text: str) -> str: ...

    def ending(self, reason: FinishReason) -> str:
        """The end of a complete answer, with INPUT_TOKENS and OUTPUT_TOKENS where not told before."""
        ...

    def fault(self, message: str) -> str:
        """An error inside the stream."""
        ...


class ProviderContract(ABC):
    """A subclass gives the wire format, the adapter, a scripted server, and the prefix of its settings."""

    wire: Wire
    variables: str
    """Such as PARLEY_OPENAI."""

    @abstractmethod
    def model(
        self,
        url: str,
        session: aiohttp.ClientSession,
        *,
        name: str = "small",
        key: str | None = KEY,
        read_timeout_s: float = 5.0,
    ) -> ChatModel: ...

    @abstractmethod
    def serve(self, script: Script) -> AbstractAsyncContextManager[Upstream]: ...

    @pytest.fixture
    async def session(self) -> AsyncIterator[aiohttp.ClientSession]:
        async with aiohttp.ClientSession() as opened:
            yield opened

    async def collect(
        self, script: Script, session: aiohttp.ClientSession, seen: list[StreamEvent], **options: Any
    ) -> None:
        async with self.serve(script) as served:
            async for batch in self.model(served.url, session, **options).stream(REQUEST):
                seen.extend(batch)

    async def complete(self, reply: Reply, *, reason: FinishReason = FinishReason.STOP) -> None:
        await reply.start()
        await reply.raw(self.wire.opening())
        await reply.raw(self.wire.reasoning("Hm."))
        await reply.raw(self.wire.text("Be"))
        await reply.raw(self.wire.text("cause 🙂."))
        await reply.raw(self.wire.ending(reason))

    async def half(self, reply: Reply) -> None:
        await reply.start()
        await reply.raw(self.wire.opening() + self.wire.text("half"))

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
            TokenUsage(INPUT_TOKENS, OUTPUT_TOKENS),
            Finish(reason),
        ]

    async def test_bytes_split_anywhere_make_the_same_events(self, session: aiohttp.ClientSession) -> None:
        async def dribble(reply: Any) -> None:
            await reply.start()
            said = self.wire.opening() + self.wire.text("Grüße 🙂") + self.wire.ending(FinishReason.STOP)
            for byte in (": ping\n\n" + said).replace("\n", "\r\n").encode():
                await reply.response.write(bytes([byte]))

        seen: list[StreamEvent] = []
        await self.collect(dribble, session, seen)
        assert seen == [
            TextDelta("Grüße 🙂"),
            TokenUsage(INPUT_TOKENS, OUTPUT_TOKENS),
            Finish(FinishReason.STOP),
        ]

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
            await reply.start()
            await reply.raw(self.wire.opening() + self.wire.text("half") + self.wire.fault("overloaded"))

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
            await reply.raw(f'{{"error": {{"message": "no such luck{quoted}"}}}}')

        with pytest.raises(ModelError, match=said) as caught:
            await self.collect(refuse, session, [])
        assert (caught.value.code, caught.value.retryable) == (code, status == 429 or status >= 500)
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
            await reply.raw("data: <html>\n\n")

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
