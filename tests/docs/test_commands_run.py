"""What the pages and examples tell a reader to type is typed here, against a server started as they say."""

import json
import os
import re
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any
from urllib.request import Request, urlopen

import pytest

from parley.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
SHOWN = "http://localhost:8000"
PARLEY = [sys.executable, "-m", "parley.entrypoints.cli"]
READY_WITHIN_S, DONE_WITHIN_S = 60, 90
ANSWERS = {
    "What can I do with Parley?": "With Parley you can do these things:",
    "Which file formats can I upload?": "The file formats that you can upload to Parley are:",
    "How do I connect a language model?": "To connect a language model, take these steps:",
    "What may each role do?": "This is what each role may do,",
}
"""What the guides say to the questions that the sample bot suggests."""

_CONSOLE = re.compile(r"^[ ]*```console\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone at a shell, in a home of their own, with a server of their own."""

    url: str
    environment: dict[str, str]

    def types(self, *command: str) -> str:
        """What the command prints. Fails when it fails."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DONE_WITHIN_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def calls(self, path: str, token: str = "", body: dict[str, str] | None = None) -> Any:
        """The JSON that the API answers."""
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/api/v1{path}", data, headers), timeout=DONE_WITHIN_S) as reply:
            return json.load(reply)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    home = tmp_path_factory.mktemp("home")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    environment = inherited | {
        "HOME": str(home),
        "PYTHONPATH": str(ROOT / "src"),
        "PARLEY_MODEL_DIR": str(load_settings().model_dir),
        "PARLEY_LOG_FORMAT": "json",
        "PARLEY_DISCOVER_LOCAL_MODELS": "false",
    }
    command = [*PARLEY, "serve", "--port", "0", "--data-dir", str(home / "data")]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            url = _address_in(server.stderr)
            account = {
                "URL": url,
                "PARLEY_SERVER": url,
                "PARLEY_EMAIL": "you@example.com",
                "PARLEY_PASSWORD": "three unrelated words",
            }
            yield Reader(url, environment | account)
        finally:
            server.terminate()
            server.wait(timeout=READY_WITHIN_S)


def _address_in(log: IO[str]) -> str:
    """Where the server listens, by its own log, which is read to its end so that the server never waits."""
    addresses: Queue[str] = Queue()
    lines: list[str] = []

    def read() -> None:
        for line in log:
            lines.append(line)
            if line.startswith("{") and (entry := json.loads(line))["event"] == "serving":
                addresses.put(entry["url"])

    threading.Thread(target=read, daemon=True).start()
    try:
        return addresses.get(timeout=READY_WITHIN_S)
    except Empty:
        raise AssertionError("".join(lines) or "the server said nothing") from None


def _commands_of(page: str) -> list[str]:
    return _CONSOLE.findall((ROOT / page).read_text("utf-8"))


def test_the_example_answers_from_the_file_and_cites_it(reader: Reader) -> None:
    [command] = [block for block in _commands_of("README.md") if "examples/ask.sh" in block]
    printed = reader.types(*shlex.split(command))
    assert "run text recognition over the scan" in printed
    assert re.search(r"^\[\d\] documents\.md$", printed, re.MULTILINE)


def test_the_terminal_client_answers_with_its_sources(reader: Reader) -> None:
    reader.types("sh", "examples/ask.sh", "README.md", "What is Parley?")  # makes the account
    piped = next(block for block in _commands_of("src/parley/guides/terminal.md") if "--json" in block)
    script = piped.replace(".venv/bin/parley", shlex.join(PARLEY))
    report = json.loads(reader.types("sh", "-c", script))
    assert (report["state"], report["model"], report["error"]) == ("complete", "extractive:default", None)


def test_the_guides_answer_the_questions_that_the_sample_bot_suggests(reader: Reader) -> None:
    reader.types("sh", "examples/ask.sh", "README.md", "What is Parley?")  # makes the account
    account = {name: reader.environment[f"PARLEY_{name.upper()}"] for name in ("email", "password")}
    token = reader.calls("/auth/login", body=account)["access_token"]
    workspace = reader.calls("/workspaces", token)["items"][0]["id"]
    bots = reader.calls(f"/workspaces/{workspace}/bots", token)["items"]
    [guide] = [bot for bot in bots if bot["name"] == "Guide"]
    [collection] = guide["configuration"]["collections"]
    _wait_until_ready(reader, token, collection)
    for question in guide["configuration"]["suggested_questions"]:
        answer = reader.calls("/chat", token, {"bot_id": guide["id"], "message": question})["message"]["text"]
        assert re.search(rf"{re.escape(ANSWERS[question])}.*\[\d\]", answer), answer


def _wait_until_ready(reader: Reader, token: str, collection: str) -> None:
    guides = len(list((ROOT / "src/parley/guides").glob("*.md")))
    deadline = time.monotonic() + DONE_WITHIN_S
    while True:
        documents = reader.calls(f"/collections/{collection}/documents", token)["items"]
        states = [document["state"] for document in documents]
        if states == ["ready"] * guides:
            return
        assert "failed" not in states, documents
        assert time.monotonic() < deadline, states
        time.sleep(0.2)


def test_the_api_page_runs_from_its_first_command_to_its_last(reader: Reader, tmp_path: Path) -> None:
    blocks = _commands_of("docs/reference/api.md")
    script = "\n".join(["set -eu", *blocks]).replace(SHOWN, reader.url).replace("/tmp/", f"{tmp_path}/")
    printed = reader.types("sh", "-c", script)
    # The one refusal is the one that the page shows.
    assert re.findall(r'"code": ?"(\w+)"', printed) == ["not_found"]
    assert printed.count("event: turn.finished") == 2
    assert '"state":"done"' in printed.replace(" ", "")
    assert '{"status":"ok"}' in printed.replace(" ", "")
    assert "parley_turns_total" in printed
