"""Values of webhooks: the webhook, an event, a delivery of it, and what a delivery came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.core.kernel.ids import UserId, WorkspaceId

WebhookId = NewType("WebhookId", UUID)
EventId = NewType("EventId", UUID)
DeliveryId = NewType("DeliveryId", UUID)


class EventType(StrEnum):
    """What webhooks can be told of."""

    DOCUMENT_READY = "document.ready"
    DOCUMENT_REPLACED = "document.replaced"
    DOCUMENT_FAILED = "document.failed"
    DOCUMENT_REMOVED = "document.removed"
    COLLECTION_REMOVED = "collection.removed"
    IMPORT_FINISHED = "import.finished"
    TEST = "webhook.test"
    """Sent when an administrator asks for it, to any webhook."""


CHOOSABLE = tuple(kind for kind in EventType if kind is not EventType.TEST)


@dataclass(frozen=True, slots=True)
class Webhook:
    id: WebhookId
    workspace_id: WorkspaceId
    url: str
    description: str
    events: frozenset[EventType]
    enabled: bool
    created_by: UserId
    created_at: datetime
    disabled_reason: str = ""
    """Why Parley has disabled it, for a person; empty where a person did."""
    failing_since: datetime | None = None
    """When the first delivery of an unbroken row of failures was tried; None when the last one succeeded."""
    former_secret_until: datetime | None = None
    """Until when deliveries are signed with the secret before the last rotation too."""

    @property
    def secret_place(self) -> str:
        """The context that its secrets are sealed with."""
        return f"webhooks:{self.id}"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a workspace; `data` is of JSON types."""

    id: EventId
    workspace_id: WorkspaceId
    type: EventType
    at: datetime
    data: Mapping[str, Any]


class DeliveryState(StrEnum):
    WAITING = "waiting"
    """For its first attempt, or for the next one."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """It will not be tried again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook, as administrators see it."""

    id: DeliveryId
    webhook_id: WebhookId
    event_id: EventId
    type: EventType
    at: datetime
    """When the event happened."""
    state: DeliveryState
    attempts: int
    attempted_at: datetime | None = None
    next_attempt_at: datetime | None = None
    """None unless it waits."""
    status: int | None = None
    """The HTTP status of the last attempt; None where there was no answer."""
    error: str = ""
    """Why the last attempt failed, for a person."""
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class SealedSecrets:
    current: bytes
    former: bytes | None = None
    former_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A delivery that was taken for one attempt. What came of it is only stored as long as nobody else has
    taken it, so that `attempt` fences."""

    id: DeliveryId
    workspace_id: WorkspaceId
    webhook_id: WebhookId
    event_id: EventId
    url: str
    body: str
    attempt: int
    """Counts from 1."""
    failing_since: datetime | None
    failures: int
    """Attempts at this webhook, of whatever delivery, that failed one after the other."""
    secrets: SealedSecrets = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an attempt to deliver came to."""

    status: int | None
    error: str
    """Empty: it was delivered."""
    duration_ms: int

    @property
    def succeeded(self) -> bool:
        return not self.error


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a delivery and its webhook after an attempt."""

    state: DeliveryState
    due_at: datetime | None = None
    """Of the next attempt, where the delivery waits."""
    failing_since: datetime | None = None
    held_until: datetime | None = None
    """Until when the webhook is let alone."""
    disabled_reason: str = ""
    """Set: the webhook is disabled, and what waits for it has failed."""


class WebhookUnusable(ParleyError):
    """What was given as a webhook's address is none, or one that Parley does not speak to."""

    code = "webhook_unusable"
    kind = ErrorKind.INVALID


class TooManyWebhooks(ParleyError):
    code = "too_many_webhooks"
    kind = ErrorKind.CONFLICT

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"This workspace has {limit} webhooks, which is the limit.", hint="Remove one that is not used."
        )
