"""What usage needs: the prices of models, where use and budgets are kept."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from parley.core.kernel.ids import UserId
from parley.core.kernel.transactions import Transaction
from parley.core.usage.model import (
    Amount,
    Budget,
    Grouping,
    Payer,
    Reservation,
    Standing,
    Tokens,
    Use,
    UsedBy,
)


class PriceBook(Protocol):
    def cost_micros(self, model: str, tokens: Tokens) -> int | None:
        """What tokens of `provider:model` cost, in micros of USD; None when its price is not known.

        Models of this machine cost 0.
        """
        ...


class UsageLedger(Protocol):
    async def book(self, tx: Transaction, payer: Payer, uses: Sequence[Use], at: datetime) -> None:
        """Keeps what calls took; those not settled are added to the spending that budgets look at."""
        ...

    async def report(
        self, tx: Transaction, by: Grouping, since: date, until: date, user_id: UserId | None = None
    ) -> tuple[UsedBy, ...]:
        """Of the workspace, or of one user in it, from the first day to the last, in UTC; dearest first,
        days in order, at most `MOST_ROWS`."""
        ...


class Budgets(Protocol):
    """The budget of the transaction's workspace, and how far it is used up."""

    async def get(self, tx: Transaction) -> Budget: ...

    async def put(self, tx: Transaction, budget: Budget) -> None:
        """In place of the one before; one without limits removes it."""
        ...

    async def reserve(self, tx: Transaction, reservation: Reservation) -> bool:
        """In one statement; the reservation of that id grows when there is one already. False, and nothing
        held, when a limit has no room for it, or the spending of its day or month is not counted yet."""
        ...

    async def open_counters(self, tx: Transaction, payer: Payer, at: datetime) -> None:
        """Counts the spending of the day and month from now on, beginning with what was used before."""
        ...

    async def settle(self, tx: Transaction, reservation: Reservation, spent: Amount) -> None:
        """Puts what a call has really taken in place of what it held."""
        ...

    async def free_abandoned(self, tx: Transaction) -> int:
        """Frees what dead runners hold; tells how many calls that were."""
        ...

    async def standing(self, tx: Transaction, user_id: UserId, at: datetime) -> tuple[Standing, ...]:
        """Of each limit that bounds the user."""
        ...


MOST_ROWS = 1_000
