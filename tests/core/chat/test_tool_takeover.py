"""A tool that changes things is called once, whatever becomes of the runners of its turn."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import execute
from parley.core.bots.model import AgentType
from parley.core.chat.model import Turn
from parley.core.chat.runner import RunnerLimits
from parley.testing.models import ChangingModel, ScriptedModel
from parley.testing.toolbox import ScriptedTool
from tests.core.chat.conftest import DEADLINE_S, Engine, World
from tests.core.chat.test_fallbacks import receipt_of, seen
from tests.core.chat.test_tools import call, replies, results

SOON = RunnerLimits(poll_s=0.05)


@dataclass
class Ledger:
    """Where the tools of these tests write; `held` keeps them from coming to an end."""

    entries: list[str] = field(default_factory=list)
    wrote: asyncio.Event = field(default_factory=asyncio.Event)
    held: asyncio.Event | None = None

    async def write(self, arguments: Mapping[str, Any]) -> str:
        self.entries.append(arguments["entry"])
        self.wrote.set()
        if self.held is not None and len(self.entries) > 1:
            await self.held.wait()
        return f"wrote {arguments['entry']}"

    def tool(self) -> ScriptedTool:
        return ScriptedTool("write", self.write, changes_things=True)


def writing(*entries: str) -> list[Any]:
    return [call("write", f'{{"entry": "{entry}"}}', f"c-{entry}") for entry in entries]


async def until(event: asyncio.Event) -> None:
    async with asyncio.timeout(DEADLINE_S):
        await event.wait()


@pytest.fixture
async def world(world: World) -> World:
    await world.configure(agent_type=AgentType.TOOLS, tools=("write",), unattended_tools=("write",))
    return world


async def lost_while_answering(world: World, ledger: Ledger, *script: Any) -> tuple[Turn, Engine]:
    """The turn's first round is finished; its runner stops in the middle of the next reply."""
    model = ChangingModel(
        ScriptedModel(["Writing.", *script]), ScriptedModel(["Half ", "never"], stepwise=True)
    )
    first = await world.engine(model, tools=[ledger.tool()])
    turn = await first.chat.send(world.scope, world.command())
    await first.texts_seen(world.scope, turn, 2)
    return turn, first


async def test_a_takeover_shows_the_finished_rounds_again_and_goes_on(world: World) -> None:
    ledger = Ledger()
    turn, first = await lost_while_answering(world, ledger, *writing("a"))
    await first.stop()
    model = replies(["Written."])
    second = await world.engine(model, tools=[ledger.tool()], runs=SOON)
    events = await second.events(world.scope, turn)

    assert ledger.entries == ["a"]
    restart = [event.type for event in events].index("turn.restarted")
    assert [event.type for event in events[restart:]] == [
        "turn.restarted",
        "turn.started",
        "text.delta",
        "tool.started",
        "tool.finished",
        "text.delta",
        "turn.finished",
    ]
    assert seen(events).text == "Writing.\n\nWritten."
    assert results(model) == ["wrote a"]
    receipt = await receipt_of(world, turn)
    assert [each["reply"]["text"] for each in receipt["model_calls"]] == ["Writing.", "Written."]
    assert receipt["usage"]["input_tokens"] == 20


async def test_a_call_whose_runner_was_lost_is_not_repeated_and_its_outcome_is_said_to_be_unknown(
    world: World,
) -> None:
    ledger = Ledger(held=asyncio.Event())
    first = await world.engine(replies(writing("a", "b", "c")), tools=[ledger.tool()])
    turn = await first.chat.send(world.scope, world.command())
    async with asyncio.timeout(DEADLINE_S):
        while len(ledger.entries) < 2:
            ledger.wrote.clear()
            await ledger.wrote.wait()
    await first.stop()
    ledger.held = None
    model = replies(["I wrote two of three."])
    second = await world.engine(model, tools=[ledger.tool()], runs=SOON)
    events = await second.events(world.scope, turn)

    assert ledger.entries == ["a", "b", "c"]
    done, unknown, later = results(model)
    assert (done, later) == ("wrote a", "wrote c")
    assert "not known" in unknown
    assert [event.data["ok"] for event in events if event.type == "tool.finished"][-3:].count(False) == 1
    assert events[-1].type == "turn.finished"


async def test_calls_that_change_nothing_may_be_made_again(world: World) -> None:
    await world.configure(tools=("look",))
    looked, held = asyncio.Event(), asyncio.Event()

    async def look(_: Mapping[str, Any]) -> str:
        looked.set()
        await held.wait()
        return "seen"

    first = await world.engine(replies([call("look")]), tools=[ScriptedTool("look", look)])
    turn = await first.chat.send(world.scope, world.command())
    await until(looked)
    await first.stop()
    held.set()
    model = replies([call("look")], ["I saw it."])
    second = await world.engine(model, tools=[ScriptedTool("look", look)], runs=SOON)

    assert seen(await second.events(world.scope, turn)).text == "I saw it."
    assert results(model) == ["seen"]


async def test_a_runner_that_lost_its_lease_while_a_tool_ran_writes_nothing_more(world: World) -> None:
    ledger = Ledger(entries=["before"], held=asyncio.Event())
    model = replies(writing("a"), ["never said"])
    first = await world.engine(model, tools=[ledger.tool()], runs=RunnerLimits(poll_s=60, lease_s=3600))
    turn = await first.chat.send(world.scope, world.command())
    await until(ledger.wrote)
    async with world.database.begin_platform() as tx:
        await execute(
            tx,
            text("UPDATE turns SET epoch = epoch + 1, lease_until = now() - interval '1 s' WHERE id = :id"),
            {"id": turn.id},
        )
    second_model = replies(["I cannot know."])
    second = await world.engine(second_model, tools=[ledger.tool()], runs=SOON)
    events = await second.events(world.scope, turn)
    assert ledger.held is not None
    ledger.held.set()
    await first.stop()

    assert ledger.entries == ["before", "a"]
    assert "not known" in results(second_model)[0]
    assert [event.to_json() for event in await second.events(world.scope, turn)] == [
        event.to_json() for event in events
    ]
    assert len(model.requests) == 1


async def test_a_turn_whose_bot_lost_its_tools_meanwhile_still_ends(world: World) -> None:
    ledger = Ledger()
    turn, first = await lost_while_answering(world, ledger, *writing("a"))
    await first.stop()
    await world.configure(agent_type=AgentType.PLAIN, tools=())
    second = await world.engine(replies(["Done."]), runs=SOON)

    assert seen(await second.events(world.scope, turn)).text == "Writing.\n\nDone."
