"""What people are told about: incidents, their timeline, maintenance, marks, and what is to be sent – values only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.model import Audience, Severity, State


class CauseKind(StrEnum):
    """What the members of an incident share."""

    SITE = "situs"
    ADDRESS = "alamat"
    NAME_SERVER = "server-nama"
    DOMAIN = "domain"
    """The DNS of one registrable domain."""
    CERTIFICATE = "sertifikat"
    AUTHORITY = "penerbit"
    VANTAGE = "titik-pantau"
    """Our own network."""
    DELIVERY = "pengiriman"
    """A channel that does not take our messages."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What an incident is about; at most one incident of a cause and audience gathers at a time."""

    kind: CauseKind
    value: str
    """A kode, an address, a name server, a domain, a fingerprint, an issuer; empty for the vantage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingKey:
    """A finding from its opening to its end: opened again, it is another one."""

    kode: str
    check: str
    code: str
    subject: str
    opened: datetime
    """UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A finding in an incident."""

    key: FindingKey
    severity: Severity
    joined: datetime
    """UTC."""
    left: datetime | None = None
    """UTC; None while it is open."""
    state: State | None = None
    """What its target is while it is open, by its rule; None when it does not matter to a visitor."""
    causes: tuple[Cause, ...] = ()
    """What it may share with others, the one that explains best first; the target itself last."""
    address: str = ""
    """Where the target was last met when it joined; empty when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Findings with one cause, for one audience."""

    number: int
    """Counted from 1; people say `INS-12`."""
    cause: Cause
    audience: Audience
    severity: Severity
    """The worst it has been."""
    opened: datetime
    """UTC: since when the first fault was seen."""
    resolved: datetime | None = None
    """UTC."""
    members: tuple[Member, ...] = ()
    """In the order of joining, those that left included."""
    told: datetime | None = None
    """UTC, when people were last told, or are about to be: until then the message gathers. None: nobody was."""
    notices: int = 0
    """How many were put on their way; the next one's sequence number is one more."""
    channels: tuple[str, ...] = ()
    """Those that were told of it, and so are to hear its end."""
    acknowledged: datetime | None = None
    """UTC; None: nobody has taken it on."""
    acknowledged_by: str = ""
    assignee: str = ""
    flaps: int = 0
    """How often it came back within the time in which that counts as flapping."""
    held_until: datetime | None = None
    """UTC; nothing is open any more, but it flapped: it resolves then, if it stays so."""

    @property
    def name(self) -> str:
        """As people call it."""
        return f"INS-{self.number}"

    @property
    def current(self) -> tuple[Member, ...]:
        """The members that are still open."""
        return tuple(member for member in self.members if member.left is None)

    @property
    def kodes(self) -> tuple[str, ...]:
        """Every target that was ever in it, once, in the order of joining."""
        return tuple(dict.fromkeys(member.key.kode for member in self.members))

    @property
    def parcels(self) -> Iterator[str]:
        """The keys that its messages may have, the newest first; not every notice went to every channel."""
        for sequence in range(self.notices, 0, -1):
            yield from (parcel_key(self.number, sequence, channel) for channel in self.channels)


def parcel_key(number: int, sequence: int, channel: str) -> str:
    """The key of the notice *sequence* (from 1) of incident *number* to *channel*: `ins-12-1-noc`."""
    return f"ins-{number}-{sequence}-{channel}"


class EventKind(StrEnum):
    """What happened to an incident."""

    OPENED = "dibuka"
    GREW = "bertambah"
    SHRANK = "berkurang"
    WIDENED = "meluas"
    """Its cause turned out to be shared."""
    WORSENED = "memburuk"
    NOTIFIED = "diberitahukan"
    REMINDED = "diingatkan"
    HELD = "ditahan"
    """Nobody is told, for maintenance goes on."""
    FLAPPING = "naik-turun"
    REOPENED = "kambuh"
    ACKNOWLEDGED = "diterima"
    NOTED = "dicatat"
    ASSIGNED = "ditugaskan"
    DISMISSED = "positif-palsu"
    WITHDRAWN = "dicabut"
    RESOLVED = "selesai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of an incident's timeline; append-only."""

    number: int
    """The incident's."""
    at: datetime
    """UTC."""
    kind: EventKind
    actor: str = ""
    """Who did it; empty: the monitor."""
    text: str = ""
    """What a person wrote, or what happened in a few Indonesian words."""
    kodes: tuple[str, ...] = ()
    """The targets it is about."""


class NoticeKind(StrEnum):
    """Why people are told."""

    OPENED = "gangguan"
    UPDATED = "perkembangan"
    """Something the CSIRT must see joined, or it got worse."""
    REMINDER = "pengingat"
    RESOLVED = "pulih"
    DIGEST = "ringkasan"
    TEST = "uji"


class ParcelState(StrEnum):
    """Where a message is on its way."""

    WAITING = "menunggu"
    SENT = "terkirim"
    DEAD = "gagal"
    """Given up: a permanent failure, or 24 hours of temporary ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message to one channel: a row of the outbox."""

    key: str
    """Idempotency key: the same however often it is tried. `ins-12-1-noc`, `digest-noc-2026-11-24`."""
    channel: str
    kind: NoticeKind
    order: str
    """Parcels of one channel with the same `order` leave one after the other, oldest first: `ins-12`."""
    created: datetime
    """UTC."""
    due: datetime
    """UTC; not before. Later openings of the same cause within this time are told in the same message."""
    incident: int | None = None
    body: Mapping[str, Any] | None = None
    """The message as JSON (`alerts.message`); None: composed when it first leaves, then kept for every further try."""
    attempts: int = 0
    error: str = ""
    """Why the last try failed, without secrets."""
    state: ParcelState = ParcelState.WAITING
    settled: datetime | None = None
    """UTC, when it was sent or given up."""


class Scope(StrEnum):
    """What a maintenance window covers."""

    TARGET = "sasaran"
    KIND = "jenis"
    ADDRESS = "alamat"
    ALL = "semua"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Planned maintenance, once or again and again."""

    number: int
    scope: Scope
    value: str
    """A kode, a jenis, an IP address or network; empty for all."""
    start: datetime
    """UTC, of the first time."""
    length: timedelta
    rule: str = ""
    """RFC 5545 recurrence (`FREQ=WEEKLY;BYDAY=SU`), reckoned in WIB; empty: once."""
    reason: str = ""
    actor: str = ""
    created: datetime
    """UTC."""
    ended: datetime | None = None
    """UTC, when a person ended it, for good."""


class Verb(StrEnum):
    """What a person does about a finding."""

    ACKNOWLEDGE = "terima"
    NOTE = "catat"
    ASSIGN = "tugaskan"
    DISMISS = "positif-palsu"
    WITHDRAW = "cabut"
    """Takes back an acknowledgement or a dismissal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a person did about a finding; append-only."""

    key: FindingKey
    verb: Verb
    actor: str
    at: datetime
    """UTC."""
    text: str = ""
    """The reason, the note, or to whom it is assigned."""
    until: datetime | None = None
    """UTC: end of a dismissal; None for the others."""


@dataclass(frozen=True, slots=True)
class Ripples:
    """What changes and acts lead to; written in the transaction of the change that caused them."""

    incidents: tuple[Incident, ...] = ()
    """Each as it is now; a number known is replaced."""
    events: tuple[Event, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    """New ones; a key that is known is left alone."""
    windows: tuple[Window, ...] = ()
    """Each as it is now."""
    marks: tuple[Mark, ...] = ()
    forget: tuple[tuple[str, str], ...] = field(default=())
    """(kode, check) whose memory is to be dropped."""

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return any((self.incidents, self.events, self.parcels, self.windows, self.marks, self.forget))

    def __add__(self, other: Ripples) -> Ripples:
        """Both, in this order; of an incident or window in both, the later one counts when written."""
        return Ripples(
            self.incidents + other.incidents,
            self.events + other.events,
            self.parcels + other.parcels,
            self.windows + other.windows,
            self.marks + other.marks,
            self.forget + other.forget,
        )


NOTHING = Ripples()
