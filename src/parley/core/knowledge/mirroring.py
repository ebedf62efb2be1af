"""Brings the vector store beside the database up to date, from the notes that every change leaves."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from parley.core.kernel.errors import ParleyError
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transactions
from parley.core.knowledge.mirrors import Batch, Claim, MirrorBook, MirrorState
from parley.core.knowledge.ports import VectorMirror


@dataclass(frozen=True, slots=True)
class MirrorLimits:
    pause_s: float = 1.0
    """Between two looks when there was nothing to do."""
    lease_s: float = 120.0
    """Longer than one batch may take: two at one workspace could leave old vectors in its mirror."""
    workspaces_at_once: int = 4
    enrolled_at_once: int = 500
    vectors_at_once: int = 500
    batches_in_turn: int = 20
    """Then the other workspaces have theirs."""
    first_delay_s: float = 2.0
    """After a failure; doubles with each further one, up to `longest_delay_s`."""
    longest_delay_s: float = 300.0


class KeepMirror:
    """One per worker process; any number may run, each workspace is served by one at a time.

    What is sent is struck out afterwards: a process that dies in between leaves it to be sent again.
    """

    def __init__(
        self,
        transactions: Transactions,
        book: MirrorBook,
        mirror: VectorMirror,
        store: str,
        log: Log,
        limits: MirrorLimits = MirrorLimits(),
    ) -> None:
        self._transactions = transactions
        self._book = book
        self._mirror = mirror
        self._store = store
        self._log = log
        self._limits = limits

    async def run(self) -> None:
        """Until cancelled. What was begun then is taken up by whoever comes after its lease."""
        while True:
            busy = False
            try:
                busy = await self.step()
            except* ParleyError as failed:
                self._log.warning("mirror.interrupted", errors=[str(error) for error in failed.exceptions])
            if not busy:
                await asyncio.sleep(self._limits.pause_s)

    async def step(self) -> bool:
        """Serves each of some workspaces for a while; tells whether there was anything to do."""
        async with self._transactions.begin_platform() as tx:
            enrolled = await self._book.enrol(tx, self._store, self._limits.enrolled_at_once)
        async with self._transactions.begin_platform() as tx:
            claims = await self._book.claim(
                tx, self._store, self._limits.workspaces_at_once, self._limits.lease_s
            )
        async with asyncio.TaskGroup() as tasks:
            for claim in claims:
                tasks.create_task(self._serve(claim))
        return bool(enrolled or claims)

    async def _serve(self, claim: Claim) -> None:
        try:
            await self._bring_further(claim)
        except ParleyError as error:
            delay_s = min(self._limits.first_delay_s * 2**claim.failures, self._limits.longest_delay_s)
            self._log.warning(
                "mirror.postponed",
                workspace_id=str(claim.workspace_id),
                code=error.code,
                detail=error.detail,
                again_in_s=delay_s,
            )
            async with self._transactions.begin_platform(claim.workspace_id) as tx:
                await self._book.release(tx, failure=str(error), again_in_s=delay_s)

    async def _bring_further(self, claim: Claim) -> None:
        workspace_id = claim.workspace_id
        if claim.state is MirrorState.LEAVING:
            await self._mirror.remove_workspace(workspace_id)
            async with self._transactions.begin_platform(workspace_id) as tx:
                await self._book.forget(tx)
            return
        if claim.state is MirrorState.ENTERING:
            # Nothing that an earlier time left there may stay.
            await self._mirror.remove_workspace(workspace_id)
            async with self._transactions.begin_platform(workspace_id) as tx:
                await self._book.note_all(tx)
        await self._drain(workspace_id)
        async with self._transactions.begin_platform(workspace_id) as tx:
            await self._book.release(tx)

    async def _drain(self, workspace_id: WorkspaceId) -> None:
        """Sends what is noted, some batches of it."""
        hidden_s = self._mirror.visible_after_s
        hidden: list[int] = []
        after = 0
        for _ in range(self._limits.batches_in_turn):
            async with self._transactions.begin_platform(workspace_id) as tx:
                batch = await self._book.batch(tx, after, self._limits.vectors_at_once)
            await self._send(workspace_id, batch)
            after = max(batch.seqs, default=after)
            hidden += batch.seqs if hidden_s else ()
            await self._settle(workspace_id, () if hidden_s else batch.seqs)
            if len(batch.seqs) < self._limits.vectors_at_once:
                break
        if hidden:
            # Searches take it from the database until the store shows it.
            await asyncio.sleep(hidden_s)
            await self._settle(workspace_id, hidden)

    async def _send(self, workspace_id: WorkspaceId, batch: Batch) -> None:
        for model, keys in batch.removed.items():
            await self._mirror.remove(workspace_id, model, keys)
        for model, vectors in batch.changed.items():
            await self._mirror.put(workspace_id, model, vectors)

    async def _settle(self, workspace_id: WorkspaceId, seqs: Sequence[int]) -> None:
        async with self._transactions.begin_platform(workspace_id) as tx:
            await self._book.settle(tx, seqs, self._limits.lease_s)
