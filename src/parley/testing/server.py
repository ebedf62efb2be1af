"""Starts a real `parley serve` as a process of its own, for tests and benchmarks."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 30.0


@dataclass
class Server:
    """A server that answers at `url`; `log` holds what it has logged, line by line."""

    url: str
    process: asyncio.subprocess.Process
    log: list[dict[str, object]] = field(default_factory=list)

    async def kill(self) -> None:
        """As a crash or the kernel does it: nothing gets to tidy up."""
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """As a service manager does it; gives the exit status."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await self.process.wait()
        return int(self.process.returncode or 0)


@asynccontextmanager
async def serving(
    data_dir: Path, settings: Mapping[str, str] | None = None, *, port: int = 0
) -> AsyncIterator[Server]:
    """`settings` are PARLEY_ variables without their prefix. Raises RuntimeError with the log when it
    does not start."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PARLEY_")}
    environment |= {f"PARLEY_{key}": value for key, value in (settings or {}).items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "parley.entrypoints.cli", "serve"),
        *("--port", str(port), "--data-dir", str(data_dir)),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={"PARLEY_DISCOVER_LOCAL_MODELS": "false", **environment, "PARLEY_LOG_FORMAT": "json"},
        start_new_session=True,
    )
    server = Server("", process)
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    reading = asyncio.create_task(_read_log(server, ready))
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            server.url = await ready
        yield server
    finally:
        if process.returncode is None:
            await server.stop()
        await reading


async def _read_log(server: Server, ready: asyncio.Future[str]) -> None:
    assert server.process.stderr is not None
    while line := await server.process.stderr.readline():
        try:
            entry = json.loads(line)
        except ValueError:
            entry = {"event": line.decode(errors="replace").rstrip()}
        server.log.append(entry)
        if entry.get("event") == "serving" and not ready.done():
            ready.set_result(str(entry["url"]))
    if not ready.done():
        said = "\n".join(str(entry) for entry in server.log[-20:])
        ready.set_exception(RuntimeError(f"parley serve did not start:\n{said}"))
