"""What rounds of tool calls cost a turn: CPU when saturated, time to its end when not; 0, 1 and 3 rounds."""

import asyncio
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks import processes, server
from benchmarks.record import Figures, keep
from parley.testing.upstream.process import running_upstream

ROUNDS = (0, 1, 3)
WARM_UP_TURNS, SATURATED_TURNS, AT_ONCE, SINGLE_TURNS = 30, 300, 16, 60
TURN_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Client:
    """A signed-in caller with a bot for each number of rounds; its model calls the calculator so often."""

    http: aiohttp.ClientSession
    url: str
    bots: dict[int, str]

    async def turn(self, rounds: int) -> float:
        """Runs one streamed turn to its end; gives its milliseconds."""
        body = {"bot_id": self.bots[rounds], "message": "Use your tool.", "stream": True}
        started = time.perf_counter()
        async with (
            asyncio.timeout(TURN_TIMEOUT_S),
            self.http.post(f"{self.url}/api/v1/chat", json=body) as reply,
        ):
            reply.raise_for_status()
            text = await reply.text()
        called = text.count("event: tool.finished")
        if called != rounds or "event: turn.finished" not in text or '"ok":false' in text:
            raise SystemExit(f"a turn of {rounds} rounds called {called} tools:\n{text[-800:]}")
        return (time.perf_counter() - started) * 1000


async def _sign_up(http: aiohttp.ClientSession, url: str) -> Client:
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
    bots = {}
    for rounds in ROUNDS:
        model = f"openai:rounds-{rounds}"
        configuration = {"agent_type": "tools", "tools": ["calculator"], "llm_model": model}
        bot = {"name": f"Rounds {rounds}", "configuration": configuration}
        bots[rounds] = (await post(f"/workspaces/{workspace}/bots", bot))["id"]
    return Client(http, url, bots)


async def _saturated_cpu_ms(client: Client, rounds: int, running: server.Server) -> float:
    """CPU of the whole process tree for each turn, with AT_ONCE readers that never pause."""
    left = iter(range(SATURATED_TURNS))

    async def reader() -> None:
        for _ in left:
            await client.turn(rounds)

    marker = str(running.data_dir)
    before = processes.cpu_s(processes.tree(running.pid, marker))
    async with asyncio.TaskGroup() as readers:
        for _ in range(AT_ONCE):
            readers.create_task(reader())
    # What was only queued has to be written, too, before the bill is read.
    await asyncio.sleep(1)
    after = processes.cpu_s(processes.tree(running.pid, marker))
    spent = sum(after.values()) - sum(before.get(program, 0) for program in after)
    return round(spent * 1000 / SATURATED_TURNS, 2)


async def _models_own_ms(http: aiohttp.ClientSession, model_url: str) -> float:
    """One call of the model without Parley between."""
    body = {"model": "rounds-0", "stream": True, "messages": []}
    took = []
    for _ in range(SINGLE_TURNS):
        started = time.perf_counter()
        async with http.post(f"{model_url}/chat/completions", json=body) as reply:
            reply.raise_for_status()
            await reply.read()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


async def _measure(running: server.Server, model_url: str) -> Figures:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        client = await _sign_up(http, running.url)
        await asyncio.to_thread(processes.wait_until_idle, running.pid, str(running.data_dir))
        for rounds in ROUNDS * WARM_UP_TURNS:
            await client.turn(rounds)
        whole = {
            rounds: statistics.median([await client.turn(rounds) for _ in range(SINGLE_TURNS)])
            for rounds in ROUNDS
        }
        own = await _models_own_ms(http, model_url)
        cpu = {rounds: await _saturated_cpu_ms(client, rounds, running) for rounds in ROUNDS}
    most = ROUNDS[-1]
    return {
        "cpu_ms_per_turn_by_rounds": {str(rounds): cpu[rounds] for rounds in ROUNDS},
        "cpu_ms_per_round": round((cpu[most] - cpu[0]) / most, 2),
        "turn_ms_p50_by_rounds": {str(rounds): round(whole[rounds], 2) for rounds in ROUNDS},
        "models_own_ms_p50": round(own, 2),
        "ms_per_round_beside_the_model": round((whole[most] - whole[0]) / most - own, 2),
        "saturated_turns": SATURATED_TURNS,
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
    keep("tool_rounds", figures, {})


if __name__ == "__main__":
    main()
