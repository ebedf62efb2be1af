"""The word index through its life: replaced, removed, restricted, merged, killed in between, always exact."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from parley.adapters.database import merging
from parley.adapters.database.connection import (
    Database,
    DatabaseConfig,
    DatabaseUnavailable,
    asyncpg_url,
    connection_of,
    execute,
    rows,
)
from parley.adapters.database.merging import LEAST_FRESH, PostgresMerge
from parley.adapters.database.postings import BLOCK
from parley.adapters.database.terms import follow_access
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.core.knowledge.model import CollectionId, Document
from parley.core.knowledge.upkeep import IndexUpkeep, MergePostings
from tests.adapters.database.library import Library, SilentLog, bm25, index

VOCABULARY = [f"w{number}" for number in range(40)]
WEIGHTS = [1 / (number + 1) for number in range(40)]
QUERIES = ("w0", "w1 w7 w7", "w39 w20 w3", "w0 w1 w2 w3 w4 w5", "unheard")


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database)


def sentences(dice: random.Random, count: int) -> list[str]:
    """Each different, by its last word."""
    return [
        " ".join([*dice.choices(VOCABULARY, WEIGHTS, k=dice.randint(1, 30)), f"only{dice.getrandbits(64)}"])
        for _ in range(count)
    ]


async def merge(library: Library, collection: CollectionId) -> None:
    await PostgresMerge(library.database).run(MergePostings(library.scope.workspace_id, collection))


async def due(library: Library) -> list[MergePostings]:
    async with library.database.begin_platform() as tx:
        return list(await PostgresMerge(library.database).due(tx))


async def count(library: Library, table: str) -> int:
    async with library.database.begin_platform(library.scope.workspace_id) as tx:
        [found] = await rows(tx, text(f"SELECT count(*) AS count FROM {table}"))
    return int(found.count)


async def assert_exact(library: Library, texts: Sequence[str]) -> None:
    for query in QUERIES:
        expected = bm25(query, texts)
        found = await library.by_terms(query)
        best = sorted(expected.values(), reverse=True)[:100]
        assert [score for _, score in found] == pytest.approx(best), query
        assert dict(found) == pytest.approx({text: expected[text] for text, _ in found}), query


async def restrict(library: Library, document: Document, principals: frozenset[UUID] | None) -> None:
    """As the access lists do: the document first, then what is stored of it."""
    wanted = None if principals is None else list(principals)
    values = {"wanted": wanted, "document": document.id}
    async with library.database.begin_platform(library.scope.workspace_id) as tx:
        change = "SET principals = CAST(:wanted AS uuid[]) WHERE"
        await execute(tx, text(f"UPDATE documents {change} id = :document"), values)
        await follow_access(tx, [document.id])
        for table in ("chunks", "chunk_terms", "chunk_vectors"):
            await execute(tx, text(f"UPDATE {table} {change} document_id = :document"), values)


async def test_the_ranking_is_exact_through_every_change(library: Library) -> None:
    dice = random.Random(11)
    collection = await library.collection("C")
    stored: dict[Document, list[str]] = {}
    for step in range(24):
        texts = sentences(dice, dice.randint(1, 60))
        if step % 6 == 5:
            document = dice.choice(list(stored))
            await library.remove(document)
            del stored[document]
        elif step % 6 == 3:
            document = dice.choice(list(stored))
            await library.replace(document, texts)
            stored[document] = texts
        else:
            stored[await library.document(collection, texts)] = texts
        if step % 8 == 7:
            await merge(library, collection)
        if step % 4 == 3:
            await assert_exact(library, [text for texts in stored.values() for text in texts])


async def test_a_merge_makes_full_blocks_and_changes_no_ranking(library: Library) -> None:
    dice = random.Random(12)
    collection = await library.collection("C")
    texts = sentences(dice, LEAST_FRESH + 100)
    for start in range(0, len(texts), 4):
        await library.document(collection, texts[start : start + 4])
    before = {query: await library.by_terms(query) for query in QUERIES}
    assert await due(library) == [MergePostings(library.scope.workspace_id, collection)]
    await merge(library, collection)
    assert await due(library) == []
    assert {query: await library.by_terms(query) for query in QUERIES} == before
    async with library.database.begin_platform(library.scope.workspace_id) as tx:
        found = await rows(
            tx, text("SELECT count(*) AS blocks, sum(octet_length(postings)) / 8 AS postings FROM term_blocks"
                     " WHERE term = 'w0'")
        )  # fmt: skip
    assert found[0].blocks == -(-found[0].postings // BLOCK)


@pytest.mark.parametrize("lists", [1, 3, 8])
async def test_a_merge_gets_through_any_number_of_blocks(
    library: Library, lists: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "_MOST_BLOCKS", 5)
    monkeypatch.setattr(merging, "LEAST_FRESH", 1)
    collection = await library.collection("C")
    readers = [uuid4() for _ in range(lists)]
    texts = [f"common word{number % 3} zebra only{number}" for number in range(24)]
    for number, content in enumerate(texts):
        await library.document(collection, [content], principals=frozenset({readers[number % lists]}))
    await merge(library, collection)
    reading = replace(library.scope, principals=frozenset(readers))
    expected = bm25("common word1", texts)
    found = await library.by_terms("common word1", scope=reading)
    assert {round(score, 9) for _, score in found} == {round(score, 9) for score in expected.values()}
    assert len(found) == len(texts)
    async with library.database.begin_platform() as tx:
        blocks = await rows(tx, text("SELECT term, principals FROM term_blocks"))
    kinds = {(each.term, tuple(each.principals)) for each in blocks}
    # More access lists than blocks are taken at a time: those are left as they are.
    assert len(blocks) == len(kinds) or lists > 5


async def test_what_is_removed_leaves_no_word_behind(library: Library) -> None:
    collection = await library.collection("C")
    kept = await library.document(collection, ["shared kept"])
    gone = await library.document(collection, ["shared secret"] * 3)
    await library.remove(gone)
    assert await due(library) == [MergePostings(library.scope.workspace_id, collection)]
    await merge(library, collection)
    assert await count(library, "dead_postings") == 0
    async with library.database.begin_platform(library.scope.workspace_id) as tx:
        left = await rows(tx, text("SELECT term, octet_length(postings) AS size FROM term_blocks ORDER BY 1"))
    assert [(each.term, each.size) for each in left] == [("kept", 8), ("shared", 8)]
    await library.remove(kept)
    await merge(library, collection)
    for table in ("term_blocks", "dead_postings", "document_terms", "corpus_sizes"):
        assert await count(library, table) == 0, table


async def test_a_document_with_very_many_words_is_taken_out_in_steps(library: Library) -> None:
    collection = await library.collection("C")
    await library.document(collection, ["common"])
    large = await library.document(
        collection, [" ".join(f"t{number}" for number in range(5_000)) + " common"]
    )
    await library.remove(large)
    await merge(library, collection)
    assert await count(library, "term_blocks") == 1
    assert await count(library, "dead_postings") == 0


async def test_a_collection_goes_with_all_that_was_stored_of_it(library: Library) -> None:
    collection = await library.collection("C")
    removed = await library.document(collection, ["some words"])
    await library.document(collection, ["other words"])
    await library.remove(removed)
    async with library.database.begin(library.scope) as tx:
        await execute(tx, text("DELETE FROM collections WHERE id = :id"), {"id": collection})
    for table in ("term_blocks", "dead_postings", "document_terms", "corpus_sizes", "chunks"):
        assert await count(library, table) == 0, table
    await merge(library, collection)  # a job that comes late


async def test_searches_see_a_replaced_document_as_it_was_or_as_it_is(library: Library) -> None:
    collection = await library.collection("C")
    other, even, odd = "other words entirely", ["even one", "even two", "even three"], ["odd one", "odd two"]
    await library.document(collection, [other])
    document = await library.document(collection, even)
    expected = {
        (len(texts), round(max(bm25("one two three", [other, *texts]).values()), 6)) for texts in (odd, even)
    }
    done = asyncio.Event()

    async def change() -> None:
        for number in range(12):
            await library.replace(document, even if number % 2 else odd)
            await merge(library, collection)
        done.set()

    async def search() -> int:
        searched = 0
        while not done.is_set():
            async with library.database.begin(library.scope) as tx:
                scored = await index.by_terms(tx, [], ["one", "two", "three"], 100)
            # With the statistics of the same moment: all that is found is of one and the same rarity.
            assert (len(scored), round(scored[0].score, 6)) in expected
            searched += 1
        return searched

    _, searched = await asyncio.gather(change(), search())
    assert searched > 0


async def test_a_merge_killed_at_any_moment_loses_and_doubles_nothing(
    library: Library, owner_url: str, database_config: DatabaseConfig
) -> None:
    dice = random.Random(13)
    collection = await library.collection("C")
    texts = sentences(dice, LEAST_FRESH + 40)
    for start in range(0, len(texts), 8):
        await library.document(collection, texts[start : start + 8])
    gone = await library.document(collection, sentences(dice, 20))
    await library.remove(gone)
    url = asyncpg_url(owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    owner = await asyncpg.connect(url)
    try:
        for attempt in range(6):
            merging = asyncio.create_task(merge(library, collection))
            for _ in range(attempt * 3):
                await asyncio.sleep(0)
            await owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = 'parley_platform'"
            )
            with suppress(DatabaseUnavailable):
                await merging
            await assert_exact(library, texts)
    finally:
        await owner.close()
    await library.database.close()
    reopened = Library(Database(database_config))
    reopened.scope = library.scope
    await merge(reopened, collection)
    library = reopened
    await assert_exact(library, texts)
    assert (await count(library, "dead_postings"), await due(library)) == (0, [])
    await library.database.close()


async def test_a_merge_leaves_a_collection_to_the_one_that_is_at_it(library: Library) -> None:
    collection = await library.collection("C")
    await library.remove(await library.document(collection, ["gone"]))
    lock = "SELECT pg_advisory_xact_lock(hashtextextended(CAST($1 AS text), 11))"
    async with library.database.begin_platform() as tx:
        await connection_of(tx).execute(lock, str(collection))
        await asyncio.create_task(merge(library, collection))
        assert await count(library, "dead_postings") == 1
    await merge(library, collection)
    assert await count(library, "dead_postings") == 0


async def test_documents_are_written_while_a_merge_is_under_way(library: Library) -> None:
    collection = await library.collection("C")
    await library.remove(await library.document(collection, ["gone words"]))
    async with library.database.begin_platform(library.scope.workspace_id) as tx:
        # A merge that has taken the blocks out and has not ended.
        await execute(tx, text("DELETE FROM term_blocks"))
        async with asyncio.timeout(20):
            written = await asyncio.create_task(library.document(collection, ["new words"]))
            assert [text for text, _ in await asyncio.create_task(library.by_terms("words"))] == ["new words"]
            await asyncio.create_task(library.remove(written))


async def test_a_new_access_list_holds_for_words_and_statistics_at_once(library: Library) -> None:
    collection = await library.collection("C")
    reader = uuid4()
    everyone = ["public words", "public plan plan"]
    await library.document(collection, everyone)
    document = await library.document(collection, ["plan words secret"], vectors=[(1.0, 0.0)])
    reading = replace(library.scope, principals=frozenset({reader}))
    for _ in range(2):
        await restrict(library, document, frozenset({reader}))
        assert dict(await library.by_terms("plan words")) == pytest.approx(bm25("plan words", everyone))
        assert await library.by_vector((1.0, 0.0)) == []
        expected = bm25("plan words", [*everyone, "plan words secret"])
        assert dict(await library.by_terms("plan words", scope=reading)) == pytest.approx(expected)
        assert [text for text, _ in await library.by_vector((1.0, 0.0), scope=reading)] == [
            "plan words secret"
        ]
        await merge(library, collection)
        assert dict(await library.by_terms("plan words", scope=reading)) == pytest.approx(expected)
        await restrict(library, document, None)
        assert dict(await library.by_terms("plan words")) == pytest.approx(expected)


async def test_the_database_alone_hides_the_words_of_restricted_documents(library: Library) -> None:
    collection = await library.collection("C")
    reader, other = uuid4(), uuid4()
    await library.document(collection, ["shared open"])
    await library.document(collection, ["shared closed"], principals=frozenset({reader}))
    await library.document(collection, ["shared else"], principals=frozenset({other, reader}))
    gone = await library.document(collection, ["shared removed"], principals=frozenset({other}))
    async with library.database.begin_platform(library.scope.workspace_id) as tx:
        await execute(tx, text("DELETE FROM documents WHERE id = :id"), {"id": gone.id})

    async def seen(principals: frozenset[UUID]) -> set[str]:
        found: set[str] = set()
        async with library.database.begin(replace(library.scope, principals=principals)) as tx:
            for table in ("term_blocks", "document_terms", "dead_postings"):
                terms = "term" if table == "term_blocks" else "unnest(terms) AS term"
                found |= {each.term for each in await rows(tx, text(f"SELECT {terms} FROM {table}"))}
            [blocks] = await rows(
                tx, text("SELECT sum(octet_length(postings)) / 8 AS n FROM term_blocks WHERE term = 'shared'")
            )
            [sizes] = await rows(tx, text("SELECT sum(chunks) AS chunks FROM corpus_sizes"))
            assert blocks.n >= sizes.chunks
        return found

    for merged in (False, True):
        if merged:
            await merge(library, collection)
        assert await seen(frozenset()) == {"shared", "open"}
        assert await seen(frozenset({reader})) == {"shared", "open", "closed", "else"}
        expected = {"shared", "open", "else"} | (set() if merged else {"removed"})
        assert await seen(frozenset({other})) == expected


async def test_postings_of_an_older_version_are_found_and_then_taken_over(library: Library) -> None:
    collection = await library.collection("C")
    old = ["older words here", "older words words"]
    document = await library.document(collection, old)
    other = ["newer words"]
    await library.document(collection, other)
    async with library.database.begin_platform(library.scope.workspace_id) as tx:
        # As that version stored them, one row for each.
        await execute(tx, text("DELETE FROM document_terms WHERE document_id = :id"), {"id": document.id})
        await execute(
            tx,
            text(
                "INSERT INTO chunk_terms (workspace_id, collection_id, term, chunk_id, document_id,"
                " frequency, length, principals)"
                " SELECT workspace_id, collection_id, word, id, document_id, count(*),"
                " cardinality(string_to_array(text, ' ')), principals"
                " FROM chunks, unnest(string_to_array(text, ' ')) AS word WHERE document_id = :id"
                " GROUP BY word, id"
            ),
            {"id": document.id},
        )
        await execute(tx, text("DELETE FROM dead_postings"))
        await execute(
            tx,
            text(
                "DELETE FROM term_blocks WHERE first_chunk IN (SELECT id FROM chunks WHERE document_id = :id)"
            ),
            {"id": document.id},
        )
    expected = bm25("older words", [*old, *other])
    assert dict(await library.by_terms("older words")) == pytest.approx(expected)
    assert await due(library) == [MergePostings(library.scope.workspace_id, collection)]
    await merge(library, collection)
    assert await count(library, "chunk_terms") == 0
    assert dict(await library.by_terms("older words")) == pytest.approx(expected)
    await library.remove(document)
    assert dict(await library.by_terms("older words")) == pytest.approx(bm25("older words", other))


async def test_the_sizes_of_a_collection_stay_those_of_its_documents(library: Library) -> None:
    collection = await library.collection("C")
    for _ in range(70):
        await library.document(collection, ["two words"])
    assert await due(library) == [MergePostings(library.scope.workspace_id, collection)]
    await merge(library, collection)
    async with library.database.begin_platform() as tx:
        found = await rows(tx, text("SELECT chunks, terms, fresh FROM corpus_sizes"))
    assert [tuple(each) for each in found] == [(70, 140, 70)]
    assert await due(library) == []


async def test_a_merge_that_is_due_is_asked_for_once(library: Library) -> None:
    collection = await library.collection("C")
    await library.remove(await library.document(collection, ["gone"]))
    upkeep = IndexUpkeep(library.database, [PostgresMerge(library.database)], PgQueuerJobs(), SilentLog())
    await upkeep.look()
    await upkeep.look()
    async with library.database.begin_platform() as tx:
        queued = await rows(tx, text("SELECT entrypoint FROM pgqueuer"))
    assert [each.entrypoint for each in queued] == ["merge_postings"]
