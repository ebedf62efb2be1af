"""A program that leaves cannot come back for the answer, so nobody goes on writing it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from tests.web.conftest import DEADLINE_S
from tests.web.realtime.conftest import WORDS, Place
from tests.web.test_api_keys import new_key, with_key


@asynccontextmanager
async def _asking(place: Place, model: str, *, stream: bool) -> AsyncIterator[aiohttp.ClientResponse]:
    key = (await new_key(place.person, ["chat"]))["key"]
    body = {
        "model": model,
        "stream": stream,
        "messages": [{"role": "user", "content": "Why is the sky blue?"}],
    }
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as http,
        http.post(f"http://{place.address}/v1/chat/completions", json=body) as reply,
    ):
        yield reply


async def test_leaving_a_plain_bots_stream_closes_the_request_to_its_model(place: Place) -> None:
    place.model.let(1)
    async with asyncio.timeout(DEADLINE_S):
        async with _asking(place, "plain", stream=True) as reply:
            assert reply.status == 200
            await reply.content.readuntil(WORDS[0].strip().encode())
        await place.upstream.closed_by_reader.wait()


async def test_leaving_before_the_first_word_closes_it_too(place: Place) -> None:
    async with asyncio.timeout(DEADLINE_S):
        asking = asyncio.create_task(_ask(place))
        while not place.upstream.bodies:  # noqa: ASYNC110 - what another server gets can only be polled
            await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.wait({asking})
        await place.upstream.closed_by_reader.wait()


async def _ask(place: Place) -> None:
    async with _asking(place, "plain", stream=False):
        pass


async def test_leaving_a_turn_stops_it(place: Place) -> None:
    body = {"name": "Asker", "configuration": {"agent_type": "rag", "llm_model": "openai:scripted"}}
    made = await place.person.made(f"/workspaces/{place.person.workspace}/bots", body)
    place.model.let(1)
    async with asyncio.timeout(DEADLINE_S):
        async with _asking(place, made["id"], stream=True) as reply:
            await reply.content.readuntil(WORDS[0].strip().encode())
        await place.upstream.closed_by_reader.wait()


async def test_the_history_that_a_program_sends_reaches_the_model(place: Place) -> None:
    body = {"name": "Asker", "configuration": {"agent_type": "rag", "llm_model": "openai:scripted"}}
    made = await place.person.made(f"/workspaces/{place.person.workspace}/bots", body)
    key = (await new_key(place.person, ["chat"]))["key"]
    place.model.let()
    messages = [
        {"role": "user", "content": "My name is Ada, by the way, and I like kettles."},
        {"role": "assistant", "content": "Noted."},
        {"role": "user", "content": "Please tell me now what my name was, in one word."},
    ]
    reply = await place.person.http.post(
        "/v1/chat/completions",
        json={"model": made["id"], "messages": messages},
        headers={"Authorization": f"Bearer {key}"},
    )
    assert reply.json()["choices"][0]["message"]["content"] == "".join(WORDS)
    asked = [(each["role"], each["content"]) for each in place.upstream.bodies[-1]["messages"][1:]]
    assert asked == [(each["role"], each["content"]) for each in messages]


async def test_a_socket_opens_with_a_key_for_chat_alone(place: Place) -> None:
    path = f"/workspaces/{place.person.workspace}/api-keys"
    key = await new_key(place.person, ["chat"])
    other = await new_key(place.person, ["models"])
    place.model.let()
    talk = await place.talk(with_key(place.person, key["key"]))
    assert (await talk.ask(place.bot))["type"] == "accepted"
    await talk.until("unsubscribed")
    refused = await place.connect()
    await refused.say("auth", token=other["key"])
    assert (await refused.hear())["problem"]["code"] == "missing_scope"
    await place.person.delete(f"{path}/{key['id']}")
    assert (await talk.ask(place.bot))["problem"]["code"] == "invalid_api_key"
