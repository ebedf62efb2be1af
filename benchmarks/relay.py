"""A Parley between a scripted model and the readers of a benchmark: one core for it, the other for them."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import processes, server
from benchmarks.record import Figures
from parley.testing.upstream.process import running_upstream

ACCOUNT = {"email": "bench@example.com", "name": "Bench", "password": "correct horse battery staple"}


@dataclass(frozen=True, slots=True)
class Account:
    """A signed-in owner of a workspace."""

    http: aiohttp.ClientSession
    url: str
    workspace: str

    async def bot(self, **configuration: Any) -> str:
        """The id of a new bot."""
        body = {"name": "Relay", "configuration": configuration}
        async with self.http.post(f"{self.url}/api/v1/workspaces/{self.workspace}/bots", json=body) as reply:
            reply.raise_for_status()
            made: str = (await reply.json())["id"]
            return made


async def sign_up(http: aiohttp.ClientSession, url: str) -> Account:
    """A new account, whose token `http` sends from then on."""
    async with http.post(f"{url}/api/v1/auth/register", json=ACCOUNT) as reply:
        reply.raise_for_status()
        http.headers["Authorization"] = f"Bearer {(await reply.json())['access_token']}"
    async with http.get(f"{url}/api/v1/workspaces") as reply:
        return Account(http, url, (await reply.json())["items"][0]["id"])


async def cpu_ms_per_turn(
    turn: Callable[[], Awaitable[object]], turns: int, at_once: int, running: server.Server
) -> dict[str, float]:
    """CPU for each turn by program of the server's tree, with readers that never pause."""
    left = iter(range(turns))

    async def reader() -> None:
        for _ in left:
            await turn()

    marker = str(running.data_dir)
    before = processes.cpu_s(processes.tree(running.pid, marker))
    async with asyncio.TaskGroup() as readers:
        for _ in range(at_once):
            readers.create_task(reader())
    # What was only queued has to be written, too, before the bill is read.
    await asyncio.sleep(1)
    after = processes.cpu_s(processes.tree(running.pid, marker))
    return {
        program: round((after[program] - before.get(program, 0)) * 1000 / turns, 2)
        for program in sorted(after)
    }


def run(measure: Callable[[server.Server, str], Awaitable[Figures]], **settings: str) -> Figures:
    """Gives `measure` a server and the model's address; conversations keep their first line as their title,
    so that a turn calls the model once."""
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
            **settings,
        }
        with server.running(Path(folder, "data"), core=server_core, environment=environment) as running:
            os.sched_setaffinity(0, {load_core})

            async def measured() -> Figures:
                return await measure(running, model_url)

            return asyncio.run(measured())
