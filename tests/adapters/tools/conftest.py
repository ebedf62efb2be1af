"""What tools are made of, and someone to act for."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import pytest

from parley.adapters.documents.sandbox import SandboxedParser
from parley.adapters.outbound.fetcher import Fetcher
from parley.adapters.tools.kit import Kit
from parley.adapters.tools.web import Web
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.knowledge.search import Search
from parley.core.workspaces.model import Role, WorkspaceScope


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2026, 7, 1, 12, 30, 5, tzinfo=UTC)


@pytest.fixture
def scope() -> WorkspaceScope:
    return WorkspaceScope(WorkspaceId(uuid4()), UserId(uuid4()), Role.MEMBER)


@pytest.fixture
def tools_web(fetcher: Fetcher) -> Web:
    return Web(fetcher)


@pytest.fixture
async def kit(tools_web: Web) -> AsyncIterator[Kit]:
    pages = SandboxedParser()
    # Only the tool that searches needs a search, and its test has one.
    yield Kit(StoppedClock(), tools_web, pages, cast("Search", None))
    await pages.close()
