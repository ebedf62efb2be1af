"""`parley doctor` as a process: what it finds, what it says to mend, and that it changes nothing."""

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from aiohttp import web

from parley.adapters.postgres import EmbeddedConfig, EmbeddedPostgres, PostgresAddress
from parley.testing.logs import RecordedLog
from tests.adapters.embeddings.scripted import serving, vector_of
from tests.entrypoints.conftest import CommandLine
from tests.entrypoints.contract_server import ContractServer

KEY = "0" * 64


async def findings(parley: CommandLine, *arguments: str, **variables: str) -> dict[str, tuple[str, str, str]]:
    """Status, detail and what to mend, by part; the exit code agrees with them."""
    environment = {"PARLEY_EMBEDDER": "none", "PARLEY_PORT": "0"} | variables
    ended = await parley.run("doctor", "--json", *arguments, **environment)
    assert "Traceback" not in ended.err, ended.err
    told: dict[str, Any] = json.loads(ended.out)
    failed = any(found["status"] == "failed" for found in told["findings"])
    assert (ended.code, told["ok"]) == (int(failed), not failed)
    return {found["part"]: (found["status"], found["detail"], found["mend"]) for found in told["findings"]}


async def test_a_fresh_machine_passes_and_nothing_is_made_on_it(parley: CommandLine) -> None:
    ended = await parley.run("doctor", PARLEY_PORT="0", PARLEY_EMBEDDER="none")
    assert (ended.code, ended.err) == (0, "")
    assert "Parley can run here." in ended.out
    assert list(parley.home.iterdir()) == []


async def test_a_wrong_and_a_misspelt_variable_are_named_with_the_way_out(parley: CommandLine) -> None:
    ended = await parley.run(
        "doctor", PARLEY_PORT="many", PARLEY_DATABASE_ULR="postgresql://", PARLEY_TOKN="x"
    )
    assert ended.code == 1
    assert "PARLEY_PORT: Input should be a valid integer" in ended.out
    assert "PARLEY_DATABASE_ULR is not a setting of Parley. Did you mean PARLEY_DATABASE_URL?" in ended.out
    assert "Did you mean PARLEY_TOKEN?" in ended.out


async def test_an_embedder_without_its_files_is_a_warning(parley: CommandLine) -> None:
    found = await findings(parley, PARLEY_EMBEDDER="minilm")
    status, detail, mend = found["embedder"]
    assert status == "warning"
    assert "model.onnx" in detail or "manifest.json" in detail
    assert mend


async def test_an_embedder_behind_a_network_is_really_asked(parley: CommandLine) -> None:
    def answer(body: dict[str, Any]) -> web.Response:
        return web.json_response({"data": [{"embedding": vector_of("a")}]})

    async with serving(answer) as service:
        there = {"PARLEY_EMBEDDER": "openai:house-model", "PARLEY_EMBEDDER_BASE_URL": service.url}
        found = await findings(parley, **there)
    assert found["embedder"][:2] == ("ok", "openai:house-model gives 16 dimensions.")
    gone = await findings(parley, **there)
    assert gone["embedder"][0] == "failed"
    assert "PARLEY_EMBEDDER_BASE_URL" in gone["embedder"][2]
    nameless = await findings(parley, PARLEY_EMBEDDER="gemini:gemini-embedding-001")
    assert "PARLEY_GEMINI_API_KEY" in nameless["embedder"][1]


async def test_a_bucket_that_cannot_be_written_fails(parley: CommandLine) -> None:
    found = await findings(
        parley,
        PARLEY_FILES="s3",
        PARLEY_S3_BUCKET="papers",
        PARLEY_S3_ENDPOINT_URL="http://127.0.0.1:9",
        PARLEY_S3_PATH_STYLE="true",
        PARLEY_S3_ACCESS_KEY_ID="k",
        PARLEY_S3_SECRET_ACCESS_KEY="hidden-word",
    )
    assert found["files"][0] == "failed"
    assert "PARLEY_S3_ENDPOINT_URL" in found["files"][2]
    assert "hidden-word" not in str(found)


async def test_a_data_folder_that_is_a_file_fails(parley: CommandLine) -> None:
    place = parley.home / "file"
    place.write_text("not a folder")
    found = await findings(parley, "--data-dir", str(place))
    assert found["data folder"][0] == "failed"
    assert "PARLEY_DATA_DIR" in found["data folder"][2]


async def test_a_port_that_another_program_uses_fails_and_one_of_parley_does_not(
    parley: CommandLine, server: ContractServer
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        found = await findings(parley, "--port", str(other.getsockname()[1]))
        assert found["port"][0] == "failed"
        assert "--port" in found["port"][2]
    found = await findings(parley, "--port", server.url.rpartition(":")[2])
    assert found["port"][:2] == ("ok", f"A Parley server answers at {server.url.removeprefix('http://')}.")


KEY_HEADERS = {
    "openai": ("Authorization", "Bearer right"),
    "anthropic": ("x-api-key", "right"),
    "gemini": ("x-goog-api-key", "right"),
    "mistral": ("Authorization", "Bearer right"),
}


@asynccontextmanager
async def models_server(status: int, reply: object, provider: str = "openai") -> AsyncIterator[str]:
    async def models(request: web.Request) -> web.Response:
        header, value = KEY_HEADERS.get(provider, ("Authorization", None))
        if request.headers.get(header) == value:
            return web.json_response(reply, status=status)
        if provider == "gemini":
            return web.json_response({"error": {"message": "API key not valid."}}, status=400)
        return web.json_response({}, status=401)

    app = web.Application()
    app.add_routes([web.get("/v1/models", models)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("key", "status", "reply", "expected", "said"),
    [
        ("right", 200, {"data": [{"id": "gpt-5-mini"}]}, "ok", "offers 1 models"),
        ("right", 200, {"data": [{"id": "other"}]}, "warning", "'gpt-5-mini' is not among them"),
        ("wrong", 200, {"data": []}, "failed", "does not take the key"),
        ("right", 404, {}, "failed", "answers HTTP 404"),
        ("right", 200, ["something"], "failed", "list of models"),
    ],
)
async def test_a_model_provider_is_really_asked(
    parley: CommandLine, key: str, status: int, reply: object, expected: str, said: str
) -> None:
    async with models_server(status, reply) as address:
        found = await findings(parley, PARLEY_OPENAI_BASE_URL=address, PARLEY_OPENAI_API_KEY=key)
    assert found["models of openai"][0] == expected
    assert said in found["models of openai"][1]
    assert key not in str(found)


@pytest.mark.parametrize(
    ("provider", "reply"),
    [
        ("anthropic", {"data": [{"id": "claude-sonnet-4-5-20250929"}]}),
        ("gemini", {"models": [{"name": "models/gemini-flash-latest"}]}),
        ("mistral", {"data": [{"id": "mistral-medium-latest"}]}),
    ],
)
async def test_every_provider_is_asked_in_its_own_way(
    parley: CommandLine, provider: str, reply: object
) -> None:
    prefix, part = f"PARLEY_{provider.upper()}", f"models of {provider}"
    async with models_server(200, reply, provider) as address:
        found = await findings(parley, **{f"{prefix}_BASE_URL": address, f"{prefix}_API_KEY": "right"})
        assert found[part][0] == "ok", found
        found = await findings(parley, **{f"{prefix}_BASE_URL": address, f"{prefix}_API_KEY": "wrong"})
    assert found[part][0] == "failed"
    assert f"{prefix}_API_KEY" in found[part][2]


async def test_a_local_server_that_is_found_is_told(parley: CommandLine) -> None:
    async with models_server(200, {"data": [{"id": "small", "owned_by": "vllm"}]}, "none") as address:
        port = address.rpartition(":")[2].removesuffix("/v1")
        found = await findings(
            parley,
            PARLEY_DISCOVER_LOCAL_MODELS="true",
            PARLEY_DISCOVER_VLLM_PORT=port,
            PARLEY_DISCOVER_OLLAMA_PORT="1",
        )
    assert found["models of vllm"][:2] == ("ok", "It runs on this machine with 1 models.")


async def test_a_default_model_of_no_provider_fails(parley: CommandLine) -> None:
    found = await findings(parley, PARLEY_DEFAULT_MODEL="openai:gpt-5")
    assert found["default model"][0] == "failed"
    assert "extractive" in found["default model"][2]


async def test_a_migrated_database_passes(parley: CommandLine, owner_url: str) -> None:
    found = await findings(parley, PARLEY_DATABASE_URL=owner_url, PARLEY_SECRET_KEY=KEY)
    assert {part: found[part][0] for part in ("database", "pgvector", "schema", "serving roles")} == {
        "database": "ok",
        "pgvector": "ok",
        "schema": "ok",
        "serving roles": "ok",
    }
    assert found["embeddings"][:2] == ("ok", "Those of 0 workspaces are complete.")


async def test_an_empty_database_passes_and_stays_empty(
    parley: CommandLine, empty_database: PostgresAddress
) -> None:
    url = empty_database.url(empty_database.superuser)
    found = await findings(parley, PARLEY_DATABASE_URL=url, PARLEY_SECRET_KEY=KEY)
    assert found["schema"][0] == "ok"
    assert "no tables yet" in found["schema"][1]
    assert await ask(empty_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


@pytest.mark.parametrize(
    ("revision", "expected", "said"),
    [("0000", "warning", "parley migrate"), ("9999", "failed", "newer")],
)
async def test_a_schema_of_another_version_is_told(
    parley: CommandLine, postgres_database: PostgresAddress, revision: str, expected: str, said: str
) -> None:
    await ask(postgres_database, f"UPDATE alembic_version SET version_num = '{revision}' RETURNING 1")
    url = postgres_database.url(postgres_database.superuser)
    found = await findings(parley, PARLEY_DATABASE_URL=url, PARLEY_SECRET_KEY=KEY)
    assert found["schema"][0] == expected
    assert said in found["schema"][2]


async def test_a_serving_role_that_row_level_security_does_not_bind_fails(
    parley: CommandLine, postgres_database: PostgresAddress
) -> None:
    # Roles belong to the whole server of the tests: this one gets its right back.
    await ask(postgres_database, "ALTER ROLE parley_app BYPASSRLS")
    try:
        url = postgres_database.url(postgres_database.superuser)
        found = await findings(parley, PARLEY_DATABASE_URL=url, PARLEY_SECRET_KEY=KEY)
    finally:
        await ask(postgres_database, "ALTER ROLE parley_app NOBYPASSRLS")
    assert found["serving roles"][0] == "failed"
    assert "parley_app has BYPASSRLS" in found["serving roles"][1]
    assert "NOBYPASSRLS" in found["serving roles"][2]


async def test_a_database_that_is_not_there_is_told_without_its_password(parley: CommandLine) -> None:
    url = "postgresql://someone:hidden-word@127.0.0.1:9/parley"
    found = await findings(parley, PARLEY_DATABASE_URL=url, PARLEY_SECRET_KEY=KEY)
    assert found["database"][0] == "failed"
    assert "PARLEY_DATABASE_URL" in found["database"][2]
    assert "hidden-word" not in str(found)


async def test_beside_an_embedded_database_that_runs_it_reads_and_starts_no_other(
    parley: CommandLine,
) -> None:
    folder = parley.home / "own"
    before = await findings(parley, "--data-dir", str(folder))
    assert before["database"][0] == "skipped"
    server = EmbeddedPostgres(EmbeddedConfig(folder), RecordedLog())
    await server.start()
    try:
        pid = (folder / "postgres/data/postmaster.pid").read_text()
        found = await findings(parley, "--data-dir", str(folder))
        assert (folder / "postgres/data/postmaster.pid").read_text() == pid
    finally:
        await server.stop()
    assert found["database"][0] == "ok"
    assert "no tables yet" in found["schema"][1]
    after = await findings(parley, "--data-dir", str(folder))
    assert "does not run" in after["database"][1]


async def ask(address: PostgresAddress, statement: str) -> object:
    connection = await asyncpg.connect(
        host=str(address.socket_dir), port=address.port, user=address.superuser, database=address.database
    )
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
