"""One look at a zone: the parent is asked first, then every server that it or the zone itself names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from monitor.checks.base import Context
from monitor.checks.zone.facts import Delegated, Voice
from monitor.checks.zone.wildcard import Wildcards
from monitor.errors import Unreachable
from monitor.model import Target
from monitor.net.authority import Authority
from monitor.net.delegation import Delegation, NameServer
from monitor.net.dns_said import Said, Word, listed
from monitor.net.dnssec import Validator, Verdict

MARGIN = 1.0
"""Seconds of the time-out left for everything but asking."""
Heard = tuple[tuple[Voice, Said | None], ...]


async def observe(target: Target, ctx: Context, *, within: timedelta, wildcards: Wildcards) -> Delegated:
    """
    What parent, servers and signatures say of *target*'s zone.

    Raises `ExchangeFailed` when the parent is silent, `Unreachable` when none of the zone's servers could be asked.
    """
    look = _Look(target.host, ctx, asyncio.get_running_loop().time() + within.total_seconds() - MARGIN)
    delegation = await look.authority.delegation(look.zone, deadline=look.deadline, fresh=True)
    if not delegation.exists:
        return Delegated(zone=look.zone, parent=delegation.parent, exists=False, words=delegation.words)
    heard = await look.hear(delegation.servers)
    first = next((said for voice, said in heard if said and voice.word is Word.RECORDS), None)
    names = await look.names(first)
    more = await look.authority.servers(set(names or ()) - set(delegation.names), deadline=look.deadline)
    heard += await look.hear(more)
    if all(voice.word is Word.UNKNOWN for voice, _said in heard):
        raise Unreachable(f"tidak satu pun server nama {look.zone} dapat ditanya: {_why(heard)}".rstrip(": "))
    verdict = await look.verdict(heard)
    wildcard = await wildcards.of(look.zone, look.authority, first, deadline=look.deadline) if first else None
    return _facts(delegation, names, heard, verdict, wildcard)


def _why(heard: Heard) -> str:
    return "; ".join(dict.fromkeys(voice.words for voice, _said in heard if voice.words))[:200]


def _facts(
    delegation: Delegation,
    names: tuple[str, ...] | None,
    heard: Heard,
    verdict: Verdict,
    wildcard: tuple[str, ...] | None,
) -> Delegated:
    return Delegated(
        zone=delegation.zone,
        parent=delegation.parent,
        delegated=delegation.names,
        listed=names,
        shared=delegation.shared,
        voices=tuple(voice for voice, _said in heard),
        security=verdict.security,
        security_words=verdict.words,
        bogus=verdict.servers,
        wildcard=wildcard,
    )


class _Look:
    """The questions of one look, all before one deadline."""

    def __init__(self, zone: str, ctx: Context, deadline: float) -> None:
        self.zone = zone
        self.deadline = deadline
        self.authority: Authority = ctx.net.authority
        self._validator: Validator = ctx.net.validator

    async def hear(self, servers: Iterable[NameServer]) -> Heard:
        """Each of *servers* at each of its addresses; the servers side by side, the addresses of one in turn."""
        heard = await asyncio.gather(*map(self._hear, servers))
        return tuple(pair for pairs in heard for pair in pairs)

    async def _hear(self, server: NameServer) -> list[tuple[Voice, Said | None]]:
        if not server.addresses:
            word = Word.UNKNOWN if server.unknown else Word.SILENT
            return [(Voice(server=server.name, word=word, words=server.words), None)]
        pairs: list[tuple[Voice, Said | None]] = []
        for address in server.addresses:
            said = await self._ask(server.name, address, "SOA")
            pairs.append((_voice(said), said))
        return pairs

    async def names(self, first: Said | None) -> tuple[str, ...] | None:
        """The zone's own list of its servers, by the first that answers."""
        if first is None:
            return None
        said = await self._ask(first.server, first.address, "NS", dnssec=False)
        return listed(said.message, self.zone) if said.message and said.word is Word.RECORDS else None

    async def verdict(self, heard: Heard) -> Verdict:
        """What the signatures are worth."""
        soas = [said for voice, said in heard if said and voice.word is Word.RECORDS]

        async def keys() -> Said | None:
            for soa in soas:
                said = await self._ask(soa.server, soa.address, "DNSKEY")
                if said.answers:
                    return said
            return None

        return await self._validator.judge(self.zone, soas, keys, deadline=self.deadline)

    async def _ask(self, server: str, address: str, rdtype: str, *, dnssec: bool = True) -> Said:
        return await self.authority.ask(
            server, address, self.zone, rdtype, zone=self.zone, deadline=self.deadline, fresh=True, dnssec=dnssec
        )


def _voice(said: Said) -> Voice:
    """An authority for a zone has its SOA (RFC 1035 §3.3.13): one that denies it is none."""
    word, words, serial = said.word, said.words, None
    if word in {Word.NODATA, Word.NXDOMAIN, Word.REFERRAL}:
        word, words = Word.LAME, "tidak memuat zona ini"
    if word is Word.RECORDS:
        serial = _serial(said.records)
        if serial is None:
            word, words = Word.LAME, "SOA tidak terbaca"
    return Voice(server=said.server, address=said.address, word=word, words=words, serial=serial)


def _serial(records: tuple[str, ...]) -> int | None:
    """The third field of an SOA record (RFC 1035 §3.3.13)."""
    fields = records[0].split() if records else []
    return int(fields[2]) if len(fields) > 2 and fields[2].isdecimal() else None  # noqa: PLR2004 – as the RFC counts
