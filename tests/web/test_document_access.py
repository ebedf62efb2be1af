"""Access lists of documents, through HTTP: who changes them, and what they open and close."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.access import PostgresAccessLists
from parley.adapters.database.connection import Database, rows
from parley.core.kernel.ids import WorkspaceId
from parley.core.knowledge.access import FollowAccess, FollowAccessJob
from parley.core.knowledge.model import CollectionId
from tests.web.conftest import Api, Person
from tests.web.library import add_document, collection_of, rag_bot, upload
from tests.web.talking import ask

SECRET = "The vault opens with the code xanthippe seven."
OPEN = "The canteen opens at noon."
QUESTION = "With which code does the vault open?"


@dataclass(frozen=True, slots=True)
class Library:
    """A collection with an open document, and one that the group of `insider`, an editor, may read."""

    api: Api
    database: Database
    owner: Person
    insider: Person
    group: str
    collection: str
    open: str
    secret: str

    async def colleague(self, role: str) -> Person:
        return await self.api.member(self.owner, role)

    async def restrict(self, *, users: list[str] | None = None, groups: list[str] | None = None) -> None:
        body = {"everyone": False, "users": users or [], "groups": groups or []}
        reply = await self.owner.put(f"/documents/{self.secret}/access", body)
        assert reply.status_code == 200, reply.text

    async def finds(self, person: Person, question: str = QUESTION) -> bool:
        """Whether the person's search comes upon the secret."""
        reply = await person.post(f"/collections/{self.collection}/search", {"query": question})
        assert reply.status_code == 200, reply.text
        return "xanthippe" in reply.text


@pytest.fixture
async def library(api: Api, database: Database) -> Library:
    owner = await api.sign_up("Owner")
    insider = await api.member(owner, "editor")
    made = await owner.made(f"/workspaces/{owner.workspace}/groups", {"name": "Vault"})
    await owner.put(f"/groups/{made['id']}/members/{insider.id}", None)
    collection = await collection_of(owner)
    open_document = await add_document(owner, database, collection, "canteen.txt", OPEN)
    secret = await add_document(owner, database, collection, "xanthippe.txt", SECRET)
    found = Library(api, database, owner, insider, made["id"], collection, open_document, secret)
    await found.restrict(groups=[made["id"]])
    return found


async def test_a_document_is_open_to_all_until_it_has_a_list(library: Library) -> None:
    access = await library.owner.get(f"/documents/{library.open}/access")
    assert access.json() == {"everyone": True, "users": [], "groups": []}
    assert (await library.insider.get(f"/documents/{library.open}")).json()["restricted"] is False
    access = await library.insider.get(f"/documents/{library.secret}/access")
    assert access.json() == {"everyone": False, "users": [], "groups": [library.group]}
    assert (await library.insider.get(f"/documents/{library.secret}")).json()["restricted"] is True


async def test_who_is_not_on_the_list_finds_nothing_of_the_document(library: Library) -> None:
    assert await library.finds(library.insider)
    for role in ("viewer", "member", "editor", "admin", "owner"):
        outsider = await library.colleague(role)
        assert not await library.finds(outsider), role
        for path in ("", "/chunks", "/original", "/pages/1", "/pages/1/image"):
            reply = await outsider.get(f"/documents/{library.secret}{path}")
            assert (reply.status_code, reply.json()["code"]) == (404, "not_found"), (role, path)
        listed = await outsider.get(f"/collections/{library.collection}/documents")
        assert [document["name"] for document in listed.json()["items"]] == ["canteen.txt"]
        collection = (await outsider.get(f"/collections/{library.collection}")).json()
        assert collection["document_count"] == 1
        progress = (await outsider.get(f"/collections/{library.collection}/progress")).json()
        assert progress["total"] == 1


async def test_words_of_a_document_that_one_may_not_read_do_not_weigh_either(library: Library) -> None:
    """Its every row is gone for the outsider: the index that ranks is the same as without the document."""
    outsider = await library.colleague("member")
    path = f"/collections/{library.collection}/search"
    before = (await outsider.post(path, {"query": "canteen opens"})).json()
    assert (await library.insider.delete(f"/documents/{library.secret}")).status_code == 204
    assert (await outsider.post(path, {"query": "canteen opens"})).json() == before


async def test_editors_change_the_lists_of_what_they_read_and_stay_on_them(library: Library) -> None:
    path = f"/documents/{library.secret}/access"
    outsider = await library.colleague("editor")
    for reply in (await outsider.get(path), await outsider.put(path, {"everyone": True})):
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    member = await library.colleague("member")
    await library.owner.put(f"/groups/{library.group}/members/{member.id}", None)
    assert (await member.put(path, {"everyone": True})).status_code == 403
    refused = await library.insider.put(path, {"everyone": False, "users": [outsider.id]})
    assert (refused.status_code, refused.json()["code"]) == (409, "would_lock_you_out")
    both = sorted([library.insider.id, outsider.id])
    changed = await library.insider.put(path, {"everyone": False, "users": both})
    assert changed.json() == {"everyone": False, "users": both, "groups": []}
    assert await library.finds(outsider)
    assert not await library.finds(member)


@pytest.mark.parametrize("role", ["admin", "owner"])
async def test_no_document_is_locked_for_ever(library: Library, role: str) -> None:
    """Whoever manages access sees and changes every list, and what the document says only if on it."""
    keeper = await library.colleague(role)
    await library.restrict()
    assert not await library.finds(library.insider)
    listed = await keeper.get(f"/collections/{library.collection}/access/documents")
    [item] = listed.json()["items"]
    assert (item["document_id"], item["document_name"]) == (library.secret, None)
    assert item["access"] == {"everyone": False, "users": [], "groups": []}
    assert "xanthippe" not in listed.text
    path = f"/documents/{library.secret}/access"
    assert (await keeper.get(path)).json()["everyone"] is False
    assert (await keeper.put(path, {"everyone": False, "users": [keeper.id]})).status_code == 200
    assert await library.finds(keeper)
    [item] = (await keeper.get(f"/collections/{library.collection}/access/documents")).json()["items"]
    assert item["document_name"] == "xanthippe.txt"


async def test_editors_list_the_restricted_documents_that_they_read(library: Library) -> None:
    path = f"/collections/{library.collection}/access/documents"
    [item] = (await library.insider.get(path)).json()["items"]
    assert (item["document_name"], item["access"]["groups"]) == ("xanthippe.txt", [library.group])
    outsider = await library.colleague("editor")
    assert (await outsider.get(path)).json()["items"] == []
    assert (await (await library.colleague("member")).get(path)).status_code == 403


async def test_a_list_names_members_and_groups_of_the_workspace(library: Library, api: Api) -> None:
    stranger = await api.sign_up("Stranger")
    theirs = await stranger.made(f"/workspaces/{stranger.workspace}/groups", {"name": "Theirs"})
    path = f"/documents/{library.secret}/access"
    refused: list[dict[str, Any]] = [
        {"everyone": False, "users": [stranger.id]},
        {"everyone": False, "groups": [theirs["id"]]},
        {"everyone": False, "groups": [library.owner.id]},
        {"everyone": False, "users": [library.group]},
        {"everyone": True, "users": [library.owner.id]},
        {"everyone": False, "users": [str(uuid4()) for _ in range(101)]},
        {"users": []},
    ]
    for body in refused:
        reply = await library.owner.put(path, body)
        assert reply.status_code == 422, body
    assert (await library.owner.get(path)).json()["groups"] == [library.group]


async def test_people_who_have_left_stay_on_a_list_until_they_are_taken_off(library: Library) -> None:
    leaver = await library.colleague("member")
    await library.restrict(users=[leaver.id])
    await library.owner.delete(f"/workspaces/{library.owner.workspace}/members/{leaver.id}")
    path = f"/documents/{library.secret}/access"
    kept = (await library.owner.get(path)).json()
    assert kept["users"] == [leaver.id]
    assert (await library.owner.put(path, kept)).status_code == 200
    assert (await library.owner.put(path, {"everyone": False})).status_code == 200
    assert (await library.owner.put(path, kept)).status_code == 422


async def test_what_was_open_to_a_removed_group_is_open_to_nobody(library: Library) -> None:
    await library.owner.delete(f"/groups/{library.group}")
    assert not await library.finds(library.insider)
    access = (await library.owner.get(f"/documents/{library.secret}/access")).json()
    assert access == {"everyone": False, "users": [], "groups": []} or library.group in access["users"]


async def test_every_change_is_in_the_audit_log(library: Library) -> None:
    async with library.database.begin_platform() as tx:
        [found] = await rows(
            tx,
            text(
                "SELECT actor_id, subject_id, detail FROM audit_log WHERE action = 'document.access_changed'"
            ),
        )
    assert (str(found.actor_id), str(found.subject_id)) == (library.owner.id, library.secret)
    assert found.detail == {"everyone": "false", "users": "", "groups": library.group}


async def test_new_documents_begin_with_their_collections_list_and_who_adds_them(library: Library) -> None:
    path = f"/collections/{library.collection}/access"
    assert (await library.owner.get(path)).json()["everyone"] is True
    body = {"everyone": False, "users": [], "groups": [library.group]}
    assert (await library.owner.put(path, body)).json() == body
    assert (await library.insider.get(path)).json() == body
    adder = await library.colleague("editor")
    added = await upload(adder, library.collection, "new.txt", "New.")
    access = (await adder.get(f"/documents/{added}/access")).json()
    assert access == {"everyone": False, "users": [adder.id], "groups": [library.group]}
    assert (await library.insider.get(f"/documents/{added}")).status_code == 200
    assert (await library.owner.get(f"/documents/{added}")).status_code == 404
    assert (await library.owner.get(f"/documents/{library.open}")).status_code == 200, "as it was"


async def test_an_upload_may_bring_its_list_along(library: Library) -> None:
    outsider = await library.colleague("member")
    added = await upload(library.owner, library.collection, "n.txt", "N.", restricted_to=[library.group])
    access = (await library.owner.get(f"/documents/{added}/access")).json()
    assert access == {"everyone": False, "users": [library.owner.id], "groups": [library.group]}
    assert (await outsider.get(f"/documents/{added}")).status_code == 404
    reply = await library.owner.post(
        f"/collections/{library.collection}/documents",
        files={"files": ("x.txt", b"X.", "text/plain")},
        params={"restricted_to": [str(uuid4())]},
    )
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_input")


async def test_content_meant_for_a_few_does_not_come_under_an_open_list(library: Library) -> None:
    name = (await library.owner.get(f"/documents/{library.open}")).json()["name"]
    reply = await library.owner.http.post(
        f"/api/v1/collections/{library.collection}/documents",
        params={"restricted_to": [library.group]},
        files={"files": (name, b"For the crew alone.")},
        headers={"Authorization": f"Bearer {library.owner.access_token}"},
    )
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")
    assert "others may read it" in reply.json()["detail"]


async def test_a_collections_list_is_given_to_every_document_by_those_who_manage_access(
    library: Library,
) -> None:
    path = f"/collections/{library.collection}/access"
    body = {"everyone": False, "groups": [library.group], "apply_to_all": True}
    assert (await library.insider.put(path, body)).status_code == 403
    outsider, question = await library.colleague("viewer"), "When does the canteen open?"
    before = await outsider.post(f"/collections/{library.collection}/search", {"query": question})
    assert "noon" in before.text
    assert (await library.owner.put(path, body)).status_code == 200
    after = await outsider.post(f"/collections/{library.collection}/search", {"query": question})
    assert after.json()["items"] == [], "at once, before the index has followed"
    await _follow(library)
    tables = ("chunks", "chunk_vectors", "chunk_terms", "term_blocks", "document_terms")
    async with library.database.begin_platform() as tx:
        for table in tables:
            still_open = text(f"SELECT count(*) FROM {table} WHERE collection_id = :c AND principals IS NULL")
            [[count]] = await rows(tx, still_open, {"c": library.collection})
            assert count == 0 or table == "term_blocks", table
    found = await library.insider.post(f"/collections/{library.collection}/search", {"query": question})
    assert "noon" in found.text
    assert (await library.owner.put(path, {"everyone": True, "apply_to_all": True})).status_code == 200
    await _follow(library)
    assert await library.finds(outsider)


async def _follow(library: Library) -> None:
    """What the worker does."""
    job = FollowAccess(WorkspaceId(UUID(library.owner.workspace)), CollectionId(UUID(library.collection)))
    await FollowAccessJob(library.database, PostgresAccessLists()).run(job)


async def test_an_answer_draws_on_what_its_user_may_read(library: Library) -> None:
    bot = await rag_bot(library.owner, library.collection, answer_cache_s=300)
    outsider = await library.colleague("viewer")
    for person, told in (
        (library.insider, True),
        (outsider, False),
        (library.insider, True),
        (outsider, False),
    ):
        answer = await ask(person, bot, QUESTION)
        assert ("xanthippe" in str(answer)) is told, "also where the same question was answered before"


async def _own_messages(person: Person, conversation: str) -> list[dict[str, Any]]:
    reply = await person.get(f"/conversations/{conversation}/messages")
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


async def test_whoever_is_taken_out_of_a_group_keeps_their_answers_and_loses_the_passages(
    library: Library,
) -> None:
    insider = library.insider
    bot = await rag_bot(library.owner, library.collection)
    answer = await ask(insider, bot, QUESTION)
    conversation, turn = answer["conversation_id"], answer["turn_id"]
    paths = (
        f"/conversations/{conversation}/messages",
        f"/conversations/{conversation}/export",
        f"/conversations/{conversation}/export?format=json",
        f"/turns/{turn}",
        f"/turns/{turn}/events",
        f"/turns/{turn}/receipt",
        f"/messages/{answer['message']['id']}/citations/1",
    )
    for path in paths:
        assert "xanthippe.txt" in (await insider.get(path)).text, path
    assert (await library.owner.delete(f"/groups/{library.group}/members/{insider.id}")).status_code == 204
    assert not await library.finds(insider)
    for path in paths:
        told = (await insider.get(path)).text
        assert "xanthippe.txt" not in told, path
    _, answered = await _own_messages(insider, conversation)
    assert "xanthippe seven" in answered["text"], "what they were told they know"
    assert {citation["state"] for citation in answered["citations"]} == {"gone", "current"}
    assert "xanthippe" not in str(answered["citations"])
    again = await ask(insider, bot, QUESTION, conversation_id=conversation)
    assert "xanthippe" not in str(again)
