"""FAISS keeps its contract, its processes share their files, and many vectors are searched by parts."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.adapters.vectors import faiss
from parley.adapters.vectors.configuration import StoreConfig
from parley.adapters.vectors.faiss import Faiss
from parley.core.knowledge.model import DocumentId, StoredVector, VectorQuery
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


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Faiss]:
    opened = Faiss.open(StoreConfig(tmp_path / "faiss"))
    yield opened
    await opened.close()


@pytest.fixture
async def unreachable(tmp_path: Path) -> AsyncIterator[Faiss]:
    (tmp_path / "file").write_text("")
    opened = Faiss.open(StoreConfig(tmp_path / "file" / "faiss"))
    yield opened
    await opened.close()


class TestFaiss(VectorStoreContract):
    pass


async def test_what_one_process_writes_the_others_find(store: Faiss, tmp_path: Path) -> None:
    other = Faiss.open(StoreConfig(tmp_path / "faiss"))
    workspace, collection = a_workspace(), a_collection()
    await store.put(workspace, MODEL, [stored(1, 0.1, collection)])
    assert keys(await other.nearest(Reader(workspace), asking())) == [1]
    await other.put(workspace, MODEL, [stored(2, 0.2, collection)])
    await store.put(workspace, MODEL, [stored(3, 0.3, collection)])
    await other.remove(workspace, MODEL, [1])
    assert keys(await store.nearest(Reader(workspace), asking())) == [2, 3]
    await store.remove_workspace(workspace)
    assert await other.nearest(Reader(workspace), asking()) == ()
    await other.close()


async def test_files_do_not_grow_with_what_is_replaced(store: Faiss, tmp_path: Path) -> None:
    workspace, collection = a_workspace(), a_collection()
    vectors = [stored(key, key / 1_000, collection) for key in range(1, 601)]
    await store.put(workspace, MODEL, vectors)
    [journal] = (tmp_path / "faiss").glob("*.journal")
    once = journal.stat().st_size
    for _ in range(12):
        await store.put(workspace, MODEL, vectors)
    assert journal.stat().st_size < 5 * once
    assert await store.count(workspace, MODEL) == 600
    assert keys(await store.nearest(Reader(workspace), asking(limit=3))) == [1, 2, 3]
    reopened = Faiss.open(StoreConfig(tmp_path / "faiss"))
    assert keys(await reopened.nearest(Reader(workspace), asking(limit=3))) == [1, 2, 3]
    await reopened.close()


async def test_many_vectors_are_searched_by_parts(store: Faiss, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faiss, "EXACT_UP_TO", 1_000)
    monkeypatch.setattr(faiss, "PARTITIONS", 16)
    monkeypatch.setattr(faiss, "PARTITIONS_SEARCHED", 8)
    workspace, many, few = a_workspace(), a_collection(), a_collection()
    choice = random.Random(3)
    centres = [[choice.gauss(0, 1) for _ in range(16)] for _ in range(16)]

    def near(centre: list[float]) -> tuple[float, ...]:
        moved = [each + choice.gauss(0, 0.2) for each in centre]
        length = sum(each * each for each in moved) ** 0.5
        return tuple(each / length for each in moved)

    vectors = [
        StoredVector(
            key, DocumentId(workspace), few if key % 40 == 0 else many, None, near(centres[key % 16])
        )
        for key in range(1, 2_001)
    ]
    await store.put(workspace, MODEL, vectors[:1_500])
    await store.put(workspace, MODEL, vectors[1_500:])
    hits = 0
    for collection in (many, few):
        for centre in centres:
            asked = near(centre)
            right = sorted(
                (each for each in vectors if each.collection_id == collection),
                key=lambda each: -sum(a * b for a, b in zip(each.vector, asked, strict=True)),
            )[:10]
            found = await store.nearest(Reader(workspace), VectorQuery((collection,), asked, MODEL, 10))
            hits += len({each.chunk_key for each in right} & set(keys(found)))
    assert hits / 320 >= 0.95


async def test_indexes_that_were_not_used_for_longest_leave_memory(
    store: Faiss, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss, "MOST_BYTES", 1)
    workspaces = [a_workspace() for _ in range(3)]
    for key, workspace in enumerate(workspaces, start=1):
        await store.put(workspace, MODEL, [stored(key, 0.1, a_collection())])
    for key, workspace in enumerate(workspaces, start=1):
        assert keys(await store.nearest(Reader(workspace), asking())) == [key]
