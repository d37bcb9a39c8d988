"""The JSON of incidents, maintenance, marks and messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from monitor.incident import (
    CauseKind,
    Event,
    EventKind,
    Incident,
    Member,
    NoticeKind,
    Parcel,
    ParcelState,
    Scope,
    Verb,
    Window,
)
from monitor.model import Audience, Severity
from monitor.sections import Duration, parse_duration
from monitor.web.visit_schemas import Instant, Model

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


def _span(value: object) -> object:
    """As the settings write it; what no clock can count is refused like any other wrong value."""
    try:
        return parse_duration(value)
    except OverflowError as error:
        raise ValueError("durasi terlalu panjang") from error


_SPAN = WithJsonSchema(
    {
        "anyOf": [
            {"type": "number", "exclusiveMinimum": 0, "maximum": 2678400},
            {"type": "string", "pattern": "^[0-9]{1,7}(s|m|h|d)$"},
        ]
    }
)
"""As `_span` reads it, which is not what JSON Schema calls a duration."""


class CauseItem(Model):
    """What the findings of an incident share."""

    kind: CauseKind
    value: str


class MemberItem(Model):
    """A finding in an incident."""

    kode: str
    check: str
    code: str
    subject: str
    severity: Severity
    opened: Instant
    joined: Instant
    left: Instant | None

    @classmethod
    def of(cls, member: Member) -> MemberItem:
        """From the book's."""
        key = member.key
        return cls(
            kode=key.kode,
            check=key.check,
            code=key.code,
            subject=key.subject,
            opened=key.opened,
            severity=member.severity,
            joined=member.joined,
            left=member.left,
        )


class IncidentItem(Model):
    """An incident."""

    number: int
    cause: CauseItem
    audience: Audience
    severity: Severity
    opened: Instant
    resolved: Instant | None
    held_until: Instant | None
    """Nothing is open any more, but it went up and down: it counts as over then, if it stays so."""
    acknowledged: Instant | None
    acknowledged_by: str
    assignee: str
    told: Instant | None
    """When people were last told; null while nobody was."""
    kodes: list[str]
    members: list[MemberItem]

    @classmethod
    def of(cls, incident: Incident) -> IncidentItem:
        """From the book's."""
        names = cls.model_fields.keys() - {"cause", "kodes", "members"}
        return cls(
            cause=CauseItem(kind=incident.cause.kind, value=incident.cause.value),
            kodes=list(incident.kodes),
            members=[MemberItem.of(member) for member in incident.members],
            **{name: getattr(incident, name) for name in names},
        )


class EventItem(Model):
    """A line of a timeline."""

    at: Instant
    kind: EventKind
    actor: str
    """Who did it; empty: the monitor."""
    text: str
    kodes: list[str]

    @classmethod
    def of(cls, event: Event) -> EventItem:
        """From the record's."""
        return cls(at=event.at, kind=event.kind, actor=event.actor, text=event.text, kodes=list(event.kodes))


class IncidentDetail(IncidentItem):
    """An incident with its timeline, oldest first."""

    timeline: list[EventItem]


class WindowItem(Model):
    """A maintenance window."""

    number: int
    scope: Scope
    value: str
    start: Instant
    length: Duration
    rule: str
    """RFC 5545, reckoned in WIB; empty: once."""
    reason: str
    actor: str
    created: Instant
    ended: Instant | None

    @classmethod
    def of(cls, window: Window) -> WindowItem:
        """From the record's."""
        return cls(**{name: getattr(window, name) for name in cls.model_fields})


class ParcelItem(Model):
    """A message on its way to one channel."""

    key: str
    channel: str
    kind: NoticeKind
    incident: int | None
    created: Instant
    due: Instant
    attempts: int
    error: str
    state: ParcelState
    settled: Instant | None

    @classmethod
    def of(cls, parcel: Parcel) -> ParcelItem:
        """From the record's."""
        return cls(**{name: getattr(parcel, name) for name in cls.model_fields})


class Wish(BaseModel):
    """What somebody wants done."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    actor: Name
    """Who acts: a person's name."""


class Said(Wish):
    """Words that go with an act."""

    text: str = Field("", max_length=1000)


class Assigned(Wish):
    """To whom."""

    to: Name


class Marked(Said):
    """What is done about one open finding."""

    kode: str = Field(max_length=60)
    code: str = Field(max_length=100)
    subject: str = Field("", max_length=300)
    verb: Verb
    until: AwareDatetime | None = None
    """End of a dismissal as a false positive."""


class MarkItem(Model):
    """What was done, about which finding."""

    kode: str
    code: str
    subject: str
    verb: Verb


class Planned(Wish):
    """Maintenance to come."""

    scope: Scope
    value: str = Field("", max_length=100)
    """A kode, a jenis, an address or network; empty for all."""
    start: AwareDatetime
    length: Annotated[Duration, BeforeValidator(_span), Field(le=timedelta(days=31)), _SPAN]
    """Seconds, or like `90m` or `2h`; at most 31 days."""
    rule: str = Field("", max_length=300)
    """Recurrence by RFC 5545, reckoned in WIB (`FREQ=WEEKLY;BYDAY=SU`); empty: once."""
    reason: str = Field(min_length=1, max_length=1000)


class Forgotten(Wish):
    """What is learned anew."""

    check: str = Field(max_length=60)
