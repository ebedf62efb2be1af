"""Builds the server: every use case over its adapters, behind the ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.resources import files as package_files
from pathlib import Path

from fastapi import FastAPI
from starlette.types import ASGIApp

from parley.adapters.database.api_keys import PostgresApiKeys
from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.bots import PostgresBots
from parley.adapters.database.branches import PostgresBranches
from parley.adapters.database.budgets import PostgresBudgets
from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import (
    DatabaseUnavailable,
)
from parley.adapters.database.conversations import PostgresConversations, PostgresMessages
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.external_messages import PostgresExternalMessages
from parley.adapters.database.feedback import PostgresFeedback
from parley.adapters.database.identity import PostgresSessions, PostgresUsers
from parley.adapters.database.leases import PostgresLeases
from parley.adapters.database.turn_rounds import PostgresTurnRounds
from parley.adapters.database.turns import PostgresTurns
from parley.adapters.database.usage import PostgresUsage
from parley.adapters.database.workspaces import PostgresMemberships, PostgresWorkspaces
from parley.adapters.identity.passwords import Argon2Passwords
from parley.adapters.identity.tokens import JwtTokens
from parley.adapters.llm.catalogue import Catalogue
from parley.adapters.telemetry.metrics import PrometheusMetrics
from parley.bootstrap.api_keys import api_key_service
from parley.bootstrap.completions import completions_of
from parley.bootstrap.conversations import conversation_uses, follow_ups, history_reader
from parley.bootstrap.database import RunningDatabase, running_database
from parley.bootstrap.models import Modelling, check_default_model, modelling
from parley.bootstrap.parts import (
    Parts,
    assembled,
    embedder_folder,
    owned,
    receive_document,
    upload_limit_bytes,
)
from parley.bootstrap.tools import Tooling, mcp_servers, tooling
from parley.bootstrap.usage import Spending, explaining, spending
from parley.core.bots.service import BotRecords, BotService
from parley.core.chat.answer import Answerer, ToolUse
from parley.core.chat.approvals import Approvals
from parley.core.chat.asking import AnswerLimits
from parley.core.chat.completion import Completions
from parley.core.chat.history import HistoryReader
from parley.core.chat.questions import QuestionReader
from parley.core.chat.rounds import RoundBook
from parley.core.chat.runner import RunnerLimits, TurnRunner, TurnStores
from parley.core.chat.service import Chat, ChatStores
from parley.core.chat.signals import TurnSignals
from parley.core.identity.service import Identity
from parley.core.ingestion.sample import PrepareSampleWorkspace
from parley.core.ingestion.service import (
    DeleteCollection,
    DeleteDocument,
    RemoveAllFiles,
    RetryDocument,
)
from parley.core.kernel.telemetry import Log
from parley.core.knowledge.embedding import EmbedTexts
from parley.core.knowledge.search import Search
from parley.core.knowledge.service import CollectionService
from parley.core.llm.routing import ModelRouter, RoutePolicy, SystemTimer
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.members import MemberService
from parley.core.workspaces.service import Registration, WorkspaceRecords, WorkspaceService
from parley.settings import Settings, secret_key
from parley.web.app import create_app
from parley.web.deps import PartHealth, Reads, Services, UseCases
from parley.web.realtime.websocket import SocketLimits


def web_application(
    settings: Settings,
    log: Log,
    running: RunningDatabase | None = None,
    *,
    stopping: asyncio.Event | None = None,
    sockets: SocketLimits = SocketLimits(),  # noqa: B008 - frozen
) -> ASGIApp:
    """The server's ASGI application. Without `running` it starts or attaches to the database itself. Once
    `stopping` is set, its turns go to other runners, before the requests still open are waited for.

    Raises WrongSetting when the default model is none that could ever answer.
    """
    check_default_model(settings)
    of_server = mcp_servers(settings)
    metrics = PrometheusMetrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            database = running
            if database is None:
                database = await stack.enter_async_context(running_database(settings, log))
            parts = await stack.enter_async_context(assembled(settings, database, log))
            tools = await stack.enter_async_context(tooling(settings, of_server, parts))
            models = await stack.enter_async_context(modelling(settings, parts, log))
            router = _router(settings, models.catalogue)
            paid = spending(settings, parts, router, (log, metrics))
            history = history_reader(settings, router.default)
            runner = _runner(settings, parts, (paid, tools), history, (log, metrics))
            if database.started_here:
                # Whoever held a lease died with the database: nobody has to wait for it to run out.
                async with parts.database.begin_platform() as tx:
                    await PostgresLeases().release_all(tx)
            beside = follow_ups(settings, parts, paid.models, history, log)
            runner.on_answered = beside.answered
            await stack.enter_async_context(owned(beside.run(), log))
            signals = TurnSignals(parts.signals, runner, log)
            await stack.enter_async_context(owned(signals.run(), log))
            await stack.enter_async_context(owned(runner.run(), log))
            await runner.started.wait()
            if stopping is not None:
                await stack.enter_async_context(owned(_hand_over_when(stopping, runner), log))
            completions = completions_of(settings, parts, paid.models, log)
            app.state.services = _services(
                settings, parts, models, (runner, signals, completions, history, paid), metrics, tools
            )
            yield

    return create_app(lifespan, log, metrics, Path(str(package_files("parley.web") / "static")), sockets)


async def _hand_over_when(stopping: asyncio.Event, runner: TurnRunner) -> None:
    await stopping.wait()
    await runner.hand_over()


def _runner(
    settings: Settings,
    parts: Parts,
    uses: tuple[Spending, Tooling],
    history: HistoryReader,
    telemetry: tuple[Log, PrometheusMetrics],
) -> TurnRunner:
    log, metrics = telemetry
    paid, tools = uses
    database, rounds = parts.database, PostgresTurnRounds()
    return TurnRunner(
        database,
        TurnStores(PostgresLeases(), rounds),
        QuestionReader(
            database,
            Authorizer(database, PostgresMemberships()),
            PostgresBots(),
            PostgresMessages(),
            history,
            rounds,
        ),
        Answerer(
            Search(database, PostgresChunkIndex(), parts.analyzer, paid.embedder),
            paid.models,
            ToolUse(tools.toolbox, RoundBook(database, rounds)),
            AnswerLimits(retrievals_at_once=settings.database_pool_size // 2),
            paid.kept,
        ),
        (parts.clock, log, metrics),
        RunnerLimits(turns_at_once=settings.turns_at_once),
    )


def _router(settings: Settings, models: Catalogue) -> ModelRouter:
    policy = RoutePolicy(
        first_event_s=settings.first_event_timeout_s, next_event_s=settings.next_event_timeout_s
    )
    return ModelRouter(models, policy, SystemTimer())


def _services(
    settings: Settings,
    parts: Parts,
    models: Modelling,
    answering: tuple[TurnRunner, TurnSignals, Completions, HistoryReader, Spending],
    metrics: PrometheusMetrics,
    tools: Tooling,
) -> Services:
    read = Reads(
        workspaces=PostgresWorkspaces(),
        memberships=PostgresMemberships(),
        api_keys=PostgresApiKeys(),
        bots=PostgresBots(),
        collections=PostgresCollections(),
        documents=PostgresDocuments(),
        chunks=PostgresChunkIndex(),
        conversations=PostgresConversations(),
        messages=PostgresMessages(),
        external_messages=PostgresExternalMessages(),
        branches=PostgresBranches(),
        feedback=PostgresFeedback(),
        turns=PostgresTurns(),
        tool_steps=PostgresTurnRounds(),
        usage=PostgresUsage(),
        budgets=PostgresBudgets(),
        files=parts.files,
    )
    tokens = JwtTokens(secret_key(settings), parts.clock)
    return Services(
        use=_use_cases(settings, parts, read, tokens, answering, tools),
        read=read,
        transactions=parts.database,
        authorizer=Authorizer(parts.database, read.memberships),
        tokens=tokens,
        models=models.catalogue,
        provider_keys=models.keys,
        prices=answering[-1].prices,
        toolbox=tools.toolbox,
        clock=parts.clock,
        health=partial(_health, settings, parts, models.catalogue),
        render_metrics=metrics.render,
        upload_limit_bytes=upload_limit_bytes(settings),
    )


def _use_cases(
    settings: Settings,
    parts: Parts,
    read: Reads,
    tokens: JwtTokens,
    answering: tuple[TurnRunner, TurnSignals, Completions, HistoryReader, Spending],
    tools: Tooling,
) -> UseCases:
    runner, signals, completions, history, paid = answering
    stores = ChatStores(read.turns, read.bots, read.conversations, read.messages, history)
    chat = Chat(parts.database, stores, runner, signals, parts.clock)
    database, clock, audit = parts.database, parts.clock, PostgresAuditLog()
    authorizer = Authorizer(database, read.memberships)
    identity = Identity(database, PostgresUsers(), PostgresSessions(), Argon2Passwords(), tokens, clock)
    records = WorkspaceRecords(read.workspaces, read.memberships, PostgresUsers(), audit)
    remove_files = RemoveAllFiles(read.documents, parts.queue)
    search = Search(database, read.chunks, parts.analyzer, paid.embedder)
    explained = explaining(parts, search, paid.models, history)
    return UseCases(
        identity=identity,
        registration=Registration(
            database,
            identity,
            records,
            clock,
            PrepareSampleWorkspace(read.collections, read.bots, parts.queue, clock),
            open_to_all=settings.registration == "open",
        ),
        workspaces=WorkspaceService(database, authorizer, records, clock, remove_files),
        members=MemberService(database, authorizer, records, clock),
        api_keys=api_key_service(parts, read.api_keys),
        bots=BotService(
            database, authorizer, BotRecords(read.bots, PostgresCollections(), audit), tools.toolbox, clock
        ),
        tool_servers=tools.servers,
        collections=CollectionService(database, authorizer, read.collections, audit, clock),
        receive_document=receive_document(settings, parts),
        retry_document=RetryDocument(database, read.documents, parts.queue),
        delete_document=DeleteDocument(database, read.documents, parts.queue),
        delete_collection=DeleteCollection(database, read.collections, remove_files, audit, clock),
        search=search,
        embed_texts=EmbedTexts(parts.embedder),
        approvals=Approvals(database, read.turns, PostgresTurnRounds(), runner, clock),
        completions=completions,
        set_budget=paid.set_budget,
        read_receipt=explained.read_receipt,
        replay=explained.replay,
        conversations=conversation_uses(parts, chat, stores),
        chat=chat,
    )


async def _health(settings: Settings, parts: Parts, models: Catalogue) -> list[PartHealth]:
    """Each part that can fail by itself; without the database nothing can be served."""
    found = []
    try:
        await parts.database.ping()
        found.append(PartHealth("database", "ok", "answers"))
    except DatabaseUnavailable as error:
        found.append(PartHealth("database", "failed", error.detail))
    if parts.embedder is not None:
        found.append(PartHealth("embedder", "ok", parts.embedder.model))
    elif settings.embedder == "none":
        found.append(PartHealth("embedder", "ok", "switched off; search goes by words alone"))
    else:
        found.append(
            PartHealth(
                "embedder",
                "degraded",
                f"its files were not in {embedder_folder(settings)} at the start; search goes by words "
                "alone until `make embedder` has built them and Parley was started anew",
            )
        )
    found.append(PartHealth("models", "ok", f"default {models.default()}"))
    return found
