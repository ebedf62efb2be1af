"""The address /mcp: who may come in, and one exchange for each request, so that any replica can serve it."""

import asyncio
import importlib
from typing import Any

from fastapi.security.utils import get_authorization_scheme_param
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from parley.core.identity.model import InvalidApiKey, KeyScope
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.telemetry import Log
from parley.web.deps import Services, caller_of, grant_of
from parley.web.errors import MAX_BODY_BYTES, problem_of, problem_response
from parley.web.realtime.refusals import ForeignOrigin
from parley.web.realtime.websocket import foreign_origin

CALLER = "parley.caller"
"""In the scope of the request: who the key speaks for."""


class McpEndpoint:
    """The ASGI application of the route. The protocol's library costs half a second and 30 MB to import,
    so it is imported for the first client that has a key."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._loading = asyncio.Lock()
        self._loaded: tuple[Any, Any] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._let_in(scope)
        except ParleyError as error:
            headers = {"WWW-Authenticate": "Bearer"} if error.kind is ErrorKind.UNAUTHENTICATED else None
            problem = problem_of(error, str(scope.get("parley.request_id", "")))
            await problem_response(problem, headers)(scope, receive, send)
            return
        if scope["method"] != "POST":
            # Without sessions there is nothing to listen to and nothing to end.
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
            return
        server, manager_type = await self._protocol()
        # A manager of its own ends with the request, and nothing outlives either.
        manager = manager_type(server, stateless=True, max_request_body_size=MAX_BODY_BYTES)
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    async def _let_in(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        origin = foreign_origin(headers)
        if origin is not None:
            raise ForeignOrigin(origin)
        services: Services = scope["app"].state.services
        scheme, token = get_authorization_scheme_param(headers.get("authorization"))
        if scheme.lower() != "bearer" or not token:
            raise InvalidApiKey("This needs an API key: the Authorization header has no bearer token.")
        caller = await caller_of(services, token, [KeyScope.MCP])
        grant_of(caller)
        scope[CALLER] = caller

    async def _protocol(self) -> tuple[Any, Any]:
        async with self._loading:
            if self._loaded is None:
                ours = await asyncio.to_thread(importlib.import_module, "parley.web.mcp.server")
                self._loaded = ours.build_server(self._log), ours.StreamableHTTPSessionManager
            return self._loaded
