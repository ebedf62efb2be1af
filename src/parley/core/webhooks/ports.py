"""What webhooks need: their records, the events that wait to be told, and a way to tell them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.transactions import Transaction
from parley.core.webhooks.model import (
    Attempt,
    Delivery,
    DueDelivery,
    Event,
    SealedSecrets,
    Settlement,
    Webhook,
    WebhookId,
)


class Webhooks(Protocol):
    """Webhooks of the transaction's workspace."""

    async def add(self, tx: Transaction, webhook: Webhook, sealed: bytes) -> None: ...

    async def get(self, tx: Transaction, webhook_id: WebhookId) -> Webhook | None: ...

    async def list(self, tx: Transaction) -> tuple[Webhook, ...]:
        """Oldest first, at most 100."""
        ...

    async def save(self, tx: Transaction, webhook: Webhook) -> None:
        """Stores address, description, events and whether it is enabled; without `failing_since` it begins
        without failures. What waits for a disabled one is given up soon after."""
        ...

    async def rotate(self, tx: Transaction, webhook_id: WebhookId, secrets: SealedSecrets) -> None: ...

    async def secrets(self, tx: Transaction, webhook_id: WebhookId) -> SealedSecrets | None:
        """Only Parley's own work may read them."""
        ...

    async def remove(self, tx: Transaction, webhook_id: WebhookId) -> bool:
        """With its deliveries; False when it is not there."""
        ...


class Outbox(Protocol):
    """Events of the transaction's workspace on their way to its webhooks."""

    async def put(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Each waits for the enabled webhooks that chose its type; without any it is not stored."""
        ...

    async def record(
        self, tx: Transaction, webhook_id: WebhookId, event: Event, attempt: Attempt
    ) -> Delivery:
        """A delivery that was made already, and is not tried again."""
        ...

    async def deliveries(self, tx: Transaction, webhook_id: WebhookId, limit: int) -> tuple[Delivery, ...]:
        """Newest first."""
        ...


class DeliveryQueue(Protocol):
    """Deliveries of every workspace; for Parley's own work."""

    async def take(
        self,
        tx: Transaction,
        *,
        most: int,
        for_each_workspace: int,
        busy: Collection[WorkspaceId],
        lease_s: float,
    ) -> tuple[DueDelivery, ...]:
        """Those that are due, longest waiting first, none of the workspaces that are `busy`. They are due
        again after the lease, should nothing be settled by then."""
        ...

    async def settle(
        self, tx: Transaction, delivery: DueDelivery, attempt: Attempt, settlement: Settlement
    ) -> bool:
        """False, and nothing changed, when it is gone or was taken again."""
        ...

    async def tidy(self, tx: Transaction, *, before: datetime, most_waiting: int, reason: str) -> int:
        """Disables webhooks that more than `most_waiting` deliveries wait for, gives up what waits for
        disabled ones, and forgets what happened `before` and does not wait any more. How many webhooks it
        has disabled."""
        ...


class WebhookSender(Protocol):
    async def check(self, url: str) -> None:
        """Raises WebhookUnusable where nothing may be sent. Waits for the network."""
        ...

    async def send(self, url: str, headers: Mapping[str, str], body: str) -> Attempt:
        """One POST of JSON, within a deadline, to a checked address, never following a redirect. Anything but
        a status from 200 to 299 is a failure; none is raised. Never inside a transaction."""
        ...
