"""A model calls tools until it can answer; what goes wrong with them is told to it, not to the reader."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import pytest

from parley.core.bots.model import AgentType
from parley.core.chat.calling import AgentLimits
from parley.core.chat.events import TurnEvent
from parley.core.chat.model import Turn
from parley.core.llm.model import (
    Capabilities,
    ChatMessage,
    FinishReason,
    ModelError,
    ReasoningDelta,
    StreamEvent,
    ToolCall,
)
from parley.core.tools.model import FoundPassage, ToolFailed, ToolOutput
from parley.testing.models import ChangingModel, ScriptedModel
from parley.testing.toolbox import ScriptedTool
from tests.core.chat.conftest import DEADLINE_S, Engine, World
from tests.core.chat.test_fallbacks import receipt_of, seen


def call(name: str, arguments: str = "{}", call_id: str = "c1") -> ToolCall:
    return ToolCall(call_id, name, arguments)


def replies(*scripts: Sequence[str | StreamEvent | ModelError], name: str = "scripted:test") -> ChangingModel:
    """Each script is one reply of the model; the last one is given from then on."""
    return ChangingModel(*(ScriptedModel(script, name=name) for script in scripts))


async def add(arguments: Mapping[str, Any]) -> str:
    return str(arguments["a"] + arguments["b"])


async def asked(engine: Engine, world: World) -> tuple[Turn, list[TurnEvent]]:
    turn = await engine.chat.send(world.scope, world.command())
    return turn, await engine.events(world.scope, turn)


def results(model: ChangingModel) -> list[str]:
    """What the model was told of its calls before its last reply."""
    return [message.text for message in last_prompt(model) if message.role == "tool"]


def last_prompt(model: ChangingModel) -> tuple[ChatMessage, ...]:
    return model.requests[-1].messages


@pytest.fixture
async def world(world: World) -> World:
    await world.configure(agent_type=AgentType.TOOLS, tools=("add",))
    return world


async def test_a_model_calls_a_tool_reads_its_result_and_answers(world: World) -> None:
    tool = ScriptedTool("add", add)
    model = replies(
        [ReasoningDelta("Sum.", "s1"), "Let me add.", call("add", '{"a": 2, "b": 3}')], ["It is 5."]
    )
    engine = await world.engine(model, tools=[tool])
    turn, events = await asked(engine, world)

    assert [event.type for event in events] == [
        "turn.started",
        "reasoning.delta",
        "text.delta",
        "tool.started",
        "tool.finished",
        "text.delta",
        "turn.finished",
    ]
    assert events[3].data == {
        "call_id": "1-1",
        "name": "add",
        "arguments": {"a": 2, "b": 3},
        "changes_things": False,
    }
    assert {name: events[4].data[name] for name in ("call_id", "name", "ok", "output")} == {
        "call_id": "1-1",
        "name": "add",
        "ok": True,
        "output": "5",
    }
    assert seen(events).text == "Let me add.\n\nIt is 5."
    assert events[-1].data["finish_reason"] == FinishReason.STOP
    said, told = last_prompt(model)[-2:]
    assert (said.role, said.text, said.tool_calls[0].arguments) == (
        "assistant",
        "Let me add.",
        '{"a": 2, "b": 3}',
    )
    assert said.reasoning == (ReasoningDelta("Sum.", "s1"),)
    assert (told.role, told.tool_call_id, told.text) == ("tool", "c1", "5")
    assert [spec.name for spec in model.requests[0].tools] == ["add"]
    assert tool.invocations[0].scope == world.scope
    receipt = await receipt_of(world, turn)
    assert [each["reply"]["text"] for each in receipt["model_calls"]] == ["Let me add.", "It is 5."]
    assert receipt["tool_steps"][0]["output"] == "5"
    assert receipt["usage"]["input_tokens"] == 20


async def test_calls_of_one_reply_run_at_the_same_time(world: World) -> None:
    together = asyncio.Barrier(3)

    async def meet(_: Mapping[str, Any]) -> str:
        async with asyncio.timeout(DEADLINE_S):
            await together.wait()
        return "met"

    model = replies([call("add", call_id=f"c{n}") for n in range(3)], ["Done."])
    engine = await world.engine(model, tools=[ScriptedTool("add", meet)])
    _, events = await asked(engine, world)

    assert [event.type for event in events[1:7]] == ["tool.started"] * 3 + ["tool.finished"] * 3
    assert [(message.tool_call_id, message.text) for message in last_prompt(model)[-3:]] == [
        ("c0", "met"),
        ("c1", "met"),
        ("c2", "met"),
    ]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (call("subtract"), "There is no tool 'subtract'. The tools are: add."),
        (call("add", "{"), "not valid JSON"),
        (call("add", "[1]"), "not a JSON object"),
        (call("add", '{"a": NaN}'), "NaN is no JSON number"),
        (call("add", '{"a": 1e999}'), "1e999 is no JSON number"),
        (call("add", "[" * 20_000), "not valid JSON"),
    ],
)
async def test_a_call_that_cannot_be_made_is_told_to_the_model(
    world: World, wrong: ToolCall, told: str
) -> None:
    tool = ScriptedTool("add", add)
    model = replies([wrong], ["Never mind."])
    engine = await world.engine(model, tools=[tool])
    _, events = await asked(engine, world)

    assert told in results(model)[0]
    assert [event.data["ok"] for event in events if event.type == "tool.finished"] == [False]
    assert seen(events).text == "Never mind."
    assert tool.calls == 0


async def test_a_tool_that_fails_or_hangs_is_told_to_the_model(world: World) -> None:
    async def fail(_: Mapping[str, Any]) -> str:
        raise ToolFailed("The scales are broken.", hint="Weigh by hand.")

    async def hang(_: Mapping[str, Any]) -> str:
        await asyncio.Event().wait()
        raise AssertionError

    await world.configure(tools=("fail", "hang"))
    model = replies([call("fail", call_id="c1"), call("hang", call_id="c2")], ["Never mind."])
    tools = [ScriptedTool("fail", fail), ScriptedTool("hang", hang)]
    engine = await world.engine(model, tools=tools, agents=AgentLimits(tool_s=0.05))
    _, events = await asked(engine, world)

    assert results(model) == [
        "The scales are broken. Weigh by hand.",
        "The tool hang did not end within 0.05 seconds.",
    ]
    assert events[-1].type == "turn.finished"


async def test_text_that_cannot_be_stored_does_not_end_the_turn(world: World) -> None:
    async def odd(_: Mapping[str, Any]) -> str:
        return "half \ud800 and \0 nul"

    model = replies([call("add", '{"a": "\\ud800\\u0000"}')], ["Fine."])
    engine = await world.engine(model, tools=[ScriptedTool("add", odd)])
    _, events = await asked(engine, world)

    assert events[-1].type == "turn.finished"
    assert results(model) == ["half ? and  nul"]


async def test_a_long_result_is_cut_for_the_model_and_more_for_readers(world: World) -> None:
    async def long(_: Mapping[str, Any]) -> str:
        return "x" * 5_000

    model = replies([call("add")], ["Long."])
    engine = await world.engine(
        model, tools=[ScriptedTool("add", long)], agents=AgentLimits(output_chars=3_000)
    )
    _, events = await asked(engine, world)

    assert results(model)[0] == "x" * 3_000 + "\n… (cut: 2000 more characters)"
    [finished] = [event for event in events if event.type == "tool.finished"]
    assert len(finished.data["output"]) == 2_000


async def test_calls_beyond_the_limit_of_a_round_are_left_to_the_next(world: World) -> None:
    tool = ScriptedTool("add", add)
    arguments = '{"a": 1, "b": 1}'
    model = replies([call("add", arguments, f"c{n}") for n in range(3)], ["Done."])
    engine = await world.engine(model, tools=[tool], agents=AgentLimits(calls_per_round=2))
    await asked(engine, world)

    assert tool.calls == 2
    assert results(model)[2] == "Not called: at most 2 calls at once. Call it again."


async def test_after_the_last_round_the_model_has_to_answer(world: World) -> None:
    again = [call("add", '{"a": 1, "b": 1}')]
    model = replies(again, again, ["It is 2."])
    engine = await world.engine(model, tools=[ScriptedTool("add", add)], agents=AgentLimits(rounds=2))
    _, events = await asked(engine, world)

    assert [request.tool_choice for request in model.requests] == ["auto", "auto", "none"]
    assert seen(events).text == "It is 2."


async def test_a_model_that_only_ever_calls_tools_is_given_up(world: World) -> None:
    model = replies([call("add", '{"a": 1, "b": 1}')])
    engine = await world.engine(model, tools=[ScriptedTool("add", add)], agents=AgentLimits(rounds=2))
    _, events = await asked(engine, world)

    assert events[-1].type == "turn.failed"
    assert "called tools 2 times and gave no answer" in events[-1].data["problem"]["detail"]


async def test_passages_that_a_tool_finds_become_citations_numbered_on(world: World) -> None:
    def passage(text: str) -> FoundPassage:
        return FoundPassage(uuid4(), "guide.md", 0, 2, ("Tides",), 0, len(text), text, 0.9)

    async def search(arguments: Mapping[str, Any]) -> ToolOutput:
        return ToolOutput("Found:", tuple(passage(word) for word in arguments["words"]))

    await world.configure(tools=())
    model = replies(
        [call("search", '{"words": ["ebb", "flow"]}')],
        [call("search", '{"words": ["moon"]}')],
        ["It turns [3]."],
    )
    tool = ScriptedTool("search", search)
    engine = await world.engine(model, tools=[tool])
    _, events = await asked(engine, world)

    assert results(model) == [
        "Found:\n\n[1] guide.md › Tides, page 2\nebb\n\n[2] guide.md › Tides, page 2\nflow",
        "Found:\n\n[3] guide.md › Tides, page 2\nmoon",
    ]
    found = [event.data["citations"] for event in events if event.type == "retrieval.finished"]
    assert [[citation["number"] for citation in each] for each in found] == [[1, 2], [1, 2, 3]]
    cited = events[-1].data["message"]["citations"]
    assert [citation["text"] for citation in cited] == ["ebb", "flow", "moon"]


async def test_a_model_that_cannot_call_tools_is_refused_with_a_way_out(world: World) -> None:
    model = ScriptedModel(["unused"])
    model.capabilities = Capabilities()
    engine = await world.engine(model, tools=[ScriptedTool("add", add)])
    _, events = await asked(engine, world)

    problem = events[-1].data["problem"]
    assert problem["code"] == "model_unable"
    assert "scripted:test cannot call tools" in problem["detail"]
    assert "another model" in problem["hint"]
    assert model.requests == []


async def test_a_plain_bot_offers_no_tools(world: World) -> None:
    await world.configure(agent_type=AgentType.PLAIN)
    model = ScriptedModel(["Plain."])
    engine = await world.engine(model)
    await asked(engine, world)

    assert model.requests[0].tools == ()


async def test_a_bot_that_retrieves_first_may_call_its_tools_too(world: World) -> None:
    await world.configure(agent_type=AgentType.RAG)
    model = replies([call("add", '{"a": 1, "b": 2}')], ["It is 3."])
    engine = await world.engine(model, tools=[ScriptedTool("add", add)])
    _, events = await asked(engine, world)

    assert [event.type for event in events][:3] == ["turn.started", "retrieval.finished", "tool.started"]
    assert seen(events).text == "It is 3."


async def test_a_model_that_breaks_off_in_a_later_round_restarts_only_that_round(world: World) -> None:
    await world.configure(llm_model="one:a", fallbacks=("two:b",))
    tool = ScriptedTool("add", add)
    one = replies(
        ["Adding.", call("add", '{"a": 1, "b": 2}')], ["It ", ModelError("It broke.")], name="one:a"
    )
    two = replies(["It is 3."], name="two:b")
    engine = await world.engine(one, two, tools=[tool])
    _, events = await asked(engine, world)

    assert tool.calls == 1
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
    assert seen(events).text == "Adding.\n\nIt is 3."
    assert seen(events).model == "two:b"


async def test_a_tool_that_cannot_be_used_is_told_to_model_and_reader_and_the_others_go_on(
    world: World,
) -> None:
    await world.configure(tools=("mcp:away", "add"))
    model = replies([call("add", '{"a": 2, "b": 3}')], ["It is 5."])
    engine = await world.engine(model, tools=[ScriptedTool("add", add)])
    turn, events = await asked(engine, world)

    assert seen(events).text == "It is 5."
    assert seen(events).degraded == "mcp:away cannot be used: It is not scripted."
    assert "they cannot be used now: mcp:away." in model.requests[0].messages[0].text
    assert [spec.name for spec in model.requests[0].tools] == ["add"]
    assert (await receipt_of(world, turn))["degraded"] == seen(events).degraded


async def test_calls_are_counted_by_kind_of_tool_and_by_what_became_of_them(world: World) -> None:
    async def broken(arguments: Mapping[str, Any]) -> str:
        raise ToolFailed("The scales are broken.")

    await world.configure(tools=("add", "mcp_scales_weigh"))
    model = replies(
        [call("add", '{"a": 2, "b": 3}'), call("mcp_scales_weigh"), call("invented")], ["It is 5."]
    )
    tools = [ScriptedTool("add", add), ScriptedTool("mcp_scales_weigh", broken)]
    engine = await world.engine(model, tools=tools)
    await asked(engine, world)

    counted = engine.metrics.render()[0].decode()
    for kind, outcome in [("built_in", "done"), ("mcp", "failed"), ("unknown", "failed")]:
        assert f'parley_tool_calls_total{{kind="{kind}",outcome="{outcome}"}} 1.0' in counted
