"""Enqueues jobs with PgQueuer, on the connection and in the transaction of the caller."""

from hashlib import sha256
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

from parley.core.kernel.jobs import Job
from parley.core.kernel.transactions import Transaction

TABLES = DBSettings.model_construct()
"""PgQueuer's own names, which our migration uses; made by validation, they would obey the environment."""


class _OnPostgres(Protocol):
    """What the database adapter's transactions are, besides core's Transaction."""

    @property
    def connection(self) -> asyncpg.Connection: ...


class PgQueuerJobs:
    """Implements `JobQueue`."""

    async def enqueue(self, tx: Transaction, job: Job) -> None:
        await _queries_in(tx, job).enqueue(job.name, msgspec.json.encode(job))

    async def enqueue_once(self, tx: Transaction, job: Job) -> None:
        payload = msgspec.json.encode(job)
        # As a digest: who serves requests may read the keys of every workspace's jobs.
        key = f"{job.name}:{sha256(payload).hexdigest()}"
        await _queries_in(tx, job).enqueue(job.name, payload, dedupe_key=key, on_conflict="skip")


def _queries_in(tx: Transaction, job: Job) -> Queries:
    connection = cast(_OnPostgres, tx).connection
    if not connection.is_in_transaction():
        raise RuntimeError(f"{job.name} would be enqueued outside of the caller's transaction.")
    return queries_on(connection)


def queries_on(connection: asyncpg.Connection) -> Queries:
    """PgQueuer's statements on one connection."""
    return Queries(
        AsyncpgDriver(connection),
        QueryBuilderEnvironment(TABLES),
        QueryQueueBuilder(TABLES),
        QuerySchedulerBuilder(TABLES),
    )
