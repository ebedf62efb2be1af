"""Reads files in child processes that are limited in memory, CPU and time, and killed when nobody waits."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from parley.adapters.documents.child import out_of_memory
from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.messages import (
    END,
    END_MARK,
    ChildReply,
    ChildRequest,
    Drawn,
    LaidOut,
    Parsed,
    ParserConfig,
    ParseRequest,
    Refusal,
    TesseractConfig,
)
from parley.core.ingestion.model import ParsedDocument, UnreadableDocument
from parley.core.kernel.errors import ErrorKind, ParleyError

_READ_BYTES = 1 << 18
_STOP_SECONDS = 5.0
_OUT_OF_MEMORY = frozenset({signal.SIGABRT, signal.SIGTRAP, signal.SIGILL})
"""How pdfium and Rust's allocator end when memory is refused."""


class ParserUnavailable(ParleyError):
    """Nothing is wrong with the file; trying again may help."""

    code = "parser_unavailable"
    kind = ErrorKind.UNAVAILABLE


class _ServerGone(Exception):
    """The process that forks the children has ended."""


class _ChildKilled(Exception):
    """By the kernel, which has no memory left, or by somebody. The file may be innocent."""


@dataclass(frozen=True, slots=True)
class _Server:
    """The running `forkserver`; closing the control socket ends it."""

    process: subprocess.Popen[bytes]
    control: socket.socket

    @classmethod
    def start(cls, config: ParserConfig) -> "_Server":
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-s", "-m", "parley.adapters.documents.forkserver"]
        with theirs:
            process = subprocess.Popen(
                [*command, msgspec.json.encode(config).decode()],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},  # and no secret
                start_new_session=True,  # Ctrl-C is for the server, which then closes the socket
            )
        return cls(process, ours)

    def begin(self, request: ChildRequest) -> socket.socket:
        """Sends the request on its way. Closing the socket that is returned kills the child."""
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        with theirs:
            try:
                ours.send(msgspec.json.encode(request) + b"\n")
                socket.send_fds(self.control, [b"\0"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise _ServerGone from error
        return ours

    async def stop(self) -> None:
        self.control.close()
        try:
            await asyncio.to_thread(self.process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            await asyncio.to_thread(self.process.wait)


@dataclass(frozen=True, slots=True)
class ReadingCost:
    """What one file cost the child that read it, and the programs that it started."""

    cpu_s: float
    memory_bytes: int
    """The most at one time, including what it shares with the process that it is a fork of."""


class Sandbox:
    """Starts its process with the first request; `close()` ends it.

    `on_cost` is told of each file that a child came to an end with, good or bad, by its name.
    """

    def __init__(
        self,
        config: ParserConfig,
        *,
        at_once: int,
        on_cost: Callable[[str, ReadingCost], None] | None = None,
    ) -> None:
        self._limits = config.limits
        self._config = config
        self._wall_s = self._limits.wall_s + (self._limits.recognition_s if config.tesseract else 0.0)
        self._on_cost = on_cost
        self._slots = asyncio.Semaphore(at_once)
        self._server: _Server | None = None

    async def run(self, request: ChildRequest) -> Parsed | Drawn | LaidOut:
        """Raises UnreadableDocument, and ParserUnavailable when no child process can be had."""
        killed = 0
        async with self._slots:
            for _ in range(2):
                server = self._server = self._server or _Server.start(self._config)
                try:
                    return await self._run_in_child(server, request)
                except _ChildKilled:
                    killed += 1
                except _ServerGone:
                    if self._server is server:  # else another file's reader has replaced it already
                        self._server = None
                    await server.stop()
        if killed == 2:
            raise out_of_memory(request.name, self._limits)
        raise ParserUnavailable(
            f"The process that reads files ended while it read {request.name!r}.",
            hint="It is tried again; if this stays so, look whether the machine runs out of memory.",
        )

    async def close(self) -> None:
        """Kills what is being read and ends the process."""
        server, self._server = self._server, None
        if server:
            await server.stop()

    async def _run_in_child(self, server: _Server, request: ChildRequest) -> Parsed | Drawn | LaidOut:
        with server.begin(request) as conversation:
            try:
                async with asyncio.timeout(self._wall_s):
                    answer = await self._read_to_end(conversation, request)
            except TimeoutError as error:
                raise self._too_slow(request, f"{self._wall_s:g} seconds") from error
        if not answer.startswith(END_MARK, len(answer) - END.size):
            raise _ServerGone
        _, status, cpu_s, memory_bytes = END.unpack(answer[-END.size :])
        if self._on_cost:
            self._on_cost(request.name, ReadingCost(cpu_s, memory_bytes))
        if status:
            raise self._why_it_ended(request, status)
        return _reply_in(answer[: -END.size])

    async def _read_to_end(self, conversation: socket.socket, request: ChildRequest) -> bytes:
        loop = asyncio.get_running_loop()
        answer = bytearray()
        while True:
            try:
                data = await loop.sock_recv(conversation, _READ_BYTES)
            except ConnectionError as error:
                raise _ServerGone from error
            if not data:
                return bytes(answer)
            answer += data
            if len(answer) > self._limits.reply_bytes:
                raise UnreadableDocument(
                    "too_much_text",
                    f"{request.name!r} makes more text than the limit of"
                    f" {self._limits.characters:,} characters allows.",
                    hint="Split it into several files.",
                )

    def _why_it_ended(self, request: ChildRequest, status: int) -> UnreadableDocument:
        """Raises _ChildKilled."""
        by_signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        if by_signal == signal.SIGKILL:
            raise _ChildKilled
        if by_signal == signal.SIGXCPU:
            return self._too_slow(request, f"{self._limits.cpu_s} seconds of CPU time")
        if by_signal in _OUT_OF_MEMORY:
            return out_of_memory(request.name, self._limits)
        return UnreadableDocument(
            "damaged_file",
            f"{request.name!r} makes its parser crash.",
            hint="Open it in the program it comes from, save it anew, and upload that.",
        )

    def _too_slow(self, request: ChildRequest, limit: str) -> UnreadableDocument:
        return UnreadableDocument(
            "parser_limit",
            f"Reading {request.name!r} takes more than {limit}.",
            hint="Split the file, or save it again in a simpler form.",
        )


def _reply_in(payload: bytes) -> Parsed | Drawn | LaidOut:
    reply: ChildReply = msgspec.msgpack.decode(payload, type=ChildReply)
    if isinstance(reply, Refusal):
        raise reply.to_error()
    return reply


class SandboxedParser:
    """A DocumentParser. Without `tesseract` no text in pictures is recognised."""

    def __init__(
        self,
        limits: ParserLimits | None = None,
        *,
        at_once: int = 2,
        tesseract: TesseractConfig | None = None,
        on_cost: Callable[[str, ReadingCost], None] | None = None,
    ) -> None:
        config = ParserConfig(limits or ParserLimits(), tesseract)
        self._sandbox = Sandbox(config, at_once=at_once, on_cost=on_cost)

    async def parse(self, path: Path, *, name: str, media_type: str) -> ParsedDocument:
        """Raises UnreadableDocument, and ParserUnavailable when no child process can be had."""
        reply = await self._sandbox.run(ParseRequest(str(path), name, media_type))
        assert isinstance(reply, Parsed)  # noqa: S101 - a child answers what it was asked
        return reply.document

    async def close(self) -> None:
        """Kills what is being parsed and ends the process."""
        await self._sandbox.close()
