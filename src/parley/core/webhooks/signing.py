"""Signs what webhooks are told, by the Standard Webhooks convention."""

import base64
import hmac
import json
import secrets
from collections.abc import Sequence
from datetime import datetime

from parley.core.webhooks.model import Event, EventId

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """As receivers are given it: `whsec_` and Base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def body_of(event: Event) -> str:
    """The JSON that every attempt sends."""
    message = {"type": event.type, "timestamp": event.at.isoformat(), "data": event.data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def headers_of(event_id: EventId, body: str, now: datetime, keys: Sequence[str]) -> dict[str, str]:
    """The id is the same at every attempt, the time is the attempt's; each secret signs."""
    message_id, seconds = f"evt_{event_id.hex}", int(now.timestamp())
    signed = f"{message_id}.{seconds}.{body}".encode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{_signature(key, signed)}" for key in keys),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode("ascii")
