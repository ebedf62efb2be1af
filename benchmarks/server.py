"""Starts a Parley of its own for a benchmark, in an empty data folder, and stops it again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PARLEY = Path(sys.executable).with_name("parley")
START_TIMEOUT_S, STOP_TIMEOUT_S, POLL_S = 60.0, 20.0, 0.01


@dataclass(frozen=True, slots=True)
class Server:
    """A running server that answered as ready after `ready_s` seconds."""

    pid: int
    url: str
    data_dir: Path
    ready_s: float


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(
    data_dir: Path, *, core: int | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A ready server, on one core if asked for; its log is kept in the data folder's `bench.log`."""
    port = free_port()
    command = [str(PARLEY), "serve", "--port", str(port), "--data-dir", str(data_dir)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    data_dir.mkdir(parents=True, exist_ok=True)
    allowed = os.sched_getaffinity(0)
    started = time.monotonic()
    with (data_dir.parent / f"{data_dir.name}.log").open("ab") as log:
        # The child inherits the affinity of the moment, and so does everything that it starts.
        os.sched_setaffinity(0, allowed if core is None else {core})
        try:
            process = subprocess.Popen(
                command, env=inherited | dict(environment or {}), stdout=log, stderr=log
            )
        finally:
            os.sched_setaffinity(0, allowed)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(process, f"{url}/health/ready", Path(log.name))
        yield Server(process.pid, url, data_dir, time.monotonic() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode}:\n{log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=1) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(POLL_S)
    raise SystemExit(f"the server was not ready after {START_TIMEOUT_S:.0f} s:\n{log.read_text()[-2000:]}")
