"""The network as the checks see it: a transport, a resolver, a vantage; wired from settings."""

from __future__ import annotations

from dataclasses import dataclass

from monitor import settings
from monitor.net.authority import Authority
from monitor.net.dns import Resolver
from monitor.net.dnssec import Validator
from monitor.net.http import ProbeTransport
from monitor.net.smtp import Smtp
from monitor.net.vantage import Vantage


@dataclass(frozen=True, slots=True)
class Network:
    """Everything a check may use to look at the world. Close it when done."""

    http: ProbeTransport
    resolver: Resolver
    vantage: Vantage
    smtp: Smtp
    authority: Authority
    validator: Validator

    async def aclose(self) -> None:
        """Release sockets and tasks."""
        await self.vantage.aclose()
        await self.authority.aclose()
        await self.http.aclose()
        await self.resolver.aclose()


def open_network(dns: settings.Dns, net: settings.Net, vantage: settings.Vantage) -> Network:
    """A network by the given settings. Raises `ConfigError` when a CA file or a name server is unusable."""
    resolver = Resolver(dns)
    http = ProbeTransport(net, resolver)
    return Network(
        http,
        resolver,
        Vantage(vantage, http, resolver),
        Smtp(net, http.dialer),
        Authority(dns, net, resolver),
        Validator(dns),
    )
