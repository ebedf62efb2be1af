"""Bedrock's embeddings, of Titan and of Cohere, against a real HTTP server that follows a script."""

from collections.abc import Sequence
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from parley.adapters.embeddings.bedrock import BedrockEmbedder
from parley.adapters.embeddings.remote import EmbeddingServer, Patience, RemoteEmbedder
from parley.adapters.outbound.aws import AwsKeys, Signer
from parley.core.knowledge.embedding import EmbedderName
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose, TokenMeter
from tests.adapters.embeddings.scripted import BRISK, KEY, SIZE, RemoteContract, vector_of


class BedrockContract(RemoteContract):
    def make(
        self, server: EmbeddingServer, session: aiohttp.ClientSession, patience: Patience
    ) -> RemoteEmbedder:
        return BedrockEmbedder(self.name, server, session, patience)


class TestTitan(BedrockContract):
    name = EmbedderName("bedrock", "amazon.titan-embed-text-v2:0", SIZE)

    def texts_of(self, body: dict[str, Any]) -> list[str]:
        return [body["inputText"]]

    def reply(self, vectors: Sequence[list[float]]) -> web.Response:
        return web.json_response({"embedding": vectors[0], "inputTextTokenCount": 5})

    async def test_the_request_is_titans_with_one_text_each(self) -> None:
        meter = TokenMeter()
        async with self.made() as (embedder, service):
            await embedder.embed(["Why?", "So."], meter=meter)
        assert service.paths == ["/model/amazon.titan-embed-text-v2%3A0/invoke"] * 2
        assert service.headers[0]["Authorization"] == f"Bearer {KEY}"
        assert sorted(body["inputText"] for body in service.bodies) == ["So.", "Why?"]
        assert (service.bodies[0]["dimensions"], service.bodies[0]["normalize"]) == (SIZE, True)
        assert meter == TokenMeter(10)

    async def test_without_a_key_the_request_is_signed(self) -> None:
        signer = Signer("bedrock", "eu-central-1", AwsKeys("AKIDEXAMPLE", "a secret of nobody"))
        async with self.made() as (_, service), aiohttp.ClientSession() as session:
            server = EmbeddingServer(service.url, None, "A", "B")
            await BedrockEmbedder(self.name, server, session, BRISK, signer=signer).embed(["a"])
        signature = service.headers[0]["Authorization"]
        assert signature.startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
        assert "eu-central-1/bedrock/aws4_request" in signature

    async def test_without_any_credentials_it_says_which_settings_help(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ROLE_ARN"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
        server = EmbeddingServer("http://127.0.0.1:1", None, "A", "PARLEY_BEDROCK_API_KEY")
        async with aiohttp.ClientSession() as session:
            embedder = BedrockEmbedder(
                self.name, server, session, BRISK, signer=Signer("bedrock", "eu-west-1", None)
            )
            with pytest.raises(EmbedderUnavailable, match=r"No credentials.*PARLEY_BEDROCK_API_KEY"):
                await embedder.embed(["a"])


class TestCohere(BedrockContract):
    name = EmbedderName("bedrock", "eu.cohere.embed-v4:0", SIZE)

    def texts_of(self, body: dict[str, Any]) -> list[str]:
        texts: list[str] = body["texts"]
        return texts

    def reply(self, vectors: Sequence[list[float]]) -> web.Response:
        counted = {"X-Amzn-Bedrock-Input-Token-Count": str(3 * len(vectors))}
        return web.json_response({"embeddings": {"float": list(vectors)}}, headers=counted)

    async def test_the_request_is_coheres(self) -> None:
        meter = TokenMeter()
        async with self.made() as (embedder, service):
            await embedder.embed(["Why?"], purpose=EmbeddingPurpose.QUERY, meter=meter)
            await embedder.embed(["So."])
        usual = {"truncate": "RIGHT", "embedding_types": ["float"], "output_dimension": SIZE}
        assert service.bodies == [
            usual | {"texts": ["Why?"], "input_type": "search_query"},
            usual | {"texts": ["So."], "input_type": "search_document"},
        ]
        assert meter == TokenMeter(3)

    async def test_the_version_before_is_asked_and_understood_too(self) -> None:
        async def plain(request: web.Request) -> web.StreamResponse:
            return web.json_response({"embeddings": [vector_of("a", 1_024)]})

        async with self.made(plain) as (_, service), aiohttp.ClientSession() as session:
            name = EmbedderName("bedrock", "cohere.embed-multilingual-v3")
            embedder = BedrockEmbedder(name, self.server(service.url), session, BRISK)
            assert len(await embedder.embed(["x" * 5_000])) == 1
        assert service.bodies == [
            {"texts": ["x" * 2_000], "input_type": "search_document", "truncate": "END"}
        ]
