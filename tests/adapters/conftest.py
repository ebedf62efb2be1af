"""Real HTTP servers, and a guard and a fetcher that may reach them."""

from collections.abc import AsyncIterator

import pytest

from parley.adapters.outbound.fetcher import Fetcher, FetchLimits
from parley.adapters.outbound.guard import AddressGuard
from tests.http_servers import GrowingGuard, Serve, serving


@pytest.fixture
def allowed() -> set[str]:
    """The places that the guard lets through; servers of `serve` are added."""
    return set()


@pytest.fixture
async def serve(allowed: set[str]) -> AsyncIterator[Serve]:
    """Starts a server with this handler for every path; gives its address, which may be reached."""
    async with serving(allowed) as start:
        yield start


@pytest.fixture
def guard(allowed: set[str]) -> AddressGuard:
    return GrowingGuard(allowed)


@pytest.fixture
async def fetcher(guard: AddressGuard) -> AsyncIterator[Fetcher]:
    opened = Fetcher(guard, FetchLimits(whole_s=5, most_bytes=1 << 20))
    yield opened
    await opened.close()
