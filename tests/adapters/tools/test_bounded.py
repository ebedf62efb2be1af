"""What every tool gets: checked arguments, a deadline and a limit on what it says."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import pytest

from parley.adapters.tools.bounded import Bounded, ToolBounds
from parley.adapters.tools.schema import check
from parley.core.tools.model import Invocation, ToolDescription, ToolFailed, ToolOutput
from parley.core.workspaces.model import WorkspaceScope

_SCHEMA = {
    "type": "object",
    "properties": {"count": {"$ref": "#/$defs/count"}, "name": {"type": "string", "pattern": "^(a+)+$"}},
    "required": ["count"],
    "additionalProperties": False,
    "$defs": {"count": {"type": "integer", "minimum": 1}},
}


class Repeats:
    """Says as much as it is asked for, or never stops."""

    description = ToolDescription("repeats", "Repeats.", _SCHEMA, changes_things=False)

    def __init__(self) -> None:
        self.stopped = False

    async def run(self, invocation: Invocation) -> ToolOutput:
        if invocation.arguments["count"] == 99:
            try:
                await asyncio.Event().wait()
            finally:
                self.stopped = True
        return ToolOutput("x" * invocation.arguments["count"])


async def test_arguments_that_fit_go_through(scope: WorkspaceScope) -> None:
    output = await Bounded(Repeats(), ToolBounds()).run(Invocation({"count": 3}, scope))
    assert output.text == "xxx"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({}, "'count' is a required property"),
        ({"count": 0}, "at count: 0 is less than the minimum of 1"),
        ({"count": "1"}, "is not of type 'integer'"),
        ({"count": 1, "other": 1}, "'other' was unexpected"),
    ],
)
async def test_arguments_that_do_not_fit_never_reach_the_tool(
    scope: WorkspaceScope, arguments: Mapping[str, Any], why: str
) -> None:
    with pytest.raises(ToolFailed, match=why):
        await Bounded(Repeats(), ToolBounds()).run(Invocation(arguments, scope))


async def test_a_long_output_is_cut_with_a_note(scope: WorkspaceScope) -> None:
    output = await Bounded(Repeats(), ToolBounds(most_characters=10)).run(Invocation({"count": 11}, scope))
    assert output.text == "x" * 10 + "\n[Cut here: 10 of 11 characters are shown.]"


async def test_a_tool_that_never_stops_is_stopped(scope: WorkspaceScope) -> None:
    tool = Repeats()
    with pytest.raises(ToolFailed, match=r"repeats was stopped after 0\.01 seconds"):
        await Bounded(tool, ToolBounds(deadline_s=0.01)).run(Invocation({"count": 99}, scope))
    assert tool.stopped


def test_a_pattern_that_would_run_for_hours_is_not_run() -> None:
    began = time.process_time()
    check(_SCHEMA, {"count": 1, "name": "a" * 40 + "!"})
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "https://example.org/schema.json"},
        {"$ref": "http://169.254.169.254/latest/meta-data/"},
        {"$ref": "#/$defs/nothing"},
        {"properties": 1},
        {"type": "no type"},
        {
            "allOf": [{"$ref": "#/$defs/a0"}],
            "$defs": {
                **{f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(40)},
                "a40": {},
            },
        },
    ],
    ids=["circle", "remote", "metadata", "missing", "no-object", "no-type", "doubling"],
)
def test_a_schema_that_cannot_be_followed_is_refused_quickly(schema: Mapping[str, Any]) -> None:
    began = time.process_time()
    with pytest.raises(ToolFailed, match="cannot be followed"):
        check(schema, {"a": 1})
    assert time.process_time() - began < 10
