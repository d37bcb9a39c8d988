"""The daemon's own pulse: plain counters that the scheduler, the pipeline and the store keep, and `/metrics` shows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

BOUNDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of `Tally`'s buckets, in seconds."""


@dataclass(slots=True)
class Tally:
    """A histogram of seconds that costs one bisect to feed."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one observation."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


@dataclass(slots=True)
class Vitals:
    """Everything the daemon counts about itself since it started."""

    started: datetime
    lag: Tally = field(default_factory=Tally)
    """How late runs began, against their slot."""
    store: Tally = field(default_factory=Tally)
    """How long transactions took."""
    runs: dict[tuple[str, str], int] = field(default_factory=dict)
    """(check, outcome) → runs."""
    taken: datetime | None = None
    """When the newest run of all ended (UTC): the watch goes on."""
    skipped: int = 0
    """Turns skipped because the target's last run had not ended."""
    running: int = 0
    waiting: int = 0
    """Turns that are due and have no worker yet."""
    unwritten: int = 0
    """Records handed to the store and not yet committed."""
    seal: Mapping[str, str] = field(default_factory=dict)
    """The newest seal's day, head and key; empty before the first."""
    seal_height: int = 0
    """How many days are sealed."""
    seal_until: datetime | None = None
    """The first instant that no seal covers (UTC); None before the first seal."""
    seal_problem: str = ""
    """Why days are not sealed any more (Indonesian); empty when they are."""
    stamp_problem: str | None = None
    """Why the newest head has no time-stamp (Indonesian); empty when it has, None without an authority or a try."""
    evidence_problem: str | None = None
    """Why the month that ended has no bundle (Indonesian); empty when it has, None while there is none to be made."""
    inventory_problems: tuple[str, ...] = ()
    """Why the last reload of the inventory was refused; empty when the inventory in use is the one on disk."""
    inventory_loaded: datetime | None = None
