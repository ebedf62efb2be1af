"""A scripted upstream: a real HTTP server that says what it is told, in any wire format, and misbehaves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from parley.testing.upstream.wires import OpenAIWire

Script = Callable[["Reply"], Awaitable[None]]


@dataclass
class Reply:
    """What a script writes with."""

    request: web.Request
    body: dict[str, Any]
    response: web.StreamResponse
    closed_by_reader: asyncio.Event

    async def start(self, status: int = 200, **headers: str) -> None:
        self.response.set_status(status)
        self.response.headers.update({"Content-Type": "text/event-stream", **headers})
        await self.response.prepare(self.request)

    async def raw(self, data: bytes) -> None:
        await self.response.write(data)

    async def text(self, text: str) -> None:
        """In OpenAI's format, as the tests of whole servers use it; so does the next."""
        await self.raw(OpenAIWire().text(text))

    async def done(self) -> None:
        """Without a count of tokens."""
        await self.raw(OpenAIWire.chunk({}, "stop") + b"data: [DONE]\n\n")

    def cut(self) -> None:
        """Closes the connection in the middle of the response."""
        transport = self.request.transport
        assert transport is not None
        transport.abort()


@dataclass
class Upstream:
    url: str
    paths: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    closed_by_reader: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def upstream(script: Script) -> AsyncIterator[Upstream]:
    found = Upstream("")

    async def complete(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        found.bodies.append(body)
        found.headers.append(dict(request.headers))
        found.paths.append(request.raw_path.removeprefix("/v1"))
        reply = Reply(request, body, web.StreamResponse(), found.closed_by_reader)
        try:
            await script(reply)
        except (asyncio.CancelledError, ConnectionError):
            found.closed_by_reader.set()
            raise
        return reply.response

    app = web.Application()
    app.router.add_post("/v1/{path:.+}", complete)
    # The handler is cancelled when its reader hangs up: that is how a test sees it upstream.
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    found.url = f"http://{host}:{port}/v1"
    try:
        yield found
    finally:
        await runner.cleanup()
