"""Uploads the articles of an evaluation set as documents and asks twenty of its questions, as a user would.

python -m benchmarks.articles FOLDER     (FOLDER holds corpus.jsonl and qa.jsonl)
"""

import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import processes, server
from benchmarks.record import Figures, keep

QUESTIONS = 20
READY_TIMEOUT_S = 600.0
ACCOUNT = {"email": "bench@example.com", "name": "Bench", "password": "correct horse battery staple"}


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    answers: tuple[str, ...]
    article: str


def read_articles(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Markdown by file name, and the file that each paragraph's id stands in."""
    paragraphs: dict[str, list[str]] = defaultdict(list)
    file_of = {}
    for line in (folder / "corpus.jsonl").read_text().splitlines():
        row = json.loads(line)
        name = f"{row['title']}.md".replace("/", "-")
        paragraphs[name].append(row["text"])
        file_of[row["id"]] = name
    return {
        name: f"# {name.removesuffix('.md')}\n\n" + "\n\n".join(texts) for name, texts in paragraphs.items()
    }, file_of


def choose_questions(folder: Path, file_of: dict[str, str]) -> list[Question]:
    """Answerable ones, evenly spaced over the file, so that nobody picks the easy ones."""
    rows = [json.loads(line) for line in (folder / "qa.jsonl").read_text().splitlines()]
    answerable = [row for row in rows if not row["is_impossible"]]
    step = len(answerable) / QUESTIONS
    chosen = [answerable[int(number * step)] for number in range(QUESTIONS)]
    return [Question(row["question"], tuple(row["answers"]), file_of[row["para"]]) for row in chosen]


class Caller:
    """The API as far as this needs it."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = f"{url}/api/v1"

    async def sign_up(self) -> str:
        """The id of the first workspace."""
        signed_in = await self.call("POST", "/auth/register", json=ACCOUNT)
        self._http.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        return str((await self.call("GET", "/workspaces"))["items"][0]["id"])

    async def call(self, method: str, path: str, **options: Any) -> Any:
        async with self._http.request(method, f"{self._url}{path}", **options) as reply:
            reply.raise_for_status()
            return await reply.json()


async def upload(caller: Caller, collection: str, articles: dict[str, str]) -> None:
    """Until every one is ready; a failed one ends the run."""
    form = aiohttp.FormData(quote_fields=False)  # names as browsers send them
    for name, text in articles.items():
        form.add_field("files", text.encode(), filename=name, content_type="text/markdown")
    await caller.call("POST", f"/collections/{collection}/documents", data=form)
    async with asyncio.timeout(READY_TIMEOUT_S):
        while True:
            page = await caller.call("GET", f"/collections/{collection}/documents?limit=200")
            failed = [item for item in page["items"] if item["state"] == "failed"]
            if failed:
                raise SystemExit(f"not every article became ready: {failed}")
            if all(item["state"] == "ready" for item in page["items"]):
                return
            await asyncio.sleep(0.5)


async def ask(caller: Caller, bot: str, questions: list[Question]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for question in questions:
        reply = await caller.call("POST", "/chat", json={"bot_id": bot, "message": question.text})
        text = reply["message"]["text"]
        cited = [c for c in reply["message"]["citations"] if f"[{c['number']}]" in text]
        holds = any(answer.casefold() in text.casefold() for answer in question.answers)
        counts["answers_with_the_gold_answer"] += holds
        counts["answers_that_cite_the_right_article"] += any(
            c["document_name"] == question.article for c in cited
        )
        counts["refused"] += not cited
        print(f"\n{'+' if holds else '-'} {question.text}\n  {' '.join(text.split())[:300]}")
    return dict(counts)


async def measure(running: server.Server, folder: Path) -> Figures:
    articles, file_of = read_articles(folder)
    questions = choose_questions(folder, file_of)
    async with aiohttp.ClientSession() as http:
        caller = Caller(http, running.url)
        workspace = await caller.sign_up()
        marker = str(running.data_dir)
        await asyncio.to_thread(processes.wait_until_idle, running.pid, marker)
        before, began = _cpu_s(running), time.monotonic()
        collection = await caller.call(
            "POST", f"/workspaces/{workspace}/collections", json={"name": "Articles"}
        )
        await upload(caller, collection["id"], articles)
        seconds, cpu_s = time.monotonic() - began, _cpu_s(running) - before
        configuration = {"collections": [collection["id"]]}
        bot = await caller.call(
            "POST", f"/workspaces/{workspace}/bots", json={"name": "Reader", "configuration": configuration}
        )
        before = _cpu_s(running)
        counts = await ask(caller, bot["id"], questions)
        asking_cpu_s = _cpu_s(running) - before
    kilobytes = sum(len(text.encode()) for text in articles.values()) / 1000
    return {
        "articles": len(articles),
        "kilobytes": round(kilobytes),
        "seconds_until_all_ready": round(seconds, 1),
        "ingestion_cpu_ms_per_10_kb_with_embedding": round(cpu_s * 1000 / (kilobytes / 10), 1),
        "questions": len(questions),
        **counts,
        "cpu_ms_per_answer": round(asking_cpu_s * 1000 / len(questions), 1),
    }


def _cpu_s(running: server.Server) -> float:
    return sum(processes.cpu_s(processes.tree(running.pid, str(running.data_dir))).values())


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with (
        tempfile.TemporaryDirectory(prefix="parley-bench-") as data,
        server.running(Path(data, "data")) as running,
    ):
        figures = asyncio.run(measure(running, Path(sys.argv[1])))
    keep("articles", figures, {})


if __name__ == "__main__":
    main()
