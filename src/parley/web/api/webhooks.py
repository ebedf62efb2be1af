"""Routes of webhooks: addresses that are told, signed, when something happens in a workspace."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, status
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from parley.core.kernel.ids import WorkspaceId
from parley.core.webhooks.model import CHOOSABLE, Delivery, DeliveryState, EventType, Webhook, WebhookId
from parley.core.webhooks.service import WebhookChange, WithSecret
from parley.web.api.fields import EXAMPLE_ID, Body, Description, PageReply, WithoutNul
from parley.web.api.workspaces import WorkspacePath
from parley.web.deps import CallerDep, ServicesDep

router = APIRouter(prefix="/workspaces/{workspace_id}/webhooks", tags=["webhooks"])

WebhookPath = Annotated[UUID, Path(description="Id of the webhook.")]
Address = Annotated[str, Field(min_length=1, max_length=2_000), WithoutNul]


def _choosable(events: list[EventType]) -> list[EventType]:
    if EventType.TEST in events:
        raise ValueError("webhook.test is sent when it is asked for, and cannot be chosen")
    return events


Events = Annotated[list[EventType], Field(min_length=1, max_length=20), AfterValidator(_choosable)]
_URL = "https://hooks.example.org/parley"


class WebhookBody(Body):
    model_config = ConfigDict(
        json_schema_extra={"example": {"url": _URL, "events": ["document.ready", "document.failed"]}}
    )

    url: Address = Field(description="Where events are sent by POST.")
    events: Events = Field(list(CHOOSABLE), description="What it is told of; all when left out.")
    description: Description = ""


class WebhookChangeBody(Body):
    """What is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"example": {"enabled": True}})

    url: Address | None = None
    events: Events | None = None
    description: Description | None = None
    enabled: bool | None = Field(None, description="Enabling one that was disabled forgets its failures.")


class WebhookReply(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": EXAMPLE_ID,
                "url": _URL,
                "events": ["document.failed", "document.ready"],
                "description": "",
                "enabled": True,
                "disabled_reason": "",
                "failing_since": None,
                "former_secret_until": None,
                "created_by": EXAMPLE_ID,
                "created_at": "2026-01-31T12:00:00Z",
            }
        }
    )

    id: UUID
    url: str
    events: list[EventType]
    description: str
    enabled: bool
    disabled_reason: str = Field(description="Why Parley has disabled it; empty where a person did.")
    failing_since: datetime | None = Field(description="Since when no delivery has succeeded.")
    former_secret_until: datetime | None = Field(
        description="Until when deliveries are signed with the secret before the last rotation too."
    )
    created_by: UUID
    created_at: datetime

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookReply":
        return cls(
            id=webhook.id,
            url=webhook.url,
            events=sorted(webhook.events),
            description=webhook.description,
            enabled=webhook.enabled,
            disabled_reason=webhook.disabled_reason,
            failing_since=webhook.failing_since,
            former_secret_until=webhook.former_secret_until,
            created_by=webhook.created_by,
            created_at=webhook.created_at,
        )


class WebhooksReply(PageReply[WebhookReply]):
    """Oldest first, all on one page."""

    events: list[EventType] = Field(description="All that a webhook can be told of.")


class WebhookSecretReply(BaseModel):
    webhook: WebhookReply
    secret: str = Field(
        description="What deliveries are signed with; shown this once.", examples=["whsec_MfKQ9r8GKYqrTwjU…"]
    )

    @classmethod
    def of(cls, made: WithSecret) -> "WebhookSecretReply":
        return cls(webhook=WebhookReply.of(made.webhook), secret=made.secret)


class DeliveryReply(BaseModel):
    id: UUID = Field(examples=[EXAMPLE_ID])
    message_id: str = Field(
        description="`webhook-id` of every attempt.", examples=["evt_0199c0de000070008000000000000001"]
    )
    type: EventType
    at: datetime = Field(description="When the event happened.")
    state: DeliveryState = Field(description="`failed`: it will not be tried again.")
    attempts: int
    attempted_at: datetime | None
    next_attempt_at: datetime | None = Field(description="Null unless it waits.")
    status: int | None = Field(
        description="HTTP status of the last attempt; null without an answer.", examples=[200]
    )
    error: str = Field(description="Why the last attempt failed, or empty.")
    duration_ms: int | None

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryReply":
        return cls(
            id=delivery.id,
            message_id=f"evt_{delivery.event_id.hex}",
            type=delivery.type,
            at=delivery.at,
            state=delivery.state,
            attempts=delivery.attempts,
            attempted_at=delivery.attempted_at,
            next_attempt_at=delivery.next_attempt_at,
            status=delivery.status,
            error=delivery.error,
            duration_ms=delivery.duration_ms,
        )


class DeliveriesReply(PageReply[DeliveryReply]):
    """Newest first; those of the last 14 days are kept."""


@router.get("", response_model=WebhooksReply, summary="List webhooks")
async def list_webhooks(workspace_id: WorkspacePath, app: ServicesDep, caller: CallerDep) -> WebhooksReply:
    webhooks = await app.use.webhooks.list(caller, WorkspaceId(workspace_id))
    return WebhooksReply(items=[WebhookReply.of(each) for each in webhooks], events=list(CHOOSABLE))


@router.post(
    "", response_model=WebhookSecretReply, status_code=status.HTTP_201_CREATED, summary="Add a webhook"
)
async def create_webhook(
    workspace_id: WorkspacePath, body: WebhookBody, app: ServicesDep, caller: CallerDep
) -> WebhookSecretReply:
    """The reply holds the secret that deliveries are signed with. It is not shown again."""
    made = await app.use.webhooks.create(
        caller, WorkspaceId(workspace_id), body.url.strip(), body.events, body.description
    )
    return WebhookSecretReply.of(made)


@router.patch("/{webhook_id}", response_model=WebhookReply, summary="Change a webhook")
async def change_webhook(
    workspace_id: WorkspacePath,
    webhook_id: WebhookPath,
    body: WebhookChangeBody,
    app: ServicesDep,
    caller: CallerDep,
) -> WebhookReply:
    change = WebhookChange(
        url=None if body.url is None else body.url.strip(),
        description=body.description,
        events=None if body.events is None else frozenset(body.events),
        enabled=body.enabled,
    )
    changed = await app.use.webhooks.change(caller, WorkspaceId(workspace_id), WebhookId(webhook_id), change)
    return WebhookReply.of(changed)


@router.delete("/{webhook_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Remove a webhook")
async def remove_webhook(
    workspace_id: WorkspacePath, webhook_id: WebhookPath, app: ServicesDep, caller: CallerDep
) -> None:
    """What still waits for it is not told any more."""
    await app.use.webhooks.remove(caller, WorkspaceId(workspace_id), WebhookId(webhook_id))


@router.post("/{webhook_id}/secret", response_model=WebhookSecretReply, summary="Rotate a webhook's secret")
async def rotate_webhook_secret(
    workspace_id: WorkspacePath, webhook_id: WebhookPath, app: ServicesDep, caller: CallerDep
) -> WebhookSecretReply:
    """For a day, deliveries are signed with the former secret too."""
    made = await app.use.webhooks.rotate_secret(caller, WorkspaceId(workspace_id), WebhookId(webhook_id))
    return WebhookSecretReply.of(made)


@router.post("/{webhook_id}/test", response_model=DeliveryReply, summary="Send a test event")
async def test_webhook(
    workspace_id: WorkspacePath, webhook_id: WebhookPath, app: ServicesDep, caller: CallerDep
) -> DeliveryReply:
    """Sends `webhook.test` now, once, and answers with what came of it."""
    return DeliveryReply.of(
        await app.use.webhooks.test(caller, WorkspaceId(workspace_id), WebhookId(webhook_id))
    )


@router.get("/{webhook_id}/deliveries", response_model=DeliveriesReply, summary="List deliveries")
async def list_deliveries(
    workspace_id: WorkspacePath,
    webhook_id: WebhookPath,
    app: ServicesDep,
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=200, description="Most deliveries.")] = 50,
) -> DeliveriesReply:
    found = await app.use.webhooks.deliveries(caller, WorkspaceId(workspace_id), WebhookId(webhook_id), limit)
    return DeliveriesReply(items=[DeliveryReply.of(each) for each in found])
