"""Feedback on answers, through HTTP: who gives it, who reads it, and how much of it."""

from typing import Any

import pytest

from tests.web.conftest import Api, Person
from tests.web.talking import ask, messages, owner_with_bot, send


@pytest.fixture
async def answered(api: Api) -> tuple[Person, Person, str, str]:
    """An owner, a member, and the conversation and answer of the member."""
    owner, bot = await owner_with_bot(api)
    member = await api.member(owner, "member")
    reply = await ask(member, bot, "How long is the warranty?")
    return owner, member, reply["conversation_id"], reply["message"]["id"]


async def _put(person: Person, message: str, **body: Any) -> Any:
    return await send(person, "PUT", f"/messages/{message}/feedback", json=body)


async def test_a_rating_replaces_the_one_before_and_shows_in_the_conversation(
    answered: tuple[Person, Person, str, str],
) -> None:
    owner, member, conversation, answer = answered
    assert (await _put(member, answer, rating="up")).status_code == 200
    put = await _put(member, answer, rating="down", reason="wrong", comment=" No. ")
    assert put.json()["comment"] == "No."
    shown = (await messages(member, conversation))[1]["feedback"]
    assert (shown["rating"], shown["reason"], shown["comment"]) == ("down", "wrong", "No.")
    listed = (await owner.get(f"/workspaces/{owner.workspace}/feedback")).json()["items"]
    assert len(listed) == 1
    assert (await member.delete(f"/messages/{answer}/feedback")).status_code == 204
    assert (await member.delete(f"/messages/{answer}/feedback")).status_code == 204
    assert (await messages(member, conversation))[1]["feedback"] is None


async def test_editors_read_the_feedback_and_admins_the_exchange_too(
    api: Api, answered: tuple[Person, Person, str, str]
) -> None:
    owner, member, _, answer = answered
    await _put(member, answer, rating="down", comment="No.")
    path = f"/workspaces/{owner.workspace}/feedback"
    for role, sees_exchange in (("editor", False), ("admin", True)):
        reader = await api.member(owner, role)
        [item] = (await reader.get(path)).json()["items"]
        assert (item["comment"], item["user_id"], item["message_id"]) == ("No.", member.id, answer)
        assert (item["exchange"] is not None) is sees_exchange
        if sees_exchange:
            assert item["exchange"]["question"] == "How long is the warranty?"
    assert (await member.get(path)).status_code == 403


async def test_feedback_is_listed_in_pages_and_by_rating(api: Api) -> None:
    owner, bot = await owner_with_bot(api)
    answers = [(await ask(owner, bot, f"Question {n}?"))["message"]["id"] for n in range(3)]
    for answer, rating in zip(answers, ("up", "down", "up"), strict=True):
        await _put(owner, answer, rating=rating)
    path = f"/workspaces/{owner.workspace}/feedback"
    page = (await owner.get(path, params={"limit": 2})).json()
    rest = (await owner.get(path, params={"cursor": page["next_cursor"]})).json()
    assert [each["message_id"] for each in page["items"] + rest["items"]] == answers[::-1]
    down = (await owner.get(path, params={"rating": "down"})).json()["items"]
    assert [each["message_id"] for each in down] == [answers[1]]


async def test_only_ones_own_answers_are_rated(api: Api, answered: tuple[Person, Person, str, str]) -> None:
    owner, member, conversation, answer = answered
    assert (await _put(owner, answer, rating="up")).status_code == 404
    question = (await messages(member, conversation))[0]["id"]
    assert (await _put(member, question, rating="up")).json()["code"] == "invalid_input"
    assert (await _put(member, answer, rating="meh")).status_code == 422
    assert (await _put(member, answer, rating="up", comment="x" * 2_001)).status_code == 422
