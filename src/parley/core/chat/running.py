"""One turn as its runner holds it: its task, its draft, and why it was stopped."""

import asyncio
import time
from dataclasses import dataclass, field
from enum import Enum, auto

from parley.core.bots.model import Bot
from parley.core.chat.answer import Question
from parley.core.chat.draft import Draft
from parley.core.chat.live import LiveTurn
from parley.core.chat.model import ToolStep, Turn, TurnState
from parley.core.kernel.telemetry import Log, Metrics
from parley.core.tools.model import ToolServerKind


class Stop(Enum):
    CANCELLED = auto()
    """Its reader pressed stop."""
    HAND_OVER = auto()
    """This process is shutting down; another takes the turn."""
    LOST = auto()
    """Another runner has the turn already."""


@dataclass(slots=True)
class Running:
    live: LiveTurn
    began: float
    draft: Draft = field(default_factory=Draft)
    task: asyncio.Task[None] | None = None
    begun: bool = False
    """Cancelling a task before its first step would skip all of it, with what ends the turn."""
    stop: Stop | None = None
    ending: bool = False
    """Its end is being written; what would interrupt it now comes too late."""
    parking: bool = False
    """It is about to wait for its user: to stop it is then a matter of the database."""
    question: Question | None = None

    @property
    def bot(self) -> Bot | None:
        return None if self.question is None else self.question.bot

    @property
    def turn(self) -> Turn:
        return self.live.turn


def observe(running: Running, state: TurnState, log: Log, metrics: Metrics) -> None:
    """Tells log and metrics how a turn has ended."""
    model = running.draft.model or "none"
    seconds = time.perf_counter() - running.began
    metrics.count("parley_turns", state=state.value, model=model)
    metrics.observe("parley_turn_seconds", seconds, model=model)
    for attempt in running.draft.attempts:
        outcome = attempt.error or "answered"
        metrics.count("parley_model_attempts", model=attempt.model, outcome=outcome)
    for step in (step for each in running.draft.rounds for step in each.steps):
        outcome = step.state.value if step.state.finished else "stopped"
        metrics.count("parley_tool_calls", kind=_kind_of(step), outcome=outcome)
    event = f"turn.{state.value}"
    log.info(
        event,
        turn_id=str(running.turn.id),
        model=model,
        duration_ms=round(seconds * 1000),
        first_text_ms=running.draft.timings_ms.get("first_text"),
    )


def _kind_of(step: ToolStep) -> str:
    """Of the tool, not its name: models and administrators may think up any number of names."""
    if not step.description:
        return "unknown"
    kinds = (kind.value for kind in ToolServerKind if step.call.name.startswith(f"{kind.value}_"))
    return next(kinds, "built_in")
