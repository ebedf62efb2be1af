"""Enqueues jobs with PgQueuer, on the connection and in the transaction of the caller."""

from typing import Protocol, cast

import asyncpg
import msgspec
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.settings import DBSettings
from sqlalchemy.ext.asyncio import AsyncConnection

from parley.core.kernel.jobs import Job
from parley.core.kernel.transactions import Transaction

TABLES = DBSettings.model_construct()
"""PgQueuer's own names, which our migration uses; made by validation, they would obey the environment."""


class _OnPostgres(Protocol):
    """What the database adapter's transactions are, besides core's Transaction."""

    @property
    def connection(self) -> AsyncConnection: ...


class PgQueuerJobs:
    """Implements `JobQueue`."""

    async def enqueue(self, tx: Transaction, job: Job) -> None:
        pooled = await cast(_OnPostgres, tx).connection.get_raw_connection()
        connection = cast(asyncpg.Connection, pooled.driver_connection)
        if not connection.is_in_transaction():
            raise RuntimeError(f"{job.name} would be enqueued outside of the caller's transaction.")
        await queries_on(connection).enqueue(job.name, msgspec.json.encode(job))


def queries_on(connection: asyncpg.Connection) -> Queries:
    """PgQueuer's statements on one connection."""
    return Queries(
        AsyncpgDriver(connection),
        QueryBuilderEnvironment(TABLES),
        QueryQueueBuilder(TABLES),
        QuerySchedulerBuilder(TABLES),
    )
