"""Search over a real database: words and meaning together, and words alone where meaning fails."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import Database
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.workspaces import PostgresWorkspaces
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import transaction_is_open
from parley.core.knowledge.model import (
    Chunk,
    Collection,
    CollectionId,
    Document,
    DocumentId,
    DocumentState,
    EmbedderUnavailable,
    IndexedChunk,
)
from parley.core.knowledge.search import EMBEDDER_FAILED, NO_EMBEDDER, Search
from parley.core.workspaces.model import Role, Workspace, WorkspaceScope

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

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
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
        )
        for number, (text, vector) in enumerate(MEANING.items())
    ]
    async with database.begin_platform(scope.workspace_id) as tx:
        await PostgresWorkspaces().add(tx, Workspace(scope.workspace_id, "W", NOW))
        await PostgresCollections().add(tx, collection)
        await PostgresDocuments().add(tx, document)
        await PostgresChunkIndex().replace(tx, document, chunks, Compass.model)
    return scope


async def _found(
    database: Database, embedder: Compass | None, question: str, limit: int = 10
) -> tuple[list[str], str]:
    search = Search(database, PostgresChunkIndex(), SnowballAnalyzer(), embedder)
    result = await search.run(await _library(database), [], question, limit)
    return [found.chunk.text for found in result.found], result.degraded


async def test_meaning_finds_what_the_words_do_not(database: Database) -> None:
    texts, degraded = await _found(database, Compass(), "How long is the warranty?")
    assert texts[:2] == ["The warranty lasts two years.", "Our guarantee covers repairs."]
    assert degraded == ""


async def test_at_most_as_many_as_asked_for_are_found(database: Database) -> None:
    texts, _ = await _found(database, Compass(), "How long is the warranty?", limit=1)
    assert texts == ["The warranty lasts two years."]


async def test_without_an_embedder_the_words_decide_and_the_reader_is_told(database: Database) -> None:
    assert await _found(database, None, "How long is the warranty?") == (
        ["The warranty lasts two years."],
        NO_EMBEDDER,
    )


async def test_a_failing_embedder_costs_the_meaning_not_the_answer(database: Database) -> None:
    assert await _found(database, Compass(works=False), "How long is the warranty?") == (
        ["The warranty lasts two years."],
        EMBEDDER_FAILED,
    )
