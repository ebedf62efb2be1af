"""What becomes of documents after their upload, through HTTP: replaced, cancelled, retried, many at once."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, rows
from parley.bootstrap.database import RunningDatabase
from parley.settings import Settings
from tests.web.conftest import Api, Person, serving


@pytest.fixture
async def owner(api: Api) -> Person:
    await api.sign_up("First")  # the first account's workspace holds the sample
    return await api.sign_up("Owner")


@pytest.fixture
async def collection(owner: Person) -> str:
    made = await owner.made(f"/workspaces/{owner.workspace}/collections", {"name": "Handbooks"})
    found: str = made["id"]
    return found


async def sql(database: Database, statement: str) -> None:
    """What the worker would do to the documents."""
    async with database.begin_platform() as tx:
        await rows(tx, text(statement))


async def upload(owner: Person, collection: str, *names: str, content: bytes = b"x") -> list[dict[str, Any]]:
    files = [("files", (name, content)) for name in names]
    reply = await owner.post(f"/collections/{collection}/documents", files=files)
    assert reply.status_code == 202, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


READY = (
    "UPDATE documents SET state = 'ready', progress = 1, chunk_count = 3, chunks_done = 3, chunks_total = 3"
)
FAILED = """UPDATE documents SET state = 'failed',
  failure = '{"code": "no_text", "detail": "It holds no text.", "hint": "Scan it."}'"""


async def test_the_same_file_again_changes_nothing_and_another_replaces(
    owner: Person, collection: str, database: Database
) -> None:
    [first] = await upload(owner, collection, "a.txt")
    assert (first["outcome"], first["document"]["version"], first["document"]["searchable"]) == (
        "created",
        1,
        False,
    )
    await sql(database, READY)
    [again] = await upload(owner, collection, "a.txt")
    assert (again["outcome"], again["document"]["state"]) == ("unchanged", "ready")
    [other] = await upload(owner, collection, "a.txt", content=b"y")
    assert (other["outcome"], other["document"]["id"]) == ("replacing", first["document"]["id"])
    assert (other["document"]["state"], other["document"]["searchable"]) == ("received", True)
    original = await owner.get(f"/documents/{first['document']['id']}/original")
    assert original.content == b"x"  # the one that searches find
    kept = await owner.post(
        f"/collections/{collection}/documents?if_exists=keep", files={"files": ("a.txt", b"z")}
    )
    assert kept.json()["items"][0]["outcome"] == "unchanged"


async def test_the_original_is_replaced_by_a_plain_body_or_a_form(
    owner: Person, collection: str, database: Database
) -> None:
    [item] = await upload(owner, collection, "a.txt")
    await sql(database, READY)
    url = f"/api/v1/documents/{item['document']['id']}/original"
    headers = {"Authorization": f"Bearer {owner.access_token}"}

    async def pieces() -> AsyncIterator[bytes]:
        yield b"plain "
        yield b"body"

    plain = await owner.http.put(url, content=pieces(), headers=headers)
    assert (plain.status_code, plain.json()["outcome"]) == (202, "replacing")
    same = await owner.http.put(url, content=b"plain body", headers=headers)
    assert same.json()["outcome"] == "unchanged"
    form = await owner.http.put(url, files={"files": ("b.txt", b"of a form")}, headers=headers)
    assert (form.json()["outcome"], form.json()["name"]) == ("replacing", "a.txt")
    empty = await owner.http.put(url, content=b"", headers=headers)
    assert (empty.status_code, empty.json()["code"]) == (415, "empty_file")


async def test_a_document_is_cancelled_and_retried(owner: Person, collection: str) -> None:
    [item] = await upload(owner, collection, "a.txt")
    path = f"/documents/{item['document']['id']}"
    cancelled = await owner.post(f"{path}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (await owner.post(f"{path}/cancel")).status_code == 409
    retried = await owner.post(f"{path}/retry")
    assert (retried.status_code, retried.json()["state"]) == (202, "received")


async def test_documents_are_filtered_by_state_and_name(
    owner: Person, collection: str, database: Database
) -> None:
    await upload(owner, collection, "handbook.txt", "Hands-on.txt", "other.txt")
    await sql(database, f"{FAILED} WHERE name = 'other.txt'")
    path = f"/collections/{collection}/documents"

    async def names(**params: str) -> set[str]:
        return {each["name"] for each in (await owner.get(path, params=params)).json()["items"]}

    assert await names(state="failed") == {"other.txt"}
    assert await names(q="HAND") == {"handbook.txt", "Hands-on.txt"}
    assert await names(state="failed", q="hand") == set()
    assert (await owner.get(path, params={"state": "lost"})).status_code == 422
    assert (await owner.get(path, params={"q": "\0"})).status_code == 422


async def test_many_documents_are_retried_cancelled_and_deleted_at_once(
    owner: Person, collection: str, database: Database
) -> None:
    items = await upload(owner, collection, "a.txt", "b.txt", "c.txt")
    ids = [item["document"]["id"] for item in items]
    await sql(database, FAILED)
    path = f"/collections/{collection}/documents/actions"
    retried = await owner.post(path, {"action": "retry", "state": "failed"})
    assert retried.json() == {"changed": 3, "complete": True}
    assert (await owner.post(path, {"action": "cancel", "ids": ids[:2]})).json()["changed"] == 2
    assert (await owner.post(path, {"action": "delete", "state": "cancelled"})).json()["changed"] == 2
    left = (await owner.get(f"/collections/{collection}/documents")).json()["items"]
    assert [each["id"] for each in left] == ids[2:]
    for wrong in (
        {"action": "retry"},
        {"action": "retry", "state": "failed", "ids": ids},
        {"action": "burn", "ids": ids},
        {"action": "retry", "ids": []},
    ):
        assert (await owner.post(path, wrong)).status_code == 422, wrong


async def test_progress_counts_documents_by_state(owner: Person, collection: str, database: Database) -> None:
    await upload(owner, collection, "a.txt", "b.txt", "c.txt")
    path = f"/collections/{collection}/progress"
    waiting = (await owner.get(path)).json()
    assert (waiting["total"], waiting["counts"]["received"], waiting["seconds_left"]) == (3, 3, None)
    await sql(database, f"{READY}, read_at = now() - interval '20 s' WHERE name <> 'c.txt'")
    later = (await owner.get(path)).json()
    assert (later["counts"]["ready"], later["counts"]["received"]) == (2, 1)
    assert 9 < later["seconds_left"] < 30


async def test_a_document_tells_how_far_its_reading_is(
    owner: Person, collection: str, database: Database
) -> None:
    [item] = await upload(owner, collection, "a.txt")
    await sql(
        database,
        "UPDATE documents SET state = 'embedding', progress = 0.5, chunks_done = 10, chunks_total = 40,"
        " expected_at = now() + interval '1 hour'",
    )
    document = (await owner.get(f"/documents/{item['document']['id']}")).json()
    assert (document["state"], document["chunks_done"], document["chunks_total"]) == ("embedding", 10, 40)
    assert 3_500 < document["seconds_left"] <= 3_600
    await sql(database, "UPDATE documents SET expected_at = now() - interval '1 hour'")
    assert (await owner.get(f"/documents/{item['document']['id']}")).json()["seconds_left"] == 0


async def test_a_collection_is_read_again(owner: Person, collection: str, database: Database) -> None:
    await upload(owner, collection, "a.txt", "b.txt")
    await sql(database, READY)
    reread = await owner.post(f"/collections/{collection}/reread")
    assert (reread.status_code, reread.json()) == (202, {"waiting": 2})
    documents = (await owner.get(f"/collections/{collection}/documents")).json()["items"]
    assert {(each["state"], each["searchable"]) for each in documents} == {("received", True)}


async def test_a_workspace_at_its_limit_is_told_the_limit_and_the_way_out(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> None:
    async with serving(settings_of(workspace_documents=1), running_database) as api:
        await api.sign_up("First")
        owner = await api.sign_up("Owner")
        made = await owner.made(f"/workspaces/{owner.workspace}/collections", {"name": "C"})
        items = await upload(owner, made["id"], "a.txt", "b.txt")
        assert [item["outcome"] for item in items] == ["created", None]
        refused = items[1]["error"]
        assert (refused["code"], refused["status"]) == ("document_limit", 429)
        assert "PARLEY_WORKSPACE_DOCUMENTS" in refused["hint"]
