"""Pinecone keeps its contract, against a server of our own written from the public description."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.adapters.vectors.configuration import StoreConfig, WrongStoreSetting
from parley.adapters.vectors.pinecone import Pinecone
from parley.testing.vectors import DIMENSION, VectorStoreContract
from tests.adapters.vectors.pinecone_server import KEY, Index
from tests.adapters.vectors.servers import free_port, served


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Pinecone]:
    async with served(Index(DIMENSION).application()) as url:
        opened = Pinecone.open(StoreConfig(tmp_path, url=url, key=KEY))
        yield opened
        await opened.close()


@pytest.fixture
async def unreachable(tmp_path: Path) -> AsyncIterator[Pinecone]:
    opened = Pinecone.open(StoreConfig(tmp_path, url=f"http://127.0.0.1:{free_port()}", key=KEY))
    yield opened
    await opened.close()


class TestPinecone(VectorStoreContract):
    fixed_dimension = True


async def test_without_a_key_it_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(WrongStoreSetting, match="needs PARLEY_VECTOR_STORE_KEY"):
        Pinecone.open(StoreConfig(tmp_path, url="https://acme.svc.pinecone.io"))
