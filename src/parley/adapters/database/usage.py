"""What calls of models took, in PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Text, cast, func, insert, select, text

from parley.adapters.database.connection import execute, rows
from parley.adapters.database.usage_tables import usage
from parley.core.kernel.ids import UserId, uuid7
from parley.core.kernel.transactions import Transaction
from parley.core.usage.model import Grouping, Payer, Period, Tokens, Use, UsedBy
from parley.core.usage.ports import MOST_ROWS

# Locked in one order everywhere, so that no two statements wait for each other.
COUNTED = """
  SELECT holder_id, period, starts_on FROM spending
  WHERE workspace_id = :workspace_id AND holder_id = ANY (ARRAY[:workspace_id, :user_id]::uuid[])
    AND (period, starts_on) IN (('day', :day), ('month', :month))
  ORDER BY holder_id, period FOR UPDATE
"""
ADD_SPENT = """
UPDATE spending s SET spent_micros = spent_micros + :micros, spent_tokens = spent_tokens + :tokens
FROM counted
WHERE s.workspace_id = :workspace_id AND s.holder_id = counted.holder_id AND s.period = counted.period
  AND s.starts_on = counted.starts_on
"""
_ADD_SPENT = text(f"WITH counted AS ({COUNTED}) {ADD_SPENT}")
_ADD = insert(usage)

_KEYS: dict[Grouping, ColumnElement[Any]] = {
    Grouping.DAY: cast(cast(func.timezone("UTC", usage.c.at), Date), Text),
    Grouping.BOT: func.coalesce(cast(usage.c.bot_id, Text), ""),
    Grouping.MODEL: usage.c.model,
    Grouping.USER: cast(usage.c.user_id, Text),
    Grouping.PURPOSE: usage.c.purpose,
}


def spent(payer: Payer, uses: Sequence[Use], at: datetime) -> dict[str, Any]:
    """What is added to the spending that budgets look at: all that was not settled."""
    unsettled = [use for use in uses if not use.settled]
    return {
        "workspace_id": payer.workspace_id,
        "user_id": payer.user_id,
        "day": Period.DAY.start(at),
        "month": Period.MONTH.start(at),
        "micros": sum(use.cost_micros or 0 for use in unsettled),
        "tokens": sum(use.tokens.total for use in unsettled),
    }


class PostgresUsage:
    """Implements `UsageLedger`."""

    async def book(self, tx: Transaction, payer: Payer, uses: Sequence[Use], at: datetime) -> None:
        if not uses:
            return
        await execute(
            tx,
            _ADD,
            [
                {
                    "id": uuid7(),
                    "workspace_id": payer.workspace_id,
                    "user_id": payer.user_id,
                    "bot_id": payer.bot_id,
                    "turn_id": payer.turn_id,
                    "model": use.model,
                    "purpose": use.purpose.value,
                    "at": at,
                    "input_tokens": use.tokens.input,
                    "output_tokens": use.tokens.output,
                    "cached_tokens": use.tokens.cached,
                    "cost_micros": use.cost_micros,
                    "estimated": use.estimated,
                }
                for use in uses
            ],
        )
        if not all(use.settled for use in uses):
            await execute(tx, _ADD_SPENT, spent(payer, uses, at))

    async def report(
        self, tx: Transaction, by: Grouping, since: date, until: date, user_id: UserId | None = None
    ) -> tuple[UsedBy, ...]:
        key = _KEYS[by].label("key")
        cost = func.coalesce(func.sum(usage.c.cost_micros), 0).label("cost_micros")
        statement = (
            select(
                key,
                func.count().label("calls"),
                func.sum(usage.c.input_tokens).label("input"),
                func.sum(usage.c.output_tokens).label("output"),
                func.sum(usage.c.cached_tokens).label("cached"),
                cost,
                func.count().filter(usage.c.cost_micros.is_(None)).label("unpriced"),
            )
            .where(
                usage.c.workspace_id == tx.workspace_id,
                usage.c.at >= datetime.combine(since, time(), UTC),
                usage.c.at < datetime.combine(until, time(), UTC) + timedelta(days=1),
            )
            .group_by(key)
            .order_by(*((key,) if by is Grouping.DAY else (cost.desc(), key)))
            .limit(MOST_ROWS)
        )
        if user_id is not None:
            statement = statement.where(usage.c.user_id == user_id)
        return tuple(
            UsedBy(
                found.key,
                found.calls,
                Tokens(int(found.input), int(found.output), int(found.cached)),
                int(found.cost_micros),
                found.unpriced,
            )
            for found in await rows(tx, statement)
        )
