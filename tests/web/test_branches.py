"""The tree of a conversation, through HTTP: edit, answer again, branch off, choose and read a branch."""

from uuid import uuid4

import pytest

from tests.web.conftest import Api, Person
from tests.web.talking import ask, messages, owner_with_bot, send


@pytest.fixture
async def talk(api: Api) -> tuple[Person, str, str]:
    """Someone, their bot and a conversation of two questions."""
    owner, bot = await owner_with_bot(api)
    conversation = (await ask(owner, bot, "One?"))["conversation_id"]
    await ask(owner, bot, "Two?", conversation_id=conversation)
    return owner, bot, conversation


def _texts(found: list[dict[str, str]]) -> list[str]:
    return [message["text"] for message in found if message["role"] == "user"]


async def test_a_question_is_edited_into_a_sibling(talk: tuple[Person, str, str]) -> None:
    owner, bot, conversation = talk
    old = await messages(owner, conversation)
    await ask(owner, bot, "Two!", conversation_id=conversation, parent_message_id=old[2]["parent_id"])
    branch = await messages(owner, conversation, leaf="active")
    assert _texts(branch) == ["One?", "Two!"]
    assert (branch[2]["sibling_ids"], branch[2]["position"]) == ([old[2]["id"], branch[2]["id"]], 2)
    assert _texts(await messages(owner, conversation, leaf=old[2]["id"])) == ["One?", "Two?"]
    assert len(await messages(owner, conversation)) == 6


async def test_a_null_parent_edits_the_first_question_and_none_goes_on(talk: tuple[Person, str, str]) -> None:
    owner, bot, conversation = talk
    await ask(owner, bot, "One!", conversation_id=conversation, parent_message_id=None)
    branch = await messages(owner, conversation, leaf="active")
    assert _texts(branch) == ["One!"]
    assert (branch[0]["parent_id"], branch[0]["position"], len(branch[0]["sibling_ids"])) == (None, 2, 2)
    await ask(owner, bot, "More?", conversation_id=conversation)
    assert _texts(await messages(owner, conversation, leaf="active")) == ["One!", "More?"]


async def test_an_answer_is_made_again_beside_the_old_one(talk: tuple[Person, str, str]) -> None:
    owner, _, conversation = talk
    old = await messages(owner, conversation)
    reply = await send(owner, "POST", f"/messages/{old[1]['id']}/regenerate")
    assert (reply.status_code, reply.json()["state"]) == (200, "done"), reply.text
    branch = await messages(owner, conversation, leaf="active")
    assert [message["id"] for message in branch] == [old[0]["id"], reply.json()["message"]["id"]]
    assert (branch[1]["position"], branch[1]["sibling_ids"][0]) == (2, old[1]["id"])
    by_question = await send(owner, "POST", f"/messages/{old[0]['id']}/regenerate")
    assert by_question.json()["message"]["parent_id"] == old[0]["id"]
    assert len((await messages(owner, conversation, leaf="active"))[1]["sibling_ids"]) == 3


async def test_answering_again_with_one_key_happens_once(talk: tuple[Person, str, str]) -> None:
    owner, _, conversation = talk
    old = await messages(owner, conversation)
    path, key = f"/messages/{old[1]['id']}/regenerate", str(uuid4())
    first, again = [await send(owner, "POST", path, key) for _ in range(2)]
    assert first.json()["turn_id"] == again.json()["turn_id"]
    assert len(await messages(owner, conversation)) == 5
    other = await send(owner, "POST", f"/messages/{old[3]['id']}/regenerate", key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_answering_again_streams_when_asked(talk: tuple[Person, str, str]) -> None:
    owner, _, conversation = talk
    old = await messages(owner, conversation)
    reply = await owner.http.post(
        f"/api/v1/messages/{old[1]['id']}/regenerate",
        headers={"Authorization": f"Bearer {owner.access_token}", "Accept": "text/event-stream"},
    )
    assert "event: turn.finished" in reply.text


async def test_an_older_branch_is_chosen_and_gone_on_with(talk: tuple[Person, str, str]) -> None:
    owner, bot, conversation = talk
    old = await messages(owner, conversation)
    await ask(owner, bot, "Other?", conversation_id=conversation, parent_message_id=old[1]["id"])
    changed = await owner.patch(f"/conversations/{conversation}", {"active_message_id": old[2]["id"]})
    assert changed.json()["active_message_id"] == old[2]["id"]
    assert _texts(await messages(owner, conversation, leaf="active")) == ["One?", "Two?"]
    await ask(owner, bot, "Three?", conversation_id=conversation)
    assert _texts(await messages(owner, conversation, leaf="active")) == ["One?", "Two?", "Three?"]


async def test_a_branch_is_read_in_pages(talk: tuple[Person, str, str]) -> None:
    owner, _, conversation = talk
    whole = await messages(owner, conversation, leaf="active")
    path = f"/conversations/{conversation}/messages"
    page = (await owner.get(path, params={"leaf": "active", "limit": 3})).json()
    rest = (await owner.get(path, params={"leaf": "active", "cursor": page["next_cursor"]})).json()
    assert page["items"] + rest["items"] == whole


async def test_a_branch_becomes_a_conversation_of_its_own(talk: tuple[Person, str, str]) -> None:
    owner, bot, conversation = talk
    old = await messages(owner, conversation)
    path, key = f"/conversations/{conversation}/branch", str(uuid4())
    body = {"message_id": old[1]["id"], "title": "Apart"}
    first, again = [await send(owner, "POST", path, key, json=body) for _ in range(2)]
    assert (first.status_code, first.json()["title"]) == (201, "Apart"), first.text
    assert first.json() == again.json()
    copy = first.json()["id"]
    assert _texts(await messages(owner, copy)) == ["One?"]
    await ask(owner, bot, "Elsewhere?", conversation_id=copy)
    assert _texts(await messages(owner, copy, leaf="active")) == ["One?", "Elsewhere?"]
    assert len(await messages(owner, conversation)) == 4


async def test_messages_of_elsewhere_are_not_found(api: Api, talk: tuple[Person, str, str]) -> None:
    owner, bot, conversation = talk
    foreign = (await messages(owner, (await ask(owner, bot, "Apart?"))["conversation_id"]))[0]["id"]
    path = f"/conversations/{conversation}"
    colleague = await api.member(owner, "admin")
    mine = (await messages(owner, conversation))[1]["id"]
    for reply in (
        await owner.get(f"{path}/messages", params={"leaf": foreign}),
        await owner.patch(path, {"active_message_id": foreign}),
        await owner.post(f"{path}/branch", {"message_id": foreign}),
        await owner.post(f"/messages/{uuid4()}/regenerate"),
        await colleague.post(f"/messages/{mine}/regenerate"),
        await colleague.post(f"{path}/branch", {"message_id": mine}),
    ):
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found"), reply.text


async def test_a_conversation_is_pinned_and_listed_so(talk: tuple[Person, str, str]) -> None:
    owner, bot, conversation = talk
    other = (await ask(owner, bot, "Apart?"))["conversation_id"]
    pinned = await owner.patch(f"/conversations/{conversation}", {"pinned": True})
    assert (pinned.json()["pinned"], pinned.json()["title"]) == (True, "One?")
    path = f"/workspaces/{owner.workspace}/conversations"
    for wanted, expected in ((True, [conversation]), (False, [other])):
        listed = (await owner.get(path, params={"pinned": wanted})).json()["items"]
        assert [each["id"] for each in listed] == expected
    unpinned = await owner.patch(f"/conversations/{conversation}", {"pinned": False})
    assert unpinned.json()["pinned"] is False
