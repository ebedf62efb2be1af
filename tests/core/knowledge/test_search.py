"""Search over a real database: words and meaning together, and words alone where meaning fails."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import NoReturn
from uuid import uuid4

import pytest

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import Database, DatabaseUnavailable
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.passage_tokens import PostgresPassageTokens
from parley.adapters.database.workspaces import PostgresWorkspaces
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Scope, Transaction, transaction_is_open
from parley.core.knowledge.model import (
    Chunk,
    Collection,
    CollectionId,
    Document,
    DocumentId,
    DocumentState,
    EmbedderUnavailable,
    IndexedChunk,
    RerankerUnavailable,
    ScoredChunk,
    SearchOptions,
    SearchResult,
    VectorQuery,
    VectorStoreUnavailable,
)
from parley.core.knowledge.ports import Reranker, TokenMatcher
from parley.core.knowledge.search import (
    EMBEDDER_FAILED,
    NO_RERANKER,
    RERANKER_FAILED,
    VECTORS_FAILED,
    Models,
    Search,
    SearchIndex,
)
from parley.core.workspaces.model import Role, Workspace, WorkspaceScope
from tests.searching import NO_EMBEDDER, OneEmbedder, search_over

NOW = datetime(2026, 1, 1, tzinfo=UTC)

# What each text is about, as a vector: guarantees lie east, batteries north.
MEANING = {
    "The warranty lasts two years.": (1.0, 0.0),
    "Our guarantee covers repairs.": (0.8, 0.6),
    "Batteries charge in an hour.": (0.0, 1.0),
}


class Compass:
    """An embedder that knows one direction: every question is about guarantees."""

    model = "compass"
    dimension = 2

    def __init__(self, *, works: bool = True) -> None:
        self._works = works

    async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
        assert not transaction_is_open()
        if not self._works:
            raise EmbedderUnavailable("The embedder is down.")
        return [[1.0, 0.0] for _ in texts]


async def _library(database: Database) -> WorkspaceScope:
    scope = WorkspaceScope(WorkspaceId(uuid4()), UserId(uuid4()), Role.VIEWER)
    collection = Collection(CollectionId(uuid4()), scope.workspace_id, "C", "", NOW)
    document = Document(
        id=DocumentId(uuid4()),
        workspace_id=scope.workspace_id,
        collection_id=collection.id,
        name="handbook.md",
        media_type="text/markdown",
        size_bytes=1,
        sha256="",
        file_key="k",
        state=DocumentState.READY,
        created_by=scope.user_id,
        created_at=NOW,
        updated_at=NOW,
    )
    chunks = [
        IndexedChunk(
            Chunk(document.id, number, text, (), None, 0, len(text)),
            tuple(SnowballAnalyzer().terms(text)),
            vector,
            text.encode(),
        )
        for number, (text, vector) in enumerate(MEANING.items())
    ]
    async with database.begin_platform(scope.workspace_id) as tx:
        await PostgresWorkspaces().add(tx, Workspace(scope.workspace_id, "W", NOW))
        await PostgresCollections().add(tx, collection)
        await PostgresDocuments().add(tx, document)
        await PostgresChunkIndex().replace(tx, document, chunks, Compass.model)
    return scope


async def _search(
    database: Database,
    embedder: Compass | None,
    question: str = "How long is the warranty?",
    options: SearchOptions = SearchOptions(),  # noqa: B008 - frozen
    *,
    limit: int = 10,
    matcher: TokenMatcher | None = None,
    reranker: Reranker | None = None,
) -> SearchResult:
    search = search_over(database, SnowballAnalyzer(), embedder, matcher=matcher, reranker=reranker)
    return await search.run(await _library(database), [], question, limit, options)


def _texts(result: SearchResult) -> list[str]:
    return [found.chunk.text for found in result.found]


WARRANTY, GUARANTEE, BATTERIES = MEANING


async def test_meaning_finds_what_the_words_do_not(database: Database) -> None:
    result = await _search(database, Compass())
    assert _texts(result)[:2] == [WARRANTY, GUARANTEE]
    assert (result.degraded, result.dense_weight) == ("", 0.5)


async def test_at_most_as_many_as_asked_for_are_found(database: Database) -> None:
    assert _texts(await _search(database, Compass(), limit=1)) == [WARRANTY]


async def test_every_find_tells_what_ranked_it(database: Database) -> None:
    first, second, _ = (found.ranking for found in (await _search(database, Compass())).found)
    assert (first.bm25_rank, first.cosine_rank, first.score) == (1, 1, 1.0)
    assert (second.bm25, second.bm25_rank, second.cosine_rank) == (None, None, 2)
    assert second.cosine == pytest.approx(0.8, abs=1e-3)


async def test_the_weight_can_be_chosen(database: Database) -> None:
    question = "Do batteries have a guarantee?"
    by_words = await _search(database, Compass(), question, SearchOptions(dense_weight=0.0))
    by_meaning = await _search(database, Compass(), question, SearchOptions(dense_weight=1.0))
    assert {*_texts(by_words)[:2]} == {GUARANTEE, BATTERIES}
    assert _texts(by_meaning) == [WARRANTY, GUARANTEE, BATTERIES]
    assert (by_words.dense_weight, by_meaning.dense_weight) == (0.0, 1.0)


async def test_without_an_embedder_the_words_decide_and_the_reader_is_told(database: Database) -> None:
    result = await _search(database, None)
    assert (_texts(result), result.degraded, result.dense_weight) == ([WARRANTY], NO_EMBEDDER, 0.0)


async def test_a_failing_embedder_costs_the_meaning_not_the_answer(database: Database) -> None:
    result = await _search(database, Compass(works=False))
    assert (_texts(result), result.degraded) == ([WARRANTY], EMBEDDER_FAILED)


async def test_a_failing_vector_store_costs_the_meaning_not_the_answer(database: Database) -> None:
    index = SearchIndex(PostgresChunkIndex(), BrokenVectors(), PostgresPassageTokens())
    search = Search(database, SnowballAnalyzer(), index, Models(OneEmbedder(Compass())))
    result = await search.run(await _library(database), [], "How long is the warranty?", 10)
    assert (_texts(result), result.degraded) == ([WARRANTY], VECTORS_FAILED)


class BrokenVectors:
    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        assert not transaction_is_open()
        raise VectorStoreUnavailable("The store is down.")


async def test_a_database_that_fails_is_told_as_it_is(database: Database) -> None:
    search = search_over(Gone(), SnowballAnalyzer(), Compass())
    scope = WorkspaceScope(WorkspaceId(uuid4()), UserId(uuid4()), Role.VIEWER)
    with pytest.raises(DatabaseUnavailable):
        await search.run(scope, [], "How long is the warranty?", 10)


class Gone:
    """A database that does not answer."""

    @asynccontextmanager
    async def begin(self, scope: Scope) -> AsyncIterator[Transaction]:
        raise DatabaseUnavailable("The database does not answer.")
        yield

    def begin_identity(self, user_id: UserId | None = None) -> NoReturn:
        raise NotImplementedError

    def begin_platform(self, workspace_id: WorkspaceId | None = None) -> NoReturn:
        raise NotImplementedError


class Matcher:
    """Finds batteries close, whatever is asked; it reads what `_library` keeps as tokens."""

    model = Compass.model

    def __init__(self, *, works: bool = True) -> None:
        self._works = works

    async def read(self, texts: Sequence[str]) -> list[bytes]:
        raise NotImplementedError

    async def closeness(self, question: str, passages: Sequence[bytes]) -> list[float]:
        assert not transaction_is_open()
        if not self._works:
            raise EmbedderUnavailable("The embedder is down.")
        return [0.9 if passage == BATTERIES.encode() else 0.1 for passage in passages]


async def test_the_best_are_looked_at_more_closely(database: Database) -> None:
    result = await _search(database, Compass(), matcher=Matcher())
    close = {found.chunk.text: found.ranking.closeness for found in result.found}
    assert close == {WARRANTY: 0.1, GUARANTEE: 0.1, BATTERIES: 0.9}
    assert _texts(result).index(BATTERIES) < _texts(result).index(GUARANTEE)


async def test_a_matcher_that_fails_costs_nothing_but_its_look(database: Database) -> None:
    result = await _search(database, Compass(), matcher=Matcher(works=False))
    assert (_texts(result), result.degraded) == ([WARRANTY, GUARANTEE, BATTERIES], "")


class Judge:
    """Prefers what it is told to; the rest is all the same to it."""

    name = "judge:one"

    def __init__(self, favourite: str = "", *, works: bool = True) -> None:
        self._favourite = favourite
        self._works = works
        self.read: list[str] = []

    async def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
        assert not transaction_is_open()
        self.read = list(passages)
        if not self._works:
            raise RerankerUnavailable("The reranker is down.")
        return [float(self._favourite in passage) for passage in passages]


async def test_a_reranker_has_the_last_word_where_it_is_asked_for(database: Database) -> None:
    judge = Judge("charge in an hour")
    result = await _search(database, Compass(), options=SearchOptions(rerank=True), limit=1, reranker=judge)
    assert (_texts(result), result.reranker, result.degraded) == ([BATTERIES], "judge:one", "")
    assert result.found[0].ranking.relevance == 1.0
    assert f"handbook.md\n{BATTERIES}" in judge.read
    unasked = await _search(database, Compass(), limit=1, reranker=judge)
    assert (_texts(unasked), unasked.reranker) == ([WARRANTY], "")


@pytest.mark.parametrize(
    ("reranker", "told"), [(Judge(works=False), RERANKER_FAILED), (None, NO_RERANKER)], ids=["fails", "none"]
)
async def test_without_the_reranker_the_order_of_the_search_stands_and_the_reader_is_told(
    database: Database, reranker: Judge | None, told: str
) -> None:
    result = await _search(database, Compass(), options=SearchOptions(rerank=True), reranker=reranker)
    assert (_texts(result)[0], result.degraded, result.reranker) == (WARRANTY, told, "")


async def test_what_is_not_found_is_not_judged(database: Database) -> None:
    judge = Judge()
    result = await _search(database, None, "Zebras?", SearchOptions(rerank=True), reranker=judge)
    assert (result.found, judge.read) == ((), [])


async def test_passages_are_made_for_a_model_where_a_budget_is_given(database: Database) -> None:
    result = await _search(database, Compass(), options=SearchOptions(passage_tokens=12))
    [passage] = result.passages
    assert passage.chunk.text == WARRANTY
    assert len(result.found) == 3
    assert (await _search(database, Compass())).passages == ()
