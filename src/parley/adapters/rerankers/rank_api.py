"""Rerankers behind `POST /rerank`: Cohere, Jina, and servers that speak like them.

Not yet run against the real services.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from parley.adapters.rerankers.remote import RemoteReranker


class _Judgement(msgspec.Struct):
    index: int
    relevance_score: float | None = None
    """As Cohere, Jina and vLLM call it."""
    score: float | None = None
    """As text-embeddings-inference does."""


class _Reply(msgspec.Struct):
    results: list[_Judgement] | None = None
    data: list[_Judgement] | None = None


class RankApi(RemoteReranker):
    """Replies hold `results` or `data`, or are the bare list."""

    path = "/rerank"

    def request(self, question: str, passages: Sequence[str]) -> Mapping[str, Any]:
        return {
            "model": self._server.model,
            "query": question,
            "documents": list(passages),
            "top_n": len(passages),
        }

    def read(self, body: bytes) -> Mapping[int, float]:
        if body.lstrip().startswith(b"["):
            return _by_place(msgspec.json.decode(body, type=list[_Judgement]))
        reply = msgspec.json.decode(body, type=_Reply)
        return _by_place(reply.results or reply.data or [])


def _by_place(judgements: Sequence[_Judgement]) -> dict[int, float]:
    found = {}
    for each in judgements:
        score = each.score if each.relevance_score is None else each.relevance_score
        if score is None:
            raise msgspec.ValidationError("a judgement has neither `relevance_score` nor `score`")
        found[each.index] = score
    return found
