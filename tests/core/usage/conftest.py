"""A workspace with a budget on a real database, and replicas that ask it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from parley.adapters.database.budgets import PostgresBudgets
from parley.adapters.database.connection import Database, DatabaseConfig
from parley.adapters.database.usage import PostgresUsage
from parley.adapters.database.workspaces import PostgresWorkspaces
from parley.adapters.telemetry.metrics import PrometheusMetrics
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.usage.guard import BudgetGuard
from parley.core.usage.model import (
    Amount,
    Budget,
    Holder,
    Limit,
    Payer,
    Period,
    Purpose,
    Standing,
    Tokens,
    Use,
)
from parley.core.workspaces.model import Workspace
from parley.testing.logs import RecordedLog

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


@dataclass
class MovedClock:
    """Stands still until a test moves it."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class Treasury:
    """A workspace, one of its users, and as many replicas as a test opens."""

    database: Database
    config: DatabaseConfig
    replicas: AsyncExitStack
    payer: Payer
    clock: MovedClock = field(default_factory=MovedClock)
    log: RecordedLog = field(default_factory=RecordedLog)
    metrics: PrometheusMetrics = field(default_factory=PrometheusMetrics)

    async def guard(self) -> BudgetGuard:
        """Of a replica with connections of its own."""
        database = Database(self.config)
        self.replicas.push_async_callback(database.close)
        return BudgetGuard(database, PostgresBudgets(), self.clock, self.log, self.metrics)

    def another_user(self) -> Payer:
        return replace(self.payer, user_id=UserId(uuid4()))

    async def allow(self, *limits: Limit) -> None:
        async with self.database.begin_platform(self.payer.workspace_id) as tx:
            await PostgresBudgets().put(tx, Budget(limits))

    async def standing(self, payer: Payer | None = None) -> Standing:
        """Of the first limit."""
        async with self.database.begin_platform(self.payer.workspace_id) as tx:
            found = await PostgresBudgets().standing(tx, (payer or self.payer).user_id, self.clock.at)
        return found[0]

    async def book(self, *uses: Use, payer: Payer | None = None) -> None:
        async with self.database.begin_platform(self.payer.workspace_id) as tx:
            await PostgresUsage().book(tx, payer or self.payer, uses, self.clock.at)


@pytest.fixture
async def treasury(database: Database, database_config: DatabaseConfig) -> AsyncIterator[Treasury]:
    workspace = Workspace(WorkspaceId(uuid4()), "Lab", NOON)
    async with database.begin_platform(workspace.id) as tx:
        await PostgresWorkspaces().add(tx, workspace)
    async with AsyncExitStack() as replicas:
        yield Treasury(database, database_config, replicas, Payer(workspace.id, UserId(uuid4())))


def use(cost_micros: int | None, tokens: int = 10, *, settled: bool = False) -> Use:
    return Use("openai:x", Purpose.ANSWER, Tokens(tokens, 0), cost_micros, estimated=False, settled=settled)


def daily(
    cost_micros: int | None = None, tokens: int | None = None, holder: Holder = Holder.WORKSPACE
) -> Limit:
    return Limit(holder, Period.DAY, cost_micros, tokens)


def cost(micros: int) -> Amount:
    return Amount(micros, 1)
