"""What each check last saw of a target, when it will look again, and how that is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.checks.base import Check
from monitor.latest import Entry
from monitor.model import CheckResult, Outcome
from monitor.scheduler import RETRY
from monitor.web.rows import WEBSITE
from monitor.words import CHECKS

TITLES: Mapping[str, str] = CHECKS
"""Headings; a check that is not here is called by its name."""
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.OBSERVED: "dapat melihat",
    Outcome.UNREACHABLE: "tidak dapat melihat",
    Outcome.INAPPLICABLE: "tidak berlaku",
    Outcome.BROKEN: "gagal di pihak pemantau",
}

_BLIND = frozenset({Outcome.UNREACHABLE, Outcome.BROKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One check on one target."""

    name: str
    title: str
    every: timedelta
    at: datetime | None
    """When it last ran; None when it has not since the daemon started."""
    outcome: Outcome | None
    reason: str
    """Why it saw nothing."""
    next: datetime | None
    """About when it runs again."""
    facts: Mapping[str, Any] | None
    """The last it saw, as kept; None when it never saw anything."""
    seen_at: datetime | None
    """When that was; None for what the record remembers from before the daemon started."""

    @property
    def is_old(self) -> bool:
        """Whether the facts are not those of the last run."""
        return self.facts is not None and (self.seen_at is None or self.seen_at != self.at)


def looks(entry: Entry, checks: Iterable[Check[Any]]) -> list[Look]:
    """Each check that applies to *entry*, in order; the visit to a site has a picture of its own."""
    return [_look(entry, check) for check in checks if check.name != WEBSITE and check.applies(entry.target)]


def _look(entry: Entry, check: Check[Any]) -> Look:
    run, seen = entry.results.get(check.name), entry.seen.get(check.name)
    return Look(
        name=check.name,
        title=TITLES.get(check.name, check.name),
        every=check.every,
        at=None if run is None else run.started,
        outcome=None if run is None else run.outcome,
        reason="" if run is None else run.reason,
        next=None if run is None else _next(check, run),
        facts=_facts(check, seen) or entry.remembered.get(check.name),
        seen_at=None if seen is None else seen.started,
    )


def _next(check: Check[Any], run: CheckResult[Any]) -> datetime:
    """About when *check* runs again: sooner than its cadence when it tried to observe and could not."""
    return run.started + (min(check.every, RETRY) if run.outcome in _BLIND else check.every)


def _facts(check: Check[Any], seen: CheckResult[Any] | None) -> dict[str, Any] | None:
    """As they are kept: what is drawn is what an auditor finds in the record."""
    return None if seen is None or seen.facts is None else check.remember(seen.facts)
