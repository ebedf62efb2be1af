"""The events of a turn as a reader receives them, and the pure reducer that makes the answer of them.

The TypeScript twin is frontend/client/turn.ts; both run the transcripts in tests/golden/turns.
"""

from typing import Any, Literal

import msgspec
from msgspec.structs import replace

TurnState = Literal["streaming", "complete", "cancelled", "failed"]
ToolState = Literal["asked", "running", "done", "failed", "stopped"]
"""`asked`: the user is to allow or deny the call; `stopped`: the turn ended before the call did."""


class Citation(msgspec.Struct, frozen=True):
    """The passage that `[number]` in the text refers to."""

    number: int
    document_id: str
    document_name: str
    chunk: int
    page: int | None
    heading_path: tuple[str, ...]
    char_start: int
    char_end: int
    text: str
    score: float


class Message(msgspec.Struct, frozen=True):
    id: str
    text: str
    role: Literal["user", "assistant"] = "assistant"
    state: TurnState = "complete"
    citations: tuple[Citation, ...] = ()


class Problem(msgspec.Struct, frozen=True):
    """What went wrong, and the way out."""

    code: str
    detail: str
    hint: str = ""


class Usage(msgspec.Struct, frozen=True):
    input_tokens: int
    output_tokens: int
    estimated: bool = False


class ToolStep(msgspec.Struct, frozen=True):
    """One call of a tool, as far as it has come."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    state: ToolState
    description: str = ""
    """Of the tool, where the user is asked."""
    output: str = ""


class TurnEvent(msgspec.Struct, frozen=True):
    """Any event; the fields after `seq` have their defaults in events of other types."""

    type: str
    epoch: int
    seq: int
    text: str = ""
    model: str = ""
    citations: tuple[Citation, ...] = ()
    degraded: str = ""
    message: Message | None = None
    problem: Problem | None = None
    usage: Usage | None = None
    call_id: str = ""
    name: str = ""
    arguments: dict[str, Any] = {}
    description: str = ""
    ok: bool = False
    output: str = ""


class Turn(msgspec.Struct, frozen=True):
    """What a reader has seen of a turn so far."""

    state: TurnState = "streaming"
    text: str = ""
    reasoning: str = ""
    citations: tuple[Citation, ...] = ()
    degraded: str = ""
    """What retrieval had to do without, in plain words; empty when nothing was missing."""
    model: str = ""
    tools: tuple[ToolStep, ...] = ()
    """In the order in which they were first heard of."""
    problem: Problem | None = None
    usage: Usage | None = None
    epoch: int = 0
    seq: int = 0
    """With `epoch`, the last event taken in: where a reader resumes."""


EMPTY_TURN = Turn()

_ENDS: dict[str, TurnState] = {
    "turn.finished": "complete",
    "turn.failed": "failed",
    "turn.cancelled": "cancelled",
}


def reduce_turn(turn: Turn, event: TurnEvent) -> Turn:
    """The turn after the event. Gives `turn` itself when it was seen before, is of an overtaken runner, or
    comes after the end."""
    if turn.state != "streaming" or not _is_news(turn, event):
        return turn
    turn = replace(turn, epoch=event.epoch, seq=event.seq)
    match event.type:
        case "text.delta":
            turn = replace(turn, text=turn.text + event.text)
        case "reasoning.delta":
            turn = replace(turn, reasoning=turn.reasoning + event.text)
        case "retrieval.finished":
            turn = replace(turn, citations=event.citations, degraded=event.degraded)
        case "turn.started":
            turn = replace(turn, model=event.model)
        case "turn.restarted":
            turn = replace(turn, text="", reasoning="", citations=(), degraded="", tools=())
        case "tool.approval_requested" | "tool.started" | "tool.finished":
            turn = replace(turn, tools=_with_step(turn.tools, event))
        case "turn.finished" | "turn.failed" | "turn.cancelled":
            turn = _ended(turn, event)
        case _:
            # A newer server may send kinds this reader does not know; they only move it forward.
            pass
    return turn


def _is_news(turn: Turn, event: TurnEvent) -> bool:
    # A runner that takes over counts on from the stored events, of which readers may have seen more.
    return event.epoch > turn.epoch or (event.epoch == turn.epoch and event.seq > turn.seq)


def _with_step(steps: tuple[ToolStep, ...], event: TurnEvent) -> tuple[ToolStep, ...]:
    known = next((step for step in steps if step.call_id == event.call_id), None)
    step = known or ToolStep(event.call_id, event.name, event.arguments, "asked", event.description)
    match event.type:
        case "tool.started":
            step = replace(step, state="running")
        case "tool.finished":
            step = replace(step, state="done" if event.ok else "failed", output=event.output)
        case _:
            pass  # the user is asked
    if known is None:
        return (*steps, step)
    return tuple(step if each is known else each for each in steps)


def _stopped(step: ToolStep) -> ToolStep:
    return replace(step, state="stopped") if step.state in {"asked", "running"} else step


def _ended(turn: Turn, event: TurnEvent) -> Turn:
    tools = tuple(_stopped(step) for step in turn.tools)
    turn = replace(turn, state=_ENDS[event.type], tools=tools, problem=event.problem, usage=event.usage)
    if event.message is None:
        return turn
    return replace(turn, text=event.message.text, citations=event.message.citations)
