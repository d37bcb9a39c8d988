"""Incidents as lines and pages: in words, with who has taken them on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts import headlines, phrases
from monitor.alerts.compose import compose
from monitor.alerts.message import Message
from monitor.alerts.situation import Noted, Situation
from monitor.incident import CauseKind, Event, EventKind, Incident, Member, NoticeKind
from monitor.latest import Entry, Latest
from monitor.model import Severity
from monitor.settings import Alerts
from monitor.telling import Teller
from monitor.web.addressed import WORDS
from monitor.web.owned import own_hosts
from monitor.web.rows import Row, row
from monitor.words import SEVERITIES

CAUSES = {
    CauseKind.SITE: "satu situs",
    CauseKind.ADDRESS: "alamat bersama",
    CauseKind.NAME_SERVER: "server nama bersama",
    CauseKind.DOMAIN: "DNS domain",
    CauseKind.CERTIFICATE: "sertifikat bersama",
    CauseKind.AUTHORITY: "penerbit sertifikat",
    CauseKind.VANTAGE: "titik pantau kita",
    CauseKind.DELIVERY: "saluran notifikasi",
}
EVENTS = {
    EventKind.OPENED: "Dibuka",
    EventKind.GREW: "Bertambah",
    EventKind.SHRANK: "Berkurang",
    EventKind.WIDENED: "Sebab meluas",
    EventKind.WORSENED: "Memburuk",
    EventKind.NOTIFIED: "Diberitahukan",
    EventKind.REMINDED: "Diingatkan",
    EventKind.HELD: "Ditahan: pemeliharaan",
    EventKind.FLAPPING: "Naik-turun",
    EventKind.REOPENED: "Kambuh",
    EventKind.ACKNOWLEDGED: "Diterima",
    EventKind.NOTED: "Catatan",
    EventKind.ASSIGNED: "Ditugaskan",
    EventKind.DISMISSED: "Positif palsu",
    EventKind.WITHDRAWN: "Dicabut",
    EventKind.RESOLVED: "Selesai",
}
FEW = 3
"""Sites named on a line."""
TOGETHER = timedelta(minutes=2)
"""What happens alike to many sites within this time of the first is told as one."""
FIRST = 5
"""Incidents on the front page; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One incident in a list."""

    incident: Incident
    title: str
    cause: str
    standing: str
    """`diterima Siti`, `ditahan pemeliharaan`, …"""
    is_waiting: bool
    """Open, and nobody has taken it on."""
    is_settling: bool
    """Open although nothing of it is any more: it flapped, and has to stay quiet for a while first."""
    sites: Sequence[tuple[str, str]]
    """(kode, name) of the first few."""
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An incident that is open, on the page of a site that is in it."""

    line: Line
    remedy: str
    """The first thing to do; empty when there is nothing left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """A site in an incident."""

    kode: str
    name: str
    row: Row | None
    """As it is now; None when it is no longer watched."""
    joined: datetime
    left: datetime | None
    codes: Mapping[str, int]
    """Rule → how often it went away and came back while the incident ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything on an incident's page."""

    line: Line
    message: Message
    """What people were told, or would be told now."""
    sites: Sequence[Concerned]
    timeline: Sequence[Event]
    """Newest first; what happened alike at about the same time is one line."""
    mended: Mapping[str, str]
    """Code → who is to mend it, where that is somebody else than whose incident it is."""
    own: frozenset[str]
    """Names of the county's and all below them: addresses of any others are not for following."""

    @property
    def recovered(self) -> int:
        """Sites of which nothing is in it any more."""
        return sum(site.left is not None for site in self.sites)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is open, for the front page."""

    counts: Mapping[Severity, int]
    waiting: int
    """Of those: nobody has taken them on."""
    lines: Sequence[Line]
    """Of the first few."""

    @property
    def total(self) -> int:
        """All that are open."""
        return sum(self.counts.values())


def summary(incidents: Iterable[Incident], latest: Latest, now: datetime, most: int = FIRST) -> Summary:
    """*incidents*, which are open, from memory alone: a front page waits for no store; the first *most* by line."""
    ranked = sorted(incidents, key=urgency)
    counts = Counter(item.severity for item in ranked)
    return Summary(
        counts={severity: counts[severity] for severity in SEVERITIES},
        waiting=sum(item.acknowledged is None for item in ranked),
        lines=[line(remembered(item, latest, now)) for item in ranked[:most]],
    )


def urgency(incident: Incident) -> tuple[bool, int, float]:
    """Sorts what nobody has taken on first, then by severity, then the newest."""
    return incident.acknowledged is not None, -incident.severity.rank, -incident.opened.timestamp()


async def lines(incidents: Iterable[Incident], latest: Latest, teller: Teller, now: datetime) -> list[Line]:
    """*incidents* line by line; the record is asked only about those of which nothing is open any more."""
    return [line(await _situation(item, latest, teller, now)) for item in incidents]


async def _situation(incident: Incident, latest: Latest, teller: Teller, now: datetime) -> Situation:
    known = remembered(incident, latest, now)
    if known.findings or not incident.members or _is_settling(incident):
        return known
    return await teller.situation(incident, kind_of(incident))


def remembered(incident: Incident, latest: Latest, now: datetime) -> Situation:
    """What memory knows of *incident*: its findings that are open, and the sites that are watched."""
    entries = {kode: entry for kode in incident.kodes if (entry := latest.get(kode)) is not None}
    return Situation(
        incident=incident,
        key="",
        kind=kind_of(incident),
        now=now,
        findings=tuple(_open(incident.current, entries)),
        targets={kode: entry.target for kode, entry in entries.items()},
        states={kode: (entry.state, entry.since) for kode, entry in entries.items() if entry.since},
    )


def _open(members: Iterable[Member], entries: Mapping[str, Entry]) -> Iterator[Noted]:
    for member in members:
        key = member.key
        entry = entries.get(key.kode)
        item = entry.ledger.open.get((key.check, key.code, key.subject)) if entry else None
        if item is not None and item.opened == key.opened:
            yield Noted(kode=key.kode, check=key.check, finding=item.finding, opened=item.opened)


def line(situation: Situation) -> Line:
    """*situation* on one line."""
    incident = situation.incident
    kodes = situation.kodes
    return Line(
        incident=incident,
        title=_title(situation),
        cause=cause(incident),
        standing=_standing(incident),
        is_waiting=incident.resolved is None and incident.acknowledged is None,
        is_settling=_is_settling(incident),
        sites=[(kode, _name(situation, kode)) for kode in kodes[:FEW]],
        more=max(0, len(kodes) - FEW),
    )


def running(incident: Incident, latest: Latest, now: datetime, settings: Alerts) -> Running:
    """*incident*, which is open, from memory alone, with what to do first."""
    situation = remembered(incident, latest, now)
    return Running(line=line(situation), remedy=compose(situation, settings).remedy if situation.findings else "")


def case(situation: Situation, latest: Latest, settings: Alerts) -> Case:
    """The page of *situation*."""
    return Case(
        line=line(situation),
        message=compose(situation, settings),
        sites=[_concerned(situation, latest, kode, members) for kode, members in _by_kode(situation.incident).items()],
        timeline=tuple(reversed(merged(situation.timeline))),
        mended=_mended(situation),
        own=own_hosts(situation, latest),
    )


def _mended(situation: Situation) -> Mapping[str, str]:
    whose = situation.incident.audience
    rules = {noted.finding.code: noted.finding.rule for noted in situation.findings}
    return {code: WORDS[rule.audience] for code, rule in rules.items() if rule.audience is not whose}


def merged(events: Iterable[Event]) -> list[Event]:
    """*events*, oldest first; 85 sites that join within a minute are one line."""
    found: list[Event] = []
    for event in events:
        last = found[-1] if found else None
        if last is not None and _is_alike(last, event):
            kodes = tuple(dict.fromkeys((*last.kodes, *event.kodes)))
            found[-1] = replace(last, kodes=kodes)
        else:
            found.append(event)
    return found


def _is_alike(one: Event, other: Event) -> bool:
    """Whether *other* is the same thing, happening to other sites just after *one*; what people say stays apart."""
    is_same = (one.kind, one.text, one.actor) == (other.kind, other.text, "")
    return is_same and bool(other.kodes) and other.at - one.at <= TOGETHER


def _by_kode(incident: Incident) -> Mapping[str, list[Member]]:
    """Its members, those that are still in it first."""
    found: dict[str, list[Member]] = {}
    for member in sorted(incident.members, key=lambda member: member.left is not None):
        found.setdefault(member.key.kode, []).append(member)
    return found


def kind_of(incident: Incident) -> NoticeKind:
    """As which message an incident reads best now."""
    return NoticeKind.OPENED if incident.resolved is None else NoticeKind.RESOLVED


def _is_settling(incident: Incident) -> bool:
    return incident.resolved is None and incident.held_until is not None and not incident.current


def _title(situation: Situation) -> str:
    """What happened and where; how bad, since when, and for how long, stands beside it."""
    incident = situation.incident
    if _is_settling(incident):
        return f"Menunggu stabil – {_about(situation)}"
    if incident.members and not situation.findings:
        return _about(situation)
    return headlines.title(replace(situation, is_alone=False))


def _about(situation: Situation) -> str:
    """The site by name, or so many and what they share: all that is known when nothing is open any more."""
    kodes = situation.kodes
    if len(kodes) == 1:
        return situation.called(kodes[0])
    return f"{headlines.which(situation)}, {cause(situation.incident)}"


def cause(incident: Incident) -> str:
    """What *incident* is about: `alamat bersama: 192.0.2.7`, `satu situs`."""
    value = phrases.shortened(incident.cause)
    shows = incident.cause.kind not in {CauseKind.SITE, CauseKind.VANTAGE} and value
    return f"{CAUSES[incident.cause.kind]}: {value}" if shows else CAUSES[incident.cause.kind]


def _standing(incident: Incident) -> str:
    if incident.resolved is not None:
        return "selesai"
    parts = [
        f"diterima {incident.acknowledged_by}" if incident.acknowledged else "belum diterima",
        f"ditugaskan kepada {incident.assignee}" if incident.assignee else "",
        "naik-turun, menunggu stabil" if incident.held_until else "",
        "" if incident.notices else "belum diberitahukan",
    ]
    return " · ".join(filter(None, parts))


def _name(situation: Situation, kode: str) -> str:
    target = situation.targets.get(kode)
    return target.name if target else kode


def _concerned(situation: Situation, latest: Latest, kode: str, members: Sequence[Member]) -> Concerned:
    left = [member.left for member in members]
    entry = latest.get(kode)
    return Concerned(
        kode=kode,
        name=_name(situation, kode),
        row=row(entry, situation.now) if entry else None,
        joined=min(member.joined for member in members),
        left=None if None in left else max(filter(None, left), default=None),
        codes=_recurrences(members),
    )


def _recurrences(members: Sequence[Member]) -> Mapping[str, int]:
    """Rule → how often the subject of it came back that did so most often."""
    often = Counter((key.code, key.subject) for key in {member.key for member in members})
    found = dict.fromkeys((member.key.code for member in members), 0)
    for (code, _subject), times in often.items():
        found[code] = max(times - 1, found[code])
    return found
