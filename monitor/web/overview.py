"""What the front page says beside its list: the month by jenis, what ends soon, the worst grades, our own network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from monitor import ends
from monitor.availability import Figures, month_name, together
from monitor.latest import Entry
from monitor.model import Kind, State, Target
from monitor.web.reads import Connection
from monitor.web.rows import Row, row
from monitor.web.uptime import Month, month_of, nothing
from monitor.web.view import View
from monitor.words import KINDS, STATES, days_left

SOON = 30
"""Days."""
LINES = 8
"""Of each list; the rest is counted."""
WORST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLine:
    """The sites of a jenis: what they are now, and were this month, weighted by the time each was known."""

    kind: Kind
    counts: Mapping[State, int]
    figures: Figures
    goal: Fraction | None
    missed: int
    """Sites that are below the goal so far."""

    @property
    def title(self) -> str:
        """As the county says it."""
        return KINDS[self.kind]

    @property
    def total(self) -> int:
        """Those that are watched."""
        return sum(self.counts.values())

    @property
    def meets(self) -> bool | None:
        """Whether they reach the goal together; None when nothing is known, or nothing was asked."""
        ratio = self.figures.ratio
        return None if ratio is None or self.goal is None else ratio >= self.goal


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends soon, or has."""

    target: Target
    what: str
    until: datetime
    days: int
    """Whole ones; negative from the instant it has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All of it."""

    month: str
    """`November 2026`."""
    kinds: Sequence[KindLine]
    endings: Sequence[Ending]
    endings_total: int
    worst: Sequence[Row]
    """Sites and services by grade, the worst first."""
    connection: Connection | None
    connected_since: datetime | None

    @property
    def alive(self) -> int:
        """Sentinels that answer."""
        return sum(sentinel.alive for sentinel in self.connection.sentinels) if self.connection else 0


async def overview(view: View) -> Overview:
    """The whole at a glance, its figures as of the last minute."""
    name, now, entries = month_name(view.now()), view.now(), view.latest.entries()
    known = await month_of(view, name)
    found = sorted(endings(entries, now), key=lambda ending: ending.until)
    return Overview(
        month=nothing(view, name).title,
        kinds=list(kinds(view, entries, known)),
        endings=found[:LINES],
        endings_total=len(found),
        worst=_worst(entries, now),
        connection=view.vantage.current,
        connected_since=view.vantage.since,
    )


def kinds(view: View, entries: Iterable[Entry], known: Mapping[str, Month]) -> Iterator[KindLine]:
    """Each jenis that has sites, in the order people read."""
    members: dict[Kind, list[Entry]] = {}
    for entry in entries:
        members.setdefault(entry.target.kind, []).append(entry)
    for kind in Kind:
        of = members.get(kind, [])
        if of and kind is not Kind.DOMAIN:
            yield _line(kind, of, known, view.settings.record.targets.of(kind))


def _line(kind: Kind, of: Sequence[Entry], known: Mapping[str, Month], goal: Fraction | None) -> KindLine:
    each = [known[entry.target.kode].figures for entry in of if entry.target.kode in known]
    ratios = [figures.ratio for figures in each if figures.ratio is not None]
    return KindLine(
        kind=kind,
        counts={state: sum(entry.state is state for entry in of) for state in STATES},
        figures=together(each),
        goal=goal,
        missed=0 if goal is None else sum(ratio < goal for ratio in ratios),
    )


def endings(entries: Iterable[Entry], now: datetime) -> Iterator[Ending]:
    """The certificates and registrations that end within `SOON` days, or have ended."""
    for entry in entries:
        for what, until in (
            ("sertifikat", ends.site_certificate(entry)),
            ("pendaftaran domain", ends.registration(entry)),
        ):
            if until is not None and days_left(until, now) <= SOON:
                yield Ending(entry.target, what, until, days_left(until, now))


def _worst(entries: Iterable[Entry], now: datetime) -> list[Row]:
    lines = [row(entry, now) for entry in entries if entry.target.kind is not Kind.DOMAIN]
    return sorted((line for line in lines if line.grade), key=_score)[:WORST]


def _score(line: Row) -> int:
    return line.grade.score if line.grade else 0
