"""Removes stored files that no document refers to: what is left when a server is killed during an upload."""

from datetime import timedelta

from parley.core.ingestion.ports import FileStore, StoredKeys
from parley.core.kernel.clock import Clock
from parley.core.kernel.transactions import Transactions

ORPHAN_AFTER = timedelta(days=1)
"""No upload takes so long; a younger file may be about to become a document's."""


class SweepFiles:
    def __init__(self, transactions: Transactions, files: FileStore, keys: StoredKeys, clock: Clock) -> None:
        self._transactions = transactions
        self._files = files
        self._keys = keys
        self._clock = clock

    async def __call__(self) -> int:
        """How many were removed. May run at several places at once."""
        removed = 0
        async for keys in self._files.stored_before(self._clock.now() - ORPHAN_AFTER):
            async with self._transactions.begin_platform() as tx:
                orphans = await self._keys.unreferenced(tx, keys)
            for key in orphans:
                await self._files.remove(key)
            removed += len(orphans)
        return removed
