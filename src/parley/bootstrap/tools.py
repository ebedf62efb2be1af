"""Builds the tools that bots call, from the settings and from what administrators define."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.tool_servers import PostgresToolServers
from parley.adapters.database.workspaces import PostgresMemberships
from parley.adapters.documents.limits import ParserLimits
from parley.adapters.documents.sandbox import SandboxedParser
from parley.adapters.outbound.fetcher import Fetcher, FetchLimits
from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.secrets.aesgcm import AesGcmBox
from parley.adapters.tools import TOOLS
from parley.adapters.tools.bounded import ToolBounds
from parley.adapters.tools.inspector import Inspector
from parley.adapters.tools.kit import Kit
from parley.adapters.tools.mcp import McpLimits
from parley.adapters.tools.mcp_file import McpServer, read_mcp_file
from parley.adapters.tools.toolbox import Network, StoredServers, ToolFinder
from parley.adapters.tools.web import Web
from parley.bootstrap.loading import load
from parley.bootstrap.parts import Parts
from parley.core.knowledge.search import Search
from parley.core.tools.ports import Toolbox
from parley.core.tools.service import ToolServerRecords, ToolServerService
from parley.core.workspaces.authorize import Authorizer
from parley.settings import Settings, secret_key
from parley.variables import places_of

_PAGE_LIMITS = ParserLimits(wall_s=20.0)
_PAGES_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Tooling:
    """What finds tools for turns, and what administrators change of them."""

    toolbox: Toolbox
    servers: ToolServerService


def mcp_servers(settings: Settings) -> dict[str, McpServer]:
    """Those of the server's administrator. Raises WrongMcpFile."""
    return {} if settings.mcp_servers is None else read_mcp_file(settings.mcp_servers)


@asynccontextmanager
async def tooling(
    settings: Settings, of_server: Mapping[str, McpServer], parts: Parts, search: Search
) -> AsyncIterator[Tooling]:
    """Leaving it ends every session and process of a tool."""
    allowed = places_of(settings.tools_allowed_hosts)
    guard = AddressGuard(allowed, setting="PARLEY_TOOLS_ALLOWED_HOSTS")
    fetcher = Fetcher(guard, FetchLimits())
    network = Network(Web(fetcher), guard, McpLimits())
    pages = SandboxedParser(_PAGE_LIMITS, at_once=_PAGES_AT_ONCE)
    kit = Kit(parts.clock, network.web, pages, search)
    secrets = AesGcmBox(secret_key(settings))
    stored = StoredServers(parts.database, PostgresToolServers(), secrets)
    built_in = {name: load(place)(kit) for name, place in TOOLS.items()}
    toolbox = ToolFinder(built_in, stored, of_server, network, ToolBounds())
    service = ToolServerService(
        parts.database,
        Authorizer(parts.database, PostgresMemberships()),
        ToolServerRecords(stored.servers, PostgresAuditLog()),
        Inspector(network.web, guard, network.mcp),
        secrets,
        parts.clock,
    )
    try:
        yield Tooling(toolbox, service)
    finally:
        await toolbox.close()
        await pages.close()
        await fetcher.close()
