"""Answers that are given again, in PostgreSQL, so that every replica has them."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from parley.adapters.database.connection import execute, row
from parley.adapters.database.usage_tables import cached_answers
from parley.core.bots.model import BotId
from parley.core.chat.cached import CachedAnswer, CachedPart
from parley.core.kernel.transactions import Transaction
from parley.core.llm.model import FinishReason

MOST_KEPT = 1_000
"""Answers of one workspace."""

_MAKE_ROOM = text("""
DELETE FROM cached_answers WHERE workspace_id = :workspace AND (expires_at <= :now OR created_at <= (
  SELECT created_at FROM cached_answers WHERE workspace_id = :workspace
  ORDER BY created_at DESC OFFSET :most LIMIT 1
))
""")


class PostgresAnswerCache:
    """Implements `AnswerCache`."""

    async def get(self, tx: Transaction, key: bytes, at: datetime) -> CachedAnswer | None:
        found = await row(
            tx,
            select(cached_answers.c.answer).where(
                cached_answers.c.workspace_id == tx.workspace_id,
                cached_answers.c.key == key,
                cached_answers.c.expires_at > at,
            ),
        )
        if found is None:
            return None
        answer = found.answer
        parts = tuple(CachedPart(**part) for part in answer["parts"])
        return CachedAnswer(answer["model"], parts, FinishReason(answer["finish_reason"]))

    async def put(
        self, tx: Transaction, key: bytes, bot_id: BotId, answer: CachedAnswer, at: datetime, until: datetime
    ) -> None:
        values = {"answer": asdict(answer), "created_at": at, "expires_at": until}
        statement = insert(cached_answers).values(
            workspace_id=tx.workspace_id, key=key, bot_id=bot_id, **values
        )
        await execute(
            tx, statement.on_conflict_do_update(index_elements=["workspace_id", "key"], set_=values)
        )
        await execute(tx, _MAKE_ROOM, {"workspace": tx.workspace_id, "now": at, "most": MOST_KEPT})
