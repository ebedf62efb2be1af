"""Answering again while the engine runs: one unfinished turn for each conversation, and a limit."""

import pytest

from parley.adapters.database.bots import PostgresBots
from parley.adapters.database.branches import PostgresBranches, PostgresSummaries
from parley.adapters.database.citations import PostgresCitedDocuments
from parley.adapters.database.conversations import PostgresConversations, PostgresMessages
from parley.adapters.database.turns import PostgresTurns
from parley.core.chat.history import HistoryBudget, HistoryReader
from parley.core.chat.regenerate import RegenerateAnswer, TooManyAnswers
from parley.core.chat.service import ChatStores
from parley.core.kernel.errors import Conflict
from parley.testing.models import ChangingModel, ScriptedModel
from tests.core.chat.conftest import Engine, World


def _regenerate(world: World, engine: Engine, *, most_answers: int = 10) -> RegenerateAnswer:
    history = HistoryReader(PostgresMessages(), PostgresSummaries(), HistoryBudget())
    stores = ChatStores(
        PostgresTurns(),
        PostgresBots(),
        PostgresConversations(),
        PostgresMessages(),
        history,
        PostgresCitedDocuments(),
    )
    return RegenerateAnswer(
        world.database, stores, PostgresBranches(), engine.chat, most_answers=most_answers
    )


async def test_only_one_answer_is_written_at_a_time(world: World) -> None:
    slow = ScriptedModel(["Second, ", "slowly."], stepwise=True)
    engine = await world.engine(ChangingModel(ScriptedModel(["First."]), slow))
    first = await engine.chat.send(world.scope, world.command())
    await engine.events(world.scope, first)
    again = _regenerate(world, engine)
    second = await again.run(world.scope, first.assistant_message_id, None)
    with pytest.raises(Conflict):
        await again.run(world.scope, first.assistant_message_id, None)
    slow.release()
    events = await engine.events(world.scope, second)
    assert events[-1].type == "turn.finished"
    _, message = await engine.chat.get(world.scope, second.id)
    assert message is not None
    assert (message.text, message.parent_id) == ("Second, slowly.", first.user_message_id)
    assert slow.requests[0].messages[-1].text == world.command().text
    assert len(slow.requests[0].messages) == 2  # the first answer is no part of the prompt


async def test_a_question_has_so_many_answers_and_no_more(world: World) -> None:
    engine = await world.engine(ScriptedModel(["First."]))
    first = await engine.chat.send(world.scope, world.command())
    await engine.events(world.scope, first)
    again = _regenerate(world, engine, most_answers=1)
    with pytest.raises(TooManyAnswers):
        await again.run(world.scope, first.user_message_id, None)
