"""A look at one server by the TLS check, as the runner would take it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dns.rdata

from monitor.checks.base import Check, Context, Policy, judge
from monitor.checks.tls import Facts, tls
from monitor.domains import Domains
from monitor.model import Finding, Kind, Target
from monitor.net import Network
from monitor.net.dns_answer import Answer, Question
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase
from monitor.net.http import ProbeTransport
from monitor.net.tls_scan import Scan
from monitor.settings import Net, Tls
from tests.integration.checks.tls_authority import HOST, NOW, Authority

LOOPBACK = (ip_network("127.0.0.0/8"),)
POLICY = Policy(domains=Domains(frozenset({"purbalinggakab.go.id"})))


class Names:
    """A resolver for which every name is on loopback, and that knows the CAA records it is told."""

    def __init__(self, caa: Mapping[str, tuple[str, ...] | FailureKind] | None = None) -> None:
        self.caa = caa or {}
        self.asked: list[str] = []

    async def resolve(self, host: str, *, deadline: float, fresh: bool) -> tuple[str, ...]:
        return ("127.0.0.1",)

    async def query(self, name: str, rdtype: str, *, deadline: float, fresh: bool = False) -> Answer:
        self.asked.append(name)
        said = self.caa.get(name, ())
        if isinstance(said, FailureKind):
            raise ExchangeFailed(Failure(Phase.DNS, said))
        records = tuple(dns.rdata.from_text("IN", "CAA", text) for text in said)
        return Answer(name=Question(name, cast(Any, rdtype)).name, rdtype=rdtype, exists=True, records=records)


class Looker:
    """The check and a network to look through."""

    def __init__(self, folder: Path, authority: Authority, names: Names | None = None, **net: Any) -> None:
        anchor = folder / "anchor.pem"
        anchor.write_bytes(authority.root.pem)
        chosen = {"allowed_networks": LOOPBACK, "extra_ca": (anchor,), "system_ca": False, **net}
        self.names = names or Names()
        self.http = ProbeTransport(Net(**chosen), self.names)
        self.net = cast(Network, SimpleNamespace(http=self.http, resolver=self.names))
        self.check: Check[Facts] = tls(Tls(timeout=timedelta(seconds=30)))

    async def facts(self, port: int, host: str = HOST) -> Facts:
        return await self.check.observe(target(port, host), Context(self.net))

    def judged(self, facts: Facts) -> Mapping[str, Finding]:
        findings, _codes = judge(self.check, target(443), facts, POLICY, NOW)
        return {finding.code: finding for finding in findings}

    def answered(self, facts: Facts) -> frozenset[str]:
        return judge(self.check, target(443), facts, POLICY, NOW)[1]

    def scan(self, port: int, within: float = 20.0) -> Scan:
        return Scan(self.http.dialer, HOST, port, asyncio.get_running_loop().time() + within)


def target(port: int, host: str = HOST) -> Target:
    return Target(kode="OPD-009", kind=Kind.OPD, name="Situs", url=f"https://{host}:{port}/")
