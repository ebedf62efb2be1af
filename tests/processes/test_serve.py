"""`parley serve` as a user starts it, and as a crash ends it."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from parley.testing.server import Server, serving
from tests.adapters.llm.upstream import Reply, upstream
from tests.processes.client import Client, client

DEADLINE_S = 60.0
WORDS = [f"word{number} " for number in range(40)]


async def _speak_slowly(reply: Reply) -> None:
    await reply.start()
    for word in WORDS:
        await reply.text(word)
        await asyncio.sleep(0.05)
    await reply.done()


def _scripted(url: str) -> dict[str, str]:
    return {"OPENAI_BASE_URL": url, "OPENAI_MODEL": "scripted", "EMBEDDER": "none"}


async def test_the_guide_answers_with_a_citation_soon_after_the_first_sign_up(tmp_path: Path) -> None:
    async with serving(tmp_path, {"EMBEDDER": "none"}) as server, client(server) as owner:
        collections = await owner.call("GET", f"/workspaces/{owner.workspace}/collections")
        documents = f"/collections/{collections['items'][0]['id']}/documents"
        async with asyncio.timeout(DEADLINE_S):
            while not (found := (await owner.call("GET", documents))["items"]) or any(
                document["state"] != "ready" for document in found
            ):
                assert not [document for document in found if document["state"] == "failed"], found
                await asyncio.sleep(0.2)
        bots = await owner.call("GET", f"/workspaces/{owner.workspace}/bots")
        question = {"bot_id": bots["items"][0]["id"], "message": "How do I connect a language model?"}
        reply = await owner.call("POST", "/chat", question)

    assert reply["state"] == "done"
    cited = re.search(r"\[(\d)\]", reply["message"]["text"])
    assert cited is not None, reply["message"]["text"]
    citation = reply["message"]["citations"][int(cited[1]) - 1]
    assert citation["number"] == int(cited[1])
    assert citation["document_name"] == "language-models.md"


async def test_an_answer_survives_the_death_of_the_server(tmp_path: Path) -> None:
    async with upstream(_speak_slowly) as model:
        async with serving(tmp_path, _scripted(model.url)) as server, client(server) as owner:
            bot = await owner.bot(agent_type="plain")
            turn = await owner.begin(bot, "Count for me, please.")
            seen: list[dict[str, Any]] = []
            with pytest.raises(aiohttp.ClientError):
                await _read_until_killed(server, owner, turn, seen)
        async with serving(tmp_path, _scripted(model.url)) as server, client(server, known=True) as owner:
            last = seen[-1]
            async with asyncio.timeout(DEADLINE_S):
                rest = [event async for event in owner.events(turn, last["seq"], last["epoch"])]
                whole = [event async for event in owner.events(turn)]

    assert rest[0]["type"] == "turn.restarted"
    assert rest[-1]["type"] == "turn.finished"
    assert rest[-1]["message"]["text"] == "".join(WORDS)
    assert [event["seq"] for event in whole] == list(range(1, len(whole) + 1))
    assert sum(event["type"] == "turn.finished" for event in whole) == 1


async def _read_until_killed(server: Server, owner: Client, turn: str, seen: list[dict[str, Any]]) -> None:
    """Kills the server at the tenth piece of text and reads on until the connection breaks."""
    async for event in owner.events(turn):
        seen.append(event)
        if sum(each["type"] == "text.delta" for each in seen) == 10:
            await server.kill()


async def test_the_database_comes_back_when_it_is_killed(tmp_path: Path) -> None:
    async with serving(tmp_path, {"EMBEDDER": "none"}) as server, client(server) as owner:
        postmaster = int((tmp_path / "postgres/data/postmaster.pid").read_text().splitlines()[0])
        os.kill(postmaster, signal.SIGKILL)
        async with asyncio.timeout(DEADLINE_S):
            while not await _answers(owner.http, server):
                await asyncio.sleep(0.1)
        assert (await owner.call("GET", "/me"))["email"] == "owner@example.org"


async def _answers(http: aiohttp.ClientSession, server: Server) -> bool:
    async with http.get(f"{server.url}/health/ready") as reply:
        body = await reply.json()
    database = next(part for part in body["parts"] if part["name"] == "database")
    assert (reply.status == 503) == (database["status"] == "failed")
    # Right after the kill the pool may not have noticed: a query tells.
    async with http.get(f"{server.url}/api/v1/auth/status") as reply:
        return bool(database["status"] == "ok" and reply.status == 200)


async def test_a_signal_ends_everything_in_order_and_leaves_no_process(tmp_path: Path) -> None:
    async with serving(tmp_path, {"EMBEDDER": "none"}) as server:
        group = _children_of(server.process.pid)
        assert await server.stop() == 0
    async with asyncio.timeout(DEADLINE_S):
        while any(Path(f"/proc/{pid}").exists() for pid in group):
            await asyncio.sleep(0.05)


async def test_a_kill_takes_the_database_and_the_worker_along(tmp_path: Path) -> None:
    async with serving(tmp_path, {"EMBEDDER": "none"}) as server:
        async with asyncio.timeout(DEADLINE_S):
            while len(group := _children_of(server.process.pid)) < 2:
                await asyncio.sleep(0.05)
        await server.kill()
        async with asyncio.timeout(DEADLINE_S):
            while any(Path(f"/proc/{pid}").exists() for pid in group):
                await asyncio.sleep(0.05)


def _children_of(pid: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def _run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parley.entrypoints.cli", *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


def test_a_busy_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = _run("serve", "--port", port, "--data-dir", str(tmp_path))
    assert ended.returncode == 1
    assert f"Port {port}" in ended.stderr
    assert "PARLEY_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PARLEY_PORT", "eighty", "PARLEY_PORT"),
        ("PARLEY_OPENAI_BASE_URL", "localhost:11434", "http://"),
        ("PARLEY_DATABASE_URL", "mysql://x", "postgresql://"),
        ("PARLEY_DATABASE_URL", "postgresql://x@localhost/x", "PARLEY_SECRET_KEY"),
        ("PARLEY_SECRET_KEY", "short", "32"),
        ("PARLEY_UPLOAD_LIMIT_MB", "-1", "PARLEY_UPLOAD_LIMIT_MB"),
        ("PARLEY_DEFAULT_MODEL", "nobody:model", "PARLEY_DEFAULT_MODEL"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, said: str) -> None:
    ended = _run("serve", "--data-dir", str(tmp_path), **{name: value})
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_that_is_not_there_is_named_without_its_password() -> None:
    ended = _run(
        "migrate",
        PARLEY_DATABASE_URL="postgresql://someone:hunter2hunter2@127.0.0.1:1/parley",
        PARLEY_SECRET_KEY="x" * 32,
    )
    assert ended.returncode == 1
    assert "PARLEY_DATABASE_URL" in ended.stderr
    assert "hunter2" not in ended.stderr


async def test_an_unknown_setting_is_mentioned_with_the_likely_name(tmp_path: Path) -> None:
    async with serving(tmp_path, {"EMBEDDER": "none", "PROT": "8000"}) as server:
        warned = [entry for entry in server.log if entry.get("event") == "settings.unknown"]
    assert "PARLEY_PORT" in str(warned[0]["detail"])
