"""What bots need stored, and what they ask of others."""

from typing import Protocol
from uuid import UUID

from parley.core.bots.model import Bot, BotConfiguration, BotId, BotVersion
from parley.core.kernel.paging import Page, PageRequest
from parley.core.kernel.transactions import Transaction


class Bots(Protocol):
    async def add(self, tx: Transaction, bot: Bot, version: BotVersion) -> None: ...

    async def get(self, tx: Transaction, bot_id: BotId) -> Bot | None: ...

    async def configuration(self, tx: Transaction, bot_id: BotId, version: int) -> BotConfiguration | None:
        """As it was in that version."""
        ...

    async def list(self, tx: Transaction, page: PageRequest) -> Page[Bot]:
        """By name, then id."""
        ...

    async def names(self, tx: Transaction) -> tuple[tuple[BotId, str], ...]:
        """Of all bots, the oldest first, at most 1,000."""
        ...

    async def save(self, tx: Transaction, bot: Bot, version: BotVersion | None) -> None:
        """Stores name, description and, when a version is given, the new configuration.

        Raises Conflict when another version was stored since the bot was read.
        """
        ...

    async def remove(self, tx: Transaction, bot_id: BotId) -> bool:
        """Removes the bot and its versions; its conversations stay readable. False when it is not there."""
        ...


class CollectionCheck(Protocol):
    async def missing(self, tx: Transaction, wanted: tuple[UUID, ...]) -> tuple[UUID, ...]:
        """Those of `wanted` that the transaction's workspace does not have, in the order given."""
        ...
