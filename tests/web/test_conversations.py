"""Conversations and their messages, through HTTP."""

import pytest

from tests.web.conftest import Api, Person


@pytest.fixture
async def owner(api: Api) -> Person:
    return await api.sign_up("Owner")


async def _ask(person: Person, bot: str, message: str, conversation: str | None = None) -> str:
    body = {"bot_id": bot, "message": message, "conversation_id": conversation}
    reply = await person.post("/chat", body)
    assert reply.status_code == 200, reply.text
    found: str = reply.json()["conversation_id"]
    return found


@pytest.fixture
async def bot(owner: Person) -> str:
    made = await owner.made(
        f"/workspaces/{owner.workspace}/bots", {"name": "B", "configuration": {"agent_type": "plain"}}
    )
    found: str = made["id"]
    return found


async def test_the_one_with_the_latest_message_comes_first(owner: Person, bot: str) -> None:
    first = await _ask(owner, bot, "First?")
    second = await _ask(owner, bot, "Second?")
    path = f"/workspaces/{owner.workspace}/conversations"
    assert [each["id"] for each in (await owner.get(path)).json()["items"]] == [second, first]
    await _ask(owner, bot, "More?", first)
    page = (await owner.get(path, params={"limit": 1})).json()
    assert [each["id"] for each in page["items"]] == [first]
    rest = (await owner.get(path, params={"cursor": page["next_cursor"]})).json()
    assert [each["id"] for each in rest["items"]] == [second]
    assert rest["next_cursor"] is None


async def test_a_conversation_is_read_renamed_and_removed(owner: Person, bot: str) -> None:
    conversation = await _ask(owner, bot, "How long is the warranty?")
    path = f"/conversations/{conversation}"
    read = (await owner.get(path)).json()
    assert (read["title"], read["bot_id"], read["running_turn_id"]) == (
        "How long is the warranty?",
        bot,
        None,
    )
    assert (await owner.patch(path, {"title": "Warranty"})).json()["title"] == "Warranty"
    assert (await owner.patch(path, {"title": " "})).status_code == 422
    assert (await owner.delete(path)).status_code == 204
    assert (await owner.get(path)).status_code == 404
    assert (await owner.get(f"{path}/messages")).status_code == 404
    assert (await owner.delete(path)).status_code == 404


async def test_messages_are_read_oldest_first_in_pages(owner: Person, bot: str) -> None:
    conversation = await _ask(owner, bot, "One?")
    await _ask(owner, bot, "Two?", conversation)
    path = f"/conversations/{conversation}/messages"
    whole = (await owner.get(path)).json()["items"]
    assert [message["role"] for message in whole] == ["user", "assistant"] * 2
    assert [message["text"] for message in whole if message["role"] == "user"] == ["One?", "Two?"]
    assert [message["parent_id"] for message in whole] == [None, *(message["id"] for message in whole[:-1])]
    page = (await owner.get(path, params={"limit": 3})).json()
    rest = (await owner.get(path, params={"cursor": page["next_cursor"]})).json()
    assert page["items"] + rest["items"] == whole
