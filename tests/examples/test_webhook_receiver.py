"""The example receiver takes what Parley signs, once, and nothing else."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from examples.webhook_receiver import receiver
from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.webhooks.http import HttpWebhooks
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.webhooks.model import Attempt, Event, EventId, EventType
from parley.core.webhooks.signing import body_of, headers_of, new_secret

SECRET = new_secret()


@pytest.fixture
def taken() -> list[Any]:
    return []


@pytest.fixture
def port(taken: list[Any]) -> Iterator[int]:
    server = receiver(SECRET, 0, taken.append)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def event() -> Event:
    data = {"name": "Grüße.pdf"}
    return Event(EventId(uuid7()), WorkspaceId(uuid4()), EventType.DOCUMENT_READY, datetime.now(UTC), data)


def send(port: int, headers: dict[str, str], body: str) -> Attempt:
    sender = HttpWebhooks(AddressGuard([f"127.0.0.1:{port}"]))
    return asyncio.run(sender.send(f"http://127.0.0.1:{port}/", headers, body))


def test_an_event_is_taken_once_however_often_it_is_delivered(port: int, taken: list[Any]) -> None:
    happened = event()
    body = body_of(happened)
    for keys in ([SECRET], [new_secret(), SECRET]):
        headers = headers_of(happened.id, body, datetime.now(UTC), keys)
        assert send(port, headers, body).status == 204
    assert [each["data"] for each in taken] == [{"name": "Grüße.pdf"}]


def test_what_is_not_signed_by_parley_or_too_old_is_refused(port: int, taken: list[Any]) -> None:
    happened, now = event(), datetime.now(UTC)
    body = body_of(happened)
    right = headers_of(happened.id, body, now, [SECRET])
    for headers, sent in (
        ({}, body),
        (right, body.replace("Grüße", "Grusse")),
        ({**right, "webhook-id": "evt_other"}, body),
        (headers_of(happened.id, body, now, [new_secret()]), body),
        (headers_of(happened.id, body, now - timedelta(hours=1), [SECRET]), body),
    ):
        assert send(port, headers, sent).status == 401
    assert taken == []
