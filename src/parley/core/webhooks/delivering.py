"""Delivers events to webhooks: at least once, with growing delays, until a webhook has failed for days."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.ids import WorkspaceId
from parley.core.kernel.secrets import SecretBox, SecretUnreadable
from parley.core.kernel.telemetry import Log
from parley.core.kernel.transactions import Transactions
from parley.core.webhooks.model import Attempt, DeliveryState, DueDelivery, SealedSecrets, Settlement
from parley.core.webhooks.ports import DeliveryQueue, WebhookSender
from parley.core.webhooks.signing import headers_of

_GONE = 410
"""By the convention: the receiver wants no more."""


@dataclass(frozen=True, slots=True)
class DeliveryLimits:
    delays_s: tuple[float, ...] = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800)
    """Before the second attempt, the third and so on: about a day in all. After the last one a delivery has
    failed."""
    hold_s: float = 1.0
    """How long a webhook is let alone after a failure; doubles with each, up to `longest_hold_s`."""
    longest_hold_s: float = 60.0
    disabled_after: timedelta = timedelta(days=5)
    """Of failures alone."""
    waiting: int = 10_000
    """For one webhook; past it the webhook is disabled."""
    kept: timedelta = timedelta(days=14)
    at_once: int = 32
    at_once_for_each_workspace: int = 4
    lease_s: float = 30.0
    """Longer than the sender's deadline. What a worker that died was at is tried again after it."""
    poll_s: float = 1.0
    housekeeping_s: float = 60.0


class WebhookDispatcher:
    """`run()` must be running for anything to be delivered; each attempt is a task that it owns."""

    def __init__(
        self,
        transactions: Transactions,
        queue: DeliveryQueue,
        sender: WebhookSender,
        secrets: SecretBox,
        telemetry: tuple[Clock, Log],
        limits: DeliveryLimits,
    ) -> None:
        self._transactions = transactions
        self._queue = queue
        self._sender = sender
        self._secrets = secrets
        self._clock, self._log = telemetry
        self._limits = limits
        self._running: Counter[WorkspaceId] = Counter()
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Until it is cancelled; an attempt that this cuts off is made again."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_house_forever())
            while True:
                self._ended.clear()
                for delivery in await self._taken():
                    self._running[delivery.workspace_id] += 1
                    tasks.create_task(self._deliver(delivery))
                await self._some_time_or_an_end()

    async def _taken(self) -> tuple[DueDelivery, ...]:
        free = self._limits.at_once - self._running.total()
        if free <= 0:
            return ()
        try:
            async with self._transactions.begin_platform() as tx:
                return await self._queue.take(
                    tx,
                    most=free,
                    for_each_workspace=self._limits.at_once_for_each_workspace,
                    busy=tuple(self._running),
                    lease_s=self._limits.lease_s,
                )
        except ParleyError as error:
            self._log.warning("webhooks.not_taken", code=error.code, detail=error.detail)
            return ()

    async def _some_time_or_an_end(self) -> None:
        try:
            async with asyncio.timeout(self._limits.poll_s):
                await self._ended.wait()
        except TimeoutError:
            pass

    async def _deliver(self, delivery: DueDelivery) -> None:
        try:
            attempt = await self._attempt(delivery)
            settlement = self._settlement(delivery, attempt)
            async with self._transactions.begin_platform(delivery.workspace_id) as tx:
                settled = await self._queue.settle(tx, delivery, attempt, settlement)
            self._log.info(
                "webhook.attempted",
                webhook_id=str(delivery.webhook_id),
                event_id=str(delivery.event_id),
                attempt=delivery.attempt,
                status=attempt.status,
                delivered=attempt.succeeded,
                settled=settled,
            )
        except ParleyError as error:  # it is due again when its lease has run out
            self._log.warning("webhook.not_settled", code=error.code, detail=error.detail)
        finally:
            self._running[delivery.workspace_id] -= 1
            self._running += Counter()  # forgets those that are at nought
            self._ended.set()

    async def _attempt(self, delivery: DueDelivery) -> Attempt:
        now = self._clock.now()
        try:
            keys = opened(self._secrets, f"webhooks:{delivery.webhook_id}", delivery.secrets, self._clock)
        except SecretUnreadable as error:
            return Attempt(None, f"{error.detail} {error.hint}", 0)
        headers = headers_of(delivery.event_id, delivery.body, now, keys)
        return await self._sender.send(delivery.url, headers, delivery.body)

    def _settlement(self, delivery: DueDelivery, attempt: Attempt) -> Settlement:
        if attempt.succeeded:
            return Settlement(DeliveryState.DELIVERED)
        now, limits = self._clock.now(), self._limits
        since = delivery.failing_since or now
        reason = ""
        if attempt.status == _GONE:
            reason = "The receiver answered with HTTP 410 (Gone): it wants no more."
        elif now - since >= limits.disabled_after:
            reason = f"Every delivery since {since:%Y-%m-%d %H:%M} UTC has failed. {attempt.error}"
        last = delivery.attempt > len(limits.delays_s)
        if last or reason:
            state, due_at = DeliveryState.FAILED, None
        else:
            # Spread, so that what failed together does not come back together.
            spread = 0.9 + 0.2 * (delivery.id.int % 1_000 / 1_000)
            delay_s = limits.delays_s[delivery.attempt - 1] * spread
            state, due_at = DeliveryState.WAITING, now + timedelta(seconds=delay_s)
        hold_s = min(limits.hold_s * 2 ** min(delivery.failures, 20), limits.longest_hold_s)
        return Settlement(state, due_at, since, now + timedelta(seconds=hold_s), reason)

    async def _keep_house_forever(self) -> None:
        limits = self._limits
        reason = f"More than {limits.waiting:,} deliveries waited for it."
        while True:
            before = self._clock.now() - limits.kept
            try:
                async with self._transactions.begin_platform() as tx:
                    disabled = await self._queue.tidy(
                        tx, before=before, most_waiting=limits.waiting, reason=reason
                    )
                if disabled:
                    self._log.warning("webhooks.disabled", count=disabled, reason=reason)
            except ParleyError as error:
                self._log.warning("webhooks.not_tidied", code=error.code, detail=error.detail)
            await asyncio.sleep(limits.housekeeping_s)


def opened(secrets: SecretBox, place: str, sealed: SealedSecrets, clock: Clock) -> list[str]:
    """The secrets to sign with, the current one first. Raises SecretUnreadable."""
    keys = [secrets.open(sealed.current, place)]
    if sealed.former is not None and sealed.former_until is not None and clock.now() < sealed.former_until:
        keys.append(secrets.open(sealed.former, place))
    return keys
