"""A workspace with webhooks on a real database, a receiver that answers as told, and the dispatcher."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from aiohttp import web
from sqlalchemy import text
from standardwebhooks import Webhook as Receiver

from parley.adapters.database.connection import Database, execute
from parley.adapters.database.webhook_outbox import PostgresOutbox
from parley.adapters.database.webhooks import PostgresWebhooks
from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.secrets.aesgcm import AesGcmBox
from parley.adapters.webhooks.http import HttpWebhooks
from parley.core.kernel.clock import SystemClock
from parley.core.kernel.ids import UserId, WorkspaceId, uuid7
from parley.core.webhooks.delivering import DeliveryLimits, WebhookDispatcher
from parley.core.webhooks.model import Delivery, Event, EventId, EventType, Webhook, WebhookId
from parley.core.webhooks.signing import new_secret
from parley.core.workspaces.model import Role, WorkspaceScope
from parley.testing.logs import RecordedLog
from tests.http_servers import GrowingGuard, Serve, serving

QUICK = DeliveryLimits(
    delays_s=(0.0, 0.0, 0.0), hold_s=0.0, poll_s=0.02, housekeeping_s=3_600.0, lease_s=30.0
)
DEADLINE_S = 60.0


@dataclass
class Inbox:
    """What a receiver got; `answers` are given in turn, the last one for ever."""

    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)
    pause: asyncio.Event | None = None

    async def answer(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.text()))
        if self.pause is not None:
            await self.pause.wait()
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else {})

    def opened(self, secret: str) -> list[dict[str, object]]:
        """What the convention's own library makes of it; raises where a signature is not right."""
        return [Receiver(secret).verify(body, headers) for headers, body in self.got]


@dataclass
class Post:
    """One workspace's webhooks from outside."""

    database: Database
    scope: WorkspaceScope
    guard: AddressGuard
    secrets: AesGcmBox = field(default_factory=lambda: AesGcmBox("k" * 32))
    outbox: PostgresOutbox = field(default_factory=PostgresOutbox)
    webhooks: PostgresWebhooks = field(default_factory=PostgresWebhooks)
    log: RecordedLog = field(default_factory=RecordedLog)

    async def listen(self, url: str, *events: EventType, enabled: bool = True) -> tuple[Webhook, str]:
        """A webhook, with its secret."""
        webhook = Webhook(
            WebhookId(uuid7()),
            self.scope.workspace_id,
            url,
            "",
            frozenset(events or {EventType.DOCUMENT_READY}),
            enabled,
            self.scope.user_id,
            datetime.now(UTC),
        )
        secret = new_secret()
        sealed = self.secrets.seal(secret, webhook.secret_place)
        async with self.database.begin(self.scope) as tx:
            await self.webhooks.add(tx, webhook, sealed)
        return webhook, secret

    async def happen(self, *kinds: EventType) -> None:
        async with self.database.begin(self.scope) as tx:
            await self.outbox.put(tx, [self.event(kind) for kind in kinds or [EventType.DOCUMENT_READY]])

    def event(self, kind: EventType = EventType.DOCUMENT_READY) -> Event:
        now = datetime.now(UTC)
        return Event(EventId(uuid7()), self.scope.workspace_id, kind, now, {"name": "Gruß.pdf"})

    async def deliveries(self, webhook: Webhook) -> tuple[Delivery, ...]:
        async with self.database.begin(self.scope) as tx:
            return await self.outbox.deliveries(tx, webhook.id, 200)

    async def webhook(self, webhook: Webhook) -> Webhook:
        async with self.database.begin(self.scope) as tx:
            found = await self.webhooks.get(tx, webhook.id)
        assert found is not None
        return found

    async def run(self, statement: str, **values: object) -> None:
        async with self.database.begin_platform() as tx:
            await execute(tx, text(statement), values)

    @asynccontextmanager
    async def dispatching(self, **limits: object) -> AsyncIterator[None]:
        dispatcher = WebhookDispatcher(
            self.database,
            self.outbox,
            HttpWebhooks(self.guard, deadline_s=5.0),
            self.secrets,
            (SystemClock(), self.log),
            replace(QUICK, **limits),  # type: ignore[arg-type]
        )
        running = asyncio.create_task(dispatcher.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait({running})
            if not running.cancelled():
                running.result()


async def until(reached: Callable[[], object]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not reached():  # noqa: ASYNC110 - told by another process or task
            await asyncio.sleep(0.01)


@pytest.fixture
def allowed() -> set[str]:
    return set()


@pytest.fixture
async def serve(allowed: set[str]) -> AsyncIterator[Serve]:
    async with serving(allowed) as start:
        yield start


async def new_scope(database: Database) -> WorkspaceScope:
    workspace, user = WorkspaceId(uuid4()), UserId(uuid4())
    async with database.begin_platform() as tx:
        statement = text("INSERT INTO workspaces (id, name, created_at) VALUES (:id, 'W', now())")
        await execute(tx, statement, {"id": workspace})
    return WorkspaceScope(workspace, user, Role.OWNER)


@pytest.fixture
async def post(database: Database, allowed: set[str]) -> Post:
    return Post(database, await new_scope(database), GrowingGuard(allowed))
