"""Searches find what the database holds, whatever the mirror knows of it."""

import asyncio
from uuid import uuid4

import pytest

from parley.adapters.database.connection import Database
from parley.core.kernel.transactions import Scope
from parley.core.knowledge import mirrored
from parley.core.knowledge.model import (
    ScoredChunk,
    VectorQuery,
    VectorStoreUnavailable,
)
from parley.testing.mirror import MemoryMirror
from tests.core.knowledge.mirror_scene import EAST, MODEL, Reader, Scene


@pytest.fixture
async def scene(database: Database) -> Scene:
    made = Scene(database)
    await made.add_workspace()
    return made


async def test_the_mirror_learns_everything_and_is_asked_then(scene: Scene) -> None:
    document = await scene.add_document()
    assert await scene.found() == [document]
    assert scene.mirror.asked == 0
    await scene.settle()
    assert await scene.mirror.count(scene.workspace, MODEL) == 1
    assert await scene.found() == [document]
    assert scene.mirror.asked == 1


async def test_what_the_mirror_has_not_learned_is_searched_in_the_database(scene: Scene) -> None:
    near = await scene.add_document()
    gone = await scene.add_document()
    moved = await scene.add_document()
    await scene.settle()
    new = await scene.add_document(vector="[0.8,0.6]")
    await scene.run_sql("DELETE FROM documents WHERE id = :id", id=gone)
    await scene.run_sql("UPDATE chunk_vectors SET embedding = '[0,1]' WHERE document_id = :id", id=moved)
    before = await scene.found()
    assert before == [near, new, moved]
    assert scene.mirror.asked == 1
    await scene.settle()
    assert await scene.found() == before
    assert (await scene.status()).noted == 0
    assert await scene.mirror.count(scene.workspace, MODEL) == 3


async def test_what_has_gone_takes_no_place_of_another(scene: Scene) -> None:
    gone = [await scene.add_document() for _ in range(3)]
    kept = await scene.add_document(vector="[0.6,0.8]")
    await scene.settle()
    await scene.run_sql("DELETE FROM documents WHERE id = ANY (CAST(:ids AS uuid[]))", ids=gone)
    assert await scene.found(limit=3) == [kept]


async def test_access_that_was_taken_away_is_gone_at_once(scene: Scene) -> None:
    user, other = uuid4(), uuid4()
    document = await scene.add_document(principals=[user])
    await scene.settle()
    assert await scene.found(None, user) == [document]
    await scene.run_sql("UPDATE chunk_vectors SET principals = CAST(:others AS uuid[])", others=[other])
    assert await scene.found(None, user) == []
    assert await scene.found(None, other) == [document]
    await scene.settle()
    assert await scene.found(None, user) == []
    assert await scene.found(None, other) == [document]


async def test_a_store_that_fails_is_left_alone_for_a_while(scene: Scene) -> None:
    document = await scene.add_document()
    await scene.settle()
    search = scene.search()
    scene.mirror.down = True
    assert await scene.found(search) == [document]
    scene.mirror.down = False
    assert await scene.found(search) == [document]
    assert scene.mirror.asked == 0
    scene.now += mirrored.SHUT_S
    assert await scene.found(search) == [document]
    assert scene.mirror.asked == 1
    assert [event for _, event, _ in scene.log.events if event == "mirror.failed"] == ["mirror.failed"]


class _Slow:
    """Implements `VectorSearch`; answers once it may."""

    def __init__(self) -> None:
        self.may = asyncio.Event()
        self.begun = asyncio.Semaphore(0)

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        self.begun.release()
        await self.may.wait()
        return ()


class _NeverAnswers(MemoryMirror):
    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        await asyncio.Event().wait()
        return ()


async def test_a_store_that_never_answers_is_not_waited_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirrored, "MIRROR_TIMEOUT_S", 0.01)
    document = await scene.add_document()
    scene.mirror = _NeverAnswers()
    await scene.settle()
    assert await scene.found() == [document]
    assert scene.log.said("mirror.failed")


async def test_the_database_does_not_take_over_more_than_it_can_bear(scene: Scene) -> None:
    await scene.settle()
    scene.mirror.down = True
    database = _Slow()
    search = scene.search(database)
    query = VectorQuery((), EAST, MODEL, 10)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(mirrored.INSTEAD_AT_ONCE):
            tasks.create_task(search.nearest(Reader(scene.workspace), query))
        for _ in range(mirrored.INSTEAD_AT_ONCE):
            await database.begun.acquire()
        with pytest.raises(VectorStoreUnavailable, match="the database has enough to do"):
            await search.nearest(Reader(scene.workspace), query)
        database.may.set()


async def test_a_mirror_too_far_behind_is_not_asked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirrored, "MOST_UNSENT", 2)
    await scene.settle()
    document = await scene.add_document(chunks=3)
    assert await scene.found() == [document] * 3
    assert scene.mirror.asked == 0
