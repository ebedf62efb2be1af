"""Every call of a model is paid, however it ends, and none begins that its budget cannot hold."""

from collections.abc import AsyncGenerator
from dataclasses import replace

from sqlalchemy import text

from parley.adapters.database.budgets import PostgresBudgets
from parley.adapters.database.connection import rows
from parley.core.chat.model import ChatCommand, Turn
from parley.core.llm.model import ChatRequest, StreamEvent, TextDelta
from parley.core.usage.model import Budget, Holder, Limit, Period
from parley.testing.models import ScriptedModel
from tests.core.chat.conftest import Engine, World


class _Endless(ScriptedModel):
    """Never comes to an end by itself."""

    def __init__(self) -> None:
        super().__init__([])

    async def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        self.requests.append(request)
        while True:
            yield [TextDelta("a word " * 100)]


async def _limit(world: World, tokens: int) -> None:
    async with world.database.begin_platform(world.scope.workspace_id) as tx:
        limit = Limit(Holder.WORKSPACE, Period.DAY, tokens=tokens)
        await PostgresBudgets().put(tx, Budget((limit,)))


async def _spent(world: World) -> tuple[int, int]:
    """Tokens that the budget counts as spent, and as held."""
    async with world.database.begin_platform(world.scope.workspace_id) as tx:
        found = await rows(
            tx,
            text("SELECT spent_tokens, held_tokens FROM spending WHERE holder_id = :ws AND period = 'day'"),
            {"ws": world.scope.workspace_id},
        )
    return found[0].spent_tokens, found[0].held_tokens


async def _booked(world: World) -> list[tuple[str, int, int, bool]]:
    async with world.database.begin_platform(world.scope.workspace_id) as tx:
        found = await rows(
            tx, text("SELECT model, input_tokens, output_tokens, estimated FROM usage ORDER BY id")
        )
    return [(each.model, each.input_tokens, each.output_tokens, each.estimated) for each in found]


async def _asked(engine: Engine, world: World, question: str = "Why?") -> tuple[Turn, str]:
    """A turn, and the type of its last event."""
    turn = await engine.chat.send(world.scope, ChatCommand(world.bot.id, question))
    return turn, (await engine.events(world.scope, turn))[-1].type


async def test_an_answer_is_booked_as_its_provider_counted(world: World) -> None:
    engine = await world.engine(ScriptedModel(["Because."]))
    await _asked(engine, world)
    assert await _booked(world) == [("scripted:test", 10, 2, False)]


async def test_a_cancelled_answer_is_booked_by_estimate(world: World) -> None:
    model = ScriptedModel(["x" * 400, "never"], stepwise=True)
    engine = await world.engine(model)
    turn = await engine.chat.send(world.scope, world.command())
    await engine.texts_seen(world.scope, turn)
    await engine.chat.cancel(world.scope, turn.id)
    await engine.events(world.scope, turn)
    [(name, _, output, estimated)] = await _booked(world)
    assert (name, output, estimated) == ("scripted:test", 100, True)


async def test_an_answer_that_outgrows_its_budget_is_stopped_and_kept(world: World) -> None:
    await _limit(world, 5_000)
    model = _Endless()
    engine = await world.engine(model)
    turn, last = await _asked(engine, world)
    assert last == "turn.failed"
    events = await engine.events(world.scope, turn)
    assert events[-1].data["problem"]["code"] == "budget_reached"
    assert events[-1].data["message"]["text"].startswith("a word")
    spent, held = await _spent(world)
    assert (spent <= 5_000, spent > 3_000, held) == (True, True, 0)
    [(_, read, written, _)] = await _booked(world)
    assert read + written == spent


async def test_no_model_is_asked_once_the_budget_is_used_up(world: World) -> None:
    await _limit(world, 1)
    model = ScriptedModel(["Because."])
    engine = await world.engine(model)
    _, last = await _asked(engine, world)
    assert (last, model.requests, await _booked(world)) == ("turn.failed", [], [])


async def test_a_long_prompt_is_reserved_before_it_is_sent(world: World) -> None:
    await _limit(world, 3_000)
    model = ScriptedModel(["Because."])
    engine = await world.engine(model)
    _, last = await _asked(engine, world, "Ж" * 4_000)
    assert (last, model.requests) == ("turn.failed", [])
    _, last = await _asked(engine, world, "Why?")
    assert last == "turn.finished"


async def test_what_an_answer_took_is_counted_once_by_the_budget(world: World) -> None:
    await _limit(world, 100_000)
    engine = await world.engine(ScriptedModel(["Because."]))
    await _asked(engine, world)
    await _asked(engine, world)
    assert await _spent(world) == (24, 0)


async def test_kept_answers_go_to_nobody_with_another_prompt(world: World) -> None:
    await world.configure(answer_cache_s=60)
    model = ScriptedModel(["Because."])
    engine = await world.engine(model)
    for question in ("Why?", "Why?", "Why not?"):
        _, last = await _asked(engine, world, question)
        assert last == "turn.finished"
    assert len(model.requests) == 2
    kept = replace(world.bot.configuration, answer_cache_s=None)
    await world.configure(answer_cache_s=kept.answer_cache_s)
    await _asked(engine, world, "Why?")
    assert len(model.requests) == 3


async def test_readers_of_a_kept_answer_see_the_same_events(world: World) -> None:
    await world.configure(answer_cache_s=60)
    engine = await world.engine(ScriptedModel(["Because."]))
    seen = []
    for _ in range(2):
        turn, _ = await _asked(engine, world)
        events = await engine.events(world.scope, turn)
        seen.append([(event.type, event.data.get("text")) for event in events])
    assert seen[0] == seen[1]
    assert events[-1].data["cost_micros"] == 0
    assert events[-1].data["usage"]["input_tokens"] == 0


async def test_an_answer_that_was_cut_short_is_not_kept(world: World) -> None:
    await world.configure(answer_cache_s=60)
    model = ScriptedModel(["half ", "never"], stepwise=True)
    engine = await world.engine(model)
    turn = await engine.chat.send(world.scope, world.command("Why?"))
    await engine.texts_seen(world.scope, turn)
    await engine.chat.cancel(world.scope, turn.id)
    await engine.events(world.scope, turn)
    model.release(5)
    await _asked(engine, world)
    assert len(model.requests) == 2
