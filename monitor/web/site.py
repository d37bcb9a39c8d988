"""The page of one site as values: its last visit hop by hop, what is open and how to mend it, and its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import catalogue
from monitor.checks.website.visit import Hop, Visit
from monitor.domains import Domains, Standing
from monitor.latest import Entry
from monitor.model import Finding, Outcome, Severity, Target, Transition
from monitor.net.facts import Certificate, TlsSession
from monitor.web.charts import Bar, Spark, bars, spark
from monitor.web.reads import Past, Records, Retired
from monitor.web.rows import WEBSITE, Row, last_run, row, seen
from monitor.words import days_left

HISTORY = timedelta(days=30)
DAY = timedelta(days=1)
SAMPLES = 5_000
"""More than a day of visits at the shortest cadence that makes sense."""
LINES = 200
"""Lines of a history; older ones are left to the record."""

STANDINGS: dict[Standing, str] = {
    Standing.GOVERNMENT: "Domain pemerintah",
    Standing.OTHER_GOVERNMENT: "Domain pemerintah lain",
    Standing.NON_GOVERNMENT: "Bukan domain pemerintah",
    Standing.ADDRESS: "Alamat IP, bukan nama domain",
    Standing.MISSPELT: "Menyerupai domain pemerintah: mungkin salah tulis",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding in words."""

    kode: str
    name: str
    code: str
    subject: str
    severity: Severity
    opened: datetime
    closed: datetime | None = None
    title: str
    seen: str
    why: str
    fix: str
    reference: str


def told(target: Target, finding: Finding, opened: datetime, closed: datetime | None = None) -> Told:
    """*finding* on *target*, with the catalogue's texts."""
    text = catalogue.text(finding.code)
    return Told(
        kode=target.kode,
        name=target.name,
        code=finding.code,
        subject=finding.subject,
        severity=finding.severity,
        opened=opened,
        closed=closed,
        title=text.title,
        seen=catalogue.describe(finding),
        why=text.why,
        fix=text.fix,
        reference=text.reference,
    )


def all_told(entries: Iterable[Entry], least: Severity | None = None) -> list[Told]:
    """Every open finding that is at least as bad as *least*; worst first, then oldest."""
    rank = 0 if least is None else least.rank
    found = [
        told(entry.target, item.finding, item.opened)
        for entry in entries
        for item in entry.ledger.open.values()
        if item.finding.severity.rank >= rank
    ]
    return sorted(found, key=lambda item: (-item.severity.rank, item.opened))


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
    last: Last | None
    unseen: str
    """Why there is no visit to show."""
    findings: Sequence[Told]
    transitions: Sequence[Transition]
    closed: Sequence[Told]
    spark: Spark | None
    since: datetime
    """Where the history on the page begins."""


async def site(entry: Entry, store: Records, domains: Domains, now: datetime) -> Site:
    """The page of *entry* at *now*."""
    kode, since = entry.target.kode, now - HISTORY
    transitions, past = await _history(store, kode, since)
    samples = await store.samples(kode, WEBSITE, now - DAY, now, SAMPLES)
    last = _last(entry, now)
    run = last_run(entry)
    return Site(
        row=row(entry, now),
        standing=STANDINGS[domains.standing(entry.target.host)],
        last=last,
        unseen=run.reason if last is None and run is not None else "",
        findings=[told(entry.target, item.finding, item.opened) for item in entry.findings],
        transitions=transitions,
        closed=_closed(entry.target, past, since),
        spark=spark(samples, now - DAY, now),
        since=since,
    )


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
