"""The example tool keeps the contract of the built-in ones."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import uuid4

import pytest

from examples.tool import Dice
from parley.adapters.tools.kit import Kit
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.tools.model import Invocation
from parley.core.workspaces.model import Role, WorkspaceScope
from parley.testing.tools import ToolContract


class TestDice(ToolContract):
    arguments: Mapping[str, Any] = {"sides": 6, "dice": 3}

    @pytest.fixture
    def tool(self) -> Dice:
        return Dice(cast("Kit", None))

    @pytest.fixture
    def scope(self) -> WorkspaceScope:
        return WorkspaceScope(WorkspaceId(uuid4()), UserId(uuid4()), Role.MEMBER)

    async def test_each_die_shows_one_of_its_sides(self, tool: Dice, scope: WorkspaceScope) -> None:
        text = (await tool.run(Invocation({"sides": 2, "dice": 20}, scope))).text
        assert {side.strip() for side in text.partition(";")[0].split(",")} <= {"1", "2"}
