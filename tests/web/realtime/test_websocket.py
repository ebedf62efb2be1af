"""What can be said over the socket, and what comes back."""

import asyncio
import re
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

from parley.web.realtime import frames
from tests.web.conftest import DEADLINE_S
from tests.web.realtime.conftest import WORDS, Place

REFERENCE = Path(__file__).resolve().parents[3] / "docs/reference/websocket.md"


async def test_a_question_is_accepted_and_answered_with_the_events_of_sse(place: Place) -> None:
    place.model.let()
    talk = await place.talk()
    accepted = await talk.ask(place.bot, id="q1")
    *events, last = await talk.until("unsubscribed")

    assert (accepted["type"], accepted["id"]) == ("accepted", "q1")
    assert accepted.keys() == {"type", "id", "turn_id", "conversation_id", "user_message_id"}
    assert events == await place.events(accepted["turn_id"])
    assert "".join(event["text"] for event in events if event["type"] == "text.delta") == "".join(WORDS)
    assert last == {"type": "unsubscribed", "turn_id": accepted["turn_id"]}


async def test_many_turns_share_one_socket(place: Place) -> None:
    talk = await place.talk()
    for _ in range(3):
        await talk.say("chat", bot_id=place.bot, message="Why?", idempotency_key=uuid4().hex)
    heard = await talk.until("accepted")
    place.model.let()
    while sum(frame["type"] == "unsubscribed" for frame in heard) < 3:
        heard.append(await talk.hear())

    turns = [frame["turn_id"] for frame in heard if frame["type"] == "accepted"]
    assert len(set(turns)) == 3
    for turn in turns:
        seqs = [frame["seq"] for frame in heard if frame["turn_id"] == turn and "seq" in frame]
        assert seqs == list(range(1, len(seqs) + 1))
    assert sum(frame["type"] == "turn.finished" for frame in heard) == 3


async def test_a_new_socket_goes_on_after_the_last_event_of_the_old_one(place: Place) -> None:
    first = await place.talk()
    turn = (await first.ask(place.bot))["turn_id"]
    place.model.let(1)
    seen = await first.until("text.delta")
    await first.connection.close()
    place.model.let()
    second = await place.talk()
    await second.say("subscribe", turn_id=turn, after=seen[-1]["seq"], epoch=seen[-1]["epoch"], id="again")
    subscribed, *rest, _ = await second.until("unsubscribed")

    assert subscribed == {"type": "subscribed", "turn_id": turn, "id": "again"}
    assert [*seen, *rest] == await place.events(turn)
    assert rest[-1]["type"] == "turn.finished"


async def test_who_has_all_of_a_turn_is_told_that_nothing_more_comes(place: Place) -> None:
    place.model.let()
    talk = await place.talk()
    turn = (await talk.ask(place.bot))["turn_id"]
    *events, _ = await talk.until("unsubscribed")
    await talk.say("subscribe", turn_id=turn, after=events[-1]["seq"], epoch=1)

    assert [frame["type"] for frame in await talk.until("unsubscribed")] == ["subscribed", "unsubscribed"]


async def test_the_same_key_gives_the_same_turn_on_another_socket(place: Place) -> None:
    place.model.let()
    first, second = await place.talk(), await place.talk()
    accepted = await first.ask(place.bot, idempotency_key="key-1")
    again = await second.ask(place.bot, idempotency_key="key-1")
    await second.until("unsubscribed")
    refused = await second.ask(place.bot, idempotency_key="key-1", message="Other")

    assert again == accepted
    assert refused["problem"]["code"] == "idempotency_key_reused"


async def test_a_turn_can_be_cancelled_and_keeps_its_text(place: Place) -> None:
    talk = await place.talk()
    turn = (await talk.ask(place.bot))["turn_id"]
    place.model.let(1)
    await talk.until("text.delta")
    await talk.say("cancel", turn_id=turn, id="stop")
    heard = await talk.until("unsubscribed")

    assert {"type": "cancelling", "turn_id": turn, "state": "running", "id": "stop"} in heard
    assert heard[-2]["type"] == "turn.cancelled"
    assert heard[-2]["message"]["text"] == WORDS[0]


async def test_after_unsubscribing_no_event_comes_and_the_turn_goes_on(place: Place) -> None:
    talk = await place.talk()
    turn = (await talk.ask(place.bot))["turn_id"]
    place.model.let(1)
    await talk.until("text.delta")
    await talk.say("unsubscribe", turn_id=turn, id="enough")
    assert await talk.hear() == {"type": "unsubscribed", "turn_id": turn, "id": "enough"}
    place.model.let()
    events = await place.events(turn)  # ends with the turn
    await talk.say("ping", id="p")

    assert await talk.hear() == {"type": "pong", "id": "p"}
    assert events[-1]["type"] == "turn.finished"


REFUSED = (
    ("[1", "invalid_frame", "array"),
    ("{", "invalid_frame", "truncated"),
    ('{"type": "shout"}', "invalid_frame", "shout"),
    ('{"type": "ping", "colour": "red"}', "invalid_frame", "colour"),
    ('{"type": "subscribe", "turn_id": "7"}', "invalid_frame", "turn_id"),
    ('{"type": "chat", "bot_id": "BOT", "message": "Hello?"}', "invalid_frame", "idempotency_key"),
    (
        '{"type": "chat", "bot_id": "BOT", "message": "a\\u0000", "idempotency_key": "k"}',
        "invalid_frame",
        "NUL",
    ),
    ('{"type": "chat", "bot_id": "BOT", "message": " ", "idempotency_key": "k"}', "invalid_input", "empty"),
    ('{"type": "chat", "bot_id": "NONE", "message": "Hi", "idempotency_key": "k"}', "not_found", "bot"),
    ('{"type": "cancel", "turn_id": "NONE"}', "not_found", "turn"),
)


async def test_a_frame_that_is_refused_says_why_and_leaves_the_socket_open(place: Place) -> None:
    talk = await place.talk(additional_headers={"X-Request-ID": "tried-1"})
    for frame, code, said in REFUSED:
        await talk.connection.send(frame.replace("BOT", place.bot).replace("NONE", str(uuid4())))
        problem = (await talk.hear())["problem"]

        assert problem["code"] == code
        assert said in problem["detail"]
        assert problem["request_id"] == "tried-1"
    await talk.say("ping")
    assert (await talk.hear())["type"] == "pong"


async def test_another_persons_turn_can_be_neither_followed_nor_stopped(place: Place) -> None:
    turn = (await (await place.talk()).ask(place.bot))["turn_id"]
    member = await place.api.member(place.person, "admin")
    talk = await place.talk(member)
    for frame in ("subscribe", "cancel"):
        await talk.say(frame, turn_id=turn)
        assert (await talk.hear())["problem"]["code"] == "not_found"


async def test_the_example_of_the_reference_gets_an_answer(place: Place) -> None:
    place.model.let()
    example: dict[str, Any] = {}
    exec(_block("python"), example)
    asking = example["ask"](f"ws://{place.address}", place.person.access_token, place.bot, "Why?")

    assert await asyncio.wait_for(asking, DEADLINE_S) == "".join(WORDS)


def test_every_frame_of_the_reference_can_be_read() -> None:
    lines = _block("json").splitlines()

    assert (
        len({type(frames.parse(line)) for line in lines}) == len(lines) == len(get_args(frames.ClientFrame))
    )


def _block(language: str) -> str:
    [block] = re.findall(
        rf"^```{language}\n(.*?)^```", REFERENCE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return str(block)
