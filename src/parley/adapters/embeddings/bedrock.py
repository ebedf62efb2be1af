"""Embeddings of Amazon Bedrock: Titan and Cohere. Not yet run against the real service."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec
from yarl import URL

from parley.adapters.embeddings.remote import (
    EmbeddingServer,
    Patience,
    RemoteEmbedder,
    Reply,
    RequestLimits,
)
from parley.adapters.outbound.aws import NoCredentials, Signer
from parley.core.knowledge.embedding import EmbedderName
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose

_DIMENSIONS = {
    "amazon.titan-embed-text-v2": 1_024,
    "amazon.titan-embed-text-v1": 1_536,
    "cohere.embed-english-v3": 1_024,
    "cohere.embed-multilingual-v3": 1_024,
    "cohere.embed-v4": 1_536,
}
"""By the beginning of the model's name, which may have a region's prefix and a version behind it."""
_COHERE_TYPES = {EmbeddingPurpose.QUERY: "search_query", EmbeddingPurpose.DOCUMENT: "search_document"}
_COUNT = "X-Amzn-Bedrock-Input-Token-Count"


class _Titan(msgspec.Struct, rename="camel"):
    embedding: list[float]
    input_text_token_count: int | None = None


class _ByType(msgspec.Struct):
    float: list[list[float]]


class _Cohere(msgspec.Struct):
    embeddings: list[list[float]] | _ByType


_titan_of = msgspec.json.Decoder(_Titan).decode
_cohere_of = msgspec.json.Decoder(_Cohere).decode


class BedrockEmbedder(RemoteEmbedder):
    """A model behind `POST {base_url}/model/{model}/invoke`: Titan takes one text a request, Cohere 96.

    The server's key is a Bedrock API key; without one, requests are signed by `signer`.
    """

    # Cohere's v3 refuses a longer text; its chunks are far shorter.
    limits = RequestLimits(texts=96, chars=200_000, text_chars=2_000)
    documents_at_once = 8

    def __init__(
        self,
        name: EmbedderName,
        server: EmbeddingServer,
        session: aiohttp.ClientSession,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        *,
        signer: Signer | None = None,
    ) -> None:
        self._cohere = "cohere." in name.model
        super().__init__(name, server, session, patience)
        self._signer = signer
        if not self._cohere:
            self.limits = replace(self.limits, texts=1, text_chars=8_000)

    def usual_dimension(self) -> int:
        return next((size for part, size in _DIMENSIONS.items() if part in self._name.model), 0)

    def request(self, texts: Sequence[str], purpose: EmbeddingPurpose) -> tuple[str | URL, Mapping[str, Any]]:
        # Encoded already: names hold colons and slashes, and the signature covers the path as it is sent.
        path = f"/model/{quote(self._name.model, safe='')}/invoke"
        url = URL(f"{self._server.base_url}{path}", encoded=True)
        return url, self._to_cohere(texts, purpose) if self._cohere else self._to_titan(texts[0])

    async def headers(self, url: str | URL, body: bytes) -> Mapping[str, str]:
        if self._server.api_key is not None:
            return {"Authorization": f"Bearer {self._server.api_key}"}
        if self._signer is None:
            return {}
        try:
            return await self._signer.headers("POST", URL(url), body)
        except NoCredentials as error:
            raise EmbedderUnavailable(
                f"No credentials for Amazon Bedrock. {error.detail}",
                hint=f"Set {self._server.key_setting}, or PARLEY_BEDROCK_ACCESS_KEY_ID with "
                "PARLEY_BEDROCK_SECRET_ACCESS_KEY, or give this machine a role or profile of AWS.",
            ) from error

    def read(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        if not self._cohere:
            answer = _titan_of(body)
            return Reply([answer.embedding], answer.input_text_token_count)
        made = _cohere_of(body).embeddings
        counted = headers.get(_COUNT, "")
        vectors = made.float if isinstance(made, _ByType) else made
        return Reply(vectors, int(counted) if counted.isdecimal() else None)

    def _to_titan(self, text: str) -> Mapping[str, Any]:
        content: dict[str, Any] = {"inputText": text}
        if "-v1" not in self._name.model:  # which knows neither
            content |= {"normalize": True, "dimensions": self._dimension or 1_024}
        return content

    def _to_cohere(self, texts: Sequence[str], purpose: EmbeddingPurpose) -> Mapping[str, Any]:
        content: dict[str, Any] = {"texts": list(texts), "input_type": _COHERE_TYPES[purpose]}
        if "embed-v4" not in self._name.model:
            return content | {"truncate": "END"}
        content |= {"truncate": "RIGHT", "embedding_types": ["float"]}
        if self._name.dimension is not None:
            content["output_dimension"] = self._name.dimension
        return content
