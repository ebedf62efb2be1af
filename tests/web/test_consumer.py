"""What programs do on behalf of their own users: ask, and read what was said."""

from typing import Any

import pytest

from tests.web.conftest import Api, Person
from tests.web.test_api_keys import new_key, with_key


@pytest.fixture
async def owner(api: Api) -> Person:
    return await api.sign_up("Owner")


@pytest.fixture
async def bot(owner: Person) -> str:
    body = {"name": "B", "configuration": {"agent_type": "plain"}}
    return str((await owner.made(f"/workspaces/{owner.workspace}/bots", body))["id"])


@pytest.fixture
async def program(owner: Person) -> Person:
    return with_key(owner, (await new_key(owner, ["chat"]))["key"])


async def _ask(program: Person, bot: str, user: str = "ada", **fields: Any) -> dict[str, Any]:
    reply = await program.post("/messages", {"bot_id": bot, "user_id": user, "message": "Hello?", **fields})
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


async def test_the_answer_comes_whole_with_its_usage(program: Person, bot: str) -> None:
    answer = await _ask(program, bot)
    assert answer["message"]["text"]
    assert answer["message"]["turn_id"] == answer["turn_id"]
    assert answer["usage"].keys() == {"input_tokens", "output_tokens", "estimated"}
    assert answer["citations"] == []


async def test_a_conversation_goes_on_for_the_same_user_alone(program: Person, bot: str) -> None:
    first = await _ask(program, bot)
    conversation = first["conversation_id"]
    second = await _ask(program, bot, conversation_id=conversation)
    assert second["conversation_id"] == conversation
    body = {"bot_id": bot, "user_id": "bob", "message": "And me?", "conversation_id": conversation}
    assert (await program.post("/messages", body)).status_code == 404


async def test_history_lists_one_users_messages_newest_first_in_pages(program: Person, bot: str) -> None:
    for message in ("one", "two"):
        await _ask(program, bot, message=message)
    await _ask(program, bot, user="bob", message="three")
    page = (await program.get("/history", params={"user_id": "ada", "limit": 3})).json()
    assert [item["role"] for item in page["items"]] == ["assistant", "user", "assistant"]
    rest = await program.get("/history", params={"user_id": "ada", "limit": 3, "cursor": page["next_cursor"]})
    assert [item["text"] for item in rest.json()["items"]] == ["one"]
    assert rest.json()["next_cursor"] is None
    assert (await program.get("/history", params={"user_id": "eve"})).json()["items"] == []


async def test_the_same_key_sends_once(program: Person, bot: str) -> None:
    body = {"bot_id": bot, "user_id": "ada", "message": "Hello?"}
    replies = [
        await program.http.post(
            "/api/v1/messages",
            json=body,
            headers={"Authorization": f"Bearer {program.access_token}", "Idempotency-Key": "once"},
        )
        for _ in range(2)
    ]
    assert replies[0].json() == replies[1].json()
    history = await program.get("/history", params={"user_id": "ada"})
    assert len(history.json()["items"]) == 2


async def test_who_does_not_wait_is_told_where_the_answer_will_be(program: Person, bot: str) -> None:
    body = {"bot_id": bot, "user_id": "ada", "message": "Hello?", "wait_s": 0}
    reply = await program.post("/messages", body)
    assert reply.status_code == 202, reply.text
    turn = await program.get(f"/turns/{reply.json()['turn_id']}")
    assert turn.status_code == 200
    assert reply.headers["location"] == f"/api/v1/turns/{reply.json()['turn_id']}"


async def test_what_programs_ask_is_not_in_their_makers_list(
    owner: Person, program: Person, bot: str
) -> None:
    await _ask(program, bot)
    await owner.post("/chat", {"bot_id": bot, "message": "Mine."})
    listed = (await owner.get(f"/workspaces/{owner.workspace}/conversations")).json()["items"]
    assert [item["title"] for item in listed] == ["Mine."]


@pytest.mark.parametrize("user", ["", "x" * 201, "nul\0"])
async def test_a_user_id_has_its_bounds(program: Person, bot: str, user: str) -> None:
    body = {"bot_id": bot, "user_id": user, "message": "Hello?"}
    assert (await program.post("/messages", body)).status_code == 422
