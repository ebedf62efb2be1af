"""Rounds of tool calls, and the turns that wait for leave to make them, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Boolean, Column, DateTime, Integer, Table, Text, Uuid, case, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.signals import signal
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import metadata, turns
from parley.core.chat.model import (
    CallState,
    ModelReply,
    Progress,
    Retrieved,
    Round,
    ToolStep,
    Turn,
    TurnState,
)
from parley.core.chat.signals import TurnQueued
from parley.core.conversations.model import Citation, TurnId
from parley.core.kernel.transactions import Transaction
from parley.core.llm.model import ToolCall
from parley.core.usage.model import Use

turn_rounds = Table(
    "turn_rounds",
    metadata,
    Column("turn_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("reply", JSONB, nullable=False),
    Column("uses", JSONB, nullable=False),
    Column("retrieved", JSONB(none_as_null=True)),
)

turn_steps = Table(
    "turn_steps",
    metadata,
    Column("turn_id", Uuid, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("workspace_id", Uuid, nullable=False),
    Column("user_id", Uuid, nullable=False),
    Column("call", JSONB, nullable=False),
    Column("description", Text, nullable=False),
    Column("changes_things", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("output", Text, nullable=False),
    Column("citations", JSONB, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("approved", Boolean),
    Column("decided_at", DateTime(timezone=True)),
)

_WAITING = TurnState.WAITING.value
_QUEUED = {"state": TurnState.QUEUED.value, "lease_until": None, "continues": True}

_select_steps = select(
    turn_steps.c.round,
    turn_steps.c.call_id,
    turn_steps.c.call,
    turn_steps.c.description,
    turn_steps.c.changes_things,
    turn_steps.c.state,
    turn_steps.c.output,
    turn_steps.c.citations,
    turn_steps.c.duration_ms,
    turn_steps.c.approved,
)


class PostgresTurnRounds:
    """Implements `TurnRounds`, `Decisions` and `PastSteps`."""

    async def read(self, tx: Transaction, turn_id: TurnId) -> Progress:
        replies = await rows(
            tx,
            select(turn_rounds.c.number, turn_rounds.c.reply, turn_rounds.c.uses, turn_rounds.c.retrieved)
            .where(turn_rounds.c.turn_id == turn_id)
            .order_by(turn_rounds.c.number),
        )
        if not replies:
            return Progress()
        steps = await rows(
            tx,
            _select_steps.where(turn_steps.c.turn_id == turn_id).order_by(
                turn_steps.c.round, turn_steps.c.place
            ),
        )
        retrieved = replies[0].retrieved
        return Progress(
            None if retrieved is None else msgspec.convert(retrieved, Retrieved),
            tuple(
                Round(
                    each.number,
                    msgspec.convert(each.reply, ModelReply),
                    tuple(_to_step(step) for step in steps if step.round == each.number),
                    msgspec.convert(each.uses, tuple[Use, ...]),
                )
                for each in replies
            ),
        )

    async def save(self, tx: Transaction, turn: Turn, last: Round, retrieved: Retrieved | None) -> bool:
        # FOR SHARE: the epoch cannot move on between the check and the insert.
        owned = select(turns.c.id).where(
            turns.c.id == turn.id,
            turns.c.epoch == turn.epoch,
            turns.c.state == TurnState.RUNNING.value,
        )
        if await row(tx, owned.with_for_update(read=True)) is None:
            return False
        await self._write(tx, turn, last, retrieved)
        return True

    async def wait(
        self, tx: Transaction, turn: Turn, last: Round, retrieved: Retrieved | None, wait_s: float
    ) -> bool:
        statement = (
            update(turns)
            .where(
                turns.c.id == turn.id,
                turns.c.epoch == turn.epoch,
                turns.c.state == TurnState.RUNNING.value,
            )
            .values(
                # A wish to stop that came before is heard by who takes the turn from the queue.
                state=case((turns.c.cancel_requested.is_(None), _WAITING), else_=TurnState.QUEUED.value),
                lease_owner=None,
                lease_until=case(
                    (
                        turns.c.cancel_requested.is_(None),
                        func.now() + func.make_interval(0, 0, 0, 0, 0, 0, wait_s),
                    )
                ),
                continues=True,
            )
        )
        if await execute(tx, statement) != 1:
            return False
        await self._write(tx, turn, last, retrieved)
        return True

    async def expire(self, tx: Transaction) -> int:
        return await execute(
            tx,
            update(turns).where(turns.c.state == _WAITING, turns.c.lease_until < func.now()).values(_QUEUED),
        )

    async def lock(self, tx: Transaction, turn_id: TurnId) -> TurnState | None:
        found = await row(
            tx,
            select(turns.c.state)
            .where(turns.c.id == turn_id, turns.c.workspace_id == tx.workspace_id)
            .with_for_update(),
        )
        return None if found is None else TurnState(found.state)

    async def find(self, tx: Transaction, turn_id: TurnId, call_id: str) -> ToolStep | None:
        found = await row(
            tx, _select_steps.where(turn_steps.c.turn_id == turn_id, turn_steps.c.call_id == call_id)
        )
        return None if found is None else _to_step(found)

    async def decide(
        self, tx: Transaction, turn_id: TurnId, call_id: str, *, approved: bool, at: datetime
    ) -> None:
        await execute(
            tx,
            update(turn_steps)
            .where(turn_steps.c.turn_id == turn_id, turn_steps.c.call_id == call_id)
            .values(approved=approved, decided_at=at),
        )
        undecided = select(turn_steps.c.call_id).where(
            turn_steps.c.turn_id == turn_id,
            turn_steps.c.state == CallState.PENDING.value,
            turn_steps.c.approved.is_(None),
        )
        goes_on = update(turns).where(turns.c.id == turn_id, turns.c.state == _WAITING, ~undecided.exists())
        if await execute(tx, goes_on.values(_QUEUED)):
            await signal(tx, TurnQueued())

    async def of(
        self, tx: Transaction, turns: Sequence[TurnId], output_chars: int
    ) -> dict[TurnId, tuple[ToolStep, ...]]:
        if not turns:
            return {}
        found = await rows(
            tx,
            select(
                turn_steps.c.turn_id,
                turn_steps.c.call_id,
                turn_steps.c.call,
                turn_steps.c.description,
                turn_steps.c.changes_things,
                turn_steps.c.state,
                func.left(turn_steps.c.output, output_chars).label("output"),
            )
            .where(turn_steps.c.turn_id.in_(turns), turn_steps.c.workspace_id == tx.workspace_id)
            .order_by(turn_steps.c.turn_id, turn_steps.c.round, turn_steps.c.place),
        )
        return {
            turn_id: tuple(map(_to_past_step, steps))
            for turn_id, steps in groupby(found, key=lambda each: TurnId(each.turn_id))
        }

    async def _write(self, tx: Transaction, turn: Turn, last: Round, retrieved: Retrieved | None) -> None:
        owner = {"turn_id": turn.id, "workspace_id": turn.workspace_id, "user_id": turn.user_id}
        await execute(
            tx,
            insert(turn_rounds)
            .values(
                number=last.number,
                reply=msgspec.to_builtins(last.reply),
                uses=msgspec.to_builtins(last.uses),
                retrieved=None if last.number > 1 else msgspec.to_builtins(retrieved),
                **owner,
            )
            .on_conflict_do_nothing(),
        )
        steps = insert(turn_steps).values(
            [
                {**_columns(step), "round": last.number, "place": place, **owner}
                for place, step in enumerate(last.steps, start=1)
            ]
        )
        changing = ("state", "output", "citations", "duration_ms")
        await execute(
            tx,
            steps.on_conflict_do_update(
                index_elements=["turn_id", "call_id"], set_={name: steps.excluded[name] for name in changing}
            ),
        )


def _columns(step: ToolStep) -> dict[str, Any]:
    return {
        "call_id": step.call_id,
        "call": msgspec.to_builtins(step.call),
        "description": step.description,
        "changes_things": step.changes_things,
        "state": step.state.value,
        "output": step.output,
        "citations": msgspec.to_builtins(step.citations),
        "duration_ms": step.duration_ms,
    }


def _to_step(found: Record) -> ToolStep:
    return ToolStep(
        call_id=found.call_id,
        call=msgspec.convert(found.call, ToolCall),
        description=found.description,
        changes_things=found.changes_things,
        state=CallState(found.state),
        output=found.output,
        citations=msgspec.convert(found.citations, tuple[Citation, ...]),
        duration_ms=found.duration_ms,
        approved=found.approved,
    )


def _to_past_step(found: Record) -> ToolStep:
    return ToolStep(
        call_id=found.call_id,
        call=msgspec.convert(found.call, ToolCall),
        description=found.description,
        changes_things=found.changes_things,
        state=CallState(found.state),
        output=found.output,
    )
