"""A server that listens, with a scripted model behind it, and clients that talk to it over sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from parley.adapters.identity.tokens import ACCESS_TOKEN_LENGTH, JwtTokens
from parley.bootstrap.database import RunningDatabase
from parley.bootstrap.server import web_application
from parley.core.kernel.clock import SystemClock
from parley.entrypoints.cli.serve import server_config
from parley.settings import Settings
from parley.testing.logs import RecordedLog
from parley.web.realtime.websocket import SocketLimits
from tests.adapters.llm.upstream import Reply, Upstream, upstream
from tests.web.conftest import DEADLINE_S, Api, Person

KEY = "k" * 32
SMALL_BUFFER = 4096
WORDS = ["Rayleigh ", "scattering ", "makes ", "it ", "blue."]

Frame = dict[str, Any]


class AwaitedLog(RecordedLog):
    """One can wait here for something to be said."""

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Event()

    def info(self, event: str, /, **fields: object) -> None:
        super().info(event, **fields)
        self._news.set()

    async def until(self, event: str) -> dict[str, object]:
        """Its fields, the first time it was said."""
        async with asyncio.timeout(DEADLINE_S):
            while not self.said(event):
                self._news.clear()
                await self._news.wait()
        return next(fields for _, name, fields in self.events if name == event)


@dataclass
class Model:
    """Answers with `words`, each as soon as it is let."""

    words: list[str] = field(default_factory=lambda: list(WORDS))
    allowed: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    def let(self, words: int = 100) -> None:
        for _ in range(words):
            self.allowed.release()

    async def speak(self, reply: Reply) -> None:
        await reply.start()
        for word in self.words:
            await self.allowed.acquire()
            await reply.text(word)
        await reply.done()


class Talk:
    """One client's socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, kind: str, **fields: Any) -> None:
        await self.connection.send(json.dumps({"type": kind, **fields}))

    async def hear(self) -> Frame:
        async with asyncio.timeout(DEADLINE_S):
            frame: Frame = json.loads(await self.connection.recv())
        return frame

    async def until(self, kind: str) -> list[Frame]:
        """Everything up to a frame of that type, which is the last."""
        heard = [await self.hear()]
        while heard[-1]["type"] != kind:
            heard.append(await self.hear())
        return heard

    async def ask(self, bot: str, **fields: Any) -> Frame:
        """What the server answers to a question."""
        question = {"bot_id": bot, "message": "Why is the sky blue?", "idempotency_key": uuid4().hex}
        await self.say("chat", **{**question, **fields})
        return await self.hear()

    async def closed(self) -> tuple[int | None, str | None]:
        """The code and the reason, once the server has closed it."""
        async with asyncio.timeout(DEADLINE_S):
            with suppress(ConnectionClosed):
                async for _ in self.connection:
                    pass
            await self.connection.wait_closed()
        return self.connection.close_code, self.connection.close_reason


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Any:
        yield  # the test's process keeps its own

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@dataclass
class Place:
    """A server that listens, one person who is signed in, and their bot."""

    address: str
    server: _Server
    log: AwaitedLog
    model: Model
    upstream: Upstream
    api: Api
    stack: AsyncExitStack
    person: Person = field(init=False)
    bot: str = field(init=False)

    async def connect(self, **options: Any) -> Talk:
        url = f"ws://{self.address}/api/v1/ws"
        return Talk(await self.stack.enter_async_context(connect(url, proxy=None, **options)))

    async def talk(self, person: Person | None = None, **options: Any) -> Talk:
        """A socket that has been let in."""
        talk = await self.connect(**options)
        await talk.say("auth", token=(person or self.person).access_token)
        assert (await talk.hear())["type"] == "authenticated"
        return talk

    async def slow_talk(self) -> Talk:
        """One whose buffers hold little, so that the server feels it when nothing is read."""
        host, port = self.address.split(":")
        end = socket.socket()
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        end.setblocking(False)
        await asyncio.get_running_loop().sock_connect(end, (host, int(port)))
        return await self.talk(sock=end, max_queue=1)

    async def events(self, turn_id: str) -> list[Frame]:
        """The whole turn as server-sent events give it."""
        reply = await self.person.get(f"/turns/{turn_id}/events")
        return [json.loads(line[6:]) for line in reply.text.splitlines() if line.startswith("data: ")]

    def short_token(self) -> str:
        """A token of the person that has two to three seconds left."""
        tokens = JwtTokens(KEY, SystemClock())
        soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
        return tokens.issue_access(tokens.read_access(self.person.access_token), soon - ACCESS_TOKEN_LENGTH)[
            0
        ]


Open = Callable[..., Any]


@pytest.fixture
def opened(settings_of: Callable[..., Settings], running_database: RunningDatabase) -> Open:
    """Opens a place, with other limits or another model where a test needs them."""

    @asynccontextmanager
    async def open_place(
        limits: SocketLimits | None = None, words: list[str] | None = None
    ) -> AsyncIterator[Place]:
        model = Model(words or list(WORDS))
        async with AsyncExitStack() as stack:
            provider = await stack.enter_async_context(upstream(model.speak))
            settings = settings_of(
                openai_base_url=provider.url, openai_model="scripted", secret_key=SecretStr(KEY)
            )
            log = AwaitedLog()
            application = web_application(settings, log, running_database, sockets=limits or SocketLimits())
            server, address = await listen(application, stack)
            async with (
                httpx2.AsyncClient(base_url=f"http://{address}", timeout=DEADLINE_S) as http,
                AsyncExitStack() as sockets,
            ):
                place = Place(address, server, log, model, provider, Api(http, log), sockets)
                place.person = await place.api.sign_up()
                bot = {"name": "Plain", "configuration": {"agent_type": "plain"}}
                made = await place.person.made(f"/workspaces/{place.person.workspace}/bots", bot)
                place.bot = made["id"]
                yield place

    return open_place


async def listen(application: ASGIApp, stack: AsyncExitStack) -> tuple[_Server, str]:
    """A server and its address, until the stack closes."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BUFFER)
    server = _Server(server_config(application))
    stack.push_async_callback(_stop, server, asyncio.create_task(server.serve([listener])))
    async with asyncio.timeout(DEADLINE_S):
        await server.listening.wait()
    return server, f"127.0.0.1:{listener.getsockname()[1]}"


async def _stop(server: _Server, serving: asyncio.Task[None]) -> None:
    server.should_exit = True
    await asyncio.wait_for(serving, DEADLINE_S)


@pytest.fixture
async def place(opened: Open) -> AsyncIterator[Place]:
    async with opened() as found:
        yield found
