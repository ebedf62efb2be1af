"""Who is let in, how long and how much: a socket that goes too far is ended with a reason."""

import json
from contextlib import AsyncExitStack

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from parley.adapters.telemetry.metrics import PrometheusMetrics
from parley.testing.logs import RecordedLog
from parley.web.middleware import RequestContext
from parley.web.realtime import frames
from parley.web.realtime.websocket import SocketLimits
from tests.web.realtime.conftest import Open, Place, Talk, listen

BIG = ["x" * 20_000] * 19
"""More than the buffers between a server and a client that does not read, when those are small."""


async def test_a_socket_that_does_not_begin_with_a_good_token_is_closed(place: Place) -> None:
    for first, code, closing in (
        ('{"type": "ping"}', "not_authenticated", 4401),
        ('{"type": "auth", "token": "forged"}', "invalid_token", 4401),
        ("hello", "invalid_frame", 4422),
    ):
        talk = await place.connect()
        await talk.connection.send(first)
        error = await talk.hear()

        assert (error["type"], error["problem"]["code"]) == ("error", code)
        assert error["problem"]["hint"]
        assert await talk.closed() == (closing, code)


async def test_a_silent_socket_is_closed(opened: Open) -> None:
    async with opened(SocketLimits(authenticate_s=0.05)) as place:
        talk = await place.connect()
        assert await talk.closed() == (4401, "not_authenticated")


async def test_a_socket_ends_with_its_token_unless_another_is_sent(place: Place) -> None:
    ending, renewing = await place.connect(), await place.connect()
    token = place.short_token()
    for talk in (ending, renewing):
        await talk.say("auth", token=token)
        assert (await talk.hear())["expires_in"] <= 3
    await renewing.say("auth", token=place.person.access_token, id="renewal")
    renewed = await renewing.hear()
    assert (renewed["id"], renewed["user_id"]) == ("renewal", place.person.id)
    assert renewed["expires_in"] > 60

    assert (await ending.hear())["problem"]["code"] == "token_expired"
    assert await ending.closed() == (4401, "token_expired")
    await renewing.say("ping")
    assert (await renewing.hear())["type"] == "pong"


async def test_a_renewal_that_fails_leaves_the_socket_as_it_was(place: Place) -> None:
    stranger = await place.api.sign_up("Stranger")
    talk = await place.talk()
    codes = []
    for token in (stranger.access_token, "forged"):
        await talk.say("auth", token=token, id="renewal")
        error = await talk.hear()
        codes.append((error["id"], error["problem"]["code"]))
    await talk.say("ping")

    assert codes == [("renewal", "other_user"), ("renewal", "invalid_token")]
    assert (await talk.hear())["type"] == "pong"


async def test_a_page_of_another_site_opens_no_socket(place: Place) -> None:
    for origin in ("https://elsewhere.example", "null", "http://127.0.0.1:1", "http://[x"):
        with pytest.raises(InvalidStatus) as refused:
            await place.connect(origin=origin)

        answer = refused.value.response
        assert answer.status_code == 403
        assert answer.body is not None
        assert json.loads(answer.body)["code"] == "foreign_origin"


async def test_a_page_of_this_server_opens_a_socket_behind_tls_too(place: Place) -> None:
    for scheme in ("http", "https"):
        talk = await place.talk(origin=f"{scheme}://{place.address}")
        await talk.say("ping")
        assert (await talk.hear())["type"] == "pong"


async def test_there_is_no_socket_elsewhere(place: Place) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://{place.address}/api/v1/wss", proxy=None):
            pass

    assert refused.value.response.status_code == 403
    assert not place.log.said("socket.failed")


async def test_too_many_frames_end_the_socket(opened: Open) -> None:
    async with opened(SocketLimits(frames_per_s=0.001, frames_at_once=3)) as place:
        talk = await place.talk()
        for _ in range(3):
            await talk.say("ping")
        assert await talk.closed() == (4429, "too_many_frames")


async def test_turns_beyond_the_limit_of_a_socket_are_not_begun(opened: Open) -> None:
    async with opened(SocketLimits(subscriptions=1)) as place:
        talk = await place.talk()
        turn = (await talk.ask(place.bot))["turn_id"]
        await talk.say("chat", bot_id=place.bot, message="And?", idempotency_key="k")
        refused = (await talk.until("error"))[-1]
        await talk.say("subscribe", turn_id=turn)
        await talk.until("subscribed")  # in place of the first
        listed = await place.person.get(f"/workspaces/{place.person.workspace}/conversations")

        assert refused["problem"]["code"] == "too_many_subscriptions"
        assert len(listed.json()["items"]) == 1
        place.model.let()
        await talk.until("unsubscribed")


async def test_a_person_has_so_many_sockets_and_closing_one_makes_room(opened: Open) -> None:
    async with opened(SocketLimits(sockets_per_user=1)) as place:
        first = await place.talk()
        second = await place.connect()
        await second.say("auth", token=place.person.access_token)
        assert (await second.hear())["problem"]["code"] == "too_many_sockets"
        assert await second.closed() == (4429, "too_many_sockets")
        await place.talk(await place.api.sign_up("Another"))
        await first.connection.close()
        await place.talk()


async def test_a_frame_that_is_too_large_ends_the_socket(place: Place) -> None:
    talk = await place.talk()
    await talk.say("ping", id="x" * frames.MAX_FRAME_BYTES)

    assert (await talk.closed())[0] == 1009


async def test_a_binary_frame_ends_the_socket(place: Place) -> None:
    talk = await place.talk()
    await talk.connection.send(b"{}")

    assert await talk.closed() == (4415, "binary_frame")


async def test_a_slow_reader_holds_one_buffer_and_never_the_turn(opened: Open) -> None:
    async with opened(words=BIG) as place:
        talk, quick = await place.slow_talk(), await place.talk()
        turn = (await talk.ask(place.bot))["turn_id"]  # and reads no more
        await quick.say("subscribe", turn_id=turn)
        for _ in BIG:
            place.model.let(1)  # one by one, so that each is an event
            await quick.until("text.delta")
        await quick.until("unsubscribed")
        events = await place.events(turn)
        held = max(
            connection.transport.get_write_buffer_size()
            for connection in place.server.server_state.connections
        )
        *late, _ = await talk.until("unsubscribed")

        assert events[-1]["type"] == "turn.finished"
        assert 0 < held < 150_000 < len("".join(BIG))
        assert late == events


async def test_a_reader_that_stays_away_too_long_is_dropped(opened: Open) -> None:
    async with opened(SocketLimits(write_s=0.1), words=BIG) as place:
        place.model.let()
        talk = await place.slow_talk()
        turn = (await talk.ask(place.bot))["turn_id"]
        await place.events(turn)
        await place.log.until("socket")

        assert place.log.said("socket.too_slow")
        assert (await talk.closed())[0] == 1006


async def test_a_server_that_stops_says_so(opened: Open) -> None:
    async with opened() as place:
        talk = await place.talk()
        place.server.should_exit = True

        assert (await talk.closed())[0] == 1012


async def test_a_fault_of_ours_is_logged_and_closes_the_socket() -> None:
    async def broken(connected: WebSocket) -> None:
        await connected.accept()
        raise LookupError

    log = RecordedLog()
    application = RequestContext(Starlette(routes=[WebSocketRoute("/", broken)]), log, PrometheusMetrics())
    async with AsyncExitStack() as stack:
        _, address = await listen(application, stack)
        talk = Talk(await stack.enter_async_context(connect(f"ws://{address}/", proxy=None)))
        assert await talk.closed() == (1011, "internal_error")

    assert log.said("socket.failed")


async def test_a_socket_leaves_one_line_in_the_log(place: Place) -> None:
    talk = await place.connect(additional_headers={"X-Request-ID": "mine-1"})
    assert talk.connection.response is not None
    assert talk.connection.response.headers["X-Request-ID"] == "mine-1"
    await talk.say("auth", token="forged")
    await talk.closed()

    fields = await place.log.until("socket")
    assert (fields["path"], fields["code"]) == ("/api/v1/ws", 4401)
