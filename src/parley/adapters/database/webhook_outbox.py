"""Events on their way to webhooks, in PostgreSQL: put in with what they tell of, taken out under a lease."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ARRAY, Text, cast, insert, select, text

from parley.adapters.database.connection import execute, rows
from parley.adapters.database.statements import Record
from parley.adapters.database.webhook_tables import webhook_deliveries, webhook_events, webhooks
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.transactions import Transaction
from parley.core.webhooks.model import (
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryState,
    DueDelivery,
    Event,
    EventType,
    SealedSecrets,
    Settlement,
    WebhookId,
)
from parley.core.webhooks.signing import body_of

# Of each webhook the few that have waited longest, whatever waits for the others; of those, as many as the
# workspace may have under way.
_TAKE = text("""
WITH due AS MATERIALIZED (
  SELECT w.workspace_id, d.id, d.due_at
  FROM webhooks w CROSS JOIN LATERAL (
    SELECT id, due_at FROM webhook_deliveries
    WHERE webhook_id = w.id AND state = 'waiting' AND due_at <= now()
    ORDER BY due_at LIMIT :for_each FOR UPDATE SKIP LOCKED
  ) d
  WHERE w.enabled AND (w.held_until IS NULL OR w.held_until <= now())
    AND w.workspace_id <> ALL (CAST(:busy AS uuid[]))
), ranked AS (
  SELECT id, due_at, row_number() OVER (PARTITION BY workspace_id ORDER BY due_at) AS place FROM due
), chosen AS (
  SELECT id FROM ranked WHERE place <= :for_each ORDER BY due_at LIMIT :most
)
UPDATE webhook_deliveries d
SET attempts = attempts + 1, attempted_at = now(), due_at = now() + make_interval(secs => :lease_s)
FROM chosen, webhooks w, webhook_events e
WHERE d.id = chosen.id AND w.id = d.webhook_id AND e.id = d.event_id
RETURNING d.id, d.workspace_id, d.webhook_id, d.event_id, d.attempts, w.url, w.failing_since, w.failures,
  w.sealed, w.sealed_before, w.before_until, e.body
""")

_SETTLE = text("""
UPDATE webhook_deliveries
SET state = :state, due_at = coalesce(CAST(:due_at AS timestamptz), due_at),
  status = CAST(:status AS integer), error = :error, duration_ms = :duration_ms
WHERE id = :id AND workspace_id = :workspace_id AND attempts = :attempt AND state = 'waiting'
""")

_SUCCEEDED = text("""
UPDATE webhooks SET failing_since = NULL, failures = 0, held_until = NULL
WHERE id = :webhook_id AND workspace_id = :workspace_id AND failures > 0
""")

_FAILED = text("""
UPDATE webhooks
SET failing_since = coalesce(failing_since, :failing_since), failures = failures + 1,
  held_until = greatest(held_until, :held_until),
  enabled = enabled AND :reason = '',
  disabled_reason = CASE WHEN enabled AND :reason <> '' THEN :reason ELSE disabled_reason END
WHERE id = :webhook_id AND workspace_id = :workspace_id
""")

_DISABLE_OVERFULL = text("""
UPDATE webhooks SET enabled = false, disabled_reason = :reason
WHERE enabled AND (
  SELECT count(*) FROM (
    SELECT 1 FROM webhook_deliveries WHERE webhook_id = webhooks.id AND state = 'waiting' LIMIT :past
  ) waiting
) >= :past
""")

_GIVE_UP = text("""
UPDATE webhook_deliveries d SET state = 'failed', error = 'The webhook is disabled.'
FROM webhooks w WHERE w.id = d.webhook_id AND NOT w.enabled AND d.state = 'waiting'
""")

# The deliveries go with them.
_FORGET = text("""
DELETE FROM webhook_events e WHERE at < :before AND NOT EXISTS (
  SELECT 1 FROM webhook_deliveries d WHERE d.event_id = e.id AND d.state = 'waiting'
)
""")


class PostgresOutbox:
    """Implements `Outbox` and `DeliveryQueue`."""

    async def put(self, tx: Transaction, events: Sequence[Event]) -> None:
        kinds = sorted({event.type.value for event in events})
        listening = await rows(
            tx,
            select(webhooks.c.id, webhooks.c.events).where(
                webhooks.c.workspace_id == tx.workspace_id,
                webhooks.c.enabled,
                webhooks.c.events.overlap(cast(kinds, ARRAY(Text))),
            ),
        )
        told = [(event, each.id) for event in events for each in listening if event.type.value in each.events]
        if not told:
            return
        await self._store(tx, list(dict.fromkeys(event.id for event, _ in told)), events)
        await execute(
            tx,
            insert(webhook_deliveries),
            [
                {
                    "id": uuid7(),
                    "workspace_id": event.workspace_id,
                    "webhook_id": webhook_id,
                    "event_id": event.id,
                    "state": DeliveryState.WAITING.value,
                    "attempts": 0,
                    "due_at": event.at,
                    "error": "",
                }
                for event, webhook_id in told
            ],
        )

    async def _store(self, tx: Transaction, wanted: Collection[object], events: Sequence[Event]) -> None:
        await execute(
            tx,
            insert(webhook_events),
            [
                {
                    "id": event.id,
                    "workspace_id": event.workspace_id,
                    "type": event.type.value,
                    "at": event.at,
                    "body": body_of(event),
                }
                for event in events
                if event.id in wanted
            ],
        )

    async def record(
        self, tx: Transaction, webhook_id: WebhookId, event: Event, attempt: Attempt
    ) -> Delivery:
        await self._store(tx, [event.id], [event])
        delivery = Delivery(
            id=DeliveryId(uuid7()),
            webhook_id=webhook_id,
            event_id=event.id,
            type=event.type,
            at=event.at,
            state=DeliveryState.DELIVERED if attempt.succeeded else DeliveryState.FAILED,
            attempts=1,
            attempted_at=event.at,
            status=attempt.status,
            error=attempt.error,
            duration_ms=attempt.duration_ms,
        )
        await execute(
            tx,
            insert(webhook_deliveries).values(
                id=delivery.id,
                workspace_id=event.workspace_id,
                webhook_id=webhook_id,
                event_id=event.id,
                state=delivery.state.value,
                attempts=delivery.attempts,
                due_at=event.at,
                attempted_at=delivery.attempted_at,
                status=delivery.status,
                error=delivery.error,
                duration_ms=delivery.duration_ms,
            ),
        )
        return delivery

    async def deliveries(self, tx: Transaction, webhook_id: WebhookId, limit: int) -> tuple[Delivery, ...]:
        statement = (
            select(
                webhook_deliveries.c.id,
                webhook_deliveries.c.webhook_id,
                webhook_deliveries.c.event_id,
                webhook_events.c.type,
                webhook_events.c.at,
                webhook_deliveries.c.state,
                webhook_deliveries.c.attempts,
                webhook_deliveries.c.attempted_at,
                webhook_deliveries.c.due_at,
                webhook_deliveries.c.status,
                webhook_deliveries.c.error,
                webhook_deliveries.c.duration_ms,
            )
            .join(webhook_events, webhook_events.c.id == webhook_deliveries.c.event_id)
            .where(
                webhook_deliveries.c.webhook_id == webhook_id,
                webhook_deliveries.c.workspace_id == tx.workspace_id,
            )
            .order_by(webhook_deliveries.c.id.desc())
            .limit(limit)
        )
        return tuple(_to_delivery(each) for each in await rows(tx, statement))

    async def take(
        self,
        tx: Transaction,
        *,
        most: int,
        for_each_workspace: int,
        busy: Collection[WorkspaceId],
        lease_s: float,
    ) -> tuple[DueDelivery, ...]:
        values = {"most": most, "for_each": for_each_workspace, "busy": list(busy), "lease_s": lease_s}
        return tuple(_to_due(each) for each in await rows(tx, _TAKE, values))

    async def settle(
        self, tx: Transaction, delivery: DueDelivery, attempt: Attempt, settlement: Settlement
    ) -> bool:
        settled = await execute(
            tx,
            _SETTLE,
            {
                "id": delivery.id,
                "workspace_id": delivery.workspace_id,
                "attempt": delivery.attempt,
                "state": settlement.state.value,
                "due_at": settlement.due_at,
                "status": attempt.status,
                "error": attempt.error,
                "duration_ms": attempt.duration_ms,
            },
        )
        if not settled:
            return False
        webhook = {"webhook_id": delivery.webhook_id, "workspace_id": delivery.workspace_id}
        if attempt.succeeded:
            await execute(tx, _SUCCEEDED, webhook)
        else:
            await execute(
                tx,
                _FAILED,
                {
                    **webhook,
                    "failing_since": settlement.failing_since,
                    "held_until": settlement.held_until,
                    "reason": settlement.disabled_reason,
                },
            )
        return True

    async def tidy(self, tx: Transaction, *, before: datetime, most_waiting: int, reason: str) -> int:
        disabled = await execute(tx, _DISABLE_OVERFULL, {"past": most_waiting + 1, "reason": reason})
        await execute(tx, _GIVE_UP)
        await execute(tx, _FORGET, {"before": before})
        return disabled


def _to_delivery(found: Record) -> Delivery:
    state = DeliveryState(found.state)
    return Delivery(
        id=found.id,
        webhook_id=found.webhook_id,
        event_id=found.event_id,
        type=EventType(found.type),
        at=found.at,
        state=state,
        attempts=found.attempts,
        attempted_at=found.attempted_at,
        next_attempt_at=found.due_at if state is DeliveryState.WAITING else None,
        status=found.status,
        error=found.error,
        duration_ms=found.duration_ms,
    )


def _to_due(found: Record) -> DueDelivery:
    return DueDelivery(
        id=found.id,
        workspace_id=found.workspace_id,
        webhook_id=found.webhook_id,
        event_id=found.event_id,
        url=found.url,
        body=found.body,
        attempt=found.attempts,
        failing_since=found.failing_since,
        failures=found.failures,
        secrets=SealedSecrets(found.sealed, found.sealed_before, found.before_until),
    )
