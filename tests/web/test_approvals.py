"""A bot that opens tickets asks first: over HTTP and the socket, with a real model server and a real desk."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from parley.bootstrap.database import RunningDatabase
from parley.core.llm.model import FinishReason, ToolCall
from parley.settings import Settings
from parley.testing.upstream.wires import OpenAIWire
from tests.adapters.llm.upstream import Reply, upstream
from tests.web.conftest import Api, Person, serving

DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Desk", "version": "1"},
    "paths": {
        "/tickets": {
            "post": {
                "operationId": "openTicket",
                "summary": "Opens a ticket.",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"title": {"type": "string"}},
                                "required": ["title"],
                            }
                        }
                    }
                },
                "responses": {"200": {"description": "Opened."}},
            }
        }
    },
}


async def _speak(reply: Reply) -> None:
    """Asks for a ticket first, then answers."""
    wire = OpenAIWire()
    await reply.start()
    if any(message["role"] == "tool" for message in reply.body["messages"]):
        await reply.raw(wire.text("That is settled.") + wire.ending(FinishReason.STOP))
        return
    [tool] = [tool["function"]["name"] for tool in reply.body["tools"]]
    call = ToolCall("call_1", tool, '{"body": {"title": "Broken lamp"}}')
    await reply.raw(wire.text("I will open one.") + wire.tool_calls([call]))
    await reply.raw(wire.ending(FinishReason.TOOL_CALLS))


@dataclass
class Desk:
    """A server, someone signed in, their bot, and the tickets that were opened."""

    api: Api
    person: Person
    bot: str
    tickets: list[Any]

    async def ask(self) -> dict[str, Any]:
        reply = await self.person.post("/chat", {"bot_id": self.bot, "message": "My lamp is broken."})
        assert reply.status_code == 200, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    async def decide(self, turn: str, *, approved: bool) -> dict[str, Any]:
        reply = await self.person.post(f"/turns/{turn}/approvals", {"call_id": "1-1", "approved": approved})
        assert reply.status_code == 200, reply.text
        decided: dict[str, Any] = reply.json()
        return decided

    async def events(self, turn: str) -> list[dict[str, Any]]:
        reply = await self.person.get(f"/turns/{turn}/events")
        return [json.loads(line[6:]) for line in reply.text.splitlines() if line.startswith("data: ")]


@pytest.fixture
async def desk(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> AsyncIterator[Desk]:
    tickets: list[Any] = []

    async def open_ticket(request: web.Request) -> web.Response:
        tickets.append(await request.json())
        return web.json_response({"id": 7})

    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(upstream(_speak))
        application = web.Application()
        application.router.add_post("/tickets", open_ticket)
        runner = web.AppRunner(application)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        settings = settings_of(
            openai_base_url=model.url, openai_model="scripted", tools_allowed_hosts=f"{host}:{port}"
        )
        api = await stack.enter_async_context(serving(settings, running_database))
        owner = await api.sign_up("Owner")
        path = f"/workspaces/{owner.workspace}"
        await owner.made(
            f"{path}/tool-servers",
            {"kind": "openapi", "name": "desk", "document": DOCUMENT, "base_url": f"http://{host}:{port}"},
        )
        configuration = {"agent_type": "tools", "tools": ["openapi:desk"]}
        bot = await owner.made(f"{path}/bots", {"name": "B", "configuration": configuration})
        yield Desk(api, owner, bot["id"], tickets)


async def test_an_answer_that_waits_says_what_for_and_goes_on_once_allowed(desk: Desk) -> None:
    answer = await desk.ask()
    assert (answer["state"], answer["message"]) == ("waiting", None)
    assert answer["approvals"] == [
        {
            "call_id": "1-1",
            "name": "openapi_desk_openTicket",
            "description": "Opens a ticket.",
            "arguments": {"body": {"title": "Broken lamp"}},
        }
    ]
    assert desk.tickets == []

    await desk.decide(answer["turn_id"], approved=True)
    events = await desk.events(answer["turn_id"])
    assert desk.tickets == [{"title": "Broken lamp"}]
    assert events[-1]["message"]["text"] == "I will open one.\n\nThat is settled."
    kinds = [event["type"] for event in events]
    assert kinds.count("turn.restarted") == 0
    assert kinds.index("tool.approval_requested") < kinds.index("tool.started") < kinds.index("tool.finished")
    listed = (await desk.person.get(f"/conversations/{answer['conversation_id']}/messages")).json()["items"]
    assert [message["tool_steps"] for message in listed] == [
        [],
        [{**answer["approvals"][0], "state": "done", "output": events[-3]["output"]}],
    ]


async def test_a_denied_call_is_not_made(desk: Desk) -> None:
    answer = await desk.ask()
    await desk.decide(answer["turn_id"], approved=False)
    events = await desk.events(answer["turn_id"])

    assert desk.tickets == []
    assert events[-1]["type"] == "turn.finished"
    turn = (await desk.person.get(f"/turns/{answer['turn_id']}")).json()
    assert turn["state"] == "done"


async def test_only_the_turns_own_user_decides(desk: Desk) -> None:
    answer = await desk.ask()
    colleague = await desk.api.member(desk.person, "owner")
    stranger = await desk.api.sign_up("Stranger")
    for someone in (colleague, stranger):
        reply = await someone.post(
            f"/turns/{answer['turn_id']}/approvals", {"call_id": "1-1", "approved": True}
        )
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    assert desk.tickets == []


async def test_the_opposite_decision_comes_too_late(desk: Desk) -> None:
    answer = await desk.ask()
    await desk.decide(answer["turn_id"], approved=False)
    reply = await desk.person.post(
        f"/turns/{answer['turn_id']}/approvals", {"call_id": "1-1", "approved": True}
    )
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")
    assert "was denied before" in reply.json()["detail"]


async def test_a_waiting_answer_can_be_stopped(desk: Desk) -> None:
    answer = await desk.ask()
    await desk.person.post(f"/turns/{answer['turn_id']}/cancel")
    events = await desk.events(answer["turn_id"])

    assert events[-1]["type"] == "turn.cancelled"
    assert desk.tickets == []
