"""Tool servers in the database: kept per workspace, with names that are each other's no matter."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import Database, execute
from parley.adapters.database.tool_servers import PostgresToolServers
from parley.core.tools.model import (
    DuplicateToolServer,
    ToolDescription,
    ToolServer,
    ToolServerId,
    ToolServerKind,
)
from tests.adapters.database.stored import Stored, store

SERVERS = PostgresToolServers()


def crm(stored: Stored) -> ToolServer:
    return ToolServer(
        id=ToolServerId(uuid4()),
        workspace_id=stored.workspace_id,
        kind=ToolServerKind.OPENAPI,
        name="crm",
        configuration={"base_url": "https://crm.example.org", "operations": []},
        url="https://crm.example.org",
        tools=(ToolDescription("openapi_crm_find", "Finds.", {"type": "object"}, changes_things=False),),
        sealed_headers=b"\x01\x00sealed",
        header_names=("Authorization",),
        created_by=stored.user_id,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


async def test_what_is_kept_comes_back_as_it_was(database: Database) -> None:
    stored = await store(database)
    server = crm(stored)
    async with database.begin(stored.scope) as tx:
        await SERVERS.add(tx, server)
        assert await SERVERS.get(tx, server.id) == server
        assert [each.reference for each in await SERVERS.list(tx)] == ["mcp:notes", "openapi:crm"]
        renewed = replace(server, configuration={"x": 1}, url="https://other.example", tools=())
        await SERVERS.save(tx, renewed)
        assert await SERVERS.get(tx, server.id) == renewed
        assert await SERVERS.remove(tx, server.id)
        assert not await SERVERS.remove(tx, server.id)
        assert await SERVERS.get(tx, server.id) is None


async def test_a_name_is_taken_within_its_workspace_and_kind_alone(database: Database) -> None:
    ours, theirs = await store(database), await store(database)
    async with database.begin(ours.scope) as tx:
        await SERVERS.add(tx, crm(ours))
        await SERVERS.add(tx, replace(crm(ours), kind=ToolServerKind.MCP))
    with pytest.raises(DuplicateToolServer, match="openapi:crm"):
        async with database.begin(ours.scope) as tx:
            await SERVERS.add(tx, crm(ours))
    async with database.begin(theirs.scope) as tx:
        await SERVERS.add(tx, crm(theirs))


async def test_another_workspace_sees_and_changes_none(database: Database) -> None:
    ours, theirs = await store(database), await store(database)
    server = crm(ours)
    async with database.begin(ours.scope) as tx:
        await SERVERS.add(tx, server)
    async with database.begin(theirs.scope) as tx:
        assert await SERVERS.get(tx, server.id) is None
        assert not await SERVERS.remove(tx, server.id)
        assert await execute(tx, text("UPDATE tool_servers SET url = 'x' WHERE name = 'crm'")) == 0


async def test_they_go_with_their_workspace(database: Database) -> None:
    stored = await store(database)
    async with database.begin_platform(stored.workspace_id) as tx:
        await execute(tx, text("DELETE FROM workspaces"))
        assert await SERVERS.list(tx) == ()
