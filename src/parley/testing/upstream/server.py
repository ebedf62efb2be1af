"""The HTTP side of the scripted model server: one connection after another follows its script."""

import asyncio
import json
import re
import socket
import struct
import sys
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from parley.testing.upstream import requests, wires
from parley.testing.upstream.scripts import Script, script

SEEN_AT_MOST = 20_000
_ROUTES: tuple[tuple[re.Pattern[str], requests.Read, type[wires.Wire]], ...] = (
    (re.compile(r"/v1/chat/completions"), requests.read_openai, wires.OpenAIWire),
    (re.compile(r"/v1/messages"), requests.read_anthropic, wires.AnthropicWire),
    (
        re.compile(r"/v1beta/models/(?P<model>[^/]+):streamGenerateContent"),
        requests.read_gemini,
        wires.GeminiWire,
    ),
    (re.compile(r"/model/(?P<model>[^/]+)/converse-stream"), requests.read_bedrock, wires.BedrockWire),
)

_AT_ONCE = struct.pack("ii", 1, 0)
"""Not to linger: closing resets the connection."""

Seen = deque[dict[str, Any]]


class _Connection(asyncio.Protocol):
    """Written on the transport itself: it has to reset connections, and to know when a reader has gone."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._received = b""
        self._answering: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answering is not None:
            self._answering.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        request, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        if len(rest) >= length:
            self._received = rest[length:]
            path = request.split(" ")[1].partition("?")[0]
            self._answering = asyncio.create_task(self._answer(path, rest[:length]))

    async def _answer(self, path: str, body: bytes) -> None:
        if path == "/seen":
            said = json.dumps(list(self._seen)).encode()
            return await self._follow(Script((said,), content_type="application/json"), "")
        for pattern, read, wire_of in _ROUTES:
            if match := pattern.fullmatch(path):
                return await self._answer_as(wire_of, read, match.groupdict().get("model"), body)
        return await self._follow(Script((b"{}",), status=404, content_type="application/json"), "")

    async def _answer_as(
        self, wire_of: type[wires.Wire], read: requests.Read, model: str | None, body: bytes
    ) -> None:
        try:
            told: Mapping[str, Any] = json.loads(body)
            asked = read(unquote(model or told["model"]), told)
        except (LookupError, TypeError, ValueError) as error:
            unread = wire_of().refusal(400, f"this is no request of the format: {error!r}")
            return await self._follow(Script((unread,), status=400, content_type="application/json"), "")
        plan = script(asked, wire_of)
        record = {"format": wire_of.__name__, "model": asked.model, "question": asked.question, "ended": ""}
        self._seen.append(record)
        try:
            await self._follow(plan, wire_of.content_type)
            record["ended"] = plan.end
        except asyncio.CancelledError:
            record["ended"] = "by the reader"
            raise

    async def _follow(self, plan: Script, content_type: str) -> None:
        if not plan.pieces:
            await asyncio.Event().wait()  # until the reader goes
        headers = {
            "Content-Type": plan.content_type or content_type,
            "Transfer-Encoding": "chunked",
            **plan.headers,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._transport.write(f"HTTP/1.1 {plan.status} As Scripted\r\n{head}\r\n".encode())
        pieces = iter(plan.pieces)
        piece = next(pieces, None)
        while piece is not None:
            self._transport.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await asyncio.sleep(plan.pause_s)
            piece = next(pieces, None)  # after the pause: some tell the time
        match plan.end:
            case "complete":
                self._transport.write(b"0\r\n\r\n")
            case "drop":
                await asyncio.sleep(0.01)  # a reset overtakes what has not arrived yet
                connection = self._transport.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                self._transport.abort()
            case "hang":
                await asyncio.Event().wait()


async def serve() -> None:
    """Tells its port on the first line of the output; ends when the input does."""
    loop = asyncio.get_running_loop()
    seen: Seen = deque(maxlen=SEEN_AT_MOST)
    server = await loop.create_server(lambda: _Connection(seen), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
