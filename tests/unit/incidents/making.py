"""A book with a store of plain dicts behind it, and made-up findings for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.alert_sections import Alerts
from monitor.incident import Event, EventKind, FindingKey, Incident, Mark, NoticeKind, Parcel, Ripples, Verb, Window
from monitor.incidents.book import Book
from monitor.incidents.causes import Features
from monitor.incidents.grouping import key_of
from monitor.model import Audience, Change, Finding, Kind, OpenFinding, Rule, Severity, State, Turn

START = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

DOWN = Rule("site.down", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
ERROR = Rule("site.error", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
EXPIRED = Rule("certificate.expired", Severity.HIGH, Audience.NOC, state=State.DEGRADED)
EXPIRING = Rule("certificate.expiring", Severity.LOW, Audience.NOC)
LAME = Rule("zone.lame", Severity.MEDIUM, Audience.NOC, confirm=True)
UNREACHABLE_ZONE = Rule("zone.all_unreachable", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
GAMBLING = Rule("content.gambling", Severity.CRITICAL, Audience.CSIRT)
DEFACED = Rule("content.defaced", Severity.CRITICAL, Audience.CSIRT)
EMPTIED = Rule("content.emptied", Severity.MEDIUM, Audience.NOC, confirm=True)
REVOKED = Rule("tls.revoked", Severity.CRITICAL, Audience.CSIRT)
HYGIENE = Rule("transport.csp_missing", Severity.LOW, Audience.OWNER)

ADDRESS = "192.0.2.1"
TAKING = {"type": "apprise", "url": "json://127.0.0.1/"}
SET = dict.fromkeys(("noc", "piket", "csirt"), TAKING)
"""Channels, as settings have them."""
CHANNELS = {Audience.NOC: ("noc", "piket"), Audience.CSIRT: ("csirt",)}


def refused(address: str = ADDRESS) -> Finding:
    return DOWN(phase="connect", kind="refused", address=address, host="www.example.go.id")


def usual(incident: Incident, kind: NoticeKind, at: datetime) -> tuple[str, ...]:
    return CHANNELS.get(incident.audience, ())


@dataclass
class Shelf:
    """What a store keeps of ripples."""

    incidents: dict[int, Incident] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    parcels: dict[str, Parcel] = field(default_factory=dict)
    windows: dict[int, Window] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    open: dict[FindingKey, OpenFinding] = field(default_factory=dict)

    def write(self, ripples: Ripples) -> None:
        self.incidents.update((incident.number, incident) for incident in ripples.incidents)
        self.events.extend(ripples.events)
        for parcel in ripples.parcels:
            self.parcels.setdefault(parcel.key, parcel)
        self.windows.update((window.number, window) for window in ripples.windows)
        self.marks.extend(ripples.marks)

    def book(self, at: datetime, options: Alerts, channels: Callable[..., tuple[str, ...]] = usual) -> Book:
        """A book that takes up what is kept here, as a daemon does that starts."""
        book = Book(options, channels, lambda kode: Kind.DESA, self.finding_of)
        book.resume(
            [item for item in self.incidents.values() if self._is_wanted(item, at, options)],
            [window for window in self.windows.values() if window.ended is None],
            [mark for mark in self.marks if mark.key in self.open],
            at,
            next_incident=max(self.incidents, default=0) + 1,
            next_window=max(self.windows, default=0) + 1,
        )
        return book

    def finding_of(self, key: FindingKey) -> Finding | None:
        item = self.open.get(key)
        return item.finding if item is not None else None

    @staticmethod
    def _is_wanted(item: Incident, at: datetime, options: Alerts) -> bool:
        return item.resolved is None or item.resolved >= at - options.flap_window


class Desk:
    """Drives a book as the pipeline does: findings open and close on targets, time passes, ripples are written."""

    def __init__(self, channels: Callable[..., tuple[str, ...]] = usual, **options: Any) -> None:
        self.options = Alerts.model_validate({"channels": SET, **options})
        self.shelf = Shelf()
        self.channels = channels
        self.now = START
        self.book = self.shelf.book(self.now, self.options, channels)

    def after(self, span: timedelta) -> Desk:
        """Let *span* pass, with a tick at its end."""
        self.now += span
        self.write(self.book.tick(self.now))
        return self

    def restart(self) -> None:
        self.book = self.shelf.book(self.now, self.options, self.channels)

    def write(self, ripples: Ripples) -> Ripples:
        self.shelf.write(ripples)
        return ripples

    def opens(
        self, kode: str, *findings: Finding, closes: Iterable[FindingKey] = (), features: Features | None = None
    ) -> tuple[FindingKey, ...]:
        """A run on *kode* finds *findings* and no longer finds *closes*."""
        closed = [self._closing(key) for key in closes]
        opened = [self._change(kode, finding, Turn.OPENED, self.now) for finding in findings]
        for change in closed:
            del self.shelf.open[key_of(change)]
        for change in opened:
            self.shelf.open[key_of(change)] = OpenFinding(change.check, change.finding, change.opened)
        features = features or Features(address=ADDRESS)
        self.write(self.book.take((*closed, *opened), (), features, self.now, kode=kode))
        return tuple(map(key_of, opened))

    def closes(self, *keys: FindingKey) -> None:
        for key in keys:
            self.opens(key.kode, closes=(key,))

    def amends(self, key: FindingKey, severity: Severity) -> None:
        was = self.shelf.open[key]
        now = replace(was, finding=replace(was.finding, severity=severity))
        self.shelf.open[key] = now
        self.write(self.book.take((), (now,), Features(address=ADDRESS), self.now, kode=key.kode))

    def marks(self, key: FindingKey, verb: Verb, until: datetime | None = None) -> None:
        mark = Mark(key=key, verb=verb, actor="Sari", at=self.now, text="alasan", until=until)
        self.write(self.book.mark(mark, self.now))

    def _closing(self, key: FindingKey) -> Change:
        item = self.shelf.open[key]
        return self._change(key.kode, item.finding, Turn.RESOLVED, key.opened)

    def _change(self, kode: str, finding: Finding, turn: Turn, opened: datetime) -> Change:
        return Change(kode=kode, check="website", finding=finding, turn=turn, at=self.now, opened=opened)

    @property
    def incidents(self) -> list[Incident]:
        return [self.shelf.incidents[number] for number in sorted(self.shelf.incidents)]

    def sent(self, number: int | None = None, channel: str = "") -> list[Parcel]:
        return [
            parcel
            for parcel in self.shelf.parcels.values()
            if number in {None, parcel.incident} and channel in {"", parcel.channel}
        ]

    def kinds(self, number: int, channel: str = "noc") -> list[NoticeKind]:
        return [parcel.kind for parcel in self.sent(number, channel)]

    def told(self, number: int) -> list[EventKind]:
        return [event.kind for event in self.shelf.events if event.number == number]
