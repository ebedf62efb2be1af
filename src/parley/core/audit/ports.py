"""What the audit record needs."""

from typing import Protocol

from parley.core.audit.model import AuditEntry
from parley.core.kernel.transactions import Transaction


class AuditLog(Protocol):
    async def append(self, tx: Transaction, entry: AuditEntry) -> None:
        """Stored in the caller's transaction: an act and its record commit together."""
        ...
