"""Runs turns under leases: takes them, drives each to its end, and lets no other process do it twice."""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from parley.core.chat.answer import Answerer, Question
from parley.core.chat.calling import arguments_of
from parley.core.chat.endings import InternalFault, TooOftenTaken, message_of, state_after
from parley.core.chat.events import (
    EventBody,
    TerminalEvent,
    TextPart,
    ToolApprovalRequested,
    TurnCancelled,
    TurnFailed,
    TurnFinished,
    TurnRestarted,
)
from parley.core.chat.live import LiveTurns
from parley.core.chat.log import EventLogWriter
from parley.core.chat.model import Lease, LeaseLost, TurnEnd, TurnState
from parley.core.chat.ports import Leases, TurnRounds
from parley.core.chat.questions import QuestionReader
from parley.core.chat.running import Running, Stop, observe
from parley.core.conversations.model import Message, MessageState, TurnId
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.telemetry import Log, Metrics
from parley.core.kernel.transactions import Transactions

EXPIRE_EVERY = timedelta(seconds=30)
"""How often turns are looked for that have waited too long for their user."""


@dataclass(frozen=True, slots=True)
class RunnerLimits:
    turns_at_once: int = 200
    lease_s: float = 5.0
    """A turn whose runner died is taken over this long after its last heartbeat."""
    poll_s: float = 1.0
    """How often a runner looks for turns that another one left behind."""
    most_epochs: int = 20
    """A turn that as many runners have left unfinished is failed: it may be what ends them."""
    shutdown_s: float = 5.0
    approval_s: float = 24 * 3600.0
    """How long a turn waits for its user to allow or deny what a tool is to do."""


@dataclass(frozen=True, slots=True)
class TurnStores:
    leases: Leases
    rounds: TurnRounds


class TurnRunner:
    """`run()` must be running for turns to be taken; each turn is a task that it owns."""

    def __init__(
        self,
        transactions: Transactions,
        stores: TurnStores,
        questions: QuestionReader,
        answerer: Answerer,
        telemetry: tuple[Clock, Log, Metrics],
        limits: RunnerLimits,
    ) -> None:
        self.id: UUID = uuid4()
        self.live = LiveTurns()
        self.limits = limits
        self.started = asyncio.Event()
        """Set once it has looked for turns that were left behind."""
        self.on_answered: Callable[[Question, Message], None] | None = None
        """Told of each answer that was completed here, once readers have seen it; must not wait."""
        self._transactions = transactions
        self._stores = stores
        self._questions = questions
        self._answerer = answerer
        self._clock, self._log, self._metrics = telemetry
        self._events = EventLogWriter(transactions, stores.leases, self._log, self._lose)
        self._running: dict[TurnId, Running] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._wake = asyncio.Event()
        self._behind = False
        """Turns may be waiting for a place: new ones go behind them, and a free place is filled at once."""
        self._claiming: asyncio.Task[None] | None = None
        self._handing_over: asyncio.Future[None] | None = None
        self._expires_next = self._clock.now()

    async def run(self) -> None:
        """Takes and runs turns until cancelled, then hands the running ones over."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                self._claiming = tasks.create_task(self._claim_forever())
                loops = [
                    tasks.create_task(self._events.run()),
                    tasks.create_task(self._renew_forever()),
                ]
                try:
                    await asyncio.Event().wait()
                finally:
                    await self.hand_over()
                    for loop in loops:
                        loop.cancel()
        finally:
            self._tasks = None

    @property
    def closing(self) -> bool:
        """Its turns have gone to other runners, or are about to."""
        return self._handing_over is not None

    def has_room(self) -> bool:
        """Whether a new turn can start here at once; otherwise it is queued. Checked, not reserved:
        requests that arrive together may pass the limit by their number."""
        return (
            self._tasks is not None
            and not self.closing
            and not self._behind
            and len(self._running) < self.limits.turns_at_once
        )

    def start(self, lease: Lease, question: Question | None) -> None:
        """Runs a turn whose lease this runner holds; without `question` it is read from the database."""
        if self._tasks is None or self.closing:
            return  # nobody will renew the lease: another runner takes the turn when it runs out
        # A claim that set out before the turn began here can bring back the same turn, its epoch risen.
        self._interrupt(lease.turn.id, Stop.LOST)
        running = Running(self.live.open(lease.turn, lease.last_seq), time.perf_counter())
        self._running[lease.turn.id] = running
        self._metrics.gauge("parley_turns_running", 1)
        running.task = self._tasks.create_task(self._drive(running, lease, question))

    def notify(self) -> None:
        """A turn was queued, here or by another process."""
        self._behind = True
        self.look()

    def look(self) -> None:
        """Turns may have been queued, or left behind."""
        self._wake.set()

    def cancel(self, turn_id: TurnId) -> bool:
        """Stops a turn that runs here, closing its upstream request; False when it does not."""
        return self._interrupt(turn_id, Stop.CANCELLED)

    def _lose(self, turn_id: TurnId, epoch: int) -> None:
        running = self._running.get(turn_id)
        if running is not None and running.turn.epoch == epoch:
            self._interrupt(turn_id, Stop.LOST)

    def _interrupt(self, turn_id: TurnId, why: Stop) -> bool:
        running = self._running.get(turn_id)
        if running is None or running.parking:
            return False
        if running.task is None or running.stop is not None or running.ending:
            return True
        running.stop = why
        if running.begun:
            running.task.cancel()
        return True

    async def _drive(self, running: Running, lease: Lease, question: Question | None) -> None:
        running.begun = True
        try:
            end = await self._answer(running, lease, question)
            if end is not None:
                running.ending = True
                await self._end(running, end)
        except LeaseLost:
            self._log.warning("turn.lease_lost", turn_id=str(running.turn.id), epoch=running.turn.epoch)
        except Exception:  # noqa: BLE001 - the turn's edge: unended, it is taken over later
            self._log.exception("turn.end_failed", turn_id=str(running.turn.id))
        finally:
            self.live.drop(running.live)
            if self._running.get(running.turn.id) is running:
                del self._running[running.turn.id]
            self._metrics.gauge("parley_turns_running", -1)
            if self._behind:
                self._wake.set()

    async def _answer(
        self, running: Running, lease: Lease, question: Question | None
    ) -> TerminalEvent | None:
        """The end of the turn; None when it is no longer ours to end, or not yet at its end."""
        try:
            if not await self._run(running, lease, question):
                return None
        except LeaseLost:
            raise
        except asyncio.CancelledError:
            if running.stop is None:
                raise
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            if running.stop is not Stop.CANCELLED:
                return None
            return TurnCancelled(self._message(running, MessageState.CANCELLED))
        except ParleyError as error:
            return TurnFailed.because(error, self._message(running, MessageState.FAILED))
        except Exception:  # noqa: BLE001 - the stream's edge: the reader is told, the log has the rest
            self._log.exception("turn.failed", turn_id=str(running.turn.id))
            fault = InternalFault("Parley failed while answering; the fault is ours.", hint="Ask again.")
            return TurnFailed.because(fault, self._message(running, MessageState.FAILED))
        return self._finished(running)

    async def _run(self, running: Running, lease: Lease, question: Question | None) -> bool:
        """Whether the answer is complete; otherwise the turn waits for its user."""
        await self._take_up(running, lease)
        question = question or await self._questions.read(lease)
        running.question = question
        if lease.continues and lease.cancel_requested:
            running.draft.restore(question.progress)
            running.stop = Stop.CANCELLED
            raise asyncio.CancelledError
        async with aclosing(self._answerer.run(question, running.draft)) as batches:
            async for bodies in batches:
                await self._publish(running, bodies)
        if running.draft.waits:
            await self._park(running)
        return not running.draft.waits

    async def _take_up(self, running: Running, lease: Lease) -> None:
        """Raises CancelledError when it was stopped before it began, and TooOftenTaken."""
        if lease.turn.epoch > 1 and not lease.continues:
            await self._publish(running, [TurnRestarted("The server that was answering stopped.")])
        if lease.cancel_requested and not lease.continues:
            running.stop = Stop.CANCELLED
        if running.stop is not None:
            raise asyncio.CancelledError
        if lease.turn.epoch > self.limits.most_epochs:
            raise TooOftenTaken(lease.turn.epoch - 1)

    def _finished(self, running: Running) -> TurnFinished:
        draft = running.draft
        return TurnFinished(
            message=self._message(running, MessageState.COMPLETE),
            finish_reason=draft.finish_reason,
            usage=draft.usage_so_far(),
            cost_micros=None if running.bot is None else draft.receipt(running.bot).cost_micros,
        )

    async def _publish(self, running: Running, bodies: list[EventBody]) -> None:
        for body in bodies:
            event = running.live.stamp(body, self._clock.now())
            if isinstance(body, TextPart) and "first_text" not in running.draft.timings_ms:
                seconds = time.perf_counter() - running.began
                running.draft.timings_ms["first_text"] = round(seconds * 1000)
                self._metrics.observe("parley_first_token_seconds", seconds, model=running.draft.model)
            running.live.publish(event)
            await self._events.add(event)

    async def _end(self, running: Running, end: TerminalEvent) -> None:
        """Message, receipt, the rest of the log and the terminal event, in one transaction; then it is seen.

        Raises LeaseLost, having written nothing.
        """
        turn = running.turn
        state = state_after(end)
        now = self._clock.now()
        events = await self._events.withdraw(turn.id, turn.epoch)
        terminal = running.live.stamp(end, now)
        receipt = None if running.bot is None else running.draft.receipt(running.bot)
        ended = TurnEnd(state, now, receipt, end.message, (*events, terminal))
        async with self._transactions.begin_platform(turn.workspace_id) as tx:
            if not await self._stores.leases.end(tx, turn, ended):
                raise LeaseLost(turn.id)
        running.live.publish(terminal)
        observe(running, state, self._log, self._metrics)
        if self.on_answered and running.question and end.message and state is TurnState.DONE:
            self.on_answered(running.question, end.message)

    async def _park(self, running: Running) -> None:
        """The turn waits for its user: all of it is stored in one transaction, and nobody holds it.

        Raises LeaseLost, having written nothing.
        """
        running.parking = True
        turn, draft, now = running.turn, running.draft, self._clock.now()
        requests = [
            ToolApprovalRequested(step.call_id, step.call.name, step.description, arguments_of(step.call))
            for step in draft.rounds[-1].steps
            if step.undecided
        ]
        asked = [running.live.stamp(body, now, ahead) for ahead, body in enumerate(requests)]
        events = await self._events.withdraw(turn.id, turn.epoch)
        async with self._transactions.begin_platform(turn.workspace_id) as tx:
            wait_s = self.limits.approval_s
            if not await self._stores.rounds.wait(tx, turn, draft.rounds[-1], draft.retrieved, wait_s):
                raise LeaseLost(turn.id)
            await self._stores.leases.append(tx, [*events, *asked])
        for event in asked:
            running.live.publish(event)
        self._log.info("turn.waiting", turn_id=str(turn.id), calls=len(asked))

    def _message(self, running: Running, state: MessageState) -> Message:
        return message_of(running.turn, running.draft, state, self._clock.now())

    async def _claim_forever(self) -> None:
        while True:
            self._wake.clear()
            free = self.limits.turns_at_once - len(self._running)
            if free > 0:
                await self._claim(free)
            self.started.set()
            try:
                async with asyncio.timeout(self.limits.poll_s):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _claim(self, limit: int) -> None:
        try:
            async with self._transactions.begin_platform() as tx:
                if self._clock.now() >= self._expires_next:
                    self._expires_next = self._clock.now() + EXPIRE_EVERY
                    await self._stores.rounds.expire(tx)
                leases = await self._stores.leases.claim(
                    tx, self.id, list(self._running), self.limits.lease_s, limit
                )
        except ParleyError as error:
            self._log.error("turns.claim_failed", code=error.code, detail=error.detail)
            return
        self._behind = len(leases) == limit
        for lease in leases:
            self.start(lease, None)

    async def _renew_forever(self) -> None:
        while True:
            await asyncio.sleep(self.limits.lease_s / 3)
            held = [(running.turn.id, running.turn.epoch) for running in self._running.values()]
            if held:
                await self._renew(held)

    async def _renew(self, held: list[tuple[TurnId, int]]) -> None:
        try:
            async with self._transactions.begin_platform() as tx:
                kept = await self._stores.leases.renew(tx, self.id, held, self.limits.lease_s)
        except ParleyError as error:
            self._log.error("turns.renew_failed", code=error.code, detail=error.detail)
            return
        for turn_id, epoch in held:
            if turn_id not in kept:
                self._lose(turn_id, epoch)
            elif kept[turn_id]:
                self.cancel(turn_id)

    async def hand_over(self) -> None:
        """Stops what runs here and puts it back in the queue, keeping its events so far; takes no more.

        Whoever calls first does it, the others wait for that.
        """
        if self._handing_over is not None:
            await asyncio.shield(self._handing_over)
            return
        self._handing_over = asyncio.get_running_loop().create_future()
        try:
            await self._give_back()
        finally:
            self._handing_over.set_result(None)

    async def _give_back(self) -> None:
        if self._claiming is not None:
            self._claiming.cancel()  # or it would take back what is handed over
            await asyncio.wait({self._claiming}, timeout=self.limits.shutdown_s)
        for turn_id in self._running:
            self._interrupt(turn_id, Stop.HAND_OVER)
        tasks = [running.task for running in self._running.values() if running.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=self.limits.shutdown_s)
        try:
            await self._events.flush()
            async with self._transactions.begin_platform() as tx:
                await self._stores.leases.release(tx, self.id)
        except ParleyError as error:
            self._log.error("turns.hand_over_failed", code=error.code, detail=error.detail)
