"""Incidents by number, and who is in which: the values are the record's, everything else is an index over them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from monitor.incident import Cause, Event, EventKind, FindingKey, Incident, Mark, Member, Parcel, Ripples, Window
from monitor.incidents.grouping import causes
from monitor.model import Audience, Severity


@dataclass(slots=True)
class Draft:
    """What one call leads to, while it goes on."""

    at: datetime
    touched: dict[int, None] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def say(self, number: int, kind: EventKind, text: str = "", *, kodes: Iterable[str] = (), actor: str = "") -> None:
        """A line in the timeline of incident *number*."""
        self.events.append(
            Event(number=number, at=self.at, kind=kind, actor=actor, text=text, kodes=tuple(dict.fromkeys(kodes)))
        )


class Register:
    """The incidents that are open, and those that were a short while ago."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.known: dict[int, Incident] = {}
        self.open: dict[int, datetime] = {}
        """Number → when its latest member joined."""
        self.next_number = 1
        self._over: deque[tuple[datetime, int]] = deque()
        """Ends, and whose; that of an incident that was opened again since is no end any more."""
        self._count: dict[int, int] = {}
        self._place: dict[FindingKey, tuple[int, int]] = {}
        self._sharing: dict[tuple[Audience, Cause], dict[int, int]] = {}
        self._chains: dict[tuple[Audience, Cause], dict[int, None]] = {}

    def load(self, incident: Incident) -> None:
        """Take in what the record says; those resolved in the order of their end."""
        number = incident.number
        self.add(incident)
        for place, member in enumerate(incident.members):
            if incident.resolved is None and member.left is None:
                self._enter(incident, place, member)
        if incident.resolved is None:
            self.open[number] = max((member.joined for member in incident.members), default=incident.opened)
        else:
            self._over.append((incident.resolved, number))

    def add(self, incident: Incident) -> None:
        """Take in an incident; its members, if any, do not count yet."""
        self.known[incident.number] = incident
        self._count[incident.number] = 0
        self.next_number = max(self.next_number, incident.number + 1)
        self._chains.setdefault((incident.audience, incident.cause), {})[incident.number] = None
        if incident.resolved is None:
            self.open[incident.number] = incident.opened

    def change(self, draft: Draft, number: int, **fields: Any) -> Incident:
        """The incident *number* with *fields* as given."""
        was = self.known[number]
        now = self.known[number] = replace(was, **fields)
        draft.touched[number] = None
        if now.cause != was.cause:
            _remove(self._chains, (was.audience, was.cause), number)
            self._chains.setdefault((now.audience, now.cause), {})[number] = None
        if now.resolved is not None:
            self.open.pop(number, None)
            self._over.append((now.resolved, number))
        elif was.resolved is not None:
            self.open[number] = draft.at
        return now

    def join(self, draft: Draft, number: int, member: Member, *, again: bool = False) -> Incident:
        """Put *member* into incident *number*; *again*: it may have been in it before, and then is so in its place."""
        incident = self.known[number]
        place = _place_of(incident, member.key) if again else len(incident.members)
        members = (*incident.members[:place], member, *incident.members[place + 1 :])
        severity = max(incident.severity, member.severity, key=_rank)
        now = self.change(draft, number, members=members, severity=severity)
        self.open[number] = member.joined
        self._enter(now, place, member)
        return now

    def amend(self, draft: Draft, key: FindingKey, severity: Severity) -> Incident:
        """The member of *key* is as bad as *severity* now."""
        number, place = self._place[key]
        incident = self.known[number]
        member = replace(incident.members[place], severity=severity)
        members = (*incident.members[:place], member, *incident.members[place + 1 :])
        return self.change(draft, number, members=members, severity=max(incident.severity, severity, key=_rank))

    def leave(self, draft: Draft, key: FindingKey) -> tuple[Incident, Member]:
        """Take the member of *key* out of its incident; the incident, and the member as it was."""
        number, place = self._place.pop(key)
        incident = self.known[number]
        member = incident.members[place]
        self._count[number] -= 1
        for cause in causes(member):
            _decrease(self._sharing, (incident.audience, cause), number)
        gone = replace(member, left=draft.at)
        members = (*incident.members[:place], gone, *incident.members[place + 1 :])
        return self.change(draft, number, members=members), member

    def forget(self, before: datetime) -> None:
        """Let go of what was resolved *before*; its numbers are not given again."""
        while self._over and self._over[0][0] < before:
            end, number = self._over.popleft()
            incident = self.known.get(number)
            if incident is not None and incident.resolved == end:
                del self.known[incident.number], self._count[incident.number]
                _remove(self._chains, (incident.audience, incident.cause), incident.number)

    def _enter(self, incident: Incident, place: int, member: Member) -> None:
        number = incident.number
        self._place[member.key] = number, place
        self._count[number] += 1
        for cause in causes(member):
            counts = self._sharing.setdefault((incident.audience, cause), {})
            counts[number] = counts.get(number, 0) + 1

    def number_of(self, key: FindingKey) -> int | None:
        """The open incident that the finding of *key* is in."""
        place = self._place.get(key)
        return place[0] if place else None

    def member(self, key: FindingKey) -> Member:
        """The member of *key*, which is in an open incident."""
        number, place = self._place[key]
        return self.known[number].members[place]

    def sharing(self, audience: Audience, cause: Cause) -> list[int]:
        """The open incidents of which an open member has *cause*, oldest first."""
        return sorted(self._sharing.get((audience, cause), ()))

    def chain(self, audience: Audience, cause: Cause) -> list[int]:
        """The incidents about *cause*, open or resolved lately, oldest first."""
        return sorted(self._chains.get((audience, cause), ()))

    def is_on(self, number: int) -> bool:
        """Whether something of incident *number* is open."""
        incident = self.known[number]
        if incident.resolved is not None:
            return False
        return self._count[number] > 0 or (not incident.members and incident.held_until is None)

    def ripples(self, draft: Draft) -> Ripples:
        """What *draft* has come to, each incident as it is now."""
        return Ripples(
            incidents=tuple(self.known[number] for number in draft.touched),
            events=tuple(draft.events),
            parcels=tuple(draft.parcels),
            windows=tuple(draft.windows),
            marks=tuple(draft.marks),
        )


def _rank(severity: Severity) -> int:
    return severity.rank


def _place_of(incident: Incident, key: FindingKey) -> int:
    """Where *key* is, or else the end: the record has a finding once in an incident."""
    places = (place for place, member in enumerate(incident.members) if member.key == key)
    return next(places, len(incident.members))


def _remove(index: dict[tuple[Audience, Cause], dict[int, None]], at: tuple[Audience, Cause], number: int) -> None:
    index[at].pop(number, None)
    if not index[at]:
        del index[at]


def _decrease(index: dict[tuple[Audience, Cause], dict[int, int]], at: tuple[Audience, Cause], number: int) -> None:
    counts = index[at]
    counts[number] -= 1
    if not counts[number]:
        del counts[number]
    if not counts:
        del index[at]
