"""`parley chat` and `parley doctor` beside a real `parley serve`."""

import asyncio
import json
import signal
from pathlib import Path

from parley.testing.server import Server, serving
from tests.adapters.llm.upstream import Reply, upstream
from tests.entrypoints.conftest import DEADLINE_S, CommandLine
from tests.processes.client import ACCOUNT, client

WORDS = [f"word{number} " for number in range(40)]
HEARD_FIRST = 8


async def speak_slowly(reply: Reply) -> None:
    await reply.start()
    for word in WORDS:
        await reply.text(word)
        await asyncio.sleep(0.05)
    await reply.done()


def scripted(url: str) -> dict[str, str]:
    return {"OPENAI_BASE_URL": url, "OPENAI_MODEL": "scripted", "EMBEDDER": "none"}


def reader(server: Server) -> dict[str, str]:
    return {
        "PARLEY_SERVER": server.url,
        "PARLEY_EMAIL": ACCOUNT["email"],
        "PARLEY_PASSWORD": ACCOUNT["password"],
    }


async def read_words(process: asyncio.subprocess.Process, count: int) -> list[dict[str, object]]:
    """The events that the command prints, until it has printed `count` pieces of text."""
    assert process.stdout is not None
    events: list[dict[str, object]] = []
    async with asyncio.timeout(DEADLINE_S):
        while sum(event["type"] == "text.delta" for event in events) < count:
            events.append(json.loads(await process.stdout.readline()))
    return events


async def test_an_answer_is_whole_though_its_server_was_killed_half_way(
    parley: CommandLine, tmp_path: Path
) -> None:
    data = tmp_path / "server"
    async with upstream(speak_slowly) as model:
        async with serving(data, scripted(model.url)) as server, client(server) as owner:
            bot = await owner.bot(agent_type="plain")
            process = await parley.start("chat", "--bot", bot, "--events", "Count.", **reader(server))
            before = await read_words(process, HEARD_FIRST)
            await server.kill()
        async with (
            serving(data, scripted(model.url), port=int(server.url.rpartition(":")[2])),
            asyncio.timeout(DEADLINE_S),
        ):
            out, err = await process.communicate()
    after = [json.loads(line) for line in out.splitlines()]
    assert (process.returncode, err) == (0, b"")
    types = [event["type"] for event in (*before, *after)]
    assert types.count("turn.restarted") == 1
    assert types.count("turn.finished") == 1
    assert after[-1]["message"]["text"] == "".join(WORDS)
    restart = next(event for event in after if event["type"] == "turn.restarted")
    said = [
        event["text"] for event in after if event["type"] == "text.delta" and event["seq"] > restart["seq"]
    ]
    assert "".join(said) == "".join(WORDS)


async def test_ctrl_c_keeps_the_text_here_and_at_the_server(parley: CommandLine, tmp_path: Path) -> None:
    async with (
        upstream(speak_slowly) as model,
        serving(tmp_path / "server", scripted(model.url)) as server,
        client(server) as owner,
    ):
        bot = await owner.bot(agent_type="plain")
        process = await parley.start("chat", "--bot", bot, "--events", "Count.", **reader(server))
        before = await read_words(process, HEARD_FIRST)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(DEADLINE_S):
            out, _ = await process.communicate()
        last = json.loads(out.splitlines()[-1])
        kept = await owner.call("GET", f"/turns/{last['turn_id']}")
    assert process.returncode == 1
    assert last["type"] == "turn.cancelled"
    assert kept["state"] == "cancelled"
    text = "".join(str(event["text"]) for event in before if event["type"] == "text.delta")
    assert kept["message"]["text"].startswith(text)
    assert len(kept["message"]["text"]) < len("".join(WORDS))


async def test_doctor_passes_beside_a_server_and_names_what_it_found(
    parley: CommandLine, tmp_path: Path
) -> None:
    data = tmp_path / "server"
    async with serving(data, {"EMBEDDER": "none"}) as server:
        port = server.url.rpartition(":")[2]
        ended = await parley.run(
            "doctor", "--json", "--data-dir", str(data), "--port", port, PARLEY_EMBEDDER="none"
        )
    found = {finding["part"]: finding["status"] for finding in json.loads(ended.out)["findings"]}
    assert ended.code == 0, ended.out
    parts = ("settings", "data folder", "database", "pgvector", "schema", "serving roles", "port")
    assert [found[part] for part in parts] == ["ok"] * len(parts)
