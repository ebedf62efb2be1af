"""Events reach webhooks: signed, at least once, with the same id, and without one holding up another."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from parley.adapters.database.connection import Database, DatabaseConfig
from parley.adapters.outbound.guard import AddressGuard
from parley.core.webhooks.model import DeliveryState, EventType, SealedSecrets, Webhook
from parley.core.webhooks.signing import new_secret
from tests.core.webhooks.conftest import Inbox, Post, new_scope, until
from tests.http_servers import Serve


async def settled(post: Post, webhook: Webhook, count: int = 1) -> None:
    """Until that many deliveries wait no more."""
    async with asyncio.timeout(60):
        while True:
            states = [each.state for each in await post.deliveries(webhook)]
            if len(states) == count and DeliveryState.WAITING not in states:
                return
            await asyncio.sleep(0.01)


async def test_an_event_arrives_signed_so_that_the_conventions_library_verifies_it(
    post: Post, serve: Serve
) -> None:
    inbox = Inbox()
    webhook, secret = await post.listen(await serve(inbox.answer))
    await post.happen()
    async with post.dispatching():
        await settled(post, webhook)
    (message,) = inbox.opened(secret)
    (headers, body) = inbox.got[0]
    assert (message["type"], message["data"]) == ("document.ready", {"name": "Gruß.pdf"})
    assert datetime.fromisoformat(str(message["timestamp"])).tzinfo is not None
    assert (headers["Content-Type"], headers["User-Agent"][:7]) == ("application/json", "Parley/")
    (delivery,) = await post.deliveries(webhook)
    assert (delivery.state, delivery.status, delivery.attempts) == (DeliveryState.DELIVERED, 200, 1)
    assert headers["webhook-id"] == f"evt_{delivery.event_id.hex}"
    inbox.got[0] = (headers, body.replace("Gruß", "Gruss"))
    with pytest.raises(WebhookVerificationError):
        inbox.opened(secret)


async def test_a_failed_attempt_is_made_again_with_the_same_id(post: Post, serve: Serve) -> None:
    inbox = Inbox([500, 302, 204])
    webhook, secret = await post.listen(await serve(inbox.answer))
    await post.happen()
    async with post.dispatching():
        await settled(post, webhook)
    assert len(inbox.opened(secret)) == 3
    assert len({headers["webhook-id"] for headers, _ in inbox.got}) == 1
    (delivery,) = await post.deliveries(webhook)
    assert (delivery.state, delivery.attempts, delivery.error) == (DeliveryState.DELIVERED, 3, "")
    assert (await post.webhook(webhook)).failing_since is None


async def test_after_the_last_attempt_it_has_failed_with_the_reason(post: Post, serve: Serve) -> None:
    inbox = Inbox([503])
    webhook, _ = await post.listen(await serve(inbox.answer))
    await post.happen()
    async with post.dispatching():
        await settled(post, webhook)
    (delivery,) = await post.deliveries(webhook)
    assert (delivery.state, delivery.attempts, delivery.status) == (DeliveryState.FAILED, 4, 503)
    assert delivery.error == "The receiver answered with HTTP 503."
    assert delivery.next_attempt_at is None
    assert (await post.webhook(webhook)).failing_since is not None
    assert (await post.webhook(webhook)).enabled


async def test_attempts_come_at_growing_distances(post: Post, serve: Serve) -> None:
    inbox = Inbox([500])
    webhook, _ = await post.listen(await serve(inbox.answer))
    await post.happen()
    async with post.dispatching(delays_s=(3_600.0,)):
        await until(lambda: post.log.said("webhook.attempted"))
    (delivery,) = await post.deliveries(webhook)
    assert delivery.state is DeliveryState.WAITING
    assert delivery.next_attempt_at is not None
    assert delivery.next_attempt_at - datetime.now(UTC) > timedelta(minutes=50)


async def test_webhooks_are_told_of_what_they_chose_and_only_while_enabled(post: Post, serve: Serve) -> None:
    inbox = Inbox()
    url = await serve(inbox.answer)
    webhook, secret = await post.listen(url, EventType.DOCUMENT_FAILED, EventType.IMPORT_FINISHED)
    disabled, _ = await post.listen(url, EventType.DOCUMENT_FAILED, enabled=False)
    await post.happen(EventType.DOCUMENT_READY, EventType.DOCUMENT_FAILED, EventType.IMPORT_FINISHED)
    async with post.dispatching():
        await settled(post, webhook, 2)
    assert {message["type"] for message in inbox.opened(secret)} == {"document.failed", "import.finished"}
    assert await post.deliveries(disabled) == ()


async def test_what_is_rolled_back_is_not_told(post: Post, serve: Serve) -> None:
    inbox = Inbox()
    webhook, _ = await post.listen(await serve(inbox.answer))
    with suppress(ZeroDivisionError):
        async with post.database.begin(post.scope) as tx:
            await post.outbox.put(tx, [post.event()])
            raise ZeroDivisionError
    assert await post.deliveries(webhook) == ()


async def test_another_workspace_hears_nothing(post: Post, serve: Serve) -> None:
    inbox = Inbox()
    theirs = replace(post, scope=await new_scope(post.database))
    webhook, _ = await theirs.listen(await serve(inbox.answer))
    await post.happen()
    assert await theirs.deliveries(webhook) == ()


async def test_a_receiver_that_is_gone_is_not_told_again(post: Post, serve: Serve) -> None:
    inbox = Inbox([410])
    webhook, _ = await post.listen(await serve(inbox.answer))
    await post.happen()
    async with post.dispatching():
        await settled(post, webhook)
    found = await post.webhook(webhook)
    assert (found.enabled, "410" in found.disabled_reason) == (False, True)
    await post.happen()
    assert len(await post.deliveries(webhook)) == 1


async def test_a_webhook_that_fails_for_days_is_disabled_with_the_reason(post: Post, serve: Serve) -> None:
    inbox = Inbox([500])
    webhook, _ = await post.listen(await serve(inbox.answer))
    await post.run("UPDATE webhooks SET failing_since = now() - interval '6 days', failures = 9")
    await post.happen(EventType.DOCUMENT_READY, EventType.DOCUMENT_READY)
    async with post.dispatching():
        await until(lambda: inbox.got)
        async with asyncio.timeout(60):
            while (await post.webhook(webhook)).enabled:  # noqa: ASYNC110 - changed by another task
                await asyncio.sleep(0.01)
    found = await post.webhook(webhook)
    assert "has failed" in found.disabled_reason
    assert "HTTP 500" in found.disabled_reason
    async with post.dispatching():
        await settled(post, webhook, 2)


@pytest.mark.parametrize("kept_secret", [True, False])
async def test_after_a_rotation_both_secrets_sign_for_a_day(
    post: Post, serve: Serve, *, kept_secret: bool
) -> None:
    inbox = Inbox()
    webhook, former = await post.listen(await serve(inbox.answer))
    current = new_secret()
    seal = partial(post.secrets.seal, context=webhook.secret_place)
    until_then = datetime.now(UTC) + timedelta(hours=1 if kept_secret else -1)
    async with post.database.begin_platform(post.scope.workspace_id) as tx:
        await post.webhooks.rotate(tx, webhook.id, SealedSecrets(seal(current), seal(former), until_then))
    await post.happen()
    async with post.dispatching():
        await settled(post, webhook)
    assert len(inbox.opened(current)) == 1
    if kept_secret:
        assert len(inbox.opened(former)) == 1
    else:
        with pytest.raises(WebhookVerificationError):
            inbox.opened(former)


async def test_what_a_dead_worker_was_at_is_delivered_by_another(post: Post, serve: Serve) -> None:
    inbox = Inbox()
    webhook, secret = await post.listen(await serve(inbox.answer))
    await post.happen()
    async with post.database.begin_platform() as tx:  # taken, and never settled
        (taken,) = await post.outbox.take(tx, most=9, for_each_workspace=9, busy=(), lease_s=0.05)
    async with post.dispatching():
        await settled(post, webhook)
    assert len(inbox.opened(secret)) == 1
    (delivery,) = await post.deliveries(webhook)
    assert (taken.attempt, delivery.attempts) == (1, 2)


async def test_a_receiver_that_hangs_holds_up_no_other_workspace(post: Post, serve: Serve) -> None:
    slow, quick = Inbox(pause=asyncio.Event()), Inbox()
    hanging, _ = await post.listen(await serve(slow.answer))
    theirs = replace(post, scope=await new_scope(post.database))
    webhook, _ = await theirs.listen(await serve(quick.answer))
    for _ in range(10):
        await post.happen()
    async with post.dispatching(at_once=6, at_once_for_each_workspace=4):
        await until(lambda: len(slow.got) == 4)
        await theirs.happen()
        await settled(theirs, webhook)
        assert len(slow.got) == 4
        assert slow.pause is not None
        slow.pause.set()
        await settled(post, hanging, 10)


async def test_a_failing_webhook_is_let_alone_for_a_while(post: Post, serve: Serve) -> None:
    inbox = Inbox([500])
    webhook, _ = await post.listen(await serve(inbox.answer))
    await post.happen()
    async with post.dispatching(hold_s=3_600.0, longest_hold_s=3_600.0):
        await until(lambda: post.log.said("webhook.attempted"))
    await post.happen()
    async with post.database.begin_platform() as tx:
        assert await post.outbox.take(tx, most=9, for_each_workspace=9, busy=(), lease_s=1) == ()
    assert [each.state for each in await post.deliveries(webhook)] == [DeliveryState.WAITING] * 2


async def test_an_address_of_the_inner_network_is_never_spoken_to(post: Post, serve: Serve) -> None:
    inbox = Inbox()
    webhook, _ = await post.listen(await serve(inbox.answer))
    post.guard = AddressGuard()
    await post.happen()
    async with post.dispatching():
        await settled(post, webhook)
    assert inbox.got == []
    (delivery,) = await post.deliveries(webhook)
    assert "Parley may not use port" in delivery.error


async def test_a_secret_of_another_server_key_says_so(post: Post, serve: Serve) -> None:
    inbox = Inbox()
    webhook, _ = await post.listen(await serve(inbox.answer))
    await post.run("UPDATE webhooks SET sealed = CAST('x' AS bytea)")
    await post.happen()
    async with post.dispatching():
        await settled(post, webhook)
    assert inbox.got == []
    (delivery,) = await post.deliveries(webhook)
    assert "PARLEY_SECRET_KEY" in delivery.error


async def test_too_much_that_waits_disables_the_webhook_and_old_events_are_forgotten(
    post: Post, serve: Serve
) -> None:
    inbox = Inbox([500])
    webhook, _ = await post.listen(await serve(inbox.answer))
    other, _ = await post.listen(await serve(inbox.answer), EventType.DOCUMENT_FAILED)
    await post.happen(*[EventType.DOCUMENT_READY] * 4)
    await post.happen(*[EventType.DOCUMENT_FAILED] * 2)
    async with post.dispatching(waiting=3, at_once_for_each_workspace=1, delays_s=(3_600.0,)):
        await until(lambda: post.log.said("webhooks.disabled"))
    assert (await post.webhook(webhook)).disabled_reason == "More than 3 deliveries waited for it."
    assert (await post.webhook(other)).enabled
    assert {each.state for each in await post.deliveries(webhook)} == {DeliveryState.FAILED}
    async with post.database.begin_platform() as tx:
        later = datetime.now(UTC) + timedelta(days=1)
        await post.outbox.tidy(tx, before=later, most_waiting=3, reason="")
    assert await post.deliveries(webhook) == ()
    assert len(await post.deliveries(other)) == 2, "what waits is kept"


async def test_the_dispatcher_outlives_a_database_that_is_away(post: Post) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    nowhere = Database(DatabaseConfig(url, url, connect_timeout_s=1.0, pool_timeout_s=1.0))
    away = replace(post, database=nowhere)
    async with away.dispatching(housekeeping_s=0.01):
        await until(lambda: away.log.said("webhooks.not_taken") and away.log.said("webhooks.not_tidied"))
    await nowhere.close()
