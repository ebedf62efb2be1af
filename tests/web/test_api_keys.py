"""API keys: what opens with one, what stays shut, and when it stops to open anything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, execute, rows
from parley.core.identity.model import KeyScope
from tests.web.conftest import Api, Person

ALL = sorted(scope.value for scope in KeyScope)


def with_key(person: Person, key: str) -> Person:
    """A program that holds the key, in the place of a person."""
    return replace(person, access_token=key)


async def new_key(person: Person, scopes: list[str], **fields: Any) -> dict[str, Any]:
    body = {"name": "Program", "scopes": scopes, **fields}
    return await person.made(f"/workspaces/{person.workspace}/api-keys", body)


@pytest.fixture
async def owner(api: Api) -> Person:
    return await api.sign_up("Owner")


@pytest.fixture
async def bot(owner: Person) -> str:
    body = {"name": "B", "configuration": {"agent_type": "plain"}}
    return str((await owner.made(f"/workspaces/{owner.workspace}/bots", body))["id"])


async def test_a_key_is_shown_once_and_only_its_hash_is_stored(owner: Person, database: Database) -> None:
    made = await new_key(owner, ["chat"])
    assert made["key"].startswith(made["prefix"])
    assert len(made["key"]) >= len("pk_") + 32
    listed = await owner.get(f"/workspaces/{owner.workspace}/api-keys")
    assert [item["id"] for item in listed.json()["items"]] == [made["id"]]
    assert made["key"] not in listed.text
    async with database.begin_platform() as tx:
        [stored] = await rows(tx, text("SELECT * FROM api_keys"))
        audited = await rows(tx, text("SELECT action, detail FROM audit_log WHERE action LIKE 'api_key%'"))
    assert made["key"] not in str(tuple(stored))
    assert [each.action for each in audited] == ["api_key.created"]
    assert made["key"] not in str([each.detail for each in audited])


async def test_a_key_asks_for_its_maker(owner: Person, bot: str) -> None:
    made = await new_key(owner, ["chat"])
    program = with_key(owner, made["key"])
    answer = await program.post("/chat", {"bot_id": bot, "message": "Hello?"})
    assert answer.status_code == 200, answer.text
    assert (await owner.get(f"/turns/{answer.json()['turn_id']}")).status_code == 200
    [listed] = (await owner.get(f"/workspaces/{owner.workspace}/api-keys")).json()["items"]
    assert listed["last_used_at"] is not None


async def _routes(owner: Person) -> dict[tuple[str, str], list[str]]:
    """The scopes that each route of the API takes keys with."""
    document = (await owner.http.get("/openapi.json")).json()
    return {
        (method.upper(), path): next(iter(operation["security"][0].values()))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if operation.get("security")
    }


async def test_every_route_refuses_a_key_that_lacks_the_scope_it_declares(owner: Person) -> None:
    routes = await _routes(owner)
    assert len(routes) > 40
    assert {scope for scopes in routes.values() for scope in scopes} == {*ALL} - {"mcp"}
    keys = {left_out: await new_key(owner, [s for s in ALL if s != left_out]) for left_out in ALL}
    everything = await new_key(owner, ALL)
    for (method, path), scopes in routes.items():
        key = keys[scopes[0]] if scopes else everything
        reply = await owner.http.request(
            method,
            path.replace("{", "").replace("}", ""),
            headers={"Authorization": f"Bearer {key['key']}"},
        )
        body = reply.json()
        code = body["error"]["code"] if path.startswith("/v1/") else body["code"]
        assert (reply.status_code, code) == (403, "missing_scope"), (method, path, reply.text)
        if scopes:
            assert scopes[0] in reply.text


async def test_what_manages_people_keys_and_bots_takes_no_key_at_all(owner: Person) -> None:
    taken = {path for (_, path), scopes in (await _routes(owner)).items() if scopes}
    for word in ("/members", "/api-keys", "/bots", "/me/", "/auth", "/audit", "/budget", "/tool"):
        assert not [path for path in taken if path.startswith("/api") and word in path], word


async def test_a_key_opens_its_own_workspace_alone(owner: Person, bot: str, api: Api) -> None:
    other = await owner.made("/workspaces", {"name": "Second"})
    program = with_key(owner, (await new_key(owner, ALL))["key"])
    body = {"name": "B", "configuration": {"agent_type": "plain"}}
    elsewhere = await owner.made(f"/workspaces/{other['id']}/bots", body)
    assert (await program.post("/chat", {"bot_id": elsewhere["id"], "message": "Hello?"})).status_code == 404
    assert (await program.get(f"/workspaces/{other['id']}/collections")).status_code == 404
    assert (await program.get(f"/workspaces/{owner.workspace}/collections")).status_code == 200
    stranger = await api.sign_up("Stranger")
    assert (await program.get(f"/workspaces/{stranger.workspace}/collections")).status_code == 404


async def test_a_key_never_reaches_further_than_its_makers_role(owner: Person, api: Api) -> None:
    admin = await api.member(owner, "admin")
    path = f"/workspaces/{owner.workspace}"
    made = await admin.made(f"{path}/api-keys", {"name": "K", "scopes": ["documents.write"]})
    program = with_key(admin, made["key"])
    assert (await program.post(f"{path}/collections", {"name": "One"})).status_code == 201
    await owner.patch(f"{path}/members/{admin.id}", {"role": "viewer"})
    assert (await program.post(f"{path}/collections", {"name": "Two"})).json()["code"] == "forbidden"
    await owner.delete(f"{path}/members/{admin.id}")
    assert (await program.post(f"{path}/collections", {"name": "Three"})).status_code in {401, 404}
    assert (await owner.get(f"{path}/api-keys")).json()["items"] == []


async def test_only_admins_manage_keys_and_strangers_see_none(owner: Person, api: Api) -> None:
    made = await new_key(owner, ["chat"])
    path = f"/workspaces/{owner.workspace}/api-keys"
    editor = await api.member(owner, "editor")
    stranger = await api.sign_up("Stranger")
    for person, status in ((editor, 403), (stranger, 404)):
        assert (await person.get(path)).status_code == status
        assert (await person.post(path, {"name": "K", "scopes": ["chat"]})).status_code == status
        assert (await person.delete(f"{path}/{made['id']}")).status_code == status
    theirs = f"/workspaces/{stranger.workspace}/api-keys/{made['id']}"
    assert (await stranger.delete(theirs)).status_code == 404


async def test_a_revoked_key_is_refused_at_once(owner: Person) -> None:
    made = await new_key(owner, ["documents.read"])
    program = with_key(owner, made["key"])
    path = f"/workspaces/{owner.workspace}/collections"
    assert (await program.get(path)).status_code == 200
    assert (await owner.delete(f"/workspaces/{owner.workspace}/api-keys/{made['id']}")).status_code == 204
    reply = await program.get(path)
    assert (reply.status_code, reply.json()["code"]) == (401, "invalid_api_key")


async def test_a_key_expires(owner: Person, database: Database) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    made = await new_key(owner, ["documents.read"], expires_at=soon)
    async with database.begin_platform() as tx:
        await execute(tx, text("UPDATE api_keys SET expires_at = now() - interval '1 second'"))
    reply = await with_key(owner, made["key"]).get(f"/workspaces/{owner.workspace}/collections")
    assert (reply.status_code, reply.json()["code"]) == (401, "invalid_api_key")
    assert "expired" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"scopes": []}, 422),
        ({"scopes": ["everything"]}, 422),
        ({"bots": []}, 422),
        ({"bots": ["0199c0de-0000-7000-8000-000000000001"]}, 422),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422),
        ({"expires_at": "2030-01-01T00:00:00"}, 422),
    ],
)
async def test_a_key_that_could_not_work_is_not_made(owner: Person, fields: Any, status: int) -> None:
    body = {"name": "K", "scopes": ["chat"], **fields}
    assert (await owner.post(f"/workspaces/{owner.workspace}/api-keys", body)).status_code == status


async def test_a_misspelt_key_is_refused_without_a_look_into_the_database(owner: Person) -> None:
    made = (await new_key(owner, ["documents.read"]))["key"]
    wrong = made[:-1] + ("a" if made[-1] != "a" else "b")
    reply = await with_key(owner, wrong).get(f"/workspaces/{owner.workspace}/collections")
    assert (reply.status_code, reply.json()["code"]) == (401, "invalid_api_key")
    assert "misspelt" in reply.json()["detail"]


async def test_a_key_for_one_bot_reaches_nothing_of_another(owner: Person, bot: str) -> None:
    path = f"/workspaces/{owner.workspace}/bots"
    other = (await owner.made(path, {"name": "O", "configuration": {"agent_type": "plain"}}))["id"]
    program = with_key(owner, (await new_key(owner, ["chat", "models"], bots=[bot]))["key"])
    with_other = (await owner.post("/chat", {"bot_id": other, "message": "Hello?"})).json()
    assert (await program.post("/chat", {"bot_id": bot, "message": "Hello?"})).status_code == 200
    assert (await program.post("/chat", {"bot_id": other, "message": "Hello?"})).status_code == 404
    assert (await program.get(f"/turns/{with_other['turn_id']}")).status_code == 404
    hijack = {"bot_id": bot, "message": "Hello?", "conversation_id": with_other["conversation_id"]}
    assert (await program.post("/chat", hijack)).status_code == 404
    headers = {"Authorization": f"Bearer {program.access_token}"}
    models = (await owner.http.get("/v1/models", headers=headers)).json()
    assert [model["bot_id"] for model in models["data"]] == [bot]
    body = {"model": other, "messages": [{"role": "user", "content": "Hello?"}]}
    refused = await owner.http.post("/v1/chat/completions", json=body, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "model_not_found")


async def test_what_takes_only_keys_refuses_an_access_token(owner: Person, bot: str) -> None:
    headers = {"Authorization": f"Bearer {owner.access_token}"}
    assert (await owner.http.get("/v1/models", headers=headers)).status_code == 401
    assert (await owner.get("/history?user_id=u")).status_code == 401
    body = {"bot_id": bot, "user_id": "u", "message": "Hello?"}
    assert (await owner.post("/messages", body)).status_code == 401
