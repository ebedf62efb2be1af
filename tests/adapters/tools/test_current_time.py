"""The time in any zone of the IANA database, and nothing else of the machine's files."""

from collections.abc import Mapping
from typing import Any

import pytest

from parley.adapters.tools.current_time import CurrentTime
from parley.adapters.tools.kit import Kit
from parley.core.tools.model import Invocation, ToolFailed
from parley.core.workspaces.model import WorkspaceScope
from parley.testing.tools import ToolContract


class TestCurrentTime(ToolContract):
    arguments: Mapping[str, Any] = {"timezone": "Europe/Berlin"}

    @pytest.fixture
    def tool(self, kit: Kit) -> CurrentTime:
        return CurrentTime(kit)

    @pytest.mark.parametrize(
        ("timezone", "told"),
        [
            ("Europe/Berlin", "Wednesday, 2026-07-01 14:30:05 in Europe/Berlin (2026-07-01T14:30:05+02:00)"),
            ("america/new york", "Wednesday, 2026-07-01 08:30:05 in America/New_York"),
            ("Asia/Kathmandu", "18:15:05 in Asia/Kathmandu (2026-07-01T18:15:05+05:45)"),
            ("UTC", "in UTC 2026-07-01 12:30:05."),
        ],
    )
    async def test_a_zone_has_its_own_time(
        self, tool: CurrentTime, scope: WorkspaceScope, timezone: str, told: str
    ) -> None:
        assert told in (await tool.run(Invocation({"timezone": timezone}, scope))).text

    async def test_without_a_zone_it_is_utc(self, tool: CurrentTime, scope: WorkspaceScope) -> None:
        assert "12:30:05 in UTC" in (await tool.run(Invocation({}, scope))).text

    @pytest.mark.parametrize(
        "timezone", ["Europe/Berln", "Europe", "../../etc/passwd", "/etc/localtime", "", "\0"]
    )
    async def test_what_is_no_zone_is_refused(
        self, tool: CurrentTime, scope: WorkspaceScope, timezone: str
    ) -> None:
        with pytest.raises(ToolFailed, match="no time zone"):
            await tool.run(Invocation({"timezone": timezone}, scope))

    async def test_a_misspelt_zone_is_told_the_right_one(
        self, tool: CurrentTime, scope: WorkspaceScope
    ) -> None:
        with pytest.raises(ToolFailed) as refused:
            await tool.run(Invocation({"timezone": "Europe/Berln"}, scope))
        assert "Europe/Berlin" in refused.value.hint
