"""A turn goes on when its runner is lost, stops or is late: once, and to its end."""

import asyncio
from dataclasses import replace

from sqlalchemy import text

from parley.adapters.database.connection import execute
from parley.core.chat.model import Lease
from parley.core.chat.runner import RunnerLimits
from parley.testing.models import ChangingModel, ScriptedModel
from tests.core.chat.conftest import World

_TAKEN_OVER = text("UPDATE turns SET epoch = epoch + 1, lease_until = now() - interval '1 s' WHERE id = :id")


async def test_a_reader_that_saw_more_than_was_stored_follows_the_takeover_to_its_end(world: World) -> None:
    model = ScriptedModel(["a", "b", "c", "never"], stepwise=True)
    first = await world.engine(model, runs=RunnerLimits(poll_s=60))
    await world.engine(ScriptedModel(["Whole."]), runs=RunnerLimits(poll_s=0.05))
    turn = await first.chat.send(world.scope, world.command())
    following = asyncio.create_task(first.events(world.scope, turn))
    async with world.database.begin_platform() as tx:
        # What a runner that takes the turn over does, while the events of the first cannot be stored.
        await execute(tx, _TAKEN_OVER, {"id": turn.id})
        model.release(2)
        seen_live = await first.texts_seen(world.scope, turn, 3)

    events = await following
    restart = next(index for index, event in enumerate(events) if event.type == "turn.restarted")
    assert events[restart].seq <= seen_live
    assert [event.type for event in events[restart + 1 :]] == ["turn.started", "text.delta", "turn.finished"]
    assert events[-1].data["message"]["text"] == "Whole."


async def test_a_runner_that_claims_its_own_turn_answers_it_once(world: World) -> None:
    model = ChangingModel(ScriptedModel(["early ", "never"], stepwise=True), ScriptedModel(["Whole."]))
    engine = await world.engine(model, runs=RunnerLimits(poll_s=60))
    turn = await engine.chat.send(world.scope, world.command())
    seq = await engine.texts_seen(world.scope, turn)
    following = asyncio.create_task(engine.events(world.scope, turn))
    async with world.database.begin_platform() as tx:
        # Its claim set out before the turn began, and came late.
        await execute(tx, _TAKEN_OVER, {"id": turn.id})
    engine.runner.start(Lease(replace(turn, epoch=turn.epoch + 1), seq), None)

    events = await following
    assert (events[-1].type, events[-1].epoch) == ("turn.finished", turn.epoch + 1)
    assert events[-1].data["message"]["text"] == "Whole."
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


async def test_a_closing_server_keeps_no_turn_for_itself(world: World) -> None:
    runs = RunnerLimits(turns_at_once=1, poll_s=0.005, lease_s=3600)
    first = await world.engine(ScriptedModel(["early ", "never"], stepwise=True), runs=runs)
    turns = [await first.chat.send(world.scope, world.command(f"Question {n}?")) for n in range(4)]
    await first.texts_seen(world.scope, turns[0])
    await first.stop()
    second = await world.engine(ScriptedModel(["ok"]), runs=RunnerLimits(poll_s=0.05))

    for turn in turns:
        assert (await second.events(world.scope, turn))[-1].type == "turn.finished"


async def test_a_turn_that_ends_its_runners_is_given_up(world: World) -> None:
    runs = RunnerLimits(poll_s=0.05, most_epochs=2)
    engine = await world.engine(ScriptedModel(["early ", "never"], stepwise=True), runs=runs)
    turn = await engine.chat.send(world.scope, world.command())
    for _ in range(2):
        await engine.texts_seen(world.scope, turn)
        await engine.stop()
        engine = await world.engine(ScriptedModel(["early ", "never"], stepwise=True), runs=runs)

    end = (await engine.events(world.scope, turn))[-1]
    assert end.type == "turn.failed"
    assert end.data["problem"]["code"] == "turn_given_up"


async def test_a_runner_that_could_not_renew_in_time_goes_on_with_its_own_turn(world: World) -> None:
    model = ScriptedModel(["early ", "rest"], stepwise=True)
    engine = await world.engine(model, runs=RunnerLimits(lease_s=3600, poll_s=0.01))
    turn = await engine.chat.send(world.scope, world.command())
    await engine.texts_seen(world.scope, turn)
    async with world.database.begin_platform() as tx:
        await execute(tx, text("UPDATE turns SET lease_until = now() - interval '1 s'"))
    full = await world.engine(ScriptedModel(["unused"]), runs=RunnerLimits(turns_at_once=0))
    # What takes this one would take the other as well.
    queued = await full.chat.send(world.scope, world.command("Another question?"))
    model.release(10)

    assert (await engine.events(world.scope, queued))[-1].type == "turn.finished"
    end = (await engine.events(world.scope, turn))[-1]
    assert (end.type, end.epoch) == ("turn.finished", 1)
    assert len(model.requests) == 2
