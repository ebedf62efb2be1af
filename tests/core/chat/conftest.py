"""A chat engine on a real database with a scripted model: what the tests of turns begin from."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from parley.adapters.database.bots import PostgresBots
from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.connection import Database
from parley.adapters.database.conversations import PostgresConversations, PostgresMessages
from parley.adapters.database.identity import PostgresUsers
from parley.adapters.database.turns import PostgresLeases, PostgresTurns
from parley.adapters.database.workspaces import PostgresMemberships, PostgresWorkspaces
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.adapters.telemetry.metrics import PrometheusMetrics
from parley.core.bots.model import AgentType, Bot, BotConfiguration, BotId, BotVersion
from parley.core.chat.answer import Answerer, AnswerLimits
from parley.core.chat.events import TurnEvent
from parley.core.chat.model import ChatCommand, Turn
from parley.core.chat.questions import QuestionReader
from parley.core.chat.runner import RunnerLimits, TurnRunner, TurnStores
from parley.core.chat.service import Chat, ChatStores
from parley.core.identity.model import Caller, User
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.knowledge.ports import Embedder
from parley.core.knowledge.search import Search
from parley.core.llm.ports import ChatModel
from parley.core.llm.routing import ModelRouter, RoutePolicy, SystemTimer
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, Membership, Role, Workspace, WorkspaceScope
from parley.testing.logs import RecordedLog
from parley.testing.models import ScriptedCatalogue

DEADLINE_S = 20.0


@dataclass
class Engine:
    """One replica: a runner that runs, and the chat use cases in front of it."""

    chat: Chat
    runner: TurnRunner
    running: asyncio.Task[None]
    log: RecordedLog

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
    ) -> Engine:
        return await self.engines.enter_async_context(
            _engine(
                self.database,
                ModelRouter(ScriptedCatalogue(*models), route or RoutePolicy(), SystemTimer()),
                answers or AnswerLimits(),
                runs or RunnerLimits(),
                embedder,
            )
        )


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
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
    async with AsyncExitStack() as engines:
        yield World(database, scope, bot, engines)


@asynccontextmanager
async def _engine(
    database: Database,
    models: ModelRouter,
    answers: AnswerLimits,
    runs: RunnerLimits,
    embedder: Embedder | None,
) -> AsyncIterator[Engine]:
    log = RecordedLog()
    search = Search(database, PostgresChunkIndex(), SnowballAnalyzer(), embedder)
    authorizer = Authorizer(database, PostgresMemberships())
    runner = TurnRunner(
        database,
        TurnStores(PostgresLeases(), PostgresMessages(), PostgresConversations()),
        QuestionReader(database, authorizer, PostgresBots(), PostgresMessages()),
        Answerer(search, models, answers),
        (SystemClock(), log, PrometheusMetrics()),
        runs,
    )
    stores = ChatStores(PostgresTurns(), PostgresBots(), PostgresConversations(), PostgresMessages())
    running = asyncio.create_task(runner.run())
    await runner.started.wait()
    engine = Engine(Chat(database, stores, runner, SystemClock()), runner, running, log)
    try:
        yield engine
    finally:
        await engine.stop()
