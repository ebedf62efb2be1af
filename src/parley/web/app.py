"""Puts the application together: routes, errors, middleware, the web app."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from parley import __version__
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.telemetry import Log, Metrics
from parley.web.api import (
    access,
    api_keys,
    auth,
    bots,
    chat,
    citations,
    collections,
    consumer,
    conversations,
    documents,
    embedding,
    export,
    feedback,
    groups,
    health,
    imports,
    ingestion,
    me,
    members,
    models,
    pages,
    provider_keys,
    receipts,
    search,
    sharing,
    tools,
    usage,
    webhooks,
    workspaces,
)
from parley.web.errors import MAX_BODY_BYTES, LargeBodies, Problem, install_error_handlers
from parley.web.mcp.endpoint import McpEndpoint
from parley.web.middleware import RequestContext
from parley.web.openai import completions as openai_completions
from parley.web.openai import embeddings as openai_embeddings
from parley.web.openai import models as openai_models
from parley.web.openai.errors import ErrorReply, OpenAIErrors
from parley.web.realtime.websocket import ChatSockets, SocketLimits
from parley.web.static_files import WebApp

PREFIX = "/api/v1"
NOUNS = (
    auth,
    me,
    workspaces,
    members,
    groups,
    api_keys,
    bots,
    collections,
    search,
    documents,
    embedding,
    ingestion,
    imports,
    pages,
    access,
    conversations,
    citations,
    export,
    sharing,
    feedback,
    chat,
    consumer,
    models,
    provider_keys,
    tools,
    webhooks,
    receipts,
    usage,
)

_DESCRIPTION = """\
Assistants that answer from your own documents, with citations.

Sign in with `POST /api/v1/auth/login` (or the **Authorize** button) and send the access token as
`Authorization: Bearer …`. Errors are `application/problem+json` with a stable `code` and the request id.
Lists come in pages: pass `next_cursor` on as `cursor`.
"""

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "model": Problem,
        "description": meaning,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, meaning in {
        401: "No valid access token.",
        403: "Your role does not reach.",
        404: "No such thing that you can see.",
        409: "Contradicts what is stored.",
        422: "A field is invalid.",
    }.items()
}

_OPENAI_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorReply, "description": meaning}
    for status, meaning in {
        400: "The request is invalid, or asks for what the bot cannot do.",
        401: "No valid API key.",
        403: "The key lacks the scope, or its user the role.",
        404: "No such model that the key may use.",
        429: "Too many requests at once.",
        503: "No model answers.",
    }.items()
}

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    lifespan: Lifespan, log: Log, metrics: Metrics, static: Path, sockets: SocketLimits
) -> ASGIApp:
    """The ASGI application. `lifespan` sets `app.state.services`."""
    app = create_api(lifespan, log)
    app.router.routes.append(WebSocketRoute(f"{PREFIX}/ws", ChatSockets(log, SystemClock(), sockets)))
    app.router.default = WebApp(static)
    app.router.routes.append(Route("/mcp", McpEndpoint(log), methods=None))
    return RequestContext(OpenAIErrors(LargeBodies(app)), log, metrics)


def create_api(lifespan: Lifespan | None, log: Log) -> FastAPI:
    """The routes and their OpenAPI document, without the web app."""
    app = FastAPI(
        title="Parley",
        version=__version__,
        description=_DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        lifespan=lifespan,
        docs_url=None,  # FastAPI's pages load scripts from elsewhere; ours is part of the web app
        redoc_url=None,
        max_body_size=MAX_BODY_BYTES,
        generate_unique_id_function=lambda route: f"{route.tags[0]}_{route.name}",
    )
    api = APIRouter(prefix=PREFIX, responses=_PROBLEMS)
    for noun in NOUNS:
        api.include_router(noun.router)
    app.include_router(api)
    openai = APIRouter(prefix="/v1", responses=_OPENAI_ERRORS)
    for router in (openai_models.router, openai_completions.router, openai_embeddings.router):
        openai.include_router(router)
    app.include_router(openai)
    app.include_router(health.router)
    install_error_handlers(app, log)
    return app
