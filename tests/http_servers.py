"""Real HTTP servers on the loopback interface, for what Parley asks of other machines."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

from aiohttp import web
from aiohttp.test_utils import TestServer

from parley.adapters.outbound.guard import AddressGuard

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


@asynccontextmanager
async def serving(allowed: set[str]) -> AsyncIterator[Serve]:
    """Starts servers with one handler for every path each; gives their addresses, which join `allowed`."""
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
