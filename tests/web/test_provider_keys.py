"""Provider keys of workspaces, and what becomes of them, through HTTP against a scripted model server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import text

from parley.adapters.database.connection import Database, rows
from parley.bootstrap.database import RunningDatabase
from parley.core.llm.model import FinishReason
from parley.settings import Settings
from parley.testing.upstream.wires import OpenAIWire
from tests.web.conftest import Api, Person, serving

OURS, THEIRS, SERVERS = "sk-ours-of-nobody", "sk-theirs-of-nobody", "sk-server-of-nobody"
QUESTION = "Well?"


@asynccontextmanager
async def model_server(keys_seen: list[str]) -> AsyncIterator[str]:
    """Says `yes` and remembers the keys; lists one model, but not to whom it does not know."""

    async def complete(request: web.Request) -> web.StreamResponse:
        if (await request.json())["messages"][-1]["content"] == QUESTION:  # not for a title
            keys_seen.append(request.headers.get("Authorization", ""))
        wire, reply = OpenAIWire(), web.StreamResponse()
        await reply.prepare(request)
        await reply.write(wire.opening() + wire.text("yes") + wire.ending(FinishReason.STOP))
        return reply

    async def models(request: web.Request) -> web.Response:
        if THEIRS in request.headers.get("Authorization", ""):
            return web.json_response({}, status=401)
        listed = [{"id": "small-model", "owned_by": "vllm"}, {"id": "text-embedding-3-small"}]
        return web.json_response({"data": listed})

    app = web.Application()
    app.add_routes([web.post("/v1/chat/completions", complete), web.get("/v1/models", models)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


async def put(person: Person, provider: str, key: str) -> Any:
    return await person._send(
        "PUT", f"/workspaces/{person.workspace}/provider-keys/{provider}", json={"api_key": key}
    )


async def test_a_stored_key_is_listed_by_its_end_and_never_shown(api: Api, database: Database) -> None:
    owner = await api.sign_up()
    path = f"/workspaces/{owner.workspace}/provider-keys"
    stored = await put(owner, "openai", f"  {OURS}\n")
    assert stored.status_code == 200, stored.text
    listed = await owner.get(path)
    (item,) = listed.json()["items"]
    assert item == stored.json()
    assert (item["provider"], item["last_four"], item["set_by"]) == ("openai", "body", owner.id)
    assert "openai" in listed.json()["providers"]
    assert {"ollama", "vllm", "extractive"}.isdisjoint(listed.json()["providers"])
    async with database.begin_platform() as tx:
        kept = str(await rows(tx, text("SELECT * FROM provider_keys")))
        audit = await rows(tx, text("SELECT action, detail FROM audit_log WHERE action LIKE 'provider_key%'"))
    assert [tuple(entry) for entry in audit] == [("provider_key.stored", {"provider": "openai"})]
    for told in (listed.text, stored.text, kept, str(audit), str(api.log.events)):
        assert OURS not in told
    assert (await owner.delete(f"{path}/openai")).status_code == 204
    assert (await owner.get(path)).json()["items"] == []
    again = await owner.delete(f"{path}/openai")
    assert (again.status_code, again.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("provider", "key", "said"),
    [
        ("nobody", OURS, "no provider that takes"),
        ("ollama", OURS, "no provider that takes"),
        ("openai", "short", "8 to 1000 characters"),
        ("openai", "two words of nobody", "no spaces"),
        ("openai", "sk-line\r\nX-Header: 1", "no spaces"),
        ("openai", "sk-ключ-of-nobody", "accents"),
    ],
)
async def test_what_cannot_be_a_key_is_refused_without_repeating_it(
    api: Api, provider: str, key: str, said: str
) -> None:
    reply = await put(await api.sign_up(), provider, key)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_input")
    assert said in reply.json()["detail"]
    assert key not in reply.text


async def ask(person: Person, model: str = "openai:small-model") -> str:
    """The text of an answer, or the code of what made it fail."""
    bot = await person.made(
        f"/workspaces/{person.workspace}/bots",
        {"name": "B", "configuration": {"agent_type": "plain", "llm_model": model}},
    )
    reply = (await person.post("/chat", {"bot_id": bot["id"], "message": QUESTION})).json()
    return str(reply["error"]["code"] if reply.get("error") else reply["message"]["text"])


async def test_a_workspaces_key_wins_over_the_servers_for_its_own_bots_alone(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> None:
    seen: list[str] = []
    async with (
        model_server(seen) as url,
        serving(settings_of(openai_base_url=url, openai_api_key=SERVERS), running_database) as api,
    ):
        ours, others = await api.sign_up("Ours"), await api.sign_up("Others")
        await put(ours, "openai", OURS)
        assert [await ask(ours), await ask(others)] == ["yes", "yes"]
        await ours.delete(f"/workspaces/{ours.workspace}/provider-keys/openai")
        assert await ask(ours) == "yes"
    assert seen == [f"Bearer {key}" for key in (OURS, SERVERS, SERVERS)]


async def test_a_workspaces_key_makes_a_provider_available_that_the_server_has_not(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> None:
    async with serving(settings_of(), running_database) as api:
        owner, stranger = await api.sign_up("Owner"), await api.sign_up("Stranger")
        await put(owner, "mistral", OURS)
        # That it would be asked is told by the list: nothing here speaks to the real one.
        offered = await api_models(owner, owner.workspace)
        assert any(item["provider"] == "mistral" for item in offered["items"])
        theirs = await api_models(stranger, stranger.workspace)
        assert [item["provider"] for item in theirs["items"]] == ["extractive"]
        assert await ask(stranger, "mistral:mistral-small-latest") == "unknown_model"


async def api_models(person: Person, workspace: str | None = None) -> Any:
    query = "" if workspace is None else f"?workspace_id={workspace}"
    return (await person.get(f"/models{query}")).json()


async def test_a_key_stored_under_another_secret_key_says_what_to_do(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> None:
    async with serving(settings_of(secret_key="a" * 32), running_database) as before:
        owner = await before.sign_up()
        await put(owner, "openai", OURS)
        credentials = owner.email
    async with serving(settings_of(secret_key="b" * 32), running_database) as after:
        signed_in = await after.http.post(
            "/api/v1/auth/login", json={"email": credentials, "password": "three unrelated words"}
        )
        owner = await after.person(signed_in.json())
        assert await ask(owner) == "secret_unreadable"
        found = await api_models(owner, owner.workspace)
        (problem,) = found["problems"]
        assert (problem["provider"], "PARLEY_SECRET_KEY" in problem["hint"]) == ("openai", True)


async def test_the_list_tells_what_models_can_do_and_which_providers_fail(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> None:
    async with (
        model_server([]) as url,
        serving(
            settings_of(
                openai_base_url=url, openai_api_key=SERVERS, groq={"base_url": "http://127.0.0.1:1/v1"}
            ),
            running_database,
        ) as api,
    ):
        owner = await api.sign_up()
        found = await api_models(owner)
        assert found["default"] == found["items"][0]["name"] == "openai:gpt-5-mini"
        by_name = {item["name"]: item for item in found["items"]}
        assert set(by_name) == {
            "openai:gpt-5-mini",
            "openai:small-model",
            "groq:openai/gpt-oss-120b",
            "extractive:default",
        }
        assert by_name["openai:gpt-5-mini"]["capabilities"] == {
            "tools": True,
            "images": True,
            "thinking": True,
            "json_schema": True,
        }
        assert by_name["openai:gpt-5-mini"]["context_tokens"] == 400_000
        assert by_name["openai:gpt-5-mini"]["price"]["input_micros"] == 0  # it runs on this machine
        assert [problem["provider"] for problem in found["problems"]] == ["groq"]
        assert "PARLEY_GROQ_BASE_URL" in found["problems"][0]["hint"]
        await put(owner, "openai", THEIRS)
        own = await api_models(owner, owner.workspace)
        assert {problem["provider"] for problem in own["problems"]} == {"openai", "groq"}
        stranger = await api.sign_up("Stranger")
        reply = await stranger.get(f"/models?workspace_id={owner.workspace}")
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


async def test_models_of_a_local_server_are_found_and_answer(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> None:
    async with model_server([]) as url:
        port = int(url.rpartition(":")[2].removesuffix("/v1"))
        settings = settings_of(discover_local_models=True, discover_ollama_port=1, discover_vllm_port=port)
        async with serving(settings, running_database) as api:
            owner = await api.sign_up()
            async with asyncio.timeout(20):
                while not api.log.said("local_models.found"):  # noqa: ASYNC110 - found by a task of its own
                    await asyncio.sleep(0.01)
            found = await api_models(owner)
            assert [item["name"] for item in found["items"]] == ["extractive:default", "vllm:small-model"]
            assert found["items"][1]["capabilities"]["json_schema"]
            assert await ask(owner, "vllm:small-model") == "yes"
