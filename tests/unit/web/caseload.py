"""A regency in which something is the matter: a real book and desk over a record of plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from monitor import alarms
from monitor.alerts.beat import Standing
from monitor.checks.website.visit import Visit
from monitor.content.examine import Content
from monitor.content.facts import Gambling, Hit, Place, Verdict
from monitor.content.foreign import Foreign, Service
from monitor.content.ownership import Naming
from monitor.content.shape import Shape
from monitor.content.software import Software
from monitor.desk import Desk
from monitor.findings import Ledger
from monitor.incident import (
    Event,
    FindingKey,
    Incident,
    Mark,
    NoticeKind,
    Parcel,
    ParcelState,
    Ripples,
    Scope,
    Verb,
    Window,
)
from monitor.incidents.book import Book
from monitor.incidents.causes import Features
from monitor.latest import Entry, Latest
from monitor.model import Audience, Change, Finding, OpenFinding, Rule, Severity, State, Turn
from monitor.reach import Reach
from monitor.settings import Alerts, Settings
from monitor.telling import Teller
from monitor.web.view import View
from tests.unit.web import domains, record, regency
from tests.unit.web.moment import NOW
from tests.unit.web.regency import WEBSITE

DOWN = Rule("site.down", Severity.HIGH, Audience.NOC, confirm=True, state=State.DOWN)
GAMBLING = Rule("content.gambling", Severity.CRITICAL, Audience.CSIRT)
EXPIRED = Rule("certificate.expired", Severity.HIGH, Audience.NOC, state=State.DEGRADED)
RULES = {rule.code: rule for check in domains.CHECKS for rule in check.rules}

SHARED = "192.0.2.7"
MANY = tuple(f"DESA-{number:03}" for number in range(1, 86))
"""Sites on one address that is gone."""
HIJACKED, EXPIRES = "DESA-100", "KECAMATAN-003"
HOSTILE = '<img src=x onerror="alert(1)">'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PAGE = f"<title>SLOT GACOR</title><script>alert(1)</script>{HOSTILE}".encode()

CHANNELS = {
    "noc": {"type": "webhook", "url": "http://127.0.0.1:9/noc", "secret": "rahasia-kanal"},
    "csirt": {"type": "webhook", "url": "http://127.0.0.1:9/csirt", "secret": "rahasia-kanal"},
}


@dataclass(frozen=True)
class Kept:
    """An exhibit without its bulk."""

    id: int
    kode: str
    label: str
    url: str
    at: datetime
    media_type: str
    status: int
    size: int
    digest: str
    capped: bool = False


@dataclass
class Cases(record.Record):
    """A record that also keeps what a book makes; enough of a `Store` for the web, a desk and a teller."""

    cases: dict[int, Incident] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    parcels: dict[str, Parcel] = field(default_factory=dict)
    plans: dict[int, Window] = field(default_factory=dict)
    marked: list[Mark] = field(default_factory=list)
    forgotten: list[tuple[str, str]] = field(default_factory=list)
    evidence: dict[int, tuple[Kept, tuple[tuple[str, str], ...], bytes]] = field(default_factory=dict)
    found: dict[int, list[Any]] = field(default_factory=dict)
    """Incident → findings that were ever in it."""
    flushes: int = 0

    def put_ripples(self, ripples: Ripples) -> None:
        self.cases.update((item.number, item) for item in ripples.incidents)
        self.events.extend(ripples.events)
        for parcel in ripples.parcels:
            self.parcels.setdefault(parcel.key, parcel)
        self.plans.update((window.number, window) for window in ripples.windows)
        self.marked.extend(ripples.marks)
        self.forgotten.extend(ripples.forget)

    async def flush(self) -> None:
        self.flushes += 1

    async def requeue(self, key: str, now: datetime) -> bool:
        parcel = self.parcels.get(key)
        if parcel is None or parcel.state is not ParcelState.DEAD:
            return False
        self.parcels[key] = replace(parcel, state=ParcelState.WAITING, due=now, settled=None)
        return True

    async def incidents(
        self,
        *,
        open_only: bool = False,
        kode: str | None = None,
        audience: Audience | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[Sequence[Incident], int]:
        wanted = [
            item
            for _number, item in sorted(self.cases.items(), reverse=True)
            if (not open_only or item.resolved is None)
            and kode in {None, *item.kodes}
            and audience in {None, item.audience}
        ]
        return wanted[offset : offset + limit], len(wanted)

    async def incident(self, number: int) -> Incident | None:
        return self.cases.get(number)

    async def incident_findings(self, number: int) -> Sequence[Any]:
        return self.found.get(number, ())

    async def timeline(self, number: int) -> tuple[Event, ...]:
        return tuple(event for event in self.events if event.number == number)

    async def windows(self, *, all: bool = False) -> Sequence[Window]:  # noqa: A002 – the store's word
        return [window for _number, window in sorted(self.plans.items()) if all or window.ended is None]

    async def outbox(
        self,
        state: ParcelState | None = None,
        channel: str | None = None,
        limit: int = 100,
        offset: int = 0,
        *,
        key: str | None = None,
    ) -> Sequence[Parcel]:
        wanted = [
            parcel
            for parcel in reversed(self.parcels.values())
            if state in {None, parcel.state} and channel in {None, parcel.channel} and key in {None, parcel.key}
        ]
        return wanted[offset : offset + limit]

    async def parcels_of(self, keys: Sequence[str]) -> Sequence[Parcel]:
        return [parcel for key, parcel in reversed(self.parcels.items()) if key in keys]

    async def last_digest(self, audience: str, before: datetime) -> datetime | None:
        made = [
            parcel.created
            for parcel in self.parcels.values()
            if parcel.key.startswith(f"digest-{audience}-") and parcel.state is not ParcelState.DEAD
        ]
        return max((at for at in made if at < before), default=None)

    async def outbox_counts(self) -> Mapping[tuple[str, ParcelState], int]:
        counts: dict[tuple[str, ParcelState], int] = {}
        for parcel in self.parcels.values():
            counts[parcel.channel, parcel.state] = counts.get((parcel.channel, parcel.state), 0) + 1
        return counts

    async def marks(self, of: str | FindingKey) -> Sequence[Mark]:
        return [mark for mark in self.marked if of in {mark.key, mark.key.kode}]

    async def exhibits(
        self, kode: str, limit: int = 100, *, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[Kept]:
        of = [kept for kept, _head, _body in self.evidence.values() if kept.kode == kode]
        return [kept for kept in of if (since or kept.at) <= kept.at <= (until or kept.at)][:limit]

    async def exhibit(self, number: int) -> tuple[Kept, tuple[tuple[str, str], ...], bytes] | None:
        return self.evidence.get(number)


@dataclass(frozen=True)
class Past:
    """A finding's life."""

    kode: str
    check: str
    finding: Finding
    opened: datetime
    resolved: datetime | None = None


@dataclass
class Line:
    """How a channel is doing."""

    alive: bool | None = True
    sent: int = 41
    failed: int = 0
    dead: int = 0


@dataclass(frozen=True)
class Camera:
    """Somebody who takes pictures."""

    ready: bool = True
    busy: int = 1
    taken: int = 3
    failed: int = 1


@dataclass
class Office:
    """The daemon's side of people, over one record."""

    latest: Latest
    store: Cases
    settings: Settings
    book: Book
    now: datetime = NOW
    nudges: int = 0
    camera: Camera = field(default_factory=Camera)
    lines: dict[str, Line] = field(default_factory=dict)
    standings: tuple[Standing, ...] = ()

    def __post_init__(self) -> None:
        self.desk = Desk(self.book, self.store, lambda: self.now, self._nudge)
        self.teller = Teller(self.store, self.latest, lambda: True, self.settings.alerts, lambda: self.now)
        self.reach = Reach(
            self.settings.alerts, self.store, lines=self.lines, standings=self.standings, camera=self.camera
        )

    def _nudge(self) -> None:
        self.nudges += 1

    def entry(self, kode: str) -> Entry:
        found = self.latest.get(kode)
        assert found is not None
        return found

    def opens(self, kode: str, finding: Finding, at: datetime, address: str = "") -> FindingKey:
        """*finding* opens on *kode* at *at*, and the book takes it in."""
        entry = self.entry(kode)
        key = (WEBSITE, *finding.key)
        entry.ledger = Ledger({**entry.ledger.open, key: OpenFinding(WEBSITE, finding, at)}, entry.ledger.pending)
        if finding.rule.state is not None:
            entry.state, entry.since, entry.cause = finding.rule.state, at, finding.code
        change = Change(kode=kode, check=WEBSITE, finding=finding, turn=Turn.OPENED, at=at, opened=at)
        features = Features(address=address)
        ripples = self.book.take((change,), (), features, at, kode=kode)
        self.store.put_ripples(ripples)
        for item in ripples.incidents:
            if any(member.key.kode == kode and member.key.code == finding.code for member in item.members):
                self.store.found.setdefault(item.number, []).append(Past(kode, WEBSITE, finding, at))
        return FindingKey(kode=kode, check=WEBSITE, code=finding.code, subject=finding.subject, opened=at)

    def closes(self, key: FindingKey, at: datetime) -> None:
        """The finding of *key* is over."""
        entry = self.entry(key.kode)
        item = entry.ledger.open[key.check, key.code, key.subject]
        left = {each: known for each, known in entry.ledger.open.items() if known is not item}
        entry.ledger, entry.state, entry.cause = Ledger(left), State.UP, ""
        change = Change(
            kode=key.kode, check=key.check, finding=item.finding, turn=Turn.RESOLVED, at=at, opened=item.opened
        )
        self.store.put_ripples(self.book.take((change,), (), Features(), at, kode=key.kode))
        for past in self.store.found.values():
            past[:] = [
                replace(each, resolved=at) if each.kode == key.kode and each.finding.code == key.code else each
                for each in past
            ]

    def passes(self, at: datetime) -> None:
        """Time goes by until *at*."""
        self.now = at
        self.store.put_ripples(self.book.tick(at))

    def settled(self, key: str, state: ParcelState, error: str = "", title: str = "") -> None:
        """What became of the parcel *key*."""
        parcel = self.store.parcels[key]
        self.store.parcels[key] = replace(
            parcel,
            state=state,
            error=error,
            attempts=parcel.attempts + 1,
            settled=self.now if state is not ParcelState.WAITING else None,
            body={"title": title} if title else None,
        )

    def view(self, **changes: object) -> View:
        """What the web sees of it."""
        values: dict[str, object] = {
            "latest": self.latest,
            "store": self.store,
            "settings": self.settings,
            "desk": self.desk,
            "teller": self.teller,
            "reach": self.reach,
            "now": lambda: self.now,
            **changes,
        }
        return record.view(**values)


def alerts(**changes: Any) -> Alerts:
    """Two channels, and *changes*."""
    return Alerts.model_validate({"channels": CHANNELS, "board_url": "http://localhost:8620", **changes})


def quiet(latest: Latest | None = None, **changes: Any) -> Office:
    """An office to which nothing has happened yet; *changes* are those of its alert settings."""
    latest = latest or regency.latest()
    settings = Settings(alerts=alerts(**changes))
    base = record.eventful()
    store = Cases(history=base.history, runs=base.runs, past=base.past, gone=base.gone)
    book = alarms.open_book(settings, latest, lambda: NOW)
    book.resume((), (), (), NOW - timedelta(days=30))
    lines = {name: Line() for name in settings.alerts.channels}
    return Office(latest, store, settings, book, lines=lines)


def refused(address: str = SHARED) -> Finding:
    return DOWN(phase="connect", kind="refused", address=address, text="", host="", case="")


def gambling() -> Finding:
    return GAMBLING(
        "",
        points=34.5,
        case="",
        hits=["slot (title): SLOT GACOR MAXWIN", f"slot (hidden): {HOSTILE}"],
        links=["https://gacor.example/daftar"],
        host="kedungrejo.desa.id",
    )


def busy() -> Office:
    """
    An office with its hands full at `NOW`.

    INS-1 85 sites on one address, not taken on · INS-2 a hijacked page, for the CSIRT · INS-3 an expired certificate,
    taken on and assigned · INS-4 over since yesterday. Maintenance: one on, one every Sunday, one ended.
    """
    office = quiet()
    yesterday, morning = NOW - timedelta(hours=26), NOW - timedelta(hours=2, minutes=5)
    gone = office.opens("OPD-009", refused("192.0.2.99"), yesterday, "192.0.2.99")
    office.passes(yesterday + timedelta(minutes=1))
    office.closes(gone, yesterday + timedelta(minutes=40))
    office.passes(yesterday + timedelta(hours=3))
    for number, kode in enumerate(MANY):
        office.opens(kode, refused(), morning + timedelta(seconds=number // 20), SHARED)
    office.passes(morning + timedelta(minutes=1))
    office.opens(HIJACKED, gambling(), NOW - timedelta(minutes=31))
    office.opens(EXPIRES, EXPIRED(days=-4, not_after="2026-11-20T00:00:00+00:00", host="x"), NOW - timedelta(days=0.05))
    office.passes(NOW)
    _deliver(office)
    _plan(office)
    _keep(office)
    _serve_gambling(office.entry(HIJACKED))
    return office


def number_of(office: Office, kode: str) -> int:
    """The open incident that *kode* is in."""
    return next(item.number for item in office.book.open if kode in item.kodes)


def _deliver(office: Office) -> None:
    for key, parcel in list(office.store.parcels.items()):
        office.settled(key, ParcelState.SENT, title=f"TURUN: {parcel.kind.value} {parcel.incident} {HOSTILE}")
    last = list(office.store.parcels)[-1]
    office.settled(last, ParcelState.DEAD, error="401: token ditolak")
    waiting = Parcel(
        key="digest-noc-2026-11-24",
        channel="noc",
        kind=NoticeKind.DIGEST,
        order="digest-noc-2026-11-24",
        created=NOW,
        due=NOW,
        body={"title": "Ringkasan pagi: 85 turun"},
    )
    office.store.parcels[waiting.key] = waiting


def _plan(office: Office) -> None:
    book, put = office.book, office.store.put_ripples
    for scope, value, start, rule in (
        (Scope.TARGET, "OPD-001", NOW - timedelta(minutes=20), ""),
        (Scope.ADDRESS, "203.0.113.0/24", NOW + timedelta(days=3), "FREQ=WEEKLY;BYDAY=SU"),
        (Scope.KIND, "puskesmas", NOW + timedelta(days=1), ""),
    ):
        _window, ripples = book.add_window(
            scope=scope,
            value=value,
            start=start,
            length=timedelta(hours=2),
            rule=rule,
            reason=f"Pindah server {HOSTILE}",
            actor="Rina",
            at=NOW,
        )
        put(ripples)
    put(book.end_window(3, "Budi", NOW))


def _keep(office: Office) -> None:
    at = NOW - timedelta(minutes=31)
    for number, (label, body, media_type, status) in enumerate(
        (("pengunjung", PAGE, "text/html", 200), ("tangkapan-layar", PNG, "image/png", 0)), 1
    ):
        kept = Kept(
            id=number,
            kode=HIJACKED,
            label=label,
            url=f"https://kedungrejo.desa.id/{HOSTILE}",
            at=at,
            media_type=media_type,
            status=status,
            size=len(body),
            digest=sha256(body).hexdigest(),
            capped=number == 1,
        )
        office.store.evidence[number] = kept, (("content-type", media_type), ("x-evil", HOSTILE)), body


def _serve_gambling(entry: Entry) -> None:
    run = entry.seen[WEBSITE]
    assert isinstance(run.facts, Visit)
    facts = replace(run.facts, content=hijacked_content())
    entry.seen[WEBSITE] = entry.results[WEBSITE] = replace(run, facts=facts)


def hijacked_content() -> Content:
    """A page that serves gambling, and much else."""
    hits = tuple(
        Hit("slot", place, 12.5 - number, f"SLOT GACOR {HOSTILE} https://gacor.example/a")
        for number, place in enumerate((Place.TITLE, Place.HIDDEN, *[Place.ANCHOR_TEXT] * 14))
    )
    return Content(
        gambling=Gambling(
            verdict=Verdict.INJECTED, points=44.5, hits=hits, links=("https://gacor.example/daftar?x=<b>",)
        ),
        foreign=Foreign(
            scripts=("cdn.gacor.example",), frames=("main.example",), services=(Service("bit.ly", f"Daftar {HOSTILE}"),)
        ),
        naming=Naming(county=False, districts=(), others=("Banyumas",)),
        shape=Shape(language="id", words=1234),
        software=(Software("WordPress", "4.9.1"), Software("OpenSID", "")),
        dates=(NOW + timedelta(days=3), NOW - timedelta(days=2)),
        partial=True,
    )


def mark(office: Office, key: FindingKey, verb: Verb, text: str = "", until: datetime | None = None) -> None:
    """Have somebody do *verb* about the finding of *key*."""
    said = Mark(key=key, verb=verb, actor="Sari", at=office.now, text=text, until=until)
    office.store.put_ripples(office.book.mark(said, office.now))
