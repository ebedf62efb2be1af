"""Turns, their leases and their event log in PostgreSQL."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.tables import turn_events, turns
from parley.core.bots.model import BotId
from parley.core.chat.events import TurnEvent
from parley.core.chat.model import Lease, Receipt, Turn, TurnState
from parley.core.conversations.model import ConversationId, MessageId, TurnId
from parley.core.kernel.ids import UserId, WorkspaceId
from parley.core.kernel.transactions import Transaction

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
_UNFINISHED = (TurnState.QUEUED.value, TurnState.RUNNING.value)

# SKIP LOCKED: two runners that look at once share the work instead of waiting for each other.
_CLAIM = text("""
WITH free AS (
  SELECT id FROM turns
  WHERE state IN ('queued', 'running') AND (lease_until IS NULL OR lease_until < now())
    AND id <> ALL (CAST(:held AS uuid[]))
  ORDER BY lease_until NULLS FIRST, id LIMIT :limit FOR UPDATE SKIP LOCKED
)
UPDATE turns SET state = 'running', epoch = epoch + 1, lease_owner = :owner,
  lease_until = now() + make_interval(secs => :lease_s)
FROM free WHERE turns.id = free.id
RETURNING turns.id, workspace_id, user_id, conversation_id, bot_id, bot_version, user_message_id,
  assistant_message_id, state, epoch, created_at, finished_at, idempotency_key,
  cancel_requested IS NOT NULL AS cancel_requested,
  (SELECT coalesce(max(seq), 0) FROM turn_events e WHERE e.turn_id = turns.id) AS last_seq
""")

# Locked in the order in which _APPEND locks them, which often runs at the same time.
_RENEW = text("""
WITH kept AS (
  SELECT turns.id
  FROM turns JOIN unnest(CAST(:ids AS uuid[]), CAST(:epochs AS int[])) AS held (id, epoch)
    ON turns.id = held.id AND turns.epoch = held.epoch
  WHERE turns.lease_owner = :owner AND turns.state = 'running'
  ORDER BY turns.id FOR UPDATE OF turns
)
UPDATE turns SET lease_until = now() + make_interval(secs => :lease_s)
FROM kept WHERE turns.id = kept.id
RETURNING turns.id, cancel_requested IS NOT NULL AS cancel_requested
""")

# FOR SHARE: the epoch cannot move on between the check and the insert.
_APPEND = text("""
WITH batch AS (
  SELECT * FROM unnest(
    CAST(:turn_ids AS uuid[]), CAST(:seqs AS int[]), CAST(:epochs AS int[]),
    CAST(:ats AS timestamptz[]), CAST(:types AS text[]), CAST(:datas AS text[])
  ) AS b (turn_id, seq, epoch, at, type, data)
), owned AS (
  SELECT id, epoch, workspace_id, user_id FROM turns
  WHERE id = ANY (CAST(:distinct_ids AS uuid[])) ORDER BY id FOR SHARE
), inserted AS (
  INSERT INTO turn_events (turn_id, seq, workspace_id, user_id, epoch, at, type, data)
  SELECT b.turn_id, b.seq, o.workspace_id, o.user_id, b.epoch, b.at, b.type, b.data::json
  FROM batch b JOIN owned o ON o.id = b.turn_id AND o.epoch = b.epoch
)
SELECT DISTINCT b.turn_id, b.epoch FROM batch b
WHERE NOT EXISTS (SELECT FROM owned o WHERE o.id = b.turn_id AND o.epoch = b.epoch)
""")

_release = (
    update(turns)
    .where(turns.c.state == TurnState.RUNNING.value)
    .values(state=TurnState.QUEUED.value, lease_owner=None, lease_until=None)
)


class PostgresTurns:
    """Implements `Turns`."""

    async def add(self, tx: Transaction, turn: Turn, owner: UUID | None, lease_s: float) -> bool:
        values = asdict(turn) | {
            "state": turn.state.value,
            "lease_owner": owner,
            "lease_until": None
            if owner is None
            else func.now() + func.make_interval(0, 0, 0, 0, 0, 0, lease_s),
        }
        statement = (
            insert(turns)
            .values(**values)
            .on_conflict_do_nothing(
                index_elements=["workspace_id", "user_id", "idempotency_key"],
                index_where=turns.c.idempotency_key.is_not(None),
            )
        )
        return await execute(tx, statement) == 1

    async def get(self, tx: Transaction, turn_id: TurnId) -> Turn | None:
        found = await row(
            tx, select(*_COLUMNS).where(turns.c.id == turn_id, turns.c.workspace_id == tx.workspace_id)
        )
        return None if found is None else _to_turn(found)

    async def by_key(self, tx: Transaction, idempotency_key: str) -> Turn | None:
        found = await row(
            tx,
            select(*_COLUMNS).where(
                turns.c.workspace_id == tx.workspace_id,
                turns.c.user_id == tx.user_id,
                turns.c.idempotency_key == idempotency_key,
            ),
        )
        return None if found is None else _to_turn(found)

    async def running_in(
        self, tx: Transaction, conversations: Sequence[ConversationId]
    ) -> dict[ConversationId, TurnId]:
        found = await rows(
            tx,
            select(turns.c.conversation_id, turns.c.id).where(
                turns.c.conversation_id.in_(conversations), turns.c.state.in_(_UNFINISHED)
            ),
        )
        return {ConversationId(each.conversation_id): TurnId(each.id) for each in found}

    async def request_cancel(self, tx: Transaction, turn_id: TurnId, at: datetime) -> None:
        await execute(
            tx,
            update(turns)
            .where(turns.c.id == turn_id, turns.c.state.in_(_UNFINISHED))
            .values(cancel_requested=at),
        )

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


class PostgresLeases:
    """Implements `Leases`."""

    async def claim(
        self, tx: Transaction, owner: UUID, held: Sequence[TurnId], lease_s: float, limit: int
    ) -> tuple[Lease, ...]:
        values = {"owner": owner, "held": list(held), "lease_s": lease_s, "limit": limit}
        found = await rows(tx, _CLAIM, values)
        return tuple(Lease(_to_turn(each), each.last_seq, each.cancel_requested) for each in found)

    async def renew(
        self, tx: Transaction, owner: UUID, held: Sequence[tuple[TurnId, int]], lease_s: float
    ) -> dict[TurnId, bool]:
        found = await rows(
            tx,
            _RENEW,
            {
                "owner": owner,
                "ids": [turn_id for turn_id, _ in held],
                "epochs": [epoch for _, epoch in held],
                "lease_s": lease_s,
            },
        )
        return {TurnId(each.id): each.cancel_requested for each in found}

    async def append(self, tx: Transaction, events: Sequence[TurnEvent]) -> frozenset[tuple[TurnId, int]]:
        lost = await rows(
            tx,
            _APPEND,
            {
                "turn_ids": [event.turn_id for event in events],
                "seqs": [event.seq for event in events],
                "epochs": [event.epoch for event in events],
                "ats": [event.at for event in events],
                "types": [event.type for event in events],
                "datas": [json.dumps(event.data, ensure_ascii=False) for event in events],
                "distinct_ids": list({event.turn_id for event in events}),
            },
        )
        return frozenset((TurnId(each.turn_id), each.epoch) for each in lost)

    async def end(
        self, tx: Transaction, turn: Turn, state: TurnState, receipt: Receipt | None, at: datetime
    ) -> bool:
        statement = (
            update(turns)
            .where(
                turns.c.id == turn.id,
                turns.c.epoch == bindparam("held_epoch"),
                turns.c.state == TurnState.RUNNING.value,
            )
            .values(
                state=state.value,
                receipt=None if receipt is None else receipt_to_json(receipt),
                finished_at=at,
                lease_owner=None,
                lease_until=None,
            )
        )
        return await execute(tx, statement, {"held_epoch": turn.epoch}) == 1

    async def release(self, tx: Transaction, owner: UUID) -> None:
        await execute(tx, _release.where(turns.c.lease_owner == owner))

    async def release_all(self, tx: Transaction) -> None:
        await execute(tx, _release)


def receipt_to_json(receipt: Receipt) -> dict[str, Any]:
    """Passages are kept by reference and score: their text stands in the message's citations."""
    passages = [
        {
            "number": passage.number,
            "document_id": str(passage.document_id),
            "chunk": passage.chunk,
            "score": passage.score,
        }
        for passage in receipt.passages
    ]
    return {
        "model": receipt.model,
        "bot_version": receipt.bot_version,
        "query": receipt.query,
        "passages": passages,
        "prompt": [{"role": role, "text": text_} for role, text_ in receipt.prompt],
        "usage": None if receipt.usage is None else asdict(receipt.usage),
        "cost_micros": receipt.cost_micros,
        "timings_ms": receipt.timings_ms,
        "degraded": receipt.degraded,
        "attempts": [asdict(attempt) for attempt in receipt.attempts],
    }


def _to_turn(found: Row[Any]) -> Turn:
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
