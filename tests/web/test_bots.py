"""Bots through HTTP: the whole configuration, with a default and a limit for every key."""

import asyncio
from dataclasses import fields
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, rows
from parley.core.bots.limits import LIMITS
from parley.core.bots.model import BotConfiguration
from tests.web.conftest import Api, Person

DEFAULTS: dict[str, Any] = {
    "agent_type": "rag",
    "llm_model": None,
    "fallbacks": [],
    "temperature": 0.2,
    "system_prompt": "",
    "few_shot": [],
    "retriever_k": 6,
    "retriever_weight": None,
    "retriever_tokens": 4_000,
    "rerank": False,
    "chat_history_length": 10,
    "tools": [],
    "unattended_tools": [],
    "collections": [],
    "guardrails": [],
    "greeting": "",
    "suggested_questions": [],
    "answer_cache_s": None,
}


@pytest.fixture
async def owner(api: Api) -> Person:
    await api.sign_up("First")  # the first account's workspace holds the sample
    return await api.sign_up("Owner")


async def test_a_bot_needs_only_a_name(owner: Person) -> None:
    made = await owner.made(f"/workspaces/{owner.workspace}/bots", {"name": " Help "})
    assert (made["name"], made["description"], made["version"]) == ("Help", "", 1)
    assert made["configuration"] == DEFAULTS
    assert (await owner.get(f"/bots/{made['id']}")).json() == made


async def test_every_key_is_stored_as_it_was_sent(owner: Person) -> None:
    collection = await owner.made(f"/workspaces/{owner.workspace}/collections", {"name": "C"})
    configuration = {
        "agent_type": "plain",
        "llm_model": "openai:some/model:with-colons",
        "fallbacks": ["extractive:default"],
        "temperature": 1.5,
        "system_prompt": "Be brief.\nBe kind.",
        "few_shot": [{"question": "Q", "answer": "A"}],
        "retriever_k": 50,
        "retriever_weight": 0.25,
        "retriever_tokens": 200,
        "rerank": True,
        "chat_history_length": 0,
        "tools": ["calculator", "web_page"],
        "unattended_tools": ["web_page"],
        "collections": [collection["id"]],
        "guardrails": [],
        "greeting": "Hello ✋",
        "suggested_questions": ["Why?", "How?"],
        "answer_cache_s": 300,
    }
    made = await owner.made(
        f"/workspaces/{owner.workspace}/bots", {"name": "B", "configuration": configuration}
    )
    assert made["configuration"] == configuration
    assert (await owner.get(f"/bots/{made['id']}")).json()["configuration"] == configuration


async def test_a_changed_configuration_is_a_new_version_and_keeps_the_other_keys(
    owner: Person, database: Database
) -> None:
    made = await owner.made(
        f"/workspaces/{owner.workspace}/bots",
        {"name": "B", "configuration": {"greeting": "Hi", "llm_model": "extractive:default"}},
    )
    path = f"/bots/{made['id']}"
    changed = (await owner.patch(path, {"configuration": {"retriever_k": 9, "llm_model": None}})).json()
    assert changed["version"] == 2
    assert changed["configuration"] == DEFAULTS | {"greeting": "Hi", "retriever_k": 9}
    renamed = (await owner.patch(path, {"name": "C", "description": "D"})).json()
    assert (renamed["version"], renamed["name"], renamed["description"]) == (2, "C", "D")
    same = (await owner.patch(path, {"configuration": {"retriever_k": 9}})).json()
    assert same["version"] == 2
    async with database.begin_platform() as tx:
        stored = await rows(
            tx,
            text(
                "SELECT version, configuration->>'retriever_k' FROM bot_versions"
                " WHERE bot_id = :bot ORDER BY version"
            ),
            {"bot": made["id"]},
        )
    assert [tuple(each) for each in stored] == [(1, "6"), (2, "9")]


# A key, a value that it may not have, and what the refusal says.
PAST_THE_LIMIT: list[tuple[str, Any, str]] = [
    ("agent_type", "wizard", "rag"),
    ("llm_model", "gpt", "provider:model"),
    ("llm_model", "x" * 201, "200"),
    ("fallbacks", ["a:b"] * 6, "5"),
    ("fallbacks", [""], "empty"),
    ("temperature", 2.1, "2"),
    ("temperature", -0.1, "0"),
    ("temperature", "warm", "number"),
    ("system_prompt", "x" * 32_001, "32000"),
    ("system_prompt", "a\u0000b", "NUL"),
    ("few_shot", [{"question": "", "answer": "A"}], "few_shot, item 1, is empty"),
    ("few_shot", [{"question": "Q"}], "answer"),
    ("few_shot", [{"question": "Q", "answer": "A"}] * 21, "20"),
    ("few_shot", [{"question": "Q", "answer": "x" * 8_001}], "8001 characters; the limit is 8000"),
    ("retriever_k", 0, "1"),
    ("retriever_k", 51, "50"),
    ("retriever_weight", 1.01, "1"),
    ("retriever_tokens", 100_001, "100000"),
    ("chat_history_length", 101, "100"),
    ("tools", ["mcp:nowhere"], "'mcp:nowhere'"),
    ("unattended_tools", ["calculator"], "'calculator', which is not in tools"),
    ("guardrails", ["pii"], "'pii'"),
    ("collections", [str(uuid4())], "not a collection of this workspace"),
    ("collections", ["x"], "UUID"),
    ("greeting", "x" * 2_001, "2000"),
    ("suggested_questions", ["x" * 301], "301 characters; the limit is 300"),
    ("retreiver_k", 5, "retreiver_k"),
]


async def test_a_value_past_its_limit_is_refused_by_name(owner: Person) -> None:
    path = f"/workspaces/{owner.workspace}/bots"
    for key, value, said in PAST_THE_LIMIT:
        reply = await owner.post(path, {"name": "B", "configuration": {key: value}})
        assert reply.status_code == 422, (key, value)
        assert key in reply.text
        assert said in reply.text, reply.text
    assert (await owner.get(path)).json()["items"] == []


async def test_not_a_number_is_no_temperature(owner: Person) -> None:
    reply = await owner.http.post(
        f"/api/v1/workspaces/{owner.workspace}/bots",
        content=b'{"name": "B", "configuration": {"temperature": NaN}}',
        headers={"Authorization": f"Bearer {owner.access_token}", "Content-Type": "application/json"},
    )
    assert reply.status_code == 422


def test_every_key_of_the_configuration_has_a_limit() -> None:
    unlimited = {field.name for field in fields(BotConfiguration)} - set(LIMITS)
    assert unlimited == {"agent_type", "rerank"}  # which are one of a few words


async def test_of_two_changes_at_once_none_is_lost_in_silence(owner: Person) -> None:
    made = await owner.made(f"/workspaces/{owner.workspace}/bots", {"name": "B"})
    path = f"/bots/{made['id']}"
    replies = await asyncio.gather(
        *(owner.patch(path, {"configuration": {"retriever_k": k}}) for k in range(10, 14))
    )
    assert {reply.status_code for reply in replies} <= {200, 409}
    taken = [reply.json()["version"] for reply in replies if reply.status_code == 200]
    assert sorted(taken) == list(range(2, 2 + len(taken)))
    assert (await owner.get(path)).json()["version"] == 1 + len(taken)


async def test_bots_are_listed_by_name_in_pages(owner: Person) -> None:
    path = f"/workspaces/{owner.workspace}/bots"
    for name in ("d", "a", "c", "b", "a"):
        await owner.made(path, {"name": name})
    names: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = (await owner.get(path, params=params)).json()
        names += [bot["name"] for bot in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert names == ["a", "a", "b", "c", "d"]


async def test_a_cursor_that_was_not_given_out_is_refused(owner: Person) -> None:
    for cursor in ("nonsense", "YQ", "YR9i", "%%%", "é"):
        reply = await owner.get(f"/workspaces/{owner.workspace}/bots", params={"cursor": cursor})
        assert (reply.status_code, reply.json()["code"]) == (422, "invalid_input"), cursor


async def test_a_removed_bot_is_gone_and_its_conversation_stays(owner: Person) -> None:
    made = await owner.made(
        f"/workspaces/{owner.workspace}/bots", {"name": "B", "configuration": {"agent_type": "plain"}}
    )
    answer = (await owner.post("/chat", {"bot_id": made["id"], "message": "Hello?"})).json()
    assert (await owner.delete(f"/bots/{made['id']}")).status_code == 204
    assert (await owner.get(f"/bots/{made['id']}")).status_code == 404
    assert (await owner.delete(f"/bots/{made['id']}")).status_code == 404
    conversation = (await owner.get(f"/conversations/{answer['conversation_id']}")).json()
    assert conversation["bot_id"] is None
    messages = (await owner.get(f"/conversations/{answer['conversation_id']}/messages")).json()
    assert [message["role"] for message in messages["items"]] == ["user", "assistant"]
