"""Applications on the embedded PostgreSQL as real processes, and folders for them."""

import asyncio
import json
import os
import select
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from parley.adapters.postgres import EmbeddedConfig, EmbeddedPostgres

HERE = Path(__file__).parent
SOURCE = HERE.parents[2] / "src"
# Generous: a loaded machine must not fail a test, only slow it down.
PATIENCE_S = 60.0
LONGEST_ANSWER_BYTES = 16 * 1024 * 1024


class SilentLog:
    def info(self, event: str, /, **fields: object) -> None: ...

    warning = error = info


class Application:
    """One process of `application.py`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._commands = process.stdin
        self._answers = process.stdout

    async def next(self, field: str) -> dict[str, Any]:
        """The next answer that has `field`."""
        seen = []
        async with asyncio.timeout(PATIENCE_S):
            while line := await self._answers.readline():
                answer = json.loads(line)
                if field in answer:
                    return dict(answer)
                seen.append(answer)
        pytest.fail(f"the application ended without saying {field!r}; it said {seen}")

    def tell(self, command: str) -> None:
        self._commands.write(f"{command}\n".encode())

    async def rows(self) -> list[int]:
        self.tell("rows")
        return list((await self.next("rows"))["rows"])

    async def kill(self) -> list[dict[str, Any]]:
        """Kill -9; what it had said by then."""
        self._process.kill()
        rest = await asyncio.wait_for(self._answers.read(), PATIENCE_S)
        await self._process.wait()
        return [json.loads(line) for line in rest.splitlines()]

    async def stop(self) -> None:
        self._commands.close()
        await asyncio.wait_for(self._answers.read(), PATIENCE_S)
        await asyncio.wait_for(self._process.wait(), PATIENCE_S)


Run = Callable[..., Any]


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    """Starts an application on a data folder, below `prefix` (which may change the user) if there is one."""
    async with AsyncExitStack() as ends:

        async def start(
            data_dir: Path, *, prefix: tuple[str, ...] = (), bindir: Path | None = None
        ) -> Application:
            process = await asyncio.create_subprocess_exec(
                *prefix,
                *(sys.executable, str(HERE / "application.py"), str(data_dir), str(bindir or "")),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": str(SOURCE)},
                limit=LONGEST_ANSWER_BYTES,
            )
            application = Application(process)
            ends.push_async_callback(application.stop)
            return application

        yield start


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose server was started and stopped."""
    data_dir = tmp_path_factory.mktemp("made")
    postgres = EmbeddedPostgres(EmbeddedConfig(data_dir), SilentLog())
    asyncio.run(postgres.start())
    asyncio.run(postgres.stop())
    return data_dir


@pytest.fixture
def data_dir(made_once: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own that need not be made first."""
    return Path(shutil.copytree(made_once, tmp_path / "d"))


def server_pid(data_dir: Path) -> int:
    return int((data_dir / "postgres/data/postmaster.pid").read_text().split("\n")[0])


async def end_of(pid: int) -> None:
    """Wait until process `pid`, no child of ours, is gone."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        gone, _, _ = await asyncio.to_thread(select.select, [descriptor], [], [], PATIENCE_S)
        assert gone, f"process {pid} is still there after {PATIENCE_S} s"
    finally:
        os.close(descriptor)
