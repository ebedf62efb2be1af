"""Chroma keeps its contract, embedded and as a server of its own."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from parley.adapters.vectors.chroma import Chroma
from parley.adapters.vectors.chroma_server import ChromaServer
from parley.adapters.vectors.configuration import StoreConfig
from parley.core.knowledge.ports import VectorMirror
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
from tests.adapters.vectors.servers import free_port, wait_until_it_listens


class TestChromaEmbedded(VectorStoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[Chroma | ChromaServer]:
        opened = Chroma.open(StoreConfig(tmp_path / "chroma"))
        yield opened
        await opened.close()

    @pytest.fixture
    async def unreachable(self, tmp_path: Path) -> AsyncIterator[Chroma | ChromaServer]:
        (tmp_path / "file").write_text("")
        opened = Chroma.open(StoreConfig(tmp_path / "file" / "chroma"))
        yield opened
        await opened.close()

    async def test_a_process_finds_what_another_has_written(
        self, store: VectorMirror, tmp_path: Path
    ) -> None:
        workspace, collection = a_workspace(), a_collection()
        await store.put(workspace, MODEL, [stored(1, 0.1, collection)])
        assert keys(await store.nearest(Reader(workspace), asking())) == [1]
        arguments = [str(tmp_path / "chroma"), workspace.hex, collection.hex]
        await asyncio.to_thread(subprocess.run, [sys.executable, "-c", _PUT, *arguments], check=True)
        assert keys(await store.nearest(Reader(workspace), asking())) == [1, 2]
        await store.put(workspace, MODEL, [stored(3, 0.3, collection)])
        assert keys(await store.nearest(Reader(workspace), asking())) == [1, 2, 3]


_PUT = """
import asyncio, sys
from pathlib import Path
from uuid import UUID
from parley.adapters.vectors.chroma import Chroma
from parley.adapters.vectors.chroma_server import ChromaServer
from parley.adapters.vectors.configuration import StoreConfig
from parley.testing.vectors import MODEL, stored

async def main(folder, workspace, collection):
    store = Chroma.open(StoreConfig(Path(folder)))
    await store.put(UUID(workspace), MODEL, [stored(2, 0.2, UUID(collection))])
    await store.close()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real `chroma run`."""
    program = Path(sys.executable).with_name("chroma")
    port = free_port()
    command = [str(program), "run", "--path", str(tmp_path_factory.mktemp("served"))]
    with subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)], stdout=subprocess.DEVNULL
    ) as process:
        try:
            wait_until_it_listens(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


class TestChromaServer(VectorStoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path, server: str) -> AsyncIterator[Chroma | ChromaServer]:
        opened = Chroma.open(StoreConfig(tmp_path, url=server))
        yield opened
        await opened.close()

    @pytest.fixture
    async def unreachable(self, tmp_path: Path) -> AsyncIterator[Chroma | ChromaServer]:
        opened = Chroma.open(StoreConfig(tmp_path, url=f"http://127.0.0.1:{free_port()}"))
        yield opened
        await opened.close()
