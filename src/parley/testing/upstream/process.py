"""Starts the scripted model server as a process of its own, for tests and benchmarks."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

STOP_TIMEOUT_S, IDLE_TIMEOUT_S = 10.0, 10.0
_BASES = {"openai": "/v1", "anthropic": "/v1", "gemini": "/v1beta", "bedrock": ""}


@dataclass(frozen=True, slots=True)
class Upstream:
    origin: str

    def url(self, provider: str) -> str:
        """The base address that the provider's adapter is given."""
        return f"{self.origin}{_BASES[provider]}"

    def seen(self) -> list[dict[str, Any]]:
        """The latest requests: `format` (as `OpenAIWire`), `model`, `question`, and how it `ended`:
        `complete`, `drop`, `by the reader` when that one went first, empty while it runs."""
        with urllib.request.urlopen(f"{self.origin}/seen", timeout=10) as reply:  # noqa: S310  our own
            found: list[dict[str, Any]] = json.load(reply)
            return found

    def seen_when_idle(self) -> list[dict[str, Any]]:
        """The same once every request has ended. Raises TimeoutError."""
        deadline = time.monotonic() + IDLE_TIMEOUT_S
        while time.monotonic() < deadline:
            found = self.seen()
            if all(request["ended"] for request in found):
                return found
            time.sleep(0.02)
        raise TimeoutError(f"Requests were still open after {IDLE_TIMEOUT_S:g} seconds.")


@contextmanager
def running_upstream(*, core: int | None = None) -> Iterator[Upstream]:
    """A server on a free port of the loopback interface, on one core if asked for."""
    command = [sys.executable, "-m", "parley.testing.upstream"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if core is not None:
                os.sched_setaffinity(process.pid, {core})
            port = process.stdout.readline().decode().strip()
            if not port:
                raise RuntimeError("The scripted model server did not start.")
            yield Upstream(f"http://127.0.0.1:{port}")
        finally:
            process.stdin.close()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
