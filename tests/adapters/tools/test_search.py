"""Searching the documents that the bot may read, over a real database."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from parley.adapters.database.connection import Database
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.adapters.tools.kit import Kit
from parley.adapters.tools.search import SearchDocuments
from parley.core.tools.model import Invocation, ToolOutput
from parley.core.workspaces.model import Role, WorkspaceScope
from parley.testing.tools import ToolContract
from tests.adapters.database.stored import Stored, store
from tests.searching import NO_EMBEDDER, search_over


class Letters(SnowballAnalyzer):
    """Takes each letter for a word: the rows of the database that tests share have no longer ones."""

    def terms(self, text: str) -> list[str]:
        return list(text)


class TestSearch(ToolContract):
    arguments: Mapping[str, Any] = {"query": "t"}

    @pytest.fixture
    async def stored(self, database: Database) -> Stored:
        return await store(database)

    @pytest.fixture
    def scope(self, stored: Stored) -> WorkspaceScope:
        return WorkspaceScope(stored.workspace_id, stored.user_id, Role.MEMBER)

    @pytest.fixture
    def tool(self, kit: Kit, database: Database) -> SearchDocuments:
        search = search_over(database, Letters())
        return SearchDocuments(replace(kit, search=search))

    async def test_passages_come_with_their_document_and_place(
        self, tool: SearchDocuments, scope: WorkspaceScope, stored: Stored
    ) -> None:
        output = await tool.run(Invocation(self.arguments, scope))
        assert output.text == NO_EMBEDDER
        [passage] = output.passages
        assert (passage.document_id, passage.document_name) == (stored.open_document, "D")
        assert (passage.chunk, passage.char_start, passage.char_end, passage.text) == (0, 0, 1, "t")

    async def test_it_looks_in_the_bots_collections_alone(
        self, tool: SearchDocuments, scope: WorkspaceScope, stored: Stored
    ) -> None:
        inside = Invocation(self.arguments, scope, (stored.collection_id,))
        outside = Invocation(self.arguments, scope, (uuid4(),))
        assert len((await tool.run(inside)).passages) == 1
        assert await tool.run(outside) == ToolOutput("No passage of the documents fits.")
