"""A server of the contract, and the command `parley` run as a process of its own beside it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.entrypoints.contract_server import EMAIL, PASSWORD, ContractServer

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "parley.entrypoints.cli")
DEADLINE_S = 60


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs `parley` with an environment of its own; `home` holds its session, its data and its caches."""

    home: Path

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
        own = {
            "PYTHONPATH": str(ROOT / "src"),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "COLUMNS": "100",
            "PARLEY_DISCOVER_LOCAL_MODELS": "false",
        }
        return kept | own | variables

    async def start(self, *arguments: str, **variables: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(*COMMAND, *arguments),
            env=self.environment(**variables),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str, stdin: str | bytes = "", **variables: str) -> Ended:
        process = await self.start(*arguments, **variables)
        given = stdin.encode() if isinstance(stdin, str) else stdin
        async with asyncio.timeout(DEADLINE_S):
            out, err = await process.communicate(given)
        return Ended(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
def parley(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
async def server() -> AsyncIterator[ContractServer]:
    async with ContractServer().listening() as listening:
        yield listening


@pytest.fixture
def signed_in(server: ContractServer) -> dict[str, str]:
    """The variables of a script that may ask the server."""
    return {"PARLEY_SERVER": server.url, "PARLEY_EMAIL": EMAIL, "PARLEY_PASSWORD": PASSWORD}
