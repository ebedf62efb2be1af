"""Kills processes at random while documents are read, and counts what is lost, doubled, stuck or left over.

python -m benchmarks.ingestion_chaos [KILLS]
"""

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import processes
from benchmarks.record import Figures, keep
from benchmarks.relay import ACCOUNT
from benchmarks.sample_files import SampleFile, mixed
from benchmarks.server import free_port
from parley.testing.server import Server, serving

DOCUMENTS, REPLACED, REPLACED_TWICE = 300, 80, 20
KILLS, STARTS = 50, 5
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0
START_TIMEOUT_S, POLL_S = 15.0, 0.2
SETTLE_TIMEOUT_S, REQUEST_TIMEOUT_S = 900.0, 30.0
VICTIMS = (("worker", 4), ("parser", 3), ("serve", 2), ("database", 2))
"""What is killed, and how often beside the others."""
SETTINGS = {"EMBEDDER": "none"}
BARS = {
    "documents_lost": "0",
    "documents_doubled": "0",
    "documents_not_ready": "0",
    "documents_whose_passages_differ": "0",
    "files_left_over": "0",
}
_AWAY = (aiohttp.ClientError, ConnectionError, TimeoutError)
WAITING = ("received", "reading", "embedding")


class Person:
    """Asks until a server answers, whatever happens to servers."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = f"{url}/api/v1"
        self.collection = ""

    async def call(self, method: str, path: str, json: Any = None, files: Sequence[SampleFile] = ()) -> Any:
        while True:
            form = None
            if files:
                form = aiohttp.FormData()
                for file in files:
                    form.add_field("files", file.content, filename=file.name)
            with suppress(*_AWAY):
                request = self._http.request(method, f"{self._url}{path}", json=json, data=form)
                async with request as reply:
                    if reply.status < 500:
                        if reply.status >= 400 and reply.status != 409:
                            raise SystemExit(f"{method} {path}: {await reply.text()}")
                        return await reply.json()
            await asyncio.sleep(0.1)

    async def sign_in(self) -> None:
        """The account may be there already: a reply can be lost."""
        await self.call("POST", "/auth/register", ACCOUNT)
        credentials = {"email": ACCOUNT["email"], "password": ACCOUNT["password"]}
        signed_in = await self.call("POST", "/auth/login", credentials)
        self._http.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        workspace = (await self.call("GET", "/workspaces"))["items"][0]["id"]
        path = f"/workspaces/{workspace}/collections"
        made = await self.call("POST", path, {"name": "Chaos"})
        self.collection = made["id"]

    async def upload(self, file: SampleFile) -> None:
        """Tried again until its item tells that it was taken."""
        while True:
            reply = await self.call("POST", f"/collections/{self.collection}/documents", files=[file])
            if "items" in reply and reply["items"][0]["error"] is None:
                return
            await asyncio.sleep(0.1)

    async def until_read(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_TIMEOUT_S):
                while True:
                    counts = (await self.call("GET", f"/collections/{self.collection}/progress"))["counts"]
                    if not any(counts[state] for state in WAITING):
                        break
                    await asyncio.sleep(0.5)
        return counts

    async def all_of(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await self.call("GET", f"{path}?limit=200{cursor}")
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    async def passages(self) -> dict[str, list[tuple[str, ...]]]:
        """Of each name, what its documents hold."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for document in await self.all_of(f"/collections/{self.collection}/documents"):
            chunks = await self.all_of(f"/documents/{document['id']}/chunks")
            found.setdefault(document["name"], []).append(tuple(chunk["text"] for chunk in chunks))
        return found


def versions() -> tuple[list[SampleFile], list[SampleFile]]:
    """What is sent, in order, and what is to be found in the end."""
    first = list(mixed(DOCUMENTS, seed=11))
    text = {file.name: file for file in first}
    sent = list(first)
    for round_, count in ((1, REPLACED), (2, REPLACED_TWICE)):
        for file in [each for each in first if each.name.endswith((".md", ".txt"))][:count]:
            changed = SampleFile(file.name, text[file.name].content + b"\n\nChanged %d times." % round_)
            text[file.name] = changed
            sent.append(changed)
    return sent, list(text.values())


async def undisturbed(files: Sequence[SampleFile], folder: Path) -> dict[str, list[tuple[str, ...]]]:
    async with serving(folder, SETTINGS) as server, _session() as http:
        person = Person(http, server.url)
        await person.sign_in()
        for file in files:
            await person.upload(file)
        await person.until_read()
        return await person.passages()


async def disturbed(
    files: Sequence[SampleFile], folder: Path, kills: int, chance: random.Random
) -> tuple[dict[str, int], list[dict[str, Any]], dict[str, list[tuple[str, ...]]], int, Counter[str]]:
    port = free_port()
    killed: Counter[str] = Counter()
    async with _session() as http:
        person = Person(http, f"http://127.0.0.1:{port}")
        sending: asyncio.Task[None] | None = None
        while sum(killed.values()) < kills:
            async with _kept_up(folder, port) as server:
                sending = sending or asyncio.create_task(_send(person, files, kills))
                await _kill_until_the_server_falls(server, folder, kills, killed, chance)
        async with _kept_up(folder, port):
            if sending is not None:
                await sending
            counts = await person.until_read()
            documents = await person.all_of(f"/collections/{person.collection}/documents")
            passages = await person.passages()
        left_over = await _left_over(folder, port, person, len(documents))
    return counts, documents, passages, left_over, killed


@asynccontextmanager
async def _kept_up(folder: Path, port: int) -> AsyncIterator[Server]:
    """As a service manager does it: who gives up starting on a busy machine is started once more."""
    async with AsyncExitStack() as stack:
        for _ in range(STARTS - 1):
            try:
                server = await stack.enter_async_context(serving(folder, SETTINGS, port=port))
            except (RuntimeError, TimeoutError) as error:
                print(f"\nnot started: {str(error)[:200]}")
            else:
                break
        else:
            server = await stack.enter_async_context(serving(folder, SETTINGS, port=port))
        yield server


async def _send(person: Person, files: Sequence[SampleFile], kills: int) -> None:
    """Spread over the time that the kills take, so that something is always being read."""
    pause_s = kills * (SHORTEST_PAUSE_S + LONGEST_PAUSE_S) / 2 / len(files)
    await person.sign_in()
    for file in files:
        await person.upload(file)
        await asyncio.sleep(pause_s)


async def _kill_until_the_server_falls(
    server: Server, folder: Path, kills: int, killed: Counter[str], chance: random.Random
) -> None:
    while sum(killed.values()) < kills:
        await _until_files_are_read(server, folder)
        await asyncio.sleep(chance.uniform(SHORTEST_PAUSE_S, LONGEST_PAUSE_S))
        [victim] = chance.choices([name for name, _ in VICTIMS], [share for _, share in VICTIMS])
        there = processes.programs(processes.tree(server.process.pid, str(folder)))
        if not there.get(victim):
            continue
        with suppress(ProcessLookupError):
            os.kill(chance.choice(there[victim]), signal.SIGKILL)
            killed[victim] += 1
            print(f"\r{sum(killed.values())} of {kills} kills", end="", flush=True)
        if victim == "serve":
            await server.process.wait()
            return


async def _until_files_are_read(server: Server, folder: Path) -> None:
    """Processes that are just starting are killed too, but not only those."""
    for _ in range(round(START_TIMEOUT_S / POLL_S)):
        if "parser" in processes.programs(processes.tree(server.process.pid, str(folder))):
            return
        await asyncio.sleep(POLL_S)


async def _left_over(folder: Path, port: int, person: Person, documents: int) -> int:
    """Files that no document refers to, once what looks a day old was swept."""
    stored = [path for path in (folder / "files").rglob("*") if path.is_file()]
    day_before_yesterday = time.time() - 2 * 86_400
    for path in stored:
        os.utime(path, (day_before_yesterday, day_before_yesterday))
    async with _kept_up(folder, port):
        expected = documents + await _samples(person)
        for _ in range(60):
            left = sum(path.is_file() for path in (folder / "files").rglob("*")) - expected
            if left <= 0:
                return left
            await asyncio.sleep(0.5)
        return left


async def _samples(person: Person) -> int:
    """Documents of the workspace's other collections, which Parley made itself."""
    workspace = (await person.call("GET", "/workspaces"))["items"][0]["id"]
    collections = (await person.call("GET", f"/workspaces/{workspace}/collections"))["items"]
    return sum(each["document_count"] for each in collections if each["id"] != person.collection)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(REQUEST_TIMEOUT_S))


async def run(kills: int, folder: Path, seed: int) -> Figures:
    sent, final = versions()
    expected = await undisturbed(final, folder / "calm")
    began = time.monotonic()
    counts, documents, passages, left_over, killed = await disturbed(
        sent, folder / "chaos", kills, random.Random(seed)
    )
    print()
    names = Counter(document["name"] for document in documents)
    return {
        "kills": dict(killed),
        "seed": seed,
        "documents": len(final),
        "replacements": len(sent) - len(final),
        "documents_lost": sum(name not in names for name in expected),
        "documents_doubled": sum(count - 1 for count in names.values()),
        "documents_not_ready": sum(count for state, count in counts.items() if state != "ready"),
        "failures": dict(Counter(str(each["error"]["code"]) for each in documents if each["error"])),
        "documents_whose_passages_differ": sum(
            passages.get(name) != [texts] for name, [texts] in expected.items()
        ),
        "files_left_over": left_over,
        "seconds": round(time.monotonic() - began),
    }


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    with tempfile.TemporaryDirectory(prefix="parley-chaos-") as folder:
        keep("ingestion_chaos", asyncio.run(run(kills, Path(folder), seed=kills)), BARS)


if __name__ == "__main__":
    main()
