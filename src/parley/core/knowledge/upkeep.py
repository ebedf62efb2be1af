"""Keeps the index of passages fast: finds what grew or changed and asks workers to tend it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.jobs import Job, JobQueue
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import CollectionId

LOOK_EVERY_S = 15.0


@dataclass(frozen=True, slots=True)
class MergePostings(Job):
    """Take what is gone out of a collection's postings, and merge what came one by one."""

    name: ClassVar[str] = "merge_postings"

    collection_id: CollectionId


@dataclass(frozen=True, slots=True)
class IndexVectors(Job):
    """Build the indexes over a workspace's vectors, or remove them, as the number of its chunks asks for."""

    name: ClassVar[str] = "index_vectors"


class IndexNeeds(Protocol):
    async def due(self, tx: Transaction) -> Sequence[Job]:
        """What the index of any workspace needs now, at most a hundred jobs at a time."""
        ...


class IndexUpkeep:
    """Looks every few seconds, in each worker; the queue holds each job once, whoever asks for it."""

    def __init__(
        self, transactions: Transactions, needs: Sequence[IndexNeeds], queue: JobQueue, log: Log
    ) -> None:
        self._transactions = transactions
        self._needs = needs
        self._queue = queue
        self._log = log

    async def run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except ParleyError as error:
                if error.kind is not ErrorKind.UNAVAILABLE:
                    raise
                self._log.warning("index.not_looked_after", detail=error.detail)

    async def look(self) -> None:
        """Raises DatabaseUnavailable."""
        async with self._transactions.begin_platform() as tx:
            for need in self._needs:
                for job in await need.due(tx):
                    await self._queue.enqueue_once(tx, job)
