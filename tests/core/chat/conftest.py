"""A chat engine on a real database with a scripted model: what the tests of turns begin from."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from parley.adapters.database.bots import PostgresBots
from parley.adapters.database.branches import PostgresSummaries
from parley.adapters.database.budgets import PostgresBudgets
from parley.adapters.database.cached_answers import PostgresAnswerCache
from parley.adapters.database.citations import PostgresCitedDocuments
from parley.adapters.database.connection import Database, DatabaseConfig
from parley.adapters.database.conversations import PostgresConversations, PostgresMessages
from parley.adapters.database.identity import PostgresUsers
from parley.adapters.database.leases import PostgresLeases
from parley.adapters.database.signals import PostgresSignals
from parley.adapters.database.turn_rounds import PostgresTurnRounds
from parley.adapters.database.turns import PostgresTurns
from parley.adapters.database.workspaces import PostgresMemberships, PostgresWorkspaces
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.adapters.llm.prices import Prices
from parley.adapters.telemetry.metrics import PrometheusMetrics
from parley.core.bots.model import AgentType, Bot, BotConfiguration, BotId, BotVersion
from parley.core.chat.answer import Answerer, ToolUse
from parley.core.chat.approvals import Approvals
from parley.core.chat.asking import AnswerLimits
from parley.core.chat.cached import KeptAnswers
from parley.core.chat.calling import AgentLimits
from parley.core.chat.events import TurnEvent
from parley.core.chat.history import HistoryBudget, HistoryReader
from parley.core.chat.model import ChatCommand, Turn
from parley.core.chat.paying import PaidModels
from parley.core.chat.questions import QuestionReader
from parley.core.chat.rounds import RoundBook
from parley.core.chat.runner import RunnerLimits, TurnRunner, TurnStores
from parley.core.chat.service import Chat, ChatStores
from parley.core.chat.signals import TurnSignals
from parley.core.identity.model import Caller, User
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.knowledge.ports import Embedder
from parley.core.llm.ports import ChatModel
from parley.core.llm.routing import ModelRouter, RoutePolicy, SystemTimer
from parley.core.tools.ports import Tool
from parley.core.usage.guard import BudgetGuard
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, Membership, Role, Workspace, WorkspaceScope
from parley.testing.logs import RecordedLog
from parley.testing.models import ScriptedCatalogue
from parley.testing.toolbox import ScriptedToolbox
from tests.searching import search_over

DEADLINE_S = 20.0


@dataclass
class Engine:
    """One replica: a runner that runs, and the chat use cases in front of it."""

    chat: Chat
    approvals: Approvals
    runner: TurnRunner
    running: asyncio.Task[None]
    log: RecordedLog
    metrics: PrometheusMetrics

    async def stop(self) -> None:
        """As at a graceful shutdown."""
        self.running.cancel()
        await asyncio.wait({self.running}, timeout=DEADLINE_S)

    async def events(
        self, scope: WorkspaceScope, turn: Turn, *, after: int = 0, epoch: int | None = None
    ) -> list[TurnEvent]:
        """All of them, up to the terminal one."""
        async with asyncio.timeout(DEADLINE_S):
            return [
                event
                async for batch in self.chat.follow(scope, turn.id, after=after, epoch=epoch)
                for event in batch
            ]

    async def texts_seen(self, scope: WorkspaceScope, turn: Turn, count: int = 1) -> int:
        """Follows until so many texts were seen and leaves; gives the seq of the last."""
        async with asyncio.timeout(DEADLINE_S), aclosing(self.chat.follow(scope, turn.id)) as batches:
            async for batch in batches:
                for event in batch:
                    count -= event.type == "text.delta"
                    if count == 0:
                        return event.seq
        raise AssertionError("the turn ended with less text")


@dataclass
class World:
    """A workspace with its owner and a bot that uses no documents."""

    database: Database
    config: DatabaseConfig
    scope: WorkspaceScope
    bot: Bot
    engines: AsyncExitStack

    def command(self, text: str = "Why is the sky blue?") -> ChatCommand:
        return ChatCommand(self.bot.id, text)

    async def engine(
        self,
        *models: ChatModel,
        answers: AnswerLimits | None = None,
        route: RoutePolicy | None = None,
        runs: RunnerLimits | None = None,
        embedder: Embedder | None = None,
        tools: Sequence[Tool] = (),
        agents: AgentLimits | None = None,
    ) -> Engine:
        return await self.engines.enter_async_context(
            _engine(
                (self.database, self.config),
                ModelRouter(ScriptedCatalogue(*models), route or RoutePolicy(), SystemTimer()),
                answers or AnswerLimits(),
                runs or RunnerLimits(),
                embedder,
                ToolUse(ScriptedToolbox(*tools), _book(self.database), agents or AgentLimits()),
            )
        )

    async def configure(self, **changes: Any) -> None:
        """Gives the bot a new version."""
        configuration = replace(self.bot.configuration, **changes)
        number = self.bot.version + 1
        bot = replace(self.bot, version=number, configuration=configuration)
        version = BotVersion(bot.id, number, configuration, self.scope.user_id, bot.created_at)
        async with self.database.begin(self.scope) as tx:
            await PostgresBots().save(tx, bot, version)
        self.bot = bot


@pytest.fixture
async def world(database: Database, database_config: DatabaseConfig) -> AsyncIterator[World]:
    async with AsyncExitStack() as engines:
        yield await make_world(database, database_config, engines)


async def make_world(database: Database, config: DatabaseConfig, engines: AsyncExitStack) -> World:
    """A workspace of its own, whose engines end with `engines`."""
    now = datetime.now(UTC)
    user = User(UserId(uuid4()), f"{uuid4()}@example.org", "Owner", "hash", now)
    workspace = Workspace(WorkspaceId(uuid4()), "Lab", now)
    configuration = BotConfiguration(agent_type=AgentType.PLAIN)
    bot = Bot(BotId(uuid4()), workspace.id, "Bot", "", 1, configuration, now, now)
    async with database.begin_platform() as tx:
        await PostgresUsers().add(tx, user)
    async with database.begin_platform(workspace.id) as tx:
        await PostgresWorkspaces().add(tx, workspace)
        await PostgresMemberships().add(tx, Membership(workspace.id, user.id, Role.OWNER))
        await PostgresBots().add(tx, bot, BotVersion(bot.id, 1, configuration, user.id, now))
    authorizer = Authorizer(database, PostgresMemberships())
    scope = await authorizer.in_workspace(Caller(user.id), Action.CHAT, workspace.id)
    return World(database, config, scope, bot, engines)


def _book(database: Database) -> RoundBook:
    return RoundBook(database, PostgresTurnRounds())


@asynccontextmanager
async def _engine(
    storage: tuple[Database, DatabaseConfig],
    router: ModelRouter,
    answers: AnswerLimits,
    runs: RunnerLimits,
    embedder: Embedder | None,
    tool_use: ToolUse,
) -> AsyncIterator[Engine]:
    database, config = storage
    log, metrics = RecordedLog(), PrometheusMetrics()
    models = PaidModels(
        router, BudgetGuard(database, PostgresBudgets(), SystemClock(), log, metrics), Prices({}, {}), metrics
    )
    search = search_over(database, SnowballAnalyzer(), embedder)
    authorizer = Authorizer(database, PostgresMemberships())
    rounds, cited = PostgresTurnRounds(), PostgresCitedDocuments()
    history = HistoryReader(PostgresMessages(), PostgresSummaries(), HistoryBudget())
    kept = KeptAnswers(database, PostgresAnswerCache(), SystemClock(), metrics)
    runner = TurnRunner(
        database,
        TurnStores(PostgresLeases(), rounds),
        QuestionReader(database, authorizer, PostgresBots(), PostgresMessages(), history, (rounds, cited)),
        Answerer(search, models, tool_use, answers, kept),
        (SystemClock(), log, metrics),
        runs,
    )
    stores = ChatStores(
        PostgresTurns(), PostgresBots(), PostgresConversations(), PostgresMessages(), history, cited
    )
    approvals = Approvals(database, PostgresTurns(), rounds, runner, SystemClock())
    # Who hears never looks by itself here: what is not signalled is missed, and a test sees it.
    signals = TurnSignals(PostgresSignals(config), runner, log, hearing_poll_s=3600)
    hearing = asyncio.create_task(signals.run())
    await signals.hearing.wait()
    running = asyncio.create_task(runner.run())
    await runner.started.wait()
    chat = Chat(database, stores, runner, signals, SystemClock())
    engine = Engine(chat, approvals, runner, running, log, metrics)
    try:
        yield engine
    finally:
        await engine.stop()
        hearing.cancel()
        await asyncio.wait({hearing}, timeout=DEADLINE_S)
