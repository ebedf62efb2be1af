"""Embeddings in OpenAI's wire format: OpenAI itself, vLLM, Ollama, text-embeddings-inference and others."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from yarl import URL

from parley.adapters.embeddings.remote import RemoteEmbedder, Reply, RequestLimits
from parley.core.knowledge.model import EmbeddingPurpose

_DIMENSIONS = {
    "text-embedding-3-small": 1_536,
    "text-embedding-3-large": 3_072,
    "text-embedding-ada-002": 1_536,
}

_PREFIXES = {
    "nomic-embed-text": ("search_query: ", "search_document: "),
    "embeddinggemma": ("task: search result | query: ", "title: none | text: "),
    "e5-": ("query: ", "passage: "),
    "mxbai-embed-large": ("Represent this sentence for searching relevant passages: ", ""),
    "snowflake-arctic-embed": ("query: ", ""),
    "qwen3-embedding": (
        "Instruct: Given a question, retrieve passages that answer the question\nQuery: ",
        "",
    ),
}
"""Before a question and before a document, by a part of the model's name: this API has no input types, and
these families were trained to read theirs in the text."""


class _Vector(msgspec.Struct):
    embedding: list[float]
    index: int = -1


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None


class _Answer(msgspec.Struct):
    data: list[_Vector]
    usage: _Usage | None = None


_answer_of = msgspec.json.Decoder(_Answer).decode


class OpenAIEmbedder(RemoteEmbedder):
    """A model behind `POST {base_url}/embeddings`."""

    # 8,192 tokens are its most; 8,000 characters stay below them in nearly every script.
    limits = RequestLimits(texts=128, chars=200_000, text_chars=8_000)

    def usual_dimension(self) -> int:
        return _DIMENSIONS.get(self._name.model, 0)

    def request(self, texts: Sequence[str], purpose: EmbeddingPurpose) -> tuple[str | URL, Mapping[str, Any]]:
        prefix = self._prefix(purpose)
        content: dict[str, Any] = {
            "model": self._name.model,
            "input": [f"{prefix}{text}" for text in texts],
            "encoding_format": "float",
        }
        if self._name.dimension is not None:
            content["dimensions"] = self._name.dimension
        return f"{self._server.base_url}/embeddings", content

    async def headers(self, url: str | URL, body: bytes) -> Mapping[str, str]:
        key = self._server.api_key
        return {} if key is None else {"Authorization": f"Bearer {key}"}

    def read(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        answer = _answer_of(body)
        vectors = answer.data
        if all(each.index >= 0 for each in vectors):
            vectors = sorted(vectors, key=lambda each: each.index)
        # Servers that do not count say 0.
        counted = answer.usage.prompt_tokens if answer.usage else None
        return Reply([each.embedding for each in vectors], counted or None)

    def _prefix(self, purpose: EmbeddingPurpose) -> str:
        name = self._name.model.lower()
        question, document = next((given for part, given in _PREFIXES.items() if part in name), ("", ""))
        return question if purpose is EmbeddingPurpose.QUERY else document
