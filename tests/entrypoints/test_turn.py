"""The Python reducer against the golden transcripts it shares with its TypeScript twin."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parley.entrypoints.cli.turn import EMPTY_TURN, Turn, TurnEvent, reduce_turn
from tests.entrypoints.contract_server import event

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "golden" / "turns").glob("*.json"))


def read(transcript: Path) -> tuple[list[TurnEvent], dict[str, Any]]:
    told = json.loads(transcript.read_text("utf-8"))
    return [msgspec.convert(data, TurnEvent) for data in told["events"]], told["message"]


def after(events: list[TurnEvent], turn: Turn = EMPTY_TURN) -> Turn:
    for taken in events:
        turn = reduce_turn(turn, taken)
    return turn


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_reader_sees_what_the_transcript_says(transcript: Path) -> None:
    events, message = read(transcript)
    turn = json.loads(msgspec.json.encode(after(events)))
    assert {name: turn[name] for name in message} == message


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_reader_that_resumes_anywhere_sees_the_same(transcript: Path) -> None:
    events, message = read(transcript)
    for cut in range(len(events) + 1):
        before = after(events[:cut])
        resumed = after([later for later in events if later.seq > before.seq], before)
        assert (resumed.text, resumed.state) == (message["text"], message["state"])


def test_a_runner_that_takes_over_may_count_on_from_fewer_events_than_the_reader_has_seen() -> None:
    seen = [
        event(1, "turn.started", model="m"),
        event(2, "text.delta", text="Ol"),
        event(3, "text.delta", text="d"),
    ]
    again = [
        event(2, "turn.restarted", epoch=2, reason="killed"),
        event(3, "text.delta", epoch=2, text="New"),
    ]
    turn = after([msgspec.convert(data, TurnEvent) for data in (*seen, *again)])
    assert (turn.text, turn.epoch, turn.seq) == ("New", 2, 3)
