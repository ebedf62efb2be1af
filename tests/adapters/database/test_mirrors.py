"""What a mirror has still to learn: every change of a vector is noted with it, once there is a mirror."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from parley.adapters.database.connection import (
    APP_ROLE,
    PLATFORM_ROLE,
    Database,
    DatabaseConfig,
    execute,
    row,
    rows,
)
from parley.adapters.database.migrate import migrate
from parley.adapters.database.mirrors import PostgresMirrors
from parley.adapters.postgres import PostgresAddress
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.mirrors import Claim, MirrorState
from parley.core.knowledge.model import CollectionId, VectorQuery
from tests.adapters.database.stored import Stored, store

STORE = "acme"
LEASE_S = 60.0


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A workspace with two documents of one chunk each, whose mirror knows all of it."""

    stored: Stored
    chunks: tuple[int, int]
    """The open one, and the one that only `stored.reader` may read."""


@pytest.fixture
def mirrors() -> PostgresMirrors:
    return PostgresMirrors()


async def _step(database: Database, mirrors: PostgresMirrors, store_name: str = STORE) -> tuple[Claim, ...]:
    async with database.begin_platform() as tx:
        await mirrors.enrol(tx, store_name, 100)
    async with database.begin_platform() as tx:
        return await mirrors.claim(tx, store_name, 100, LEASE_S)


async def _build(database: Database, mirrors: PostgresMirrors, workspace_id: WorkspaceId) -> list[int]:
    """Has the workspace's mirror learn everything; the chunks that it learned."""
    async with database.begin_platform(workspace_id) as tx:
        await mirrors.note_all(tx)
    async with database.begin_platform(workspace_id) as tx:
        batch = await mirrors.batch(tx, 0, 1_000)
        await mirrors.settle(tx, batch.seqs, LEASE_S)
        await mirrors.release(tx)
    return sorted(each.chunk_key for vectors in batch.changed.values() for each in vectors)


@pytest.fixture
async def mirrored(database: Database, mirrors: PostgresMirrors) -> Mirrored:
    stored = await store(database)
    async with database.begin_platform() as tx:
        await execute(tx, text("DELETE FROM vector_mirrors"))
    [claim] = await _step(database, mirrors)
    assert claim == Claim(stored.workspace_id, MirrorState.ENTERING, 0)
    first, second = await _build(database, mirrors, stored.workspace_id)
    return Mirrored(stored, (first, second))


async def _noted(database: Database) -> list[tuple[UUID, int]]:
    async with database.begin_platform() as tx:
        found = await rows(tx, text("SELECT workspace_id, chunk_id FROM vector_changes ORDER BY seq"))
    return [(each.workspace_id, each.chunk_id) for each in found]


async def _state(database: Database, workspace_id: WorkspaceId) -> str | None:
    async with database.begin_platform(workspace_id) as tx:
        found = await row(tx, text("SELECT state FROM vector_mirrors"))
    return None if found is None else str(found.state)


async def test_without_a_mirror_nothing_is_noted(database: Database) -> None:
    await store(database)
    async with database.begin_platform() as tx:
        await execute(tx, text("DELETE FROM vector_changes"))
        await execute(tx, text("DELETE FROM vector_mirrors"))
        await execute(tx, text("UPDATE chunk_vectors SET model = 'n'"))
        await execute(tx, text("DELETE FROM documents"))
    assert await _noted(database) == []


async def test_a_mirror_that_learned_everything_is_ready(database: Database, mirrored: Mirrored) -> None:
    assert await _state(database, mirrored.stored.workspace_id) == "ready"
    assert await _noted(database) == []


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ("UPDATE chunk_vectors SET principals = NULL WHERE document_id = :closed", 1),
        ("DELETE FROM documents WHERE id = :closed", 1),
        ("DELETE FROM collections", 2),
        ("UPDATE chunk_vectors SET embedding = '[0,1]'", 2),
    ],
)
async def test_requests_note_what_they_change(
    database: Database, mirrored: Mirrored, statement: str, count: int
) -> None:
    ours = mirrored.stored
    used = {"closed": ours.closed_document} if ":closed" in statement else {}
    async with database.begin(ours.reader_scope) as tx:
        await execute(tx, text(statement), used)
    expected = [(ours.workspace_id, chunk) for chunk in mirrored.chunks[2 - count :]]
    assert sorted(await _noted(database)) == expected


async def test_what_is_rolled_back_is_not_noted(database: Database, mirrored: Mirrored) -> None:
    async def delete_and_fail() -> None:
        async with database.begin(mirrored.stored.scope) as tx:
            await execute(tx, text("DELETE FROM documents"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await delete_and_fail()
    assert await _noted(database) == []


async def test_a_batch_tells_what_has_become_of_each_vector(
    database: Database, mirrors: PostgresMirrors, mirrored: Mirrored
) -> None:
    ours, (kept, gone) = mirrored.stored, mirrored.chunks
    async with database.begin_platform(ours.workspace_id) as tx:
        await execute(tx, text("UPDATE chunk_vectors SET embedding = '[0,1]'"))
        await execute(tx, text("DELETE FROM documents WHERE id = :id"), {"id": ours.closed_document})
    async with database.begin_platform(ours.workspace_id) as tx:
        batch = await mirrors.batch(tx, 0, 10)
        second = await mirrors.batch(tx, batch.seqs[0], 10)
    assert len(batch.seqs) == 3
    [vector] = batch.changed["m"]
    assert (vector.chunk_key, vector.vector, vector.principals) == (kept, (0.0, 1.0), None)
    assert (vector.document_id, vector.collection_id) == (ours.open_document, ours.collection_id)
    assert batch.removed == {"m": [gone]}
    assert second.seqs == batch.seqs[1:]


async def test_a_workspace_that_goes_is_noted_as_one(
    database: Database, mirrors: PostgresMirrors, mirrored: Mirrored
) -> None:
    ours = mirrored.stored.workspace_id
    async with database.begin(mirrored.stored.scope) as tx:
        await execute(tx, text("DELETE FROM workspaces WHERE id = :id"), {"id": ours})
    assert await _noted(database) == []
    assert await _step(database, mirrors) == (Claim(ours, MirrorState.LEAVING, 0),)
    async with database.begin_platform(ours) as tx:
        await mirrors.forget(tx)
    assert await _state(database, ours) is None
    assert await _step(database, mirrors) == ()


async def test_nobody_serves_a_workspace_that_another_serves_or_that_waits(
    database: Database, mirrors: PostgresMirrors, mirrored: Mirrored
) -> None:
    ours = mirrored.stored.workspace_id
    assert await _step(database, mirrors) == ()  # nothing to do
    async with database.begin_platform(ours) as tx:
        await execute(tx, text("UPDATE chunk_vectors SET embedding = '[0,1]'"))
    assert await _step(database, mirrors) == (Claim(ours, MirrorState.READY, 0),)
    assert await _step(database, mirrors) == ()  # served
    async with database.begin_platform(ours) as tx:
        await mirrors.release(tx, failure="It is down." + "!" * 1_000, again_in_s=60)
    assert await _step(database, mirrors) == ()  # waits
    async with database.begin_platform(ours) as tx:
        await mirrors.release(tx, failure="It is down.", again_in_s=-1)
    assert await _step(database, mirrors) == (Claim(ours, MirrorState.READY, 2),)
    async with database.begin_platform() as tx:
        [status] = (await mirrors.list(tx, PageRequest(10))).items
    assert (status.failure, status.noted, status.state) == ("It is down.", 2, MirrorState.READY)


async def test_building_waits_for_those_who_do_not_note_yet(
    database: Database, mirrors: PostgresMirrors
) -> None:
    """Or a document that is being stored when its workspace enters would be neither noted nor seen."""
    ours = await store(database)
    async with database.begin_platform() as tx:
        await execute(tx, text("DELETE FROM vector_mirrors"))
        await execute(tx, text("DELETE FROM vector_changes"))
    async with database.begin_platform(ours.workspace_id) as slow:
        await execute(slow, text("UPDATE chunk_vectors SET embedding = '[0,1]'"))
        assert await _step(database, mirrors) == ()
        assert await _step(database, mirrors) == ()
    assert [claim.state for claim in await _step(database, mirrors)] == [MirrorState.ENTERING]


async def test_a_mirror_is_ready_once_it_knows_what_there_was_when_it_was_begun(
    database: Database, mirrors: PostgresMirrors, mirrored: Mirrored
) -> None:
    ours = mirrored.stored.workspace_id
    async with database.begin_platform(ours) as tx:
        assert await mirrors.rebuild(tx) == 1
    assert [claim.state for claim in await _step(database, mirrors)] == [MirrorState.ENTERING]
    async with database.begin_platform(ours) as tx:
        await mirrors.note_all(tx)
    async with database.begin_platform(ours) as tx:
        await execute(tx, text("UPDATE chunk_vectors SET embedding = '[0,1]'"))
    async with database.begin_platform(ours) as tx:
        first = await mirrors.batch(tx, 0, 1)
        await mirrors.settle(tx, first.seqs, LEASE_S)
    assert await _state(database, ours) == "building"
    async with database.begin_platform(ours) as tx:
        await mirrors.settle(tx, (await mirrors.batch(tx, 0, 1)).seqs, LEASE_S)
    assert await _state(database, ours) == "ready"
    assert len(await _noted(database)) == 2


async def test_another_store_begins_anew(
    database: Database, mirrors: PostgresMirrors, mirrored: Mirrored
) -> None:
    [claim] = await _step(database, mirrors, "another")
    assert claim.state is MirrorState.ENTERING
    query = VectorQuery((), (1.0, 0.0), "m", 10)
    async with database.begin(mirrored.stored.scope) as tx:
        assert await mirrors.unsent(tx, STORE, query, 10) is None
        assert await mirrors.unsent(tx, "another", query, 10) is None
    assert await _build(database, mirrors, mirrored.stored.workspace_id) == list(mirrored.chunks)
    async with database.begin_platform() as tx:
        assert await mirrors.close(tx) == 1
    assert await _state(database, mirrored.stored.workspace_id) is None


async def test_a_search_learns_what_the_mirror_does_not_know(
    database: Database, mirrors: PostgresMirrors, mirrored: Mirrored
) -> None:
    ours, (open_chunk, closed_chunk) = mirrored.stored, mirrored.chunks
    query = VectorQuery((), (1.0, 0.0), "m", 10)
    async with database.begin(ours.scope) as tx:
        nothing = await mirrors.unsent(tx, STORE, query, 10)
    assert nothing is not None
    assert (nothing.chunk_keys, nothing.nearest) == (frozenset(), ())
    async with database.begin_platform(ours.workspace_id) as tx:
        await execute(tx, text("UPDATE chunk_vectors SET embedding = '[0.6,0.8]'"))

    async def nearest(scope: object, *collections: CollectionId) -> list[tuple[int, float]]:
        wanted = VectorQuery(collections, (1.0, 0.0), "m", 10)
        async with database.begin(scope) as tx:  # type: ignore[arg-type]
            found = await mirrors.unsent(tx, STORE, wanted, 10)
        assert found is not None
        assert found.chunk_keys == {open_chunk, closed_chunk}
        return [(each.chunk_key, round(each.score, 2)) for each in found.nearest]

    assert await nearest(ours.scope) == [(open_chunk, 0.6)]
    assert await nearest(ours.reader_scope) == [(open_chunk, 0.6), (closed_chunk, 0.6)]
    assert await nearest(ours.scope, CollectionId(ours.collection_id)) == [(open_chunk, 0.6)]
    assert await nearest(ours.scope, CollectionId(uuid4())) == []
    async with database.begin(ours.scope) as tx:
        assert await mirrors.unsent(tx, STORE, query, 1) is None  # too far behind
    async with database.begin_platform(ours.workspace_id) as tx:
        assert await mirrors.vectors(tx) == {"m": 2}
    other = await store(database)
    async with database.begin(other.scope) as tx:
        assert await mirrors.unsent(tx, STORE, query, 10) is None


async def test_changes_are_noted_too_where_the_owner_is_no_superuser(
    empty_database: PostgresAddress, mirrors: PostgresMirrors
) -> None:
    """Then row-level security binds the owner as well, in whose name the triggers write."""
    owner, superuser = f"owner_{uuid4().hex}", empty_database.url(empty_database.superuser)
    before = await asyncpg.connect(superuser.replace("+asyncpg", ""))
    for statement in (
        "CREATE EXTENSION vector",
        f"CREATE ROLE {owner} LOGIN CREATEROLE",
        f"GRANT parley_app, parley_platform TO {owner} WITH ADMIN OPTION",
        f"GRANT ALL ON SCHEMA public TO {owner}",
    ):
        await before.execute(statement)
    database = Database(DatabaseConfig(empty_database.url(APP_ROLE), empty_database.url(PLATFORM_ROLE)))
    try:
        await migrate(empty_database.url(owner))
        stored = await store(database)
        async with database.begin_platform() as tx:
            await execute(tx, text("DELETE FROM vector_mirrors"))
        await _step(database, mirrors)
        chunks = await _build(database, mirrors, stored.workspace_id)
        async with database.begin(stored.reader_scope) as tx:
            await execute(tx, text("DELETE FROM collections"))
        assert sorted(await _noted(database)) == [(stored.workspace_id, chunk) for chunk in chunks]
        async with database.begin(stored.scope) as tx:
            await execute(tx, text("DELETE FROM workspaces WHERE id = :id"), {"id": stored.workspace_id})
        assert await _state(database, stored.workspace_id) == "leaving"
    finally:
        await database.close()
        await before.execute(f"DROP OWNED BY {owner} CASCADE")
        await before.execute(f"DROP ROLE {owner}")
        await before.close()
