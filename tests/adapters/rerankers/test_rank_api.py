"""Rerankers behind `POST /rerank`, in each shape of reply, and what becomes of those that fail."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from parley.adapters.rerankers.rank_api import RankApi
from parley.adapters.rerankers.remote import RerankerLimits, RerankerServer
from parley.core.knowledge.model import RerankerUnavailable
from parley.testing.rerankers import JUDGED, PASSAGES, QUESTION, RerankerContract
from tests.adapters.rerankers.conftest import Service

KEY = "secret-key-of-the-reranker"
LIMITS = RerankerLimits(whole_s=5.0, pause_s=60.0)


def judged(asked: Mapping[str, Any], score: str = "relevance_score") -> list[dict[str, Any]]:
    """Best first, as the services answer."""
    places = sorted(range(len(asked["documents"])), key=lambda place: -JUDGED[place])
    return [{"index": place, score: JUDGED[place] / 10} for place in places]


def with_texts(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each | {"document": {"text": asked["documents"][each["index"]]}} for each in judged(asked)]


SHAPES = {
    "cohere": lambda asked: {"id": "1", "results": judged(asked), "meta": {"billed_units": {}}},
    "jina": lambda asked: {"model": "m", "results": with_texts(asked), "usage": {"total_tokens": 9}},
    "data": lambda asked: {"object": "list", "data": judged(asked)},
    "bare list": lambda asked: judged(asked, "score"),
}


def make(service: Service, session: aiohttp.ClientSession, limits: RerankerLimits = LIMITS) -> RankApi:
    return RankApi(RerankerServer("cohere", "rerank-v3.5", service.base_url, KEY), session, limits)


@pytest.fixture
def reranker(service: Service, session: aiohttp.ClientSession) -> RankApi:
    service.answer = SHAPES["cohere"]
    return make(service, session)


class TestRankApi(RerankerContract):
    pass


@pytest.mark.parametrize("shape", SHAPES)
async def test_every_shape_of_reply_is_read(service: Service, reranker: RankApi, shape: str) -> None:
    service.answer = SHAPES[shape]
    assert await reranker.relevance(QUESTION, PASSAGES) == [value / 10 for value in JUDGED]


async def test_the_service_is_asked_once_with_all_passages_and_the_key(
    service: Service, reranker: RankApi
) -> None:
    await reranker.relevance(QUESTION, PASSAGES)
    assert service.asked == [
        {"model": "rerank-v3.5", "query": QUESTION, "documents": list(PASSAGES), "top_n": 3}
    ]
    assert (service.paths, service.keys) == (["/v1/rerank"], [f"Bearer {KEY}"])


async def test_only_the_beginning_of_long_texts_is_sent(
    service: Service, session: aiohttp.ClientSession
) -> None:
    service.answer = SHAPES["cohere"]
    short = replace(LIMITS, question_chars=3, passage_chars=4)
    await make(service, session, short).relevance("abcdef", ["123456"])
    assert (service.asked[0]["query"], service.asked[0]["documents"]) == ("abc", ["1234"])


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"<html>", "something else"),
        (b"{}", "judgements of 0 of 3"),
        (b'{"results": [{"index": 0, "relevance_score": 1}]}', "judgements of 1 of 3"),
        (b'{"results": [{"index": 7, "relevance_score": 1}]}', "judgements of 1 of 3"),
        (b'{"results": [{"index": 0}]}', "something else"),
        (b"[" + b" " * 2_000 + b"]", "more than 1,000 bytes"),
    ],
)
async def test_what_is_no_judgement_of_each_passage_is_refused(
    service: Service, session: aiohttp.ClientSession, raw: bytes, says: str
) -> None:
    service.raw = raw
    reranker = make(service, session, replace(LIMITS, reply_bytes=1_000))
    with pytest.raises(RerankerUnavailable, match=says):
        await reranker.relevance(QUESTION, PASSAGES)


@pytest.mark.parametrize("status", [301, 401, 429, 500])
async def test_a_refusal_names_the_status_and_neither_key_nor_the_services_words(
    service: Service, reranker: RankApi, status: int
) -> None:
    service.status, service.raw = status, f"no {KEY} for you".encode()
    with pytest.raises(RerankerUnavailable, match=f"HTTP {status}") as caught:
        await reranker.relevance(QUESTION, PASSAGES)
    assert KEY not in f"{caught.value} {caught.value.hint}"


async def test_one_that_failed_is_left_alone_for_a_while(
    service: Service, session: aiohttp.ClientSession
) -> None:
    service.status = 503
    reranker = make(service, session)
    for _ in range(3):
        with pytest.raises(RerankerUnavailable):
            await reranker.relevance(QUESTION, PASSAGES)
    assert len(service.asked) == 1


async def test_after_the_pause_it_is_asked_again(service: Service, session: aiohttp.ClientSession) -> None:
    service.status = 503
    reranker = make(service, session, replace(LIMITS, pause_s=0.0))
    with pytest.raises(RerankerUnavailable):
        await reranker.relevance(QUESTION, PASSAGES)
    service.status, service.answer = 200, SHAPES["jina"]
    assert len(await reranker.relevance(QUESTION, PASSAGES)) == 3


async def test_one_that_does_not_answer_is_given_up(service: Service, session: aiohttp.ClientSession) -> None:
    service.waits = asyncio.Event()
    with pytest.raises(RerankerUnavailable, match=r"within 0\.1 seconds"):
        await make(service, session, replace(LIMITS, whole_s=0.1)).relevance(QUESTION, PASSAGES)


async def test_one_that_is_not_there_is_told(session: aiohttp.ClientSession) -> None:
    nowhere = RankApi(RerankerServer("jina", "m", "http://127.0.0.1:9"), session, LIMITS)
    with pytest.raises(RerankerUnavailable, match="cannot be reached"):
        await nowhere.relevance(QUESTION, PASSAGES)
