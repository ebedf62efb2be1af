"""Receipts and replays through the API: who may read what, and what a repetition shows."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.connection import Database, execute, rows
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.bootstrap.database import RunningDatabase
from parley.core.kernel.ids import WorkspaceId
from parley.core.knowledge.model import Chunk, DocumentId, IndexedChunk
from parley.settings import Settings
from parley.testing.upstream.wires import event
from tests.adapters.llm.upstream import Reply, upstream
from tests.web.conftest import Api, Person, serving

PASSAGE = "The kettle is switched off by its lid."
UNANSWERABLE = "Does the lid switch the kettle off?"


async def _speak(reply: Reply) -> None:
    if "title" in reply.body["messages"][0]["content"] or UNANSWERABLE in str(reply.body["messages"][-1]):
        await reply.start(status=400)
        return
    await reply.start()
    await reply.text("By its lid [1].")
    await reply.raw(event({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20}}))
    await reply.done()


@pytest.fixture
async def api(settings_of: Callable[..., Settings], running_database: RunningDatabase) -> AsyncIterator[Api]:
    async with upstream(_speak) as model:
        settings = settings_of(openai_base_url=model.url, openai_model="scripted")
        async with serving(settings, running_database) as running:
            yield running


async def _index(database: Database, owner: Person, document: str, passages: list[str]) -> None:
    """What the worker would make of a document."""
    async with database.begin_platform(WorkspaceId(UUID(owner.workspace))) as tx:
        stored = await PostgresDocuments().get(tx, DocumentId(UUID(document)))
        assert stored is not None
        terms = SnowballAnalyzer().terms
        chunks = [
            IndexedChunk(Chunk(stored.id, number, each, (), None, 0, len(each)), tuple(terms(each)), None)
            for number, each in enumerate(passages)
        ]
        await PostgresChunkIndex().replace(tx, stored, chunks, "")


async def _upload(owner: Person, database: Database, collection: str, name: str, passage: str) -> str:
    reply = await owner.post(
        f"/collections/{collection}/documents", files={"files": (name, passage.encode(), "text/plain")}
    )
    document: str = reply.json()["items"][0]["document"]["id"]
    await _index(database, owner, document, [passage])
    return document


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that a document of one passage answered."""

    owner: Person
    collection: str
    document: str
    bot: str
    turn: str

    async def receipt(self, reader: Person | None = None) -> dict[str, Any]:
        reply = await (reader or self.owner).get(f"/turns/{self.turn}/receipt")
        assert reply.status_code == 200, reply.text
        body: dict[str, Any] = reply.json()
        return body

    async def replay(self, **body: Any) -> dict[str, Any]:
        reply = await self.owner.post(f"/turns/{self.turn}/replay", body or None)
        assert reply.status_code == 200, reply.text
        replayed: dict[str, Any] = reply.json()
        return replayed


@pytest.fixture
async def answered(api: Api, database: Database) -> Answered:
    await api.sign_up("First")  # the first account's workspace holds the sample
    owner = await api.sign_up("Owner")
    path = f"/workspaces/{owner.workspace}"
    collection = await owner.made(f"{path}/collections", {"name": "C"})
    document = await _upload(owner, database, collection["id"], "kettle.txt", PASSAGE)
    bot = await owner.made(
        f"{path}/bots", {"name": "B", "configuration": {"collections": [collection["id"]], "retriever_k": 2}}
    )
    reply = await owner.post("/chat", {"bot_id": bot["id"], "message": "What switches the kettle off?"})
    assert reply.json()["state"] == "done", reply.text
    return Answered(owner, collection["id"], document, bot["id"], reply.json()["turn_id"])


async def _withdraw(database: Database, answered: Answered) -> None:
    """The document is somebody else's alone from now on."""
    async with database.begin_platform() as tx:
        for table, key in (("documents", "id"), ("chunks", "document_id"), ("chunk_terms", "document_id")):
            await execute(
                tx,
                text(f"UPDATE {table} SET principals = ARRAY[:other]::uuid[] WHERE {key} = :document"),
                {"other": uuid4(), "document": UUID(answered.document)},
            )


async def test_a_receipt_tells_what_made_the_answer(answered: Answered) -> None:
    receipt = await answered.receipt()
    [passage] = receipt["passages"]
    assert (passage["document_name"], passage["text"], passage["withheld"]) == ("kettle.txt", PASSAGE, False)
    assert 0 < passage["score"] <= 1
    [call] = receipt["model_calls"]
    assert [message["role"] for message in call["messages"]] == ["system", "user"]
    assert PASSAGE in call["messages"][0]["text"]
    assert (call["purpose"], call["reply"]["text"]) == ("answer", "By its lid [1].")
    assert [(each["model"], each["error"]) for each in call["attempts"]] == [("openai:scripted", None)]
    assert (receipt["usage"]["input_tokens"], receipt["cost_micros"], receipt["bot_version"]) == (100, 0, 1)
    assert receipt["query"] == "What switches the kettle off?"
    assert {"retrieval", "first_event", "model"} <= set(receipt["timings_ms"])
    assert receipt["guardrails"] == []


async def test_scores_are_the_same_in_events_messages_and_receipt(answered: Answered) -> None:
    events = (await answered.owner.get(f"/turns/{answered.turn}/events")).text
    turn = (await answered.owner.get(f"/turns/{answered.turn}")).json()
    receipt = await answered.receipt()
    score = receipt["passages"][0]["score"]
    assert turn["message"]["citations"][0]["score"] == score
    assert f'"score":{score}' in events


async def test_a_passage_whose_access_was_withdrawn_is_withheld_everywhere(
    answered: Answered, database: Database
) -> None:
    await _withdraw(database, answered)
    receipt = await answered.receipt()
    [passage] = receipt["passages"]
    assert (passage["withheld"], passage["text"], passage["document_name"]) == (True, "", "")
    assert PASSAGE not in str(receipt)
    assert "withheld" in receipt["model_calls"][0]["messages"][0]["text"]


async def test_a_passage_of_a_removed_document_is_withheld(answered: Answered) -> None:
    await answered.owner.delete(f"/documents/{answered.document}")
    receipt = await answered.receipt()
    assert receipt["passages"][0]["withheld"]
    assert PASSAGE not in str(receipt)


async def test_a_turn_without_an_answer_withholds_the_same(answered: Answered, database: Database) -> None:
    reply = await answered.owner.post("/chat", {"bot_id": answered.bot, "message": UNANSWERABLE})
    assert reply.json()["state"] == "failed"
    failed = replace(answered, turn=reply.json()["turn_id"])
    assert PASSAGE in str(await failed.receipt())
    await _withdraw(database, answered)
    assert PASSAGE not in str(await failed.receipt())


async def test_admins_read_everyones_receipts_and_leave_a_trace(
    api: Api, answered: Answered, database: Database
) -> None:
    admin = await api.member(answered.owner, "admin")
    assert (await answered.receipt(admin))["passages"][0]["text"] == PASSAGE
    async with database.begin_platform() as tx:
        found = await rows(
            tx, text("SELECT actor_id, subject_id FROM audit_log WHERE action = 'receipt.read'")
        )
    assert [(str(each.actor_id), str(each.subject_id)) for each in found] == [(admin.id, answered.turn)]
    await _withdraw(database, answered)
    assert PASSAGE not in str(await answered.receipt(admin))


async def test_nobody_else_reads_a_receipt_or_replays_a_turn(api: Api, answered: Answered) -> None:
    member, stranger = await api.member(answered.owner, "editor"), await api.sign_up("Stranger")
    admin = await api.member(answered.owner, "admin")
    for person in (member, stranger):
        assert (await person.get(f"/turns/{answered.turn}/receipt")).status_code == 404
    for person in (member, stranger, admin):
        assert (await person.post(f"/turns/{answered.turn}/replay")).status_code == 404


async def test_a_replay_of_what_has_not_changed_is_the_same(answered: Answered) -> None:
    replayed = await answered.replay()
    assert replayed["error"] == ""
    assert (replayed["same"], replayed["live"], replayed["prompt_diff"]) == (True, False, "")
    assert [passage["fate"] for passage in replayed["passages"]] == ["same"]
    assert replayed["before"]["answer"] == replayed["after"]["answer"] == "By its lid [1]."


async def test_a_replay_shows_what_the_documents_have_changed(answered: Answered, database: Database) -> None:
    added = "A kettle switches off, says the new handbook of the kettle: by its lid, off it goes."
    await _upload(answered.owner, database, answered.collection, "new.txt", added)
    replayed = await answered.replay()
    assert not replayed["same"]
    assert {passage["fate"] for passage in replayed["passages"]} > {"added"}
    assert f"+{added}" in replayed["prompt_diff"]
    assert replayed["before"]["answer"] == replayed["after"]["answer"]

    await answered.owner.delete(f"/documents/{answered.document}")
    gone = (await answered.replay())["passages"][-1]
    assert (gone["fate"], gone["document_name"], gone["number_after"]) == ("removed", "", None)


async def test_a_replay_uses_the_version_of_the_bot_that_answered(answered: Answered) -> None:
    await answered.owner.patch(f"/bots/{answered.bot}", {"configuration": {"system_prompt": "In rhymes."}})
    assert (await answered.replay())["same"]


async def test_a_live_replay_asks_the_model_and_is_paid(answered: Answered) -> None:
    replayed = await answered.replay(live=True)
    assert (replayed["same"], replayed["live"]) == (True, True)
    report = await answered.owner.get(f"/workspaces/{answered.owner.workspace}/usage?by=purpose")
    assert {row["key"]: row["calls"] for row in report.json()["items"]} == {"answer": 1, "replay": 1}


async def test_a_turn_that_is_being_answered_has_no_receipt_yet(
    answered: Answered, database: Database
) -> None:
    async with database.begin_platform() as tx:
        statement = text("UPDATE turns SET receipt = NULL, state = 'waiting' WHERE id = :id")
        await execute(tx, statement, {"id": UUID(answered.turn)})
    reply = await answered.owner.get(f"/turns/{answered.turn}/receipt")
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")


async def test_a_receipt_of_the_first_version_is_readable(answered: Answered, database: Database) -> None:
    stored = {
        "model": "openai:x",
        "bot_version": 1,
        "query": "q",
        "passages": [{"number": 1, "document_id": answered.document, "chunk": 0, "score": 0.5}],
        "prompt": [{"role": "system", "text": f"Read this: {PASSAGE}"}, {"role": "user", "text": "Why?"}],
        "usage": {"input_tokens": 4, "output_tokens": 1, "estimated": False},
        "cost_micros": None,
        "timings_ms": {"model": 3},
        "degraded": "",
        "attempts": [{"model": "openai:x", "error": None, "detail": "", "seconds": 0.1}],
    }
    async with database.begin_platform() as tx:
        statement = text("UPDATE turns SET receipt = CAST(:receipt AS jsonb) WHERE id = :id")
        await execute(tx, statement, {"id": UUID(answered.turn), "receipt": json.dumps(stored)})
    receipt = await answered.receipt()
    assert receipt["passages"][0]["text"] == PASSAGE
    assert receipt["model_calls"][0]["messages"][1]["text"] == "Why?"
    await _withdraw(database, answered)
    assert PASSAGE not in str(await answered.receipt())
