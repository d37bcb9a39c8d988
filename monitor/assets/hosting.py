"""Whose network is an address in? By the operators' own published lists, or not at all."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


@lru_cache(maxsize=1)
def networks() -> tuple[tuple[Network, str], ...]:
    """(prefix, operator) of every prefix that is shipped."""
    data = tomllib.loads((files("monitor.assets") / "networks.toml").read_text(encoding="utf-8"))
    return tuple((ip_network(prefix), item["name"]) for item in data["operator"] for prefix in item["prefixes"])


@lru_cache(maxsize=4096)
def operator(address: str) -> str:
    """Who runs the network that *address* is in; empty when the table does not know, or it is no address."""
    try:
        wanted = ip_address(address)
    except ValueError:
        return ""
    return next((name for network, name in networks() if wanted in network), "")


def operators(addresses: Iterable[str]) -> tuple[str, ...] | None:
    """The operators of all *addresses*, sorted; None unless every one is known: half an answer would be a guess."""
    found = {operator(address) for address in addresses}
    return None if not found or "" in found else tuple(sorted(found))
