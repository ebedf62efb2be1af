"""One POST to a webhook: only its status counts, and whatever goes wrong is told and not raised."""

import asyncio

import pytest
from aiohttp import web

from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.webhooks.http import HttpWebhooks
from parley.core.webhooks.model import WebhookUnusable
from tests.http_servers import Serve


@pytest.fixture
def sender(guard: AddressGuard) -> HttpWebhooks:
    return HttpWebhooks(guard, deadline_s=5.0)


async def test_a_status_of_success_is_enough_whatever_the_answer_says(
    sender: HttpWebhooks, serve: Serve
) -> None:
    got: dict[str, str] = {}

    async def answer(request: web.Request) -> web.StreamResponse:
        got.update(method=request.method, body=await request.text(), sent=request.headers["X-Sent"])
        reply = web.StreamResponse(status=202)
        await reply.prepare(request)
        for _ in range(1_000):  # more than anyone wants to read
            await reply.write(b"x" * 10_000)
        return reply

    attempt = await sender.send(await serve(answer), {"X-Sent": "yes"}, '{"a": "ü"}')
    assert (attempt.status, attempt.succeeded) == (202, True)
    assert got == {"method": "POST", "body": '{"a": "ü"}', "sent": "yes"}


@pytest.mark.parametrize(("status", "why"), [(302, "is not followed"), (404, "HTTP 404"), (500, "HTTP 500")])
async def test_any_other_status_is_a_failure(
    sender: HttpWebhooks, serve: Serve, status: int, why: str
) -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    attempt = await sender.send(f"{await serve(answer)}/hook", {}, "{}")
    assert why in attempt.error
    assert asked == ["/hook"]


async def test_a_receiver_that_says_nothing_is_given_up(guard: AddressGuard, serve: Serve) -> None:
    given_up = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await given_up.wait()
        return web.Response()

    attempt = await HttpWebhooks(guard, deadline_s=0.2).send(await serve(answer), {}, "{}")
    given_up.set()
    assert (attempt.status, "did not answer within 0.2 seconds" in attempt.error) == (None, True)


async def test_an_address_of_the_inner_network_is_refused_with_the_setting_that_allows_it() -> None:
    sender = HttpWebhooks(AddressGuard(setting="PARLEY_WEBHOOK_ALLOWED_HOSTS"))
    with pytest.raises(WebhookUnusable, match="PARLEY_WEBHOOK_ALLOWED_HOSTS"):
        await sender.check("http://127.0.0.1:80/")
    with pytest.raises(WebhookUnusable, match="not a web address"):
        await sender.check("http://[x]/")
    attempt = await sender.send("http://127.0.0.1:80/", {}, "{}")
    assert "not on the open internet" in attempt.error
