"""Embedding anew in the background, over a real database: whatever dies in between, every passage keeps
being found, and gets the vectors of the new model once."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.budgets import PostgresBudgets
from parley.adapters.database.connection import Database, execute
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.workspaces import PostgresWorkspaces
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose, WordsAlone
from parley.core.knowledge.spaces import MODEL_GONE, NOT_YET, SWITCHED_OFF, TOO_DEAR, TRUSTED_S
from parley.core.usage.model import Budget, Holder, Limit, Period
from tests.core.ingestion.embedding_server import NEW, OLD, Server


@pytest.fixture
def server(database: Database) -> Server:
    return Server(database)


async def test_a_new_embedder_takes_over_once_it_has_embedded_everything(server: Server) -> None:
    shelf = await server.workspace()
    await shelf.add("one", "two", "three")
    await server.change_to(NEW)
    worker = server.worker()
    assert await worker.step()
    assert (await shelf.vectors(NEW), await shelf.searched_with()) == (2, OLD)
    await server.work(worker)
    assert (await shelf.vectors(NEW), await shelf.searched_with()) == (3, NEW)
    assert server.new.seen == [f"Manual > Start\n{each}" for each in ("one", "two", "three")]
    space = await shelf.space()
    assert (space.building_model, space.finished_at is not None, space.error) == (None, True, "")


async def test_the_vectors_of_before_are_removed_when_nobody_searches_them_any_more(server: Server) -> None:
    shelf = await server.workspace()
    for number in range(3):
        await shelf.add(f"text {number}")
    await server.change_to(NEW)
    worker = server.worker(documents_at_once=2)
    await server.work(worker)
    assert await shelf.vectors(OLD) == 3
    server.clock.move(TRUSTED_S + 60)
    assert await worker.step()
    assert await shelf.vectors(OLD) == 1
    await server.work(worker)
    assert (await shelf.vectors(OLD), await shelf.vectors(NEW)) == (0, 3)
    assert not (await shelf.space()).removing


async def test_a_worker_that_dies_leaves_the_rest_to_the_next_and_nothing_twice(server: Server) -> None:
    shelf = await server.workspace()
    await shelf.add(*(f"text {number}" for number in range(7)))
    await server.change_to(NEW)
    dying = asyncio.Event()

    async def hang_in_the_second_batch(texts: Sequence[str]) -> None:
        if server.new.seen:
            dying.set()
            await asyncio.Event().wait()

    server.new.before = hang_in_the_second_batch
    work = asyncio.create_task(server.work())
    await dying.wait()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    server.new.before = None
    assert await server.work() == 0  # its lease has to run out
    server.clock.move(61)
    await server.work()
    assert await shelf.searched_with() == NEW
    assert len(server.new.seen) == len(set(server.new.seen)) == 7


async def test_documents_read_without_an_embedder_get_their_vectors_later(server: Server) -> None:
    server.embedders.wanted = None
    shelf = await server.workspace()
    await shelf.add("one", "two")
    with pytest.raises(WordsAlone, match=SWITCHED_OFF):
        await shelf.searched_with()
    await server.change_to(OLD)
    with pytest.raises(WordsAlone, match=NOT_YET):
        await shelf.searched_with()
    await server.work()
    assert (await shelf.vectors(OLD), await shelf.searched_with()) == (2, OLD)


async def test_a_document_that_lacks_vectors_among_others_gets_them(server: Server) -> None:
    shelf = await server.workspace()
    await shelf.add("one")
    await shelf.add("two", model="")
    await server.work()
    assert await shelf.vectors(OLD) == 2
    assert server.old.seen == ["Manual > Start\ntwo"]


async def test_a_document_that_comes_with_the_old_vectors_after_the_switch_is_embedded_anew(
    server: Server,
) -> None:
    shelf = await server.workspace()
    await shelf.add("one")
    await server.change_to(NEW)
    await server.work()
    await shelf.add("two", model=OLD)
    await server.work()
    assert await shelf.vectors(NEW) == 2
    assert not (await shelf.space()).incomplete


async def test_a_document_that_comes_during_the_build_is_found_by_the_old_vectors_too(
    server: Server,
) -> None:
    shelf = await server.workspace()
    await shelf.add(*(f"text {number}" for number in range(8)))
    server.clock.move(1)
    await server.change_to(NEW)
    worker = server.worker()
    await worker.step()
    await shelf.add("fresh")
    await worker.step()
    assert await shelf.searched_with() == OLD
    assert server.old.seen == ["Manual > Start\nfresh"]
    assert await shelf.vectors(OLD) == 9


async def test_the_build_goes_on_when_the_old_embedder_fails(server: Server) -> None:
    shelf = await server.workspace()
    await shelf.add("one", "two", "three")
    server.old.error = EmbedderUnavailable("Its key was revoked.")
    server.clock.move(1)
    await server.change_to(NEW)
    await shelf.add("fresh")
    await server.work()
    assert (await shelf.vectors(NEW), await shelf.searched_with()) == (4, NEW)
    assert len([event for event in server.log.events if "before_unavailable" in str(event)]) == 1


async def test_while_the_old_embedder_is_gone_the_words_decide_and_the_reader_is_told(server: Server) -> None:
    shelf = await server.workspace()
    await shelf.add("one")
    await server.change_to(NEW)
    del server.embedders.at_hand[OLD]
    with pytest.raises(WordsAlone, match=MODEL_GONE):
        await shelf.searched_with()


async def test_a_workspace_without_documents_is_searched_with_the_configured_embedder(server: Server) -> None:
    shelf = await server.workspace()
    assert await shelf.searched_with() == OLD
    await server.change_to(NEW)
    assert await shelf.searched_with() == NEW


async def test_a_failure_is_told_and_tried_again_later_and_later_without_holding_up_others(
    server: Server,
) -> None:
    shelf, other = await server.workspace(), await server.workspace()
    await shelf.add("broken")
    await other.add("fine")
    await server.change_to(NEW)

    async def fail(texts: Sequence[str]) -> None:
        if any("broken" in each for each in texts):
            raise EmbedderUnavailable("It is too busy.", hint="Wait.")

    server.new.before = fail
    await server.work()
    assert await other.searched_with() == NEW
    assert (await shelf.space()).error == "It is too busy. Wait."
    for _ in range(3):
        server.clock.move(400)
        await server.work()
    waits = (await shelf.space()).due_at
    assert waits is not None
    assert 8 < (waits - server.clock.now()).total_seconds() <= 300
    server.new.before = None
    server.clock.move(400)
    await server.work()
    assert (await shelf.searched_with(), (await shelf.space()).error) == (NEW, "")


async def test_workspaces_take_turns(server: Server) -> None:
    shelves = [await server.workspace() for _ in range(3)]
    for number, shelf in enumerate(shelves):
        await shelf.add(*(f"{number}" for _ in range(6)))
    await server.change_to(NEW)
    worker = server.worker()
    for _ in range(3):
        await worker.step()
        server.clock.move(0.1)
    assert [await shelf.vectors(NEW) for shelf in shelves] == [2, 2, 2]


async def test_two_workers_do_not_embed_the_same(server: Server) -> None:
    shelves = [await server.workspace() for _ in range(2)]
    for shelf in shelves:
        await shelf.add(*(f"{uuid4()}" for _ in range(6)))
    await server.change_to(NEW)
    await asyncio.gather(server.work(), server.work())
    await server.work()
    assert [await shelf.searched_with() for shelf in shelves] == [NEW, NEW]
    assert len(server.new.seen) == len(set(server.new.seen)) == 12


async def test_a_document_deleted_while_it_is_embedded_leaves_no_vectors(server: Server) -> None:
    shelf = await server.workspace()
    document = await shelf.add("one")

    async def delete(texts: Sequence[str]) -> None:
        async with server.database.begin_platform(shelf.scope.workspace_id) as tx:
            await PostgresDocuments().remove(tx, [document.id])

    server.new.before = delete
    await server.change_to(NEW)
    await server.work()
    assert (await shelf.vectors(NEW), await shelf.vectors(OLD)) == (0, 0)
    assert await shelf.searched_with() == NEW


async def test_a_document_replaced_while_it_is_embedded_is_embedded_as_it_is_now(server: Server) -> None:
    shelf = await server.workspace()
    document = await shelf.add("before")

    async def replace_it(texts: Sequence[str]) -> None:
        server.new.before = None
        await shelf.index(document, "after", model=OLD)

    server.new.before = replace_it
    await server.change_to(NEW)
    await server.work()
    assert await shelf.vectors(NEW) == 1
    assert server.new.seen[-1].endswith("after")


async def test_a_change_of_mind_goes_back_without_embedding_what_is_there(server: Server) -> None:
    shelf = await server.workspace()
    await shelf.add("one", "two", "three")
    await server.change_to(NEW)
    await server.worker().step()
    await server.change_to(OLD)
    await server.work()
    server.clock.move(100)
    await server.work()
    assert await shelf.searched_with() == OLD
    assert (server.old.seen, await shelf.vectors(OLD), await shelf.vectors(NEW)) == ([], 3, 0)


async def test_a_removed_workspace_ends_its_build(server: Server) -> None:
    shelf = await server.workspace()
    await shelf.add("one", "two", "three")

    async def remove(texts: Sequence[str]) -> None:
        async with server.database.begin_platform(shelf.scope.workspace_id) as tx:
            await PostgresWorkspaces().remove(tx)

    server.new.before = remove
    await server.change_to(NEW)
    await server.work()
    server.clock.move(100)
    assert await server.work() == 0


async def test_a_document_of_before_titles_were_kept_goes_by_its_name(server: Server) -> None:
    shelf = await server.workspace()
    document = await shelf.add("one")
    async with server.database.begin_platform(shelf.scope.workspace_id) as tx:
        await execute(tx, text("UPDATE documents SET title = NULL WHERE id = :id"), {"id": document.id})
    await server.change_to(NEW)
    await server.work()
    assert server.new.seen == ["the manual > Start\none"]


async def test_progress_and_the_time_left_are_told(server: Server) -> None:
    shelf = await server.workspace()
    await shelf.add(*(f"text {number}" for number in range(10)))
    await server.change_to(NEW)
    worker = server.worker()
    for _ in range(3):
        server.clock.move(2)
        await worker.step()
    progress = (await server.searching().report(shelf.scope.workspace_id)).progress
    assert progress is not None
    assert (progress.chunks_done, progress.chunks_total) == (6, 10)
    assert progress.seconds_left == pytest.approx(4.0, rel=0.01)


async def test_what_embedding_takes_is_booked_to_whoever_sent_the_documents(server: Server) -> None:
    shelf = await server.workspace()
    await shelf.add("one", "two", "three")
    await server.change_to(NEW)
    await server.work()
    used = (await shelf.used())["openai:new"]
    assert (used.tokens.input, used.cost_micros) == (30, 60)


async def test_questions_are_booked_and_stop_at_the_budget(server: Server) -> None:
    shelf = await server.workspace()
    async with server.database.begin_platform(shelf.scope.workspace_id) as tx:
        limit = Limit(Holder.WORKSPACE, Period.DAY, tokens=25)
        await PostgresBudgets().put(tx, Budget((limit,)))
    embedder = await server.searching().active(shelf.scope)
    for _ in range(2):
        await embedder.embed(["Why?"], purpose=EmbeddingPurpose.QUERY)
    with pytest.raises(WordsAlone, match=TOO_DEAR):
        await embedder.embed(["Why?" * 10], purpose=EmbeddingPurpose.QUERY)
    assert (await shelf.used())["openai:old"].tokens.input == 20
    assert len(server.old.seen) == 2


async def test_the_worker_goes_on_by_itself(server: Server) -> None:
    shelf = await server.workspace()
    await shelf.add("one", "two", "three")
    await server.change_to(NEW)
    last_batch = asyncio.Event()

    async def note(texts: Sequence[str]) -> None:
        if len(server.new.seen) + len(texts) == 3:
            last_batch.set()

    server.new.before = note
    working = asyncio.create_task(server.worker(look_s=0.01, rest=0.0, yield_s=0.0).run())
    async with asyncio.timeout(60):
        await last_batch.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
