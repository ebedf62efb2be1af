"""Plain ASGI middleware: request id, access log, metrics and security headers."""

import re
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.core.kernel.ids import uuid7
from parley.core.kernel.telemetry import Log, Metrics

_GIVEN_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_QUIET = ("/health/", "/metrics", "/assets/")

_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


class RequestContext:
    """Wraps the whole application; everything a request leaves behind outside it is done here."""

    def __init__(self, app: ASGIApp, log: Log, metrics: Metrics) -> None:
        self._app = app
        self._log = log
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["parley.request_id"] = request_id
        began = time.perf_counter()
        status, answered = 0, False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", []),
                    (b"x-request-id", request_id.encode()),
                    *_SECURITY_HEADERS,
                ]
                self._observe(scope, status, time.perf_counter() - began)
            await send(message)
            answered = message["type"] == "http.response.body" and not message.get("more_body", False)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception:
                self._log.exception("request.failed", method=scope["method"], path=scope["path"])
                if not answered:
                    raise  # the response has begun: only breaking the connection tells the reader
            finally:
                if not scope["path"].startswith(_QUIET):
                    self._log.info(
                        "request",
                        method=scope["method"],
                        path=scope["path"],
                        status=status,
                        duration_ms=round((time.perf_counter() - began) * 1000, 1),
                    )

    def _observe(self, scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.count("parley_http_requests", method=scope["method"], route=route, status=str(status))
        self._metrics.observe("parley_http_request_seconds", seconds, method=scope["method"], route=route)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(value):
            return bytes(value).decode("ascii")
    return str(uuid7())
