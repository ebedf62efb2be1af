"""Which earlier messages a model is given, and the summary of those that no longer fit."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from parley.adapters.database.branches import PostgresSummaries
from parley.adapters.database.budgets import PostgresBudgets
from parley.adapters.database.conversations import PostgresConversations, PostgresMessages
from parley.adapters.database.usage import PostgresUsage
from parley.adapters.llm.prices import Prices
from parley.adapters.telemetry.metrics import PrometheusMetrics
from parley.core.bots.model import BotConfiguration
from parley.core.chat.answer import Question
from parley.core.chat.follow_up import FollowUps, FollowUpStores, Writers
from parley.core.chat.history import HistoryBudget, HistoryReader
from parley.core.chat.model import Turn, TurnState
from parley.core.chat.paying import PaidModels
from parley.core.chat.prompt import SUMMARY_LABEL, build_request
from parley.core.chat.summary import SummariseConversation
from parley.core.chat.titles import NameConversation, tidy_title
from parley.core.chat.writing import ShortTexts
from parley.core.conversations.model import (
    Conversation,
    ConversationId,
    Message,
    MessageId,
    MessageRole,
    MessageState,
    TitleSource,
    TurnId,
)
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.ids import uuid7
from parley.core.llm.model import ModelError
from parley.core.llm.ports import ChatModel
from parley.core.llm.routing import ModelRouter, RoutePolicy, SystemTimer
from parley.core.usage.guard import BudgetGuard
from parley.core.usage.model import Grouping
from parley.testing.logs import RecordedLog
from parley.testing.models import ScriptedCatalogue, ScriptedModel
from tests.core.chat.conftest import DEADLINE_S, World


class Talk:
    """A conversation with one branch, and what is done beside its turns."""

    def __init__(self, world: World, model: ChatModel) -> None:
        self.world, self.database = world, world.database
        self.log = RecordedLog()
        self.id = ConversationId(uuid7())
        self.messages: list[Message] = []
        self.history = HistoryReader(PostgresMessages(), PostgresSummaries(), HistoryBudget())
        clock = SystemClock()
        guard = BudgetGuard(self.database, PostgresBudgets(), clock, self.log, PrometheusMetrics())
        router = ModelRouter(ScriptedCatalogue(model), RoutePolicy(tries=1), SystemTimer())
        texts = ShortTexts(
            self.database,
            PaidModels(router, guard, Prices({}, {}), PrometheusMetrics()),
            PostgresUsage(),
            (clock, self.log),
            deadline_s=5.0,
        )
        writers = Writers(
            texts,
            NameConversation(self.database, PostgresConversations(), texts),
            SummariseConversation(self.database, PostgresSummaries(), self.history, texts, clock),
        )
        stores = FollowUpStores(PostgresConversations(), PostgresMessages())
        self.follow_ups = FollowUps(self.database, stores, writers, self.log)

    async def begin(self, title: str = "First line") -> None:
        scope, now = self.world.scope, datetime.now(UTC)
        async with self.database.begin(scope) as tx:
            await PostgresConversations().add(
                tx,
                Conversation(self.id, scope.workspace_id, scope.user_id, self.world.bot.id, title, now, now),
            )

    async def exchange(self, question: str = "Why?", answer: str = "Because.") -> Turn:
        """A question and its answer, as a turn that has ended leaves them."""
        for role, said in ((MessageRole.USER, question), (MessageRole.ASSISTANT, answer)):
            parent = self.messages[-1].id if self.messages else None
            message = Message(
                MessageId(uuid7()), self.id, parent, role, said, MessageState.COMPLETE, datetime.now(UTC)
            )
            async with self.database.begin(self.world.scope) as tx:
                await PostgresMessages().add(tx, message)
            self.messages.append(message)
        scope, bot = self.world.scope, self.world.bot
        return Turn(
            TurnId(uuid7()),
            scope.workspace_id,
            scope.user_id,
            self.id,
            bot.id,
            bot.version,
            self.messages[-2].id,
            self.messages[-1].id,
            TurnState.DONE,
            1,
            datetime.now(UTC),
        )

    async def title(self) -> str:
        async with self.database.begin(self.world.scope) as tx:
            found = await PostgresConversations().get(tx, self.id)
        assert found is not None
        return found.title

    async def read(self) -> tuple[list[str], str]:
        """The texts and the summary that the next question's model is given."""
        async with self.database.begin(self.world.scope) as tx:
            history = await self.history.read(tx, self.id, self.messages[-1].id, self.world.bot.configuration)
        return [message.text for message in history.messages], history.summary


async def _talk(world: World, model: ChatModel, **configuration: Any) -> Talk:
    if configuration:
        await world.configure(**configuration)
    talk = Talk(world, model)
    await talk.begin()
    return talk


def _said(*texts: str) -> list[Message]:
    return [
        Message(
            MessageId(uuid4()),
            ConversationId(uuid4()),
            None,
            MessageRole.USER,
            text,
            MessageState.COMPLETE,
            datetime.now(UTC),
        )
        for text in texts
    ]


def test_a_window_is_bounded_by_number_and_by_tokens() -> None:
    budget = HistoryBudget(tokens=10, context_of=lambda model: 400 if model == "big:model" else None)
    reader = HistoryReader(PostgresMessages(), PostgresSummaries(), budget)
    said = _said("a" * 30, "b" * 30, "c" * 5)
    ten = BotConfiguration(chat_history_length=10)
    assert [message.text[0] for message in reader.window(said, ten)] == ["b", "c"]
    two = replace(ten, llm_model="big:model", chat_history_length=2)
    assert [message.text[0] for message in reader.window(said, two)] == ["b", "c"]
    assert len(reader.window(said, replace(two, chat_history_length=3))) == 3
    [cut] = reader.window(_said("x" * 100), ten)
    assert len(cut.text) == 40


async def test_what_falls_out_of_the_window_is_summarised_and_given_to_the_model(world: World) -> None:
    model = ScriptedModel(["They like blue."])
    talk = await _talk(world, model, chat_history_length=2)
    await talk.follow_ups.write(await talk.exchange("I like blue."), world.bot)
    assert (await talk.read())[1] == ""
    model.requests.clear()
    await talk.follow_ups.write(await talk.exchange("And now?"), world.bot)
    texts, summary = await talk.read()
    assert (texts, summary) == (["And now?", "Because."], "They like blue.")
    request = build_request(world.bot.configuration, (), "What do I like?", "", (), summary)
    assert f"{SUMMARY_LABEL}\nThey like blue." in request.messages[0].text


async def test_a_summary_goes_on_from_the_one_before(world: World) -> None:
    model = ScriptedModel(["So far."])
    talk = await _talk(world, model, chat_history_length=2)
    for number in range(4):
        await talk.follow_ups.write(await talk.exchange(f"Question {number}"), world.bot)
    prompts = [request.messages[1].text for request in model.requests if "Summary so far" in request.question]
    assert prompts[0].startswith("Summary so far:\n(none)")
    assert "Question 0" in prompts[0]
    assert prompts[1].startswith("Summary so far:\nSo far.")
    assert "Question 0" not in prompts[1]


async def test_a_summary_of_one_branch_is_not_given_in_another(world: World) -> None:
    talk = await _talk(world, ScriptedModel(["Secret of a branch."]), chat_history_length=2)
    await talk.exchange("Root")
    root = talk.messages[:2]
    for _ in range(3):
        await talk.follow_ups.write(await talk.exchange("Deep"), world.bot)
    assert (await talk.read())[1] == "Secret of a branch."
    talk.messages = root
    await talk.exchange("Elsewhere")
    async with talk.database.begin(world.scope) as tx:
        nearest = await PostgresSummaries().nearest(tx, talk.messages[-1].id, 50)
    assert nearest is None or nearest.message_id in {message.id for message in root}


async def test_summaries_and_titles_are_booked_as_use(world: World) -> None:
    talk = await _talk(world, ScriptedModel(["A short title"]))
    await talk.follow_ups.write(await talk.exchange(), world.bot)
    today = datetime.now(UTC).date()
    async with talk.database.begin_platform(world.scope.workspace_id) as tx:
        [used] = await PostgresUsage().report(tx, Grouping.MODEL, today, today)
    assert used.key == "scripted:test"


async def test_a_conversation_gets_a_title_after_its_first_answer(world: World) -> None:
    model = ScriptedModel(['**Title: "Why the sky is blue."**\nAnything else?'])
    talk = await _talk(world, model)
    await talk.follow_ups.write(await talk.exchange("Why is the sky blue?"), world.bot)
    assert await talk.title() == "Why the sky is blue"
    await talk.follow_ups.write(await talk.exchange(), world.bot)
    assert len(model.requests) == 1


async def test_a_title_that_its_user_gave_stays(world: World) -> None:
    talk = await _talk(world, ScriptedModel(["Another"]))
    async with talk.database.begin(world.scope) as tx:
        found = await PostgresConversations().get(tx, talk.id)
        assert found is not None
        await PostgresConversations().save(tx, replace(found, title="Mine", title_source=TitleSource.USER))
    await talk.follow_ups.write(await talk.exchange(), world.bot)
    assert await talk.title() == "Mine"


async def test_the_first_answer_of_a_conversation_is_followed_up(world: World) -> None:
    model = ScriptedModel(["A title"])
    talk = await _talk(world, model)
    turn = await talk.exchange()
    running = asyncio.create_task(talk.follow_ups.run())
    talk.follow_ups.answered(Question(turn, world.scope, world.bot, (), talk.messages[0]), talk.messages[1])
    async with asyncio.timeout(DEADLINE_S):
        await model.closed.wait()
    running.cancel()
    await asyncio.wait({running}, timeout=DEADLINE_S)
    assert len(model.requests) == 1


async def test_the_extractive_answerer_is_asked_for_no_texts(world: World) -> None:
    model = ScriptedModel(["Another"], name="extractive:built-in")
    talk = await _talk(world, model, chat_history_length=2)
    for _ in range(3):
        await talk.follow_ups.write(await talk.exchange(), world.bot)
    assert (model.requests, await talk.title()) == ([], "First line")


async def test_a_model_that_fails_leaves_the_first_line_and_the_log_says_so(world: World) -> None:
    talk = await _talk(world, ScriptedModel([ModelError("No.")]))
    await talk.follow_ups.write(await talk.exchange(), world.bot)
    assert await talk.title() == "First line"
    assert talk.log.said("title.not_written")


def test_titles_are_tidied() -> None:
    assert tidy_title('"Blue sky."') == "Blue sky"
    assert tidy_title("\n\n# Heading\nmore") == "Heading"
    assert tidy_title("Titel: Blauer Himmel") == "Blauer Himmel"
    assert tidy_title("\x1b\u202e ") == ""
    assert len(tidy_title("word " * 100)) <= 81
