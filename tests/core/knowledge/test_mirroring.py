"""The mirror ends up like the database, whatever fails."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, DatabaseUnavailable, execute
from parley.adapters.database.mirrors import PostgresMirrors
from parley.core.kernel.errors import InvalidInput
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.kernel.transactions import Transaction
from parley.core.knowledge.mirroring import KeepMirror, MirrorLimits
from parley.core.knowledge.model import (
    StoredVector,
)
from parley.testing.mirror import MemoryMirror
from tests.core.knowledge.mirror_scene import EAST, MODEL, Scene


@pytest.fixture
async def scene(database: Database) -> Scene:
    made = Scene(database)
    await made.add_workspace()
    return made


async def test_nothing_is_lost_while_the_store_is_down(scene: Scene) -> None:
    first = await scene.add_document()
    await scene.settle()
    scene.mirror.down = True
    second = await scene.add_document(vector="[0.6,0.8]")
    await scene.keeper().step()
    status = await scene.status()
    assert (status.noted, status.failure) == (1, "The vector store is down. Start it.")
    assert await scene.found() == [first, second]
    scene.mirror.down = False
    await scene.settle()
    assert await scene.mirror.count(scene.workspace, MODEL) == 2
    status = await scene.status()
    assert (status.noted, status.failure) == (0, "")


async def test_each_failure_in_a_row_is_waited_for_longer(scene: Scene) -> None:
    await scene.add_document()
    scene.mirror.down = True
    keeper = scene.keeper(limits=MirrorLimits(first_delay_s=1e-9, longest_delay_s=4e-9))
    for _ in range(4):
        assert await keeper.step()
    waits = [fields["again_in_s"] for _, event, fields in scene.log.events if event == "mirror.postponed"]
    assert waits == [1e-9, 2e-9, 4e-9, 4e-9]
    waiting = scene.keeper(limits=MirrorLimits(first_delay_s=1_000, longest_delay_s=1_000))
    assert await waiting.step()
    assert not await waiting.step()


class _Death(BaseException):
    pass


class _DiesOnItsWay(MemoryMirror):
    """Its caller dies after the store has taken what came."""

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        await super().put(workspace_id, model, vectors)
        raise _Death


async def test_what_was_sent_by_a_process_that_died_is_sent_again(scene: Scene) -> None:
    await scene.add_document(chunks=3)
    with pytest.raises(BaseExceptionGroup):
        await scene.keeper(_DiesOnItsWay()).step()
    assert (await scene.status()).noted == 3
    assert not await scene.keeper().step()  # until the lease ends
    await scene.run_sql("UPDATE vector_mirrors SET leased_until = now() - interval '1 second'")
    await scene.settle()
    assert await scene.mirror.count(scene.workspace, MODEL) == 3


class _RefusesOne(MemoryMirror):
    def __init__(self, refused: WorkspaceId) -> None:
        super().__init__()
        self._refused = refused

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        if workspace_id == self._refused:
            raise InvalidInput("Such vectors are not taken.")
        await super().put(workspace_id, model, vectors)


async def test_a_workspace_that_cannot_be_mirrored_holds_up_no_other(scene: Scene) -> None:
    theirs = Scene(scene.database)
    await theirs.add_workspace()
    document = await scene.add_document()
    await theirs.add_document()
    mirror = _RefusesOne(scene.workspace)
    await scene.settle(scene.keeper(mirror, MirrorLimits(first_delay_s=1_000, longest_delay_s=1_000)))
    assert (await theirs.status()).noted == 0
    assert (await scene.status()).failure == "Such vectors are not taken."
    assert await scene.found() == [document]  # by the database


async def test_many_vectors_go_in_batches_and_the_others_have_their_turn(scene: Scene) -> None:
    await scene.add_document(chunks=25)
    limits = MirrorLimits(vectors_at_once=4, batches_in_turn=2)
    keeper = scene.keeper(limits=limits)
    await keeper.step()
    counts = []
    while await keeper.step():
        counts.append(await scene.mirror.count(scene.workspace, MODEL))
    assert counts[:2] == [16, 24]
    assert counts[-1] == 25
    assert scene.mirror.put_count == 25


async def test_a_workspace_that_goes_is_forgotten_by_the_mirror(scene: Scene) -> None:
    await scene.add_document(chunks=3)
    await scene.settle()
    async with scene.database.begin_platform() as tx:
        await execute(tx, text("DELETE FROM workspaces WHERE id = :id"), {"id": scene.workspace})
    scene.mirror.down = True
    await scene.keeper().step()
    scene.mirror.down = False
    await scene.settle()
    assert scene.mirror.vectors == {}
    async with scene.database.begin_platform() as tx:
        assert (await scene.mirrors.list(tx, PageRequest(10))).items == ()


async def test_another_store_is_built_by_itself_while_the_database_is_searched(scene: Scene) -> None:
    document = await scene.add_document()
    await scene.settle()
    moved = Scene(scene.database, workspace=scene.workspace, collection=scene.collection, store="another")
    assert await moved.found() == [document]
    await moved.settle()
    assert await moved.found() == [document]
    assert (moved.mirror.asked, moved.mirror.put_count) == (1, 1)


async def test_a_rebuilt_mirror_has_nothing_left_of_before(scene: Scene) -> None:
    document = await scene.add_document()
    await scene.settle()
    await scene.mirror.put(
        scene.workspace,
        MODEL,
        [StoredVector(10**9, uuid4(), scene.collection, None, EAST)],  # type: ignore[arg-type]
    )
    assert UUID(int=0) in await scene.found()
    async with scene.database.begin_platform() as tx:
        assert await scene.mirrors.rebuild(tx) == 1
    await scene.settle()
    assert await scene.found() == [document]


async def test_what_a_store_does_not_show_yet_is_searched_in_the_database(scene: Scene) -> None:
    scene.mirror.visible_after_s = 0.01
    first = await scene.add_document()
    await scene.settle()
    second = await scene.add_document(chunks=2, vector="[0.8,0.6]")
    await scene.settle()
    assert await scene.found() == [first, second, second]
    assert (await scene.status()).noted == 0


class _Interrupted(PostgresMirrors):
    """Fails once in each of two places, as when the database restarts."""

    def __init__(self) -> None:
        self.failures = [DatabaseUnavailable("it restarts.")] * 2
        self.no_more = asyncio.Event()

    async def enrol(self, tx: Transaction, store: str, most: int) -> int:
        if len(self.failures) == 2:
            raise self.failures.pop()
        return await super().enrol(tx, store, most)

    async def release(self, tx: Transaction, *, failure: str = "", again_in_s: float = 0.0) -> None:
        if self.failures:
            self.no_more.set()
            raise self.failures.pop()
        await super().release(tx, failure=failure, again_in_s=again_in_s)


class _TellsWhenItHas(MemoryMirror):
    def __init__(self) -> None:
        super().__init__()
        self.has_some = asyncio.Event()

    async def put(self, workspace_id: WorkspaceId, model: str, vectors: Sequence[StoredVector]) -> None:
        await super().put(workspace_id, model, vectors)
        if self.put_count > 1:
            self.has_some.set()


async def test_it_goes_on_after_the_database_was_away(scene: Scene) -> None:
    await scene.add_document()
    book, mirror = _Interrupted(), _TellsWhenItHas()
    limits = MirrorLimits(pause_s=0.001, first_delay_s=0.0, lease_s=0.001)
    keeper = KeepMirror(scene.database, book, mirror, scene.store, scene.log, limits)
    running = asyncio.create_task(keeper.run())
    try:
        async with asyncio.timeout(60):
            await book.no_more.wait()
            await scene.add_document()
            await mirror.has_some.wait()
    finally:
        running.cancel()
        await asyncio.wait({running})
    assert scene.log.said("mirror.interrupted")
