"""A zone to evaluate in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from monitor.standards.spf_evaluate import LookupFailed

DEAD = "dead"
"""The record of a name whose servers do not answer."""


class Zone:
    """Records as `{"name TYPE": [...]}`; remembers what it was asked."""

    def __init__(self, records: Mapping[str, Sequence[str]]) -> None:
        self.records = records
        self.asked: list[str] = []

    def _get(self, name: str, rdtype: str) -> Sequence[str]:
        self.asked.append(f"{name} {rdtype}")
        found = self.records.get(f"{name} {rdtype}", ())
        if DEAD in found:
            raise LookupFailed("timeout")
        return found

    async def txt(self, name: str) -> Sequence[str]:
        return self._get(name, "TXT")

    async def addresses(self, name: str, version: int) -> Sequence[IPv4Address | IPv6Address]:
        return [ip_address(text) for text in self._get(name, "A" if version == 4 else "AAAA")]

    async def mx(self, name: str) -> Sequence[str]:
        return self._get(name, "MX")

    async def ptr(self, address: IPv4Address | IPv6Address) -> Sequence[str]:
        return self._get(str(address), "PTR")


def spf(**records: str) -> dict[str, Sequence[str]]:
    """`spf(a="v=spf1 …")` is the record of a.example."""
    return {f"{name}.example TXT": [text] for name, text in records.items()}
