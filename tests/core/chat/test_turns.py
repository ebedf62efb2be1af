"""A turn belongs to the server: it ends once, whoever listens, whatever is killed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from parley.adapters.database.bots import PostgresBots
from parley.adapters.database.leases import PostgresLeases
from parley.core.bots.model import BotConfiguration, BotId, BotVersion
from parley.core.chat.asking import AnswerLimits
from parley.core.chat.model import ChatCommand, KeyReused, Turn, TurnState
from parley.core.chat.runner import RunnerLimits
from parley.core.conversations.model import ConversationId, MessageState
from parley.core.kernel.errors import Conflict, InvalidInput, NotFound
from parley.core.kernel.ids import UserId
from parley.core.knowledge.model import EmbedderUnavailable
from parley.core.llm.model import ChatRequest, ModelError, ReasoningDelta, StreamEvent
from parley.core.llm.routing import RoutePolicy
from parley.testing.models import ScriptedModel
from tests.core.chat.conftest import DEADLINE_S, Engine, World


class _Brooding(ScriptedModel):
    """Reasons without end and never says a word."""

    def __init__(self) -> None:
        super().__init__([])

    async def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        while True:
            await asyncio.sleep(0)
            yield [ReasoningDelta("Hm. ")]


async def _until_ended(engine: Engine, world: World, turn: Turn) -> TurnState:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            current, _ = await engine.chat.get(world.scope, turn.id)
            if current.state.ended:
                return current.state
            await asyncio.sleep(0.02)


async def test_a_turn_streams_its_answer_and_stores_it(world: World) -> None:
    engine = await world.engine(ScriptedModel(["Ray", "leigh ", "scattering."]))
    turn = await engine.chat.send(world.scope, world.command())
    events = await engine.events(world.scope, turn)

    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[0].type == "turn.started"
    assert "".join(e.data["text"] for e in events if e.type == "text.delta") == "Rayleigh scattering."
    assert [event.type for event in events if event.ends_the_turn] == ["turn.finished"]
    ended, message = await engine.chat.get(world.scope, turn.id)
    assert ended.state is TurnState.DONE
    assert message is not None
    assert message.text == "Rayleigh scattering."
    assert message.parent_id == turn.user_message_id
    assert events[-1].data["message"]["id"] == str(message.id)


async def test_an_answer_is_finished_when_nobody_listens(world: World) -> None:
    model = ScriptedModel(["All ", "of ", "it."], stepwise=True)
    engine = await world.engine(model)
    turn = await engine.chat.send(world.scope, world.command())
    await engine.texts_seen(world.scope, turn)  # the reader leaves here
    model.release(2)

    assert await _until_ended(engine, world, turn) is TurnState.DONE
    _, message = await engine.chat.get(world.scope, turn.id)
    assert message is not None
    assert message.text == "All of it."


async def test_a_reader_resumes_after_the_last_event_it_has(world: World) -> None:
    engine = await world.engine(ScriptedModel(["a", "b", "c", "d"]))
    turn = await engine.chat.send(world.scope, world.command())
    whole = await engine.events(world.scope, turn)

    for after in range(len(whole)):
        rest = await engine.events(world.scope, turn, after=after)
        assert [event.to_json() for event in rest] == [event.to_json() for event in whole[after:]]


async def test_a_reader_that_has_everything_gets_nothing_more(world: World) -> None:
    engine = await world.engine(ScriptedModel(["a"]))
    turn = await engine.chat.send(world.scope, world.command())
    whole = await engine.events(world.scope, turn)

    assert await engine.events(world.scope, turn, after=len(whole)) == []


async def test_another_replica_follows_through_the_log(world: World) -> None:
    model = ScriptedModel(["one ", "two ", "three"], stepwise=True)
    first = await world.engine(model)
    second = await world.engine(ScriptedModel(["unused"]))
    turn = await first.chat.send(world.scope, world.command())
    following = asyncio.create_task(second.events(world.scope, turn))
    await first.texts_seen(world.scope, turn)
    model.release(2)

    seen = await following
    assert [e.to_json() for e in seen] == [e.to_json() for e in await first.events(world.scope, turn)]


async def test_cancelling_keeps_the_text_and_closes_the_upstream(world: World) -> None:
    model = ScriptedModel(["kept ", "never"], stepwise=True)
    engine = await world.engine(model)
    turn = await engine.chat.send(world.scope, world.command())
    await engine.texts_seen(world.scope, turn)
    await engine.chat.cancel(world.scope, turn.id)

    events = await engine.events(world.scope, turn)
    assert events[-1].type == "turn.cancelled"
    assert model.closed.is_set()
    _, message = await engine.chat.get(world.scope, turn.id)
    assert message is not None
    assert (message.text, message.state) == ("kept ", MessageState.CANCELLED)


async def test_another_replica_can_cancel(world: World) -> None:
    model = ScriptedModel(["kept ", "never"], stepwise=True)
    owner = await world.engine(model, runs=RunnerLimits(lease_s=0.6))
    other = await world.engine(ScriptedModel(["unused"]))
    turn = await owner.chat.send(world.scope, world.command())
    await owner.texts_seen(world.scope, turn)
    await other.chat.cancel(world.scope, turn.id)

    assert await _until_ended(other, world, turn) is TurnState.CANCELLED


async def test_a_model_that_fails_ends_the_turn_with_a_reason_and_keeps_the_text(world: World) -> None:
    engine = await world.engine(ScriptedModel(["half ", ModelError("It broke.", hint="Ask again.")]))
    turn = await engine.chat.send(world.scope, world.command())
    events = await engine.events(world.scope, turn)

    assert events[-1].type == "turn.failed"
    assert events[-1].data["problem"] == {"code": "model_failed", "detail": "It broke.", "hint": "Ask again."}
    assert events[-1].data["message"]["text"] == "half "


async def test_a_silent_model_is_given_up_at_its_deadline(world: World) -> None:
    model = ScriptedModel(["said ", "never said"], stepwise=True)
    engine = await world.engine(model, route=RoutePolicy(first_event_s=5, next_event_s=0.05))
    turn = await engine.chat.send(world.scope, world.command())
    events = await engine.events(world.scope, turn)

    assert events[-1].data["problem"]["code"] == "model_silent"
    assert "0.05 seconds" in events[-1].data["problem"]["detail"]
    assert model.closed.is_set()


async def test_a_model_that_drips_is_given_up_in_the_end(world: World) -> None:
    engine = await world.engine(ScriptedModel(["drip "] * 50), answers=AnswerLimits(answer_s=0.0))
    turn = await engine.chat.send(world.scope, world.command())
    events = await engine.events(world.scope, turn)

    assert events[-1].data["problem"]["code"] == "model_failed"
    assert "not complete after 0 seconds" in events[-1].data["problem"]["detail"]
    assert events[-1].data["message"]["text"] == "drip "


async def test_shutting_down_hands_running_turns_to_another_replica(world: World) -> None:
    stuck = ScriptedModel(["early ", "never"], stepwise=True)
    first = await world.engine(stuck)
    turn = await first.chat.send(world.scope, world.command())
    seq = await first.texts_seen(world.scope, turn)
    second = await world.engine(ScriptedModel(["The whole answer."]), runs=RunnerLimits(poll_s=0.05))
    await first.stop()

    events = await second.events(world.scope, turn, after=seq, epoch=1)
    assert [event.type for event in events] == [
        "turn.restarted",
        "turn.started",
        "text.delta",
        "turn.finished",
    ]
    assert events[0].epoch == 2
    assert events[-1].data["message"]["text"] == "The whole answer."


async def test_a_turn_whose_runner_vanished_is_taken_over_when_the_lease_runs_out(world: World) -> None:
    frozen = ScriptedModel(["lost ", "never"], stepwise=True)
    first = await world.engine(frozen, runs=RunnerLimits(lease_s=0.5))
    turn = await first.chat.send(world.scope, world.command())
    await first.texts_seen(world.scope, turn)
    first.runner._renew = _never_renews  # type: ignore[method-assign, assignment]  # as if the process hung
    second = await world.engine(ScriptedModel(["Found again."]), runs=RunnerLimits(poll_s=0.05))

    events = await second.events(world.scope, turn)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.type for event in events].count("turn.restarted") == 1
    assert events[-1].data["message"]["text"] == "Found again."
    frozen.release(5)  # the first runner wakes up: it may write nothing more
    await asyncio.wait({first.running}, timeout=0.5)
    assert [e.to_json() for e in await second.events(world.scope, turn)] == [e.to_json() for e in events]


async def test_leases_of_runners_that_cannot_be_alive_need_not_run_out(world: World) -> None:
    first = await world.engine(
        ScriptedModel(["lost ", "never"], stepwise=True), runs=RunnerLimits(lease_s=10 * DEADLINE_S)
    )
    turn = await first.chat.send(world.scope, world.command())
    await first.texts_seen(world.scope, turn)
    async with world.database.begin_platform() as tx:
        await PostgresLeases().release_all(tx)
    second = await world.engine(ScriptedModel(["Found at once."]), runs=RunnerLimits(poll_s=0.05))

    events = await second.events(world.scope, turn)
    assert events[-1].data["message"]["text"] == "Found at once."


async def _never_renews(_held: object) -> None: ...


async def test_a_reader_that_does_not_tell_its_epoch_gets_the_restart_again(world: World) -> None:
    first = await world.engine(ScriptedModel(["early ", "never"], stepwise=True))
    turn = await first.chat.send(world.scope, world.command())
    await first.texts_seen(world.scope, turn)
    second = await world.engine(ScriptedModel(["Whole."]), runs=RunnerLimits(poll_s=0.05))
    await first.stop()
    whole = await second.events(world.scope, turn)
    restart = next(event.seq for event in whole if event.type == "turn.restarted")

    again = await second.events(world.scope, turn, after=restart + 1)
    assert again[0].seq == restart
    told = await second.events(world.scope, turn, after=restart + 1, epoch=2)
    assert told[0].seq == restart + 2


async def test_the_same_idempotency_key_gives_the_same_turn(world: World) -> None:
    engine = await world.engine(ScriptedModel(["once"]))
    command = replace(world.command(), idempotency_key="k1")
    turns = await asyncio.gather(*(engine.chat.send(world.scope, command) for _ in range(5)))

    assert len({turn.id for turn in turns}) == 1
    with pytest.raises(KeyReused):
        await engine.chat.send(world.scope, replace(command, text="Something else"))
    with pytest.raises(KeyReused):
        await engine.chat.send(
            world.scope, replace(command, conversation_id=ConversationId(turns[0].user_message_id))
        )


async def test_history_goes_to_the_model_as_far_as_the_bot_says(world: World) -> None:
    model = ScriptedModel(["An answer."])
    engine = await world.engine(model)
    turn = await engine.chat.send(world.scope, world.command("First question here?"))
    await engine.events(world.scope, turn)
    follow_up = replace(world.command("And the second one?"), conversation_id=turn.conversation_id)
    second = await engine.chat.send(world.scope, follow_up)
    await engine.events(world.scope, second)

    told = [(message.role, message.text) for message in model.requests[-1].messages[1:]]
    assert told == [
        ("user", "First question here?"),
        ("assistant", "An answer."),
        ("user", "And the second one?"),
    ]


async def test_a_second_message_waits_for_the_answer_before_it(world: World) -> None:
    model = ScriptedModel(["slow ", "answer"], stepwise=True)
    engine = await world.engine(model)
    turn = await engine.chat.send(world.scope, world.command())
    await engine.texts_seen(world.scope, turn)

    again = replace(world.command("Are you there?"), conversation_id=turn.conversation_id)
    with pytest.raises(Conflict, match="still being written"):
        await engine.chat.send(world.scope, again)
    model.release(5)
    await engine.events(world.scope, turn)
    await engine.chat.send(world.scope, again)


async def test_turns_beyond_the_limit_wait_and_are_all_answered(world: World) -> None:
    engine = await world.engine(ScriptedModel(["ok"]), runs=RunnerLimits(turns_at_once=1, poll_s=0.05))
    turns = [await engine.chat.send(world.scope, world.command(f"Question {n}?")) for n in range(6)]
    ends = [(await engine.events(world.scope, turn))[-1].type for turn in turns]

    assert ends == ["turn.finished"] * 6


async def test_what_cannot_be_asked_is_refused_and_leaves_nothing(world: World) -> None:
    engine = await world.engine(ScriptedModel(["x"]))
    with pytest.raises(InvalidInput, match="empty"):
        await engine.chat.send(world.scope, world.command("  \n "))
    with pytest.raises(InvalidInput, match="32000"):
        await engine.chat.send(world.scope, world.command("x" * 32_001))
    stranger = replace(world.command(), conversation_id=world.bot.id)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="conversation"):
        await engine.chat.send(world.scope, stranger)
    homeless = replace(world.command(), parent_message_id=world.bot.id)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="no conversation_id"):
        await engine.chat.send(world.scope, homeless)


async def test_a_turn_stopped_before_its_first_step_is_cancelled(world: World) -> None:
    engine = await world.engine(ScriptedModel(["never"]))
    turn = await engine.chat.send(world.scope, world.command())
    assert engine.runner.cancel(turn.id)

    assert (await engine.events(world.scope, turn))[-1].type == "turn.cancelled"
    assert (await engine.chat.get(world.scope, turn.id))[0].state is TurnState.CANCELLED


async def test_an_answer_with_nul_characters_is_stored_without_them(world: World) -> None:
    engine = await world.engine(ScriptedModel(["half\0", "\0 whole"]))
    turn = await engine.chat.send(world.scope, world.command())

    assert (await engine.events(world.scope, turn))[-1].type == "turn.finished"
    _, message = await engine.chat.get(world.scope, turn.id)
    assert message is not None
    assert message.text == "half whole"


async def test_another_member_sees_nothing_of_a_running_turn(world: World) -> None:
    engine = await world.engine(ScriptedModel(["secret ", "never"], stepwise=True))
    turn = await engine.chat.send(world.scope, world.command())
    await engine.texts_seen(world.scope, turn)
    colleague = replace(world.scope, user_id=UserId(uuid4()))

    assert await engine.events(colleague, turn) == []


async def test_endless_reasoning_is_cut_off(world: World) -> None:
    engine = await world.engine(_Brooding(), answers=AnswerLimits(answer_chars=100))
    turn = await engine.chat.send(world.scope, world.command())

    end = (await engine.events(world.scope, turn))[-1]
    assert end.type == "turn.failed"
    assert "grew past 100 characters" in end.data["problem"]["detail"]


class _CountingEmbedder:
    """Holds searches until it is released, counts those it holds, and then leaves them to the words alone."""

    model, dimension = "counting", 3

    def __init__(self) -> None:
        self.released = asyncio.Event()
        self.full = asyncio.Event()
        self.held = self.most = 0

    async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
        self.held += 1
        self.most = max(self.most, self.held)
        if self.held == 2:
            self.full.set()
        await self.released.wait()
        self.held -= 1
        raise EmbedderUnavailable("Out of order.")


async def test_a_burst_of_turns_takes_turns_at_searching(world: World) -> None:
    now = datetime.now(UTC)
    reader = replace(world.bot, id=BotId(uuid4()), name="Reader", configuration=BotConfiguration())
    async with world.database.begin_platform(world.scope.workspace_id) as tx:
        await PostgresBots().add(
            tx, reader, BotVersion(reader.id, 1, reader.configuration, world.scope.user_id, now)
        )
    embedder = _CountingEmbedder()
    engine = await world.engine(
        ScriptedModel(["Yes."]),
        answers=AnswerLimits(retrievals_at_once=2),
        embedder=embedder,
    )
    sent = [engine.chat.send(world.scope, ChatCommand(reader.id, "Why?")) for _ in range(12)]
    turns = await asyncio.gather(*sent)
    async with asyncio.timeout(DEADLINE_S):
        await embedder.full.wait()
    embedder.released.set()
    ends = await asyncio.gather(*(engine.events(world.scope, turn) for turn in turns))
    assert {events[-1].type for events in ends} == {"turn.finished"}
    assert embedder.most == 2
