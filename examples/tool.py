"""The smallest tool: put such a file into src/parley/adapters/tools, and a line for it into TOOLS there."""

import secrets
from typing import Annotated

from msgspec import Meta

from parley.adapters.tools.arguments import Arguments, read, schema_of
from parley.adapters.tools.kit import Kit
from parley.core.tools.model import Invocation, ToolDescription, ToolOutput


class DiceArguments(Arguments, frozen=True):
    sides: Annotated[int, Meta(ge=2, le=100, description="How many sides each die has.")] = 6
    dice: Annotated[int, Meta(ge=1, le=20, description="How many dice are thrown.")] = 1


class Dice:
    description = ToolDescription("dice", "Throws dice.", schema_of(DiceArguments), changes_things=False)

    def __init__(self, kit: Kit) -> None:
        pass  # a tool that speaks to the web takes kit.web here

    async def run(self, invocation: Invocation) -> ToolOutput:
        arguments = read(DiceArguments, invocation.arguments)
        thrown = [1 + secrets.randbelow(arguments.sides) for _ in range(arguments.dice)]
        return ToolOutput(f"{', '.join(map(str, thrown))}; {sum(thrown)} together.")
