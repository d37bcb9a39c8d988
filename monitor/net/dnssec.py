"""Is a zone signed, and do its signatures hold? Decided here, from a trust anchor down, and by nobody else's AD bit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from monitor import settings
from monitor.errors import ConfigError, Problem
from monitor.net.dns_answer import Question
from monitor.net.dns_said import Said, text
from monitor.net.dns_servers import Servers
from monitor.net.dns_wire import NoAnswer, Query, converse
from monitor.net.signatures import Keys, Unproven, Untrue, found, is_delegation, name_of, signed, trusted_keys, verify

ROOT_ANCHORS = (
    ". 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    ". 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
)
"""The root's key-signing keys of 2017 and 2024, as IANA publishes them (RFC 9718)."""
LIFE = 900.0
"""Seconds a verdict on unchanged signatures is believed."""
LIFE_CHAIN = 3600.0
"""Seconds a step of the way down is believed."""
LIFE_UNPROVEN = 120.0
DNSSEC_OK = 0x8000
"""RFC 3225 §3."""
_MOST = 4096


class Security(StrEnum):
    """What signatures make of a zone (RFC 4033 §5)."""

    SECURE = "secure"
    INSECURE = "insecure"
    """Its parent proves that there are no signatures to expect."""
    BOGUS = "bogus"
    """There should be signatures, and they do not hold: whoever validates gets no answer."""
    UNKNOWN = "unknown"
    """The way down could not be walked; that says nothing about the zone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of a zone's signatures, and why (Indonesian)."""

    security: Security
    words: str = ""
    servers: tuple[str, ...] = ()
    """Those whose signatures do not hold."""
    until: float = 0.0
    """Wall-clock seconds up to which the signatures hold; 0 when that is not the question."""


class _Absent(StrEnum):
    """Why there is no DS, proven."""

    INSECURE = "insecure"
    NO_CUT = "no-cut"


Ds = tuple[dns.rdata.Rdata, ...] | _Absent
Fetch = Callable[[], Awaitable[Said | None]]


class Validator:
    """Walks from the anchors to a zone by our resolver's help, checking every step; steps are remembered."""

    def __init__(self, dns: settings.Dns, clock: Callable[[], float] = time.time) -> None:
        """Trust the anchors of *dns*, or the root's. Raises `ConfigError`."""
        self._servers = Servers(dns.nameservers)
        self._patience = dns.timeout.total_seconds()
        self._anchors = parse_anchors(dns.trust_anchors or ROOT_ANCHORS)
        self._clock = clock
        self._ways: dict[tuple[str, str], tuple[float, Ds | Keys | Unproven | None]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._verdicts: dict[str, tuple[bytes, float, Verdict]] = {}

    async def judge(self, zone: str, soas: Iterable[Said], fetch: Fetch, *, deadline: float) -> Verdict:
        """
        What signatures make of *zone*, whose servers gave *soas*; *fetch* asks one of them for its DNSKEY records.

        Nothing is worked out again while every server gives what it gave before.
        """
        given = tuple(said for said in soas if said.message is not None)
        mark, now = _mark(given), self._clock()
        known = self._verdicts.get(zone)
        if known is not None and known[0] == mark and now < known[1]:
            return known[2]
        try:
            verdict = await self._judge(zone, given, fetch, deadline)
        except Unproven as error:
            verdict = Verdict(Security.UNKNOWN, str(error))
        life = {Security.BOGUS: 0.0, Security.UNKNOWN: LIFE_UNPROVEN}.get(verdict.security, LIFE)
        until = min(now + life, verdict.until or now + life)
        if len(self._verdicts) >= _MOST:
            self._verdicts.clear()
        self._verdicts[zone] = mark, until, verdict
        return verdict

    async def _judge(self, zone: str, soas: tuple[Said, ...], fetch: Fetch, deadline: float) -> Verdict:
        ds = await self._ds(zone, deadline)
        if ds is _Absent.INSECURE:
            return Verdict(Security.INSECURE)
        if isinstance(ds, _Absent):
            raise Unproven("induknya tidak mengenal zona ini")
        said = await fetch() if soas else None
        if said is None or said.message is None:
            raise Unproven("DNSKEY tidak dapat diminta")
        now = self._clock()
        try:
            keys = trusted_keys(zone, ds, said.message, now)
        except Untrue as error:
            return Verdict(Security.BOGUS, f"DNSKEY: {error}", (said.server,))
        return _of_soas(zone, soas, keys, now)

    async def _keys(self, zone: str, deadline: float) -> Keys | None:
        """The keys of the zone that holds *zone*; None when it is insecure. Raises `Unproven`."""
        async with self._locks.setdefault(zone, asyncio.Lock()):
            known = self._known("keys", zone)
            if known is None:
                known = self._keep("keys", zone, await self._walked(zone, deadline))
        if isinstance(known[1], Unproven):
            raise known[1]
        return known[1] if isinstance(known[1], Keys) else None

    async def _walked(self, zone: str, deadline: float) -> Keys | Unproven | None:
        try:
            ds = await self._ds(zone, deadline)
            if ds is _Absent.INSECURE:
                return None
            if isinstance(ds, _Absent):
                return await self._keys(_above(zone), deadline)
            return trusted_keys(zone, ds, await self._fetch(zone, "DNSKEY", deadline), self._clock())
        except Untrue as error:
            return Unproven(f"{zone or 'akar'}: {error}")
        except Unproven as error:
            return error

    async def _ds(self, zone: str, deadline: float) -> Ds:
        """The DS records of *zone*, or proof that there are none. Raises `Unproven`."""
        if zone in self._anchors:
            return self._anchors[zone]
        if not zone:
            raise Unproven("tidak ada jangkar kepercayaan di atasnya")
        known = self._known("ds", zone)
        if known is None:
            known = self._keep("ds", zone, await self._asked_ds(zone, deadline))
        if isinstance(known[1], Unproven):
            raise known[1]
        return known[1] if isinstance(known[1], tuple | _Absent) else _Absent.INSECURE

    async def _asked_ds(self, zone: str, deadline: float) -> Ds | Unproven:
        try:
            above = await self._keys(_above(zone), deadline)
            if above is None:
                return _Absent.INSECURE
            message = await self._fetch(zone, "DS", deadline)
            return _read_ds(zone, message, above, self._clock())
        except Untrue as error:
            return Unproven(f"DS {zone}: {error}")
        except Unproven as error:
            return error

    async def _fetch(self, zone: str, rdtype: str, deadline: float) -> dns.message.Message:
        """What our resolver passes on, unchecked (CD, RFC 4035 §3.2.2). Raises `Unproven`."""
        asked = Question(zone, dns.rdatatype.from_text(rdtype))
        words = "server nama kita tidak menjawab"
        for server in self._servers.current():
            query = Query.of(asked, dns.flags.RD | dns.flags.CD, DNSSEC_OK)
            until = min(deadline, asyncio.get_running_loop().time() + self._patience)
            try:
                message = dns.message.from_wire(await converse(server, query, until), ignore_trailing=True)
            except (NoAnswer, dns.exception.DNSException, ValueError) as error:
                words = f"{server.name}: {error}"
                continue
            if message.rcode() == dns.rcode.NOERROR:
                return message
            words = f"{server.name}: {dns.rcode.to_text(message.rcode())}"
        raise Unproven(f"{rdtype} {zone or '.'} tidak dapat diambil ({words})")

    def _known(self, what: str, zone: str) -> tuple[float, Ds | Keys | Unproven | None] | None:
        known = self._ways.get((what, zone))
        return known if known is not None and self._clock() < known[0] else None

    def _keep(
        self, what: str, zone: str, value: Ds | Keys | Unproven | None
    ) -> tuple[float, Ds | Keys | Unproven | None]:
        now = self._clock()
        until = now + (LIFE_UNPROVEN if isinstance(value, Unproven) else LIFE_CHAIN)
        if isinstance(value, Keys):
            until = min(until, value.until)
        if len(self._ways) >= _MOST:
            self._ways.clear()
        kept = self._ways[what, zone] = until, value
        return kept


def parse_anchors(values: Iterable[str]) -> Mapping[str, tuple[dns.rdata.Rdata, ...]]:
    """The DS records of each zone in *values*. Raises `ConfigError` with every text that is none."""
    anchors: dict[str, tuple[dns.rdata.Rdata, ...]] = {}
    problems = []
    for value in values:
        zone, _space, rest = value.strip().partition(" ")
        try:
            record = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.DS, rest)
            name = text(name_of(zone.removesuffix(".")))
        except (dns.exception.DNSException, ValueError):
            remedy = 'tulis seperti ". 20326 8 2 E06D…": zona, lalu isi catatan DS'
            problems.append(Problem(f"dns.trust_anchors {value!r}", "bukan jangkar kepercayaan", remedy))
            continue
        anchors[name] = (*anchors.get(name, ()), record)
    if problems:
        raise ConfigError(problems)
    return anchors


def _read_ds(zone: str, message: dns.message.Message, above: Keys, now: float) -> Ds:
    name = name_of(zone)
    records = found(message.answer, name, dns.rdatatype.DS)
    if not records:
        return _Absent.INSECURE if is_delegation(zone, message, above, now) else _Absent.NO_CUT
    verify(records, signed(message.answer, name, dns.rdatatype.DS), above, now)
    return tuple(records)


def _of_soas(zone: str, soas: Iterable[Said], keys: Keys, now: float) -> Verdict:
    """The zone's data stand for all: the record that every server must have, with its signature, from each of them."""
    name = name_of(zone)
    until, wrong = keys.until, {}
    for said in soas:
        answer = said.message.answer if said.message is not None else []
        try:
            ends = verify(found(answer, name, dns.rdatatype.SOA), signed(answer, name, dns.rdatatype.SOA), keys, now)
            until = min(until, ends)
        except Untrue as error:
            wrong[said.server] = str(error)
    if wrong:
        return Verdict(Security.BOGUS, f"SOA: {next(iter(wrong.values()))}", tuple(sorted(wrong)))
    return Verdict(Security.SECURE, until=until)


def _mark(soas: Iterable[Said]) -> bytes:
    """What *soas* have in their answers: the serial and the signature over it."""
    lines = sorted(
        f"{said.server} {rrset.rdtype} {record.to_digestable().hex()}"
        for said in soas
        if said.message is not None
        for rrset in said.message.answer
        for record in rrset
    )
    return sha256("\n".join(lines).encode()).digest()


def _above(zone: str) -> str:
    return zone.partition(".")[2]
