"""What slow streams cost while many run at once: CPU per token, memory per stream, delay on the way."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field

import aiohttp
import msgspec

from benchmarks import processes, server
from benchmarks.record import Figures, keep
from benchmarks.relay import Account, run, sign_up

FEW, FEW_PACE = 200, "clock-100-100ms"
MANY, MANY_PACE = 1_000, "clock-30-500ms"
"""As many tokens a second in either case: what a thousand people read, not what one core can write."""
SETTLED_S = 2.0
"""After the last stream has begun, before anything is counted."""
COUNTED_S = 5.0
STREAM_TIMEOUT_S = 120.0
BARS = {
    "cpu_us_per_token_200": "<= 110",
    "failed_1000": "0",
    "transit_ms_p95_1000": "<= 100",
    "kib_per_stream_1000": "<= 40",
}


@dataclass(slots=True)
class Streams:
    """What the readers of one run have seen."""

    begun: int = 0
    tokens: int = 0
    failed: list[str] = field(default_factory=list)
    transits_ms: list[float] = field(default_factory=list)
    counting: bool = False

    async def read(self, account: Account, bot: str) -> None:
        """One turn to its end. Each token is the moment at which the model wrote it, in ns."""
        body = {"bot_id": bot, "message": "What time is it?", "stream": True}
        finished, seen, rest = False, False, b""
        try:
            async with (
                asyncio.timeout(STREAM_TIMEOUT_S),
                account.http.post(f"{account.url}/api/v1/chat", json=body) as reply,
            ):
                reply.raise_for_status()
                async for piece in reply.content.iter_any():
                    *events, rest = (rest + piece).split(b"\n\n")
                    for event in events:
                        if b"event: text.delta" in event:
                            self.begun += not seen
                            seen = True
                            self._note(event)
                        finished = finished or b"event: turn.finished" in event
        except (aiohttp.ClientError, TimeoutError) as error:
            self.failed.append(repr(error))
            return
        if not finished:
            self.failed.append(rest.decode(errors="replace")[-200:] or "no turn.finished")

    def _note(self, event: bytes) -> None:
        if not self.counting:
            return
        now = time.monotonic_ns()
        for written in msgspec.json.decode(event.rpartition(b"data: ")[2])["text"].split():
            self.tokens += 1
            self.transits_ms.append((now - int(written)) / 1e6)


async def _run(account: Account, bot: str, running: server.Server, count: int) -> Figures:
    marker = str(running.data_dir)
    await asyncio.to_thread(processes.wait_until_idle, running.pid, marker)
    memory_before = sum(processes.pss_mib(processes.tree(running.pid, marker)).values())
    streams = Streams()
    async with asyncio.TaskGroup() as readers:
        for _ in range(count):
            readers.create_task(streams.read(account, bot))
            await asyncio.sleep(0.003)  # people do not all ask in the same instant
        while streams.begun + len(streams.failed) < count:  # noqa: ASYNC110 - a count, looked at now and then
            await asyncio.sleep(0.05)
        await asyncio.sleep(SETTLED_S)
        before, streams.counting = processes.cpu_s(processes.tree(running.pid, marker)), True
        memory = sum(processes.pss_mib(processes.tree(running.pid, marker)).values())
        await asyncio.sleep(COUNTED_S)
        streams.counting = False
        after = processes.cpu_s(processes.tree(running.pid, marker))
    if streams.failed:
        print(f"{len(streams.failed)} of {count} failed, such as: {streams.failed[0]}")
    used = {program: after[program] - before.get(program, 0) for program in after}
    return {
        f"cpu_us_per_token_{count}": round(sum(used.values()) * 1e6 / max(streams.tokens, 1), 1),
        f"cpu_us_per_token_by_program_{count}": {
            program: round(seconds * 1e6 / max(streams.tokens, 1), 1) for program, seconds in used.items()
        },
        f"tokens_per_s_{count}": round(streams.tokens / COUNTED_S),
        f"failed_{count}": len(streams.failed),
        f"transit_ms_p50_{count}": round(statistics.median(streams.transits_ms), 1),
        f"transit_ms_p95_{count}": round(statistics.quantiles(streams.transits_ms, n=20)[-1], 1),
        f"kib_per_stream_{count}": round((memory - memory_before) * 1024 / count, 1),
    }


async def _measure(running: server.Server, _model_url: str) -> Figures:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        account = await sign_up(http, running.url)
        few = await account.bot(agent_type="plain", llm_model=f"openai:{FEW_PACE}")
        many = await account.bot(agent_type="plain", llm_model=f"openai:{MANY_PACE}")
        await asyncio.gather(*(Streams().read(account, few) for _ in range(20)))  # warm
        return {**await _run(account, few, running, FEW), **await _run(account, many, running, MANY)}


if __name__ == "__main__":
    keep("streams", run(_measure, PARLEY_TURNS_AT_ONCE=str(MANY)), BARS)
