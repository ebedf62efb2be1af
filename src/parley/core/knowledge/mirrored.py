"""Searches by vectors in a store beside the database, and in the database what that store does not know."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Scope, Transactions
from parley.core.knowledge.mirrors import MirrorBacklog, Unsent
from parley.core.knowledge.model import ScoredChunk, VectorQuery, VectorStoreUnavailable, WrongDimension
from parley.core.knowledge.ports import VectorMirror, VectorSearch

MOST_UNSENT = 2_000
"""A mirror further behind is not asked: then most of the work would be the database's all the same."""
INSTEAD_AT_ONCE = 4
"""Searches that the database takes over from a mirror that fails; it may have been chosen for its relief."""
MIRROR_TIMEOUT_S = 4.0
"""Leaves the database time to answer in its place."""
SHUT_S = 10.0
"""For how long a mirror that failed is not asked again: each search would wait for it in vain."""


class MirroredVectors:
    """Implements `VectorSearch`: what is in the database is found, whatever the mirror knows of it."""

    def __init__(
        self,
        transactions: Transactions,
        backlog: MirrorBacklog,
        mirror: VectorMirror,
        database: VectorSearch,
        store: str,
        telemetry: tuple[Log, Callable[[], float]],
    ) -> None:
        """`telemetry` is the log, and a clock of seconds that never goes back."""
        self._transactions = transactions
        self._backlog = backlog
        self._mirror = mirror
        self._database = database
        self._store = store
        self._log, self._seconds = telemetry
        self._shut_until = float("-inf")
        self._instead = asyncio.Semaphore(INSTEAD_AT_ONCE)

    async def nearest(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        async with self._transactions.begin(scope) as tx:
            unsent = await self._backlog.unsent(tx, self._store, query, MOST_UNSENT)
        if unsent is None:
            return await self._database.nearest(scope, query)
        if self._seconds() < self._shut_until:
            return await self._without_mirror(scope, query)
        # What it still shows of the unsent takes the place of others.
        wider = replace(query, limit=query.limit + min(len(unsent.chunk_keys), query.limit))
        try:
            async with asyncio.timeout(MIRROR_TIMEOUT_S):
                mirrored = await self._mirror.nearest(scope, wider)
        except (VectorStoreUnavailable, WrongDimension, TimeoutError) as error:
            self._shut_until = self._seconds() + SHUT_S
            self._log.warning("mirror.failed", error=type(error).__name__, detail=str(error))
            return await self._without_mirror(scope, query)
        return _merged(mirrored, unsent, query.limit)

    async def _without_mirror(self, scope: Scope, query: VectorQuery) -> tuple[ScoredChunk, ...]:
        if self._instead.locked():
            raise VectorStoreUnavailable(
                "The vector store does not answer, and the database has enough to do in its place.",
                hint="Try again in a moment.",
            )
        async with self._instead:
            return await self._database.nearest(scope, query)


def _merged(mirrored: tuple[ScoredChunk, ...], unsent: Unsent, limit: int) -> tuple[ScoredChunk, ...]:
    known = [found for found in mirrored if found.chunk_key not in unsent.chunk_keys]
    both = sorted((*known, *unsent.nearest), key=lambda found: (-found.score, found.chunk_key))
    return tuple(both[:limit])
