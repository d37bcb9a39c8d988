"""An SPF record put to the test: one sender, our resolver, and the record as it would be published."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import typer

from monitor import settings
from monitor.cli.loop import run
from monitor.cli.state import State
from monitor.net.dns import Resolver
from monitor.net.spf_lookup import SpfLookup
from monitor.standards import spf
from monitor.standards.spf_evaluate import Evaluation, Lookup, LookupFailed, evaluate

PATIENCE = 20.0
"""Seconds for all look-ups together (RFC 7208 §4.6.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What came of it, for whom."""

    domain: str
    ip: str
    text: str | None
    """The domain's record; None when there is not just one."""
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Published:
    """The DNS as it would be with *record* as the SPF record of *domain*."""

    domain: str
    record: str
    others: Lookup

    async def txt(self, name: str) -> Sequence[str]:
        """As in `Lookup`; the new record in place of the old."""
        return (self.record,) if _same(name, self.domain) else await self.others.txt(name)

    async def addresses(self, name: str, version: int) -> Sequence[IPv4Address | IPv6Address]:
        """As in `Lookup`."""
        return await self.others.addresses(name, version)

    async def mx(self, name: str) -> Sequence[str]:
        """As in `Lookup`."""
        return await self.others.mx(name)

    async def ptr(self, address: IPv4Address | IPv6Address) -> Sequence[str]:
        """As in `Lookup`."""
        return await self.others.ptr(address)


def evaluation_of(state: Any, record: str | None, *, domain: str, ip: str, sender: str, helo: str) -> Evaluated:
    """Whether *ip* may send for *domain*, by *record* or by what is published. Raises `typer.BadParameter`."""
    try:
        address = ip_address(ip)
    except ValueError as error:
        raise typer.BadParameter(f"{ip!r} bukan alamat IP", param_hint="--ip") from error
    known = state.settings() if isinstance(state, State) else settings.load(None)
    return run(_evaluated(known.dns, record, domain, address, sender=sender, helo=helo))


async def _evaluated(
    dns: settings.Dns,
    record: str | None,
    domain: str,
    address: IPv4Address | IPv6Address,
    *,
    sender: str,
    helo: str,
) -> Evaluated:
    resolver = Resolver(dns)
    try:
        lookup: Lookup = SpfLookup(resolver, asyncio.get_running_loop().time() + PATIENCE)
        if record is not None:
            lookup = Published(domain, record, lookup)
        text = record if record is not None else await _published(domain, lookup)
        evaluation = await evaluate(domain, address, sender, helo, lookup, now=int(time.time()))
    finally:
        await resolver.aclose()
    return Evaluated(domain=domain, ip=str(address), text=text, evaluation=evaluation)


async def _published(domain: str, lookup: Lookup) -> str | None:
    try:
        found = spf.records(await lookup.txt(domain))
    except LookupFailed:
        return None
    return found[0] if len(found) == 1 else None


def _same(name: str, other: str) -> bool:
    return name.removesuffix(".").lower() == other.removesuffix(".").lower()
