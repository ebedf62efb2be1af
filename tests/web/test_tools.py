"""Tools and tool servers through HTTP: found, kept encrypted, shown without secrets, named by bots."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from parley.adapters.database.connection import Database, rows
from parley.bootstrap.database import RunningDatabase
from parley.settings import Settings
from tests.adapters.tools.notes_server import over_http
from tests.web.conftest import Api, Person, serving

SECRET = "Bearer very-secret"
DESK: dict[str, Any] = {
    "openapi": "3.1.0",
    "servers": [{"url": "/v1"}],
    "paths": {
        "/tickets": {
            "get": {"operationId": "listTickets", "summary": "Lists tickets."},
            "post": {"operationId": "createTicket", "summary": "Makes a ticket."},
        }
    },
}


class Desk:
    """A server that describes its API, which grows."""

    def __init__(self, url: str, document: dict[str, Any]) -> None:
        self.url = url
        self.document = document


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    running = Desk("", DESK)

    async def describe(request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers, "the key is for the API"
        return web.json_response(running.document)

    application = web.Application()
    application.router.add_get("/openapi.json", describe)
    async with TestServer(application) as server:
        running.url = f"http://127.0.0.1:{server.port}"
        yield running


@pytest.fixture
async def owner(
    desk: Desk, settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> AsyncIterator[Person]:
    """Of a server whose tools may reach the desk."""
    settings = settings_of(tools_allowed_hosts=desk.url.removeprefix("http://"))
    async with serving(settings, running_database) as api:
        yield await api.sign_up("Owner")


def servers(person: Person) -> str:
    return f"/workspaces/{person.workspace}/tool-servers"


def body(desk: Desk, **changes: Any) -> dict[str, Any]:
    document = {"url": f"{desk.url}/openapi.json?key=hidden", "headers": {"Authorization": SECRET}}
    return {"kind": "openapi", "name": "desk", **document, **changes}


async def test_built_in_tools_are_listed_for_everyone(api: Api) -> None:
    owner = await api.sign_up()
    listed = (await owner.get(f"/workspaces/{owner.workspace}/tools")).json()["items"]
    assert [tool["name"] for tool in listed] == [
        *("calculator", "current_time", "json_api", "search", "weather", "web_page")
    ]
    assert not any(tool["changes_things"] for tool in listed)


async def test_an_openapi_server_is_added_with_the_tools_found_there(owner: Person, desk: Desk) -> None:
    made = await owner.made(servers(owner), body(desk))
    assert [(tool["name"], tool["changes_things"]) for tool in made["tools"]] == [
        ("openapi_desk_listTickets", False),
        ("openapi_desk_createTicket", True),
    ]
    assert (made["url"], made["header_names"]) == (f"{desk.url}/v1", ["Authorization"])
    assert (await owner.get(servers(owner))).json()["items"] == [made]
    offered = (await owner.get(f"/workspaces/{owner.workspace}/tools")).json()["items"]
    assert (offered[-1]["name"], offered[-1]["tools"]) == ("openapi:desk", made["tools"])


async def test_secrets_are_neither_shown_nor_stored_in_the_clear(
    owner: Person, desk: Desk, database: Database
) -> None:
    made = await owner.made(servers(owner), body(desk))
    replies = [str(made), (await owner.get(servers(owner))).text]
    replies.append((await owner.get(f"/workspaces/{owner.workspace}/tools")).text)
    assert "very-secret" not in str(replies)
    assert "hidden" not in str(replies)
    async with database.begin_platform() as tx:
        [stored] = await rows(tx, text("SELECT t::text AS row, sealed_headers FROM tool_servers t"))
        audited = await rows(tx, text("SELECT action, detail::text FROM audit_log WHERE action LIKE 'tool%'"))
    assert "very-secret" not in stored.row
    assert b"very-secret" not in stored.sealed_headers
    assert [each.action for each in audited] == ["tool_server.created"]
    assert "hidden" not in audited[0].detail


async def test_a_bot_may_name_it_until_it_is_removed(owner: Person, desk: Desk) -> None:
    made = await owner.made(servers(owner), body(desk))
    configuration = {"tools": ["calculator", "openapi:desk"], "unattended_tools": ["openapi:desk"]}
    bots = f"/workspaces/{owner.workspace}/bots"
    bot = await owner.made(bots, {"name": "B", "configuration": configuration})
    assert (await owner.delete(f"{servers(owner)}/{made['id']}")).status_code == 204
    assert (await owner.get(servers(owner))).json()["items"] == []
    assert (await owner.delete(f"{servers(owner)}/{made['id']}")).status_code == 404
    # What it was given stays, so that it can still be renamed; it is not given to another.
    assert (await owner.patch(f"/bots/{bot['id']}", {"name": "C"})).status_code == 200
    reply = await owner.post(bots, {"name": "D", "configuration": configuration})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_input")
    assert "'openapi:desk'" in reply.json()["detail"]
    reply = await owner.patch(f"/bots/{bot['id']}", {"configuration": {"tools": ["openapi:desk"]}})
    assert reply.status_code == 422


async def test_a_server_that_offers_more_is_looked_at_again(owner: Person, desk: Desk) -> None:
    made = await owner.made(servers(owner), body(desk))
    desk.document = {**DESK, "paths": {"/tickets": DESK["paths"]["/tickets"], "/people": {"get": {}}}}
    reply = await owner.post(f"{servers(owner)}/{made['id']}/refresh")
    assert reply.status_code == 200
    assert [tool["name"] for tool in reply.json()["tools"]][-1] == "openapi_desk_get_people"
    assert (await owner.get(servers(owner))).json()["items"] == [reply.json()]


async def test_headers_do_not_follow_an_api_that_says_it_has_moved(owner: Person, desk: Desk) -> None:
    """Who can change the document would else have the key sent to a place of their own."""
    made = await owner.made(servers(owner), body(desk))
    desk.document = {**DESK, "servers": [{"url": "https://93.184.215.14/v1"}]}
    reply = await owner.post(f"{servers(owner)}/{made['id']}/refresh")
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")
    assert "https://93.184.215.14/v1" in reply.json()["detail"]
    assert (await owner.get(servers(owner))).json()["items"] == [made]


async def test_a_document_may_be_sent_along(owner: Person, desk: Desk) -> None:
    sent = {"kind": "openapi", "name": "desk", "document": DESK, "base_url": f"{desk.url}/v2"}
    made = await owner.made(servers(owner), sent)
    assert (made["url"], made["header_names"]) == (f"{desk.url}/v2", [])
    reply = await owner.post(f"{servers(owner)}/{made['id']}/refresh")
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")


async def test_an_mcp_server_is_added_with_the_tools_found_there(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> None:
    async with over_http() as url:
        settings = settings_of(tools_allowed_hosts=url.split("/")[2])
        async with serving(settings, running_database) as api:
            owner = await api.sign_up("Owner")
            made = await owner.made(servers(owner), {"kind": "mcp", "name": "notes", "url": url})
            assert [(tool["name"], tool["changes_things"]) for tool in made["tools"]] == [
                ("mcp_notes_read_notes", False),
                ("mcp_notes_add_note", True),
            ]


async def test_two_servers_of_one_kind_cannot_share_a_name(owner: Person, desk: Desk) -> None:
    await owner.made(servers(owner), body(desk))
    reply = await owner.post(servers(owner), body(desk))
    assert (reply.status_code, reply.json()["code"]) == (409, "duplicate_name")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": "De sk"}, "name"),
    ({"name": "x" * 25}, "name"),
    ({"name": "a_b"}, "name"),
    ({"kind": "stdio"}, "kind"),
    ({"command": "rm"}, "command"),
    ({"url": ""}, "either url or document"),
    ({"document": {}}, "either url or document"),
    ({"url": "nonsense"}, "only http"),
    ({"url": "http://169.254.169.254/latest/meta-data/"}, "not on the open internet"),
    ({"url": "http://localhost:80/openapi.json"}, "not on the open internet"),
    ({"url": "", "document": {**DESK, "servers": [{"url": "http://10.0.0.1"}]}}, "not on the open"),
    ({"url": "", "document": {"swagger": "2.0"}}, "no OpenAPI 3.0 or 3.1"),
    ({"headers": {"Host": "inner"}}, "'Host'"),
    ({"headers": {"A b": "x"}}, "'A b'"),
    ({"headers": {"X-Key": "secret\r\nHost: inner"}}, "X-Key"),
    ({"kind": "mcp", "url": "http://127.0.0.1:80/mcp"}, "not on the open internet"),
    ({"kind": "mcp", "document": {}}, "neither document nor base_url"),
]


async def test_what_cannot_be_added_is_refused_in_words(owner: Person, desk: Desk) -> None:
    for change, said in REFUSED:
        reply = await owner.post(servers(owner), body(desk, **change))
        assert reply.status_code == 422, (change, reply.text)
        assert said in reply.text, (change, reply.text)
        assert "secret" not in reply.text.replace("very-secret", "")
        assert SECRET not in reply.text
    assert (await owner.get(servers(owner))).json()["items"] == []


async def test_a_document_of_what_no_text_may_hold_is_refused(owner: Person, desk: Desk) -> None:
    for wrong in ("a\0b", "a\ud800b"):
        desk.document = {**DESK, "paths": {"/tickets": {"get": {"summary": wrong}}}}
        reply = await owner.post(servers(owner), body(desk))
        assert (reply.status_code, reply.json()["code"]) == (422, "invalid_input")


async def test_only_administrators_add_servers(api: Api) -> None:
    owner = await api.sign_up("Owner")
    editor = await api.member(owner, "editor")
    sent = {"kind": "mcp", "name": "x", "url": "https://a.example/mcp"}
    assert (await editor.post(servers(owner), sent)).status_code == 403
    assert (await editor.get(servers(owner))).status_code == 403
