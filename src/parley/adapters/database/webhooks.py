"""Webhooks in PostgreSQL, with their secrets as ciphertext that only Parley's own role can read."""

from sqlalchemy import delete, insert, select, update

from parley.adapters.database.connection import execute, row, rows
from parley.adapters.database.statements import Record
from parley.adapters.database.webhook_tables import webhooks
from parley.core.kernel.transactions import Transaction
from parley.core.webhooks.model import EventType, SealedSecrets, Webhook, WebhookId

_MOST = 100
_select_webhooks = select(
    webhooks.c.id,
    webhooks.c.workspace_id,
    webhooks.c.url,
    webhooks.c.description,
    webhooks.c.events,
    webhooks.c.enabled,
    webhooks.c.disabled_reason,
    webhooks.c.failing_since,
    webhooks.c.before_until,
    webhooks.c.created_by,
    webhooks.c.created_at,
)


class PostgresWebhooks:
    """Implements `Webhooks`."""

    async def add(self, tx: Transaction, webhook: Webhook, sealed: bytes) -> None:
        await execute(
            tx,
            insert(webhooks).values(
                id=webhook.id,
                workspace_id=webhook.workspace_id,
                url=webhook.url,
                description=webhook.description,
                events=sorted(webhook.events),
                enabled=webhook.enabled,
                disabled_reason=webhook.disabled_reason,
                sealed=sealed,
                failures=0,
                created_by=webhook.created_by,
                created_at=webhook.created_at,
            ),
        )

    async def get(self, tx: Transaction, webhook_id: WebhookId) -> Webhook | None:
        statement = _select_webhooks.where(
            webhooks.c.id == webhook_id, webhooks.c.workspace_id == tx.workspace_id
        )
        found = await row(tx, statement)
        return None if found is None else _to_webhook(found)

    async def list(self, tx: Transaction) -> tuple[Webhook, ...]:
        statement = (
            _select_webhooks.where(webhooks.c.workspace_id == tx.workspace_id)
            .order_by(webhooks.c.id)
            .limit(_MOST)
        )
        return tuple(_to_webhook(each) for each in await rows(tx, statement))

    async def save(self, tx: Transaction, webhook: Webhook) -> None:
        fresh = {} if webhook.failing_since else {"failing_since": None, "failures": 0, "held_until": None}
        await execute(
            tx,
            update(webhooks)
            .where(webhooks.c.id == webhook.id, webhooks.c.workspace_id == tx.workspace_id)
            .values(
                url=webhook.url,
                description=webhook.description,
                events=sorted(webhook.events),
                enabled=webhook.enabled,
                disabled_reason=webhook.disabled_reason,
                **fresh,
            ),
        )

    async def rotate(self, tx: Transaction, webhook_id: WebhookId, secrets: SealedSecrets) -> None:
        await execute(
            tx,
            update(webhooks)
            .where(webhooks.c.id == webhook_id, webhooks.c.workspace_id == tx.workspace_id)
            .values(sealed=secrets.current, sealed_before=secrets.former, before_until=secrets.former_until),
        )

    async def secrets(self, tx: Transaction, webhook_id: WebhookId) -> SealedSecrets | None:
        found = await row(
            tx,
            select(webhooks.c.sealed, webhooks.c.sealed_before, webhooks.c.before_until).where(
                webhooks.c.id == webhook_id, webhooks.c.workspace_id == tx.workspace_id
            ),
        )
        return None if found is None else SealedSecrets(found.sealed, found.sealed_before, found.before_until)

    async def remove(self, tx: Transaction, webhook_id: WebhookId) -> bool:
        statement = delete(webhooks).where(
            webhooks.c.id == webhook_id, webhooks.c.workspace_id == tx.workspace_id
        )
        return await execute(tx, statement) == 1


def _to_webhook(found: Record) -> Webhook:
    return Webhook(
        id=found.id,
        workspace_id=found.workspace_id,
        url=found.url,
        description=found.description,
        events=frozenset(EventType(each) for each in found.events),
        enabled=found.enabled,
        created_by=found.created_by,
        created_at=found.created_at,
        disabled_reason=found.disabled_reason,
        failing_since=found.failing_since,
        former_secret_until=found.before_until,
    )
