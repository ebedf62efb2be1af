"""One WebSocket as text frames in and out: senders take turns, every write has a deadline, none is queued."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

from starlette.types import Message, Receive, Send

from parley.core.chat.events import TurnEvent
from parley.web.realtime.refusals import NotText

_EVENTS_PER_TURN = 32
"""How many events one subscription sends before the next one may."""
_CLOSE_S = 1.0


class PeerGone(Exception):
    """The connection has ended; there is nobody to tell."""


class PeerTooSlow(Exception):
    """The peer did not read in time; its connection is full, so it cannot be told."""


class Wire:
    """What is not written yet waits with its sender, so a slow peer holds no more than one buffer."""

    def __init__(self, receive: Receive, send: Send, write_s: float) -> None:
        self._receive = receive
        self._send = send
        self._write_s = write_s
        self._turn = asyncio.Lock()  # serves those who wait in the order they came

    async def receive(self) -> str:
        """The next text frame. Raises PeerGone, and NotText for a binary one."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise PeerGone
        text = message.get("text")
        if text is None:
            raise NotText
        return str(text)

    async def send(self, frames: Iterable[str]) -> None:
        """Without another sender's frames between them. Raises PeerGone and PeerTooSlow."""
        async with self._turn:
            for text in frames:
                await self._write({"type": "websocket.send", "text": text})

    async def send_events(self, events: Sequence[TurnEvent]) -> None:
        """In order, letting other senders in now and then."""
        for first in range(0, len(events), _EVENTS_PER_TURN):
            await self.send(event.to_json() for event in events[first : first + _EVENTS_PER_TURN])
            await asyncio.sleep(0)  # a quick peer never makes a write wait, and others need the loop too

    async def close(self, code: int, reason: str) -> None:
        """Says goodbye where that is still possible."""
        with suppress(PeerGone, TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await self._write({"type": "websocket.close", "code": code, "reason": reason})

    async def _write(self, message: Message) -> None:
        try:
            async with asyncio.timeout(self._write_s):
                await self._send(message)
        except TimeoutError:
            raise PeerTooSlow from None
        except (OSError, RuntimeError):
            # The server raises OSError when the peer has left, RuntimeError when its own keep-alive has
            # given the peer up but the connection is not torn down yet.
            raise PeerGone from None
