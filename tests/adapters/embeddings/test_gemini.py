"""Gemini's embeddings against a real HTTP server that follows a script."""

from collections.abc import Sequence
from typing import Any

import aiohttp
from aiohttp import web

from parley.adapters.embeddings.gemini import GeminiEmbedder
from parley.adapters.embeddings.remote import EmbeddingServer, Patience, RemoteEmbedder
from parley.core.knowledge.embedding import EmbedderName
from parley.core.knowledge.model import EmbeddingPurpose
from tests.adapters.embeddings.scripted import KEY, SIZE, RemoteContract


class TestGemini(RemoteContract):
    name = EmbedderName("gemini", "gemini-embedding-001", SIZE)

    def make(
        self, server: EmbeddingServer, session: aiohttp.ClientSession, patience: Patience
    ) -> RemoteEmbedder:
        return GeminiEmbedder(self.name, server, session, patience)

    def texts_of(self, body: dict[str, Any]) -> list[str]:
        return [request["content"]["parts"][0]["text"] for request in body["requests"]]

    def reply(self, vectors: Sequence[list[float]]) -> web.Response:
        return web.json_response({"embeddings": [{"values": vector} for vector in vectors]})

    async def test_the_request_is_geminis(self) -> None:
        async with self.made() as (embedder, service):
            await embedder.embed(["Why?"], purpose=EmbeddingPurpose.QUERY)
            await embedder.embed(["So."])
        assert service.paths == ["/models/gemini-embedding-001:batchEmbedContents"] * 2
        assert service.headers[0]["x-goog-api-key"] == KEY
        asked = {"model": "models/gemini-embedding-001", "outputDimensionality": SIZE}
        assert [body["requests"] for body in service.bodies] == [
            [asked | {"taskType": "RETRIEVAL_QUERY", "content": {"parts": [{"text": "Why?"}]}}],
            [asked | {"taskType": "RETRIEVAL_DOCUMENT", "content": {"parts": [{"text": "So."}]}}],
        ]

    async def test_a_wrong_key_is_known_though_it_is_called_a_bad_request(self) -> None:
        async def refuse(_: web.Request) -> web.StreamResponse:
            message = {"error": {"code": 400, "message": f"API key not valid: {KEY}"}}
            return web.json_response(message, status=400)

        said, _ = await self.refused(refuse)
        assert "Check PARLEY_X_API_KEY" in said

    async def test_a_request_takes_a_hundred_texts(self) -> None:
        async with self.made() as (embedder, service):
            await embedder.embed([str(number) for number in range(150)])
        assert [len(body["requests"]) for body in service.bodies] == [100, 50]
