"""LanceDB keeps its contract, in a folder and in a bucket."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from parley.adapters.outbound.aws import AwsKeys
from parley.adapters.vectors.configuration import StoreConfig
from parley.adapters.vectors.lancedb import LanceDb
from parley.testing.vectors import VectorStoreContract

_KEYS = AwsKeys("AKIATEST", "secret")


@pytest.fixture
async def unreachable(tmp_path: Path) -> AsyncIterator[LanceDb]:
    config = StoreConfig(
        tmp_path,
        url="s3://nowhere/vectors",
        region="us-east-1",
        endpoint="http://127.0.0.1:9",
        aws_keys=_KEYS,
        search_timeout_s=0.5,
        write_timeout_s=0.5,
    )
    opened = LanceDb.open(config)
    yield opened
    await opened.close()


class TestLanceDbInAFolder(VectorStoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[LanceDb]:
        opened = LanceDb.open(StoreConfig(tmp_path / "lancedb"))
        yield opened
        await opened.close()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class TestLanceDbInABucket(VectorStoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path, s3: str) -> AsyncIterator[LanceDb]:
        bucket = tmp_path.name.replace("_", "-").lower()[:60]
        boto3.client(
            "s3", endpoint_url=s3, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
        ).create_bucket(Bucket=bucket)
        config = StoreConfig(
            tmp_path, url=f"s3://{bucket}/vectors", region="us-east-1", endpoint=s3, aws_keys=_KEYS
        )
        opened = LanceDb.open(config)
        yield opened
        await opened.close()
