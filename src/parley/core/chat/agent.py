"""The loop of a model and its tools: it calls, they run, it reads what they gave, until it answers."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from parley.core.chat.asking import Asker
from parley.core.chat.calling import DECLINED, NOT_KNOWN, Desk, arguments_of
from parley.core.chat.draft import Draft, told
from parley.core.chat.events import (
    EventBody,
    ReasoningPart,
    RetrievalFinished,
    TextPart,
    ToolFinished,
    ToolStarted,
)
from parley.core.chat.model import (
    ApprovalTimedOut,
    CallState,
    ModelCall,
    Round,
    ToolStep,
    Turn,
)
from parley.core.chat.prompt import citation_of, passage_text
from parley.core.chat.rounds import KeepsRounds
from parley.core.llm.model import ChatRequest, ModelError, ToolCall
from parley.core.tools.model import ToolOutput
from parley.core.usage.model import Purpose

_Ended = tuple[ToolStep, ToolOutput | None]


@dataclass(frozen=True, slots=True)
class Agent:
    """One for a turn."""

    turn: Turn
    draft: Draft
    asker: Asker
    desk: Desk
    book: KeepsRounds

    async def run(self, names: Sequence[str], base: ChatRequest) -> AsyncGenerator[list[EventBody], None]:
        """Goes on after the rounds that the draft holds. Where the user is to be asked it ends with
        `draft.waits` set. Raises ParleyError, and LeaseLost."""
        draft, most = self.draft, self.desk.limits.rounds
        base = replace(base, tools=self.desk.specs)
        draft.calls += [
            ModelCall(Purpose.ANSWER, _next_request(base, draft.rounds[:n], most), each.reply)
            for n, each in enumerate(draft.rounds)
        ]
        if draft.rounds and not draft.rounds[-1].settled:
            async with aclosing(self._settle(draft.rounds[-1])) as settling:
                async for events in settling:
                    yield events
        while True:
            self.asker.check_time()
            request = _next_request(base, draft.rounds, most)
            async with aclosing(self.asker.ask(_going_on(names, draft.rounds), request)) as asking:
                async for events in asking:
                    yield events
            calls = self._calls()
            if not calls:
                return
            last = draft.add_round(self.desk.plan(calls, len(draft.rounds) + 1))
            if any(step.state is CallState.PENDING for step in last.steps):
                draft.waits = True
                return
            async with aclosing(self._settle(last)) as settling:
                async for events in settling:
                    yield events

    def _calls(self) -> Sequence[ToolCall]:
        """Those of the reply that has just ended. Raises ModelError when the model goes on calling though
        its rounds are used up, and says nothing."""
        call, most = self.draft.last_call, self.desk.limits.rounds
        if call is None or len(self.draft.rounds) < most:
            return () if call is None else call.tool_calls
        if call.tool_calls and not call.text:
            raise ModelError(
                f"The model called tools {most} times and gave no answer.",
                hint="Ask for something smaller, or choose another model for this bot.",
            )
        return ()

    async def _settle(self, last: Round) -> AsyncGenerator[list[EventBody], None]:
        """Brings every call of the round to its end and stores it."""
        undecided = [step.call.name for step in last.steps if step.undecided]
        if undecided:
            raise ApprovalTimedOut(undecided)
        to_run: list[ToolStep] = []
        for step in last.steps:
            match step.state:
                case CallState.BEGUN:
                    yield [_started(step), self._end(replace(step, state=CallState.FAILED, output=NOT_KNOWN))]
                case CallState.PENDING if not step.approved:
                    yield [self._end(replace(step, state=CallState.DENIED, output=DECLINED))]
                case CallState.PENDING | CallState.PLANNED:
                    to_run.append(step)
                case _:
                    yield shown(step)
        run = self._one_by_one if any(step.changes_things for step in to_run) else self._together
        async with aclosing(run(to_run)) as batches:
            async for events in batches:
                yield events
        await self.book.keep(self.turn, self.draft)

    async def _together(self, steps: Sequence[ToolStep]) -> AsyncGenerator[list[EventBody], None]:
        yield [_started(step) for step in steps]
        left = {asyncio.create_task(self.desk.run(step)) for step in steps}
        try:
            while left:
                done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield self._take(task.result())
        finally:
            for task in left:
                task.cancel()
            if left:
                await asyncio.wait(left)

    async def _one_by_one(self, steps: Sequence[ToolStep]) -> AsyncGenerator[list[EventBody], None]:
        """In the model's order. What changes things is stored before it begins and when it has ended."""
        for planned in steps:
            step = planned
            if planned.changes_things:
                step = replace(planned, state=CallState.BEGUN)
                self._put(step)
                await self.book.keep(self.turn, self.draft)
            yield [_started(step)]
            ended = await self.desk.run(step)
            events = self._take(ended)
            if step.changes_things:
                await self.book.keep(self.turn, self.draft)
            yield events

    def _take(self, ended: _Ended) -> list[EventBody]:
        """Books a call that has ended; the passages it found are numbered on from those there are."""
        step, output = ended
        if output is None:
            return [self._end(step)]
        draft, known = self.draft, len(self.draft.citations)
        found = tuple(
            citation_of(number, passage) for number, passage in enumerate(output.passages, start=known + 1)
        )
        draft.citations += found
        step = self.desk.described(step, output, [passage_text(citation) for citation in found])
        finished = self._end(replace(step, citations=found))
        return [RetrievalFinished(draft.citations, draft.degraded), finished] if found else [finished]

    def _end(self, step: ToolStep) -> ToolFinished:
        self._put(step)
        return _finished(step)

    def _put(self, step: ToolStep) -> None:
        last = self.draft.rounds[-1]
        steps = tuple(step if each.call_id == step.call_id else each for each in last.steps)
        self.draft.rounds[-1] = replace(last, steps=steps)


def shown_again(rounds: Sequence[Round]) -> list[EventBody]:
    """What readers saw of these rounds."""
    events: list[EventBody] = []
    gap = ""
    for each in rounds:
        thoughts = "".join(thought.text for thought in each.reply.reasoning)
        if thoughts:
            events.append(ReasoningPart(thoughts))
        if each.reply.text:
            events.append(TextPart(gap + each.reply.text))
            gap = "\n\n"
        if each.settled:
            for step in each.steps:
                events += shown(step)
    return events


def shown(step: ToolStep) -> list[EventBody]:
    """What readers see of a call that has ended."""
    return [_finished(step)] if step.state is CallState.DENIED else [_started(step), _finished(step)]


def _started(step: ToolStep) -> ToolStarted:
    return ToolStarted(step.call_id, step.call.name, arguments_of(step.call), step.changes_things)


def _finished(step: ToolStep) -> ToolFinished:
    ok = step.state is CallState.DONE
    return ToolFinished(step.call_id, step.call.name, ok, step.output, step.duration_ms)


def _next_request(base: ChatRequest, rounds: Sequence[Round], most: int) -> ChatRequest:
    choice = "none" if len(rounds) >= most else base.tool_choice
    return replace(base, messages=(*base.messages, *told(rounds)), tool_choice=choice)


def _going_on(names: Sequence[str], rounds: Sequence[Round]) -> tuple[str, ...]:
    """The model that called the tools reads their results; the others follow where it cannot."""
    if not rounds:
        return tuple(names)
    model = rounds[-1].reply.model
    return (model, *(name for name in names if name != model))
