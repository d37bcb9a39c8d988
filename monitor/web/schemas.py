"""
The JSON of `/api/v1`: columns of the inventory keep their Indonesian names, measurements have English ones.

Instants are ISO 8601 with `+07:00`; durations are milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import Field

from monitor.checks.base import Check
from monitor.grade import Grade, Letter
from monitor.latest import Entry
from monitor.model import Audience, Criticality, Kind, Outcome, Severity, State, Target, Verification
from monitor.web.looks import Look, looks
from monitor.web.reads import Connection
from monitor.web.rows import WEBSITE, Row, last_run, row, seen
from monitor.web.told import Told, still
from monitor.web.visit_schemas import Instant, Model, VisitItem

T = TypeVar("T")


class Page(Model, Generic[T]):
    """A part of a list."""

    total: int
    """How many there are in all."""
    limit: int
    offset: int
    items: list[T]


class GradeItem(Model):
    """How well a site is kept."""

    letter: Letter
    score: int = Field(ge=0, le=100)

    @classmethod
    def of(cls, grade: Grade | None) -> GradeItem | None:
        """From the reckoning; None while nothing has been seen."""
        return None if grade is None else cls(letter=grade.letter, score=grade.score)


class TargetItem(Model):
    """A site and what it is right now."""

    kode: str
    jenis: Kind
    nama: str
    url: str
    host: str
    pemilik: str
    kritikalitas: Criticality
    state: State
    since: Instant | None
    """Since when it has been in this state; null before the first visit ever."""
    cause: str
    """The rule code that decided the state, or why nobody could look; empty when up."""
    response_ms: float | None
    """Of the last visit; null when it got no page or nobody could look."""
    certificate_expires: Instant | None
    findings_open: int
    false_positives: int
    """Of those: what people take for a false positive for the time being. The two that follow leave it out."""
    worst_severity: Severity | None
    grade: GradeItem | None
    """Null while nothing has been seen of it."""
    grade_provisional: bool
    """Whether nothing is known yet of a check that applies: the grade may still get worse."""

    @classmethod
    def of(cls, item: Row) -> TargetItem:
        """From a line of the board."""
        return cls.model_validate(_item(item))


def _item(item: Row) -> dict[str, object]:
    target = item.target
    return {
        "kode": target.kode,
        "jenis": target.kind,
        "nama": target.name,
        "url": target.url,
        "host": target.host,
        "pemilik": target.owner,
        "kritikalitas": target.criticality,
        "state": item.state,
        "since": item.since,
        "cause": item.cause,
        "response_ms": _ms(item.took),
        "certificate_expires": item.until,
        "findings_open": item.findings + item.dismissed,
        "false_positives": item.dismissed,
        "worst_severity": item.worst,
        "grade": GradeItem.of(item.grade),
        "grade_provisional": item.is_provisional,
    }


def _ms(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / 1000


class FindingItem(Model):
    """A finding in words (Indonesian)."""

    kode: str
    nama: str
    code: str
    subject: str
    severity: Severity
    audience: Audience
    """Who is to act on it."""
    opened: Instant
    title: str
    seen: str
    """What was seen."""
    why: str
    """Why it matters."""
    fix: str
    """How to mend it."""
    reference: str
    false_positive: bool
    """Whether people take it for a false positive for the time being: it is open, and counts for no grade or alarm."""

    @classmethod
    def of(cls, item: Told) -> FindingItem:
        """From the finding in words."""
        names = cls.model_fields.keys() - {"nama", "false_positive"}
        told = {name: getattr(item, name) for name in names}
        return cls(nama=item.name, false_positive=item.is_false, **told)


class RunItem(Model):
    """The newest run of the website check, whatever came of it."""

    at: Instant
    outcome: Outcome
    reason: str


class CheckItem(Model):
    """A check on a site: what came of its last run, and the last that it saw."""

    check: str
    at: Instant | None
    """Of the last run; null when there was none since the daemon started."""
    outcome: Outcome | None
    reason: str
    """Why the last run saw nothing."""
    next: Instant | None
    """About when it runs again."""
    seen_at: Instant | None
    """Of the facts; null for what the record remembers from before the daemon started."""
    facts: Mapping[str, Any] | None

    @classmethod
    def of(cls, look: Look) -> CheckItem:
        """From the look."""
        return cls(
            check=look.name,
            at=look.at,
            outcome=look.outcome,
            reason=look.reason,
            next=look.next,
            seen_at=look.seen_at,
            facts=look.facts,
        )


class StepItem(Model):
    """One line of a grade's arithmetic."""

    text: str
    points: int


class TargetDetail(TargetItem):
    """A site with its last visit and what is open."""

    sumber: str
    verifikasi: Verification
    url_usulan: str | None
    catatan: str
    run: RunItem | None
    visit: VisitItem | None
    findings: list[FindingItem]
    grade_steps: list[StepItem]
    """What adds up to the score."""
    checks: list[CheckItem]
    """Every other check that applies."""

    @classmethod
    def detail(cls, entry: Entry, checks: Sequence[Check[Any]], now: datetime) -> TargetDetail:
        """All that is known of *entry*."""
        target, run, visit, line = entry.target, last_run(entry), seen(entry), row(entry, now, checks)
        steps = () if line.grade is None else line.grade.steps
        values = {
            **_item(line),
            **_register(target),
            "run": None if run is None else RunItem(at=run.started, outcome=run.outcome, reason=run.reason),
            "visit": None if visit is None else VisitItem.of(visit, entry.seen[WEBSITE].started),
            "findings": [FindingItem.of(still(entry, item)) for item in entry.findings],
            "grade_steps": [StepItem(text=step.text, points=step.points) for step in steps],
            "checks": [CheckItem.of(look) for look in looks(entry, checks)],
        }
        return cls.model_validate(values)


def _register(target: Target) -> dict[str, object]:
    return {
        "sumber": target.source,
        "verifikasi": target.verification,
        "url_usulan": target.suggested_url,
        "catatan": target.note,
    }


class SentinelItem(Model):
    """One witness of our own network."""

    url: str
    alive: bool
    detail: str


class VantageItem(Model):
    """Our own network."""

    connected: bool | None
    """Null when nobody can tell: not looked at yet, or no sentinels are set."""
    since: Instant | None
    reason: str
    sentinels: list[SentinelItem]

    @classmethod
    def of(cls, seen: Connection | None, since: datetime | None) -> VantageItem:
        """From the last look."""
        if seen is None:
            return cls(connected=None, since=None, reason="", sentinels=[])
        sentinels = [SentinelItem.model_validate(item, from_attributes=True) for item in seen.sentinels]
        return cls(connected=seen.connected, since=since, reason=seen.reason, sentinels=sentinels)


class Status(Model):
    """The whole at a glance."""

    version: str
    now: Instant
    started: Instant
    targets: int
    """Sites and services watched."""
    domains: int
    """Domains watched."""
    idle: int
    """In the register and not watched."""
    states: Mapping[State, int]
    """Of sites and services."""
    findings_open: int
    vantage_connected: bool | None
    inventory_loaded: Instant | None
    inventory_problems: list[str]
    runs_waiting: int = Field(ge=0)
    records_unwritten: int = Field(ge=0)


class ProblemItem(Model):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: Sequence[Mapping[str, str]] = ()
