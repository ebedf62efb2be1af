"""Tools of MCP servers: connected at the first call of a turn, over streamable HTTP or as a child process."""

import asyncio
import importlib
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from parley.adapters.outbound.errors import FetchFailed
from parley.adapters.outbound.guard import AddressGuard, web_address
from parley.adapters.tools.openapi import MOST_TOOLS
from parley.adapters.tools.web import failing_as_a_tool, tool_failure
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.transactions import transaction_is_open
from parley.core.tools.model import Invocation, ToolDescription, ToolFailed, ToolOutput

if TYPE_CHECKING:
    from mcp import Client, types

_MOST_PAGES = 10

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class McpLimits:
    connect_s: float = 20.0
    call_s: float = 60.0
    close_s: float = 10.0
    """The SDK itself kills a process that does not end by 4 s after its input was closed."""


@dataclass(frozen=True, slots=True)
class HttpEndpoint:
    """An MCP server on the network."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """An MCP server that runs here, as a child process. Only the server's administrator may say so."""

    program: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str | None = None


Endpoint = HttpEndpoint | Command


@dataclass(frozen=True, slots=True)
class McpTool:
    """A tool as its server calls it, and as models see it."""

    name: str
    description: ToolDescription


@dataclass(frozen=True, slots=True)
class _Session:
    sdk: Any
    """The module `mcp_sdk`."""
    client: "Client"
    held: "asyncio.Task[None]"
    closing: asyncio.Event


class McpConnection:
    """One session with a server, made at the first call. A task of its own holds it: the SDK's scopes belong
    to one task, and a server that fails must not cancel whatever the caller is at by then."""

    def __init__(self, reference: str, endpoint: Endpoint, guard: AddressGuard, limits: McpLimits) -> None:
        self._reference = reference
        self._endpoint = endpoint
        self._guard = guard
        self._limits = limits
        self._connecting = asyncio.Lock()
        self._session: _Session | None = None

    async def tools(self) -> tuple[McpTool, ...]:
        """What the server offers. Raises ToolFailed."""
        sdk = await _sdk()
        found: list[types.Tool] = []
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = await self._ask(partial(sdk.list_tools, cursor=cursor))
            found += page.tools
            cursor = page.next_cursor
            if cursor is None:
                break
        if cursor is not None or len(found) > MOST_TOOLS:
            raise ToolFailed(f"{self._reference} offers more than {MOST_TOOLS} tools.", hint="Offer fewer.")
        taken: set[str] = set()
        return tuple(McpTool(tool.name, sdk.described(self._reference, tool, taken)) for tool in found)

    async def call(self, name: str, arguments: Mapping[str, Any]) -> "types.CallToolResult":
        """Raises ToolFailed."""
        sdk = await _sdk()
        return await self._ask(partial(sdk.call_tool, name=name, arguments=dict(arguments)))

    async def close(self) -> None:
        """Ends the session, and the child process with all that it started."""
        if self._session is not None:
            self._session.closing.set()
            await _ended(self._session.held, self._limits.close_s)

    @property
    def has_ended(self) -> bool:
        """Whether it was closed, also where whoever closed it could not wait for the end."""
        session = self._session
        return session is not None and session.closing.is_set() and session.held.done()

    async def _ask(self, request: "Callable[[Client], Coroutine[Any, Any, _T]]") -> _T:
        """What the server answers, as long as it lives and its time is not over."""
        session = await self._connected()
        asking = asyncio.create_task(request(session.client))
        try:
            await asyncio.wait(
                {asking, session.held}, timeout=self._limits.call_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            if not asking.done():
                await _ended(asking, 0)
        if asking.cancelled():
            why = (
                "ended its session"
                if session.held.done()
                else f"did not answer within {self._limits.call_s:g} seconds"
            )
            raise ToolFailed(f"{self._reference} {why}.", hint="Try another way.")
        if (error := asking.exception()) is not None:
            if session.sdk.is_closed(error):
                await self.close()  # the next call begins a new session
            raise self._failure(error, session.sdk) from None
        return asking.result()

    async def _connected(self) -> _Session:
        async with self._connecting:
            if self._session is None or self._session.held.done():
                self._session = await self._connect()
            return self._session

    async def _connect(self) -> _Session:
        if transaction_is_open():
            raise RuntimeError("An MCP server was called inside a database transaction.")
        if isinstance(self._endpoint, HttpEndpoint):
            with failing_as_a_tool():
                await self._guard.target(web_address(self._endpoint.url))
        sdk = await _sdk()
        ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        closing = asyncio.Event()
        held = asyncio.create_task(self._hold(sdk, ready, closing))
        try:
            either: set[asyncio.Future[Any]] = {held, ready}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not ready.done():
                await _ended(held, 0)
        if not ready.done():
            raise self._failure(None if held.cancelled() else held.exception(), sdk)
        return _Session(sdk, ready.result(), held, closing)

    async def _hold(self, sdk: Any, ready: "asyncio.Future[Client]", closing: asyncio.Event) -> None:
        async with (
            asyncio.timeout(self._limits.connect_s) as connecting,
            sdk.connected(self._endpoint, self._guard, self._limits) as client,
        ):
            connecting.reschedule(None)
            ready.set_result(client)
            await closing.wait()

    def _failure(self, error: BaseException | None, sdk: Any) -> ParleyError:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if isinstance(error, FetchFailed):
            return tool_failure(error)
        if isinstance(error, ParleyError):
            return error
        if refusal := sdk.refusal(error):
            return ToolFailed(f"{self._reference} refused: {refusal[:500]}")
        if isinstance(error, TimeoutError):
            return ToolFailed(f"{self._reference} did not answer in time.", hint="Try another way.")
        if error is not None and sdk.is_closed(error):
            return ToolFailed(
                f"{self._reference} ended its session before it answered.",
                hint="Check that the server runs and speaks MCP.",
            )
        return ToolFailed(
            f"{self._reference} cannot be used: {type(error).__name__}.",
            hint="Check that the server runs and speaks MCP.",
        )


class McpServerTool:
    """A Tool of an MCP server."""

    def __init__(self, tool: McpTool, connection: McpConnection) -> None:
        self.description = tool.description
        self._name = tool.name
        self._connection = connection

    async def run(self, invocation: Invocation) -> ToolOutput:
        result = await self._connection.call(self._name, invocation.arguments)
        text = "\n\n".join(filter(None, map((await _sdk()).text_of, result.content)))
        if not text and result.structured_content is not None:
            text = json.dumps(result.structured_content, ensure_ascii=False)
        if result.is_error:
            raise ToolFailed(f"{self.description.name} reports: {text[:2_000] or 'an error without words'}")
        return ToolOutput(text or "Done; it gave no text.")


async def _sdk() -> Any:
    """What needs the SDK: half a second and 27 MB, for those alone who have an MCP server."""
    return await asyncio.to_thread(importlib.import_module, "parley.adapters.tools.mcp_sdk")


async def _ended(task: "asyncio.Task[Any]", patience_s: float) -> None:
    """Waits for the end of `task`, and after `patience_s` cancels it; its error is nobody's any more."""
    if patience_s:
        await asyncio.wait({task}, timeout=patience_s)
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
