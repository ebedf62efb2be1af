"""Budgets in PostgreSQL: the limits, what is spent of them, and what running calls hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.usage_tables import budget_limits
from parley.core.kernel.ids import UserId
from parley.core.kernel.transactions import Transaction
from parley.core.usage.model import (
    Amount,
    Budget,
    Holder,
    Limit,
    Payer,
    Period,
    Reservation,
    Standing,
)

_CALL_S = 1_800
"""After as long no call runs any more, whoever made it."""

# Locked in one order everywhere, so that no two statements wait for each other.
_MINE = """
  SELECT holder_id, period, starts_on, spent_micros, spent_tokens, held_micros, held_tokens FROM spending
  WHERE workspace_id = :workspace AND holder_id = ANY (ARRAY[:workspace, :user]::uuid[])
    AND (period, starts_on) IN (('day', :day), ('month', :month))
  ORDER BY holder_id, period FOR UPDATE
"""

# The rows are read as they are once locked; all four have room, or nothing is held.
_RESERVE = text(f"""
WITH mine AS MATERIALIZED ({_MINE}), room AS MATERIALIZED (
  SELECT count(*) = 4 AS everywhere
  FROM mine LEFT JOIN budget_limits b ON b.workspace_id = :workspace AND b.period = mine.period
    AND b.holder = CASE WHEN mine.holder_id = :workspace THEN 'workspace' ELSE 'user' END
  WHERE (b.cost_micros IS NULL OR spent_micros + held_micros + CAST(:micros AS bigint) <= b.cost_micros)
    AND (b.tokens IS NULL OR spent_tokens + held_tokens + CAST(:tokens AS bigint) <= b.tokens)
), held AS (
  UPDATE spending s
  SET held_micros = s.held_micros + CAST(:micros AS bigint),
    held_tokens = s.held_tokens + CAST(:tokens AS bigint)
  FROM mine, room
  WHERE room.everywhere AND s.workspace_id = :workspace AND s.holder_id = mine.holder_id
    AND s.period = mine.period AND s.starts_on = mine.starts_on
)
INSERT INTO reservations (id, workspace_id, user_id, turn_id, epoch, day, month, micros, tokens, expires_at)
SELECT CAST(:id AS uuid), :workspace, :user, CAST(:turn AS uuid), CAST(:epoch AS int), :day, :month,
  CAST(:micros AS bigint), CAST(:tokens AS bigint), now() + make_interval(secs => {_CALL_S})
FROM room WHERE room.everywhere
ON CONFLICT (id) DO UPDATE SET micros = reservations.micros + excluded.micros,
  tokens = reservations.tokens + excluded.tokens, expires_at = excluded.expires_at
""")  # noqa: S608 - of constants

_OPEN_COUNTERS = text("""
INSERT INTO spending (workspace_id, holder_id, period, starts_on, spent_micros, spent_tokens, held_micros,
  held_tokens)
SELECT :workspace, holder.id, period.name, period.starts_on,
  coalesce(sum(u.cost_micros), 0), coalesce(sum(u.input_tokens + u.output_tokens), 0), 0, 0
FROM unnest(ARRAY[:workspace, :user]::uuid[]) AS holder (id)
CROSS JOIN (VALUES ('day', CAST(:day AS date)), ('month', CAST(:month AS date))) AS period (name, starts_on)
LEFT JOIN usage u ON u.workspace_id = :workspace AND u.at >= period.starts_on::timestamp AT TIME ZONE 'UTC'
  AND (holder.id = :workspace OR u.user_id = holder.id)
GROUP BY holder.id, period.name, period.starts_on
ON CONFLICT DO NOTHING
""")

_SETTLE = text(f"""
WITH mine AS ({_MINE}), gone AS (
  DELETE FROM reservations WHERE id = :id AND workspace_id = :workspace RETURNING micros, tokens
)
UPDATE spending s SET spent_micros = s.spent_micros + :spent_micros,
  spent_tokens = s.spent_tokens + :spent_tokens,
  held_micros = s.held_micros - coalesce((SELECT micros FROM gone), 0),
  held_tokens = s.held_tokens - coalesce((SELECT tokens FROM gone), 0)
FROM mine
WHERE s.workspace_id = :workspace AND s.holder_id = mine.holder_id AND s.period = mine.period
  AND s.starts_on = mine.starts_on
""")  # noqa: S608 - of constants

# A turn that nobody runs at that epoch any more holds nothing.
_FREE_ABANDONED = text("""
WITH gone AS (
  DELETE FROM reservations r
  WHERE workspace_id = :workspace AND (expires_at < now() OR (turn_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM turns t WHERE t.id = r.turn_id AND t.epoch = r.epoch AND t.state = 'running'
      AND t.lease_until > now()
  )))
  RETURNING user_id, day, month, micros, tokens
), freed AS (
  SELECT holder_id, period, starts_on, sum(micros) AS micros, sum(tokens) AS tokens
  FROM gone
  CROSS JOIN LATERAL (VALUES
    (CAST(:workspace AS uuid), 'day', day), (CAST(:workspace AS uuid), 'month', month),
    (user_id, 'day', day), (user_id, 'month', month)
  ) AS counter (holder_id, period, starts_on)
  GROUP BY holder_id, period, starts_on
), locked AS (
  SELECT s.holder_id, s.period, s.starts_on, freed.micros, freed.tokens
  FROM spending s JOIN freed USING (holder_id, period, starts_on)
  WHERE s.workspace_id = :workspace ORDER BY s.holder_id, s.period, s.starts_on FOR UPDATE OF s
), changed AS (
  UPDATE spending s SET held_micros = s.held_micros - l.micros, held_tokens = s.held_tokens - l.tokens
  FROM locked l
  WHERE s.workspace_id = :workspace AND s.holder_id = l.holder_id AND s.period = l.period
    AND s.starts_on = l.starts_on
)
SELECT count(*) AS calls FROM gone
""")

_STANDING = text("""
SELECT b.holder, b.period, b.cost_micros, b.tokens, coalesce(s.spent_micros, 0) AS spent_micros,
  coalesce(s.spent_tokens, 0) AS spent_tokens, coalesce(s.held_micros, 0) AS held_micros,
  coalesce(s.held_tokens, 0) AS held_tokens
FROM budget_limits b LEFT JOIN spending s ON s.workspace_id = b.workspace_id AND s.period = b.period
  AND s.starts_on = CASE b.period WHEN 'day' THEN CAST(:day AS date) ELSE CAST(:month AS date) END
  AND s.holder_id = CASE b.holder WHEN 'workspace' THEN b.workspace_id ELSE :user END
WHERE b.workspace_id = :workspace ORDER BY b.holder DESC, b.period
""")


class PostgresBudgets:
    """Implements `Budgets`."""

    async def get(self, tx: Transaction) -> Budget:
        found = await rows(
            tx,
            select(
                budget_limits.c.holder,
                budget_limits.c.period,
                budget_limits.c.cost_micros,
                budget_limits.c.tokens,
            )
            .where(budget_limits.c.workspace_id == tx.workspace_id)
            .order_by(budget_limits.c.holder.desc(), budget_limits.c.period),
        )
        return Budget(tuple(_to_limit(each) for each in found))

    async def put(self, tx: Transaction, budget: Budget) -> None:
        await execute(tx, delete(budget_limits).where(budget_limits.c.workspace_id == tx.workspace_id))
        if budget.limits:
            await execute(
                tx,
                insert(budget_limits),
                [
                    {
                        "workspace_id": tx.workspace_id,
                        "holder": limit.holder.value,
                        "period": limit.period.value,
                        "cost_micros": limit.cost_micros,
                        "tokens": limit.tokens,
                    }
                    for limit in budget.limits
                ],
            )

    async def reserve(self, tx: Transaction, reservation: Reservation) -> bool:
        values = _counters(reservation.payer, reservation.at) | {
            "id": reservation.id,
            "turn": reservation.payer.turn_id,
            "epoch": reservation.payer.epoch,
            "micros": reservation.amount.micros,
            "tokens": reservation.amount.tokens,
        }
        return await execute(tx, _RESERVE, values) == 1

    async def open_counters(self, tx: Transaction, payer: Payer, at: datetime) -> None:
        await execute(tx, _OPEN_COUNTERS, _counters(payer, at))

    async def settle(self, tx: Transaction, reservation: Reservation, spent: Amount) -> None:
        values = _counters(reservation.payer, reservation.at) | {
            "id": reservation.id,
            "spent_micros": spent.micros,
            "spent_tokens": spent.tokens,
        }
        await execute(tx, _SETTLE, values)

    async def free_abandoned(self, tx: Transaction) -> int:
        found = await row(tx, _FREE_ABANDONED, {"workspace": tx.workspace_id})
        return 0 if found is None else int(found.calls)

    async def standing(self, tx: Transaction, user_id: UserId, at: datetime) -> tuple[Standing, ...]:
        values = {
            "workspace": tx.workspace_id,
            "user": user_id,
            "day": Period.DAY.start(at),
            "month": Period.MONTH.start(at),
        }
        return tuple(
            Standing(
                _to_limit(each),
                Amount(each.spent_micros, each.spent_tokens),
                Amount(each.held_micros, each.held_tokens),
            )
            for each in await rows(tx, _STANDING, values)
        )


def _counters(payer: Payer, at: datetime) -> dict[str, Any]:
    """What names the four counters of a call: of workspace and user, for the day and the month."""
    return {
        "workspace": payer.workspace_id,
        "user": payer.user_id,
        "day": Period.DAY.start(at),
        "month": Period.MONTH.start(at),
    }


def _to_limit(found: Any) -> Limit:
    return Limit(Holder(found.holder), Period(found.period), found.cost_micros, found.tokens)
