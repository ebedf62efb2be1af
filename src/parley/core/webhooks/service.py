"""Use cases of webhooks: administrators add, change, try and remove them; a secret is shown once."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import InvalidInput, NotFound
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.secrets import SecretBox
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.webhooks.delivering import opened
from parley.core.webhooks.model import (
    CHOOSABLE,
    Delivery,
    Event,
    EventId,
    EventType,
    SealedSecrets,
    TooManyWebhooks,
    Webhook,
    WebhookId,
)
from parley.core.webhooks.ports import Outbox, Webhooks, WebhookSender
from parley.core.webhooks.signing import body_of, headers_of, new_secret
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, WorkspaceScope

MAX_WEBHOOKS = 20
OVERLAP = timedelta(hours=24)
"""How long deliveries are signed with the former secret too, after it was rotated."""


@dataclass(frozen=True, slots=True)
class WebhookRecords:
    """Where webhooks, what is told to them, and what was done to them are kept."""

    webhooks: Webhooks
    outbox: Outbox
    audit: AuditLog


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A webhook with its new secret, which is shown this once."""

    webhook: Webhook
    secret: str

    def __repr__(self) -> str:
        return f"WithSecret({self.webhook!r})"


@dataclass(frozen=True, slots=True)
class WebhookChange:
    """None leaves a thing as it is."""

    url: str | None = None
    description: str | None = None
    events: frozenset[EventType] | None = None
    enabled: bool | None = None


class WebhookService:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        records: WebhookRecords,
        sender: WebhookSender,
        secrets: SecretBox,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._records = records
        self._sender = sender
        self._secrets = secrets
        self._clock = clock

    async def list(self, caller: Caller, workspace_id: WorkspaceId) -> tuple[Webhook, ...]:
        scope = await self._scope(caller, workspace_id)
        async with self._transactions.begin(scope) as tx:
            return await self._records.webhooks.list(tx)

    async def create(
        self,
        caller: Caller,
        workspace_id: WorkspaceId,
        url: str,
        events: Collection[EventType],
        description: str = "",
    ) -> WithSecret:
        """Raises WebhookUnusable, InvalidInput, TooManyWebhooks."""
        scope = await self._scope(caller, workspace_id)
        chosen = _chosen(events)
        await self._sender.check(url)
        webhook = Webhook(
            id=WebhookId(uuid7()),
            workspace_id=workspace_id,
            url=url,
            description=description,
            events=chosen,
            enabled=True,
            created_by=scope.user_id,
            created_at=self._clock.now(),
        )
        secret = new_secret()
        sealed = self._secrets.seal(secret, webhook.secret_place)
        async with self._transactions.begin(scope) as tx:
            if len(await self._records.webhooks.list(tx)) >= MAX_WEBHOOKS:
                raise TooManyWebhooks(MAX_WEBHOOKS)
            await self._records.webhooks.add(tx, webhook, sealed)
            await self._record(tx, scope, "webhook.created", webhook)
        return WithSecret(webhook, secret)

    async def change(
        self, caller: Caller, workspace_id: WorkspaceId, webhook_id: WebhookId, change: WebhookChange
    ) -> Webhook:
        """Enabling one that Parley has disabled forgets its failures. Raises NotFound and as `create`."""
        scope = await self._scope(caller, workspace_id)
        if change.url is not None:
            await self._sender.check(change.url)
        async with self._transactions.begin(scope) as tx:
            webhook = await self._there(tx, webhook_id)
            changed = replace(
                webhook,
                url=webhook.url if change.url is None else change.url,
                description=webhook.description if change.description is None else change.description,
                events=webhook.events if change.events is None else _chosen(change.events),
            )
            if change.enabled is not None and change.enabled != webhook.enabled:
                changed = replace(changed, enabled=change.enabled, disabled_reason="", failing_since=None)
            await self._records.webhooks.save(tx, changed)
            await self._record(tx, scope, "webhook.changed", changed)
        return changed

    async def rotate_secret(
        self, caller: Caller, workspace_id: WorkspaceId, webhook_id: WebhookId
    ) -> WithSecret:
        """Deliveries are signed with the new secret and, for a day, with the former one too. Raises
        NotFound."""
        scope = await self._scope(caller, workspace_id)
        secret, until = new_secret(), self._clock.now() + OVERLAP
        # As the platform: who serves requests may not read the secret that becomes the former one.
        async with self._transactions.begin_platform(workspace_id) as tx:
            webhook = replace(await self._there(tx, webhook_id), former_secret_until=until)
            known = await self._records.webhooks.secrets(tx, webhook_id)
            sealed = self._secrets.seal(secret, webhook.secret_place)
            secrets = SealedSecrets(sealed, None if known is None else known.current, until)
            await self._records.webhooks.rotate(tx, webhook_id, secrets)
            await self._record(tx, scope, "webhook.secret_rotated", webhook)
        return WithSecret(webhook, secret)

    async def remove(self, caller: Caller, workspace_id: WorkspaceId, webhook_id: WebhookId) -> None:
        """What still waits for it is not told any more. Raises NotFound."""
        scope = await self._scope(caller, workspace_id)
        async with self._transactions.begin(scope) as tx:
            webhook = await self._there(tx, webhook_id)
            await self._records.webhooks.remove(tx, webhook_id)
            await self._record(tx, scope, "webhook.removed", webhook)

    async def test(self, caller: Caller, workspace_id: WorkspaceId, webhook_id: WebhookId) -> Delivery:
        """Sends one event now, also to a disabled webhook, and tells what came of it. Raises NotFound,
        SecretUnreadable."""
        scope = await self._scope(caller, workspace_id)
        async with self._transactions.begin_platform(workspace_id) as tx:
            webhook = await self._there(tx, webhook_id)
            sealed = await self._records.webhooks.secrets(tx, webhook_id)
        if sealed is None:
            raise NotFound("webhook", webhook_id)
        now = self._clock.now()
        data = {"workspace_id": str(workspace_id), "webhook_id": str(webhook_id)}
        event = Event(EventId(uuid7()), workspace_id, EventType.TEST, now, data)
        body = body_of(event)
        keys = opened(self._secrets, webhook.secret_place, sealed, self._clock)
        attempt = await self._sender.send(webhook.url, headers_of(event.id, body, now, keys), body)
        async with self._transactions.begin(scope) as tx:
            delivery = await self._records.outbox.record(tx, webhook_id, event, attempt)
            await self._record(tx, scope, "webhook.tested", webhook)
        return delivery

    async def deliveries(
        self, caller: Caller, workspace_id: WorkspaceId, webhook_id: WebhookId, limit: int
    ) -> tuple[Delivery, ...]:
        """Newest first. Raises NotFound."""
        scope = await self._scope(caller, workspace_id)
        async with self._transactions.begin(scope) as tx:
            await self._there(tx, webhook_id)
            return await self._records.outbox.deliveries(tx, webhook_id, limit)

    async def _scope(self, caller: Caller, workspace_id: WorkspaceId) -> WorkspaceScope:
        return await self._authorizer.in_workspace(caller, Action.MANAGE_WEBHOOKS, workspace_id)

    async def _there(self, tx: Transaction, webhook_id: WebhookId) -> Webhook:
        webhook = await self._records.webhooks.get(tx, webhook_id)
        if webhook is None:
            raise NotFound("webhook", webhook_id)
        return webhook

    async def _record(self, tx: Transaction, scope: WorkspaceScope, action: str, webhook: Webhook) -> None:
        await self._records.audit.append(
            tx,
            AuditEntry(
                id=uuid7(),
                at=self._clock.now(),
                workspace_id=scope.workspace_id,
                actor_id=scope.user_id,
                action=action,
                subject_id=webhook.id,
                # Without the address, whose path or query is often a secret of the receiver's.
                detail={"events": ", ".join(sorted(webhook.events)), "enabled": str(webhook.enabled).lower()},
            ),
        )


def _chosen(events: Collection[EventType]) -> frozenset[EventType]:
    chosen = frozenset(events)
    if not chosen or not chosen <= set(CHOOSABLE):
        raise InvalidInput(
            "A webhook needs events to be told of.", hint=f"Choose from: {', '.join(CHOOSABLE)}."
        )
    return chosen
