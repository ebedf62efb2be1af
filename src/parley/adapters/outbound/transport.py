"""An HTTP transport that connects to the very address that was checked, and not to a later answer of DNS."""

import ssl
from collections.abc import AsyncIterable, AsyncIterator
from functools import cache

import httpx2

from parley.adapters.outbound.guard import AddressGuard

_MOST_ADDRESSES = 3


@cache
def tls() -> ssl.SSLContext:
    """One for all: reading the certificates of the system costs tens of milliseconds."""
    return ssl.create_default_context()


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Every request passes the guard, redirects too. Certificates are those of the name in the URL.

    `reuse_connections` only where all requests go to one host: connections are pooled by address, and one
    made for another name of the same address was checked against that name's certificate.
    `most_bytes` of a reply, for clients that bound nothing themselves; compressed ones are then refused.
    """

    def __init__(
        self, guard: AddressGuard, *, reuse_connections: bool, most_bytes: int | None = None
    ) -> None:
        self._guard = guard
        self._most_bytes = most_bytes
        kept = None if reuse_connections else 0
        self._inner = httpx2.AsyncHTTPTransport(
            verify=tls(), trust_env=False, limits=httpx2.Limits(max_keepalive_connections=kept)
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        target = await self._guard.target(request.url)
        *others, last = target.addresses[:_MOST_ADDRESSES]
        for address in others:
            try:
                return self._bounded(
                    await self._inner.handle_async_request(_sent_to(address, target.host, request))
                )
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue  # nothing was sent yet
        return self._bounded(await self._inner.handle_async_request(_sent_to(last, target.host, request)))

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _bounded(self, response: httpx2.Response) -> httpx2.Response:
        if self._most_bytes is None:
            return response
        # Without the header nothing is decompressed; a body that was compressed all the same makes no sense.
        headers = [(name, value) for name, value in response.headers.raw if name != b"content-encoding"]
        return httpx2.Response(
            response.status_code,
            headers=headers,
            stream=_Bounded(response.stream, self._most_bytes),
            extensions=response.extensions,
        )


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: AsyncIterable[bytes] | object, most_bytes: int) -> None:
        assert isinstance(stream, httpx2.AsyncByteStream)  # noqa: S101 - for the type checker
        self._stream = stream
        self._most_bytes = most_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._stream:
            size += len(part)
            if size > self._most_bytes:
                raise httpx2.ReadError(f"The reply is larger than {self._most_bytes >> 20} MiB.")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def _sent_to(address: str, host: str, request: httpx2.Request) -> httpx2.Request:
    """`request`, whose headers name its host already, on its way to `address`."""
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )
