"""Use cases of tool servers: add one after looking at what it offers, look again, remove it."""

import json
import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import Conflict, InvalidInput, NotFound
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.secrets import SecretBox
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.tools.model import (
    DuplicateToolServer,
    InspectedServer,
    ToolFailed,
    ToolServer,
    ToolServerDefinition,
    ToolServerId,
    ToolServerUnusable,
)
from parley.core.tools.ports import ToolServerInspector, ToolServers
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, WorkspaceScope

MAX_SERVERS = 20
MAX_NAME_CHARS = 24
NAME_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
"""No `_`: names of tools begin with their server's, and must not be those of another one."""


@dataclass(frozen=True, slots=True)
class ToolServerRecords:
    """Where tool servers, and what was done to them, are kept."""

    servers: ToolServers
    audit: AuditLog


class ToolServerService:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        records: ToolServerRecords,
        inspector: ToolServerInspector,
        secrets: SecretBox,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._records = records
        self._inspector = inspector
        self._secrets = secrets
        self._clock = clock

    async def create(
        self, caller: Caller, workspace_id: WorkspaceId, definition: ToolServerDefinition
    ) -> ToolServer:
        """Stored once it answers. Raises InvalidInput, DuplicateToolServer, Conflict, ToolServerUnusable."""
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_TOOLS, workspace_id)
        _check_name(definition.name)
        async with self._transactions.begin(scope) as tx:
            await self._check_room(tx, definition)
        found = await self._inspect(definition)
        server = self._server(scope, definition, found)
        async with self._transactions.begin(scope) as tx:
            await self._check_room(tx, definition)
            await self._records.servers.add(tx, server)
            await self._record(tx, scope, "tool_server.created", server)
        return server

    async def list(self, caller: Caller, workspace_id: WorkspaceId) -> tuple[ToolServer, ...]:
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_TOOLS, workspace_id)
        async with self._transactions.begin(scope) as tx:
            return await self._records.servers.list(tx)

    async def refresh(self, caller: Caller, workspace_id: WorkspaceId, server_id: ToolServerId) -> ToolServer:
        """Asks the server again what it offers. Raises NotFound, ToolServerUnusable, and Conflict: also where
        its document now names another place, to which the headers were never meant to go."""
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_TOOLS, workspace_id)
        async with self._transactions.begin(scope) as tx:
            server = await self._records.servers.get(tx, server_id)
        if server is None:
            raise NotFound("tool server", server_id)
        found = await self._inspect(self._defined(server))
        if server.sealed_headers is not None and _origin(found.url) != _origin(server.url):
            raise Conflict(
                f"The document of {server.reference} now says that the API is at {found.url}, not at"
                f" {server.url}, which its headers are for.",
                hint="If that is right, remove the server and add it again with the headers.",
            )
        renewed = replace(server, configuration=found.configuration, url=found.url, tools=found.tools)
        async with self._transactions.begin(scope) as tx:
            await self._records.servers.save(tx, renewed)
            await self._record(tx, scope, "tool_server.refreshed", renewed)
        return renewed

    async def remove(self, caller: Caller, workspace_id: WorkspaceId, server_id: ToolServerId) -> None:
        """Bots that name it fail to answer until they are changed. Raises NotFound."""
        scope = await self._authorizer.in_workspace(caller, Action.MANAGE_TOOLS, workspace_id)
        async with self._transactions.begin(scope) as tx:
            server = await self._records.servers.get(tx, server_id)
            if server is None or not await self._records.servers.remove(tx, server_id):
                raise NotFound("tool server", server_id)
            await self._record(tx, scope, "tool_server.removed", server)

    async def _inspect(self, definition: ToolServerDefinition) -> InspectedServer:
        try:
            return await self._inspector.inspect(definition)
        except ToolFailed as error:
            raise ToolServerUnusable(error) from error

    async def _check_room(self, tx: Transaction, definition: ToolServerDefinition) -> None:
        servers = await self._records.servers.list(tx)
        reference = f"{definition.kind}:{definition.name}"
        if reference in {server.reference for server in servers}:
            raise DuplicateToolServer(reference)
        if len(servers) >= MAX_SERVERS:
            raise Conflict(
                f"This workspace has {len(servers)} tool servers; the limit is {MAX_SERVERS}.",
                hint="Remove one that no bot uses.",
            )

    def _server(
        self, scope: WorkspaceScope, definition: ToolServerDefinition, found: InspectedServer
    ) -> ToolServer:
        server = ToolServer(
            id=ToolServerId(uuid7()),
            workspace_id=scope.workspace_id,
            kind=definition.kind,
            name=definition.name,
            configuration=found.configuration,
            url=found.url,
            tools=found.tools,
            sealed_headers=None,
            header_names=tuple(sorted(definition.headers)),
            created_by=scope.user_id,
            created_at=self._clock.now(),
        )
        if not definition.headers:
            return server
        sealed = self._secrets.seal(json.dumps(dict(definition.headers)), server.secret_place)
        return replace(server, sealed_headers=sealed)

    def _defined(self, server: ToolServer) -> ToolServerDefinition:
        url = server.configuration.get("source_url")
        if not url:
            raise Conflict(
                f"{server.reference} was made of a document that was sent along, not of an address.",
                hint="Remove it and add it again with the new document.",
            )
        return ToolServerDefinition(
            server.kind,
            server.name,
            url=url,
            base_url=server.configuration.get("given_base_url", ""),
            headers=headers_of(server, self._secrets),
        )

    async def _record(self, tx: Transaction, scope: WorkspaceScope, action: str, server: ToolServer) -> None:
        await self._records.audit.append(
            tx,
            AuditEntry(
                id=uuid7(),
                at=self._clock.now(),
                workspace_id=scope.workspace_id,
                actor_id=scope.user_id,
                action=action,
                subject_id=server.id,
                detail={"name": server.reference, "url": server.url, "tools": str(len(server.tools))},
            ),
        )


def headers_of(server: ToolServer, secrets: SecretBox) -> dict[str, str]:
    """The headers of every request to it, in the clear. Raises SecretUnreadable."""
    if server.sealed_headers is None:
        return {}
    headers: dict[str, str] = json.loads(secrets.open(server.sealed_headers, server.secret_place))
    return headers


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _check_name(name: str) -> None:
    if len(name) > MAX_NAME_CHARS or not re.fullmatch(NAME_PATTERN, name):
        raise InvalidInput(
            f"name is {name!r}; it may have lower-case letters, digits and single hyphens between them,"
            f" at most {MAX_NAME_CHARS} characters.",
            hint="Choose a name such as crm or ticket-system.",
        )
