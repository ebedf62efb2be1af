"""What the contracts of model providers share: a scripted server, and the adapter that talks to it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import aiohttp
import pytest

from parley.core.llm.model import ChatMessage, ChatRequest, StreamEvent
from parley.core.llm.ports import ChatModel
from parley.testing.upstream.requests import Read
from parley.testing.upstream.wires import Wire

REQUEST = ChatRequest((ChatMessage("system", "Be brief."), ChatMessage("user", "Why?")), temperature=0.3)
KEY = "test-key-of-nobody"


class Reply(Protocol):
    """What a script writes with."""

    async def start(self, status: int = 200, **headers: str) -> None: ...

    async def raw(self, data: bytes) -> None: ...

    def cut(self) -> None:
        """Closes the connection in the middle of the response."""
        ...


class Upstream(Protocol):
    """A server that follows a script, and what it has seen."""

    url: str
    """The base address that an adapter is given."""
    paths: list[str]
    """Path and query of each request, from the base address on."""
    bodies: list[dict[str, Any]]
    headers: list[dict[str, str]]
    closed_by_reader: asyncio.Event


Script = Callable[[Any], Awaitable[None]]
"""Given a `Reply`."""


class ScriptedProvider(ABC):
    """A subclass gives the wire format, the adapter, a scripted server, and the prefix of its settings."""

    wire: type[Wire]
    read: Read
    """How the format's requests are read, as a static method."""
    variables: str
    """Such as PARLEY_OPENAI."""

    @abstractmethod
    def model(
        self,
        url: str,
        session: aiohttp.ClientSession,
        *,
        name: str = "small",
        key: str | None = KEY,
        read_timeout_s: float = 5.0,
    ) -> ChatModel: ...

    @abstractmethod
    def serve(self, script: Script) -> AbstractAsyncContextManager[Upstream]: ...

    @pytest.fixture
    async def session(self) -> AsyncIterator[aiohttp.ClientSession]:
        async with aiohttp.ClientSession() as opened:
            yield opened

    async def collect(
        self,
        script: Script,
        session: aiohttp.ClientSession,
        seen: list[StreamEvent],
        *,
        request: ChatRequest = REQUEST,
        **options: Any,
    ) -> Upstream:
        """What the model says goes to `seen`, also when it ends in an error."""
        async with self.serve(script) as served:
            async for batch in self.model(served.url, session, **options).stream(request):
                seen.extend(batch)
        return served
