"""Real HTTP servers for tools to reach, a guard that lets them, and someone to act for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from parley.adapters.documents.sandbox import SandboxedParser
from parley.adapters.tools.fetcher import Fetcher, FetchLimits
from parley.adapters.tools.guard import AddressGuard
from parley.adapters.tools.kit import Kit
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.knowledge.search import Search
from parley.core.workspaces.model import Role, WorkspaceScope

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2026, 7, 1, 12, 30, 5, tzinfo=UTC)


@pytest.fixture
def scope() -> WorkspaceScope:
    return WorkspaceScope(WorkspaceId(uuid4()), UserId(uuid4()), Role.MEMBER)


@pytest.fixture
def allowed() -> set[str]:
    """The places that the guard lets through; servers of `serve` are added."""
    return set()


@pytest.fixture
async def serve(allowed: set[str]) -> AsyncIterator[Serve]:
    """Starts a server with this handler for every path; gives its address, which tools may reach."""
    async with AsyncExitStack() as stack:

        async def start(handler: Handler) -> str:
            application = web.Application()
            application.router.add_route("*", "/{path:.*}", handler)
            server = await stack.enter_async_context(TestServer(application))
            allowed.add(f"127.0.0.1:{server.port}")
            return f"http://127.0.0.1:{server.port}"

        yield start


class GrowingGuard(AddressGuard):
    """Lets through what `places` holds at the time of asking."""

    def __init__(self, places: set[str]) -> None:
        super().__init__()
        self._allowed = cast("frozenset[str]", places)


@pytest.fixture
def guard(allowed: set[str]) -> AddressGuard:
    return GrowingGuard(allowed)


@pytest.fixture
async def fetcher(guard: AddressGuard) -> AsyncIterator[Fetcher]:
    opened = Fetcher(guard, FetchLimits(whole_s=5, most_bytes=1 << 20))
    yield opened
    await opened.close()


@pytest.fixture
async def kit(fetcher: Fetcher) -> AsyncIterator[Kit]:
    pages = SandboxedParser()
    # Only the tool that searches needs a search, and its test has one.
    yield Kit(StoppedClock(), fetcher, pages, cast("Search", None))
    await pages.close()
