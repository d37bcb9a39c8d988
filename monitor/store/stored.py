"""What the store hands out: frozen values read back from rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitor.incident import Incident, Mark, Window
from monitor.model import Finding, Kind, Measure, OpenFinding, Outcome, Severity, State, Target, Transition, Turn


@dataclass(frozen=True, slots=True)
class Remembered:
    """Everything a daemon needs to go on where the last one stopped."""

    open: Mapping[str, tuple[OpenFinding, ...]]
    """kode → what is open on it, oldest first."""
    transitions: Mapping[str, Transition]
    """kode → its latest."""
    facts: Mapping[tuple[str, str], Mapping[str, Any]]
    """(kode, check) → evidence as last kept."""
    memory: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    """(kode, check) → what the check has learned of the target."""
    incidents: tuple[Incident, ...] = ()
    """Those open or held, and those resolved lately, with all their members; by number."""
    next_incident: int = 1
    """A number that no incident ever had."""
    windows: tuple[Window, ...] = ()
    """Maintenance that nobody ended, by number."""
    next_window: int = 1
    """A number that no window ever had."""
    marks: tuple[Mark, ...] = ()
    """What people did about the findings that are open, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSample:
    """One run, as its row tells it."""

    at: datetime
    """UTC, whole seconds."""
    state: State
    outcome: Outcome
    duration: timedelta
    """Of the whole run, to the millisecond."""
    measure: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFinding:
    """A finding with its dates."""

    id: int
    kode: str
    check: str
    finding: Finding
    opened: datetime
    """UTC."""
    resolved: datetime | None
    """UTC; None while it is open."""

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.finding.code

    @property
    def subject(self) -> str:
        """What on the target it is about; empty: the target itself."""
        return self.finding.subject

    @property
    def severity(self) -> Severity:
        """As last recorded."""
        return self.finding.severity

    @property
    def detail(self) -> Mapping[str, Any]:
        """Evidence, as last recorded."""
        return self.finding.detail


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChange:
    """An opening or a resolution, with what it happened to."""

    id: int
    """In the order recorded; never used twice."""
    at: datetime
    """UTC."""
    turn: Turn
    finding: StoredFinding
    """As it is by now: that of an opening may be resolved."""
    kind: Kind
    """Of the target, like the two that follow: as last declared."""
    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExhibit:
    """Something kept as it was received; its head and body are asked for one at a time."""

    id: int
    kode: str
    check: str
    finding: int | None
    """The `StoredFinding.id` of the gravest finding it was kept for."""
    label: str
    url: str
    at: datetime
    """UTC."""
    media_type: str
    """As served; never to be believed."""
    status: int
    size: int
    """Bytes of the body."""
    digest: str
    """SHA-256 of the body, lower-case hex."""
    capped: bool
    """Whether the body was longer than what was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFacts:
    """Evidence and when it was first seen to be so."""

    at: datetime
    """UTC."""
    digest: str
    """SHA-256 of the canonical JSON, lower-case hex."""
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTarget:
    """A target as last declared, and since when it is known."""

    target: Target
    first_seen: datetime
    """UTC."""
    retired: datetime | None
    """UTC, when it was missed in the inventory; None while it stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChange:
    """A declared field that changed; `retired_at` is the field when a target left or came back."""

    at: datetime
    """UTC."""
    kode: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class StoredStamp:
    """A time-stamp over the head of a sealed day."""

    height: int
    """Of the seal."""
    at: datetime
    """UTC, by our clock, when it came."""
    authority: str
    """The URL that was asked."""
    token: bytes
    """The authority's whole answer (RFC 3161 §2.4.2), DER."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenMonth:
    """What was handed out about a month: stated again only with a reason, and both stay."""

    month: str
    """`2026-10`, in WIB."""
    at: datetime
    """UTC."""
    digest: str
    """SHA-256 of the figures, lower-case hex."""
    bundle: str = ""
    """SHA-256 of the bundle they were handed out in; empty: in none."""
    reason: str = ""
    """Why it had to be stated again; empty the first time."""
