"""The address /mcp as plain HTTP: who comes in, and what nobody is told."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from parley.adapters.database.connection import asyncpg_url
from parley.adapters.postgres import PostgresAddress
from tests.web.conftest import Api, Person


async def _call(api: Api, token: str | None, tool: str = "list_bots", **headers: str) -> httpx2.Response:
    given = {"Accept": "application/json, text/event-stream", **headers}
    if token is not None:
        given["Authorization"] = f"Bearer {token}"
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {}}}
    return await api.http.post("/mcp", json=call, headers=given)


async def _key(person: Person, *scopes: str, **fields: Any) -> str:
    made = await person.made(
        f"/workspaces/{person.workspace}/api-keys", {"name": "K", "scopes": scopes, **fields}
    )
    return str(made["key"])


@pytest.fixture
async def owner(api: Api) -> Person:
    return await api.sign_up("Owner")


async def test_only_a_key_with_the_scope_comes_in(api: Api, owner: Person) -> None:
    assert (await _call(api, None)).status_code == 401
    assert (await _call(api, owner.access_token)).status_code == 401
    assert (await _call(api, await _key(owner, "chat", "models", "documents.read"))).status_code == 403
    key = await _key(owner, "mcp")
    assert (await _call(api, key)).status_code == 200
    refused = await _call(api, key, Origin="https://elsewhere.example")
    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_origin")


async def test_a_key_for_some_bots_is_offered_no_collections(api: Api, owner: Person) -> None:
    path = f"/workspaces/{owner.workspace}/bots"
    bots = [(await owner.made(path, {"name": name}))["id"] for name in ("Ours", "Canary")]
    key = await _key(owner, "mcp", bots=bots[:1])
    listed = (await _call(api, key)).text
    assert "Ours" in listed
    assert "Canary" not in listed
    assert "no tool 'list_collections'" in (await _call(api, key, "list_collections")).text


async def test_a_fault_of_ours_tells_the_client_nothing_of_its_inside(
    api: Api, owner: Person, postgres_database: PostgresAddress
) -> None:
    key = await _key(owner, "mcp")
    engine = create_async_engine(asyncpg_url(postgres_database.url(postgres_database.superuser)))
    async with engine.begin() as connection:
        await connection.execute(text("REVOKE SELECT ON bots FROM parley_app"))
    await engine.dispose()
    reply = await _call(api, key)
    assert "Something went wrong" in reply.text
    assert "permission" not in reply.text
