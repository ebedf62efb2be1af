"""The connection that sees everything."""

from collections.abc import AsyncIterator

import asyncpg
import pytest


@pytest.fixture
async def owner(owner_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(owner_url.replace("+asyncpg", ""))
    yield connection
    await connection.close()
