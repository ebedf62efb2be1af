"""The MCP SDK's own client against /mcp, by the newest protocol and by the one before."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from tests.processes.clients.conftest import Shop
from tests.web.conftest import DEADLINE_S

QUESTION = "How long is the warranty of the kettle?"


@asynccontextmanager
async def connected(shop: Shop, key: str, mode: Literal["auto", "legacy"] = "auto") -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(headers=headers, timeout=DEADLINE_S) as http:
        transport = streamable_http_client(shop.mcp_url, http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


async def _call(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_bot_answers_another_assistant_with_its_sources(
    shop: Shop, mode: Literal["auto", "legacy"]
) -> None:
    async with connected(shop, shop.key, mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        bots = await _call(client, "list_bots")
        answer = await _call(client, "ask_bot", bot="warranty-help", question=QUESTION)
    assert set(tools) == {"ask_bot", "search_collection", "list_bots", "list_collections"}
    assert tools["ask_bot"].input_schema["required"] == ["bot", "question"]
    assert {"bot": "warranty-help", "name": "Warranty help", "id": shop.warranty_bot} in bots["bots"]
    assert "three years" in answer["answer"]
    assert answer["citations"][0]["document_name"] == "kettle.md"


async def test_a_collection_is_searched_by_its_name(shop: Shop) -> None:
    async with connected(shop, shop.key) as client:
        names = [each["name"] for each in (await _call(client, "list_collections"))["collections"]]
        found = await _call(client, "search_collection", collection="Handbooks", query=QUESTION, limit=1)
    assert "Handbooks" in names
    [passage] = found["passages"]
    assert passage["document"] == "kettle.md"
    assert "three years" in passage["text"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask_bot", {"bot": "nobody", "question": "?"}, "no bot nobody"),
        ("ask_bot", {"bot": "warranty-help"}, "question"),
        ("search_collection", {"collection": "None", "query": "?"}, "no collection None"),
        ("search_collection", {"collection": "Handbooks", "query": "?", "limit": 1000}, "limit"),
    ],
)
async def test_a_wrong_call_is_told_to_the_assistant(
    shop: Shop, tool: str, arguments: dict[str, Any], said: str
) -> None:
    async with connected(shop, shop.key) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert said in result.content[0].text  # type: ignore[union-attr]


async def test_an_unknown_tool_is_an_error_of_the_protocol(shop: Shop) -> None:
    async with connected(shop, shop.key) as client:
        with pytest.raises(MCPError, match="no tool"):
            await client.call_tool("drop_tables", {})


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "invalid_api_key"),
        ({"Authorization": "Bearer {token}"}, 401, "invalid_api_key"),
        ({"Authorization": "Bearer {chat_key}"}, 403, "missing_scope"),
        ({"Authorization": "Bearer {key}", "Origin": "https://evil.example"}, 403, "foreign_origin"),
    ],
)
async def test_nobody_else_comes_in(shop: Shop, headers: dict[str, str], status: int, code: str) -> None:
    filled = {
        name: value.format(token=shop.token, key=shop.key, chat_key=shop.chat_key)
        for name, value in headers.items()
    }
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    async with httpx2.AsyncClient(timeout=DEADLINE_S) as http:
        reply = await http.post(shop.mcp_url, content=json.dumps(ping), headers=filled)
        # There is nothing to listen to without a session.
        listening = await http.get(shop.mcp_url, headers={"Authorization": f"Bearer {shop.key}"})
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert listening.status_code == 405
