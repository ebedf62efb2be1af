"""What rounds of tool calls cost a turn: CPU when saturated, time to its end when not; 0, 1 and 3 rounds."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp

from benchmarks import processes, server
from benchmarks.record import Figures, keep
from benchmarks.relay import Account, cpu_ms_per_turn, run, sign_up

ROUNDS = (0, 1, 3)
WARM_UP_TURNS, SATURATED_TURNS, AT_ONCE, SINGLE_TURNS = 30, 300, 16, 60
TURN_TIMEOUT_S = 60.0


async def _turn(account: Account, bot: str, rounds: int) -> float:
    """Runs one streamed turn to its end; gives its milliseconds."""
    body = {"bot_id": bot, "message": "Use your tool.", "stream": True}
    started = time.perf_counter()
    async with (
        asyncio.timeout(TURN_TIMEOUT_S),
        account.http.post(f"{account.url}/api/v1/chat", json=body) as reply,
    ):
        reply.raise_for_status()
        text = await reply.text()
    called = text.count("event: tool.finished")
    if called != rounds or "event: turn.finished" not in text or '"ok":false' in text:
        raise SystemExit(f"a turn of {rounds} rounds called {called} tools:\n{text[-800:]}")
    return (time.perf_counter() - started) * 1000


async def _turn_of(account: Account, rounds: int) -> Callable[[], Awaitable[float]]:
    """A turn of a new bot, whose model calls the calculator so often."""
    bot = await account.bot(agent_type="tools", tools=["calculator"], llm_model=f"openai:rounds-{rounds}")
    return partial(_turn, account, bot, rounds)


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
        account = await sign_up(http, running.url)
        turns = {rounds: await _turn_of(account, rounds) for rounds in ROUNDS}
        await asyncio.to_thread(processes.wait_until_idle, running.pid, str(running.data_dir))
        for rounds in ROUNDS * WARM_UP_TURNS:
            await turns[rounds]()
        whole = {
            rounds: statistics.median([await turn() for _ in range(SINGLE_TURNS)])
            for rounds, turn in turns.items()
        }
        own = await _models_own_ms(http, model_url)
        cpu = {
            rounds: sum((await cpu_ms_per_turn(turn, SATURATED_TURNS, AT_ONCE, running)).values())
            for rounds, turn in turns.items()
        }
    most = ROUNDS[-1]
    return {
        "cpu_ms_per_turn_by_rounds": {str(rounds): round(cpu[rounds], 2) for rounds in ROUNDS},
        "cpu_ms_per_round": round((cpu[most] - cpu[0]) / most, 2),
        "turn_ms_p50_by_rounds": {str(rounds): round(whole[rounds], 2) for rounds in ROUNDS},
        "models_own_ms_p50": round(own, 2),
        "ms_per_round_beside_the_model": round((whole[most] - whole[0]) / most - own, 2),
        "saturated_turns": SATURATED_TURNS,
        "readers_at_once": AT_ONCE,
    }


if __name__ == "__main__":
    keep("tool_rounds", run(_measure), {})
