"""Turns running in this process: their events so far, for any number of readers, each at its own pace."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from datetime import datetime

from parley.core.chat.events import EventBody, TurnEvent, describe
from parley.core.chat.model import Turn
from parley.core.conversations.model import TurnId

SILENCE_S = 15.0


class LiveTurn:
    """The events of one epoch. A slow reader holds only a position, never a queue."""

    def __init__(self, turn: Turn, last_seq: int) -> None:
        self.turn = turn
        self.first_seq = last_seq + 1
        self._events: list[TurnEvent] = []
        self._closed = False
        self._changed = asyncio.Event()

    def stamp(self, body: EventBody, at: datetime, ahead: int = 0) -> TurnEvent:
        """The next event of the turn, or one that comes `ahead` events later; readers see it once it is
        published."""
        kind, data = describe(body)
        seq = self.first_seq + len(self._events) + ahead
        return TurnEvent(self.turn.id, self.turn.epoch, seq, at, kind, data)

    def publish(self, event: TurnEvent) -> None:
        self._events.append(event)
        self._wake()

    def close(self) -> None:
        """No more events come from here: the turn has ended, or another runner has it."""
        self._closed = True
        self._wake()

    async def follow(self, after: int) -> AsyncGenerator[list[TurnEvent], None]:
        """What comes after seq `after`, all that is there at once; an empty batch after each silence of
        `SILENCE_S`. Ends when the turn leaves this process."""
        position = max(after + 1 - self.first_seq, 0)
        while True:
            changed = self._changed
            if position < len(self._events):
                batch = self._events[position:]
                position += len(batch)
                yield batch
            elif self._closed:
                return
            else:
                try:
                    async with asyncio.timeout(SILENCE_S):
                        await changed.wait()
                except TimeoutError:
                    yield []

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


class Watch:
    """One reader's wait for a turn that runs elsewhere, or nowhere yet."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Until there was something new since the last wait, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await self.woken.wait()
        except TimeoutError:
            pass
        self.woken.clear()


class LiveTurns:
    """The turns running here, by id, and those that readers here wait for."""

    def __init__(self) -> None:
        self._turns: dict[TurnId, LiveTurn] = {}
        self._watches: dict[TurnId, set[Watch]] = {}

    def __len__(self) -> int:
        return len(self._turns)

    def get(self, turn_id: TurnId) -> LiveTurn | None:
        return self._turns.get(turn_id)

    def open(self, turn: Turn, last_seq: int) -> LiveTurn:
        live = LiveTurn(turn, last_seq)
        self._turns[turn.id] = live
        self.wake(turn.id)
        return live

    def drop(self, live: LiveTurn) -> None:
        """Readers that follow it already get the rest; later ones read the log."""
        live.close()
        if self._turns.get(live.turn.id) is live:
            del self._turns[live.turn.id]

    @contextmanager
    def watching(self, turn_id: TurnId) -> Iterator[Watch]:
        """Begin before looking at the log: what comes after that is not missed."""
        watch = Watch()
        watches = self._watches.setdefault(turn_id, set())
        watches.add(watch)
        try:
            yield watch
        finally:
            watches.discard(watch)
            if not watches and self._watches.get(turn_id) is watches:
                del self._watches[turn_id]

    def wake(self, turn_id: TurnId) -> None:
        """There is something new of this turn: it began here, or its log has grown."""
        for watch in self._watches.get(turn_id, ()):
            watch.woken.set()

    def wake_all(self) -> None:
        for turn_id in self._watches:
            self.wake(turn_id)
