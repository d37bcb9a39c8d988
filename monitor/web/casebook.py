"""Incidents as lines and pages: in words, with who has taken them on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts import headlines, phrases
from monitor.alerts.compose import compose
from monitor.alerts.message import Message
from monitor.alerts.situation import Situation
from monitor.incident import CauseKind, Event, EventKind, Incident, NoticeKind
from monitor.latest import Latest
from monitor.model import State
from monitor.settings import Alerts

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
    sites: Sequence[tuple[str, str]]
    """(kode, name) of the first few."""
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """A site in an incident."""

    kode: str
    name: str
    state: State | None
    """None when it is no longer watched."""
    joined: datetime
    left: datetime | None
    codes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything on an incident's page."""

    line: Line
    message: Message
    """What people were told, or would be told now."""
    sites: Sequence[Concerned]
    timeline: Sequence[Event]
    """Newest first."""


def line(situation: Situation) -> Line:
    """*situation* on one line."""
    incident = situation.incident
    kodes = situation.kodes
    return Line(
        incident=incident,
        title=headlines.title(situation),
        cause=_cause(incident),
        standing=_standing(incident),
        is_waiting=incident.resolved is None and incident.acknowledged is None,
        sites=[(kode, _name(situation, kode)) for kode in kodes[:FEW]],
        more=max(0, len(kodes) - FEW),
    )


def case(situation: Situation, latest: Latest, settings: Alerts) -> Case:
    """The page of *situation*."""
    return Case(
        line=line(situation),
        message=compose(situation, settings),
        sites=[_concerned(situation, latest, kode) for kode in situation.incident.kodes],
        timeline=tuple(reversed(situation.timeline)),
    )


def kind_of(incident: Incident) -> NoticeKind:
    """As which message an incident reads best now."""
    return NoticeKind.OPENED if incident.resolved is None else NoticeKind.RESOLVED


def _cause(incident: Incident) -> str:
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


def _concerned(situation: Situation, latest: Latest, kode: str) -> Concerned:
    members = [member for member in situation.incident.members if member.key.kode == kode]
    left = [member.left for member in members]
    entry = latest.get(kode)
    return Concerned(
        kode=kode,
        name=_name(situation, kode),
        state=entry.state if entry else None,
        joined=min(member.joined for member in members),
        left=None if None in left else max(filter(None, left), default=None),
        codes=tuple(dict.fromkeys(member.key.code for member in members)),
    )
