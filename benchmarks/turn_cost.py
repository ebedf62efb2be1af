"""What a turn of 50 tokens costs, all of it stored: CPU when saturated, delay of the first token when not."""

import asyncio
import statistics
import time
from functools import partial

import aiohttp

from benchmarks import processes, server
from benchmarks.record import Figures, keep
from benchmarks.relay import Account, cpu_ms_per_turn, run, sign_up

WARM_UP_TURNS, SATURATED_TURNS, AT_ONCE, SINGLE_TURNS = 50, 600, 16, 100
TURN_TIMEOUT_S = 60.0
TOKENS = 50
MODEL = f"numbers-{TOKENS}"
BARS = {"cpu_ms_per_turn": "<= 3, aim 2", "first_token_overhead_ms_p50": "<= 6"}


async def _turn(account: Account, bot: str) -> float:
    """Runs one streamed turn to its end; gives the milliseconds until the first token."""
    body = {"bot_id": bot, "message": "Say fifty words.", "stream": True}
    return await _first_token_ms(account.http, f"{account.url}/api/v1/chat", body, b"event: text.delta")


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


async def _stored_conversations(account: Account) -> int:
    path = f"{account.url}/api/v1/workspaces/{account.workspace}/conversations?limit=200"
    cursor, found = "", 0
    while True:
        async with account.http.get(path + (f"&cursor={cursor}" if cursor else "")) as reply:
            page = await reply.json()
        found += len(page["items"])
        cursor = page["next_cursor"]
        if not cursor:
            return found


async def _measure(running: server.Server, model_url: str) -> Figures:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        account = await sign_up(http, running.url)
        bot = await account.bot(agent_type="plain", llm_model=f"openai:{MODEL}")
        turn = partial(_turn, account, bot)
        await asyncio.to_thread(processes.wait_until_idle, running.pid, str(running.data_dir))
        for _ in range(WARM_UP_TURNS):
            await turn()
        single = [await turn() for _ in range(SINGLE_TURNS)]
        request = {"model": MODEL, "stream": True, "messages": []}
        chat = f"{model_url}/chat/completions"
        direct = [await _first_token_ms(http, chat, request, b'"0 "') for _ in range(SINGLE_TURNS)]
        cpu_ms = await cpu_ms_per_turn(turn, SATURATED_TURNS, AT_ONCE, running)
        turns = WARM_UP_TURNS + SINGLE_TURNS + SATURATED_TURNS
        stored = await _stored_conversations(account)
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


if __name__ == "__main__":
    keep("turn_cost", run(_measure), BARS)
