"""Webhooks through HTTP: administrators add, try, change and remove them; secrets are shown once."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import text
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from parley.adapters.database.connection import Database, rows
from parley.bootstrap.database import RunningDatabase
from parley.settings import Settings
from tests.http_servers import serving as serving_http
from tests.web.conftest import Api, Person, serving


@dataclass
class Hall:
    """A server that may reach one receiver, and what that receiver got."""

    api: Api
    url: str
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)
    status: int = 204

    async def answer(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.text()))
        return web.Response(status=self.status)

    async def hooked(self, owner: Person, **body: Any) -> dict[str, Any]:
        return await owner.made(f"/workspaces/{owner.workspace}/webhooks", {"url": self.url, **body})


@pytest.fixture
async def hall(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> AsyncIterator[Hall]:
    async with _hall(settings_of, running_database) as opened:
        yield opened


@asynccontextmanager
async def _hall(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> AsyncIterator[Hall]:
    allowed: set[str] = set()
    async with serving_http(allowed) as serve:
        hall: Hall

        async def answer(request: web.Request) -> web.Response:
            return await hall.answer(request)

        url = await serve(answer)
        settings = settings_of(webhook_allowed_hosts=",".join(allowed))
        async with serving(settings, running_database) as api:
            hall = Hall(api, f"{url}/hook")
            yield hall


async def test_a_webhook_is_added_tried_changed_and_removed(hall: Hall, database: Database) -> None:
    owner = await hall.api.sign_up()
    path = f"/workspaces/{owner.workspace}/webhooks"
    made = await hall.hooked(owner, events=["document.ready"], description="Ours")
    webhook, secret = made["webhook"], made["secret"]
    assert secret.startswith("whsec_")
    assert (webhook["enabled"], webhook["events"], webhook["description"]) == (
        True,
        ["document.ready"],
        "Ours",
    )

    tried = (await owner.post(f"{path}/{webhook['id']}/test")).json()
    assert (tried["type"], tried["state"], tried["status"]) == ("webhook.test", "delivered", 204)
    headers, body = hall.got[0]
    message = Webhook(secret).verify(body, headers)
    assert message["data"] == {"workspace_id": owner.workspace, "webhook_id": webhook["id"]}
    listed = (await owner.get(f"{path}/{webhook['id']}/deliveries")).json()["items"]
    assert listed == [tried]
    assert headers["webhook-id"] == tried["message_id"]

    changed = await owner.patch(f"{path}/{webhook['id']}", {"enabled": False, "events": ["import.finished"]})
    assert (changed.json()["enabled"], changed.json()["events"]) == (False, ["import.finished"])
    found = (await owner.get(path)).json()
    assert found["items"] == [changed.json()]
    assert "document.ready" in found["events"]
    assert "webhook.test" not in found["events"]

    async with database.begin_platform() as tx:
        kept = str(await rows(tx, text("SELECT * FROM webhooks")))
        audit = await rows(tx, text("SELECT action, detail FROM audit_log WHERE action LIKE 'webhook%'"))
    assert [entry.action for entry in audit] == ["webhook.created", "webhook.tested", "webhook.changed"]
    for told in (str(found), str(listed), kept, str(audit), str(hall.api.log.events)):
        assert secret not in told
    assert hall.url not in str(audit)

    assert (await owner.delete(f"{path}/{webhook['id']}")).status_code == 204
    assert (await owner.get(path)).json()["items"] == []
    for reply in (
        await owner.delete(f"{path}/{webhook['id']}"),
        await owner.post(f"{path}/{webhook['id']}/test"),
        await owner.post(f"{path}/{webhook['id']}/secret"),
        await owner.patch(f"{path}/{webhook['id']}", {}),
        await owner.get(f"{path}/{webhook['id']}/deliveries"),
    ):
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


async def test_a_rotated_secret_is_shown_once_and_both_sign(hall: Hall) -> None:
    owner = await hall.api.sign_up()
    made = await hall.hooked(owner)
    path = f"/workspaces/{owner.workspace}/webhooks/{made['webhook']['id']}"
    rotated = (await owner.post(f"{path}/secret")).json()
    assert rotated["secret"] != made["secret"]
    assert rotated["webhook"]["former_secret_until"] is not None
    await owner.post(f"{path}/test")
    headers, body = hall.got[0]
    for secret in (made["secret"], rotated["secret"]):
        Webhook(secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 44).verify(body, headers)


async def test_a_test_that_fails_says_why(hall: Hall) -> None:
    owner = await hall.api.sign_up()
    made = await hall.hooked(owner)
    hall.status = 500
    tried = (await owner.post(f"/workspaces/{owner.workspace}/webhooks/{made['webhook']['id']}/test")).json()
    assert (tried["state"], tried["status"], tried["error"]) == (
        "failed",
        500,
        "The receiver answered with HTTP 500.",
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://169.254.169.254/"}, "webhook_unusable"),
        ({"url": "http://localhost/"}, "webhook_unusable"),
        ({"url": "nonsense"}, "webhook_unusable"),
        ({"url": "https://user:secret@example.org/"}, "webhook_unusable"),
        ({"url": "https://1.1.1.1/", "events": []}, "invalid_request"),
        ({"url": "https://1.1.1.1/", "events": ["webhook.test"]}, "invalid_request"),
        ({"url": "https://1.1.1.1/", "events": ["document.read"]}, "invalid_request"),
        ({"url": "https://1.1.1.1/", "secret": "mine"}, "invalid_request"),
    ],
)
async def test_what_cannot_be_a_webhook_is_refused(hall: Hall, body: dict[str, Any], code: str) -> None:
    owner = await hall.api.sign_up()
    path = f"/workspaces/{owner.workspace}/webhooks"
    reply = await owner.post(path, body)
    assert (reply.status_code, reply.json()["code"]) == (422, code)
    made = await hall.hooked(owner)
    if code == "webhook_unusable":
        changed = await owner.patch(f"{path}/{made['webhook']['id']}", body)
        assert changed.json()["code"] == code


async def test_a_workspace_has_so_many_webhooks_at_most(hall: Hall) -> None:
    owner = await hall.api.sign_up()
    for _ in range(20):
        await hall.hooked(owner)
    reply = await owner.post(f"/workspaces/{owner.workspace}/webhooks", {"url": hall.url})
    assert (reply.status_code, reply.json()["code"]) == (409, "too_many_webhooks")


async def test_documents_and_collections_are_told_in_their_own_transactions(
    hall: Hall, database: Database
) -> None:
    owner = await hall.api.sign_up()
    await hall.hooked(owner)
    collection = await owner.made(f"/workspaces/{owner.workspace}/collections", {"name": "C"})
    path = f"/collections/{collection['id']}"
    sent = await owner.post(f"{path}/documents", {"text": "Words.", "name": "Note"})
    document = sent.json()["items"][0]["document"]
    await owner.delete(f"/documents/{document['id']}")
    await owner.delete(path)
    async with database.begin_platform() as tx:
        told = await rows(
            tx, text("SELECT type, CAST(body AS json)->'data' AS data FROM webhook_events ORDER BY id")
        )
    assert [each.type for each in told] == ["document.removed", "collection.removed"]
    assert (told[0].data["document_id"], told[0].data["name"]) == (document["id"], "Note")
    assert (told[1].data["collection_id"], told[1].data["name"]) == (collection["id"], "C")
