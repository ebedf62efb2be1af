"""Builds the server: every use case over its adapters, behind the ASGI application."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.resources import files as package_files
from pathlib import Path

import aiohttp
from fastapi import FastAPI
from starlette.types import ASGIApp

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.bots import PostgresBots
from parley.adapters.database.chunks import PostgresChunkIndex
from parley.adapters.database.collections import PostgresCollections
from parley.adapters.database.connection import (
    DatabaseUnavailable,
)
from parley.adapters.database.conversations import PostgresConversations, PostgresMessages
from parley.adapters.database.documents import PostgresDocuments
from parley.adapters.database.identity import PostgresSessions, PostgresUsers
from parley.adapters.database.turns import PostgresLeases, PostgresTurns
from parley.adapters.database.workspaces import PostgresMemberships, PostgresWorkspaces
from parley.adapters.identity.passwords import Argon2Passwords
from parley.adapters.identity.tokens import JwtTokens
from parley.adapters.llm import PROVIDERS
from parley.adapters.llm.catalogue import Catalogue
from parley.adapters.telemetry.metrics import PrometheusMetrics
from parley.bootstrap.database import RunningDatabase, running_database
from parley.bootstrap.parts import (
    Parts,
    assembled,
    embedder_folder,
    load,
    owned,
    receive_document,
    upload_limit_bytes,
)
from parley.bootstrap.providers import configured_providers
from parley.core.bots.service import BotService
from parley.core.chat.answer import Answerer, AnswerLimits
from parley.core.chat.questions import QuestionReader
from parley.core.chat.runner import RunnerLimits, TurnRunner, TurnStores
from parley.core.chat.service import Chat, ChatStores
from parley.core.conversations.service import ConversationService
from parley.core.identity.service import Identity
from parley.core.ingestion.sample import PrepareSampleWorkspace
from parley.core.ingestion.service import (
    DeleteCollection,
    DeleteDocument,
    RemoveAllFiles,
    RetryDocument,
)
from parley.core.kernel.telemetry import Log
from parley.core.knowledge.search import Search
from parley.core.knowledge.service import CollectionService
from parley.core.llm.model import ModelName
from parley.core.llm.routing import ModelRouter, RoutePolicy, SystemTimer
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.members import MemberService
from parley.core.workspaces.service import Registration, WorkspaceRecords, WorkspaceService
from parley.settings import Settings, WrongSetting, secret_key
from parley.web.app import create_app
from parley.web.deps import PartHealth, Reads, Services, UseCases
from parley.web.realtime.websocket import SocketLimits


def web_application(
    settings: Settings,
    log: Log,
    running: RunningDatabase | None = None,
    *,
    sockets: SocketLimits = SocketLimits(),  # noqa: B008 - frozen
) -> ASGIApp:
    """The server's ASGI application. Without `running` it starts or attaches to the database itself.

    Raises WrongSetting when the default model is none that could ever answer.
    """
    _check_default_model(settings)
    metrics = PrometheusMetrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            database = running
            if database is None:
                database = await stack.enter_async_context(running_database(settings, log))
            parts = await stack.enter_async_context(assembled(settings, database, log))
            session = await stack.enter_async_context(
                aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, limit_per_host=0))
            )
            models = _catalogue(settings, parts, session)
            runner = _runner(settings, parts, models, (log, metrics))
            if database.started_here:
                # Whoever held a lease died with the database: nobody has to wait for it to run out.
                async with parts.database.begin_platform() as tx:
                    await PostgresLeases().release_all(tx)
            await stack.enter_async_context(owned(runner.run(), log))
            await runner.started.wait()
            app.state.services = _services(settings, parts, models, runner, metrics)
            yield

    return create_app(lifespan, log, metrics, Path(str(package_files("parley.web") / "static")), sockets)


def _check_default_model(settings: Settings) -> None:
    providers = ["extractive", *(each.name for each in configured_providers(settings))]
    provider, _, model = settings.default_model.partition(":")
    if settings.default_model and not (model and provider in providers):
        raise WrongSetting(
            f"PARLEY_DEFAULT_MODEL: {settings.default_model!r} is no model of a configured provider; "
            f"write provider:model, with one of these providers: {', '.join(providers)}."
        )


def _catalogue(settings: Settings, parts: Parts, session: aiohttp.ClientSession) -> Catalogue:
    extractive = load(PROVIDERS["extractive"])(parts.embedder, parts.analyzer)
    configured = configured_providers(settings)
    made_by = {
        each.name: partial(load(PROVIDERS[each.name]), config=each.config, session=session)
        for each in configured
    }
    offered = [
        *((ModelName(each.name, each.model), each.model) for each in configured),
        (extractive.name, "Built-in answerer"),
    ]
    return Catalogue(
        {**made_by, "extractive": lambda _: extractive},
        offered,
        settings.default_model or str(offered[0][0]),
    )


def _runner(
    settings: Settings, parts: Parts, models: Catalogue, telemetry: tuple[Log, PrometheusMetrics]
) -> TurnRunner:
    log, metrics = telemetry
    database = parts.database
    return TurnRunner(
        database,
        TurnStores(PostgresLeases(), PostgresMessages(), PostgresConversations()),
        QuestionReader(
            database, Authorizer(database, PostgresMemberships()), PostgresBots(), PostgresMessages()
        ),
        Answerer(
            Search(database, PostgresChunkIndex(), parts.analyzer, parts.embedder),
            ModelRouter(
                models,
                RoutePolicy(
                    first_event_s=settings.first_event_timeout_s, next_event_s=settings.next_event_timeout_s
                ),
                SystemTimer(),
            ),
            AnswerLimits(retrievals_at_once=settings.database_pool_size // 2),
        ),
        (parts.clock, log, metrics),
        RunnerLimits(turns_at_once=settings.turns_at_once),
    )


def _services(
    settings: Settings, parts: Parts, models: Catalogue, runner: TurnRunner, metrics: PrometheusMetrics
) -> Services:
    read = Reads(
        workspaces=PostgresWorkspaces(),
        memberships=PostgresMemberships(),
        bots=PostgresBots(),
        collections=PostgresCollections(),
        documents=PostgresDocuments(),
        chunks=PostgresChunkIndex(),
        conversations=PostgresConversations(),
        messages=PostgresMessages(),
        turns=PostgresTurns(),
        files=parts.files,
    )
    tokens = JwtTokens(secret_key(settings), parts.clock)
    return Services(
        use=_use_cases(settings, parts, read, tokens, runner),
        read=read,
        transactions=parts.database,
        authorizer=Authorizer(parts.database, read.memberships),
        tokens=tokens,
        models=models,
        health=partial(_health, settings, parts, models),
        render_metrics=metrics.render,
        upload_limit_bytes=upload_limit_bytes(settings),
    )


def _use_cases(
    settings: Settings, parts: Parts, read: Reads, tokens: JwtTokens, runner: TurnRunner
) -> UseCases:
    database, clock, audit = parts.database, parts.clock, PostgresAuditLog()
    authorizer = Authorizer(database, read.memberships)
    identity = Identity(database, PostgresUsers(), PostgresSessions(), Argon2Passwords(), tokens, clock)
    records = WorkspaceRecords(read.workspaces, read.memberships, PostgresUsers(), audit)
    remove_files = RemoveAllFiles(read.documents, parts.queue)
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
        bots=BotService(database, authorizer, read.bots, PostgresCollections(), audit, clock),
        collections=CollectionService(database, authorizer, read.collections, audit, clock),
        receive_document=receive_document(settings, parts),
        retry_document=RetryDocument(database, read.documents, parts.queue),
        delete_document=DeleteDocument(database, read.documents, parts.queue),
        delete_collection=DeleteCollection(database, read.collections, remove_files, audit, clock),
        search=Search(database, read.chunks, parts.analyzer, parts.embedder),
        conversations=ConversationService(database, authorizer, read.conversations),
        chat=Chat(
            database,
            ChatStores(read.turns, read.bots, read.conversations, read.messages),
            runner,
            clock,
        ),
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
