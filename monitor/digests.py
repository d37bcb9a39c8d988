"""When a digest is due, and what goes into it: the NOC's every morning, the owners' every Monday."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Protocol

from monitor import ends
from monitor.alert_sections import parse_time
from monitor.alerts import phrases
from monitor.alerts.digest import Affairs, Case, DeadLetters, Ending, Ill, Row, noc_digest, owner_digest
from monitor.alerts.kept import to_json
from monitor.alerts.message import Message
from monitor.alerts.situation import Noted
from monitor.graded import graded
from monitor.incident import CauseKind, Incident, NoticeKind, Parcel, ParcelState, Ripples
from monitor.latest import Entry, Latest
from monitor.model import Finding, Kind, State
from monitor.seal import BadSeal, Sealed
from monitor.seal.witness import head_line
from monitor.settings import Alerts
from monitor.telling import Teller
from monitor.words import WIB

LATE = timedelta(hours=5)
"""How late a digest may still be sent when the daemon was away at its time; later, the next one tells all."""
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MONDAY = 0
_MANY = 200
"""Incidents, findings and dead letters that are looked through."""


class Past(Protocol):
    """A finding's life."""

    @property
    def kode(self) -> str: ...
    @property
    def check(self) -> str: ...
    @property
    def finding(self) -> Finding: ...
    @property
    def opened(self) -> datetime: ...
    @property
    def resolved(self) -> datetime | None: ...


class Records(Protocol):
    """The part of a store that digests need."""

    async def incidents(self, *, open_only: bool = ..., limit: int = ...) -> tuple[Sequence[Incident], int]: ...
    async def outbox(self, state: ParcelState | None = None, *, limit: int = ...) -> Sequence[Parcel]: ...
    async def findings_closed_since(self, at: datetime, limit: int = ...) -> Sequence[Past]: ...
    async def last_digest(self, audience: str, before: datetime) -> datetime | None: ...
    async def last_seal(self) -> Sealed | None: ...


class Digests:
    """Makes each digest once: what was made is remembered here, and by the record, which keeps no key twice."""

    def __init__(self, store: Records, latest: Latest, teller: Teller, settings: Alerts, known_since: datetime) -> None:
        """*known_since*: since when this record watches; a digest whose time was before that has nothing to tell."""
        self._store = store
        self._latest = latest
        self._teller = teller
        self._settings = settings
        self._known_since = known_since
        self._made: set[str] = set()

    async def due(self, now: datetime) -> Ripples:
        """The digests whose time has come, as parcels; each is made once."""
        at = _last_time(now, parse_time(self._settings.digest_at))
        if now >= at + LATE or self._known_since > at:
            return Ripples()
        made = [
            *await self._once("noc", at, now),
            *(await self._once("owner", at, now) if at.weekday() == MONDAY else ()),
        ]
        return Ripples(parcels=tuple(made))

    async def _once(self, kind: str, at: datetime, now: datetime) -> list[Parcel]:
        channel, mark = self._channel(kind), f"{kind}-{at.date()}"
        if channel is None or mark in self._made:
            return []
        moment = _on_the_day(at, now)
        if kind == "noc":
            messages = [await self.morning(moment, at - DAY)]
        else:
            # A Monday may have been missed: what got better since the last letter is told in this one.
            last = await self._store.last_digest(kind, at)
            messages = await self.weekly(moment, at - WEEK if last is None else last)
        self._made.add(mark)  # not before: what could not be made is tried again
        return [_parcel(message, channel, now) for message in messages]

    def _channel(self, kind: str) -> str | None:
        name = self._settings.digest.get(kind, kind)
        channel = self._settings.channels.get(name)
        return None if channel is None or channel.type == "alertmanager" else name

    async def morning(self, now: datetime, since: datetime) -> Message:
        """The NOC's digest of what is, and of what was since *since*."""
        recent = await self._recent(since)
        entries = self._latest.entries()
        affairs = Affairs(
            since=since,
            counts=Counter(entry.state for entry in entries if entry.target.kind is not Kind.DOMAIN),
            ill=tuple(map(_ill, filter(_is_ill, entries))),
            cases=tuple([Case.of(await self._teller.situation(item)) for item in recent]),
            endings=tuple(ending for entry in entries for ending in _endings(entry)),
            dead=_dead(await self._store.outbox(ParcelState.DEAD, limit=_MANY), since),
            unobserved=_unobserved(recent, since, now),
            seal=await self._seal(),
        )
        return noc_digest(affairs, now, self._settings)

    async def _seal(self) -> str:
        """The chain's head as a line, or that it cannot be read."""
        try:
            sealed = await self._store.last_seal()
        except BadSeal as error:
            return f"Segel catatan tidak dapat dibaca: {error}"
        return "" if sealed is None else head_line(sealed)

    async def _recent(self, since: datetime) -> list[Incident]:
        """What is open, however old, and what was resolved after *since*."""
        still, _total = await self._store.incidents(open_only=True, limit=_MANY)
        newest, _total = await self._store.incidents(limit=_MANY)
        over = (item for item in newest if item.resolved is not None and item.resolved >= since)
        return list({item.number: item for item in (*still, *over)}.values())

    async def weekly(self, now: datetime, since: datetime) -> list[Message]:
        """One digest for each owner that the inventory names."""
        better: dict[str, list[Noted]] = defaultdict(list)
        for item in await self._store.findings_closed_since(since, limit=10 * _MANY):
            better[item.kode].append(_noted(item))
        owners: dict[str, list[Row]] = defaultdict(list)
        for entry in self._latest.entries():
            if entry.target.owner and entry.since is not None:
                owners[entry.target.owner].append(_row(entry, tuple(better[entry.target.kode])))
        return [owner_digest(owner, rows, now, self._settings) for owner, rows in owners.items()]


def _last_time(now: datetime, minutes: int) -> datetime:
    """The last instant not after *now* that is *minutes* after a midnight (WIB)."""
    midnight = datetime.combine(now.astimezone(WIB).date(), time(), WIB)
    today = midnight + timedelta(minutes=minutes)
    return today if today <= now else today - DAY


def _on_the_day(at: datetime, now: datetime) -> datetime:
    """*now*, or the last second of the day of *at*: a late digest is still that day's, and has its key."""
    end = datetime.combine(at.date(), time(23, 59, 59), WIB)
    return min(now, end)


def _parcel(message: Message, channel: str, now: datetime) -> Parcel:
    return Parcel(
        key=message.key,
        channel=channel,
        kind=NoticeKind.DIGEST,
        order=message.key,
        created=now,
        due=now,
        body=to_json(message),
    )


def _is_ill(entry: Entry) -> bool:
    return entry.state is not State.UP and entry.since is not None


def _ill(entry: Entry) -> Ill:
    deciding = next((item.finding for item in entry.findings if item.finding.rule.state is entry.state), None)
    return Ill(
        target=entry.target,
        state=entry.state,
        since=entry.since or datetime.max.replace(tzinfo=WIB),
        brief=phrases.brief(deciding) if deciding else entry.cause,
    )


def _endings(entry: Entry) -> Iterator[Ending]:
    if entry.target.kind is Kind.DOMAIN:
        at, what = ends.registration(entry), "domain"
    else:
        at, what = ends.site_certificate(entry), "sertifikat"
    if at is not None:
        yield Ending(what=what, target=entry.target, at=at)


def _dead(parcels: Sequence[Parcel], since: datetime) -> tuple[DeadLetters, ...]:
    given_up: dict[str, list[Parcel]] = defaultdict(list)
    for parcel in parcels:
        if parcel.settled is not None and parcel.settled >= since:
            given_up[parcel.channel].append(parcel)
    return tuple(
        DeadLetters(
            channel=channel,
            count=len(letters),
            last=max(letter.settled for letter in letters if letter.settled is not None),
            reason=letters[0].error,
        )
        for channel, letters in given_up.items()
    )


def _unobserved(incidents: Sequence[Incident], since: datetime, now: datetime) -> timedelta:
    """How long our own network was lost."""
    lost = (item for item in incidents if item.cause.kind is CauseKind.VANTAGE)
    spans = (min(item.resolved or now, now) - max(item.opened, since) for item in lost)
    return sum((span for span in spans if span > timedelta()), timedelta())


def _row(entry: Entry, improved: tuple[Noted, ...]) -> Row:
    grade = graded(entry)
    return Row(
        target=entry.target,
        state=entry.state,
        since=entry.since or datetime.max.replace(tzinfo=WIB),
        findings=tuple(
            Noted(kode=entry.target.kode, check=item.check, finding=item.finding, opened=item.opened)
            for item in entry.counted
        ),
        improved=improved,
        grade=grade.letter.value if grade else "",
    )


def _noted(item: Past) -> Noted:
    return Noted(kode=item.kode, check=item.check, finding=item.finding, opened=item.opened, resolved=item.resolved)
