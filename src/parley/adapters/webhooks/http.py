"""Tells webhooks by HTTP: one guarded POST, whose answer's status alone counts."""

import time
from collections.abc import Mapping

from parley.adapters.outbound.errors import FetchFailed
from parley.adapters.outbound.fetcher import Ask, Fetcher, FetchLimits
from parley.adapters.outbound.guard import AddressGuard, web_address
from parley.core.webhooks.model import Attempt, WebhookUnusable

DEADLINE_S = 10.0


class HttpWebhooks:
    """Implements `WebhookSender`. Keeps no connection from one request to the next."""

    def __init__(self, guard: AddressGuard, *, deadline_s: float = DEADLINE_S) -> None:
        self._guard = guard
        self._fetcher = Fetcher(guard, FetchLimits(whole_s=deadline_s, redirects=0))

    async def check(self, url: str) -> None:
        try:
            await self._guard.target(web_address(url))
        except FetchFailed as error:
            raise WebhookUnusable(error.detail, hint=error.hint) from None

    async def send(self, url: str, headers: Mapping[str, str], body: str) -> Attempt:
        started = time.monotonic()
        status, error = None, ""
        ask = Ask(
            url,
            "POST",
            {**headers, "Content-Type": "application/json"},
            body.encode(),
            follow_redirects=False,
        )
        try:
            async with self._fetcher.open(ask) as opened:  # what the answer says is not read
                status = opened.reply.status
                if not opened.reply.is_success:
                    error = f"The receiver answered with HTTP {status}."
        except FetchFailed as failure:
            error = failure.detail
        return Attempt(status, error, round((time.monotonic() - started) * 1_000))
