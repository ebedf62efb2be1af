"""Plain ASGI middleware: request id, access log, metrics and security headers."""

import asyncio
import re
import time
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.core.kernel.ids import uuid7
from parley.core.kernel.telemetry import Log, Metrics

_GIVEN_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_CLOSE_S = 1.0
_QUIET = ("/health/", "/metrics", "/assets/")

_SECRET_PATH = re.compile(r"(/shared/).+", re.DOTALL)
"""The token of a share link is the whole right to see it."""

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
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["parley.request_id"] = request_id
        if scope["type"] == "websocket":
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                await self._socket(scope, receive, send)
            return
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
                self._log.exception("request.failed", method=scope["method"], path=_loggable(scope["path"]))
                if not answered:
                    raise  # the response has begun: only breaking the connection tells the reader
            finally:
                if not scope["path"].startswith(_QUIET):
                    self._log.info(
                        "request",
                        method=scope["method"],
                        path=_loggable(scope["path"]),
                        status=status,
                        duration_ms=round((time.perf_counter() - began) * 1000, 1),
                    )

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As a request, save that its line in the log has the close code (the status, where refused)."""
        began, ended = time.perf_counter(), 0
        header = (b"x-request-id", str(scope["parley.request_id"]).encode())

        async def note_received() -> Message:
            nonlocal ended
            message = await receive()
            if message["type"] == "websocket.disconnect":
                ended = ended or message.get("code", 0)
            return message

        async def note_sent(message: Message) -> None:
            nonlocal ended
            if message["type"] in {"websocket.accept", "websocket.http.response.start"}:
                message["headers"] = [*message.get("headers", []), header]
                ended = message.get("status", ended)
            elif message["type"] == "websocket.close":
                ended = message.get("code", 1000)
            await send(message)

        self._metrics.gauge("parley_sockets", 1)
        try:
            await self._app(scope, note_received, note_sent)
        except Exception:  # noqa: BLE001 - the same edge: every socket is closed with a reason
            self._log.exception("socket.failed", path=_loggable(scope["path"]))
            # The peer may have left, or left its connection unread.
            with suppress(OSError, RuntimeError, TimeoutError):
                async with asyncio.timeout(_CLOSE_S):
                    await note_sent({"type": "websocket.close", "code": 1011, "reason": "internal_error"})
        finally:
            self._metrics.gauge("parley_sockets", -1)
            duration_s = round(time.perf_counter() - began, 1)
            self._log.info("socket", path=_loggable(scope["path"]), code=ended, duration_s=duration_s)

    def _observe(self, scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.count("parley_http_requests", method=scope["method"], route=route, status=str(status))
        self._metrics.observe("parley_http_request_seconds", seconds, method=scope["method"], route=route)


def _loggable(path: str) -> str:
    return _SECRET_PATH.sub(r"\1…", path)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(value):
            return bytes(value).decode("ascii")
    return str(uuid7())
