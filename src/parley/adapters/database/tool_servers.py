"""Tool servers in PostgreSQL."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import tool_servers
from parley.core.kernel.transactions import Transaction
from parley.core.tools.model import (
    DuplicateToolServer,
    ToolDescription,
    ToolServer,
    ToolServerId,
    ToolServerKind,
)

_MOST = 100


class PostgresToolServers:
    """Implements `ToolServers`."""

    async def add(self, tx: Transaction, server: ToolServer) -> None:
        added = await execute(
            tx,
            insert(tool_servers)
            .values(
                id=server.id,
                workspace_id=server.workspace_id,
                kind=server.kind.value,
                name=server.name,
                configuration=dict(server.configuration),
                url=server.url,
                tools=[_to_json(tool) for tool in server.tools],
                sealed_headers=server.sealed_headers,
                header_names=list(server.header_names),
                created_by=server.created_by,
                created_at=server.created_at,
            )
            .on_conflict_do_nothing(
                index_elements=[tool_servers.c.workspace_id, tool_servers.c.kind, tool_servers.c.name]
            ),
        )
        if not added:
            raise DuplicateToolServer(server.reference)

    async def get(self, tx: Transaction, server_id: ToolServerId) -> ToolServer | None:
        found = await row(
            tx,
            select(*tool_servers.c).where(
                tool_servers.c.id == server_id, tool_servers.c.workspace_id == tx.workspace_id
            ),
        )
        return None if found is None else _to_server(found)

    async def list(self, tx: Transaction) -> tuple[ToolServer, ...]:
        statement = (
            select(*tool_servers.c)
            .where(tool_servers.c.workspace_id == tx.workspace_id)
            .order_by(tool_servers.c.kind, tool_servers.c.name)
            .limit(_MOST)
        )
        return tuple(_to_server(each) for each in await rows(tx, statement))

    async def save(self, tx: Transaction, server: ToolServer) -> None:
        await execute(
            tx,
            update(tool_servers)
            .where(tool_servers.c.id == server.id, tool_servers.c.workspace_id == tx.workspace_id)
            .values(
                configuration=dict(server.configuration),
                url=server.url,
                tools=[_to_json(tool) for tool in server.tools],
            ),
        )

    async def remove(self, tx: Transaction, server_id: ToolServerId) -> bool:
        statement = delete(tool_servers).where(
            tool_servers.c.id == server_id, tool_servers.c.workspace_id == tx.workspace_id
        )
        return await execute(tx, statement) == 1


def _to_json(tool: ToolDescription) -> dict[str, Any]:
    return {
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters),
        "changes_things": tool.changes_things,
    }


def _to_server(found: Record) -> ToolServer:
    return ToolServer(
        id=found.id,
        workspace_id=found.workspace_id,
        kind=ToolServerKind(found.kind),
        name=found.name,
        configuration=found.configuration,
        url=found.url,
        tools=tuple(ToolDescription(**tool) for tool in found.tools),
        sealed_headers=found.sealed_headers,
        header_names=tuple(found.header_names),
        created_by=found.created_by,
        created_at=found.created_at,
    )
