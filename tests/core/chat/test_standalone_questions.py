"""A follow-up question is searched for in words that need no conversation to be understood."""

from dataclasses import replace

import pytest

from parley.core.bots.model import AgentType
from parley.core.llm.model import ModelError
from parley.testing.models import ChangingModel, ScriptedModel
from tests.core.chat.conftest import World
from tests.core.chat.test_fallbacks import receipt_of


@pytest.fixture
async def world(world: World) -> World:
    await world.configure(agent_type=AgentType.RAG)
    return world


async def followed_up(world: World, model: ChangingModel | ScriptedModel) -> dict[str, object]:
    """The receipt of a second question."""
    engine = await world.engine(model)
    first = await engine.chat.send(world.scope, world.command("How long is the warranty of the lamp?"))
    await engine.events(world.scope, first)
    again = replace(world.command("And of the door?"), conversation_id=first.conversation_id)
    second = await engine.chat.send(world.scope, again)
    events = await engine.events(world.scope, second)
    assert events[-1].type == "turn.finished"
    assert events[-1].data["message"]["text"] == "Two years."
    return await receipt_of(world, second)


async def test_a_model_puts_it_into_words_of_its_own_and_the_receipt_shows_the_call(world: World) -> None:
    answer, rewritten = (
        ScriptedModel(["Two years."]),
        ScriptedModel(['"How long is the warranty ', 'of the door?"']),
    )
    receipt = await followed_up(world, ChangingModel(answer, rewritten, answer))

    assert receipt["query"] == "How long is the warranty of the door?"
    asked = rewritten.requests[0]
    assert "assistant: Two years." in asked.messages[-1].text
    assert asked.messages[-1].text.endswith("And of the door?")
    calls = receipt["model_calls"]
    assert isinstance(calls, list)
    assert [call["purpose"] for call in calls] == ["search_question", "answer"]


async def test_where_the_model_fails_the_question_leans_on_the_one_before(world: World) -> None:
    answer = ScriptedModel(["Two years."])
    broken = ScriptedModel([ModelError("Out of order.")])
    receipt = await followed_up(world, ChangingModel(answer, broken, answer))

    assert receipt["query"] == "How long is the warranty of the lamp? And of the door?"


async def test_the_built_in_answerer_is_never_asked_for_it(world: World) -> None:
    model = ScriptedModel(["Two years."], name="extractive:default")
    receipt = await followed_up(world, model)

    assert receipt["query"] == "How long is the warranty of the lamp? And of the door?"
    assert len(model.requests) == 2
