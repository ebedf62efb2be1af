"""Reads documents under leases: takes them fairly, keeps the leases alive, lets go of what is not wanted."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from parley.core.ingestion.ingest import IngestDocument
from parley.core.ingestion.lifecycle import Claim, ClaimLost, ReadingEndsItsWorker, Report
from parley.core.ingestion.ports import ClaimRequest, ReadingQueue, Wake, WakeUps
from parley.core.ingestion.progress import Progress
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.model import DocumentId

_MOST_REMEMBERED = 1_000
"""Workspaces that were served lately."""


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    at_once: int = 2
    """Documents; one more for a workspace of which nothing is being read."""
    lease_s: float = 20.0
    """A document whose reader died is taken over this long after its last heartbeat."""
    heartbeat_s: float = 5.0
    report_s: float = 1.0
    """How often it is stored how far readings are."""
    poll_s: float = 5.0
    """How late a reading may begin whose wake-up call was lost."""
    look_s: float = 0.25
    """Between two looks for documents of other workspaces while every place is taken."""
    deadline_s: float = 3_600.0
    """For one attempt."""
    most_attempts: int = 8
    first_delay_s: float = 2.0
    """Before the second attempt; doubles with each further one, up to `longest_delay_s`."""
    longest_delay_s: float = 300.0
    grace_s: float = 10.0
    """For readings to end when the process stops; then they are handed back."""
    reconnect_s: float = 1.0


@dataclass(slots=True)
class _Running:
    claim: Claim
    progress: Progress = field(default_factory=Progress)
    task: asyncio.Task[None] | None = None
    begun: bool = False
    lost: bool = False
    """Somebody else has it, or nobody wants it read any more."""
    reported: Report | None = None
    renewed_at: float = field(default_factory=time.monotonic)


class IngestionRunner:
    """`run()` must be running for documents to be read; each reading is a task that it owns."""

    def __init__(
        self,
        transactions: Transactions,
        queue: ReadingQueue,
        ingest: IngestDocument,
        wake_ups: WakeUps,
        log: Log,
        limits: ReadingLimits,
    ) -> None:
        self.id: UUID = uuid4()
        self._transactions = transactions
        self._queue = queue
        self._ingest = ingest
        self._wake_ups = wake_ups
        self._log = log
        self._limits = limits
        self._running: dict[DocumentId, _Running] = {}
        self._served: OrderedDict[WorkspaceId, None] = OrderedDict()
        self._look = asyncio.Event()
        self._check = asyncio.Event()
        self._stopping = asyncio.Event()
        self._looks_next = 0.0

    async def run(self) -> None:
        """Until `stop()`; then readings may end within the grace period, and the rest is handed back."""
        async with asyncio.TaskGroup() as tasks:
            loops = [
                tasks.create_task(self._hear_forever()),
                tasks.create_task(self._claim_forever(tasks)),
                tasks.create_task(self._renew_forever()),
            ]
            await self._stopping.wait()
            loops[1].cancel()
            await asyncio.wait({loops[1]})
            await self._end_readings()
            for each in loops:
                each.cancel()

    def stop(self) -> None:
        self._stopping.set()

    async def _end_readings(self) -> None:
        running = {each.task for each in self._running.values() if each.task is not None}
        if running:
            _, slow = await asyncio.wait(running, timeout=self._limits.grace_s)
            for each in list(self._running.values()):
                _let_go(each)
            if slow:
                await asyncio.wait(slow)
        with self._logged("documents.hand_back_failed"):
            async with self._transactions.begin_platform() as tx:
                await self._queue.release(tx, self.id)

    async def _hear_forever(self) -> None:
        while True:
            with self._logged("documents.wake_ups_lost"):
                async with aclosing(self._wake_ups.listen()) as heard:
                    async for wake in heard:
                        (self._look if wake is Wake.WAITING else self._check).set()
            await asyncio.sleep(self._limits.reconnect_s)

    async def _claim_forever(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            self._look.clear()
            while await self._claim(tasks):
                pass
            await _set_within(self._look, self._limits.poll_s)

    async def _claim(self, tasks: asyncio.TaskGroup) -> bool:
        """Whether there may be more to take at once."""
        free = self._limits.at_once - len(self._running)
        if free < 0 or (free == 0 and self._looked_just_now()):
            return False
        request = ClaimRequest(
            owner=self.id,
            held=tuple(self._running),
            busy=tuple(each.claim.document.workspace_id for each in self._running.values()),
            served=tuple(self._served),
            lease_s=self._limits.lease_s,
            most=free,
            spare=1,
        )
        claims: tuple[Claim, ...] = ()
        with self._logged("documents.claim_failed"):
            async with self._transactions.begin_platform() as tx:
                claims = await self._queue.claim(tx, request)
        for claim in claims:
            self._begin(tasks, claim)
        return 0 < len(claims) < free

    def _looked_just_now(self) -> bool:
        """Every upload wakes the runner: while it has no place free, it looks for others' documents only
        so often."""
        now = time.monotonic()
        if now < self._looks_next:
            asyncio.get_running_loop().call_later(self._looks_next - now, self._look.set)
            return True
        self._looks_next = now + self._limits.look_s
        return False

    def _begin(self, tasks: asyncio.TaskGroup, claim: Claim) -> None:
        workspace_id = claim.document.workspace_id
        self._served[workspace_id] = None
        self._served.move_to_end(workspace_id)
        if len(self._served) > _MOST_REMEMBERED:
            self._served.popitem(last=False)
        running = self._running[claim.document.id] = _Running(claim)
        running.task = tasks.create_task(self._drive(running))

    async def _drive(self, running: _Running) -> None:
        claim = running.claim
        fields = {"document_id": str(claim.document.id), "attempt": claim.attempt}
        running.begun = True
        started = time.monotonic()
        try:
            if running.lost:
                return
            if claim.attempt > self._limits.most_attempts:
                raise ReadingEndsItsWorker(claim.document.name, claim.attempt - 1)
            async with asyncio.timeout(self._limits.deadline_s):
                await self._ingest(claim, running.progress)
            took_s = round(time.monotonic() - started, 3)
            self._log.info("document.read", duration_s=took_s, **fields)
        except ClaimLost:
            self._log.info("document.let_go", **fields)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not running.lost or task is None:
                raise
            task.uncancel()
            self._log.info("document.let_go", **fields)
        except Exception as error:  # noqa: BLE001 - the edge of every job
            await self._failed(claim, error, fields)
        finally:
            del self._running[claim.document.id]
            self._look.set()

    async def _failed(self, claim: Claim, error: Exception, fields: dict[str, object]) -> None:
        """What cannot be stored now is not: the document is taken again when its lease has run out."""
        with self._logged("document.failure_not_stored"):
            try:
                if claim.attempt >= self._limits.most_attempts:
                    self._log.exception("document.given_up", error=type(error).__name__, **fields)
                    await self._ingest.fail(claim, error)
                    return
                delay_s = min(
                    self._limits.first_delay_s * 2 ** (claim.attempt - 1), self._limits.longest_delay_s
                )
                self._log.warning(
                    "document.put_off", error=type(error).__name__, retry_in_s=delay_s, **fields
                )
                await self._ingest.put_off(claim, error, delay_s=delay_s)
            except ClaimLost:
                self._log.info("document.let_go", **fields)

    async def _renew_forever(self) -> None:
        while True:
            now_due = await _set_within(self._check, self._limits.report_s)
            self._check.clear()
            reports = list(self._reports(all_of_them=now_due))
            if reports:
                await self._renew(reports)

    def _reports(self, *, all_of_them: bool) -> Iterator[Report]:
        """Of the readings that have come on, and of those whose lease is to be renewed."""
        now = time.monotonic()
        for running in self._running.values():
            report = running.progress.report(running.claim)
            come_on = report.chunks_done if running.reported is None else report != running.reported
            if all_of_them or come_on or now - running.renewed_at >= self._limits.heartbeat_s:
                running.reported, running.renewed_at = report, now
                yield report

    async def _renew(self, reports: list[Report]) -> None:
        with self._logged("documents.renew_failed"):
            async with self._transactions.begin_platform() as tx:
                kept = await self._queue.renew(tx, self.id, reports, self._limits.lease_s)
            for report in reports:
                running = self._running.get(report.document_id)
                if running and report.document_id not in kept and running.claim.epoch == report.epoch:
                    _let_go(running)

    @contextmanager
    def _logged(self, event: str) -> Iterator[None]:
        """An outage is logged; what was to be done is done at the next occasion."""
        try:
            yield
        except ParleyError as error:
            self._log.warning(event, code=error.code, detail=error.detail)


def _let_go(running: _Running) -> None:
    """Ends the reading, and with it the process that parses the file."""
    if running.lost:
        return
    running.lost = True
    if running.begun and running.task is not None:
        running.task.cancel()


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    """Waits for the event, for so long at most; tells whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
