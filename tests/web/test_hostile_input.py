"""Nothing that a client can send makes the server fail: every route, with values it did not expect."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from tests.web.conftest import Api, Person

NASTY: list[Any] = [
    None,
    True,
    -1,
    2**63,
    1e308,
    "",
    "a\0b",
    "\u202e\ufeff✋🏽",
    "x" * 5_000,
    "'; DROP TABLE users; --",
    [],
    {},
    [[[]]],
    {"\0": "\0"},
    str(uuid4()),
]
NASTY_TEXTS = ["%00", "-1", "9" * 30, "🙂", "..", "a,b", "null", "YQAfYQ", "MR8x"]

NOBODYS = str(uuid4())
"""Stands for ids of things that a request would change elsewhere, or that there are none of."""

Request = tuple[str, str, Any, dict[str, str]]
"""Method, path, body and query."""


class Things:
    """Ids of things that are there, so that requests get past the question whether they are."""

    def __init__(self, ids: dict[str, str]) -> None:
        self._ids = ids

    def fill(self, path: str, **other: str) -> str:
        return re.sub(r"{(\w+)}", lambda name: (self._ids | other).get(name[1], NOBODYS), path)

    def requests(self, document: dict[str, Any]) -> Iterator[Request]:
        """Around what the OpenAPI document says: each field, parameter and id in turn, and whole bodies."""
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if method == "delete" or not path.startswith("/api") or path.endswith("/logout"):
                    continue  # what is removed is not there for the others
                parameters = operation.get("parameters", ())
                for body in _bodies(operation, document["components"]["schemas"]):
                    yield method, self.fill(path), body, {}
                for text in NASTY_TEXTS:
                    for parameter in parameters:
                        if parameter["in"] == "path":
                            yield method, self.fill(path, **{parameter["name"]: text}), None, {}
                        if parameter["in"] == "query":
                            yield method, self.fill(path), None, {parameter["name"]: text}


def _bodies(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Any]:
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return
    yield from NASTY
    for one in schema.get("oneOf", [schema]):
        described = schemas[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for field in described.get("properties", {}):
            for value in NASTY:
                yield described.get("example", {}) | {field: value}


async def _things(person: Person) -> Things:
    path = f"/workspaces/{person.workspace}"
    collection = (await person.made(f"{path}/collections", {"name": "C"}))["id"]
    bot = (await person.made(f"{path}/bots", {"name": "B", "configuration": {"agent_type": "plain"}}))["id"]
    upload = await person.post(f"/collections/{collection}/documents", files={"files": ("a.txt", b"text")})
    sitemap = {"sitemap": "https://a.example/sitemap.xml"}
    begun = await person.post(f"/collections/{collection}/documents", sitemap)
    answer = (await person.post("/chat", {"bot_id": bot, "message": "Hello?"})).json()
    return Things(
        {
            "workspace_id": person.workspace,
            "user_id": person.id,
            "bot_id": bot,
            "collection_id": collection,
            "document_id": upload.json()["items"][0]["document"]["id"],
            "conversation_id": answer["conversation_id"],
            "turn_id": answer["turn_id"],
            "message_id": answer["message"]["id"],
            "token": "x" * 43,
            "import_id": begun.json()["sitemap_import"]["id"],
            "provider": "groq",
            "model": "nobody",
        }
    )


async def test_no_route_fails_whatever_is_sent(api: Api) -> None:
    person = await api.sign_up()
    things = await _things(person)
    scopes = ["chat", "models", "embeddings"]
    key = await person.made(f"/workspaces/{person.workspace}/api-keys", {"name": "K", "scopes": scopes})
    document = (await api.http.get("/openapi.json")).json()
    tried = 0
    for method, path, body, query in things.requests(document):
        for_programs = path.startswith(("/v1/", "/api/v1/history")) or path == "/api/v1/messages"
        token = key["key"] if for_programs else person.access_token
        reply = await api.http.request(
            method, path, json=body, params=query, headers={"Authorization": f"Bearer {token}"}
        )
        tried += 1
        assert reply.status_code < 500, (method, path, body, query, reply.text)
        if reply.is_client_error and path.startswith("/v1/"):
            assert reply.json()["error"]["message"]
        elif reply.is_client_error:
            problem = reply.json()
            assert reply.headers["content-type"] == "application/problem+json"
            assert problem["code"], problem
            assert problem["detail"], problem
    assert tried > 500
