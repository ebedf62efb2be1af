"""The audit record in PostgreSQL; the serving roles may only append to it and read it."""

from sqlalchemy import insert

from parley.adapters.database.connection import execute
from parley.adapters.database.tables import audit_log
from parley.core.audit.model import AuditEntry
from parley.core.kernel.transactions import Transaction


class PostgresAuditLog:
    async def append(self, tx: Transaction, entry: AuditEntry) -> None:
        await execute(
            tx,
            insert(audit_log).values(
                id=entry.id,
                at=entry.at,
                workspace_id=entry.workspace_id,
                actor_id=entry.actor_id,
                action=entry.action,
                subject_id=entry.subject_id,
                detail=entry.detail,
            ),
        )
