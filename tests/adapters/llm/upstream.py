"""A scripted upstream: a real HTTP server that speaks the OpenAI wire format and misbehaves on request."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

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

    async def raw(self, text: str) -> None:
        await self.response.write(text.encode())

    async def chunk(self, **choice: Any) -> None:
        await self.raw(f"data: {json.dumps({'choices': [{'index': 0, **choice}]})}\n\n")

    async def text(self, text: str) -> None:
        await self.chunk(delta={"content": text})

    async def usage(self, prompt: int, completion: int) -> None:
        usage = {"prompt_tokens": prompt, "completion_tokens": completion}
        await self.raw(f"data: {json.dumps({'choices': [], 'usage': usage})}\n\n")

    async def done(self) -> None:
        await self.raw("data: [DONE]\n\n")

    def cut(self) -> None:
        """Closes the connection in the middle of the response."""
        transport = self.request.transport
        assert transport is not None
        transport.abort()


@dataclass
class Upstream:
    url: str
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
        reply = Reply(request, body, web.StreamResponse(), found.closed_by_reader)
        try:
            await script(reply)
        except (asyncio.CancelledError, ConnectionError):
            found.closed_by_reader.set()
            raise
        return reply.response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
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
