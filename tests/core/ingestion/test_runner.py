"""The runner: documents are read by leases, fairly between workspaces, and let go when nobody wants them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import pytest

from parley.adapters.database.connection import Database, DatabaseConfig
from parley.adapters.documents.sandbox import SandboxedParser
from parley.core.ingestion.model import UnreadableDocument
from parley.core.ingestion.ports import DocumentParser
from parley.core.kernel.ids import WorkspaceId
from parley.core.knowledge.model import CollectionId, DocumentState, EmbedderUnavailable
from tests.core.ingestion.conftest import PATIENCE_S, Archive, FakeEmbedder, FakeParser

QUICK: dict[str, Any] = {"report_s": 0.05, "first_delay_s": 0.05, "longest_delay_s": 0.1, "grace_s": 5.0}


@dataclass
class Gate:
    """Holds up every file that is parsed until it is opened, and tells when one has come."""

    arrived: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    left: list[str] = field(default_factory=list)

    def before(self, archive: Archive) -> DocumentParser:
        gate, inner = self, archive.parser

        class Gated(FakeParser):
            async def parse(self, path, *, name, media_type):  # type: ignore[no-untyped-def]
                await gate.arrived.put(name)
                try:
                    await gate.opened.wait()
                except asyncio.CancelledError:
                    gate.left.append(name)
                    raise
                return await inner.parse(path, name=name, media_type=media_type)

        return Gated()

    async def next(self) -> str:
        async with asyncio.timeout(PATIENCE_S):
            return await self.arrived.get()


async def another_workspace(archive: Archive) -> Archive:
    workspace, collection = uuid4(), uuid4()
    await archive.sql("INSERT INTO workspaces (id, name, created_at) VALUES (:ws, 'X', now())", ws=workspace)
    await archive.sql(
        "INSERT INTO collections (id, workspace_id, name, description, created_at)"
        " VALUES (:id, :ws, 'C', '', now())",
        id=collection,
        ws=workspace,
    )
    scope = replace(archive.scope, workspace_id=WorkspaceId(workspace))
    return replace(archive, scope=scope, collection_id=CollectionId(collection))


async def test_what_waits_is_read_and_what_comes_later_too(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    early = await archive.receive("early.txt", b"Words.")
    async with archive.reading(database_config, poll_s=60.0, **QUICK) as (_, log):
        assert (await archive.ended(early)).state is DocumentState.READY
        late = await archive.receive("late.txt", b"Words.")  # a wake-up call comes, for it polls not again
        assert (await archive.ended(late)).state is DocumentState.READY
    assert log.said("document.read")


async def test_a_document_of_a_bad_kind_stops_no_other(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    class Picky(FakeParser):
        async def parse(self, path, *, name, media_type):  # type: ignore[no-untyped-def]
            if name.startswith("bad"):
                raise UnreadableDocument("damaged_file", "Broken.", hint="Save it anew.")
            return await super().parse(path, name=name, media_type=media_type)

    names = ["bad1.txt", "good1.txt", "bad2.txt", "good2.txt"]
    documents = [await archive.receive(name, name.encode()) for name in names]
    async with archive.reading(database_config, Picky(), **QUICK):
        states = [(await archive.ended(document)).state for document in documents]
    assert states == [DocumentState.FAILED, DocumentState.READY] * 2


async def test_one_document_does_not_wait_behind_anothers_hundred(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    for number in range(100):
        await archive.receive(f"{number}.txt", b"Words.")
    other = await another_workspace(archive)
    single = await other.receive("single.txt", b"Words.")
    gate = Gate()
    async with archive.reading(database_config, gate.before(archive), at_once=1, **QUICK):
        begun = {await gate.next(), await gate.next()}  # the spare place is for those who have none
        assert "single.txt" in begun
        gate.opened.set()
        assert (await other.ended(single)).state is DocumentState.READY
        [done] = await archive.sql("SELECT count(*) AS ready FROM documents WHERE state = 'ready'")
    assert int(str(done["ready"])) < 50


async def test_a_document_gets_a_place_while_anothers_long_ones_take_all(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    for number in range(4):
        await archive.receive(f"{number}.txt", b"Words.")
    gate = Gate()
    async with archive.reading(database_config, gate.before(archive), at_once=2, **QUICK):
        assert {await gate.next(), await gate.next()} == {"0.txt", "1.txt"}
        other = await another_workspace(archive)
        await other.receive("single.txt", b"Words.")
        assert await gate.next() == "single.txt"
        gate.opened.set()


async def test_workspaces_take_turns(archive: Archive, database_config: DatabaseConfig) -> None:
    other = await another_workspace(archive)
    for number in range(4):
        await archive.receive(f"mine{number}.txt", b"Words.")
    for number in range(4):
        await other.receive(f"theirs{number}.txt", b"Words.")
    order: list[str] = []

    class Noting(FakeParser):
        async def parse(self, path, *, name, media_type):  # type: ignore[no-untyped-def]
            order.append("theirs" if name.startswith("theirs") else "mine")
            return await super().parse(path, name=name, media_type=media_type)

    last = await archive.receive("mine.txt", b"Words.")
    async with archive.reading(database_config, Noting(), at_once=1, **QUICK):
        await archive.ended(last)
    assert abs(order[:6].count("mine") - order[:6].count("theirs")) <= 2


async def test_a_dead_readers_document_is_taken_over(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    document = await archive.receive("a.txt", b"Words.")
    await archive.claim(lease_s=0.2)  # by one who dies
    async with archive.reading(database_config, poll_s=0.1, **QUICK):
        assert (await archive.ended(document)).state is DocumentState.READY
    assert await archive.sql("SELECT attempts FROM documents") == [{"attempts": 2}]


async def test_a_living_readers_document_is_left_to_it(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    document = await archive.receive("a.txt", b"Words.")
    gate = Gate()
    short: dict[str, Any] = {"lease_s": 0.4, "heartbeat_s": 0.05, "poll_s": 0.05}
    async with (
        archive.reading(database_config, gate.before(archive), **QUICK, **short),
        archive.reading(database_config, gate.before(archive), **QUICK, **short),
    ):
        await gate.next()
        await archive.sql("SELECT pg_sleep(1)")  # more than two leases
        gate.opened.set()
        await archive.ended(document)
    assert gate.arrived.empty()
    assert await archive.sql("SELECT attempts FROM documents") == [{"attempts": 1}]


async def test_cancelling_ends_the_reading_at_once(archive: Archive, database_config: DatabaseConfig) -> None:
    document = await archive.receive("a.txt", b"Words.")
    gate = Gate()
    slow = QUICK | {"report_s": 60.0}
    async with archive.reading(database_config, gate.before(archive), **slow) as (_, log):
        await gate.next()
        await archive.change.cancel(archive.scope, document.id)
        async with asyncio.timeout(PATIENCE_S):
            while not gate.left:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert log.said("document.let_go")
    found = await archive.document(document.id)
    assert found is not None
    assert found.state is DocumentState.CANCELLED


async def test_cancelling_kills_the_process_that_parses(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    parser = SandboxedParser()
    endless = b"a,b\n" * 260_000  # a second of work
    document = await archive.receive("a.csv", endless)
    try:
        async with archive.reading(database_config, parser, **QUICK) as (_, log):
            async with asyncio.timeout(PATIENCE_S):
                while await archive.sql("SELECT 1 FROM documents WHERE state = 'received'"):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            await archive.change.cancel(archive.scope, document.id)
            async with asyncio.timeout(PATIENCE_S):
                while not log.said("document.let_go"):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
    finally:
        await parser.close()
    assert await archive.sql("SELECT 1 FROM chunks") == []


async def test_a_replaced_document_is_read_in_its_newest_content_only(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    document = await archive.receive("a.txt", b"Old.")
    gate = Gate()
    async with archive.reading(database_config, gate.before(archive), **QUICK):
        await gate.next()
        await archive.send("a.txt", b"New.")
        await gate.next()
        gate.opened.set()
        await archive.ended(document)
    assert [chunk.text for chunk in await archive.chunks(document.id)] == ["New."]
    assert gate.left == ["a.txt"]


async def test_what_fails_through_no_fault_of_its_own_is_tried_again_then_given_up(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    class Recovering(FakeEmbedder):
        async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
            if len(self.seen) < 2:
                self.seen.append("")
                raise EmbedderUnavailable("No embedder answers.")
            return await super().embed(texts)

    archive.embedder = Recovering()
    document = await archive.receive("a.txt", b"Words.")
    async with archive.reading(database_config, **QUICK, poll_s=0.05) as (_, log):
        assert (await archive.ended(document)).state is DocumentState.READY
        archive.embedder = FakeEmbedder(error=KeyError("x"))
        hopeless = await archive.receive("b.txt", b"Words.")
        failed = await archive.ended(hopeless)
    assert failed.failure is not None
    assert failed.failure.code == "internal_error"
    assert log.said("document.put_off")
    assert log.said("document.given_up")


async def test_a_document_that_ends_its_worker_each_time_is_given_up(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    document = await archive.receive("a.txt", b"Words.")
    for _ in range(3):
        await archive.claim(lease_s=0.0)
    async with archive.reading(database_config, most_attempts=3, **QUICK):
        failed = await archive.ended(document)
    assert failed.failure is not None
    assert failed.failure.code == "job_ends_its_worker"
    assert "ended 3 times" in failed.failure.detail


async def test_a_runner_that_stops_hands_back_what_it_cannot_end(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    await archive.receive("a.txt", b"Words.")
    gate = Gate()
    impatient = QUICK | {"grace_s": 0.05}
    async with archive.reading(database_config, gate.before(archive), **impatient):
        await gate.next()
    assert await archive.sql("SELECT state, attempts, lease_owner FROM documents") == [
        {"state": "received", "attempts": 0, "lease_owner": None}
    ]
    assert (await archive.claim()).attempt == 1


async def test_a_runner_that_stops_lets_readings_end(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    document = await archive.receive("a.txt", b"Words.")
    gate = Gate()
    async with archive.reading(database_config, gate.before(archive), **QUICK) as (runner, _):
        await gate.next()
        runner.stop()
        gate.opened.set()
    found = await archive.document(document.id)
    assert found is not None
    assert found.state is DocumentState.READY


async def test_progress_is_stored_while_a_document_is_read(
    archive: Archive, database_config: DatabaseConfig
) -> None:
    half = asyncio.Event()

    class Halting(FakeEmbedder):
        async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
            if self.seen:
                await half.wait()
            return await super().embed(texts)

    archive.embedder = Halting()
    content = b"\n\n".join(b"Paragraph %d." % number for number in range(48))
    document = await archive.receive("a.txt", content)
    async with archive.reading(database_config, **QUICK):
        async with asyncio.timeout(PATIENCE_S):
            while True:
                now = await archive.document(document.id)
                assert now is not None
                if now.chunks_done:
                    break
                await asyncio.sleep(0.02)
        assert (now.state, now.chunks_done, now.chunks_total) == (DocumentState.EMBEDDING, 32, 48)
        assert now.expected_at is not None
        assert now.progress == pytest.approx(0.75)
        half.set()
        ready = await archive.ended(document)
    assert (ready.chunks_done, ready.expected_at) == (48, None)


async def test_an_outage_of_the_database_is_waited_out(
    archive: Archive, database: Database, database_config: DatabaseConfig
) -> None:
    async with archive.reading(database_config, reconnect_s=0.05, poll_s=0.1, **QUICK) as (_, log):
        first = await archive.receive("a.txt", b"Words.")
        await archive.ended(first)
        await archive.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )
        async with asyncio.timeout(PATIENCE_S):
            while not log.said("documents.wake_ups_lost"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        again = await archive.receive("b.txt", b"Words.")
        assert (await archive.ended(again)).state is DocumentState.READY
