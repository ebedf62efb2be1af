"""Decides which addresses may be spoken to, so that no page, API or person leads into the inner network."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx2

from parley.adapters.outbound.errors import AddressRefused, FetchFailed

IpAddress = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Collection[str]]]
"""The addresses of a host, all of them. Raises OSError when there are none."""

PORTS = frozenset({80, 443, 8080, 8443})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_RESOLVE_S = 10.0

# Written out, since what `ipaddress` calls global differs between versions of Python.
_REFUSED_V4 = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # metadata of a cloud, at a public address
        "169.254.0.0/16",  # link-local, with the metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = ip_network("2000::/3")
"""Everything else of IPv6 is loopback, private, multicast, or stands for an IPv4 address (mapped, NAT64)."""
_REFUSED_V6 = tuple(
    ip_network(network)
    for network in (
        "2001::/23",  # protocol assignments, with Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: stands for an IPv4 address
        "3fff::/20",  # documentation
    )
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes, checked: `addresses` are those of `host`, in the order to try them."""

    host: str
    port: int
    addresses: tuple[str, ...]


def web_address(text: str) -> httpx2.URL:
    """Raises AddressRefused where it is none."""
    try:
        return httpx2.URL(text)
    except (httpx2.InvalidURL, UnicodeError):
        raise AddressRefused("That is not a web address.", hint="Give one such as https://…") from None


def is_public(address: IpAddress) -> bool:
    """Whether it belongs to the open internet alone."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _REFUSED_V6)


async def resolve_by_system(host: str, port: int) -> Collection[str]:
    """As every program of this machine would, so that what is checked is what would have been reached."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class AddressGuard:
    """`allowed` holds `host:port` of places that may be reached wherever they are; `setting` is what the
    administrator says them with."""

    def __init__(
        self, allowed: Collection[str] = (), resolve: Resolve = resolve_by_system, *, setting: str = ""
    ) -> None:
        self._allowed = frozenset(place.lower() for place in allowed)
        self._resolve = resolve
        self._way_out = (
            f"The server's administrator may allow a place with {setting}."
            if setting
            else "Use another address."
        )

    async def target(self, url: httpx2.URL) -> Target:
        """Raises AddressRefused unless everything about `url` is harmless, every address of its host too."""
        host = _host_of(url)
        port = _DEFAULT_PORTS[url.scheme] if url.port is None else url.port
        allowed = f"{host}:{port}" in self._allowed
        if not (allowed or port in PORTS):
            raise AddressRefused(
                f"Parley may not use port {port}; it may use {_listed(PORTS)}.", hint=self._way_out
            )
        try:
            async with asyncio.timeout(_RESOLVE_S):
                addresses = tuple(await self._resolve(host.strip("[]"), port))
        except TimeoutError:
            raise FetchFailed(f"Looking up {host} took more than {_RESOLVE_S:g} seconds.") from None
        except (OSError, UnicodeError):
            raise FetchFailed(f"There is no host named {host}.", hint="Check the address.") from None
        if not addresses:
            raise FetchFailed(f"The host {host} has no address.", hint="Check the address.")
        if not (allowed or all(map(_may_be_reached, addresses))):
            # Which address it has is not said: that would map the inner network for whoever asks.
            raise AddressRefused(
                f"{host} is not on the open internet; Parley may not reach it.", hint=self._way_out
            )
        return Target(host.strip("[]"), port, addresses)


def _host_of(url: httpx2.URL) -> str:
    """The host as it is looked up, lower case; IPv6 in brackets."""
    if url.scheme not in _DEFAULT_PORTS:
        raise AddressRefused(
            f"Parley may not use {url.scheme or 'an address without a scheme'}, only http(s)."
        )
    if url.userinfo:
        raise AddressRefused("The address holds a user name or password; Parley sends neither.")
    host = url.raw_host.decode("ascii").lower().rstrip(".")
    if not host:
        raise AddressRefused("The address names no host.")
    return f"[{host}]" if ":" in host else host


def _may_be_reached(address: str) -> bool:
    try:
        return is_public(ip_address(address))
    except ValueError:  # such as an address with a zone, which is link-local
        return False


def _listed(ports: Collection[int]) -> str:
    return ", ".join(map(str, sorted(ports)))
