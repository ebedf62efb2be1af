"""Looks at a tool server before it is stored: fetches its document, or asks it for its tools."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from parley.adapters.outbound.fetcher import JSON_TYPES, Ask
from parley.adapters.outbound.guard import AddressGuard, web_address
from parley.adapters.tools.mcp import HttpEndpoint, McpConnection, McpLimits, McpTool
from parley.adapters.tools.openapi import Operation, read_api
from parley.adapters.tools.web import Web, failing_as_a_tool
from parley.core.kernel.errors import InvalidInput
from parley.core.tools.model import (
    InspectedServer,
    ToolDescription,
    ToolFailed,
    ToolServer,
    ToolServerDefinition,
    ToolServerKind,
)

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_MANAGED_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "accept-encoding"}
)
_MOST_HEADER_CHARS = 8_000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_DOCUMENT_TYPES = (*JSON_TYPES, "text/plain", "application/octet-stream")


class Inspector:
    """Implements `ToolServerInspector`."""

    def __init__(self, web: Web, guard: AddressGuard, limits: McpLimits) -> None:
        self._web = web
        self._guard = guard
        self._limits = limits

    async def inspect(self, definition: ToolServerDefinition) -> InspectedServer:
        for name, value in definition.headers.items():
            _check_header(name, value)
        match definition.kind:
            case ToolServerKind.OPENAPI:
                found = await self._openapi(definition)
            case ToolServerKind.MCP:
                found = await self._mcp(definition)
        described = [[tool.description, tool.parameters] for tool in found.tools]
        if any(map(_UNSTORABLE.search, _texts([found.configuration, described]))):
            raise InvalidInput(
                "The description of the tools holds a NUL or half a character, which cannot be stored.",
                hint="Take it out.",
            )
        return found

    async def _openapi(self, definition: ToolServerDefinition) -> InspectedServer:
        document = definition.document
        if (document is None) == (not definition.url):
            raise InvalidInput("An OpenAPI server needs either url or document.", hint="Give one of them.")
        if document is None:
            document = await self._document(definition)
        reference = f"{definition.kind}:{definition.name}"
        # In a thread: a large document takes a while, and others are being answered.
        api = await asyncio.to_thread(
            read_api, document, reference, found_at=definition.url, base_url=definition.base_url
        )
        with failing_as_a_tool():
            await self._guard.target(web_address(api.base_url))
        configuration = {
            "source_url": definition.url,
            "given_base_url": definition.base_url,
            "base_url": api.base_url,
            "operations": msgspec.to_builtins(api.operations),
        }
        return InspectedServer(configuration, api.base_url, api.tools)

    async def _document(self, definition: ToolServerDefinition) -> Mapping[str, Any]:
        # Without the headers: they are for the API, and the document may lie elsewhere.
        reply = await self._web.send(Ask(definition.url, media_types=_DOCUMENT_TYPES))
        if not reply.is_success:
            raise ToolFailed(f"{_shown(definition.url)} answered with HTTP {reply.status}.")
        try:
            document = msgspec.json.decode(reply.text())
        except (msgspec.DecodeError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise InvalidInput(
                f"{_shown(definition.url)} is no JSON document.",
                hint="Parley reads OpenAPI as JSON, not as YAML.",
            )
        return document

    async def _mcp(self, definition: ToolServerDefinition) -> InspectedServer:
        if not definition.url or definition.document is not None or definition.base_url:
            raise InvalidInput("An MCP server needs url, and neither document nor base_url.")
        connection = McpConnection(
            f"{definition.kind}:{definition.name}",
            HttpEndpoint(definition.url, definition.headers),
            self._guard,
            self._limits,
        )
        try:
            tools = await connection.tools()
        finally:
            await connection.close()
        if not tools:
            raise InvalidInput(f"{_shown(definition.url)} offers no tools.", hint="Check the address.")
        configuration = {"source_url": definition.url, "names": [tool.name for tool in tools]}
        return InspectedServer(
            configuration, _shown(definition.url), tuple(tool.description for tool in tools)
        )


@dataclass(frozen=True, slots=True)
class StoredApi:
    """An OpenAPI server as it was stored."""

    base_url: str
    tools: tuple[tuple[ToolDescription, Operation], ...]

    @classmethod
    def of(cls, server: ToolServer) -> "StoredApi":
        operations = msgspec.convert(server.configuration["operations"], tuple[Operation, ...])
        return cls(server.configuration["base_url"], tuple(zip(server.tools, operations, strict=True)))


def stored_mcp_tools(server: ToolServer) -> tuple[McpTool, ...]:
    """The tools of an MCP server as they were stored."""
    names: list[str] = server.configuration["names"]
    return tuple(McpTool(name, tool) for name, tool in zip(names, server.tools, strict=True))


def _check_header(name: str, value: str) -> None:
    if not _HEADER_NAME.fullmatch(name) or name.lower() in _MANAGED_HEADERS:
        raise InvalidInput(f"headers has {name[:100]!r}, which cannot be set.", hint="Take it out.")
    if not (value.isascii() and value.isprintable() and 0 < len(value) <= _MOST_HEADER_CHARS):
        # The value is a secret: it is not repeated.
        raise InvalidInput(
            f"The value of the header {name} must be 1 to {_MOST_HEADER_CHARS} printable ASCII characters.",
            hint="Check it for line breaks.",
        )


def _texts(value: Any) -> Iterator[str]:
    """Every text in what JSON can hold."""
    match value:
        case str():
            yield value
        case Mapping():
            yield from _texts([*value.keys(), *value.values()])
        case list() | tuple():
            for each in value:
                yield from _texts(each)
        case _:
            pass  # numbers hold none


def _shown(url: str) -> str:
    """Without query, which often holds keys."""
    return str(web_address(url).copy_with(query=None, fragment=None, userinfo=b""))
