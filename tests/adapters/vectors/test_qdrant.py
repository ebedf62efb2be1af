"""Qdrant keeps its contract, against a server of our own over qdrant-client's local mode."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.adapters.vectors.configuration import StoreConfig
from parley.adapters.vectors.qdrant import Qdrant
from parley.core.knowledge.model import VectorStoreUnavailable
from parley.testing.vectors import Reader, VectorStoreContract, a_workspace, asking
from tests.adapters.vectors.qdrant_server import KEY, application
from tests.adapters.vectors.servers import free_port, served


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with served(application()) as url:
        yield url


@pytest.fixture
async def store(tmp_path: Path, address: str) -> AsyncIterator[Qdrant]:
    opened = Qdrant.open(StoreConfig(tmp_path, url=address, key=KEY))
    yield opened
    await opened.close()


@pytest.fixture
async def unreachable(tmp_path: Path) -> AsyncIterator[Qdrant]:
    opened = Qdrant.open(StoreConfig(tmp_path, url=f"http://127.0.0.1:{free_port()}"))
    yield opened
    await opened.close()


class TestQdrant(VectorStoreContract):
    pass


async def test_a_wrong_key_is_told_without_quoting_it(tmp_path: Path, address: str) -> None:
    store = Qdrant.open(StoreConfig(tmp_path, url=address, key="wrong-and-secret"))
    with pytest.raises(VectorStoreUnavailable, match="HTTP 403: it does not accept") as raised:
        await store.nearest(Reader(a_workspace()), asking())
    await store.close()
    assert "PARLEY_VECTOR_STORE_KEY" in raised.value.hint
    assert "wrong-and-secret" not in str(raised.value)
