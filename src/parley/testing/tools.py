"""The contract of a built-in tool, and a toolbox that is empty."""

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from parley.core.kernel.errors import InvalidInput
from parley.core.tools.model import Invocation, OfferedTool, ToolFailed
from parley.core.tools.ports import OpenTools, Tool
from parley.core.workspaces.model import WorkspaceScope

_MOST_DESCRIPTION = 1_000


class ToolContract(ABC):
    """Subclass it beside each tool. Fixtures: `tool`, and `scope`, in whose name it is called."""

    @property
    @abstractmethod
    def arguments(self) -> Mapping[str, Any]:
        """Arguments that the tool of the fixture answers."""

    def test_its_name_is_one_that_every_provider_takes(self, tool: Tool) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,63}", tool.description.name)

    def test_models_are_told_what_it_and_each_argument_is_for(self, tool: Tool) -> None:
        assert 0 < len(tool.description.description) <= _MOST_DESCRIPTION
        for name, schema in tool.description.parameters["properties"].items():
            assert schema.get("description"), name

    def test_its_schema_is_one_object_that_takes_nothing_else(self, tool: Tool) -> None:
        schema = tool.description.parameters
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        assert "$ref" not in str(schema)
        assert jsonschema.Draft202012Validator(schema).is_valid(dict(self.arguments))

    async def test_it_answers(self, tool: Tool, scope: WorkspaceScope) -> None:
        output = await tool.run(Invocation(self.arguments, scope))
        assert output.text.strip() or output.passages

    async def test_an_argument_that_it_does_not_have_is_refused(
        self, tool: Tool, scope: WorkspaceScope
    ) -> None:
        with pytest.raises(ToolFailed, match="nonsense"):
            await tool.run(Invocation({**self.arguments, "nonsense": 1}, scope))

    async def test_an_argument_of_another_type_is_refused(self, tool: Tool, scope: WorkspaceScope) -> None:
        for name in tool.description.parameters["properties"]:
            with pytest.raises(ToolFailed, match=name):
                await tool.run(Invocation({**self.arguments, name: {"a": []}}, scope))


class EmptyToolbox:
    """A Toolbox without tools."""

    @asynccontextmanager
    async def open(self, scope: WorkspaceScope, names: Sequence[str]) -> AsyncIterator[OpenTools]:
        yield OpenTools((), dict.fromkeys(names, "There are no tools."))

    async def check(self, scope: WorkspaceScope, names: Sequence[str]) -> None:
        if names:
            raise InvalidInput(f"tools names {names[0]!r}, which this workspace does not have.")

    async def offered(self, scope: WorkspaceScope) -> Sequence[OfferedTool]:
        return ()
