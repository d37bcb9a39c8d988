"""What a page says and whom it serves, in words: the panel that a person of the CSIRT reads before opening anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.alerts.defang import defanged, plain
from monitor.alerts.evidence import PLACES
from monitor.checks.website.visit import Visit
from monitor.content.examine import Content
from monitor.content.facts import Verdict
from monitor.content.parked import Stand
from monitor.content.software import Software, Support
from monitor.content.software import support as support_of
from monitor.words import WIB

HITS = 12
"""Things on a page that are listed; the rest is counted."""
HOSTS = 20
LONGEST = 160

VERDICTS = {
    Verdict.CLEAN: "tidak ditemukan sisipan judi daring",
    Verdict.SUSPECT: "mencurigakan: ada tanda sisipan judi daring",
    Verdict.INJECTED: "tersisipi judi daring",
}
STANDS = {
    Stand.PARKED: "halaman parkir: domain dijual, habis masa berlakunya, atau penuh iklan",
    Stand.SUSPENDED: "dimatikan oleh penyedia hosting",
    Stand.DEFAULT: "halaman bawaan server, atau daftar berkas",
}
SUPPORTS = {
    Support.UNKNOWN: "",
    Support.CURRENT: "masih didukung",
    Support.OUTDATED: "usang",
    Support.DEAD: "tidak lagi diperbaiki siapa pun",
}
LANGUAGES = {
    "id": "Indonesia",
    "jv": "Jawa",
    "su": "Sunda",
    "en": "Inggris",
    "ar": "Arab",
    "th": "Thai",
    "zh": "Tionghoa",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing on the page that speaks against it."""

    where: str
    what: str
    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Made:
    """A product that the page betrays."""

    name: str
    version: str
    said: str
    """What becomes of faults in that version; empty when nobody knows."""
    is_bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The page of the last visit that saw something."""

    verdict: str
    is_grave: bool
    points: float
    signs: Sequence[Sign]
    more: int
    """Signs that are not listed."""
    leads: Sequence[str]
    """Foreign addresses that gambling leads to, defanged."""
    marks: Sequence[str]
    """What speaks for a defacement."""
    is_defaced: bool
    placeholder: str
    """What stands there in place of a site; empty when it is one."""
    scripts: Sequence[str]
    frames: Sequence[str]
    services: Sequence[tuple[str, str]]
    """(host, text) of links that call themselves a public service and lead elsewhere."""
    names_county: bool
    districts: Sequence[str]
    others: Sequence[str]
    """Other regencies that it names."""
    language: str
    words: int
    newest: datetime | None
    """The latest date on it that is not ahead."""
    software: Sequence[Made]
    is_challenge: bool
    is_error: bool
    is_partial: bool


def contents(visit: Visit | None, now: datetime) -> Contents | None:
    """What the page of *visit* says; None when there is no page, or it is no HTML."""
    content = visit.content if visit is not None else None
    return None if content is None else _contents(content, now)


def _contents(content: Content, now: datetime) -> Contents:
    gambling, foreign, naming, shape = content.gambling, content.foreign, content.naming, content.shape
    signs = list(_signs(content))
    return Contents(
        verdict=VERDICTS[gambling.verdict],
        is_grave=gambling.verdict is not Verdict.CLEAN,
        points=gambling.points,
        signs=signs[:HITS],
        more=max(0, len(signs) - HITS),
        leads=[defanged(plain(url, LONGEST)) for url in gambling.links[:HOSTS]],
        marks=[f"{PLACES[mark.place.value]}: “{mark.excerpt}”" for mark in content.defacement.marks],
        is_defaced=content.defacement.is_certain,
        placeholder=f"{STANDS[content.placeholder.stand]} (“{content.placeholder.excerpt}”)"
        if content.placeholder
        else "",
        scripts=foreign.scripts[:HOSTS],
        frames=foreign.frames[:HOSTS],
        services=[(service.host, service.text) for service in foreign.services[:HOSTS]],
        names_county=naming.county,
        districts=naming.districts,
        others=naming.others,
        language=LANGUAGES.get(shape.language, shape.language),
        words=shape.words,
        newest=next((day for day in content.dates if day <= now), None),
        software=[_made(item, now.astimezone(WIB).date()) for item in content.software],
        is_challenge=content.challenge,
        is_error=content.error,
        is_partial=content.partial,
    )


def _signs(content: Content) -> Iterator[Sign]:
    for hit in content.gambling.hits:
        yield Sign(PLACES[hit.place.value], hit.family, hit.excerpt, hit.points)


def _made(item: Software, today: date) -> Made:
    support = support_of(item, today)
    return Made(item.name, item.version, SUPPORTS[support], support in {Support.OUTDATED, Support.DEAD})
