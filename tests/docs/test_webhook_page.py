"""The receiver on the page about webhooks verifies what Parley sends."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.webhooks.delivering import DeliveryLimits
from parley.core.webhooks.model import Event, EventId, EventType
from parley.core.webhooks.signing import body_of, headers_of, new_secret

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "webhooks.md"


def test_the_example_verifies_a_message_and_refuses_a_forged_one() -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    secret = new_secret()
    now = datetime.now(UTC)
    happened = Event(EventId(uuid7()), WorkspaceId(uuid4()), EventType.DOCUMENT_READY, now, {"name": "ü"})
    body = body_of(happened)
    headers = headers_of(happened.id, body, now, [secret])
    assert names["received"](secret, headers, body.encode())["data"] == {"name": "ü"}
    assert names["received"](new_secret(), headers, body.encode()) is None


def test_the_page_names_every_event_and_the_true_limits() -> None:
    page, limits = PAGE.read_text(), DeliveryLimits()
    assert all(f"`{kind}`" in page for kind in EventType)
    assert 23 < sum(limits.delays_s) / 3_600 < 25
    for told in (f"{limits.waiting:,}", f"{limits.at_once} attempts", f"{limits.disabled_after.days} days"):
        assert told in page
