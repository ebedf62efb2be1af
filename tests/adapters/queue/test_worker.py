"""The worker: every job is done, whatever happens to workers, and a job that cannot be done ends."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import asyncpg
import pytest

from parley.adapters.queue.worker import JobHandler, Worker, WorkerConfig
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.jobs import Job
from parley.testing.logs import RecordedLog

PATIENCE_S = 30.0
CONCURRENCY = 8
"""Of a `worker_process`."""


@dataclass(frozen=True, slots=True)
class Greet(Job):
    name: ClassVar[str] = "greet"

    whom: str


def payload(job_fields: str) -> bytes:
    return f'{{"workspace_id":"{UUID(int=5)}",{job_fields}}}'.encode()


async def enqueue(owner: asyncpg.Connection, name: str, payloads: list[bytes]) -> None:
    """As PgQueuerJobs does, in one statement."""
    await owner.execute(
        "INSERT INTO pgqueuer (priority, entrypoint, payload, status)"
        " SELECT 0, $1, unnest($2::bytea[]), 'queued'",
        name,
        payloads,
    )


async def until(owner: asyncpg.Connection, question: str) -> None:
    """Waits for the answer `true` of another process's work."""
    async with asyncio.timeout(PATIENCE_S):
        while not await owner.fetchval(question):  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0.02)


@asynccontextmanager
async def working(
    url: str,
    run: Callable[[Greet], Awaitable[None]],
    gave_up: Callable[[Greet, Exception], Awaitable[None]] | None = None,
    **options: float,
) -> AsyncIterator[tuple[Worker, RecordedLog]]:
    log = RecordedLog()
    settings: dict[str, float] = {"first_delay_s": 0.05, "poll_s": 0.2, "grace_s": 5.0} | options
    config = WorkerConfig(url, "parley_platform", **settings)  # type: ignore[arg-type]
    worker = Worker(config, [JobHandler(Greet, run, gave_up)], log)
    task = asyncio.create_task(worker.run())
    try:
        yield worker, log
    finally:
        worker.stop()
        async with asyncio.timeout(PATIENCE_S):
            await task


async def test_a_job_is_run_with_what_was_enqueued(owner: asyncpg.Connection, owner_url: str) -> None:
    greeted: asyncio.Queue[Greet] = asyncio.Queue()
    async with working(owner_url, greeted.put) as (_, log):
        await enqueue(owner, "greet", [payload('"whom":"Ada"')])
        async with asyncio.timeout(PATIENCE_S):
            assert await greeted.get() == Greet(WorkspaceId(UUID(int=5)), "Ada")
        await until(owner, "SELECT count(*) = 0 FROM pgqueuer")
    assert log.said("job.finished")


async def test_a_job_that_fails_is_tried_again(owner: asyncpg.Connection, owner_url: str) -> None:
    attempts: list[str] = []

    async def fail_twice(job: Greet) -> None:
        attempts.append(job.whom)
        if len(attempts) < 3:
            raise ConnectionError

    async with working(owner_url, fail_twice) as (_, log):
        await enqueue(owner, "greet", [payload('"whom":"Ada"')])
        await until(owner, "SELECT count(*) = 0 FROM pgqueuer")
    assert attempts == ["Ada"] * 3
    assert [fields["retry_in_s"] for _, event, fields in log.events if event == "job.failed"] == [0.05, 0.1]


async def test_after_the_last_attempt_the_reason_is_told(owner: asyncpg.Connection, owner_url: str) -> None:
    told: list[tuple[str, str]] = []

    async def fail(job: Greet) -> None:
        raise ConnectionError(f"no line to {job.whom}")

    async def gave_up(job: Greet, error: Exception) -> None:
        told.append((job.whom, str(error)))
        if len(told) == 1:
            raise TimeoutError  # telling can fail too, and is then done again

    async with working(owner_url, fail, gave_up, most_attempts=2, longest_delay_s=0.1) as (_, log):
        await enqueue(owner, "greet", [payload('"whom":"Ada"')])
        await until(owner, "SELECT count(*) = 0 FROM pgqueuer")
    assert told[0] == ("Ada", "no line to Ada")
    assert len(told) == 2
    assert log.said("job.given_up")


async def test_a_job_past_its_deadline_has_failed(owner: asyncpg.Connection, owner_url: str) -> None:
    told: asyncio.Queue[Exception] = asyncio.Queue()

    async def never_end(_: Greet) -> None:
        await asyncio.Event().wait()

    async def gave_up(_: Greet, error: Exception) -> None:
        await told.put(error)

    config = WorkerConfig(owner_url, "parley_platform", most_attempts=1, poll_s=0.2)
    worker = Worker(config, [JobHandler(Greet, never_end, gave_up, deadline_s=0.1)], RecordedLog())
    task = asyncio.create_task(worker.run())
    await enqueue(owner, "greet", [payload('"whom":"Ada"')])
    async with asyncio.timeout(PATIENCE_S):
        assert isinstance(await told.get(), TimeoutError)
        worker.stop()
        await task


async def test_no_more_jobs_run_at_once_than_allowed(owner: asyncpg.Connection, owner_url: str) -> None:
    running = most = 0

    async def note(_: Greet) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1

    async with working(owner_url, note, concurrency=4):
        await enqueue(owner, "greet", [payload(f'"whom":"{n}"') for n in range(20)])
        await until(owner, "SELECT count(*) = 0 FROM pgqueuer")
    assert most <= 4


async def test_jobs_of_one_kind_may_have_a_limit_of_their_own(
    owner: asyncpg.Connection, owner_url: str
) -> None:
    running = most = 0

    async def note(_: Greet) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1

    config = WorkerConfig(owner_url, "parley_platform", concurrency=4, poll_s=0.05)
    worker = Worker(config, [JobHandler(Greet, note, at_once=1)], RecordedLog())
    await enqueue(owner, "greet", [payload(f'"whom":"{n}"') for n in range(5)])
    task = asyncio.create_task(worker.run())
    await until(owner, "SELECT count(*) = 0 FROM pgqueuer")
    worker.stop()
    await task
    assert most == 1


async def test_a_worker_that_stops_hands_back_what_it_cannot_end(
    owner: asyncpg.Connection, owner_url: str
) -> None:
    begun = asyncio.Event()
    done: list[str] = []

    async def never_end(_: Greet) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with working(owner_url, never_end, grace_s=0.1) as (_, log):
        await enqueue(owner, "greet", [payload('"whom":"Ada"')])
        async with asyncio.timeout(PATIENCE_S):
            await begun.wait()
    assert log.said("job.handed_back")
    assert await owner.fetchval("SELECT status::text FROM pgqueuer") == "queued"

    async def end(job: Greet) -> None:
        done.append(job.whom)

    async with working(owner_url, end):
        await until(owner, "SELECT count(*) = 0 FROM pgqueuer")
    assert done == ["Ada"]


async def test_a_worker_survives_the_loss_of_its_connection(
    owner: asyncpg.Connection, owner_url: str
) -> None:
    greeted: asyncio.Queue[Greet] = asyncio.Queue()
    async with working(owner_url, greeted.put) as (_, log):
        await enqueue(owner, "greet", [payload('"whom":"Ada"')])
        async with asyncio.timeout(PATIENCE_S):
            await greeted.get()
        await until(owner, "SELECT count(*) = 0 FROM pgqueuer")
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley_worker'"
            " AND datname = current_database()"
        )
        await enqueue(owner, "greet", [payload('"whom":"Bob"')])
        async with asyncio.timeout(PATIENCE_S):
            assert (await greeted.get()).whom == "Bob"
        await until(owner, "SELECT count(*) = 0 FROM pgqueuer")
    assert log.said("worker.disconnected")


async def test_a_job_that_ends_its_worker_each_time_is_given_up(
    owner: asyncpg.Connection, owner_url: str
) -> None:
    told: list[str] = []
    runs: list[str] = []

    async def run(job: Greet) -> None:
        runs.append(job.whom)

    async def gave_up(_: Greet, error: Exception) -> None:
        told.append(str(error))

    await enqueue(owner, "greet", [payload('"whom":"Ada"')])
    # What three workers leave behind that were killed while they ran it.
    await owner.execute(
        "UPDATE pgqueuer SET status = 'picked', created = now() - interval '1 hour',"
        " heartbeat = now() - interval '1 hour', queue_manager_id = gen_random_uuid()"
    )
    await owner.execute(
        "INSERT INTO pgqueuer_log (job_id, status, priority, entrypoint)"
        " SELECT id, 'picked', 0, 'greet' FROM pgqueuer, generate_series(1, 3)"
    )
    async with working(owner_url, run, gave_up, most_attempts=3):
        await until(owner, "SELECT count(*) = 0 FROM pgqueuer")
    assert runs == []
    assert "ended 3 times" in told[0]


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
async def test_when_a_worker_ends_midway_the_others_do_its_jobs(
    owner: asyncpg.Connection, owner_url: str, ending: signal.Signals
) -> None:
    await owner.execute(
        "CREATE TABLE begun (number int, worker int); CREATE TABLE done (number int PRIMARY KEY, worker int)"
    )
    await owner.execute("GRANT SELECT, INSERT ON begun, done TO parley_platform")
    await enqueue(owner, "count", [payload(f'"number":{number}') for number in range(150)])
    workers = [await start_worker(owner_url) for _ in range(2)]
    try:
        first = workers[0]
        await until(owner, f"SELECT count(*) >= 20 FROM done WHERE worker = {first.pid}")
        first.send_signal(ending)
        await until(owner, "SELECT count(*) = 0 FROM pgqueuer")
        assert await owner.fetchval("SELECT count(*) FROM done") == 150
        # Only what the first had in hand, or had done but not yet signed off, is begun a second time.
        assert await owner.fetchval("SELECT count(*) - 150 FROM begun") <= 2 * CONCURRENCY
        await first.wait()
    finally:
        for worker in workers:
            if worker.returncode is None:
                worker.terminate()
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(worker.wait() for worker in workers))


async def start_worker(url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("worker_process.py")),
        url.replace("+asyncpg", ""),
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
