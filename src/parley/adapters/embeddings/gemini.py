"""Embeddings of the Gemini API. Not yet run against the real service."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from yarl import URL

from parley.adapters.embeddings.remote import RemoteEmbedder, Reply, RequestLimits
from parley.core.knowledge.model import EmbeddingPurpose

_DIMENSIONS = {"gemini-embedding-001": 3_072, "text-embedding-004": 768}
_TASKS = {EmbeddingPurpose.QUERY: "RETRIEVAL_QUERY", EmbeddingPurpose.DOCUMENT: "RETRIEVAL_DOCUMENT"}


class _Vector(msgspec.Struct):
    values: list[float]


class _Answer(msgspec.Struct):
    embeddings: list[_Vector]


_answer_of = msgspec.json.Decoder(_Answer).decode


class GeminiEmbedder(RemoteEmbedder):
    """A model behind `POST {base_url}/models/{model}:batchEmbedContents`, which counts no tokens.

    Vectors of fewer dimensions than the model's own come with another length: they are scaled.
    """

    # 2,048 tokens of a text are read.
    limits = RequestLimits(texts=100, chars=150_000, text_chars=8_000)

    def usual_dimension(self) -> int:
        return _DIMENSIONS.get(self._name.model, 0)

    def request(self, texts: Sequence[str], purpose: EmbeddingPurpose) -> tuple[str | URL, Mapping[str, Any]]:
        model = f"models/{self._name.model.removeprefix('models/')}"
        asked: dict[str, Any] = {"model": model, "taskType": _TASKS[purpose]}
        if self._name.dimension is not None:
            asked["outputDimensionality"] = self._name.dimension
        content = {"requests": [{**asked, "content": {"parts": [{"text": text}]}} for text in texts]}
        return f"{self._server.base_url}/{model}:batchEmbedContents", content

    async def headers(self, url: str | URL, body: bytes) -> Mapping[str, str]:
        key = self._server.api_key
        return {} if key is None else {"x-goog-api-key": key}

    def read(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        return Reply([each.values for each in _answer_of(body).embeddings], None)
