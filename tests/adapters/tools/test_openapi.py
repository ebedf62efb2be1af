"""Tools of an OpenAPI document: what models see of them, and what they send to a real server."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from parley.adapters.tools.openapi import Api, read_api
from parley.adapters.tools.operation import HttpOperation
from parley.adapters.tools.web import Web
from parley.core.kernel.errors import InvalidInput
from parley.core.tools.model import Invocation, ToolFailed
from parley.core.workspaces.model import WorkspaceScope
from tests.http_servers import Serve

TICKETS: dict[str, Any] = {
    "openapi": "3.0.3",
    "servers": [{"url": "https://{zone}.example.org/v1/", "variables": {"zone": {"default": "eu"}}}],
    "paths": {
        "/tickets": {
            "get": {
                "operationId": "listTickets",
                "summary": "Lists tickets.",
                "parameters": [
                    {
                        "name": "state",
                        "in": "query",
                        "schema": {"type": "array", "items": {"type": "string"}},
                    },
                    {
                        "name": "ids",
                        "in": "query",
                        "explode": False,
                        "schema": {"type": "array", "items": {"type": "integer"}},
                    },
                    {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                    {"$ref": "#/components/parameters/Trace"},
                    {"name": "session", "in": "cookie", "schema": {"type": "string"}},
                ],
            },
            "post": {
                "operationId": "create ticket!",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ticket"}}},
                },
            },
        },
        "/tickets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "delete": {"description": "Removes one."},
            "put": {
                "operationId": "replaceTicket",
                "parameters": [{"name": "id", "in": "query", "schema": {"type": "string"}}],
                "requestBody": {
                    "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
                },
            },
            "patch": {"requestBody": {"required": True, "content": {"multipart/form-data": {}}}},
        },
    },
    "components": {
        "parameters": {
            "Trace": {
                "name": "X-Trace",
                "in": "header",
                "description": "For logs.",
                "schema": {"type": "string"},
            }
        },
        "schemas": {
            "Ticket": {
                "type": "object",
                "required": ["title", "id"],
                "properties": {
                    "id": {"type": "integer", "readOnly": True},
                    "title": {"type": "string", "maxLength": 80, "example": "Broken"},
                    "due": {"type": "string", "format": "date", "nullable": True},
                    "urgency": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
                    "parent": {"$ref": "#/components/schemas/Ticket"},
                },
            }
        },
    },
}


def read(document: Mapping[str, Any], *, base_url: str = "", found_at: str = "") -> Api:
    return read_api(document, "openapi:desk", found_at=found_at, base_url=base_url)


def schema_of(api: Api, name: str) -> Mapping[str, Any]:
    [found] = [tool.parameters for tool in api.tools if tool.name == name]
    return found


def test_each_operation_that_can_be_called_is_a_tool() -> None:
    api = read(TICKETS)
    assert [(tool.name, tool.changes_things) for tool in api.tools] == [
        ("openapi_desk_listTickets", False),
        ("openapi_desk_create_ticket", True),
        ("openapi_desk_replaceTicket", True),
        ("openapi_desk_delete_tickets_id", True),
    ]
    assert api.tools[0].description == "Lists tickets."
    assert api.base_url == "https://eu.example.org/v1"


def test_a_body_is_an_argument_with_everything_inlined() -> None:
    body = schema_of(read(TICKETS), "openapi_desk_create_ticket")["properties"]["body"]
    assert body["required"] == ["title"]
    assert set(body["properties"]) == {"title", "due", "urgency", "parent"}
    assert body["properties"]["title"] == {"type": "string", "maxLength": 80}
    assert body["properties"]["due"]["type"] == ["string", "null"]
    assert body["properties"]["urgency"] == {"type": "integer", "exclusiveMinimum": 0}
    assert "$ref" not in json.dumps(body)


def test_arguments_of_one_name_are_told_apart() -> None:
    schema = schema_of(read(TICKETS), "openapi_desk_replaceTicket")
    assert list(schema["properties"]) == ["id", "query_id", "body"]
    assert schema["required"] == ["id"]


def test_long_and_equal_names_stay_within_64_characters_and_apart() -> None:
    paths = {f"/{n}": {"get": {"operationId": "x" * 80 + str(n)}} for n in range(3)}
    paths |= {f"/same{n}": {"get": {"operationId": "a b" if n else "a-b"}} for n in range(2)}
    names = [tool.name for tool in read({**TICKETS, "paths": paths}).tools]
    assert len(set(names)) == 5
    assert max(map(len, names)) == 64


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"openapi": "2.0"}, "no OpenAPI 3.0 or 3.1"),
        ({"openapi": None}, "no OpenAPI 3.0 or 3.1"),
        ({"paths": {}}, "no operation"),
        ({"paths": {f"/{n}": {"get": {}} for n in range(101)}}, "more than 100 operations"),
        ({"paths": {"/a": {"$ref": "https://example.org/a.json"}}}, "only references within it"),
        ({"paths": {"/a": {"$ref": "#/paths/~1a"}}}, "lead in a circle"),
        ({"paths": {"/a": {"$ref": "#/nowhere"}}}, "which it does not have"),
        ({"servers": []}, "does not say where"),
        ({"servers": [{"url": "/v1"}]}, "does not say where"),
        ({"servers": [{"url": "ftp://example.org"}]}, "does not say where"),
        ({"servers": [{"url": "https://user:password@example.org"}]}, "does not say where"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused(change: Mapping[str, Any], why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        read({**TICKETS, **change})


def test_references_that_would_grow_without_end_are_refused() -> None:
    schemas = {
        f"S{n}": {"properties": {key: {"$ref": f"#/components/schemas/S{n + 1}"} for key in "abcd"}}
        for n in range(10)
    }
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}
    document = {
        **TICKETS,
        "paths": {"/": {"post": {"requestBody": body}}},
        "components": {"schemas": {**schemas, "S10": {"type": "string"}}},
    }
    with pytest.raises(InvalidInput, match="more than 3000 parts"):
        read(document)


def test_many_operations_cannot_make_much_of_little() -> None:
    """Each is small enough alone, and none of them can be called."""
    parts = {"properties": {f"p{n}": {"type": "string"} for n in range(2_000)}}
    parameters = [
        {"name": "all", "in": "query", "schema": {"$ref": "#/components/schemas/Parts"}},
        {"name": "session", "in": "cookie", "required": True, "schema": {"type": "string"}},
    ]
    document = {
        **TICKETS,
        "paths": {f"/{n}": {"get": {"parameters": parameters}} for n in range(1_000)},
        "components": {"schemas": {"Parts": parts}},
    }
    with pytest.raises(InvalidInput, match="more than 30000 parts"):
        read(document)


def test_a_long_list_that_is_referred_to_often_is_not_written_out() -> None:
    """Written out it would be 20 GB."""
    schemas: dict[str, Any] = {
        "Long": {"enum": ["x" * 1_000] * 10_000},
        "Often": {"properties": {f"p{n}": {"$ref": "#/components/schemas/Long"} for n in range(2_000)}},
    }
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Often"}}}}
    document = {
        **TICKETS,
        "paths": {"/": {"post": {"requestBody": body}}},
        "components": {"schemas": schemas},
    }
    with pytest.raises(InvalidInput, match="more than 20000 characters"):
        read(document)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": ["a"]},
        {"type": "object", "required": [{"a": 1}, ["b"], "c"], "properties": {"c": {"readOnly": True}}},
        {"anyOf": {"a": 1}, "items": [1], "enum": 7, "type": {"a": 1}},
    ],
)
def test_a_schema_that_is_none_is_no_fault_of_ours(schema: Any) -> None:
    odd = {"name": "q", "in": "query", "schema": schema}
    wrong = [{"name": ["q"], "in": {"a": 1}, "schema": {}}, {"name": "r", "in": ["query"], "schema": {}}, 7]
    paths = {"/a": {"get": {"operationId": {"a": 1}, "summary": 7, "parameters": [odd, *wrong]}}, "/b": 7}
    assert len(read({**TICKETS, "paths": paths}).tools) == 1


def test_a_relative_address_is_of_where_the_document_was_found() -> None:
    document = {**TICKETS, "servers": [{"url": "/v2"}]}
    found_at = "https://desk.example.org/docs/openapi.json?key=secret"
    assert read(document, found_at=found_at).base_url == "https://desk.example.org/v2"
    assert read({**TICKETS, "servers": None}, found_at=found_at).base_url == "https://desk.example.org"
    assert read(document, base_url="https://other.example/x/").base_url == "https://other.example/x"


async def _desk(request: web.Request) -> web.Response:
    """Tells what it was asked."""
    if request.path.startswith("/away"):
        return web.Response(status=302, headers={"Location": "/v1/tickets"})
    if request.path.endswith("/gone"):
        return web.json_response({"error": "no such ticket"}, status=404)
    if request.method == "DELETE":
        return web.Response(status=204)
    return web.json_response(
        {
            "did": f"{request.method} {request.raw_path}",
            "auth": request.headers.get("Authorization"),
            "trace": request.headers.get("X-Trace"),
            "type": request.headers.get("Content-Type"),
            "body": await request.text(),
        }
    )


class Desk:
    """The tools of the document against a real server."""

    def __init__(self, tools_web: Web, url: str, scope: WorkspaceScope) -> None:
        self._scope = scope
        api = read(TICKETS, base_url=url)
        headers = {"authorization": "Bearer secret", "X-Trace": "ours"}
        self._tools = {
            tool.name: HttpOperation(tool, operation, api.base_url, headers, tools_web)
            for tool, operation in zip(api.tools, api.operations, strict=True)
        }

    async def call(self, tool: str, **arguments: Any) -> str:
        invocation = Invocation(arguments, self._scope)
        return (await self._tools[f"openapi_desk_{tool}"].run(invocation)).text

    async def asked(self, tool: str, **arguments: Any) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(await self.call(tool, **arguments))
        return told


@pytest.fixture
async def desk(tools_web: Web, serve: Serve, scope: WorkspaceScope) -> Desk:
    return Desk(tools_web, f"{await serve(_desk)}/v1", scope)


async def test_arguments_go_where_the_document_says(desk: Desk) -> None:
    asked = await desk.asked("listTickets", state=["open", "a&b"], ids=[1, 2], filter={"by": "me"})
    assert asked["did"] == "GET /v1/tickets?state=open&state=a%26b&ids=1%2C2&filter%5Bby%5D=me"
    assert (await desk.asked("listTickets"))["did"] == "GET /v1/tickets"


async def test_the_administrators_headers_win_over_arguments(desk: Desk) -> None:
    asked = await desk.asked("listTickets", **{"X-Trace": "theirs"})
    assert (asked["auth"], asked["trace"]) == ("Bearer secret", "ours")


async def test_bodies_are_sent_as_json_and_as_forms(desk: Desk) -> None:
    asked = await desk.asked("create_ticket", body={"title": "Größe"})
    assert asked["type"] == "application/json"
    assert json.loads(asked["body"]) == {"title": "Größe"}
    asked = await desk.asked("replaceTicket", id="7", query_id="8", body={"title": "a b", "n": 1})
    assert asked["did"] == "PUT /v1/tickets/7?id=8"
    assert (asked["type"], asked["body"]) == ("application/x-www-form-urlencoded", "title=a+b&n=1")


async def test_a_form_of_something_else_is_told_to_the_model(desk: Desk) -> None:
    for body in ("a=b", [1], 7):
        with pytest.raises(ToolFailed, match="must be an object"):
            await desk.call("replaceTicket", id="7", body=body)


async def test_a_reply_without_a_body_is_told(desk: Desk) -> None:
    assert await desk.call("delete_tickets_id", id="7") == "HTTP 204, without a body."


@pytest.mark.parametrize("value", ["a/b", "a..b", "a?b=c", "a#b", "%2e%2e", "{id}"])
async def test_a_path_argument_stays_one_segment(desk: Desk, value: str) -> None:
    asked = await desk.asked("replaceTicket", id=value)
    path = asked["did"].removeprefix("PUT /v1/tickets/")
    assert not set(path) & set("/?#")


@pytest.mark.parametrize("value", ["", ".", "..", "../admin", "7/../../admin", "..\\admin"])
async def test_a_path_argument_cannot_climb(desk: Desk, value: str) -> None:
    with pytest.raises(ToolFailed, match=r"is empty|has a dot"):
        await desk.call("delete_tickets_id", id=value)


async def test_what_a_refusing_server_says_is_passed_on(desk: Desk) -> None:
    with pytest.raises(ToolFailed, match=r"HTTP 404: .*no such ticket"):
        await desk.call("replaceTicket", id="gone")


async def test_a_redirect_is_not_followed_with_the_administrators_headers(
    tools_web: Web, serve: Serve, scope: WorkspaceScope
) -> None:
    with pytest.raises(ToolFailed, match="is not followed"):
        await Desk(tools_web, f"{await serve(_desk)}/away", scope).call("listTickets")
