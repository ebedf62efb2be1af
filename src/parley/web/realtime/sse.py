"""Server-sent events, written straight to ASGI: `id` is the seq, `event` the type, `data` the JSON."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import aclosing, suppress
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from parley.core.chat.events import TurnEvent

KEEP_ALIVE = b": ping\n\n"
"""A comment, sent when a turn is silent for a while, so that proxies keep the connection."""
HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
}


def frame(event: TurnEvent) -> bytes:
    return f"id: {event.seq}\nevent: {event.type}\ndata: {event.to_json()}\n\n".encode()


class TurnEventStream(Response):
    """A turn's events until the terminal one. The reader's leaving ends the stream, never the turn."""

    def __init__(self, events: AsyncGenerator[list[TurnEvent], None], headers: Mapping[str, str]) -> None:
        super().__init__(headers={**HEADERS, **headers})
        del self.headers["content-length"]
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await while_connected(receive, self._send_all(send))

    async def _send_all(self, send: Send) -> None:
        async with aclosing(self._events) as batches:
            async for batch in batches:
                await self._send_batch(send, batch)
        await send({"type": "http.response.body", "body": b""})

    async def _send_batch(self, send: Send, batch: list[TurnEvent]) -> None:
        body = b"".join(frame(event) for event in batch) if batch else KEEP_ALIVE
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def while_connected(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Does the work, and drops it when the reader leaves before its end."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_until_disconnected(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        if not working.done():
            working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
