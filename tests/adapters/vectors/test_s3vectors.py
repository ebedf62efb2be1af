"""S3 Vectors keeps its contract, against a server of our own written from the public description."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from parley.adapters.outbound.aws import AwsKeys
from parley.adapters.vectors.configuration import StoreConfig, WrongStoreSetting
from parley.adapters.vectors.s3vectors import S3Vectors
from parley.core.knowledge.model import VectorStoreUnavailable
from parley.testing.vectors import (
    MODEL,
    Reader,
    VectorStoreContract,
    a_collection,
    a_workspace,
    asking,
    keys,
    stored,
)
from tests.adapters.vectors.s3vectors_server import BUCKET, Buckets
from tests.adapters.vectors.servers import free_port, served

_KEYS = AwsKeys("AKIATEST", "secret")


def _config(folder: Path, url: str, bucket: str = BUCKET) -> StoreConfig:
    return StoreConfig(folder, url=url, bucket=bucket, region="eu-west-1", aws_keys=_KEYS)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with served(Buckets().application()) as url:
        yield url


@pytest.fixture
async def store(tmp_path: Path, address: str) -> AsyncIterator[S3Vectors]:
    opened = S3Vectors.open(_config(tmp_path, address))
    yield opened
    await opened.close()


@pytest.fixture
async def unreachable(tmp_path: Path) -> AsyncIterator[S3Vectors]:
    opened = S3Vectors.open(_config(tmp_path, f"http://127.0.0.1:{free_port()}"))
    yield opened
    await opened.close()


class TestS3Vectors(VectorStoreContract):
    async def test_readers_too_many_to_be_named_leave_it_to_the_database(self, store: S3Vectors) -> None:
        """What S3 Vectors filters by has no more than 2 KB: such a vector meets all, by its key alone."""
        workspace = a_workspace()
        many = frozenset(uuid4() for _ in range(200))
        await store.put(workspace, MODEL, [stored(1, 0.1, a_collection(), many)])
        assert keys(await store.nearest(Reader(workspace, many), asking())) == [1]
        assert keys(await store.nearest(Reader(workspace), asking())) == [1]
        assert await store.nearest(Reader(a_workspace()), asking()) == ()


async def test_a_bucket_that_is_not_there_is_no_empty_one(tmp_path: Path, address: str) -> None:
    store = S3Vectors.open(_config(tmp_path, address, bucket="another"))
    with pytest.raises(VectorStoreUnavailable, match="bucket could not be found"):
        await store.nearest(Reader(a_workspace()), asking())
    await store.close()


async def test_without_a_bucket_or_region_it_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(WrongStoreSetting, match="needs PARLEY_VECTOR_STORE_BUCKET"):
        S3Vectors.open(StoreConfig(tmp_path, region="eu-west-1"))
    with pytest.raises(WrongStoreSetting, match="needs PARLEY_VECTOR_STORE_REGION"):
        S3Vectors.open(StoreConfig(tmp_path, bucket=BUCKET))
