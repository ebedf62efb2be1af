"""`parley replay`: what differs is shown, and the exit code says whether anything does."""

import json
from pathlib import Path
from typing import Any

from parley.testing.server import serving
from tests.entrypoints.conftest import CommandLine
from tests.entrypoints.contract_server import CONVERSATION, TURN, WARRANTY, ContractServer
from tests.entrypoints.test_chat_against_server import reader
from tests.processes.client import client

OUTCOME = {"answer": "Two years.", "model": "openai:x", "cost_micros": 300, "timings_ms": {"model": 1200}}


def _passage(fate: str, before: int | None, after: int | None) -> dict[str, Any]:
    return {
        "fate": fate,
        "document_id": WARRANTY["document_id"],
        "document_name": "warranty\x1b[31m.pdf",
        "chunk": 0,
        "number_before": before,
        "number_after": after,
        "score_before": None if before is None else 0.5,
        "score_after": None if after is None else 0.75,
    }


def _replayed(**changes: Any) -> dict[str, Any]:
    return {
        "same": True,
        "live": False,
        "error": "",
        "before": OUTCOME,
        "after": OUTCOME,
        "passages": [_passage("same", 1, 1)],
        "prompt_diff": "",
        **changes,
    }


async def test_a_turn_that_repeats_itself_ends_with_0(
    parley: CommandLine, server: ContractServer, signed_in: dict[str, str]
) -> None:
    server.replayed = _replayed()
    ended = await parley.run("replay", TURN, **signed_in)
    assert (ended.code, ended.err) == (0, "")
    assert "Nothing differs, with the recorded replies." in ended.out
    assert "Answer: the same." in ended.out
    assert "$0.000300" in ended.out
    assert server.asked == [{"live": False}]


async def test_what_differs_is_shown_and_ends_with_1(
    parley: CommandLine, server: ContractServer, signed_in: dict[str, str]
) -> None:
    server.replayed = _replayed(
        same=False,
        live=True,
        after={**OUTCOME, "answer": "Three years.", "cost_micros": None},
        passages=[_passage("added", None, 1), _passage("moved", 1, 2), _passage("removed", 2, None)],
        prompt_diff="--- recorded\n+++ now\n-old words\n+new words",
    )
    ended = await parley.run("replay", TURN, "--live", **signed_in)
    assert ended.code == 1
    for shown in ("It differs, with the real model.", "added", "moved", "removed", "[2]", "0.7500"):
        assert shown in ended.out
    for shown in ("-old words", "+new words", "Two years.", "Three years.", "not known"):
        assert shown in ended.out
    assert "\x1b" not in ended.out
    assert server.asked == [{"live": True}]


async def test_scripts_get_the_reply_as_json(
    parley: CommandLine, server: ContractServer, signed_in: dict[str, str]
) -> None:
    server.replayed = _replayed(same=False, error="The recorded replies end here.")
    ended = await parley.run("replay", TURN, "--json", **signed_in)
    assert ended.code == 1
    assert json.loads(ended.out) == server.replayed


async def test_a_turn_that_is_not_there_ends_with_2(
    parley: CommandLine, server: ContractServer, signed_in: dict[str, str]
) -> None:
    ended = await parley.run("replay", CONVERSATION, **signed_in)
    assert (ended.code, ended.out) == (2, "")
    assert "There is no such turn" in ended.err
    assert (await parley.run("replay", "nonsense", **signed_in)).code == 2


async def test_a_turn_of_a_real_server_repeats_itself(parley: CommandLine, tmp_path: Path) -> None:
    async with serving(tmp_path / "server", {"EMBEDDER": "none"}) as server, client(server) as owner:
        bot = await owner.bot(agent_type="plain")
        asked = await parley.run("chat", "--bot", bot, "--json", "Hello?", **reader(server))
        turn = json.loads(asked.out)["turn_id"]
        ended = await parley.run("replay", turn, "--json", **reader(server))
    assert ended.code == 0, ended.out + ended.err
    told = json.loads(ended.out)
    assert told["before"]["answer"] == told["after"]["answer"] != ""
