"""Checks put to real servers through the real transport."""

from __future__ import annotations

from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any, cast

from monitor.checks.base import Context
from monitor.net import Network
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase
from monitor.net.http import ProbeTransport
from monitor.settings import Net
from tests.integration.net.misbehaving import Authority

LOOPBACK = (ip_network("127.0.0.0/8"),)


class Everywhere:
    """A resolver by which every name is this machine, but for those that do not exist."""

    def __init__(self, *missing: str) -> None:
        self.missing = frozenset(missing)

    async def resolve(self, host: str, *, deadline: float, fresh: bool) -> tuple[str, ...]:
        if host in self.missing:
            raise ExchangeFailed(Failure(Phase.DNS, FailureKind.NAME_NOT_FOUND))
        return ("127.0.0.1",)


def context(authority: Authority, *, missing: tuple[str, ...] = (), **net: Any) -> Context:
    """What a check's `observe` gets, with the real transport behind it."""
    settings = Net(
        **{"allowed_networks": LOOPBACK, "extra_ca": (authority.pem,), "system_ca": False, "connect_timeout": 1, **net}
    )
    http = ProbeTransport(settings, Everywhere(*missing))
    return Context(cast("Network", SimpleNamespace(http=http)))
