"""The search index: true BM25, exact cosine, nothing counted that one may not read."""

import math
from dataclasses import replace
from uuid import uuid4

import pytest

from parley.adapters.database.connection import Database
from parley.core.kernel.errors import NotFound
from parley.core.kernel.paging import PageRequest
from parley.core.knowledge.model import Chunk, FusedChunk
from tests.adapters.database.library import MODEL, Library, bm25, documents, index, indexed


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database)


TEXTS = (
    "warranty lasts two years",
    "warranty warranty repair shop repair address and the hours of the shop",
    "battery charging takes hours",
    "nothing of this kind",
)


async def test_words_rank_by_bm25(library: Library) -> None:
    collection = await library.collection("C")
    await library.document(collection, TEXTS[:2])
    await library.document(collection, TEXTS[2:])
    for query in ("warranty", "warranty repair hours", "repair repair warranty", "battery the"):
        expected = bm25(query, TEXTS)
        found = await library.by_terms(query)
        assert dict(found) == pytest.approx(expected)
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


async def test_unknown_words_and_no_words_find_nothing(library: Library) -> None:
    collection = await library.collection("C")
    await library.document(collection, TEXTS)
    assert await library.by_terms("zebra") == []
    assert await library.by_terms("") == []


async def test_a_search_of_some_collections_counts_those_alone(library: Library) -> None:
    first, second = await library.collection("A"), await library.collection("B")
    await library.document(first, TEXTS[:2])
    await library.document(second, TEXTS[2:])
    assert dict(await library.by_terms("warranty hours", [first])) == pytest.approx(
        bm25("warranty hours", TEXTS[:2])
    )
    assert dict(await library.by_terms("warranty hours", [first, second])) == pytest.approx(
        bm25("warranty hours", TEXTS)
    )


async def test_what_one_may_not_read_is_neither_found_nor_counted(library: Library) -> None:
    collection = await library.collection("C")
    reader = uuid4()
    await library.document(collection, TEXTS[:2])
    await library.document(collection, TEXTS[2:], principals=frozenset({reader}))
    assert dict(await library.by_terms("warranty hours")) == pytest.approx(bm25("warranty hours", TEXTS[:2]))
    reading = replace(library.scope, principals=frozenset({reader}))
    assert dict(await library.by_terms("warranty hours", scope=reading)) == pytest.approx(
        bm25("warranty hours", TEXTS)
    )


async def test_vectors_rank_by_cosine_among_those_of_one_model(library: Library) -> None:
    first, second = await library.collection("A"), await library.collection("B")
    await library.document(first, ["east", "north"], vectors=[(1.0, 0.0), (0.0, 1.0)])
    await library.document(second, ["between"], vectors=[(math.sqrt(0.5), math.sqrt(0.5))])
    found = await library.by_vector((1.0, 0.0))
    assert [text for text, _ in found] == ["east", "between", "north"]
    assert [score for _, score in found] == pytest.approx([1.0, math.sqrt(0.5), 0.0], abs=1e-3)
    assert [text for text, _ in await library.by_vector((1.0, 0.0), [second])] == ["between"]
    assert await library.by_vector((1.0, 0.0), model="another") == []


async def test_a_document_read_again_replaces_its_chunks(library: Library) -> None:
    collection = await library.collection("C")
    document = await library.document(collection, ["old words here", "old too"])
    read = replace(document, page_count=7)
    async with library.database.begin_platform(library.scope.workspace_id) as tx:
        await index.replace(tx, read, indexed(document.id, ["new words"], [(1.0, 0.0)]), MODEL)
        stored = await documents.get(tx, document.id)
    assert stored is not None
    assert (stored.chunk_count, stored.page_count) == (1, 7)
    assert await library.by_terms("old") == []
    assert [text for text, _ in await library.by_terms("words")] == ["new words"]
    assert [text for text, _ in await library.by_vector((1.0, 0.0))] == ["new words"]


async def test_a_removed_document_leaves_the_index(library: Library) -> None:
    collection = await library.collection("C")
    document = await library.document(collection, ["warranty"], vectors=[(1.0, 0.0)])
    await library.remove(document)
    assert await library.by_terms("warranty") == []
    assert await library.by_vector((1.0, 0.0)) == []


async def test_chunks_of_a_document_that_is_gone_are_refused(library: Library) -> None:
    collection = await library.collection("C")
    document = await library.document(collection, ["warranty"])
    await library.remove(document)
    with pytest.raises(NotFound, match=str(document.id)):
        async with library.database.begin_platform(library.scope.workspace_id) as tx:
            await index.replace(tx, document, indexed(document.id, ["warranty"]), MODEL)


async def test_chunks_are_read_in_order_and_in_pages(library: Library) -> None:
    collection = await library.collection("C")
    texts = [f"passage {number}" for number in range(5)]
    document = await library.document(collection, texts)
    read: list[Chunk] = []
    cursor = None
    while True:
        async with library.database.begin(library.scope) as tx:
            page = await index.of_document(tx, document.id, PageRequest.parse(cursor, 2, fields=1))
        assert len(page.items) <= 2
        read += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert read == [each.chunk for each in indexed(document.id, texts)]


async def test_a_chunk_longer_than_the_column_counts_as_the_longest(library: Library) -> None:
    collection = await library.collection("C")
    await library.document(collection, ["word " * 40_000, "word"])
    assert len(await library.by_terms("word")) == 2


async def test_found_keeps_the_order_asked_for_and_drops_what_is_gone(library: Library) -> None:
    collection = await library.collection("C")
    await library.document(collection, ["one word", "two words word word"])
    async with library.database.begin(library.scope) as tx:
        keys = [each.chunk_key for each in await index.by_terms(tx, [], ["word"], 10)]
        wanted = [FusedChunk(key, 0.5, 1.0, None) for key in (*reversed(keys), 10**12)]
        found = await index.found(tx, wanted)
    assert len(found) == 2
    assert [each.chunk.ordinal for each in found] != [each.chunk.ordinal for each in reversed(found)]
    assert found[0].document_name == "handbook.md"
    assert found[0].collection_id == collection
