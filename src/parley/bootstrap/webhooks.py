"""Builds what tells webhooks: the use cases of administrators, and the dispatcher of the worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from parley.adapters.database.audit import PostgresAuditLog
from parley.adapters.database.webhook_outbox import PostgresOutbox
from parley.adapters.database.webhooks import PostgresWebhooks
from parley.adapters.database.workspaces import PostgresMemberships
from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.secrets.aesgcm import AesGcmBox
from parley.adapters.webhooks.http import HttpWebhooks
from parley.bootstrap.parts import Parts, owned
from parley.core.ingestion.announcing import Announce
from parley.core.kernel.telemetry import Log
from parley.core.webhooks.delivering import DeliveryLimits, WebhookDispatcher
from parley.core.webhooks.service import WebhookRecords, WebhookService
from parley.core.workspaces.authorize import Authorizer
from parley.settings import Settings, secret_key
from parley.variables import places_of


def webhook_service(settings: Settings, parts: Parts) -> WebhookService:
    return WebhookService(
        parts.database,
        Authorizer(parts.database, PostgresMemberships()),
        WebhookRecords(PostgresWebhooks(), PostgresOutbox(), PostgresAuditLog()),
        _sender(settings),
        AesGcmBox(secret_key(settings)),
        parts.clock,
    )


@asynccontextmanager
async def delivering_webhooks(settings: Settings, parts: Parts, log: Log) -> AsyncIterator[None]:
    """Events are delivered as long as the block lasts."""
    dispatcher = WebhookDispatcher(
        parts.database,
        PostgresOutbox(),
        _sender(settings),
        AesGcmBox(secret_key(settings)),
        (parts.clock, log),
        DeliveryLimits(),
    )
    async with owned(dispatcher.run(), log):
        yield


def announcing(parts: Parts) -> Announce:
    """What tells webhooks of everything that happens."""
    return Announce(PostgresOutbox(), parts.clock)


def _sender(settings: Settings) -> HttpWebhooks:
    allowed = places_of(settings.webhook_allowed_hosts)
    return HttpWebhooks(AddressGuard(allowed, setting="PARLEY_WEBHOOK_ALLOWED_HOSTS"))
