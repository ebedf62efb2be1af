"""Turns, their leases and their event log in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select, text, update

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.signals import signal
from parley.adapters.database.statements import Record
from parley.adapters.database.tables import turn_events, turns
from parley.core.bots.model import BotId
from parley.core.chat.events import TurnEvent
from parley.core.chat.model import ModelCall, ModelReply, Receipt, Turn, TurnState
from parley.core.chat.signals import CancelRequested, TurnQueued
from parley.core.conversations.model import ConversationId, MessageId, TurnId
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Transaction
from parley.core.llm.model import Attempt, ChatMessage, ChatRequest, TokenUsage
from parley.core.usage.model import Purpose

_COLUMNS = (
    turns.c.id,
    turns.c.workspace_id,
    turns.c.user_id,
    turns.c.conversation_id,
    turns.c.bot_id,
    turns.c.bot_version,
    turns.c.user_message_id,
    turns.c.assistant_message_id,
    turns.c.state,
    turns.c.epoch,
    turns.c.created_at,
    turns.c.finished_at,
    turns.c.idempotency_key,
)
_UNFINISHED = (TurnState.QUEUED.value, TurnState.RUNNING.value, TurnState.WAITING.value)

_FIELDS = tuple(column.name for column in _COLUMNS)

_ADD = text(f"""
INSERT INTO turns ({", ".join(_FIELDS)}, lease_owner, lease_until)
VALUES ({", ".join(f":{field}" for field in _FIELDS)}, CAST(:lease_owner AS uuid),
  CASE WHEN CAST(:lease_owner AS uuid) IS NOT NULL THEN now() + make_interval(secs => :lease_s) END)
ON CONFLICT (workspace_id, user_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
""")  # noqa: S608 - names of columns

_BY_KEY = select(*_COLUMNS).where(
    turns.c.workspace_id == bindparam("workspace"),
    turns.c.user_id == bindparam("user"),
    turns.c.idempotency_key == bindparam("key"),
)

_RUNNING_IN = text("""
SELECT conversation_id, id FROM turns
WHERE conversation_id = ANY (CAST(:conversations AS uuid[])) AND state = ANY (CAST(:unfinished AS text[]))
""")


class PostgresTurns:
    """Implements `Turns`."""

    async def add(self, tx: Transaction, turn: Turn, owner: UUID | None, lease_s: float) -> bool:
        values = {field: getattr(turn, field) for field in _FIELDS}
        values |= {"state": turn.state.value, "lease_owner": owner, "lease_s": lease_s}
        added = await execute(tx, _ADD, values) == 1
        if added and owner is None:
            await signal(tx, TurnQueued())
        return added

    async def get(self, tx: Transaction, turn_id: TurnId) -> Turn | None:
        found = await row(
            tx, select(*_COLUMNS).where(turns.c.id == turn_id, turns.c.workspace_id == tx.workspace_id)
        )
        return None if found is None else to_turn(found)

    async def by_key(self, tx: Transaction, idempotency_key: str) -> Turn | None:
        values = {"workspace": tx.workspace_id, "user": tx.user_id, "key": idempotency_key}
        found = await row(tx, _BY_KEY, values)
        return None if found is None else to_turn(found)

    async def running_in(
        self, tx: Transaction, conversations: Sequence[ConversationId]
    ) -> dict[ConversationId, TurnId]:
        values = {"conversations": list(conversations), "unfinished": list(_UNFINISHED)}
        found = await rows(tx, _RUNNING_IN, values)
        return {ConversationId(each.conversation_id): TurnId(each.id) for each in found}

    async def request_cancel(self, tx: Transaction, turn_id: TurnId, at: datetime) -> None:
        mine = update(turns).where(turns.c.id == turn_id)
        await execute(tx, mine.where(turns.c.state.in_(_UNFINISHED)).values(cancel_requested=at))
        # Nobody holds a turn that waits: a runner has to take it to end it.
        queued = {"state": TurnState.QUEUED.value, "lease_until": None, "continues": True}
        if await execute(tx, mine.where(turns.c.state == TurnState.WAITING.value).values(queued)):
            await signal(tx, TurnQueued())
        await signal(tx, CancelRequested(turn_id))

    async def receipt(self, tx: Transaction, turn_id: TurnId) -> tuple[Turn, Receipt | None] | None:
        found = await row(
            tx,
            select(*_COLUMNS, turns.c.receipt).where(
                turns.c.id == turn_id, turns.c.workspace_id == tx.workspace_id
            ),
        )
        if found is None:
            return None
        return to_turn(found), None if found.receipt is None else _to_receipt(found.receipt)

    async def events_after(
        self, tx: Transaction, turn_id: TurnId, seq: int, limit: int
    ) -> tuple[TurnEvent, ...]:
        found = await rows(
            tx,
            select(
                turn_events.c.seq,
                turn_events.c.epoch,
                turn_events.c.at,
                turn_events.c.type,
                turn_events.c.data,
            )
            .where(turn_events.c.turn_id == turn_id, turn_events.c.seq > seq)
            .order_by(turn_events.c.seq)
            .limit(limit),
        )
        return tuple(
            TurnEvent(turn_id, each.epoch, each.seq, each.at, each.type, each.data) for each in found
        )

    async def last_restart(self, tx: Transaction, turn_id: TurnId) -> tuple[int, int] | None:
        found = await row(
            tx,
            select(turn_events.c.seq, turn_events.c.epoch)
            .where(turn_events.c.turn_id == turn_id, turn_events.c.type == "turn.restarted")
            # A fallback restarts the answer within an epoch; its numbers go on from what readers have.
            .order_by(turn_events.c.epoch.desc(), turn_events.c.seq)
            .limit(1),
        )
        return None if found is None else (found.seq, found.epoch)


def _to_receipt(stored: dict[str, Any]) -> Receipt:
    if "model_calls" in stored:
        return msgspec.convert(stored, Receipt)
    # As the first version kept it: the prompt alone, and of passages only where they stand.
    messages = tuple(ChatMessage(each["role"], each["text"]) for each in stored["prompt"])
    usage = None if stored["usage"] is None else msgspec.convert(stored["usage"], TokenUsage)
    attempts = msgspec.convert(stored["attempts"], tuple[Attempt, ...])
    reply = ModelReply(stored["model"], "", (), (), None, usage or TokenUsage(0, 0), attempts, 0.0)
    call = ModelCall(Purpose.ANSWER, ChatRequest(messages, temperature=0.0), reply)
    known = {key: stored[key] for key in ("model", "bot_version", "query", "cost_micros", "timings_ms")}
    return Receipt(
        **known,
        passages=(),
        usage=usage,
        degraded=stored["degraded"],
        attempts=attempts,
        model_calls=(call,) if messages else (),
    )


def to_turn(found: Record) -> Turn:
    return Turn(
        id=TurnId(found.id),
        workspace_id=WorkspaceId(found.workspace_id),
        user_id=UserId(found.user_id),
        conversation_id=ConversationId(found.conversation_id),
        bot_id=BotId(found.bot_id),
        bot_version=found.bot_version,
        user_message_id=MessageId(found.user_message_id),
        assistant_message_id=MessageId(found.assistant_message_id),
        state=TurnState(found.state),
        epoch=found.epoch,
        created_at=found.created_at,
        finished_at=found.finished_at,
        idempotency_key=found.idempotency_key,
    )
