"""Leases of turns, their event log and their end in PostgreSQL: what runners write."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text, update

from parley.adapters.database.connection import execute, rows
from parley.adapters.database.signals import CHANNEL, IDS_AT_ONCE, signal
from parley.adapters.database.tables import turns
from parley.adapters.database.turns import to_turn
from parley.adapters.database.usage import ADD_SPENT, COUNTED, spent
from parley.core.chat.events import TurnEvent
from parley.core.chat.model import Lease, Turn, TurnEnd, TurnState
from parley.core.chat.receipts import compact
from parley.core.chat.signals import TurnQueued
from parley.core.conversations.citations import citation_to_json
from parley.core.conversations.model import TurnId
from parley.core.kernel.ids import uuid7
from parley.core.kernel.transactions import Transaction
from parley.core.usage.model import Payer

# Fair between workspaces: the next is of the one with the fewest turns running, then its oldest.
# SKIP LOCKED: two runners that look at once share the work instead of waiting for each other.
_CLAIM = text("""
WITH busy AS (
  SELECT workspace_id, count(*) AS running FROM turns
  WHERE state = 'running' AND lease_until >= now() GROUP BY workspace_id
), ready AS (
  SELECT id, coalesce(running, 0) + row_number() OVER (PARTITION BY workspace_id ORDER BY id) AS place
  FROM turns LEFT JOIN busy USING (workspace_id)
  WHERE state IN ('queued', 'running') AND (lease_until IS NULL OR lease_until < now())
    AND id <> ALL (CAST(:held AS uuid[]))
), free AS (
  SELECT turns.id, continues FROM ready JOIN turns USING (id)
  WHERE state IN ('queued', 'running') AND (lease_until IS NULL OR lease_until < now())
  ORDER BY place, turns.id LIMIT :limit FOR UPDATE OF turns SKIP LOCKED
)
UPDATE turns SET state = 'running', epoch = epoch + 1, lease_owner = :owner, continues = false,
  lease_until = now() + make_interval(secs => :lease_s)
FROM free WHERE turns.id = free.id
RETURNING turns.id, workspace_id, user_id, conversation_id, bot_id, bot_version, user_message_id,
  assistant_message_id, state, epoch, created_at, finished_at, idempotency_key,
  cancel_requested IS NOT NULL AS cancel_requested, free.continues,
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
), told AS (
  SELECT pg_notify(:channel, 'e' || string_agg(replace(id::text, '-', ''), ','))
  FROM (SELECT id, row_number() OVER () / :ids_at_once AS part FROM owned) AS parts GROUP BY part
)
SELECT DISTINCT b.turn_id, b.epoch FROM batch b
WHERE NOT EXISTS (SELECT FROM owned o WHERE o.id = b.turn_id AND o.epoch = b.epoch)
UNION ALL SELECT NULL, NULL FROM told
""")

# All that the end of a turn leaves, in one round trip. The conversation's row is locked before the turn's,
# as by those who remove a conversation; without the turn's row at its epoch, nothing is written.
_END = text(f"""
WITH touched AS (
  UPDATE conversations SET updated_at = :at
  WHERE id = :conversation_id AND workspace_id = :workspace_id RETURNING id
), ended AS (
  UPDATE turns SET state = :state, receipt = :receipt, finished_at = :at, lease_owner = NULL,
    lease_until = NULL
  WHERE id = :id AND epoch = :epoch AND state = 'running' AND EXISTS (SELECT FROM touched)
  RETURNING id, workspace_id, user_id, bot_id, conversation_id, user_message_id, assistant_message_id
), logged AS (
  INSERT INTO turn_events (turn_id, seq, workspace_id, user_id, epoch, at, type, data)
  SELECT ended.id, b.seq, ended.workspace_id, ended.user_id, :epoch, b.at, b.type, b.data::json
  FROM ended CROSS JOIN unnest(
    CAST(:seqs AS int[]), CAST(:ats AS timestamptz[]), CAST(:types AS text[]), CAST(:datas AS text[])
  ) AS b (seq, at, type, data)
), answered AS (
  INSERT INTO messages (id, workspace_id, user_id, conversation_id, parent_id, role, text, state, citations,
    turn_id, created_at)
  SELECT assistant_message_id, workspace_id, user_id, conversation_id, user_message_id, 'assistant',
    CAST(:answer AS text), CAST(:answer_state AS text), CAST(:citations AS jsonb), id,
    CAST(:answered_at AS timestamptz)
  FROM ended WHERE CAST(:answer AS text) IS NOT NULL
), booked AS (
  INSERT INTO usage (id, workspace_id, user_id, bot_id, turn_id, model, purpose, at, input_tokens,
    output_tokens, cached_tokens, cost_micros, estimated)
  SELECT u.id, workspace_id, user_id, bot_id, ended.id, u.model, u.purpose, :at, u.input, u.output, u.cached,
    u.cost, u.estimated
  FROM ended CROSS JOIN unnest(
    CAST(:use_ids AS uuid[]), CAST(:models AS text[]), CAST(:purposes AS text[]), CAST(:inputs AS bigint[]),
    CAST(:outputs AS bigint[]), CAST(:cached AS bigint[]), CAST(:costs AS bigint[]),
    CAST(:estimated AS boolean[])
  ) AS u (id, model, purpose, input, output, cached, cost, estimated)
), counted AS ({COUNTED}
), spent AS ({ADD_SPENT}
  AND EXISTS (SELECT FROM ended)
)
SELECT pg_notify(:channel, 'e' || replace(id::text, '-', '')) FROM ended
""")  # noqa: S608 - of two constants

_release = (
    update(turns)
    .where(turns.c.state == TurnState.RUNNING.value)
    .values(state=TurnState.QUEUED.value, lease_owner=None, lease_until=None)
)


class PostgresLeases:
    """Implements `Leases`."""

    async def claim(
        self, tx: Transaction, owner: UUID, held: Sequence[TurnId], lease_s: float, limit: int
    ) -> tuple[Lease, ...]:
        values = {"owner": owner, "held": list(held), "lease_s": lease_s, "limit": limit}
        found = await rows(tx, _CLAIM, values)
        return tuple(
            Lease(to_turn(each), each.last_seq, each.cancel_requested, each.continues) for each in found
        )

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
                "datas": [_to_json(event.data) for event in events],
                "distinct_ids": list({event.turn_id for event in events}),
                "channel": CHANNEL,
                "ids_at_once": IDS_AT_ONCE,
            },
        )
        return frozenset((TurnId(each.turn_id), each.epoch) for each in lost if each.turn_id is not None)

    async def end(self, tx: Transaction, turn: Turn, end: TurnEnd) -> bool:
        return await execute(tx, _END, _values_of(turn, end)) == 1

    async def release(self, tx: Transaction, owner: UUID) -> None:
        if await execute(tx, _release.where(turns.c.lease_owner == owner)):
            await signal(tx, TurnQueued())

    async def release_all(self, tx: Transaction) -> None:
        await execute(tx, _release)


def _values_of(turn: Turn, end: TurnEnd) -> dict[str, Any]:
    answer, receipt = end.message, end.receipt
    uses = () if receipt is None else receipt.uses
    citations = () if answer is None else answer.citations
    payer = Payer(turn.workspace_id, turn.user_id, turn.bot_id, turn.id)
    return spent(payer, uses, end.at) | {
        "id": turn.id,
        "epoch": turn.epoch,
        "conversation_id": turn.conversation_id,
        "state": end.state.value,
        "receipt": None if receipt is None else msgspec.json.encode(compact(receipt)).decode(),
        "at": end.at,
        "seqs": [event.seq for event in end.events],
        "ats": [event.at for event in end.events],
        "types": [event.type for event in end.events],
        "datas": [_to_json(event.data) for event in end.events],
        "answer": None if answer is None else answer.text,
        "answer_state": None if answer is None else answer.state.value,
        "answered_at": None if answer is None else answer.created_at,
        "citations": [citation_to_json(citation) for citation in citations],
        "use_ids": [uuid7() for _ in uses],
        "models": [use.model for use in uses],
        "purposes": [use.purpose.value for use in uses],
        "inputs": [use.tokens.input for use in uses],
        "outputs": [use.tokens.output for use in uses],
        "cached": [use.tokens.cached for use in uses],
        "costs": [use.cost_micros for use in uses],
        "estimated": [use.estimated for use in uses],
        "channel": CHANNEL,
    }


def _to_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False)
