"""One line of the board: what is known of a site right now, as numbers and enums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor import ends
from monitor.alerts import phrases
from monitor.checks.base import Check
from monitor.checks.website.availability import UNVERIFIED
from monitor.checks.website.visit import Visit
from monitor.grade import Grade
from monitor.graded import graded, missing
from monitor.latest import Entry
from monitor.model import CheckResult, Kind, OpenFinding, Outcome, Severity, State, Target
from monitor.words import days_left, number

WEBSITE = "website"
STATE_RANK = {State.DOWN: 0, State.DEGRADED: 1, State.UNOBSERVED: 2, State.UP: 3}
"""What needs somebody first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A site as the board lists it."""

    target: Target
    state: State
    since: datetime | None
    """UTC, of its state."""
    critical_since: datetime | None
    """UTC: when the oldest of what is critical was opened; None when nothing is."""
    cause: str
    """The rule code that decided the state, or why nobody could look."""
    concern: str
    """What to act on: what is critical, else the cause when it is down or degraded, else its worst finding (a code)."""
    said: str
    """That in a few words, as its incident is called: `koneksi ditolak`; empty when no finding says more."""
    took: int | None
    """Microseconds of the last visit; None when it got no page, or nobody could look."""
    until: datetime | None
    """The earliest end of a site certificate as last met, be it before an outage or a restart."""
    days: int | None
    """Whole days to `until`; negative when it has passed."""
    findings: int
    """Open, but for what people take for a false positive."""
    dismissed: int = 0
    """Open, and taken for a false positive."""
    worst: Severity | None
    grade: Grade | None
    """None while nothing has been seen of it."""
    missing: tuple[str, ...]
    """The checks that apply and of which nothing is known yet."""

    is_fresh: bool
    """Nobody has looked at it yet."""
    is_doubtful: bool
    """The list itself is in doubt: nothing that we failed to see, and no outage of the site."""

    @property
    def is_provisional(self) -> bool:
        """Whether the grade may still get worse because something was never looked at."""
        return self.grade is not None and bool(self.missing)

    @property
    def is_tainted(self) -> bool:
        """Whether it is up with something critical open: its state alone would look good."""
        return self.state is State.UP and self.worst is Severity.CRITICAL

    @property
    def lasting(self) -> datetime | None:
        """Since when it is as a list marks it: what is up and hijacked, since it was seen to be."""
        return self.critical_since if self.is_tainted else self.since

    @property
    def is_calm(self) -> bool:
        """Whether it is up with nothing open that is serious: in a long list it may stand behind a fold."""
        return self.state is State.UP and (self.worst is None or self.worst.rank < Severity.HIGH.rank)


def row(entry: Entry, now: datetime, checks: Sequence[Check[Any]] = ()) -> Row:
    """The line of *entry* at *now*; *checks* are those there are."""
    until, doubt, counted = ends.site_certificate(entry), _doubt(entry), entry.counted
    concern = _concern(entry)
    return Row(
        target=entry.target,
        state=entry.state,
        since=entry.since or (doubt.opened if doubt else None),
        critical_since=min(
            (item.opened for item in counted if item.finding.severity is Severity.CRITICAL), default=None
        ),
        cause=entry.cause or (doubt.finding.code if doubt else ""),
        concern=concern,
        said=_said(entry, concern),
        took=response_time(entry),
        until=until,
        days=None if until is None else days_left(until, now),
        findings=len(counted),
        dismissed=len(entry.ledger.open) - len(counted),
        worst=worst(entry),
        grade=graded(entry),
        missing=missing(entry, checks),
        is_fresh=entry.state is State.UNOBSERVED and entry.since is None and not entry.seen,
        is_doubtful=doubt is not None,
    )


def _doubt(entry: Entry) -> OpenFinding | None:
    """
    The finding that the listed name is in doubt, when that is why there is no better state.

    A target that was never in any other state has no transition to tell of, so that the finding is what tells.
    """
    if entry.state is not State.UNOBSERVED or (entry.cause and entry.cause != UNVERIFIED.code):
        return None
    return next((item for item in entry.ledger.open.values() if item.finding.code == UNVERIFIED.code), None)


def seen(entry: Entry) -> Visit | None:
    """The last visit that observed something, whenever that was."""
    result = entry.seen.get(WEBSITE)
    return result.facts if result is not None and isinstance(result.facts, Visit) else None


def last_run(entry: Entry) -> CheckResult[Visit] | None:
    """The last visit of any outcome."""
    return entry.results.get(WEBSITE)


def response_time(entry: Entry) -> int | None:
    """Microseconds of the last run, if it got a page."""
    result = last_run(entry)
    if result is None or result.outcome is not Outcome.OBSERVED or result.facts is None or result.facts.failure:
        return None
    return result.facts.total


def worst(entry: Entry) -> Severity | None:
    """The worst severity open on *entry*; what people take for a false positive does not count."""
    return next((item.finding.severity for item in entry.counted), None)


def _concern(entry: Entry) -> str:
    counted = entry.counted
    if counted and counted[0].finding.severity is Severity.CRITICAL:
        return counted[0].finding.code  # a hijacked page matters more than that it is slow
    if entry.state in {State.DOWN, State.DEGRADED}:
        return entry.cause
    return counted[0].finding.code if counted else entry.cause


def _said(entry: Entry, concern: str) -> str:
    """What was seen of *concern*, in a few words: more than the title of its rule says."""
    found = next((item.finding for item in entry.counted if item.finding.code == concern), None)
    return phrases.brief(found) if found is not None else ""


def pressure(line: Row) -> tuple[bool, bool, int]:
    """Sorts what is down first, then what is critical, then by state."""
    return line.state is not State.DOWN, line.worst is not Severity.CRITICAL, STATE_RANK[line.state]


def urgency(line: Row) -> tuple[tuple[bool, bool, int], int]:
    """Sorts troubled sites first; those alike by the worst finding."""
    return pressure(line), -1 - line.worst.rank if line.worst else 0


_AMOUNTS = {Kind.LAYANAN: "layanan", Kind.DOMAIN: "domain"}


def spelled(targets: Iterable[Target]) -> str:
    """How many of what: `218 situs · 20 layanan · 134 domain`; what there is none of is not named."""
    counts = Counter(_AMOUNTS.get(target.kind, "situs") for target in targets)
    named = [f"{number(counts[word])} {word}" for word in ("situs", "layanan", "domain") if counts[word]]
    return " · ".join(named) or "0 situs"


KIND_RANK = {kind: rank for rank, kind in enumerate(Kind)}
