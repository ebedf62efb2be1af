"""Fetching: only to checked addresses, redirects too, within limits, and with nothing that is secret."""

import asyncio
import gzip
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from parley.adapters.outbound.errors import AddressRefused, FetchFailed
from parley.adapters.outbound.fetcher import Ask, Fetcher, FetchLimits
from parley.adapters.outbound.guard import AddressGuard
from parley.adapters.outbound.transport import tls
from parley.core.kernel.transactions import marked_as_open
from tests.http_servers import Serve


async def test_a_reply_comes_with_its_type_and_address(fetcher: Fetcher, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="Grüße", content_type="text/plain", charset="latin-1")

    url = await serve(answer)
    reply = await fetcher.send(Ask(f"{url}/a?b=c"))
    assert (reply.url, reply.status, reply.media_type) == (f"{url}/a?b=c", 200, "text/plain")
    assert reply.text() == "Grüße"


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "unicode-escape", "zip", "no-such"])
async def test_what_is_no_charset_of_the_web_is_read_as_utf_8(
    fetcher: Fetcher, serve: Serve, charset: str
) -> None:
    """Python decodes punycode in quadratic time: a page of a megabyte would stop the server for minutes."""
    page = "Grüße-" + "abcdefg9" * 100_000

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=page.encode(), headers={"Content-Type": f"text/plain; charset={charset}"})

    reply = await fetcher.send(Ask(await serve(answer)))
    assert reply.text() == page


async def test_a_server_of_this_machine_is_not_reached(serve: Serve) -> None:
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(text="secret")

    url = await serve(answer)
    strict = Fetcher(AddressGuard())
    with pytest.raises(AddressRefused):
        await strict.send(Ask(url))
    await strict.close()
    assert seen == []


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:1/",
        "//127.0.0.2:80/",
        "http://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "http://user:password@1.1.1.1/",
    ],
)
async def test_a_redirect_into_the_inner_network_is_refused(
    fetcher: Fetcher, serve: Serve, location: str
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": location})

    url = await serve(answer)
    with pytest.raises(AddressRefused):
        await fetcher.send(Ask(url))


async def test_five_redirects_are_followed_and_a_sixth_is_not(fetcher: Fetcher, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        left = int(request.path.strip("/"))
        if left:
            return web.Response(status=307, headers={"Location": f"/{left - 1}", "Set-Cookie": "a=b"})
        assert "Cookie" not in request.headers
        return web.Response(text="there")

    url = await serve(answer)
    reply = await fetcher.send(Ask(f"{url}/5"))
    assert (reply.text(), reply.url) == ("there", f"{url}/0")
    with pytest.raises(FetchFailed, match="more than 5 times"):
        await fetcher.send(Ask(f"{url}/6"))


async def test_headers_that_may_be_secret_do_not_follow_a_redirect(fetcher: Fetcher, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    url = await serve(answer)
    with pytest.raises(FetchFailed, match="is not followed"):
        await fetcher.send(Ask(url, headers={"Authorization": "x"}, follow_redirects=False))


async def test_the_connection_goes_to_the_address_that_was_checked(serve: Serve, allowed: set[str]) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=request.headers["Host"])

    port = (await serve(answer)).rpartition(":")[2]
    asked = 0

    async def rebinding(host: str, port: int) -> list[str]:
        nonlocal asked
        asked += 1
        return ["127.0.0.1"] if asked == 1 else ["127.0.0.99"]

    fetcher = Fetcher(AddressGuard([f"rebinding.example:{port}"], rebinding))
    reply = await fetcher.send(Ask(f"http://rebinding.example:{port}/"))
    await fetcher.close()
    assert (reply.text(), asked) == (f"rebinding.example:{port}", 1)


async def test_an_address_that_does_not_listen_leaves_the_next_to_be_tried(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="there")

    port = (await serve(answer)).rpartition(":")[2]

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.98", "127.0.0.1"]

    fetcher = Fetcher(AddressGuard([f"two.example:{port}"], resolve))
    assert (await fetcher.send(Ask(f"http://two.example:{port}/"))).text() == "there"
    await fetcher.close()


async def test_a_reply_past_the_limit_is_refused(fetcher: Fetcher, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=b"x" * ((1 << 20) + 1))

    with pytest.raises(FetchFailed, match="larger than 1 MiB"):
        await fetcher.send(Ask(await serve(answer)))


async def test_a_reply_can_be_read_as_it_comes(fetcher: Fetcher, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=b"x" * 300_000, headers={"ETag": '"1"'})

    async with fetcher.open(Ask(await serve(answer))) as opened:
        assert (opened.reply.status, opened.reply.body, opened.reply.headers["etag"]) == (200, b"", '"1"')
        sizes = [len(part) async for part in opened.content]
    assert sum(sizes) == 300_000
    assert len(sizes) > 1


async def test_every_address_is_told_before_it_is_asked_and_may_be_refused(
    fetcher: Fetcher, serve: Serve
) -> None:
    asked, told = [], []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/b"})

    async def tell(url: str) -> None:
        told.append(url)
        if url.endswith("/b"):
            raise PermissionError

    url = await serve(answer)
    with pytest.raises(PermissionError):
        async with fetcher.open(Ask(f"{url}/a"), tell):
            pass
    assert (asked, told) == (["/a"], [f"{url}/a", f"{url}/b"])


async def test_what_goes_wrong_with_whoever_reads_is_not_mistaken_for_the_server(
    fetcher: Fetcher, serve: Serve
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="x")

    with pytest.raises(TimeoutError, match="ours"):
        async with fetcher.open(Ask(await serve(answer))):
            raise TimeoutError("ours")


async def test_compressed_replies_are_read_and_bombs_are_not(fetcher: Fetcher, serve: Serve) -> None:
    bodies = {"/small": gzip.compress(b"small"), "/bomb": gzip.compress(b"0" * (64 << 20)), "/bad": b"\x1f"}

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=bodies[request.path] or b"", headers={"Content-Encoding": "gzip"})

    url = await serve(answer)
    assert (await fetcher.send(Ask(f"{url}/small"))).text() == "small"
    with pytest.raises(FetchFailed, match="larger than 1 MiB"):
        await fetcher.send(Ask(f"{url}/bomb"))


async def test_an_encoding_that_nobody_asked_for_is_refused(fetcher: Fetcher, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=b"x", headers={"Content-Encoding": "br"})

    with pytest.raises(FetchFailed, match="compressed as 'br'"):
        await fetcher.send(Ask(await serve(answer)))


async def test_a_type_that_cannot_be_used_is_refused_unread(fetcher: Fetcher, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=b"x", content_type="video/mp4")

    with pytest.raises(FetchFailed, match="answers with video/mp4"):
        await fetcher.send(Ask(await serve(answer), media_types=("text/html",)))


async def test_a_server_that_says_nothing_is_given_up(serve: Serve, guard: AddressGuard) -> None:
    given_up = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x")
        await given_up.wait()
        return response

    quick = Fetcher(guard, FetchLimits(whole_s=0.2))
    with pytest.raises(FetchFailed, match=r"did not answer within 0\.2 seconds"):
        await quick.send(Ask(await serve(answer)))
    given_up.set()
    await quick.close()


async def test_nothing_is_fetched_inside_a_transaction(fetcher: Fetcher) -> None:
    with marked_as_open(), pytest.raises(RuntimeError, match="transaction"):
        await fetcher.send(Ask("https://example.org/"))


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Of `good.example`, by an authority that the system trusts as long as the test lasts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "good.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("good.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    tls.cache_clear()
    yield path
    tls.cache_clear()


async def test_the_certificate_must_be_of_the_name_not_of_the_address(certificate: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="there")

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    application = web.Application()
    application.router.add_get("/", answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = TestServer(application, scheme="https")
    await server.start_server(ssl=context)
    try:
        names = [f"{name}.example:{server.port}" for name in ("good", "other")]
        fetcher = Fetcher(AddressGuard(names, resolve))
        assert (await fetcher.send(Ask(f"https://{names[0]}/"))).text() == "there"
        with pytest.raises(FetchFailed, match="ConnectError"):
            await fetcher.send(Ask(f"https://{names[1]}/"))
        await fetcher.close()
    finally:
        await server.close()
