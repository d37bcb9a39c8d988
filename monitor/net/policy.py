"""Which addresses may be connected to at all; applied to every address after DNS, on every hop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

CACHED = 4096
"""Addresses whose answer is remembered; a regency's sites share a few dozen."""

# IANA's special-purpose address registries (RFC 6890) and the multicast and reserved blocks. 169.254.169.254 and
# fd00:ec2::254, where clouds keep their machines' credentials, are in link-local and unique-local.
REFUSED_V4 = {
    IPv4Network("0.0.0.0/8"): "this network (RFC 791)",
    IPv4Network("10.0.0.0/8"): "private (RFC 1918)",
    IPv4Network("100.64.0.0/10"): "shared by carriers (RFC 6598)",
    IPv4Network("127.0.0.0/8"): "loopback (RFC 1122)",
    IPv4Network("169.254.0.0/16"): "link-local (RFC 3927)",
    IPv4Network("172.16.0.0/12"): "private (RFC 1918)",
    IPv4Network("192.0.0.0/24"): "protocol assignments (RFC 6890)",
    IPv4Network("192.0.2.0/24"): "documentation (RFC 5737)",
    IPv4Network("192.88.99.0/24"): "6to4 relay (RFC 7526)",
    IPv4Network("192.168.0.0/16"): "private (RFC 1918)",
    IPv4Network("198.18.0.0/15"): "benchmarking (RFC 2544)",
    IPv4Network("198.51.100.0/24"): "documentation (RFC 5737)",
    IPv4Network("203.0.113.0/24"): "documentation (RFC 5737)",
    IPv4Network("224.0.0.0/4"): "multicast (RFC 5771)",
    IPv4Network("240.0.0.0/4"): "reserved (RFC 1112)",
}
REFUSED_V6 = {
    IPv6Network("::/128"): "unspecified (RFC 4291)",
    IPv6Network("::1/128"): "loopback (RFC 4291)",
    IPv6Network("2001::/23"): "protocol assignments (RFC 2928)",
    IPv6Network("2001:db8::/32"): "documentation (RFC 3849)",
    IPv6Network("3fff::/20"): "documentation (RFC 9637)",
    IPv6Network("fc00::/7"): "unique-local (RFC 4193)",
    IPv6Network("fe80::/10"): "link-local (RFC 4291)",
    IPv6Network("ff00::/8"): "multicast (RFC 4291)",
}
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


class AddressPolicy:
    """Refuses whatever is not a public unicast address, unless the settings allow its network."""

    def __init__(self, allowed: Iterable[Network] = ()) -> None:
        """Let the *allowed* networks through, whatever they are."""
        self._allowed = tuple(allowed)
        self.refusal: Callable[[str], str | None] = lru_cache(CACHED)(self._refusal)
        """Why an address may not be connected to, in words; None when it may."""

    def _refusal(self, text: str) -> str | None:
        try:
            address = ip_address(text)
        except ValueError:
            return "not an IP address"
        return self._judged(address)

    def _judged(self, address: Address) -> str | None:
        if any(address in network for network in self._allowed):
            return None
        if isinstance(address, IPv4Address):
            return _listed(address, REFUSED_V4)
        inner = tuple(_embedded(address))
        for each in inner:
            reason = self._judged(each)
            if reason is not None:
                return f"embeds {each}: {reason}"
        return None if inner else _refused_v6(address)


def _refused_v6(address: IPv6Address) -> str | None:
    reason = _listed(address, REFUSED_V6)
    if reason is None and address not in _GLOBAL_UNICAST:
        return "not global unicast (RFC 4291)"
    return reason


def _listed(address: Address, refused: dict[IPv4Network, str] | dict[IPv6Network, str]) -> str | None:
    return next((reason for network, reason in refused.items() if address in network), None)


def _embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that a packet to *address* may end up at (RFC 4291 §2.5.5.2, 3056, 4380, 6052)."""
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    elif address.sixtofour is not None:
        yield address.sixtofour
    elif address.teredo is not None:
        yield from address.teredo
    elif address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
