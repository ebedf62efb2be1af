"""Search over conversations on a real index: what is found, by whom, and what it does without."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import PLATFORM_ROLE, Database, DatabaseConfig, execute, rows
from parley.adapters.database.message_backlog import PostgresMessageBacklog
from parley.adapters.database.message_index import PostgresMessageIndex
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.adapters.queue.pgqueuer import PgQueuerJobs
from parley.adapters.queue.worker import JobHandler, Worker, WorkerConfig
from parley.core.chat import indexing
from parley.core.chat.indexing import IndexMessages, IndexMessagesJob
from parley.core.chat.search import (
    STILL_EMBEDDING,
    STILL_INDEXING,
    WORDS_ALONE,
    FoundMessages,
    SearchConversations,
    snippet,
)
from parley.core.conversations.model import ConversationId
from parley.core.kernel.ids import UserId, WorkspaceId, uuid7
from parley.core.knowledge.model import EmbedderUnavailable
from parley.core.knowledge.ports import Embedder
from parley.core.workspaces.model import Role, WorkspaceScope
from parley.testing.logs import RecordedLog

DEADLINE_S = 20.0

_CONVERSATION = """
INSERT INTO workspaces (id, name, created_at) VALUES (:ws, 'W', now()) ON CONFLICT DO NOTHING;
INSERT INTO users (id, email, name, password_hash, created_at)
  VALUES (:user, gen_random_uuid() || '@example.org', 'U', 'h', now()) ON CONFLICT DO NOTHING;
INSERT INTO conversations (id, workspace_id, user_id, title, created_at, updated_at)
  VALUES (:conversation, :ws, :user, 'Tools', now(), now())
"""
_MESSAGE = text("""
WITH touched AS (UPDATE conversations SET updated_at = now() WHERE id = :conversation)
INSERT INTO messages (id, workspace_id, user_id, conversation_id, role, text, state, citations, created_at)
VALUES (:id, :ws, :user, :conversation, 'user', :text, 'complete', '[]', now())
""")
_JOBS = text("SELECT convert_from(payload, 'UTF8') AS payload FROM pgqueuer WHERE entrypoint = :name")


class TopicEmbedder:
    """Knows two topics: weather, and everything else."""

    model = "topics"
    dimension = 2

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
        self.texts += texts
        weather = ("rain", "snow", "umbrella", "forecast")
        return [
            [1.0, 0.0] if any(word in text.casefold() for word in weather) else [0.0, 1.0] for text in texts
        ]


class BrokenEmbedder(TopicEmbedder):
    async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
        raise EmbedderUnavailable("It is gone.")


@dataclass
class Place:
    database: Database
    config: DatabaseConfig
    workspace: WorkspaceId
    user: UserId

    @property
    def scope(self) -> WorkspaceScope:
        return WorkspaceScope(self.workspace, self.user, Role.MEMBER)

    async def say(self, *texts: str) -> ConversationId:
        """A new conversation with these messages, which the index does not know."""
        conversation = ConversationId(uuid7())
        values = {"ws": self.workspace, "user": self.user, "conversation": conversation}
        async with self.database.begin_platform() as tx:
            for statement in _CONVERSATION.split(";\n"):
                await execute(tx, text(statement), values)
        await self.add(conversation, *texts)
        return conversation

    async def add(self, conversation: ConversationId, *texts: str) -> None:
        values = {"ws": self.workspace, "user": self.user, "conversation": conversation}
        for said in texts:
            async with self.database.begin_platform() as tx:
                await execute(tx, _MESSAGE, values | {"id": uuid7(), "text": said})

    def job(self, embedder: Embedder | None = None) -> IndexMessagesJob:
        return IndexMessagesJob(self.database, PostgresMessageBacklog(), SnowballAnalyzer(), embedder)

    async def index(self, embedder: Embedder | None = None) -> None:
        await self.job(embedder).run(IndexMessages(self.workspace, self.user))

    async def ask(self, query: str, embedder: Embedder | None = None, wait_s: float = 0.0) -> FoundMessages:
        search = SearchConversations(
            self.database, PostgresMessageIndex(), PgQueuerJobs(), SnowballAnalyzer(), embedder, wait_s=wait_s
        )
        return await search.run(self.scope, query, 10)

    async def search(self, query: str, embedder: Embedder | None = None) -> list[str]:
        return [hit.message.text for hit in (await self.ask(query, embedder)).found]

    async def jobs(self) -> list[str]:
        async with self.database.begin_platform() as tx:
            return [each.payload for each in await rows(tx, _JOBS, {"name": IndexMessages.name})]

    @asynccontextmanager
    async def worker(self, embedder: Embedder | None = None) -> AsyncIterator[None]:
        """A worker that takes the jobs of searches off the queue."""
        config = WorkerConfig(self.config.platform_url, PLATFORM_ROLE)
        worker = Worker(config, [JobHandler(IndexMessages, self.job(embedder).run)], RecordedLog())
        running = asyncio.create_task(worker.run())
        try:
            yield
        finally:
            worker.stop()
            await asyncio.wait({running}, timeout=DEADLINE_S)


@pytest.fixture
def place(database: Database, database_config: DatabaseConfig) -> Place:
    return Place(database, database_config, WorkspaceId(uuid4()), UserId(uuid4()))


async def test_messages_are_found_by_their_words_the_best_first(place: Place) -> None:
    await place.say("The drill has a warranty.", "Warranty: the warranty of saws.", "The price of nails.")
    await place.index()
    assert await place.search("warranties") == [
        "Warranty: the warranty of saws.",
        "The drill has a warranty.",
    ]
    assert await place.search("spaceship") == []


async def test_scripts_without_spaces_are_found(place: Place) -> None:
    await place.say("保証期間は二十四か月です。", "価格は十ユーロです。")
    await place.index()
    assert await place.search("保証期間") == ["保証期間は二十四か月です。"]


async def test_messages_are_found_by_their_meaning(place: Place) -> None:
    embedder = TopicEmbedder()
    await place.say("Take an umbrella.", "The price of nails.")
    await place.index(embedder)
    assert await place.search("rain tomorrow", embedder) == ["Take an umbrella."]


@pytest.mark.parametrize("embedder", [None, BrokenEmbedder()])
async def test_without_an_embedder_words_decide_and_the_result_says_so(
    place: Place, embedder: Embedder | None
) -> None:
    await place.say("The drill has a warranty.")
    await place.index(None if embedder is None else TopicEmbedder())
    result = await place.ask("warranty", embedder)
    assert ([hit.title for hit in result.found], result.degraded) == (["Tools"], WORDS_ALONE)


async def test_each_user_finds_and_indexes_only_their_own(place: Place) -> None:
    embedder = TopicEmbedder()
    colleague = Place(place.database, place.config, place.workspace, UserId(uuid4()))
    stranger = Place(place.database, place.config, WorkspaceId(uuid4()), UserId(uuid4()))
    await place.say("The drill has a warranty; take an umbrella.")
    for other in (colleague, stranger):
        await other.say("Nothing of note.")
        await other.index(embedder)
    assert set(embedder.texts) == {"Nothing of note."}
    await place.index(embedder)
    for other in (colleague, stranger):
        assert await other.search("warranty") == []
        assert await other.search("rain", embedder) == []
        assert await other.jobs() == []


async def test_a_search_has_a_worker_index_what_was_said_before_and_finds_it(place: Place) -> None:
    embedder = TopicEmbedder()
    await place.say("The drill has a warranty.", "Take an umbrella.")
    async with place.worker(embedder):
        result = await place.ask("rain", embedder, wait_s=DEADLINE_S)
        assert [hit.message.text for hit in result.found] == ["Take an umbrella."]
        assert result.degraded == ""
        await place.say("Snow in May.")
        again = await place.ask("snow", embedder, wait_s=DEADLINE_S)
        assert again.found[0].message.text == "Snow in May."


async def test_without_a_worker_a_search_says_that_messages_are_missing(place: Place) -> None:
    conversation = await place.say("The drill has a warranty.")
    await place.index()
    await place.add(conversation, "The warranty of saws.")
    result = await place.ask("warranty", wait_s=0.2)
    assert [hit.message.text for hit in result.found] == ["The drill has a warranty."]
    assert result.degraded == f"{STILL_INDEXING} {WORDS_ALONE}"


async def test_searches_at_once_ask_for_one_job_and_none_is_asked_for_nothing(place: Place) -> None:
    await place.say("The drill has a warranty.")
    await asyncio.gather(place.ask("warranty", wait_s=0.2), place.ask("drill", wait_s=0.2))
    assert await place.jobs() == [f'{{"workspace_id":"{place.workspace}","user_id":"{place.user}"}}']
    await place.index()
    async with place.database.begin_platform() as tx:
        await execute(tx, text("DELETE FROM pgqueuer"))
    assert await place.search("warranty") == ["The drill has a warranty."]
    assert await place.jobs() == []


async def test_messages_indexed_without_an_embedder_get_their_vectors_from_the_next_search(
    place: Place,
) -> None:
    embedder = TopicEmbedder()
    await place.say("Take an umbrella.")
    await place.index()
    result = await place.ask("umbrella", embedder, wait_s=DEADLINE_S)
    assert ([hit.message.text for hit in result.found], result.degraded) == (
        ["Take an umbrella."],
        STILL_EMBEDDING,
    )
    assert len(await place.jobs()) == 1
    await place.index(embedder)
    result = await place.ask("rain", embedder)
    assert ([hit.message.text for hit in result.found], result.degraded) == (["Take an umbrella."], "")


async def test_with_another_embedder_all_vectors_are_made_anew(place: Place) -> None:
    newer = TopicEmbedder()
    newer.model = "a newer model"
    await place.say("Take an umbrella.")
    await place.index(TopicEmbedder())
    assert await place.search("rain", newer) == []
    await place.index(newer)
    assert await place.search("rain", newer) == ["Take an umbrella."]


async def test_words_are_indexed_even_where_the_embedder_fails(place: Place) -> None:
    await place.say("The drill has a warranty.")
    with pytest.raises(EmbedderUnavailable):
        await place.index(BrokenEmbedder())
    assert await place.search("warranty") == ["The drill has a warranty."]


async def test_what_is_said_while_the_job_runs_is_indexed_by_it_too(place: Place) -> None:
    conversation = await place.say("Take an umbrella.")

    class Interrupted(TopicEmbedder):
        async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
            if not self.texts:
                await place.add(conversation, "The forecast is fine.")
            return await super().embed(texts)

    embedder = Interrupted()
    await place.index(embedder)
    assert (await place.ask("forecast", embedder)).degraded == ""
    assert sorted(await place.search("forecast", embedder)) == ["Take an umbrella.", "The forecast is fine."]


async def test_two_runs_at_once_index_each_message_once(place: Place) -> None:
    await place.say("The drill has a warranty.", "A saw.", "")
    await place.say("Nails.")
    await asyncio.gather(place.index(), place.index())
    await place.index()
    async with place.database.begin_platform() as tx:
        [counts] = await rows(
            tx, text("SELECT (SELECT count(*) FROM message_index), (SELECT count(*) FROM message_terms)")
        )
    assert tuple(counts) == (3, 4)
    assert await place.search("saw") == ["A saw."]


async def test_the_newest_messages_come_first_and_the_oldest_are_left_out(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "MOST_INDEXED", 2)
    monkeypatch.setattr(indexing, "MESSAGES_AT_ONCE", 1)
    old = await place.say("An old saw.")
    await place.say("A saw.", "A newer saw.")
    await place.index()
    assert await place.search("old") == []
    assert sorted(await place.search("saw")) == ["A newer saw.", "A saw."]
    assert (await place.ask("saw")).degraded == WORDS_ALONE
    async with place.database.begin_platform() as tx:
        first = await rows(tx, text("SELECT message_id FROM message_index ORDER BY key LIMIT 1"))
    newest = (await place.ask("newer")).found[0].message
    assert first[0].message_id == newest.id
    await place.add(old, "It goes on.")
    await place.index()
    assert await place.search("old") == ["An old saw."]


async def test_what_programs_keep_is_indexed_for_nobody(place: Place) -> None:
    conversation = await place.say("The drill has a warranty.")
    async with place.database.begin_platform() as tx:
        await execute(
            tx, text("UPDATE conversations SET source = 'api' WHERE id = :id"), {"id": conversation}
        )
    assert (await place.ask("warranty")).degraded == WORDS_ALONE
    await place.index()
    assert await place.search("warranty") == []


@pytest.mark.parametrize("gone", ["conversations", "users"])
async def test_what_is_removed_is_no_longer_found_and_a_job_for_it_ends(place: Place, gone: str) -> None:
    conversation = await place.say("The drill has a warranty.")
    await place.index()
    await place.add(conversation, "A saw.")
    ids: dict[str, UUID] = {"conversations": conversation, "users": place.user}
    async with place.database.begin_platform() as tx:
        await execute(
            tx, text("DELETE FROM conversations WHERE id = :id OR user_id = :id"), {"id": ids[gone]}
        )
    await place.index(TopicEmbedder())
    assert await place.search("warranty") == []
    async with place.database.begin_platform() as tx:
        assert await rows(tx, text("SELECT 1 FROM message_terms")) == []


def test_a_snippet_shows_the_word_that_was_sought() -> None:
    long = "Before. " * 200 + "The warranty lasts.\nTwo years. " + "After. " * 200
    shown = snippet(long, "Warranty?", ["warranti"])
    assert "The warranty lasts. Two years." in shown
    assert (shown[0], shown[-1]) == ("…", "…")
    assert len(shown) < 260
    assert snippet("Short.", "nothing", []) == "Short."
