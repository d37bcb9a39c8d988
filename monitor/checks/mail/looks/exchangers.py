"""Where mail for a domain goes, and how each of those hosts greets: one by one, and not more often than needed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from monitor.checks.mail.facts import SKIPPED, WAITING, Exchanger, Exchangers, Reverse, TlsaSet, Trouble, is_address
from monitor.checks.mail.looks.asking import Asker
from monitor.checks.mail.manners import Manners
from monitor.net import records
from monitor.net.dane import tlsa
from monitor.net.smtp import SmtpSession

MOST_HOSTS = 4
"""Hosts that are looked at; mail that the first four do not take is not a matter of the fifth."""
MOST_NAMES = 4
"""Names of an address that are followed back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Calls on mail servers, as the settings and the manners have it."""

    asker: Asker
    manners: Manners
    helo: str
    port: int

    async def exchangers(self, domain: str) -> Exchangers | Trouble:
        """Where mail for *domain* goes."""
        answer = await self.asker.ask(domain, "MX")
        if isinstance(answer, Trouble):
            return answer
        published = records.exchanges(answer)
        if not published:
            implicit = await self.asker.addresses(domain) if answer.exists else ()
            return Exchangers(exists=answer.exists, implicit=implicit)
        distinct = tuple(_distinct(published))
        hosts = [await self._exchanger(preference, host) for preference, host in distinct[:MOST_HOSTS]]
        return Exchangers(records=published, hosts=tuple(hosts), left_out=max(0, len(distinct) - MOST_HOSTS))

    async def _exchanger(self, preference: int, host: str) -> Exchanger:
        if is_address(host):
            return Exchanger(host=host, preference=preference)
        addresses = await self.asker.addresses(host)
        if isinstance(addresses, Trouble) or not addresses:
            return Exchanger(host=host, preference=preference, addresses=addresses)
        return Exchanger(
            host=host,
            preference=preference,
            addresses=addresses,
            alias=await self._alias(host),
            reverse=await self._reverse(addresses[0]),
            session=await self._session(host),
            tlsa=await self._tlsa(host),
        )

    async def _alias(self, host: str) -> str:
        """What a CNAME at *host* leads to; known already, since its addresses are."""
        answer = await self.asker.ask(host, "A")
        return "" if isinstance(answer, Trouble) or not answer.aliases else answer.canonical

    async def _session(self, host: str) -> SmtpSession | Trouble:
        if self.manners.waiting(host):
            return Trouble(WAITING)
        known = self.manners.recent(host)
        if known is not None:
            return known
        if asyncio.get_running_loop().time() >= self.asker.deadline:
            return Trouble(SKIPPED)
        ctx = self.asker.ctx
        session = await ctx.net.smtp.look(
            host, self.port, helo=self.helo, deadline=self.asker.deadline, fresh=ctx.fresh
        )
        self.manners.note(host, session)
        return session

    async def _reverse(self, address: str) -> Reverse | Trouble:
        """The names of *address*, and whether one of them leads back (RFC 1912 §2.1)."""
        answer = await self.asker.ask(ip_address(address).reverse_pointer, "PTR")
        if isinstance(answer, Trouble):
            return answer
        names = tuple(sorted(records.names(answer)))[:MOST_NAMES]
        for name in names:
            back = await self.asker.addresses(name)
            if isinstance(back, Trouble):
                return back
            if address in back:
                return Reverse(address=address, names=names, confirmed=True)
        return Reverse(address=address, names=names)

    async def _tlsa(self, host: str) -> TlsaSet | Trouble:
        """The TLSA records of *host*; they count only where the way to its addresses is signed, too (RFC 7672 §2.2)."""
        answer = await self.asker.ask(f"_{self.port}._tcp.{host}", "TLSA")
        if isinstance(answer, Trouble):
            return answer
        way = await self.asker.ask(host, "A") if answer.records else None
        authenticated = answer.authenticated and not isinstance(way, Trouble) and way is not None and way.authenticated
        found = sorted(tlsa(answer), key=lambda each: (each.usage, each.selector, each.matching, each.data))
        return TlsaSet(records=tuple(found), authenticated=authenticated)


def _distinct(published: tuple[tuple[int, str], ...]) -> Iterator[tuple[int, str]]:
    """Each host once, at its best preference; `.` is none."""
    seen = {""}
    for preference, host in published:
        if host not in seen:
            seen.add(host)
            yield preference, host
