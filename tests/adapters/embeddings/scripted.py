"""A real HTTP server that embeds by a hash, in any wire format, and misbehaves as it is told."""

import asyncio
import hashlib
import json
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from parley.adapters.embeddings.remote import EmbeddingServer, Patience, RemoteEmbedder
from parley.core.knowledge.embedding import EmbedderName
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose, TokenMeter
from parley.core.knowledge.ports import Embedder
from parley.testing.embedders import EmbedderContract

KEY = "sk-of-nobody"
SIZE = 16
BRISK = Patience(question_s=3.0, document_s=3.0, first_pause_s=0.01, attempts=3)
Misbehave = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


def vector_of(text: str, size: int = SIZE) -> list[float]:
    """The same for the same text; its length is not 1."""
    digest = hashlib.sha256(text.encode()).digest()
    return [digest[place % 32] / 100 - 1 for place in range(size)]


@dataclass
class Service:
    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    running: int = 0
    most_running: int = 0


@asynccontextmanager
async def serving(
    answer: Callable[[dict[str, Any]], web.Response], misbehave: Misbehave | None = None
) -> AsyncIterator[Service]:
    service = Service()

    async def handler(request: web.Request) -> web.StreamResponse:
        service.running += 1
        service.most_running = max(service.most_running, service.running)
        try:
            body = json.loads(await request.read())
            service.bodies.append(body)
            service.headers.append(dict(request.headers))
            service.paths.append(request.raw_path)
            instead = None if misbehave is None else await misbehave(request)
            return instead or answer(body)
        finally:
            service.running -= 1

    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/{path:.*}", handler)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    service.url = f"http://{host}:{port}"
    try:
        yield service
    finally:
        await runner.cleanup()


class RemoteContract(EmbedderContract):
    """What an adapter behind a network keeps to; it says how its service answers."""

    name: EmbedderName

    @abstractmethod
    def make(
        self, server: EmbeddingServer, session: aiohttp.ClientSession, patience: Patience
    ) -> RemoteEmbedder: ...

    @abstractmethod
    def texts_of(self, body: dict[str, Any]) -> list[str]: ...

    @abstractmethod
    def reply(self, vectors: Sequence[list[float]]) -> web.Response: ...

    def answer(self, body: dict[str, Any]) -> web.Response:
        return self.reply([vector_of(text) for text in self.texts_of(body)])

    @asynccontextmanager
    async def made(
        self, misbehave: Misbehave | None = None, patience: Patience = BRISK
    ) -> AsyncIterator[tuple[RemoteEmbedder, Service]]:
        async with serving(self.answer, misbehave) as service, aiohttp.ClientSession() as session:
            yield self.make(self.server(service.url), session, patience), service

    def server(self, url: str) -> EmbeddingServer:
        return EmbeddingServer(url, KEY, "PARLEY_X_BASE_URL", "PARLEY_X_API_KEY")

    @pytest.fixture
    async def embedder(self) -> AsyncIterator[Embedder]:
        async with self.made() as (embedder, _):
            yield embedder

    async def refused(self, misbehave: Misbehave, patience: Patience = BRISK) -> tuple[str, Service]:
        """What the error says, to documents."""
        async with self.made(misbehave, patience) as (embedder, service):
            with pytest.raises(EmbedderUnavailable) as caught:
                await embedder.embed(["a"])
        said = str(caught.value)
        assert KEY not in said
        return said, service

    async def test_what_was_read_is_told_to_whoever_pays(self) -> None:
        meter = TokenMeter()
        async with self.made() as (embedder, _):
            await embedder.embed(["one", "two"], meter=meter)
        assert meter.tokens > 0

    async def test_a_limit_is_waited_out_as_the_server_says(self) -> None:
        asked = 0

        async def limit_twice(_: web.Request) -> web.StreamResponse | None:
            nonlocal asked
            asked += 1
            return web.Response(status=429, headers={"Retry-After": "0.01"}) if asked < 3 else None

        async with self.made(limit_twice) as (embedder, service):
            assert len(await embedder.embed(["a"])) == 1
        assert len(service.bodies) == 3

    async def test_a_wait_beyond_the_deadline_is_not_begun(self) -> None:
        async def limit(_: web.Request) -> web.StreamResponse:
            return web.Response(status=429, headers={"Retry-After": "3600"})

        said, service = await self.refused(limit)
        assert "HTTP 429" in said
        assert len(service.bodies) == 1

    async def test_a_server_that_stays_broken_is_asked_a_few_times(self) -> None:
        async def fail(_: web.Request) -> web.StreamResponse:
            return web.Response(status=503, text='{"error": {"message": "overloaded"}}')

        said, service = await self.refused(fail)
        assert "HTTP 503: overloaded" in said
        assert len(service.bodies) == BRISK.attempts

    async def test_a_question_does_not_wait_for_a_server_that_has_just_failed(self) -> None:
        async def fail(_: web.Request) -> web.StreamResponse:
            return web.Response(status=503)

        async with self.made(fail) as (embedder, service):
            for _ in range(3):
                with pytest.raises(EmbedderUnavailable):
                    await embedder.embed(["a"], purpose=EmbeddingPurpose.QUERY)
        assert len(service.bodies) == BRISK.attempts

    async def test_a_server_that_hangs_is_given_up_at_the_deadline(self) -> None:
        async def hang(_: web.Request) -> web.StreamResponse:
            await asyncio.Event().wait()
            raise AssertionError

        said, _ = await self.refused(hang, Patience(document_s=0.1))
        assert "did not answer in time" in said

    @pytest.mark.parametrize("status", [401, 403])
    async def test_a_key_that_is_refused_is_named_by_its_setting_and_not_quoted(self, status: int) -> None:
        async def refuse(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, text=f'{{"error": {{"message": "bad key {KEY}"}}}}')

        said, service = await self.refused(refuse)
        assert "Check PARLEY_X_API_KEY" in said
        assert len(service.bodies) == 1

    async def test_an_unknown_model_is_named_with_both_settings(self) -> None:
        async def refuse(_: web.Request) -> web.StreamResponse:
            return web.Response(status=404, text='{"message": "no such model"}')

        said, _ = await self.refused(refuse)
        assert "PARLEY_EMBEDDER" in said
        assert "PARLEY_X_BASE_URL" in said

    async def test_a_redirection_is_not_followed_with_the_key(self) -> None:
        async def redirect(_: web.Request) -> web.StreamResponse:
            return web.Response(status=307, headers={"Location": "/elsewhere"})

        said, service = await self.refused(redirect)
        assert "Set PARLEY_X_BASE_URL" in said
        assert len(service.bodies) == 1

    @pytest.mark.parametrize("text", ["<html>", "{}", "[]", ""])
    async def test_a_reply_that_is_none_is_told(self, text: str) -> None:
        async def nonsense(_: web.Request) -> web.StreamResponse:
            return web.Response(text=text)

        said, _ = await self.refused(nonsense)
        assert "PARLEY_X_BASE_URL" in said

    async def test_vectors_of_another_dimension_are_refused(self) -> None:
        async with self.made() as (embedder, _):
            await embedder.embed(["a"])

        async def longer(request: web.Request) -> web.StreamResponse:
            texts = self.texts_of(json.loads(await request.read()))
            return self.reply([vector_of(text, SIZE + 1) for text in texts])

        async with self.made(longer) as (embedder, _):
            embedder._dimension = SIZE
            with pytest.raises(EmbedderUnavailable, match=f"{SIZE + 1} dimensions, not {SIZE}"):
                await embedder.embed(["a"])

    async def test_vectors_that_cannot_be_stored_are_refused(self) -> None:
        async def huge(request: web.Request) -> web.StreamResponse:
            return self.reply([vector_of("a", 4_096)])

        said, _ = await self.refused(huge)
        assert "4096 dimensions" in said
        assert "3,900" in said

    @pytest.mark.parametrize("value", [0.0, float("inf")])
    async def test_vectors_without_a_direction_are_refused(self, value: float) -> None:
        async def flat(_: web.Request) -> web.StreamResponse:
            return self.reply([[value if value == 0 else 1e308] * SIZE])

        assert "without a direction" in (await self.refused(flat))[0]

    async def test_a_server_that_is_not_there_is_named_by_its_setting(self) -> None:
        async with aiohttp.ClientSession() as session:
            embedder = self.make(self.server("http://127.0.0.1:1"), session, BRISK)
            with pytest.raises(EmbedderUnavailable, match=r"cannot be reached.*PARLEY_X_BASE_URL"):
                await embedder.embed(["a"])

    async def test_only_a_few_requests_run_at_once_and_questions_apart_from_documents(self) -> None:
        everyone, question = asyncio.Event(), asyncio.Event()

        async def wait(request: web.Request) -> web.StreamResponse | None:
            texts = self.texts_of(json.loads(await request.read()))
            if any("question" in text for text in texts):
                question.set()
            else:
                await everyone.wait()
            return None

        async with self.made(wait, Patience()) as (embedder, service):
            many = ["x" * 1_900 + str(number) for number in range(3_000)]
            documents = asyncio.create_task(embedder.embed(many))
            async with asyncio.timeout(30):
                await embedder.embed(["question"], purpose=EmbeddingPurpose.QUERY)
                await question.wait()
                everyone.set()
                assert len(await documents) == len(many)
            assert service.most_running <= embedder.documents_at_once + 1
