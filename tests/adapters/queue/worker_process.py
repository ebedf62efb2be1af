"""A worker in a process of its own, for tests that kill it: `worker_process.py URL`.

Each job is noted when it begins, and once when it is done, however often it runs.
"""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from typing import ClassVar

import asyncpg

from parley.adapters.queue.worker import JobHandler, Worker, WorkerConfig
from parley.core.kernel.jobs import Job
from parley.testing.logs import RecordedLog


@dataclass(frozen=True, slots=True)
class Count(Job):
    """Sleeps a little, then notes its number."""

    name: ClassVar[str] = "count"

    number: int


async def main(url: str) -> None:
    connection = await asyncpg.connect(url)
    lock = asyncio.Lock()

    async def execute(statement: str, number: int) -> None:
        async with lock:
            await connection.execute(statement, number, os.getpid())

    async def run(job: Count) -> None:
        await execute("INSERT INTO begun (number, worker) VALUES ($1, $2)", job.number)
        await asyncio.sleep(0.05)
        await execute("INSERT INTO done (number, worker) VALUES ($1, $2) ON CONFLICT DO NOTHING", job.number)

    config = WorkerConfig(url, "parley_platform", concurrency=8, dead_after_s=1.5, poll_s=0.2, grace_s=0.0)
    worker = Worker(config, [JobHandler(Count, run)], RecordedLog())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
    await worker.run()
    await connection.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
