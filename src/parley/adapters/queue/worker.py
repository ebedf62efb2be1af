"""Runs jobs: a few at a time, again when they fail, and those of a worker that died."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.domain.models import Job as PickedJob
from pgqueuer.domain.types import Channel

from parley.adapters.queue.pgqueuer import TABLES, queries_on
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.jobs import Job
from parley.core.kernel.telemetry import Log

_PRUNE_EVERY_S = 3_600.0
_COUNT_PICKS = "SELECT count(*) AS picks FROM pgqueuer_log WHERE job_id = $1 AND status = 'picked'"
_PRUNE = "DELETE FROM pgqueuer_log WHERE created < now() - $1::interval"
_CONNECTION_FAULTS = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    FailingListenerError,
)


@dataclass(frozen=True, slots=True)
class JobHandler:
    """How jobs of one type are run; `run` and `gave_up` take a value of `job`."""

    job: type[Job]
    run: Callable[[Any], Awaitable[None]]
    gave_up: Callable[[Any, Exception], Awaitable[None]] | None = None
    """Told the last error when the job will not be tried again."""
    deadline_s: float = 3_600.0
    """For one attempt."""
    at_once: int = 0
    """How many may run on all workers together; 0: as many as they have places for."""


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    url: str
    """A PostgreSQL URL; SQLAlchemy's `postgresql+asyncpg://` is understood too."""
    role: str
    """Taken on after connecting, unless the URL's user is it already."""
    concurrency: int = 4
    most_attempts: int = 8
    first_delay_s: float = 2.0
    """Before the second attempt; doubles with each further one, up to `longest_delay_s`."""
    longest_delay_s: float = 300.0
    dead_after_s: float = 30.0
    """Without a sign of life for so long, a worker's jobs are taken over by others."""
    grace_s: float = 10.0
    """For running jobs to end when the worker stops; then they are handed back."""
    poll_s: float = 5.0
    """How late a job may start whose wake-up call was lost."""
    keep_log_days: int = 7

    def __post_init__(self) -> None:
        if self.concurrency < 2:
            raise ValueError(f"A worker runs at least 2 jobs at a time, not {self.concurrency}.")


class JobEndsItsWorker(ParleyError):
    """The process died each time it ran this job."""

    code = "job_ends_its_worker"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, job: Job, attempts: int) -> None:
        super().__init__(
            f"The server's worker process ended {attempts} times while it did this ({job.name}).",
            hint="The administrator should look whether the machine runs out of memory.",
        )


class Worker:
    """One per process. `run()` works until `stop()`, and through losses of the database connection."""

    def __init__(self, config: WorkerConfig, handlers: Iterable[JobHandler], log: Log) -> None:
        self._config = config
        self._handlers = tuple(handlers)
        self._log = log
        self._stopping = asyncio.Event()
        self._manager: QueueManager | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Returns once it was stopped and every job has ended or was handed back."""
        while not self._stopping.is_set():
            try:
                await self._work_on_one_connection()
            except _CONNECTION_FAULTS as error:
                self._log.warning("worker.disconnected", error=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), timeout=self._config.first_delay_s)

    def stop(self) -> None:
        """Takes no further job; those that still run after the grace period are handed back."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        if self._manager:
            self._manager.shutdown.set()
        asyncio.get_running_loop().call_later(self._config.grace_s, self._hand_back)

    async def _work_on_one_connection(self) -> None:
        connection = await self._connect()
        connection.add_termination_listener(lambda _: self._hand_back())
        queries = queries_on(connection)
        manager = self._manager = QueueManager(queries, channel=Channel(TABLES.channel))
        for handler in self._handlers:
            manager.entrypoint(handler.job.name, concurrency_limit=handler.at_once)(
                self._entrypoint(handler, queries)
            )
        pruning = asyncio.create_task(self._prune(queries))
        try:
            if not self._stopping.is_set():
                await manager.run(
                    dequeue_timeout=timedelta(seconds=self._config.poll_s),
                    batch_size=self._config.concurrency // 2,
                    max_concurrent_tasks=self._config.concurrency,
                    heartbeat_timeout=timedelta(seconds=self._config.dead_after_s),
                    shutdown_on_listener_failure=True,
                    log_aggregation_interval=timedelta(0),  # nobody reads its statistics
                )
        finally:
            pruning.cancel()
            await asyncio.gather(pruning, return_exceptions=True)
            connection.terminate()

    async def _connect(self) -> asyncpg.Connection:
        settings = {"application_name": "parley_worker", "role": self._config.role, "jit": "off"}
        url = self._config.url.replace("+asyncpg", "", 1)
        return await asyncpg.connect(url, server_settings=settings, timeout=10, command_timeout=30)

    def _entrypoint(self, handler: JobHandler, queries: Queries) -> Callable[[PickedJob], Awaitable[None]]:
        async def entrypoint(picked: PickedJob) -> None:
            await self._attempt(handler, picked, attempt=await self._attempts(picked, queries))

        return entrypoint

    async def _attempts(self, picked: PickedJob, queries: Queries) -> int:
        """How often the job was begun, with this time; PgQueuer does not count those whose worker died."""
        if picked.updated - picked.created < timedelta(seconds=self._config.dead_after_s):
            return picked.attempts + 1  # too young for any worker to be taken for dead
        rows = await queries.driver.fetch(_COUNT_PICKS, picked.id)
        return int(str(rows[0]["picks"]))

    async def _attempt(self, handler: JobHandler, picked: PickedJob, *, attempt: int) -> None:
        """Raises RetryRequested for the job to be tried again."""
        if self._stopping.is_set():
            raise RetryRequested(reason="handed back")
        job = msgspec.json.decode(picked.payload or b"", type=handler.job)
        fields = {"job": job.name, "job_id": picked.id, "attempt": attempt}
        started = time.monotonic()
        try:
            if attempt > self._config.most_attempts:
                raise JobEndsItsWorker(job, attempt - 1)
            await self._run_until_handed_back(handler, job)
        except RetryRequested:
            self._log.info("job.handed_back", **fields)
            raise
        except Exception as error:  # noqa: BLE001 - the edge of every job
            await self._failed(handler, job, error, fields)
        else:
            self._log.info("job.finished", duration_s=round(time.monotonic() - started, 3), **fields)

    async def _run_until_handed_back(self, handler: JobHandler, job: Job) -> None:
        async def run() -> None:
            async with asyncio.timeout(handler.deadline_s):
                await handler.run(job)

        # A task of its own, so that cancelling it is not mistaken for the end of the worker.
        task = asyncio.create_task(run())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current and current.cancelling():
                raise
            raise RetryRequested(reason="handed back") from None

    async def _failed(
        self, handler: JobHandler, job: Job, error: Exception, fields: dict[str, object]
    ) -> None:
        attempt = int(str(fields["attempt"]))
        if attempt < self._config.most_attempts:
            delay_s = min(self._config.first_delay_s * 2 ** (attempt - 1), self._config.longest_delay_s)
            self._log.warning("job.failed", error=type(error).__name__, retry_in_s=delay_s, **fields)
            raise RetryRequested(timedelta(seconds=delay_s), type(error).__name__) from None
        self._log.exception("job.given_up", error=type(error).__name__, **fields)
        if handler.gave_up:
            await self._tell(handler.gave_up, job, error)

    async def _tell(
        self, gave_up: Callable[[Any, Exception], Awaitable[None]], job: Job, error: Exception
    ) -> None:
        """Until it succeeds: whoever waits for the job must learn that it will not come."""
        try:
            await gave_up(job, error)
        except Exception as fault:  # noqa: BLE001 - the edge of every job
            self._log.exception("job.giving_up_failed", job=job.name, error=type(fault).__name__)
            delay = timedelta(seconds=self._config.longest_delay_s)
            raise RetryRequested(delay, type(fault).__name__) from None

    async def _prune(self, queries: Queries) -> None:
        """PgQueuer's log grows by two rows a job; attempts are counted in it, so it is kept for a while."""
        while True:
            await queries.driver.execute(_PRUNE, timedelta(days=self._config.keep_log_days))
            await asyncio.sleep(_PRUNE_EVERY_S)

    def _hand_back(self) -> None:
        for task in self._running:
            task.cancel()
