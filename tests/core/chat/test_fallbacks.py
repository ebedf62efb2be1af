"""A turn whose model fails is answered by the bot's next one; who had seen something is told."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import text

from parley.adapters.database.bots import PostgresBots
from parley.adapters.database.connection import row
from parley.core.bots.model import AgentType, BotVersion
from parley.core.chat import events as chat_events
from parley.core.chat.model import Turn, TurnState
from parley.core.chat.runner import RunnerLimits
from parley.core.llm.model import ModelError
from parley.core.llm.routing import RoutePolicy
from parley.entrypoints.cli.turn import EMPTY_TURN, TurnEvent, reduce_turn
from parley.entrypoints.cli.turn import Turn as SeenTurn
from parley.testing.models import ChangingModel, ScriptedModel
from tests.core.chat.conftest import DEADLINE_S, Engine, World

WRONG_KEY = ModelError("The key is wrong.", hint="Mend the key.")
BUSY = ModelError("The server is busy.", retryable=True)


def first(*parts: str | ModelError) -> ScriptedModel:
    return ScriptedModel(parts, name="one:a")


def second(*parts: str | ModelError) -> ScriptedModel:
    return ScriptedModel(parts, name="two:b")


async def with_fallback(
    world: World, agent_type: AgentType = AgentType.PLAIN, fallback: str = "two:b"
) -> None:
    """The bot asks one:a, then the fallback."""
    configuration = replace(
        world.bot.configuration, agent_type=agent_type, llm_model="one:a", fallbacks=(fallback,)
    )
    bot = replace(world.bot, version=2, configuration=configuration)
    version = BotVersion(bot.id, 2, configuration, world.scope.user_id, bot.created_at)
    async with world.database.begin(world.scope) as tx:
        await PostgresBots().save(tx, bot, version)


async def asked(engine: Engine, world: World) -> tuple[Turn, list[chat_events.TurnEvent]]:
    turn = await engine.chat.send(world.scope, world.command())
    return turn, await engine.events(world.scope, turn)


def seen(events: Sequence[chat_events.TurnEvent]) -> SeenTurn:
    """What a reader makes of the events."""
    turn = EMPTY_TURN
    for event in events:
        turn = reduce_turn(turn, msgspec.json.decode(event.to_json(), type=TurnEvent))
    return turn


async def until_text(engine: Engine, world: World, turn: Turn) -> None:
    async with asyncio.timeout(DEADLINE_S), aclosing(engine.chat.follow(world.scope, turn.id)) as batches:
        async for batch in batches:
            if any(event.type == "text.delta" for event in batch):
                return


async def receipt_of(world: World, turn: Turn) -> dict[str, Any]:
    async with world.database.begin_platform() as tx:
        found = await row(tx, text("SELECT receipt FROM turns WHERE id = :id"), {"id": turn.id})
    assert found is not None
    receipt: dict[str, Any] = found.receipt
    return receipt


async def test_before_any_text_the_next_model_answers_without_a_restart(world: World) -> None:
    await with_fallback(world)
    engine = await world.engine(first(WRONG_KEY), second("Whole."))
    turn, events = await asked(engine, world)
    assert [event.type for event in events] == [
        "turn.started",
        "turn.started",
        "text.delta",
        "turn.finished",
    ]
    assert [event.data["model"] for event in events[:2]] == ["one:a", "two:b"]
    receipt = await receipt_of(world, turn)
    assert receipt["model"] == "two:b"
    assert [(each["model"], each["error"]) for each in receipt["attempts"]] == [
        ("one:a", "model_failed"),
        ("two:b", None),
    ]
    assert receipt["attempts"][0]["detail"] == "The key is wrong."
    assert all(each["seconds"] >= 0 for each in receipt["attempts"])


async def test_after_text_was_seen_the_answer_restarts_on_the_next_model_and_says_so(world: World) -> None:
    await with_fallback(world, AgentType.RAG)
    engine = await world.engine(first("Half ", WRONG_KEY), second("Whole."))
    turn, events = await asked(engine, world)
    assert [event.type for event in events] == [
        "turn.started",
        "retrieval.finished",
        "text.delta",
        "turn.restarted",
        "turn.started",
        "retrieval.finished",
        "text.delta",
        "turn.finished",
    ]
    assert {event.epoch for event in events} == {1}
    assert events[3].data["reason"] == "The model one:a broke off; two:b answers from the beginning."
    assert events[5].data == events[1].data
    reader = seen(events)
    assert (reader.text, reader.model, reader.state) == ("Whole.", "two:b", "complete")
    _, message = await engine.chat.get(world.scope, turn.id)
    assert message is not None
    assert message.text == "Whole."
    assert (await receipt_of(world, turn))["usage"]["output_tokens"] == 1


async def test_a_silent_model_is_followed_by_the_next(world: World) -> None:
    await with_fallback(world)
    silent = ScriptedModel(["Half ", "never"], name="one:a", stepwise=True)
    engine = await world.engine(silent, second("Whole."), route=RoutePolicy(next_event_s=0.05))
    turn, events = await asked(engine, world)
    assert seen(events).text == "Whole."
    assert silent.closed.is_set()
    assert (await receipt_of(world, turn))["attempts"][0]["error"] == "model_silent"


async def test_a_bot_without_fallbacks_has_a_passing_failure_mended_all_the_same(world: World) -> None:
    engine = await world.engine(
        ChangingModel(first("Half ", BUSY), first("Whole.")), route=RoutePolicy(retry_pause_s=0)
    )
    _, events = await asked(engine, world)
    assert seen(events).text == "Whole."
    assert [event.type for event in events].count("turn.restarted") == 1


async def test_when_all_fail_the_turn_fails_naming_what_was_tried_and_keeps_what_was_seen(
    world: World,
) -> None:
    await with_fallback(world)
    engine = await world.engine(first("Half ", WRONG_KEY), second(WRONG_KEY))
    turn, events = await asked(engine, world)
    assert events[-1].data["problem"] == {
        "code": "model_failed",
        "detail": "The key is wrong. Tried in turn: one:a (model_failed), two:b (model_failed).",
        "hint": "Mend the key.",
    }
    assert seen(events).text == "Half "
    assert len((await receipt_of(world, turn))["attempts"]) == 2


async def test_a_cancelled_call_stands_in_the_receipt(world: World) -> None:
    await with_fallback(world)
    model = ScriptedModel(["kept ", "never"], name="one:a", stepwise=True)
    engine = await world.engine(model, second("unused"))
    turn = await engine.chat.send(world.scope, world.command())
    await until_text(engine, world, turn)
    await engine.chat.cancel(world.scope, turn.id)
    await engine.events(world.scope, turn)
    assert (await engine.chat.get(world.scope, turn.id))[0].state is TurnState.CANCELLED
    assert [(each["model"], each["error"]) for each in (await receipt_of(world, turn))["attempts"]] == [
        ("one:a", "interrupted")
    ]


async def test_the_built_in_answerer_is_free_and_what_another_wrote_before_it_is_not(world: World) -> None:
    extractive = ScriptedModel(["Quoted."], name="extractive:default")
    engine = await world.engine(extractive)
    turn, _ = await asked(engine, world)
    assert (await receipt_of(world, turn))["cost_micros"] == 0

    await with_fallback(world, fallback="extractive:default")
    engine = await world.engine(first(WRONG_KEY), extractive)
    turn, _ = await asked(engine, world)
    assert (await receipt_of(world, turn))["cost_micros"] == 0

    engine = await world.engine(first("Half of ", BUSY), extractive)
    turn, _ = await asked(engine, world)
    receipt = await receipt_of(world, turn)
    assert receipt["cost_micros"] is None
    assert [(use["model"], use["estimated"]) for use in receipt["uses"]] == [
        ("one:a", True),
        ("extractive:default", False),
    ]


async def test_a_reader_that_missed_a_takeover_goes_back_to_it_and_not_to_a_later_fallback(
    world: World,
) -> None:
    await with_fallback(world)
    stuck = ScriptedModel(["early ", "never"], name="one:a", stepwise=True)
    lost = await world.engine(stuck, second("unused"))
    turn = await lost.chat.send(world.scope, world.command())
    await until_text(lost, world, turn)
    await lost.stop()
    engine = await world.engine(first("Half ", WRONG_KEY), second("Whole."), runs=RunnerLimits(poll_s=0.05))
    whole = await engine.events(world.scope, turn)
    takeover, fallback = [event.seq for event in whole if event.type == "turn.restarted"]
    # The reader had seen more of the lost runner than was stored.
    resumed = await engine.events(world.scope, turn, after=fallback - 2, epoch=1)
    assert resumed[0].seq == takeover
    assert seen(resumed).text == "Whole."
