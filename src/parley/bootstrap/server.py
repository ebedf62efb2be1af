"""Builds the server: every use case over its adapters, behind the ASGI application."""

import asyncio
from collections.abc import AsyncIterator, Mapping
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
from parley.adapters.database.citations import PostgresCitedDocuments
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import (
    DatabaseUnavailable,
)
from parley.adapters.database.conversations import PostgresConversations, PostgresMessages
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.external_messages import PostgresExternalMessages
from parley.adapters.database.feedback import PostgresFeedback
from parley.adapters.database.groups import PostgresGroupMembers, PostgresGroups
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
from parley.adapters.tools.mcp_file import McpServer
from parley.bootstrap.access import access_uses, show_pages
from parley.bootstrap.api_keys import api_key_service
from parley.bootstrap.completions import completions_of
from parley.bootstrap.conversations import conversation_uses, follow_ups, history_reader
from parley.bootstrap.database import RunningDatabase, running_database
from parley.bootstrap.documents import delete_collection, document_uses
from parley.bootstrap.embedders import check_embedder
from parley.bootstrap.embedding import purse_of, question_embedding
from parley.bootstrap.imports import import_uses
from parley.bootstrap.ingestion import upload_limit_bytes
from parley.bootstrap.mirror_health import mirror_health
from parley.bootstrap.models import Modelling, check_default_model, modelling
from parley.bootstrap.parts import (
    Parts,
    assembled,
    embedder_folder,
    owned,
)
from parley.bootstrap.reranking import reranking
from parley.bootstrap.search import search_of
from parley.bootstrap.tools import Tooling, mcp_servers, tooling
from parley.bootstrap.usage import Spending, explaining, spending
from parley.bootstrap.vectors import check_vector_store, vector_search
from parley.bootstrap.webhooks import webhook_service
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
from parley.core.ingestion.service import RemoveAllFiles
from parley.core.kernel.telemetry import Log
from parley.core.knowledge.playground import SearchPlayground
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

    Raises WrongSetting when the default model is none that could ever answer, or the embedder cannot be
    reached.
    """
    check_default_model(settings)
    check_embedder(settings)
    check_vector_store(settings)
    of_server = mcp_servers(settings)
    metrics = PrometheusMetrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            database = running
            if database is None:
                database = await stack.enter_async_context(running_database(settings, log))
            made = _assembly(settings, database, of_server, (log, metrics), stopping)
            app.state.services = await stack.enter_async_context(made)
            yield

    return create_app(lifespan, log, metrics, Path(str(package_files("parley.web") / "static")), sockets)


@asynccontextmanager
async def _assembly(
    settings: Settings,
    database: RunningDatabase,
    of_server: Mapping[str, McpServer],
    telemetry: tuple[Log, PrometheusMetrics],
    stopping: asyncio.Event | None,
) -> AsyncIterator[Services]:
    """What the routes use, with all that runs beside them, for as long as the block lasts."""
    log, metrics = telemetry
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(assembled(settings, database, log))
        purse = purse_of(settings, parts, (log, metrics))
        embedding = question_embedding(parts, purse, metrics)
        reranker = await stack.enter_async_context(reranking(settings))
        vectors = await stack.enter_async_context(vector_search(settings, parts.database, log))
        search = search_of(parts, embedding.of_workspaces, reranker, vectors)
        tools = await stack.enter_async_context(tooling(settings, of_server, parts, search))
        models = await stack.enter_async_context(modelling(settings, parts, log))
        router = _router(settings, models.catalogue)
        paid = spending(settings, parts, router, (purse, embedding), metrics)
        history = history_reader(settings, router.default)
        runner = _runner(settings, parts, (paid, tools, search), history, (log, metrics))
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
        answering = (runner, signals, completions, history, paid)
        yield _services(settings, parts, models, answering, metrics, (tools, search))


async def _hand_over_when(stopping: asyncio.Event, runner: TurnRunner) -> None:
    await stopping.wait()
    await runner.hand_over()


def _runner(
    settings: Settings,
    parts: Parts,
    uses: tuple[Spending, Tooling, Search],
    history: HistoryReader,
    telemetry: tuple[Log, PrometheusMetrics],
) -> TurnRunner:
    log, metrics = telemetry
    paid, tools, search = uses
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
            (rounds, PostgresCitedDocuments()),
        ),
        Answerer(
            search,
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
    finding: tuple[Tooling, Search],
) -> Services:
    read = Reads(
        workspaces=PostgresWorkspaces(),
        memberships=PostgresMemberships(),
        groups=PostgresGroups(),
        group_members=PostgresGroupMembers(),
        api_keys=PostgresApiKeys(),
        bots=PostgresBots(),
        collections=PostgresCollections(),
        documents=PostgresDocuments(),
        chunks=PostgresChunkIndex(),
        conversations=PostgresConversations(),
        messages=PostgresMessages(),
        external_messages=PostgresExternalMessages(),
        cited=PostgresCitedDocuments(),
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
        use=_use_cases(settings, parts, read, tokens, answering, finding),
        read=read,
        transactions=parts.database,
        authorizer=Authorizer(parts.database, read.memberships),
        tokens=tokens,
        models=models.catalogue,
        provider_keys=models.keys,
        prices=answering[-1].prices,
        toolbox=finding[0].toolbox,
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
    finding: tuple[Tooling, Search],
) -> UseCases:
    runner, signals, completions, history, paid = answering
    tools, search = finding
    stores = ChatStores(read.turns, read.bots, read.conversations, read.messages, history, read.cited)
    chat = Chat(parts.database, stores, runner, signals, parts.clock)
    database, clock, audit = parts.database, parts.clock, PostgresAuditLog()
    authorizer = Authorizer(database, read.memberships)
    identity = Identity(database, PostgresUsers(), PostgresSessions(), Argon2Passwords(), tokens, clock)
    records = WorkspaceRecords(read.workspaces, read.memberships, PostgresUsers(), audit)
    remove_files = RemoveAllFiles(read.documents, parts.queue)
    explained = explaining(parts, search, paid.models, history)
    return UseCases(
        identity=identity,
        registration=_registration(settings, parts, read, identity, records),
        workspaces=WorkspaceService(database, authorizer, records, clock, remove_files),
        members=MemberService(database, authorizer, records, clock),
        access=access_uses(parts),
        pages=show_pages(parts, read.documents),
        api_keys=api_key_service(parts, read.api_keys),
        bots=BotService(
            database, authorizer, BotRecords(read.bots, PostgresCollections(), audit), tools.toolbox, clock
        ),
        tool_servers=tools.servers,
        webhooks=webhook_service(settings, parts),
        imports=import_uses(settings, parts),
        collections=CollectionService(database, authorizer, read.collections, audit, clock),
        documents=document_uses(settings, parts),
        delete_collection=delete_collection(parts, remove_files),
        search=search,
        playground=SearchPlayground(search, parts.analyzer),
        embed_texts=paid.embedding.texts,
        embedding=paid.embedding.of_workspaces,
        approvals=Approvals(database, read.turns, PostgresTurnRounds(), runner, clock),
        completions=completions,
        set_budget=paid.set_budget,
        read_receipt=explained.read_receipt,
        replay=explained.replay,
        conversations=conversation_uses(parts, chat, stores),
        chat=chat,
    )


def _registration(
    settings: Settings, parts: Parts, read: Reads, identity: Identity, records: WorkspaceRecords
) -> Registration:
    prepare = PrepareSampleWorkspace(read.collections, read.bots, parts.queue, parts.clock)
    return Registration(
        parts.database,
        identity,
        records,
        parts.clock,
        prepare,
        open_to_all=settings.registration == "open",
    )


async def _health(settings: Settings, parts: Parts, models: Catalogue) -> list[PartHealth]:
    """Each part that can fail by itself; without the database nothing can be served."""
    found = []
    try:
        await parts.database.ping()
        found.append(PartHealth("database", "ok", "answers"))
        found += await mirror_health(settings, parts)
    except DatabaseUnavailable as error:
        found.append(PartHealth("database", "failed", error.detail))
    configured = parts.embedders.configured
    if configured is not None:
        found.append(PartHealth("embedder", "ok", configured.model))
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
