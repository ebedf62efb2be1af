"""Search by vectors: by an index once they are many, which is built, used and removed by itself."""

import math
import random
from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, asyncpg_url, execute, rows
from parley.adapters.database.vector_indexes import PostgresVectorIndexes
from parley.adapters.postgres import PLATFORM_ROLE, PostgresAddress
from parley.core.knowledge.upkeep import IndexVectors
from tests.adapters.database.library import Library

MANY = 400
"""Chunks from which on an index is built in these tests."""


class Events:
    """A log that keeps the names of what happened."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def info(self, event: str, /, **fields: object) -> None:
        self.seen.append(event)

    warning = error = exception = info


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database)


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def indexes(library: Library, owner_url: str, events: Events) -> PostgresVectorIndexes:
    return PostgresVectorIndexes(library.database, owner_url, events, index_from=MANY)


def unit(dice: random.Random) -> tuple[float, float]:
    angle = dice.uniform(0, math.pi)
    return math.cos(angle), math.sin(angle)


async def fill(library: Library, chunks: int, *, principals: frozenset[UUID] | None = None) -> None:
    dice = random.Random(chunks)
    collection = await library.collection(f"C{uuid4()}")
    vectors = [unit(dice) for _ in range(chunks)]
    texts = [f"{number} {uuid4()}" for number in range(chunks)]
    await library.document(collection, texts, vectors=vectors, principals=principals)


async def due(library: Library, indexes: PostgresVectorIndexes) -> list[IndexVectors]:
    async with library.database.begin_platform() as tx:
        return list(await indexes.due(tx))


async def as_owner(url: str, statement: str, *arguments: object) -> None:
    plain = asyncpg_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        await connection.execute(statement, *arguments)
    finally:
        await connection.close()


async def test_few_vectors_need_no_index(library: Library, indexes: PostgresVectorIndexes) -> None:
    await fill(library, MANY - 1)
    assert await due(library, indexes) == []


async def test_an_index_is_built_and_finds_what_comparing_all_finds(
    library: Library, indexes: PostgresVectorIndexes, events: Events
) -> None:
    reader = uuid4()
    await fill(library, MANY)
    await fill(library, 80, principals=frozenset({reader}))
    [job] = await due(library, indexes)
    await indexes.run(job)
    assert events.seen == ["vectors.indexed"]
    assert await due(library, indexes) == []
    reading = replace(library.scope, principals=frozenset({reader}))
    dice = random.Random(5)
    for scope in (library.scope, reading):
        for _ in range(5):
            question = unit(dice)
            exact = await library.by_vector(question, scope=scope)
            by_index = await library.by_vector(question, scope=scope, index_from=MANY // 2)
            assert [text for text, _ in by_index[:10]] == [text for text, _ in exact[:10]]
            assert [score for _, score in by_index] == sorted((score for _, score in by_index), reverse=True)


async def test_a_search_takes_the_index(library: Library, indexes: PostgresVectorIndexes) -> None:
    await fill(library, MANY)
    [job] = await due(library, indexes)
    await indexes.run(job)
    before = await _scans(library)
    await library.by_vector((1.0, 0.0), index_from=MANY)
    assert await _scans(library) == before + 1
    await library.by_vector((1.0, 0.0))
    assert await _scans(library) == before + 1


async def _scans(library: Library) -> int:
    async with library.database.begin_platform() as tx:
        await execute(tx, text("SELECT pg_stat_force_next_flush()"))
    async with library.database.begin(library.scope) as tx:
        await execute(tx, text("SELECT pg_stat_force_next_flush()"))
    async with library.database.begin_platform() as tx:
        [found] = await rows(
            tx,
            text("SELECT sum(idx_scan)::int AS n FROM pg_stat_user_indexes WHERE indexrelname LIKE '%hnsw%'"),
        )
    return int(found.n)


async def test_new_and_replaced_documents_are_found_by_the_index_at_once(
    library: Library, indexes: PostgresVectorIndexes
) -> None:
    await fill(library, MANY)
    [job] = await due(library, indexes)
    await indexes.run(job)
    collection = await library.collection("New")
    document = await library.document(collection, ["the newest"], vectors=[(0.0, -1.0)])
    assert (await library.by_vector((0.0, -1.0), index_from=MANY))[0][0] == "the newest"
    await library.remove(document)
    assert "the newest" not in [text for text, _ in await library.by_vector((0.0, -1.0), index_from=MANY)]


async def test_an_index_goes_when_its_workspace_has_shrunk_or_gone(
    library: Library, indexes: PostgresVectorIndexes, events: Events
) -> None:
    await fill(library, MANY)
    [job] = await due(library, indexes)
    await indexes.run(job)
    async with library.database.begin_platform() as tx:
        await execute(tx, text("DELETE FROM workspaces"))
    assert await due(library, indexes) == [job]
    await indexes.run(job)
    assert events.seen == ["vectors.indexed", "vectors.index_removed"]
    assert await due(library, indexes) == []


async def test_a_build_that_was_broken_off_begins_anew(
    library: Library, indexes: PostgresVectorIndexes, events: Events, owner_url: str
) -> None:
    await fill(library, MANY)
    [job] = await due(library, indexes)
    await indexes.run(job)
    async with library.database.begin_platform() as tx:
        [stored] = await rows(
            tx, text("SELECT indexrelname AS name FROM pg_stat_user_indexes WHERE indexrelname LIKE '%hnsw%'")
        )
    await as_owner(
        owner_url, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = $1::regclass", stored.name
    )
    assert len(await library.by_vector((1.0, 0.0), index_from=MANY)) == 100
    assert await due(library, indexes) == [job]
    await indexes.run(job)
    assert events.seen == ["vectors.indexed", "vectors.index_removed", "vectors.indexed"]
    assert await due(library, indexes) == []


async def test_each_model_has_an_index_of_its_own(library: Library, indexes: PostgresVectorIndexes) -> None:
    await fill(library, MANY)
    async with library.database.begin_platform() as tx:
        await execute(
            tx,
            text(
                "INSERT INTO chunk_vectors (chunk_id, model, workspace_id, collection_id, document_id,"
                " embedding) SELECT chunk_id, 'it''s another', workspace_id, collection_id, document_id,"
                " '[0,0,1]' FROM chunk_vectors"
            ),
        )
    [job] = await due(library, indexes)
    await indexes.run(job)
    assert await due(library, indexes) == []
    found = await library.by_vector((0.0, 0.0, 1.0), model="it's another", index_from=MANY)
    assert len(found) == 100
    assert {round(score, 3) for _, score in found} == {1.0}


async def test_a_login_that_may_not_index_says_so_once(
    library: Library, postgres_database: PostgresAddress, events: Events
) -> None:
    await fill(library, MANY)
    indexes = PostgresVectorIndexes(
        library.database, postgres_database.url(PLATFORM_ROLE), events, index_from=MANY
    )
    [job] = await due(library, indexes)
    await indexes.run(job)
    assert events.seen == ["vectors.index_refused"]
    assert await due(library, indexes) == []
