"""What other replicas did to turns, heard as it happens: wakes readers and the runner of this process."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, assert_never

from parley.core.chat.runner import TurnRunner
from parley.core.conversations.model import TurnId
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.telemetry import Log

DEAF_POLL_S = 0.25
"""How often the log is read for a turn that runs elsewhere while nothing is heard."""
HEARING_POLL_S = 2.0
"""The same while something is: a signal can be lost with the connection that carries it."""
RECONNECT_S = 1.0


@dataclass(frozen=True, slots=True)
class EventsStored:
    """The logs of these turns have grown."""

    turn_ids: frozenset[TurnId]


@dataclass(frozen=True, slots=True)
class TurnQueued:
    """A turn waits for a runner that has room."""


@dataclass(frozen=True, slots=True)
class CancelRequested:
    turn_id: TurnId


@dataclass(frozen=True, slots=True)
class Missed:
    """Hearing has begun, or there was too much to hear: anything may have happened before."""


Signal = EventsStored | TurnQueued | CancelRequested | Missed


class Signals(Protocol):
    def listen(self) -> AsyncGenerator[Signal, None]:
        """Begins with `Missed`. Raises ParleyError when the connection cannot be had or is lost."""
        ...


class TurnSignals:
    """Hears signals while `run()` runs, for the runner of this process and those who read logs here."""

    def __init__(
        self, signals: Signals, runner: TurnRunner, log: Log, *, hearing_poll_s: float = HEARING_POLL_S
    ) -> None:
        self._signals = signals
        self._runner = runner
        self._log = log
        self._hearing_poll_s = hearing_poll_s
        self.hearing = asyncio.Event()
        """Set while the connection stands."""

    @property
    def poll_s(self) -> float:
        """Seconds that a reader waits for a signal before it looks by itself."""
        return self._hearing_poll_s if self.hearing.is_set() else DEAF_POLL_S

    async def run(self) -> None:
        """Until cancelled; while the connection is lost, everyone looks by themselves."""
        while True:
            try:
                async with aclosing(self._signals.listen()) as heard:
                    async for signal in heard:
                        self._pass_on(signal)
                        self.hearing.set()
            except ParleyError as error:
                self._log.warning("turn_signals.lost", code=error.code, detail=error.detail)
            finally:
                self.hearing.clear()
            await asyncio.sleep(RECONNECT_S)

    def _pass_on(self, signal: Signal) -> None:
        match signal:
            case EventsStored(turn_ids):
                for turn_id in turn_ids:
                    self._runner.live.wake(turn_id)
            case TurnQueued():
                self._runner.notify()
            case CancelRequested(turn_id):
                self._runner.cancel(turn_id)
            case Missed():
                self._runner.live.wake_all()
                self._runner.look()
            case _:
                assert_never(signal)
