"""What a turn of 50 tokens costs, all of it stored: CPU when saturated, delay of the first token when not."""

import asyncio
import os
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from benchmarks import processes, server
from benchmarks.record import Figures, keep
from parley.testing.upstream.process import running_upstream

WARM_UP_TURNS, SATURATED_TURNS, AT_ONCE, SINGLE_TURNS = 50, 600, 16, 100
TURN_TIMEOUT_S = 60.0
TOKENS = 50
MODEL = f"numbers-{TOKENS}"
BARS = {"cpu_ms_per_turn": "<= 3, aim 2", "first_token_overhead_ms_p50": "<= 6"}


@dataclass(frozen=True, slots=True)
class Client:
    """A signed-in caller with a bot that hands every message to the scripted model."""

    http: aiohttp.ClientSession
    url: str
    workspace: str
    bot: str

    async def turn(self) -> float:
        """Runs one streamed turn to its end; gives the milliseconds until the first token."""
        body = {"bot_id": self.bot, "message": "Say fifty words.", "stream": True}
        return await _first_token_ms(self.http, f"{self.url}/api/v1/chat", body, b"event: text.delta")


async def _first_token_ms(http: aiohttp.ClientSession, url: str, body: object, token: bytes) -> float:
    started, first = time.perf_counter(), 0.0
    text = bytearray()
    async with asyncio.timeout(TURN_TIMEOUT_S), http.post(url, json=body) as reply:
        reply.raise_for_status()
        async for piece in reply.content.iter_any():
            text += piece
            if not first and token in text:
                first = time.perf_counter()
    if not first or (b"event: " in token and b"event: turn.finished" not in text):
        raise SystemExit(f"a turn did not finish:\n{bytes(text[-800:]).decode()}")
    return (first - started) * 1000


async def sign_up(http: aiohttp.ClientSession, url: str, model: str) -> Client:
    """A new account with a plain bot on that model."""

    async def post(path: str, body: object) -> dict[str, str]:
        async with http.post(f"{url}/api/v1{path}", json=body) as reply:
            reply.raise_for_status()
            created: dict[str, str] = await reply.json()
            return created

    account = {"email": "bench@example.com", "name": "Bench", "password": "correct horse battery staple"}
    signed_in = await post("/auth/register", account)
    http.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
    async with http.get(f"{url}/api/v1/workspaces") as reply:
        workspace = (await reply.json())["items"][0]["id"]
    return await another_bot(Client(http, url, workspace, ""), model)


async def another_bot(client: Client, model: str) -> Client:
    """The same account with a plain bot on that model."""
    body = {"name": model, "configuration": {"agent_type": "plain", "llm_model": model}}
    async with client.http.post(
        f"{client.url}/api/v1/workspaces/{client.workspace}/bots", json=body
    ) as reply:
        reply.raise_for_status()
        return replace(client, bot=(await reply.json())["id"])


async def _saturated_cpu_ms(client: Client, running: server.Server) -> dict[str, float]:
    """CPU for each turn by program, with AT_ONCE readers that never pause."""
    left = iter(range(SATURATED_TURNS))

    async def reader() -> None:
        for _ in left:
            await client.turn()

    marker = str(running.data_dir)
    before = processes.cpu_s(processes.tree(running.pid, marker))
    async with asyncio.TaskGroup() as readers:
        for _ in range(AT_ONCE):
            readers.create_task(reader())
    # What was only queued has to be written, too, before the bill is read.
    await asyncio.sleep(1)
    after = processes.cpu_s(processes.tree(running.pid, marker))
    return {
        program: round((after[program] - before.get(program, 0)) * 1000 / SATURATED_TURNS, 2)
        for program in sorted(after)
    }


async def _stored_conversations(client: Client) -> int:
    path = f"{client.url}/api/v1/workspaces/{client.workspace}/conversations?limit=200"
    cursor, found = "", 0
    while True:
        async with client.http.get(path + (f"&cursor={cursor}" if cursor else "")) as reply:
            page = await reply.json()
        found += len(page["items"])
        cursor = page["next_cursor"]
        if not cursor:
            return found


async def _measure(running: server.Server, model_url: str) -> Figures:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        client = await sign_up(http, running.url, f"openai:{MODEL}")
        await asyncio.to_thread(processes.wait_until_idle, running.pid, str(running.data_dir))
        for _ in range(WARM_UP_TURNS):
            await client.turn()
        single = [await client.turn() for _ in range(SINGLE_TURNS)]
        request = {"model": MODEL, "stream": True, "messages": []}
        chat = f"{model_url}/chat/completions"
        direct = [await _first_token_ms(http, chat, request, b'"0 "') for _ in range(SINGLE_TURNS)]
        cpu_ms = await _saturated_cpu_ms(client, running)
        turns = WARM_UP_TURNS + SINGLE_TURNS + SATURATED_TURNS
        stored = await _stored_conversations(client)
    if stored != turns:
        raise SystemExit(f"{turns} turns were run, but {stored} conversations are stored")
    return {
        "cpu_ms_per_turn": round(sum(cpu_ms.values()), 2),
        "cpu_ms_per_turn_by_program": cpu_ms,
        "first_token_overhead_ms_p50": round(statistics.median(single) - statistics.median(direct), 2),
        "first_token_ms_p50": round(statistics.median(single), 2),
        "first_token_ms_p95": round(statistics.quantiles(single, n=20)[-1], 2),
        "models_own_first_token_ms_p50": round(statistics.median(direct), 2),
        "turns": turns,
        "tokens_per_turn": TOKENS,
        "readers_at_once": AT_ONCE,
    }


def main() -> None:
    server_core, load_core, *_ = sorted(os.sched_getaffinity(0))  # two cores are needed
    with (
        tempfile.TemporaryDirectory(prefix="parley-bench-") as folder,
        running_upstream(core=load_core) as upstream,
    ):
        model_url = upstream.url("openai")
        environment = {
            "PARLEY_OPENAI_BASE_URL": model_url,
            "PARLEY_OPENAI_API_KEY": "bench",
            "PARLEY_TITLES": "first_line",
        }
        with server.running(Path(folder, "data"), core=server_core, environment=environment) as running:
            os.sched_setaffinity(0, {load_core})
            figures = asyncio.run(_measure(running, model_url))
    keep("turn_cost", figures, BARS)


if __name__ == "__main__":
    main()
