"""What reading documents costs: 1,000 files of mixed formats and 200 of 10 KB, uploaded to a real server.

python -m benchmarks.ingestion [FILES]

The embedder is a remote one that answers at once, so that Parley's own work is told.
"""

import asyncio
import json
import math
import os
import random
import sys
import tempfile
import time
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from benchmarks import processes, server
from benchmarks.record import Figures, keep
from benchmarks.relay import Account, sign_up
from benchmarks.sample_files import SampleFile, alike, mixed

FILES, SMALL_FILES, SMALL_BYTES = 1_000, 200, 10_000
AT_ONCE, FILES_A_REQUEST = 2, 20
DIMENSION, VECTORS = 384, 4_096
POLL_S, SAMPLE_S, TIMEOUT_S = 0.5, 1.0, 1_800.0
BARS = {"cpu_ms_per_10_kb_document": "<= 30"}


@asynccontextmanager
async def embedder() -> AsyncIterator[str]:
    """The address of an OpenAI-compatible server that gives each text one of some thousand random vectors."""
    chance = random.Random(1)
    vectors = [json.dumps(_unit_vector(chance)) for _ in range(VECTORS)]

    async def answer(request: web.Request) -> web.Response:
        texts = (await request.json())["input"]
        data = ",".join(
            f'{{"index": {number}, "embedding": {vectors[zlib.crc32(text.encode()) % VECTORS]}}}'
            for number, text in enumerate(texts)
        )
        body = f'{{"data": [{data}], "usage": {{"prompt_tokens": 0, "total_tokens": 0}}}}'
        return web.Response(text=body, content_type="application/json")

    app = web.Application(client_max_size=1 << 26)
    app.router.add_post("/v1/embeddings", answer)
    app.router.add_get("/v1/models", _no_models)
    runner = web.AppRunner(app)
    await runner.setup()
    port = server.free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        await runner.cleanup()


def _unit_vector(chance: random.Random) -> list[float]:
    drawn = [chance.gauss(0, 1) for _ in range(DIMENSION)]
    length = math.sqrt(sum(value * value for value in drawn))
    return [round(value / length, 5) for value in drawn]


async def _no_models(_: web.Request) -> web.Response:
    return web.json_response({"data": []})


@dataclass
class Library:
    """A collection on a server."""

    account: Account
    id: str

    @classmethod
    async def made(cls, account: Account, name: str) -> "Library":
        url = f"{account.url}/api/v1/workspaces/{account.workspace}/collections"
        async with account.http.post(url, json={"name": name}) as reply:
            reply.raise_for_status()
            return cls(account, (await reply.json())["id"])

    @property
    def url(self) -> str:
        return f"{self.account.url}/api/v1/collections/{self.id}"

    async def upload(self, files: Sequence[SampleFile]) -> None:
        form = aiohttp.FormData()
        for file in files:
            form.add_field("files", file.content, filename=file.name)
        async with self.account.http.post(f"{self.url}/documents", data=form) as reply:
            if reply.status != 202:
                raise SystemExit(f"an upload was refused:\n{await reply.text()}")

    async def upload_all(self, files: Sequence[SampleFile]) -> None:
        batches = iter([files[at : at + FILES_A_REQUEST] for at in range(0, len(files), FILES_A_REQUEST)])

        async def send() -> None:
            for batch in batches:
                await self.upload(batch)

        async with asyncio.TaskGroup() as senders:
            for _ in range(AT_ONCE):
                senders.create_task(send())

    async def until_read(self) -> dict[str, int]:
        """How many documents are in each state once none waits any more."""
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                async with self.account.http.get(f"{self.url}/progress") as reply:
                    counts: dict[str, int] = (await reply.json())["counts"]
                if not sum(counts[state] for state in ("received", "reading", "embedding")):
                    return counts
                await asyncio.sleep(POLL_S)


@dataclass
class Peaks:
    """The most memory that each program was seen with."""

    running: server.Server
    mib: dict[str, float] = field(default_factory=dict)
    whole_mib: float = 0.0

    async def watch(self) -> None:
        while True:
            now = await asyncio.to_thread(self._look)
            self.whole_mib = max(self.whole_mib, sum(now.values()))
            for program, mib in now.items():
                self.mib[program] = max(self.mib.get(program, 0.0), mib)
            await asyncio.sleep(SAMPLE_S)

    def _look(self) -> dict[str, float]:
        pids = processes.tree(self.running.pid, str(self.running.data_dir))
        return dict(processes.pss_mib(pids))


@dataclass(frozen=True, slots=True)
class Cost:
    seconds: float
    cpu_ms: dict[str, float]
    """Of each document, by program."""
    counts: dict[str, int]

    @property
    def cpu_ms_in_all(self) -> float:
        return sum(self.cpu_ms.values())


async def cost_of(files: Sequence[SampleFile], library: Library, running: server.Server) -> Cost:
    """From the first upload until every document has been read."""
    marker = str(running.data_dir)
    before = processes.cpu_s(processes.tree(running.pid, marker))
    began = time.monotonic()
    await library.upload_all(files)
    counts = await library.until_read()
    seconds = time.monotonic() - began
    after = processes.cpu_s(processes.tree(running.pid, marker))
    cpu_ms = {
        program: round((after[program] - before.get(program, 0.0)) * 1000 / len(files), 2)
        for program in sorted(after)
    }
    return Cost(seconds, cpu_ms, counts)


async def _measure(running: server.Server, count: int) -> Figures:
    files = list(mixed(count))
    small = list(alike(SMALL_FILES, SMALL_BYTES))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(600)) as http:
        account = await sign_up(http, running.url)
        await asyncio.to_thread(processes.wait_until_idle, running.pid, str(running.data_dir))
        warm_up = await Library.made(account, "Warm-up")
        await cost_of(list(mixed(60, seed=3)), warm_up, running)
        peaks = Peaks(running)
        watching = asyncio.create_task(peaks.watch())
        try:
            # First: the mixed ones make so many passages that the workspace gets an index of its vectors.
            of_small = await cost_of(small, await Library.made(account, "Small"), running)
            of_mixed = await cost_of(files, await Library.made(account, "Mixed"), running)
        finally:
            watching.cancel()
    for cost, sent in ((of_mixed, files), (of_small, small)):
        if cost.counts["ready"] != len(sent):
            raise SystemExit(f"{len(sent)} documents were sent, but this became of them: {cost.counts}")
    return {
        "documents": len(files),
        "mean_bytes": round(sum(len(file.content) for file in files) / len(files)),
        "documents_per_second_and_core": round(1000 / of_mixed.cpu_ms_in_all, 1),
        "documents_per_second_on_one_core_wall": round(len(files) / of_mixed.seconds, 1),
        "cpu_ms_per_document": round(of_mixed.cpu_ms_in_all, 1),
        "cpu_ms_per_document_by_program": of_mixed.cpu_ms,
        "cpu_ms_per_10_kb_document": round(of_small.cpu_ms_in_all, 1),
        "cpu_ms_per_10_kb_document_by_program": of_small.cpu_ms,
        "peak_memory_mib": round(peaks.whole_mib),
        "peak_memory_mib_by_program": {name: round(mib) for name, mib in sorted(peaks.mib.items())},
    }


async def _run(count: int, folder: Path) -> Figures:
    server_core, load_core, *_ = sorted(os.sched_getaffinity(0))  # two cores are needed
    async with embedder() as address:
        environment = {
            "PARLEY_EMBEDDER": f"openai:stub@{DIMENSION}",
            "PARLEY_EMBEDDER_BASE_URL": address,
            "PARLEY_EMBEDDER_API_KEY": "none",
            "PARLEY_DISCOVER_LOCAL_MODELS": "false",
            "PARLEY_LOG_LEVEL": "WARNING",
        }
        # It asks its embedder as it starts, so this process has to answer meanwhile.
        starting = server.running(folder / "data", core=server_core, environment=environment)
        running = await asyncio.to_thread(starting.__enter__)
        try:
            os.sched_setaffinity(0, {load_core})
            return await _measure(running, count)
        finally:
            await asyncio.to_thread(starting.__exit__, None, None, None)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        keep("ingestion", asyncio.run(_run(count, Path(folder))), BARS)


if __name__ == "__main__":
    main()
