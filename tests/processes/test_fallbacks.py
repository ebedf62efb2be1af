"""A server with three providers of which two fail: what a reader gets, over connections in three formats."""

import asyncio
from pathlib import Path

from parley.core.llm.model import FinishReason
from parley.testing.server import serving
from parley.testing.upstream.wires import AnthropicWire, GeminiWire
from tests.adapters.llm.upstream import Reply, upstream
from tests.processes.client import client

DEADLINE_S = 60.0


async def _drop_midway(reply: Reply) -> None:
    await reply.start()
    await reply.text("Half of an answer")
    await asyncio.sleep(0.1)  # what is cut at once may not have left the socket
    reply.cut()


async def _refuse(reply: Reply) -> None:
    await reply.start(529, **{"Retry-After": "60"})
    await reply.raw(AnthropicWire().refusal(529, "Overloaded"))


async def _answer(reply: Reply) -> None:
    gemini = GeminiWire()
    await reply.start()
    await reply.raw(gemini.text("The whole") + gemini.text(" answer."))
    await reply.raw(gemini.ending(FinishReason.STOP))


async def test_the_third_provider_answers_when_one_drops_and_one_is_overloaded(tmp_path: Path) -> None:
    async with (
        upstream(_drop_midway) as openai,
        upstream(_refuse) as anthropic,
        upstream(_answer) as gemini,
        serving(
            tmp_path,
            {
                "EMBEDDER": "none",
                "TITLES": "first_line",
                "OPENAI_BASE_URL": openai.url,
                "OPENAI_MODEL": "first",
                "ANTHROPIC_BASE_URL": anthropic.url,
                "ANTHROPIC_MODEL": "second",
                "GEMINI_BASE_URL": gemini.url,
                "GEMINI_MODEL": "third",
            },
        ) as server,
        client(server) as owner,
    ):
        offered = await owner.call("GET", "/models")
        bot = await owner.bot(agent_type="plain", fallbacks=["anthropic:second", "gemini:third"])
        async with asyncio.timeout(DEADLINE_S):
            turn = await owner.begin(bot, "Why?")
            events = [event async for event in owner.events(turn)]

    names = [model["name"] for model in offered["items"]]
    assert names == ["openai:first", "anthropic:second", "gemini:third", "extractive:default"]
    assert [event["type"] for event in events if event["type"] != "text.delta"] == [
        "turn.started",
        "turn.restarted",
        "turn.started",
        "turn.finished",
    ]
    assert events[-1]["message"]["text"] == "The whole answer."
    assert (len(openai.bodies), len(anthropic.bodies), len(gemini.bodies)) == (1, 1, 1)
