"""The page of one site as values: its last visit hop by hop, what is open and how to mend it, and its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor import catalogue
from monitor.checks.base import Check
from monitor.checks.website.visit import Hop, Visit
from monitor.domains import Domains, Standing, registrable
from monitor.incident import Mark
from monitor.latest import Entry, Latest
from monitor.model import Kind, Outcome, Severity, State, Target, Transition
from monitor.net.facts import Certificate, TlsSession
from monitor.settings import Alerts
from monitor.web import casebook
from monitor.web.charts import Bar, Spark, bars, spark
from monitor.web.contents import Contents, contents
from monitor.web.domain_rows import DomainRow, domain_row
from monitor.web.looks import Look, looks
from monitor.web.reads import Kept, Past, Records, Retired
from monitor.web.reckoning import Reckoning, reckoning
from monitor.web.rows import STATE_RANK, WEBSITE, Row, last_run, row, seen
from monitor.web.tags import Key, Tag, tags
from monitor.web.told import Piles, Told, piles, still, told
from monitor.words import STATES, days_left

HISTORY = timedelta(days=30)
DAY = timedelta(days=1)
SAMPLES = 5_000
"""More than a day of visits at the shortest cadence that makes sense."""
EXHIBITS = 40
"""Pieces of evidence on a page; older ones are left to the record."""
LINES = 200
"""Lines of a history; older ones are left to the record."""

STANDINGS: dict[Standing, str] = {
    Standing.GOVERNMENT: "Domain pemerintah",
    Standing.OTHER_GOVERNMENT: "Domain pemerintah lain",
    Standing.NON_GOVERNMENT: "Bukan domain pemerintah",
    Standing.ADDRESS: "Alamat IP, bukan nama domain",
    Standing.MISSPELT: "Menyerupai domain pemerintah: mungkin salah tulis",
}


@dataclass(frozen=True, slots=True)
class Link:
    """One certificate of a chain as served."""

    certificate: Certificate
    days: int


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a visit, ready to draw."""

    hop: Hop
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Seal:
    """A chain as served, and by which hops."""

    session: TlsSession
    urls: Sequence[str]
    chain: Sequence[Link]


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The last visit that saw something, and why there is none newer, if so."""

    visit: Visit
    at: datetime
    steps: Sequence[Step]
    seals: Sequence[Seal]
    failure: str
    """In words; empty when there is a page."""
    size: int | None
    newer: str = ""
    """Why the newest run saw nothing; empty when this is the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything on a site's page."""

    row: Row
    standing: str
    domain: str
    """The kode of the page of its domain; empty when there is none."""
    last: Last | None
    unseen: str
    """Why there is no visit to show."""
    findings: Piles
    reckoning: Reckoning | None
    """None while nothing has been seen of it."""
    looks: Sequence[Look]
    transitions: Sequence[Transition]
    closed: Sequence[Told]
    exhibits: Sequence[Kept]
    """What was kept as proof, newest first."""
    incidents: Sequence[casebook.Running]
    """Open ones that the site is part of, what nobody has taken on first."""
    marked: Sequence[Mark]
    """What people did about the findings that are open, newest first."""
    tags: Mapping[Key, Tag]
    """What that comes to, by (code, subject)."""
    contents: Contents | None
    """What the page of the last visit says; None when there was none, or it is no HTML."""
    spark: Spark | None
    since: datetime
    """Where the history on the page begins."""

    @property
    def is_urgent(self) -> bool:
        """Whether somebody must act: then that stands above how the site has been doing."""
        return _is_urgent(self.row, self.incidents)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPage:
    """Everything on a domain's page."""

    row: Row
    line: DomainRow
    under: Sequence[Row]
    """The sites and services whose address is under it, what needs somebody first."""
    states: Mapping[State, int]
    """Of those."""
    findings: Piles
    reckoning: Reckoning | None
    looks: Sequence[Look]
    transitions: Sequence[Transition]
    closed: Sequence[Told]
    incidents: Sequence[casebook.Running]
    marked: Sequence[Mark]
    tags: Mapping[Key, Tag]

    @property
    def is_urgent(self) -> bool:
        """As of a site."""
        return _is_urgent(self.row, self.incidents)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a page needs besides its entry."""

    latest: Latest
    checks: Sequence[Check[Any]]
    store: Records
    domains: Domains
    alerts: Alerts
    now: datetime


async def site(entry: Entry, around: Surroundings) -> Site:
    """The page of the site *entry*."""
    kode, now = entry.target.kode, around.now
    since = now - HISTORY
    transitions, past = await _history(around.store, kode, since)
    samples = await around.store.samples(kode, WEBSITE, now - DAY, now, SAMPLES)
    last, run, line = _last(entry, now), last_run(entry), row(entry, now, around.checks)
    marked = _marked(entry, await around.store.marks(kode))
    return Site(
        row=line,
        standing=STANDINGS[around.domains.standing(entry.target.host)],
        domain=_domain(around.latest, entry.target),
        last=last,
        unseen=run.reason if last is None and run is not None else "",
        findings=_findings(entry, around.latest),
        reckoning=_reckoning(entry, line),
        looks=looks(entry, around.checks),
        transitions=transitions,
        closed=_closed(entry.target, past, since),
        exhibits=await around.store.exhibits(kode, EXHIBITS),
        incidents=await _incidents(around, kode),
        marked=marked,
        tags=tags(marked[::-1], now),
        contents=contents(seen(entry), now),
        spark=spark(samples, now - DAY, now),
        since=since,
    )


async def domain_page(entry: Entry, around: Surroundings) -> DomainPage:
    """The page of the domain *entry*."""
    kode, now = entry.target.kode, around.now
    transitions, past = await _history(around.store, kode, now - HISTORY)
    line, under = domain_row(entry, now, around.checks), _under(around, entry.target)
    marked = _marked(entry, await around.store.marks(kode))
    return DomainPage(
        row=line.row,
        line=line,
        under=under,
        states={state: sum(each.state is state for each in under) for state in STATES},
        findings=_findings(entry, around.latest),
        reckoning=_reckoning(entry, line.row),
        looks=looks(entry, around.checks),
        transitions=transitions,
        closed=_closed(entry.target, past, now - HISTORY),
        incidents=await _incidents(around, kode),
        marked=marked,
        tags=tags(marked[::-1], now),
    )


def _is_urgent(line: Row, incidents: Sequence[casebook.Running]) -> bool:
    return bool(incidents) or (line.worst is not None and line.worst.rank >= Severity.HIGH.rank)


async def _incidents(around: Surroundings, kode: str) -> list[casebook.Running]:
    found, _total = await around.store.incidents(open_only=True, kode=kode)
    ranked = sorted(found, key=casebook.urgency)
    return [casebook.running(incident, around.latest, around.now, around.alerts) for incident in ranked]


def _marked(entry: Entry, marks: Sequence[Mark]) -> list[Mark]:
    opened = {(key[0], *item.finding.key): item.opened for key, item in entry.ledger.open.items()}
    return [
        mark
        for mark in reversed(marks)
        if opened.get((mark.key.check, mark.key.code, mark.key.subject)) == mark.key.opened
    ]


def _findings(entry: Entry, latest: Latest) -> Piles:
    return piles([still(entry, item, latest.hosts) for item in entry.findings])


def _reckoning(entry: Entry, line: Row) -> Reckoning | None:
    return reckoning(line, {item.finding.code for item in entry.counted})


def _domain(latest: Latest, target: Target) -> str:
    """The kode of the domain's page, if it is watched: a domain's kode is its name."""
    name = registrable(target.host)
    entry = latest.get(name) if name else None
    return name if name and entry is not None and entry.target.kind is Kind.DOMAIN else ""


def _under(around: Surroundings, domain: Target) -> list[Row]:
    found = [
        row(entry, around.now, around.checks)
        for entry in around.latest.entries()
        if entry.target.kind is not Kind.DOMAIN and registrable(entry.target.host) == domain.host
    ]
    return sorted(found, key=lambda line: STATE_RANK[line.state])


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """The page of a site that left the inventory."""

    target: Target
    at: datetime
    transitions: Sequence[Transition]
    closed: Sequence[Told]


async def former(retired: Retired, store: Records, now: datetime) -> Former:
    """What the record keeps of *retired*."""
    target, at = retired.target, retired.retired or now
    transitions, past = await _history(store, target.kode, at - HISTORY)
    return Former(target=target, at=at, transitions=transitions, closed=_closed(target, past, at - HISTORY))


async def _history(store: Records, kode: str, since: datetime) -> tuple[list[Transition], Sequence[Past]]:
    """State changes, newest first, and findings."""
    transitions = await store.transitions(kode, since)
    return list(reversed(transitions))[:LINES], await store.findings(kode, limit=LINES)


def _closed(target: Target, past: Iterable[Past], since: datetime) -> list[Told]:
    return [
        told(target, item.finding, item.opened, item.resolved)
        for item in past
        if item.resolved is not None and item.resolved >= since
    ]


def _last(entry: Entry, now: datetime) -> Last | None:
    visit, result, newest = seen(entry), entry.seen.get(WEBSITE), last_run(entry)
    if visit is None or result is None:
        return None
    lines = bars(hop.phases for hop in visit.hops)
    return Last(
        visit=visit,
        at=result.started,
        steps=[Step(hop, line) for hop, line in zip(visit.hops, lines, strict=True)],
        seals=_seals(visit, now),
        failure=catalogue.failure_text(visit.failure) if visit.failure else "",
        size=result.measure.size if result.measure else None,
        newer=newest.reason if newest is not None and newest.outcome is not Outcome.OBSERVED else "",
    )


def _seals(visit: Visit, now: datetime) -> list[Seal]:
    """Each chain once, however many hops served it."""
    sessions: dict[tuple[object, ...], TlsSession] = {}
    urls: dict[tuple[object, ...], list[str]] = {}
    for hop in visit.hops:
        if hop.tls is not None:
            key = (hop.tls.verify_code, *(certificate.sha256 for certificate in hop.tls.chain))
            sessions.setdefault(key, hop.tls)
            urls.setdefault(key, []).append(hop.url)
    return [Seal(session, urls[key], _chain(session, now)) for key, session in sessions.items()]


def _chain(session: TlsSession, now: datetime) -> list[Link]:
    return [Link(certificate, days_left(certificate.not_after, now)) for certificate in session.chain]


def cause_text(cause: str) -> str:
    """A transition's cause in words: the rule's title, or why nobody could look."""
    return catalogue.text(cause).title if cause in catalogue.codes() else cause
