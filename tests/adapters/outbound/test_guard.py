"""Which addresses Parley may reach for others: the open internet, and what the administrator names."""

from ipaddress import ip_address

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.adapters.outbound.errors import AddressRefused, FetchFailed
from parley.adapters.outbound.guard import AddressGuard, is_public, web_address

INNER = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
    *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2002::/16"),
    *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
]

# Ways of writing addresses of this machine, of its network and of a cloud's metadata.
HOSTILE = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://127.0.0.1.:80/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://172.31.255.255/",
    "http://user@127.0.0.1/",
    "http://example.org:80@127.0.0.1/",
    "http://user:secret@1.1.1.1/",
    "http://1.1.1.1:22/",
    "http://1.1.1.1:0/",
    "http://1.1.1.1:5432/",
    "https://1.1.1.1:6379/",
    "ftp://1.1.1.1/",
    "file:///etc/passwd",
    "gopher://1.1.1.1/",
    "//1.1.1.1/",
    "/etc/passwd",
    "http://",
]


@pytest.mark.parametrize("url", HOSTILE)
async def test_a_hostile_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await AddressGuard().target(web_address(url))


@given(st.sampled_from(INNER).flatmap(lambda network: st.ip_addresses(network=network)))
def test_no_address_of_an_inner_network_is_public(address: object) -> None:
    assert not is_public(ip_address(str(address)))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.0", "2606:4700:4700::1111", "2a00::1"]
)
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["2606:4700::1", "::1"], ["1.1.1.1", "fe80::1%eth0"], ["x"]],
)
async def test_a_name_is_refused_when_one_of_its_addresses_is_inside(addresses: list[str]) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return addresses

    with pytest.raises(AddressRefused) as refused:
        await AddressGuard(resolve=resolve).target(httpx2.URL("https://rebound.example/"))
    assert addresses[-1] not in refused.value.detail.replace("rebound.example", "")


async def test_a_name_that_does_not_exist_is_no_refusal() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(FetchFailed, match=r"no host named nowhere\.example"):
        await AddressGuard(resolve=resolve).target(httpx2.URL("https://nowhere.example/"))


async def test_a_public_name_gives_the_addresses_that_were_checked() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        assert (host, port) == ("example.org", 443)
        return ["1.1.1.1", "2606:4700::1"]

    target = await AddressGuard(resolve=resolve).target(httpx2.URL("https://EXAMPLE.org./x"))
    assert (target.host, target.port, target.addresses) == ("example.org", 443, ("1.1.1.1", "2606:4700::1"))


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("127.0.0.1:80", "http://127.0.0.1/"),
        ("localhost:9200", "http://LOCALHOST:9200/"),
        ("[::1]:8443", "https://[::1]:8443/"),
    ],
)
async def test_a_place_that_the_administrator_names_may_be_reached(place: str, url: str) -> None:
    target = await AddressGuard([place]).target(httpx2.URL(url))
    assert target.addresses


@pytest.mark.parametrize("url", ["http://127.0.0.1:81/", "https://127.0.0.1/", "http://127.0.0.2/"])
async def test_an_allowed_place_opens_no_other(url: str) -> None:
    with pytest.raises(AddressRefused):
        await AddressGuard(["127.0.0.1:80"]).target(httpx2.URL(url))
