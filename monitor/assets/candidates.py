"""Hosts that were seen and stand in no inventory: where, since when, and what people decided. Nobody visits them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor import words
from monitor.assets.observed import Facts, Look, looks_of
from monitor.assets.register import Watched
from monitor.content.facts import Verdict
from monitor.content.foreign import is_form, is_public_service
from monitor.domains import Domains, Standing, host_of, registrable
from monitor.errors import MonitorError
from monitor.model import Kind, Target

PER_TARGET = 100
"""Hosts that one target may bring up; a page that makes up names does not fill the record."""
ALTOGETHER = 5_000
MAX_ACTOR = 80
MAX_REASON = 1_000
MAX_DETAIL = 120
_NAME = re.compile(r"(?=.{4,253}\Z)(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]{0,62}")


class Way(StrEnum):
    """How a host came up."""

    REDIRECT = "pengalihan"
    CERTIFICATE = "sertifikat"
    """It stands in the certificate of a listed site, under a domain of the county or of a village."""
    LINK = "tautan"
    """A page calls it a public service."""
    MAIL = "mx"
    ALIAS = "cname"
    """A listed name leads to it, under a domain of the county or of a village."""


class Stand(StrEnum):
    """What people decided about a host."""

    PROPOSED = "usulan"
    """Nobody has decided."""
    ACCEPTED = "diterima"
    """It is an asset, and is to be listed."""
    IGNORED = "diabaikan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A host that came up on a target."""

    host: str
    kode: str
    way: Way
    first: datetime
    """UTC."""
    last: datetime
    """UTC; renewed once a day."""
    days: int = 1
    """Days (WIB) on which it was seen there."""
    detail: str = ""
    """What the page calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A decision about a host; the latest counts, and none is ever deleted."""

    host: str
    at: datetime
    """UTC."""
    stand: Stand
    actor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A host that may be an asset."""

    host: str
    sightings: tuple[Sighting, ...]
    """At least one, the latest first."""
    judgements: tuple[Judgement, ...] = ()
    """Oldest first."""

    @property
    def stand(self) -> Stand:
        """What was decided last."""
        return self.judgements[-1].stand if self.judgements else Stand.PROPOSED

    @property
    def first(self) -> datetime:
        """When it was first seen anywhere (UTC)."""
        return min(sighting.first for sighting in self.sightings)

    @property
    def last(self) -> datetime:
        """When it was last seen (UTC), to the day."""
        return max(sighting.last for sighting in self.sightings)

    @property
    def count(self) -> int:
        """Sightings: one a day for each place."""
        return sum(sighting.days for sighting in self.sightings)


class Unfit(MonitorError):
    """A decision that cannot be recorded as it was put; the message says why and what to do instead."""


def judgement(host: str, stand: str, actor: str, reason: str, at: datetime) -> Judgement:
    """A decision of *actor*. Raises `Unfit`."""
    try:
        chosen = Stand(stand)
    except ValueError as error:
        raise Unfit(f"keputusan {stand[:20]!r} tidak dikenal; pilih {', '.join(Stand)}") from error
    who, why = " ".join(actor.split()), " ".join(reason.split())
    if not 0 < len(who) <= MAX_ACTOR or not who.isprintable():
        raise Unfit(f"nama harus diisi, paling panjang {MAX_ACTOR} huruf")
    if not 0 < len(why) <= MAX_REASON or not why.isprintable():
        raise Unfit(f"alasan harus diisi, paling panjang {MAX_REASON} huruf")
    return Judgement(host=host.strip().lower(), at=at, stand=chosen, actor=who, reason=why)


def candidates_of(
    sightings: Iterable[Sighting],
    judgements: Iterable[Judgement],
    listed: Iterable[str] = (),
    hostile: Collection[str] = frozenset(),
) -> tuple[Candidate, ...]:
    """
    The hosts of *sightings*, the latest seen first; those *listed* meanwhile are none any more.

    Nor are the *hostile* ones, to which a hijacked page led, but for what somebody has decided about already.
    """
    seen: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        seen.setdefault(sighting.host, []).append(sighting)
    said: dict[str, list[Judgement]] = {}
    for item in judgements:
        said.setdefault(item.host, []).append(item)
    known = frozenset(map(_bare, listed))
    found = [
        Candidate(
            host=host,
            sightings=tuple(sorted(places, key=lambda place: place.last, reverse=True)),
            judgements=tuple(said.get(host, ())),
        )
        for host, places in seen.items()
        if _bare(host) not in known and (host in said or _bare(host) not in hostile)
    ]
    return tuple(sorted(found, key=lambda candidate: (-candidate.last.timestamp(), candidate.host)))


ATTACKS = (
    "content.gambling",
    "content.defaced",
    "cloaking.gambling",
    "cloaking.redirect",
    "cloaking.doorway",
    "cloaking.sitemap",
)
"""Rules whose findings are sure that somebody got in: what is only suspected bars no host."""
LEADING = ("links", "urls", "url", "location", "destination", "destinations", "hosts")
"""Pieces of evidence that name where a page leads."""


def hostile_hosts(details: Iterable[Mapping[str, Any]], listed: Iterable[str]) -> frozenset[str]:
    """
    The hosts, without `www`, that findings of an attack with *details* name as where it leads.

    None under a domain that a *listed* host is under: what is hijacked there is the county's all the same.
    """
    ours = {registrable(host) for host in listed}
    named = {_host(item) for detail in details for name in LEADING for item in _items(detail.get(name))}
    return frozenset(_bare(host) for host in named if host and registrable(host) not in ours)


def _items(value: Any) -> Iterable[str]:
    values = value if isinstance(value, list | tuple) else (value,)
    return (item for item in values if isinstance(item, str))


def _host(text: str) -> str:
    """The host of a URL, or of a bare name."""
    return host_of(text) if "://" in text else text.strip().lower()


class Scout:
    """Which hosts have come up where, to tell of each only once a day."""

    def __init__(self, known: Iterable[Sighting] = ()) -> None:
        """Go on from what is *known*."""
        self._known: dict[tuple[str, str, Way], Sighting] = {}
        self._counts: dict[str, int] = {}
        self._hosts: set[str] = set()
        self._listed: frozenset[str] = frozenset()
        self._domains = Domains()
        for sighting in known:
            self._keep(sighting)

    def settle(self, targets: Iterable[Target]) -> None:
        """*targets* are what the inventory has now."""
        everything = tuple(targets)
        self._listed = frozenset(_bare(target.host) for target in everything)
        self._domains = Domains.of(target for target in everything if target.kind is not Kind.DOMAIN)

    def update(self, entry: Watched, at: datetime) -> tuple[Sighting, ...]:
        """The hosts that came up on *entry*'s target anew, or for the first time today; nothing is asked of them."""
        target, news, looks = entry.target, [], looks_of(entry)
        is_hijacked = "website" in looks and _serves_gambling(looks["website"].facts)
        for host, way, detail in _shown(target.host, looks):
            name = host.rstrip(".").lower()
            # Where a hijacked page leads is the hijacker's choice, and no asset of the county's.
            if is_hijacked and way in {Way.REDIRECT, Way.LINK} and not self._is_ours(name):
                continue
            if self._is_candidate(name, way) and (seen := self._seen(name, target.kode, way, detail, at)):
                news.append(seen)
        return tuple(news)

    def _is_candidate(self, host: str, way: Way) -> bool:
        if not _NAME.fullmatch(host) or not registrable(host) or _bare(host) in self._listed:
            return False
        if way in {Way.CERTIFICATE, Way.ALIAS}:
            return registrable(host) in self._domains.own | self._domains.villages
        if way is Way.MAIL:
            return True
        if is_public_service(host) or is_form(host):
            return False
        # Ministries and the province have registers of their own.
        return self._domains.standing(host) is not Standing.GOVERNMENT or self._is_ours(host)

    def _is_ours(self, host: str) -> bool:
        return registrable(host) in self._domains.own | self._domains.villages

    def _seen(self, host: str, kode: str, way: Way, detail: str, at: datetime) -> Sighting | None:
        known = self._known.get((host, kode, way))
        if known is not None:
            if words.day(known.last) >= words.day(at):
                return None
            return self._keep(replace(known, last=at, days=known.days + 1, detail=detail or known.detail))
        is_full = self._counts.get(kode, 0) >= PER_TARGET or (
            host not in self._hosts and len(self._hosts) >= ALTOGETHER
        )
        return (
            None if is_full else self._keep(Sighting(host=host, kode=kode, way=way, first=at, last=at, detail=detail))
        )

    def _keep(self, sighting: Sighting) -> Sighting:
        key = (sighting.host, sighting.kode, sighting.way)
        if key not in self._known:
            self._counts[sighting.kode] = self._counts.get(sighting.kode, 0) + 1
        self._known[key] = sighting
        self._hosts.add(sighting.host)
        return sighting


def _bare(host: str) -> str:
    """*host* without the `www` that makes no other asset of it."""
    return host.rstrip(".").lower().removeprefix("www.")


Shown = Iterator[tuple[str, Way, str]]


def _shown(host: str, looks: Mapping[str, Look]) -> Shown:
    """(host, way, detail) of everything that the evidence names."""
    website = looks["website"].facts if "website" in looks else {}
    yield from _redirects(host, website)
    yield from _certified(website)
    yield from _linked(website)
    yield from _aliased(looks["names"].facts if "names" in looks else {})
    yield from _mailed(looks["mail"].facts if "mail" in looks else {})


def _serves_gambling(facts: Facts) -> bool:
    """Whether the page, or the one it led to, was at least suspected of it."""
    content = facts.get("content")
    return isinstance(content, Mapping) and content.get("gambling") in (Verdict.SUSPECT.value, Verdict.INJECTED.value)


def _redirects(host: str, facts: Facts) -> Shown:
    """Where the site itself, or its own domain, sends; whom a stranger sends to is no matter of the county's."""
    home = registrable(host) or host
    for hop in _maps(facts.get("hops")):
        source, leads = host_of(_text(hop.get("url"))), _text(hop.get("location"))
        if leads and (registrable(source) or source) == home:
            yield host_of(leads), Way.REDIRECT, ""


def _certified(facts: Facts) -> Shown:
    certificates = facts.get("certificates")
    for certificate in certificates.values() if isinstance(certificates, Mapping) else ():
        names = certificate.get("names") if isinstance(certificate, Mapping) else ()
        for name in names if isinstance(names, list | tuple) else ():
            yield _text(name), Way.CERTIFICATE, ""


def _linked(facts: Facts) -> Shown:
    content = facts.get("content")
    services = content.get("services") if isinstance(content, Mapping) else ()
    for item in services if isinstance(services, list | tuple) else ():
        if isinstance(item, list | tuple) and len(item) == 2:  # noqa: PLR2004
            yield _text(item[0]), Way.LINK, " ".join(_text(item[1])[:MAX_DETAIL].split())


def _aliased(facts: Facts) -> Shown:
    for said in (facts.get("resolved"), *_maps(facts.get("voices"))):
        aliases = said.get("aliases") if isinstance(said, Mapping) else ()
        for name in aliases if isinstance(aliases, list | tuple) else ():
            yield _text(name), Way.ALIAS, ""


def _mailed(facts: Facts) -> Shown:
    exchangers = facts.get("exchangers")
    records = exchangers.get("records") if isinstance(exchangers, Mapping) else ()
    for item in records if isinstance(records, list | tuple) else ():
        if isinstance(item, list | tuple) and len(item) == 2:  # noqa: PLR2004
            yield _text(item[1]), Way.MAIL, ""


def _maps(value: Any) -> Iterator[Facts]:
    return (item for item in value if isinstance(item, Mapping)) if isinstance(value, list | tuple) else iter(())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
