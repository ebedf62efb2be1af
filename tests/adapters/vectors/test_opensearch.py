"""OpenSearch keeps its contract, against a server of our own written from the public description."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from parley.adapters.outbound.aws import AwsKeys
from parley.adapters.vectors.configuration import StoreConfig, WrongStoreSetting
from parley.adapters.vectors.opensearch import OpenSearch
from parley.core.knowledge.model import VectorStoreUnavailable
from parley.testing.vectors import Reader, VectorStoreContract, a_workspace, asking
from tests.adapters.vectors.opensearch_server import application
from tests.adapters.vectors.servers import free_port, served

_KEY = "parley:secret of nobody"


def _is_known(request: web.Request) -> bool:
    return request.headers.get("Authorization") == aiohttp.encode_basic_auth(*_KEY.split(":"))


def _is_signed(request: web.Request) -> bool:
    given = request.headers.get("Authorization", "")
    return given.startswith("AWS4-HMAC-SHA256 Credential=AKIATEST/") and "/eu-west-1/es/aws4_request" in given


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[OpenSearch]:
    async with served(application(_is_known)) as url:
        opened = OpenSearch.open(StoreConfig(tmp_path, url=url, key=_KEY))
        yield opened
        await opened.close()


@pytest.fixture
async def unreachable(tmp_path: Path) -> AsyncIterator[OpenSearch]:
    opened = OpenSearch.open(StoreConfig(tmp_path, url=f"http://127.0.0.1:{free_port()}"))
    yield opened
    await opened.close()


class TestOpenSearch(VectorStoreContract):
    pass


async def test_requests_to_aws_are_signed(tmp_path: Path) -> None:
    async with served(application(_is_signed)) as url:
        keys = AwsKeys("AKIATEST", "secret")
        signing = OpenSearch.open(StoreConfig(tmp_path, url=url, region="eu-west-1", aws_keys=keys))
        assert await signing.nearest(Reader(a_workspace()), asking()) == ()
        unsigned = OpenSearch.open(StoreConfig(tmp_path, url=url))
        with pytest.raises(VectorStoreUnavailable, match="HTTP 401"):
            await unsigned.nearest(Reader(a_workspace()), asking())
        await signing.close()
        await unsigned.close()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, "needs PARLEY_VECTOR_STORE_URL"),
        ({"url": "https://abc.eu-west-1.aoss.amazonaws.com"}, "OpenSearch Serverless"),
        ({"url": "https://localhost:9200", "key": "no colon"}, "user:password"),
    ],
)
async def test_settings_that_cannot_work_are_refused_at_once(
    tmp_path: Path, config: dict[str, Any], words: str
) -> None:
    with pytest.raises(WrongStoreSetting, match=words):
        OpenSearch.open(StoreConfig(tmp_path, **config))
