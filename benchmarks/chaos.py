"""Kills servers at random in the middle of answers, and counts what is lost, doubled or out of order.

python -m benchmarks.chaos [KILLS]
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from benchmarks.record import Figures, keep
from benchmarks.server import free_port
from parley.testing.server import serving
from parley.testing.upstream.process import Upstream, running_upstream
from parley.testing.upstream.scripts import echo

READERS = 8
WORDS, PAUSE_MS = 40, 30
SHORTEST_LIFE_S, LONGEST_LIFE_S = 0.3, 2.5
TURN_TIMEOUT_S = 90.0
SIGN_IN_AGAIN_S = 600.0
ACCOUNT = {"email": "chaos@example.com", "name": "Chaos", "password": "correct horse battery staple"}
BARS = {
    "answers_lost": "0",
    "answers_doubled_or_wrong": "0",
    "logs_with_gaps": "0",
    "turns_without_one_terminal_event": "0",
    "model_calls_beyond_one_per_answer": "<= takeovers",
}
_AWAY = (aiohttp.ClientError, ConnectionError, TimeoutError)


def answer_to(question: str) -> str:
    return "".join(echo(question, WORDS))


@dataclass
class Outcome:
    """What one reader saw of one turn."""

    question: str
    turn_id: str
    text: str
    ended_as: str
    waits_s: list[float]
    """From a broken connection until the first event of the next runner."""


class Reader:
    """Asks one question after the other and never gives up on an answer."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http = http
        self._base = base
        self._signed_in_at = 0.0

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Tried again until a server answers."""
        while True:
            try:
                async with self._http.request(
                    method, f"{self._base}{path}", json=body, headers=headers
                ) as reply:
                    if reply.status < 500:
                        reply.raise_for_status()
                        return await reply.json()
            except aiohttp.ClientResponseError:
                raise
            except _AWAY:
                pass
            await asyncio.sleep(0.05)

    async def sign_in(self) -> None:
        credentials = {"email": ACCOUNT["email"], "password": ACCOUNT["password"]}
        signed_in = await self.call("POST", "/auth/login", credentials)
        self._http.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        self._signed_in_at = time.monotonic()

    async def ask(self, bot: str, question: str) -> Outcome:
        if time.monotonic() - self._signed_in_at > SIGN_IN_AGAIN_S:
            await self.sign_in()
        accepted = await self.call(
            "POST",
            "/chat",
            {"bot_id": bot, "message": question},
            Prefer="respond-async",
            **{"Idempotency-Key": str(uuid4())},
        )
        outcome = Outcome(question, accepted["turn_id"], "", "", [])
        async with asyncio.timeout(TURN_TIMEOUT_S):
            seq, epoch, broke = 0, 1, 0.0
            while not outcome.ended_as:
                try:
                    async for event in self.events(outcome.turn_id, seq, epoch):
                        if broke and event["type"] == "turn.restarted":
                            outcome.waits_s.append(time.monotonic() - broke)
                        broke = 0.0
                        seq, epoch = event["seq"], event["epoch"]
                        _take(outcome, event)
                except _AWAY:
                    broke = broke or time.monotonic()
                    await asyncio.sleep(0.05)
        return outcome

    async def events(self, turn_id: str, after: int, epoch: int) -> AsyncIterator[dict[str, Any]]:
        url = f"{self._base}/turns/{turn_id}/events?after={after}&epoch={epoch}"
        async with self._http.get(url) as reply:
            reply.raise_for_status()
            async for line in reply.content:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])


def _take(outcome: Outcome, event: dict[str, Any]) -> None:
    match event["type"]:
        case "text.delta":
            outcome.text += event["text"]
        case "turn.restarted":
            outcome.text = ""
        case "turn.finished" | "turn.failed" | "turn.cancelled":
            outcome.ended_as = event["type"]
        case _:
            pass


async def run(upstream: Upstream, kills: int, folder: Path, seed: int) -> Figures:
    chance = random.Random(seed)
    port = free_port()
    base = f"http://127.0.0.1:{port}/api/v1"
    finished: list[Outcome] = []
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as http:
        model = f"echo-{WORDS}-{PAUSE_MS}ms"
        settings = {"OPENAI_BASE_URL": upstream.url("openai"), "OPENAI_MODEL": model, "EMBEDDER": "none"}
        stop = asyncio.Event()
        reader = Reader(http, base)
        asking: asyncio.Task[None] | None = None
        for life in range(kills + 1):
            async with serving(folder, settings, port=port) as server:
                if asking is None:
                    bot = await _prepare(reader)
                    asking = asyncio.create_task(_ask_until(stop, reader, bot, finished))
                if life == kills:
                    stop.set()
                    await asking
                    logs = [await _whole_log(reader, outcome) for outcome in finished]
                else:
                    await asyncio.sleep(chance.uniform(SHORTEST_LIFE_S, LONGEST_LIFE_S))
                    await server.kill()
            print(f"\r{life} of {kills} kills, {len(finished)} answers", end="", flush=True)
        print()
        calls = Counter(request["question"] for request in await asyncio.to_thread(upstream.seen))
        return _figures(kills, seed, finished, logs, calls)


async def _prepare(reader: Reader) -> str:
    await reader.call("POST", "/auth/register", ACCOUNT)
    await reader.sign_in()
    workspace = (await reader.call("GET", "/workspaces"))["items"][0]["id"]
    body = {"name": "Relay", "configuration": {"agent_type": "plain"}}
    return str((await reader.call("POST", f"/workspaces/{workspace}/bots", body))["id"])


async def _ask_until(stop: asyncio.Event, reader: Reader, bot: str, finished: list[Outcome]) -> None:
    numbers = iter(range(1_000_000))

    async def ask_on() -> None:
        while not stop.is_set():
            finished.append(await reader.ask(bot, f"q{next(numbers)}"))

    async with asyncio.TaskGroup() as readers:
        for _ in range(READERS):
            readers.create_task(ask_on())


async def _whole_log(reader: Reader, outcome: Outcome) -> list[dict[str, Any]]:
    return [event async for event in reader.events(outcome.turn_id, 0, 1)]


def _figures(
    kills: int, seed: int, finished: list[Outcome], logs: list[list[dict[str, Any]]], calls: Counter[str]
) -> Figures:
    waits = [wait for outcome in finished for wait in outcome.waits_s]
    takeovers = sum(log[-1]["epoch"] - 1 for log in logs)
    terminal = {"turn.finished", "turn.failed", "turn.cancelled"}
    wrong = [
        outcome
        for outcome, log in zip(finished, logs, strict=True)
        if outcome.text != answer_to(outcome.question)
        or log[-1]["message"]["text"] != answer_to(outcome.question)
    ]
    return {
        "kills": kills,
        "seed": seed,
        "answers": len(finished),
        "answers_lost": sum(outcome.ended_as != "turn.finished" for outcome in finished),
        "answers_doubled_or_wrong": len(wrong),
        "logs_with_gaps": sum([e["seq"] for e in log] != list(range(1, len(log) + 1)) for log in logs),
        "turns_without_one_terminal_event": sum(
            sum(event["type"] in terminal for event in log) != 1 for log in logs
        ),
        "takeovers": takeovers,
        "model_calls_beyond_one_per_answer": sum(calls.values()) - len(calls),
        "restart_seen_after_s_p50": round(sorted(waits)[len(waits) // 2], 2) if waits else 0.0,
        "restart_seen_after_s_max": round(max(waits), 2) if waits else 0.0,
    }


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="parley-chaos-") as folder, running_upstream() as upstream:
        keep("chaos", asyncio.run(run(upstream, kills, Path(folder), seed=kills)), BARS)


if __name__ == "__main__":
    main()
