"""A tool that changes things waits for its user, for as long as that takes, and on no runner."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text

from parley.adapters.database.connection import execute
from parley.core.bots.model import AgentType
from parley.core.chat.events import TurnEvent
from parley.core.chat.model import Turn, TurnState
from parley.core.chat.runner import RunnerLimits
from parley.core.kernel.errors import Conflict, NotFound
from parley.core.kernel.ids import UserId
from tests.core.chat.conftest import DEADLINE_S, Engine, World
from tests.core.chat.test_fallbacks import receipt_of, seen
from tests.core.chat.test_tool_takeover import SOON, Ledger, writing
from tests.core.chat.test_tools import replies, results


@pytest.fixture
async def world(world: World) -> World:
    await world.configure(agent_type=AgentType.TOOLS, tools=("write",))
    return world


async def waiting(engine: Engine, world: World, calls: int = 1) -> tuple[Turn, list[TurnEvent]]:
    """Sends a question and follows until the turn waits with so many calls."""
    turn = await engine.chat.send(world.scope, world.command())
    return turn, await until_asked(engine, world, turn, calls)


async def until_asked(engine: Engine, world: World, turn: Turn, calls: int = 1) -> list[TurnEvent]:
    events: list[TurnEvent] = []
    async with asyncio.timeout(DEADLINE_S):
        async for batch in engine.chat.follow(world.scope, turn.id):
            events += batch
            if sum(event.type == "tool.approval_requested" for event in events) >= calls:
                return events
    raise AssertionError("the turn ended without asking")


async def test_an_approved_call_is_made_and_the_turn_goes_on_without_a_restart(world: World) -> None:
    ledger = Ledger()
    model = replies(["Shall I?", *writing("a")], ["Written."])
    engine = await world.engine(model, tools=[ledger.tool()], runs=SOON)
    turn, asked = await waiting(engine, world)

    assert asked[-1].data == {
        "call_id": "1-1",
        "name": "write",
        "description": "Does write.",
        "arguments": {"entry": "a"},
    }
    assert (await engine.chat.get(world.scope, turn.id))[0].state is TurnState.WAITING
    assert ledger.entries == []
    following = asyncio.create_task(engine.events(world.scope, turn))
    await engine.approvals.decide(world.scope, turn.id, "1-1", approved=True)
    events = await following

    assert ledger.entries == ["a"]
    assert [event.type for event in events] == [
        "turn.started",
        "text.delta",
        "tool.approval_requested",
        "tool.started",
        "tool.finished",
        "text.delta",
        "turn.finished",
    ]
    assert [event.seq for event in events] == list(range(1, 8))
    assert [event.epoch for event in events] == [1, 1, 1, 2, 2, 2, 2]
    assert seen(events).text == "Shall I?\n\nWritten."
    receipt = await receipt_of(world, turn)
    assert receipt["tool_steps"][0]["approved"] is True
    assert receipt["usage"]["input_tokens"] == 20


async def test_a_denied_call_is_not_made_and_the_model_is_told(world: World) -> None:
    ledger = Ledger()
    model = replies(writing("a"), ["As you wish."])
    engine = await world.engine(model, tools=[ledger.tool()], runs=SOON)
    turn, _ = await waiting(engine, world)
    await engine.approvals.decide(world.scope, turn.id, "1-1", approved=False)
    events = await engine.events(world.scope, turn)

    assert ledger.entries == []
    assert results(model)[0].startswith("The user declined this call.")
    assert [event.type for event in events[1:3]] == ["tool.approval_requested", "tool.finished"]
    assert events[2].data["ok"] is False
    assert seen(events).text == "As you wish."


async def test_the_turn_waits_for_every_decision_and_another_replica_goes_on(world: World) -> None:
    ledger = Ledger()
    first = await world.engine(replies(writing("a", "b")), tools=[ledger.tool()])
    turn, asked = await waiting(first, world, calls=2)
    await first.stop()  # and everything that it had in memory is gone
    model = replies(["One of two."])
    second = await world.engine(model, tools=[ledger.tool()], runs=SOON)
    following = asyncio.create_task(
        second.events(world.scope, turn, after=asked[-1].seq, epoch=asked[-1].epoch)
    )
    decided = await second.approvals.decide(world.scope, turn.id, "1-2", approved=True)
    assert decided.state is TurnState.WAITING
    await second.approvals.decide(world.scope, turn.id, "1-1", approved=False)
    events = await following

    assert ledger.entries == ["b"]
    assert "turn.restarted" not in {event.type for event in events}
    assert events[0].seq == asked[-1].seq + 1
    assert [text.split(".")[0] for text in results(model)] == ["The user declined this call", "wrote b"]


async def test_a_runner_lost_after_the_approval_does_not_call_again(world: World) -> None:
    ledger = Ledger(entries=["before"], held=asyncio.Event())
    first = await world.engine(replies(writing("a")), tools=[ledger.tool()], runs=SOON)
    turn, _ = await waiting(first, world)
    await first.approvals.decide(world.scope, turn.id, "1-1", approved=True)
    async with asyncio.timeout(DEADLINE_S):
        await ledger.wrote.wait()
    await first.stop()
    model = replies(["I cannot know."])
    second = await world.engine(model, tools=[ledger.tool()], runs=SOON)
    events = await second.events(world.scope, turn)

    assert ledger.entries == ["before", "a"]
    assert "not known" in results(model)[0]
    assert [event.type for event in events].count("turn.restarted") == 1
    assert events[-1].type == "turn.finished"


async def test_a_decision_stands(world: World) -> None:
    engine = await world.engine(replies(writing("a", "b"), ["Done."]), tools=[Ledger().tool()], runs=SOON)
    turn, _ = await waiting(engine, world, calls=2)
    await engine.approvals.decide(world.scope, turn.id, "1-1", approved=True)
    await engine.approvals.decide(world.scope, turn.id, "1-1", approved=True)
    with pytest.raises(Conflict, match="was allowed before"):
        await engine.approvals.decide(world.scope, turn.id, "1-1", approved=False)
    with pytest.raises(NotFound, match="call to decide about 7-7"):
        await engine.approvals.decide(world.scope, turn.id, "7-7", approved=True)
    await engine.approvals.decide(world.scope, turn.id, "1-2", approved=True)
    await engine.events(world.scope, turn)
    await engine.approvals.decide(world.scope, turn.id, "1-2", approved=True)


async def test_another_member_can_decide_nothing(world: World) -> None:
    engine = await world.engine(replies(writing("a")), tools=[Ledger().tool()], runs=SOON)
    turn, _ = await waiting(engine, world)
    colleague = replace(world.scope, user_id=UserId(uuid4()))

    with pytest.raises(NotFound):
        await engine.approvals.decide(colleague, turn.id, "1-1", approved=True)


async def test_a_waiting_turn_can_be_stopped_and_keeps_its_text(world: World) -> None:
    ledger = Ledger()
    engine = await world.engine(replies(["Shall I?", *writing("a")]), tools=[ledger.tool()], runs=SOON)
    turn, _ = await waiting(engine, world)
    await engine.chat.cancel(world.scope, turn.id)
    events = await engine.events(world.scope, turn)

    assert events[-1].type == "turn.cancelled"
    assert events[-1].data["message"]["text"] == "Shall I?"
    assert "turn.restarted" not in {event.type for event in events}
    assert ledger.entries == []
    with pytest.raises(Conflict, match="no longer waits"):
        await engine.approvals.decide(world.scope, turn.id, "1-1", approved=True)


async def test_a_conversation_is_busy_while_its_turn_waits(world: World) -> None:
    engine = await world.engine(replies(writing("a")), tools=[Ledger().tool()], runs=SOON)
    turn, _ = await waiting(engine, world)

    again = replace(world.command("Well?"), conversation_id=turn.conversation_id)
    with pytest.raises(Conflict, match="still being written"):
        await engine.chat.send(world.scope, again)


async def test_a_turn_that_waited_too_long_fails_and_says_so(world: World) -> None:
    first = await world.engine(replies(["Shall I?", *writing("a")]), tools=[Ledger().tool()])
    turn, _ = await waiting(first, world)
    async with world.database.begin_platform() as tx:
        await execute(tx, text("UPDATE turns SET lease_until = now() - interval '1 s'"))
    second = await world.engine(replies(["unused"]), tools=[Ledger().tool()], runs=RunnerLimits(poll_s=0.05))
    events = await second.events(world.scope, turn)

    assert events[-1].type == "turn.failed"
    assert events[-1].data["problem"]["code"] == "approval_timed_out"
    assert events[-1].data["message"]["text"] == "Shall I?"


async def test_a_wish_to_stop_that_comes_while_the_turn_is_about_to_wait_is_heard(world: World) -> None:
    engine = await world.engine(replies(["Shall I?", *writing("a")]), tools=[Ledger().tool()], runs=SOON)
    turn = await engine.chat.send(world.scope, world.command())
    async with world.database.begin_platform() as tx:
        await execute(tx, text("UPDATE turns SET cancel_requested = now() WHERE id = :id"), {"id": turn.id})

    assert (await engine.events(world.scope, turn))[-1].type == "turn.cancelled"


async def test_a_turn_that_waited_goes_on_with_the_bot_as_it_was_when_it_was_asked(world: World) -> None:
    ledger = Ledger()
    engine = await world.engine(replies(writing("a"), ["Written."]), tools=[ledger.tool()], runs=SOON)
    turn, _ = await waiting(engine, world)
    await world.configure(agent_type=AgentType.PLAIN, tools=())
    await engine.approvals.decide(world.scope, turn.id, "1-1", approved=True)
    events = await engine.events(world.scope, turn)

    assert ledger.entries == ["a"]
    assert seen(events).text == "Written."
    assert (await receipt_of(world, turn))["bot_version"] == turn.bot_version
