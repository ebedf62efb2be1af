"""Keeps the rounds of running turns, so that no runner after this one calls a tool twice."""

import asyncio
from typing import Protocol

from parley.core.chat.draft import Draft
from parley.core.chat.model import LeaseLost, Turn
from parley.core.chat.ports import TurnRounds
from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.transactions import Transactions

RETRY_PAUSES_S = (0.2, 0.5, 1.0, 2.0)
"""A database that is away for a moment must not cost the work of the tools."""


class KeepsRounds(Protocol):
    async def keep(self, turn: Turn, draft: Draft) -> None:
        """Stores the last round as it is now. Raises LeaseLost, having written nothing, when another runner
        has the turn."""
        ...


class RoundBook:
    """Implements `KeepsRounds`."""

    def __init__(self, transactions: Transactions, rounds: TurnRounds) -> None:
        self._transactions = transactions
        self._rounds = rounds

    async def keep(self, turn: Turn, draft: Draft) -> None:
        """Stores the last round as it is now, in a transaction of its own.

        Raises LeaseLost, having written nothing, when another runner has the turn.
        """
        for pause_s in (*RETRY_PAUSES_S, None):
            try:
                async with self._transactions.begin_platform(turn.workspace_id) as tx:
                    if not await self._rounds.save(tx, turn, draft.rounds[-1], draft.retrieved):
                        raise LeaseLost(turn.id)
                return
            except ParleyError as error:
                if pause_s is None or error.kind is not ErrorKind.UNAVAILABLE:
                    raise
                await asyncio.sleep(pause_s)
