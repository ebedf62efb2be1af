"""Runs turns under leases: takes them, drives each to its end, and lets no other process do it twice."""

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID, uuid4

from parley.core.bots.model import Bot
from parley.core.chat.answer import Answerer, Draft, Question
from parley.core.chat.events import (
    EventBody,
    TerminalEvent,
    TextPart,
    TurnCancelled,
    TurnFailed,
    TurnFinished,
    TurnRestarted,
)
from parley.core.chat.live import LiveTurn, LiveTurns
from parley.core.chat.log import EventLogWriter
from parley.core.chat.model import Lease, LeaseLost, Turn, TurnState
from parley.core.chat.ports import Leases
from parley.core.chat.questions import QuestionReader
from parley.core.conversations.model import Message, MessageRole, MessageState, TurnId
from parley.core.conversations.ports import Conversations, Messages
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.telemetry import Log, Metrics
from parley.core.kernel.transactions import Transactions
from parley.core.llm.model import FinishReason


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


class _Stop(Enum):
    CANCELLED = auto()
    """Its reader pressed stop."""
    HAND_OVER = auto()
    """This process is shutting down; another takes the turn."""
    LOST = auto()
    """Another runner has the turn already."""


@dataclass(slots=True)
class _Running:
    live: LiveTurn
    began: float
    draft: Draft = field(default_factory=Draft)
    task: asyncio.Task[None] | None = None
    begun: bool = False
    """Cancelling a task before its first step would skip all of it, with what ends the turn."""
    stop: _Stop | None = None
    ending: bool = False
    """Its end is being written; what would interrupt it now comes too late."""
    bot: Bot | None = None

    @property
    def turn(self) -> Turn:
        return self.live.turn


class InternalFault(ParleyError):
    """A fault of ours while answering; the log has the rest."""

    code = "internal_error"
    kind = ErrorKind.UNAVAILABLE


class TooOftenTaken(ParleyError):
    """One runner after the other stopped while it answered."""

    code = "turn_given_up"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, runners: int) -> None:
        super().__init__(
            f"The server stopped {runners} times while it answered this.",
            hint="Ask again; if it stays, the administrator finds the cause in the server's log.",
        )


@dataclass(frozen=True, slots=True)
class TurnStores:
    leases: Leases
    messages: Messages
    conversations: Conversations


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
        self._transactions = transactions
        self._stores = stores
        self._questions = questions
        self._answerer = answerer
        self._clock, self._log, self._metrics = telemetry
        self._events = EventLogWriter(transactions, stores.leases, self._log, self._lose)
        self._running: dict[TurnId, _Running] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._wake = asyncio.Event()
        self._closing = False

    async def run(self) -> None:
        """Takes and runs turns until cancelled, then hands the running ones over."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                claiming = tasks.create_task(self._claim_forever())
                loops = [
                    tasks.create_task(self._events.run()),
                    tasks.create_task(self._renew_forever()),
                ]
                try:
                    await asyncio.Event().wait()
                finally:
                    self._closing = True
                    claiming.cancel()  # or it would take back what is handed over
                    await self._hand_over()
                    for loop in loops:
                        loop.cancel()
        finally:
            self._tasks = None

    def has_room(self) -> bool:
        """Whether a new turn can start here at once; otherwise it is queued. Checked, not reserved:
        requests that arrive together may pass the limit by their number."""
        return (
            self._tasks is not None and not self._closing and len(self._running) < self.limits.turns_at_once
        )

    def start(self, lease: Lease, question: Question | None) -> None:
        """Runs a turn whose lease this runner holds; without `question` it is read from the database."""
        if self._tasks is None or self._closing:
            return  # nobody will renew the lease: another runner takes the turn when it runs out
        # A claim that set out before the turn began here can bring back the same turn, its epoch risen.
        self._interrupt(lease.turn.id, _Stop.LOST)
        running = _Running(self.live.open(lease.turn, lease.last_seq), time.perf_counter())
        self._running[lease.turn.id] = running
        self._metrics.gauge("parley_turns_running", 1)
        running.task = self._tasks.create_task(self._drive(running, lease, question))

    def notify(self) -> None:
        """A turn was queued."""
        self._wake.set()

    def cancel(self, turn_id: TurnId) -> bool:
        """Stops a turn that runs here, closing its upstream request; False when it does not."""
        return self._interrupt(turn_id, _Stop.CANCELLED)

    def _lose(self, turn_id: TurnId, epoch: int) -> None:
        running = self._running.get(turn_id)
        if running is not None and running.turn.epoch == epoch:
            self._interrupt(turn_id, _Stop.LOST)

    def _interrupt(self, turn_id: TurnId, why: _Stop) -> bool:
        running = self._running.get(turn_id)
        if running is None:
            return False
        if running.task is None or running.stop is not None or running.ending:
            return True
        running.stop = why
        if running.begun:
            running.task.cancel()
        return True

    async def _drive(self, running: _Running, lease: Lease, question: Question | None) -> None:
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

    async def _answer(
        self, running: _Running, lease: Lease, question: Question | None
    ) -> TerminalEvent | None:
        """The end of the turn; None when it is no longer ours to end."""
        try:
            await self._take_up(running, lease)
            question = question or await self._questions.read(lease.turn)
            running.bot = question.bot
            async with aclosing(self._answerer.run(question, running.draft)) as batches:
                async for bodies in batches:
                    await self._publish(running, bodies)
        except asyncio.CancelledError:
            if running.stop is None:
                raise
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            if running.stop is not _Stop.CANCELLED:
                return None
            return TurnCancelled(_message(running, MessageState.CANCELLED, self._clock))
        except ParleyError as error:
            return TurnFailed.because(error, _message(running, MessageState.FAILED, self._clock))
        except Exception:  # noqa: BLE001 - the stream's edge: the reader is told, the log has the rest
            self._log.exception("turn.failed", turn_id=str(running.turn.id))
            fault = InternalFault("Parley failed while answering; the fault is ours.", hint="Ask again.")
            return TurnFailed.because(fault, _message(running, MessageState.FAILED, self._clock))
        return self._finished(running)

    async def _take_up(self, running: _Running, lease: Lease) -> None:
        """Raises CancelledError when it was stopped before it began, and TooOftenTaken."""
        if lease.turn.epoch > 1:
            await self._publish(running, [TurnRestarted("The server that was answering stopped.")])
        if lease.cancel_requested:
            running.stop = _Stop.CANCELLED
        if running.stop is not None:
            raise asyncio.CancelledError
        if lease.turn.epoch > self.limits.most_epochs:
            raise TooOftenTaken(lease.turn.epoch - 1)

    def _finished(self, running: _Running) -> TurnFinished:
        draft = running.draft
        return TurnFinished(
            message=_message(running, MessageState.COMPLETE, self._clock),
            finish_reason=draft.finish_reason or FinishReason.STOP,
            usage=draft.usage_so_far(),
            cost_micros=None if running.bot is None else draft.receipt(running.bot).cost_micros,
        )

    async def _publish(self, running: _Running, bodies: list[EventBody]) -> None:
        for body in bodies:
            event = running.live.stamp(body, self._clock.now())
            if isinstance(body, TextPart) and "first_text" not in running.draft.timings_ms:
                seconds = time.perf_counter() - running.began
                running.draft.timings_ms["first_text"] = round(seconds * 1000)
                self._metrics.observe("parley_first_token_seconds", seconds, model=running.draft.model)
            running.live.publish(event)
            await self._events.add(event)

    async def _end(self, running: _Running, end: TerminalEvent) -> None:
        """Message, receipt, the rest of the log and the terminal event, in one transaction; then it is seen.

        Raises LeaseLost, having written nothing.
        """
        turn = running.turn
        state = _state(end)
        now = self._clock.now()
        events = await self._events.withdraw(turn.id, turn.epoch)
        terminal = running.live.stamp(end, now)
        receipt = None if running.bot is None else running.draft.receipt(running.bot)
        async with self._transactions.begin_platform(turn.workspace_id) as tx:
            # The conversation's row is locked before the turn's, as by those who remove a conversation.
            await self._stores.conversations.touch(tx, turn.conversation_id, now)
            if not await self._stores.leases.end(tx, turn, state, receipt, now):
                raise LeaseLost(turn.id)
            await self._stores.leases.append(tx, [*events, terminal])
            if end.message is not None:
                await self._stores.messages.add(tx, end.message)
        running.live.publish(terminal)
        self._observe(running, state)

    def _observe(self, running: _Running, state: TurnState) -> None:
        model = running.draft.model or "none"
        seconds = time.perf_counter() - running.began
        self._metrics.count("parley_turns", state=state.value, model=model)
        self._metrics.observe("parley_turn_seconds", seconds, model=model)
        if running.draft.request is not None:
            usage = running.draft.usage_so_far()
            self._metrics.count("parley_tokens", usage.input_tokens, model=model, direction="input")
            self._metrics.count("parley_tokens", usage.output_tokens, model=model, direction="output")
        for attempt in running.draft.attempts:
            outcome = attempt.error or "answered"
            self._metrics.count("parley_model_attempts", model=attempt.model, outcome=outcome)
        self._log.info(
            f"turn.{state.value}",
            turn_id=str(running.turn.id),
            model=model,
            duration_ms=round(seconds * 1000),
            first_text_ms=running.draft.timings_ms.get("first_text"),
        )

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
                leases = await self._stores.leases.claim(
                    tx, self.id, list(self._running), self.limits.lease_s, limit
                )
        except ParleyError as error:
            self._log.error("turns.claim_failed", code=error.code, detail=error.detail)
            return
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

    async def _hand_over(self) -> None:
        """Stops what runs here and puts it back in the queue, keeping its events so far."""
        for turn_id in self._running:
            self._interrupt(turn_id, _Stop.HAND_OVER)
        tasks = [running.task for running in self._running.values() if running.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=self.limits.shutdown_s)
        try:
            await self._events.flush()
            async with self._transactions.begin_platform() as tx:
                await self._stores.leases.release(tx, self.id)
        except ParleyError as error:
            self._log.error("turns.hand_over_failed", code=error.code, detail=error.detail)


def _state(end: TerminalEvent) -> TurnState:
    match end:
        case TurnFinished():
            return TurnState.DONE
        case TurnFailed():
            return TurnState.FAILED
        case TurnCancelled():
            return TurnState.CANCELLED


def _message(running: _Running, state: MessageState, clock: Clock) -> Message:
    turn = running.turn
    return Message(
        id=turn.assistant_message_id,
        conversation_id=turn.conversation_id,
        parent_id=turn.user_message_id,
        role=MessageRole.ASSISTANT,
        text="".join(running.draft.text),
        state=state,
        created_at=clock.now(),
        citations=running.draft.citations,
        turn_id=turn.id,
    )
