"""OpenAI's embeddings against a real HTTP server that follows a script."""

from collections.abc import Sequence
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from parley.adapters.embeddings.openai import OpenAIEmbedder
from parley.adapters.embeddings.remote import EmbeddingServer, Patience, RemoteEmbedder
from parley.core.knowledge.embedding import EmbedderName
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose, TokenMeter
from tests.adapters.embeddings.scripted import BRISK, KEY, SIZE, RemoteContract, vector_of


class TestOpenAI(RemoteContract):
    name = EmbedderName("openai", "house-model")

    def make(
        self, server: EmbeddingServer, session: aiohttp.ClientSession, patience: Patience
    ) -> RemoteEmbedder:
        return OpenAIEmbedder(self.name, server, session, patience)

    def texts_of(self, body: dict[str, Any]) -> list[str]:
        texts: list[str] = body["input"]
        return texts

    def reply(self, vectors: Sequence[list[float]]) -> web.Response:
        data = [{"index": index, "embedding": vector} for index, vector in enumerate(vectors)]
        # Servers may answer in any order.
        return web.json_response({"data": data[::-1], "usage": {"prompt_tokens": 7 * len(vectors)}})

    async def test_the_request_is_openais(self) -> None:
        async with self.made() as (embedder, service):
            await embedder.embed(["Why?"])
        assert service.paths == ["/embeddings"]
        assert service.bodies == [{"model": "house-model", "input": ["Why?"], "encoding_format": "float"}]
        assert service.headers[0]["Authorization"] == f"Bearer {KEY}"

    async def test_the_providers_count_is_taken(self) -> None:
        meter = TokenMeter()
        async with self.made() as (embedder, _):
            await embedder.embed(["a", "b"], meter=meter)
        assert meter == TokenMeter(14)

    async def test_without_a_count_the_tokens_are_estimated(self) -> None:
        async def uncounted(request: web.Request) -> web.StreamResponse:
            return web.json_response({"data": [{"embedding": vector_of("a")}]})

        meter = TokenMeter()
        async with self.made(uncounted) as (embedder, _):
            await embedder.embed(["12345678"], meter=meter)
        assert meter == TokenMeter(3, estimated=True)

    async def test_the_dimension_is_learned_from_the_first_vector(self) -> None:
        async with self.made() as (embedder, _):
            assert embedder.dimension == 0
            await embedder.embed(["a"])
            assert embedder.dimension == SIZE

    async def test_fewer_dimensions_are_asked_for_and_checked(self) -> None:
        name = EmbedderName.parse("openai:text-embedding-3-small@12")
        async with self.made() as (_, service), aiohttp.ClientSession() as session:
            embedder = OpenAIEmbedder(name, self.server(service.url), session, BRISK)
            assert embedder.model == "openai:text-embedding-3-small@12"
            with pytest.raises(EmbedderUnavailable, match="16 dimensions, not 12"):
                await embedder.embed(["a"])
        assert service.bodies[0]["dimensions"] == 12

    async def test_a_request_takes_so_many_texts_and_characters(self) -> None:
        async with self.made() as (embedder, service):
            await embedder.embed([str(number) for number in range(200)])
            assert [len(body["input"]) for body in service.bodies] == [128, 72]
            service.bodies.clear()
            await embedder.embed(["x" * 8_000] * 30)
            assert sorted(len(body["input"]) for body in service.bodies) == [5, 25]
            service.bodies.clear()
            await embedder.embed(["y" * 9_000])
            assert len(service.bodies[0]["input"][0]) == 8_000

    @pytest.mark.parametrize(
        ("model", "question", "document"),
        [
            ("nomic-embed-text:v1.5", "search_query: Why?", "search_document: Why?"),
            ("intfloat/multilingual-E5-large", "query: Why?", "passage: Why?"),
            ("text-embedding-3-large", "Why?", "Why?"),
        ],
    )
    async def test_models_that_read_their_purpose_in_the_text_are_told(
        self, model: str, question: str, document: str
    ) -> None:
        async def any_size(request: web.Request) -> web.StreamResponse:
            return self.reply([vector_of("a", 3_072)])

        async with self.made(any_size) as (_, service), aiohttp.ClientSession() as session:
            embedder = OpenAIEmbedder(EmbedderName("openai", model), self.server(service.url), session, BRISK)
            await embedder.embed(["Why?"], purpose=EmbeddingPurpose.QUERY)
            await embedder.embed(["Why?"])
        assert [body["input"] for body in service.bodies] == [[question], [document]]

    async def test_without_a_key_none_is_sent(self) -> None:
        async with self.made() as (_, service), aiohttp.ClientSession() as session:
            keyless = EmbeddingServer(service.url, None, "A", "B")
            await OpenAIEmbedder(self.name, keyless, session, BRISK).embed(["a"])
        assert "Authorization" not in service.headers[0]
