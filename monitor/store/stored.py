"""What the store hands out: frozen values read back from rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.model import Finding, Measure, OpenFinding, Outcome, Severity, State, Target, Transition


@dataclass(frozen=True, slots=True)
class Remembered:
    """Everything a daemon needs to go on where the last one stopped."""

    open: Mapping[str, tuple[OpenFinding, ...]]
    """kode → what is open on it, oldest first."""
    transitions: Mapping[str, Transition]
    """kode → its latest."""
    facts: Mapping[tuple[str, str], Mapping[str, Any]]
    """(kode, check) → evidence as last kept."""


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
