"""One look at a site's name: every authoritative server, our resolver, and where the name leads."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

from monitor.checks.base import Context
from monitor.checks.names.facts import Claim, Naming, Resolved, Six, Voice
from monitor.checks.names.resolver import resolve
from monitor.checks.names.six import Proof
from monitor.checks.names.takeover import Service, service_of
from monitor.domains import registrable
from monitor.errors import NotApplicable
from monitor.model import Target
from monitor.net.delegation import Delegation, NameServer
from monitor.net.dns_said import Said, Word
from monitor.net.facts import OURS, ExchangeFailed, FailureKind
from monitor.net.http import prebuilt
from monitor.net.reach import reach

MARGIN = 1.0
"""Seconds of the time-out left for everything but asking."""
CUTS = 2
"""Referrals followed below the registered domain."""
MOST_SERVERS = 8
_NOT_OK = 400
BODY = 65_536
"""Bytes of a service's page that are searched."""
_NOT_THE_NAME = frozenset({*OURS, FailureKind.FORBIDDEN_ADDRESS})


async def observe(target: Target, ctx: Context, *, within: timedelta, proof: Proof) -> Naming:
    """
    What the DNS has for *target*'s host.

    Raises `ExchangeFailed` when nobody in charge of its domain could be asked, `NotApplicable` when nobody is.
    """
    look = _Look(target, ctx, asyncio.get_running_loop().time() + within.total_seconds() - MARGIN)
    voices, zone = await look.hear()
    said = sorted({address for voice in voices if voice.answers for address in voice.addresses})
    resolved = await look.resolve()
    found = {address for voice in voices for address in voice.addresses} | set(resolved.addresses)
    addresses = tuple(sorted(found))
    six, words = await look.six(addresses, proof)
    aliases = resolved.aliases or next((voice.aliases for voice in voices if voice.aliases), ())
    service = service_of(aliases)
    return Naming(
        host=look.host,
        zone=zone,
        voices=voices,
        resolved=resolved,
        addresses=addresses,
        # Not the resolver's: inside a network, names often lead to addresses inside.
        private=tuple(f"{each} ({why})" for each in said if (why := ctx.net.authority.refusal(each))),
        six=six,
        six_words=words,
        service=service.name if service else "",
        claim=await look.claim(service, resolved) if service else Claim.NONE,
    )


class _Look:
    """The questions of one look, all before one deadline."""

    def __init__(self, target: Target, ctx: Context, deadline: float) -> None:
        self.host = target.host
        parts = urlsplit(target.url)
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._net = ctx.net
        self._fresh = ctx.fresh
        self._deadline = deadline

    async def hear(self) -> tuple[tuple[Voice, ...], str]:
        """What the servers of the innermost zone around the name say, and which zone that is."""
        authority = self._net.authority
        zone = await authority.delegation(registrable(self.host), deadline=self._deadline)
        if not zone.exists:
            raise NotApplicable(f"domain {zone.zone} tidak ada ({zone.words})")
        for _cut in range(CUTS + 1):
            heard = await asyncio.gather(*(self._hear(zone, server) for server in zone.servers[:MOST_SERVERS]))
            referral = next((said for _voice, said in heard if said and said.word is Word.REFERRAL), None)
            if referral is None:
                return tuple(voice for voice, _said in heard), zone.zone
            zone = await authority.below(referral, deadline=self._deadline)
        raise NotApplicable(f"nama {self.host} terlalu jauh di bawah domainnya")

    async def _hear(self, zone: Delegation, server: NameServer) -> tuple[Voice, Said | None]:
        if not server.addresses:
            word = Word.UNKNOWN if server.unknown else Word.SILENT
            return Voice(server=server.name, word=word, words=server.words), None
        said = await self._ask(zone, server, "A")
        six = await self._ask(zone, server, "AAAA") if _may_have_six(said) else said
        addresses = {*(said.records), *(six.records if six.answers else ())}
        voice = Voice(
            server=server.name,
            address=said.address,
            word=Word.RECORDS if addresses else said.word,
            words=said.words,
            addresses=tuple(sorted(addresses)),
            aliases=said.aliases,
        )
        return voice, said

    async def _ask(self, zone: Delegation, server: NameServer, rdtype: str) -> Said:
        address = server.addresses[0]
        return await self._net.authority.ask(
            server.name, address, self.host, rdtype, zone=zone.zone, deadline=self._deadline, fresh=self._fresh
        )

    async def resolve(self) -> Resolved:
        """What our resolver says; a failure of its own is a fact."""
        return await resolve(self._net.resolver, self.host, deadline=self._deadline, fresh=self._fresh)

    async def six(self, addresses: tuple[str, ...], proof: Proof) -> tuple[Six, str]:
        """Whether somebody accepts a connection over IPv6: one attempt, and one over IPv4 to compare."""
        six = [address for address in addresses if ":" in address]
        four = [address for address in addresses if ":" not in address]
        if not six:
            return Six.ABSENT, ""
        if not four:
            return Six.UNKNOWN, ""
        failure = await reach(self._net.http.dialer, six[0], self._port, deadline=self._deadline)
        if failure is None:
            proof.note()
            return Six.REACHED, six[0]
        if failure.kind in _NOT_THE_NAME or not proof.holds(self._net.authority):
            return Six.UNKNOWN, ""
        if await reach(self._net.http.dialer, four[0], self._port, deadline=self._deadline):
            return Six.UNKNOWN, ""
        return Six.UNREACHED, f"{six[0]}: {failure.kind.value}"

    async def claim(self, service: Service, resolved: Resolved) -> Claim:
        """Whether *service* still knows the name: by the DNS, or by one page."""
        if resolved.failure:
            return Claim.UNKNOWN
        if not resolved.exists:
            return Claim.NXDOMAIN if service.nxdomain else Claim.NONE
        if not service.marks or not resolved.addresses:
            return Claim.NONE
        request = prebuilt(f"http://{self.host}/")
        request.extensions = {"deadline": self._deadline, "fresh": self._fresh}
        try:
            response = await self._net.http.handle_async_request(request)
        except ExchangeFailed:
            return Claim.UNKNOWN
        if response.status_code < _NOT_OK:
            return Claim.NONE  # a page of somebody's own, that may well have the words of a mark in it
        page = response.content[:BODY].decode("utf-8", "replace").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        return Claim.BODY if any(mark in page for mark in service.marks) else Claim.NONE


def _may_have_six(said: Said) -> bool:
    """Whether asking for AAAA can tell more: not of a name that is absent, or leads out of the zone."""
    return said.answers and said.word is not Word.NXDOMAIN and (bool(said.records) or not said.aliases)
