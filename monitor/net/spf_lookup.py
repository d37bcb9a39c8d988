"""The DNS as SPF evaluation asks it, through our own resolver."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from monitor.net import records
from monitor.net.dns import Answer, Resolver
from monitor.net.facts import ExchangeFailed, FailureKind
from monitor.standards.spf_evaluate import LookupFailed


class SpfLookup:
    """A `spf_evaluate.Lookup` over *resolver*; every question is answered by loop time *deadline*."""

    def __init__(self, resolver: Resolver, deadline: float) -> None:
        """Ask *resolver*."""
        self._resolver = resolver
        self._deadline = deadline

    async def txt(self, name: str) -> tuple[str, ...]:
        """The TXT records, the strings of each joined."""
        answer = await self._ask(name, "TXT")
        return () if answer is None else records.texts(answer)

    async def addresses(self, name: str, version: int) -> tuple[IPv4Address | IPv6Address, ...]:
        """The A (*version* 4) or AAAA (6) records."""
        answer = await self._ask(name, "A" if version == 4 else "AAAA")  # noqa: PLR2004
        return () if answer is None else tuple(ip_address(text) for text in answer.texts)

    async def mx(self, name: str) -> tuple[str, ...]:
        """The hosts of the MX records, the preferred first; none for a null MX (RFC 7505)."""
        answer = await self._ask(name, "MX")
        return () if answer is None else tuple(host for _preference, host in records.exchanges(answer) if host)

    async def ptr(self, address: IPv4Address | IPv6Address) -> tuple[str, ...]:
        """The names of *address*."""
        answer = await self._ask(address.reverse_pointer, "PTR")
        return () if answer is None else records.names(answer)

    async def _ask(self, name: str, rdtype: str) -> Answer | None:
        """The answer, NXDOMAIN and NODATA included; None for what cannot be a name. Raises `LookupFailed`."""
        try:
            return await self._resolver.query(name, rdtype, deadline=self._deadline)
        except ExchangeFailed as failed:
            if failed.failure.kind is FailureKind.BAD_URL:
                return None
            raise LookupFailed(f"{failed.failure.kind.value}: {failed.failure.detail}") from failed
