"""Several replicas on one database: each hears of the others' turns, and none waits to be asked."""

import asyncio
from dataclasses import replace

from parley.core.chat.runner import RunnerLimits
from parley.testing.models import ChangingModel, ScriptedModel
from tests.core.chat.conftest import World, make_world

ASLEEP = RunnerLimits(poll_s=3600, lease_s=3600)
"""A runner that never looks and never renews: what it does, it was told to."""


async def test_a_reader_on_another_replica_sees_each_part_as_it_is_stored(world: World) -> None:
    model = ScriptedModel(["one ", "two ", "three"], stepwise=True)
    first = await world.engine(model, runs=ASLEEP)
    second = await world.engine(ScriptedModel(["unused"]), runs=ASLEEP)
    turn = await first.chat.send(world.scope, world.command())
    following = asyncio.create_task(second.events(world.scope, turn))
    for number in range(1, 3):
        await second.texts_seen(world.scope, turn, number)
        model.release()

    events = await following
    assert [event.data["text"] for event in events if event.type == "text.delta"] == ["one ", "two ", "three"]
    assert events[-1].type == "turn.finished"


async def test_stopping_a_turn_of_another_replica_ends_it_without_waiting_for_its_heartbeat(
    world: World,
) -> None:
    model = ScriptedModel(["early ", "never"], stepwise=True)
    first = await world.engine(model, runs=ASLEEP)
    second = await world.engine(ScriptedModel(["unused"]), runs=ASLEEP)
    turn = await first.chat.send(world.scope, world.command())
    await second.texts_seen(world.scope, turn)
    await second.chat.cancel(world.scope, turn.id)

    assert (await second.events(world.scope, turn))[-1].type == "turn.cancelled"
    await asyncio.wait_for(model.closed.wait(), 20)


async def test_a_turn_without_a_place_is_taken_at_once_by_a_replica_that_has_one(world: World) -> None:
    full = await world.engine(ScriptedModel(["unused"]), runs=replace(ASLEEP, turns_at_once=0))
    await world.engine(ScriptedModel(["Here."]), runs=ASLEEP)
    turn = await full.chat.send(world.scope, world.command())

    end = (await full.events(world.scope, turn))[-1]
    assert end.data["message"]["text"] == "Here."


async def test_a_closing_server_gives_its_turns_away_while_its_readers_still_listen(world: World) -> None:
    first = await world.engine(ScriptedModel(["early ", "never"], stepwise=True), runs=ASLEEP)
    turn = await first.chat.send(world.scope, world.command())
    seq = await first.texts_seen(world.scope, turn)
    reading = asyncio.create_task(first.events(world.scope, turn))
    await first.runner.hand_over()
    # Its readers are let go, to ask a server that stays.
    assert not (await reading)[-1].ends_the_turn

    second = await world.engine(ScriptedModel(["Whole."]), runs=ASLEEP)
    events = await second.events(world.scope, turn, after=seq, epoch=1)
    assert events[-1].type == "turn.finished"
    assert events[-1].data["message"]["text"] == "Whole."


async def test_a_workspace_with_many_questions_does_not_keep_another_waiting(world: World) -> None:
    scripts = [ScriptedModel(["a", "never"], stepwise=True) for _ in range(6)]
    engine = await world.engine(ChangingModel(*scripts), runs=replace(ASLEEP, turns_at_once=2))
    running = [await engine.chat.send(world.scope, world.command(f"Question {n}?")) for n in range(2)]
    waiting = [await engine.chat.send(world.scope, world.command(f"Question {n}?")) for n in range(2, 5)]
    other = await make_world(world.database, world.config, world.engines)
    theirs = await engine.chat.send(other.scope, other.command("Ours?"))
    await engine.texts_seen(world.scope, running[0])
    await engine.chat.cancel(world.scope, running[0].id)

    # The free place goes to the workspace that has nothing running, though the other asked before.
    await engine.texts_seen(other.scope, theirs)
    assert [engine.runner.live.get(turn.id) for turn in waiting] == [None, None, None]
