"""The front page as values: headline counts, who needs attention, and the sites by jenis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from monitor.latest import Entry, Latest
from monitor.model import Kind, Severity, State
from monitor.web.rows import KIND_RANK, STATE_RANK, Row, row, urgency, worst
from monitor.words import CRITICALITIES, SEVERITIES, STATES

PAGE = 500
"""Sites on one page."""
MOSAIC = 2_000
"""More sites than this are counted, not drawn one by one."""
ATTENTION = 12
"""Lines of the attention list; the rest is counted."""
ALARMING = Severity.HIGH
"""A site that is up needs attention from this severity on."""

CRITICALITY_RANK = {criticality: rank for rank, criticality in enumerate(CRITICALITIES)}

E = TypeVar("E", Kind, State, Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the reader asked for; empty is everything."""

    text: str = ""
    kind: Kind | None = None
    state: State | None = None
    severity: Severity | None = None
    """At least this bad."""

    def __bool__(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.text or self.kind or self.state or self.severity)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """From a page's query string; what is not a known value counts as not asked."""
        return cls(
            text=" ".join(query.get("q", "")[:100].split()),
            kind=_member(Kind, query.get("jenis")),
            state=_member(State, query.get("keadaan")),
            severity=_member(Severity, query.get("keparahan")),
        )

    def query(self, **changes: str | int) -> str:
        """The query string of this wish with *changes*; empty values are left out."""
        values: dict[str, str | int | None] = {
            "q": self.text,
            "jenis": self.kind,
            "keadaan": self.state,
            "keparahan": self.severity,
            **changes,
        }
        return urlencode({name: str(value) for name, value in values.items() if value})

    def fits(self, entry: Entry) -> bool:
        """Whether *entry* is among what was asked for; every word of the text must occur somewhere."""
        target = entry.target
        if self.kind not in {None, target.kind} or self.state not in {None, entry.state}:
            return False
        if self.severity is not None:
            bad = worst(entry)
            if bad is None or bad.rank < self.severity.rank:
                return False
        if not self.text:
            return True
        haystack = f"{target.name}\n{target.kode}\n{target.host}\n{target.owner}".casefold()
        return all(word in haystack for word in self.text.casefold().split())


def _member(kinds: type[E], value: str | None) -> E | None:
    try:
        return kinds(value) if value else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Group:
    """The sites of one jenis: all of them counted, those of this page listed."""

    kind: Kind
    counts: Mapping[State, int]
    rows: Sequence[Row] = ()

    @property
    def total(self) -> int:
        """All sites of this jenis that were asked for."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything on the front page."""

    wanted: Wanted
    counts: Mapping[State, int]
    """Over all sites watched."""
    severities: Mapping[Severity, int]
    """Open findings over all sites watched."""
    overview: Sequence[Group]
    """Every jenis, over all sites watched; with a row for each unless there are too many."""
    attention: Sequence[Row]
    attention_total: int
    groups: Sequence[Group]
    """What was asked for, this page of it."""
    found: int
    page: int
    pages: int

    @property
    def total(self) -> int:
        """All sites watched."""
        return sum(self.counts.values())


def board(latest: Latest, now: datetime, wanted: Wanted, page: int = 1) -> Board:
    """The front page at *now*: what is *wanted*, its *page* (from 1; one beyond the end is the last)."""
    entries = latest.entries()
    found = [entry for entry in entries if wanted.fits(entry)] if wanted else entries
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    shown = sorted(found, key=_order)[(page - 1) * PAGE : page * PAGE]
    troubled = sorted(filter(_alarming, entries), key=_pressing)
    drawn = entries if len(entries) <= MOSAIC else ()
    return Board(
        wanted=wanted,
        counts=_by_state(entries),
        severities=_by_severity(entries),
        overview=_groups(entries, drawn, now),
        attention=[row(entry, now) for entry in troubled[:ATTENTION]],
        attention_total=len(troubled),
        groups=[group for group in _groups(found, shown, now) if group.rows],
        found=len(found),
        page=page,
        pages=pages,
    )


def _order(entry: Entry) -> tuple[int, tuple[int, int]]:
    return KIND_RANK[entry.target.kind], urgency(entry)


def _alarming(entry: Entry) -> bool:
    if entry.state in {State.DOWN, State.DEGRADED}:
        return True
    bad = worst(entry)
    return bad is not None and bad.rank >= ALARMING.rank


def _pressing(entry: Entry) -> tuple[int, int, float]:
    """Down before degraded, then the most critical, then the newest."""
    newest = -entry.since.timestamp() if entry.since else 0.0
    return STATE_RANK[entry.state], CRITICALITY_RANK[entry.target.criticality], newest


def _by_state(entries: Iterable[Entry]) -> Mapping[State, int]:
    counts = Counter(entry.state for entry in entries)
    return {state: counts[state] for state in STATES}


def _by_severity(entries: Iterable[Entry]) -> Mapping[Severity, int]:
    counts = Counter(item.finding.severity for entry in entries for item in entry.ledger.open.values())
    return {severity: counts[severity] for severity in SEVERITIES}


def _groups(counted: Iterable[Entry], shown: Iterable[Entry], now: datetime) -> list[Group]:
    members: dict[Kind, list[Entry]] = {kind: [] for kind in Kind}
    rows: dict[Kind, list[Row]] = {kind: [] for kind in Kind}
    for entry in counted:
        members[entry.target.kind].append(entry)
    for entry in shown:
        rows[entry.target.kind].append(row(entry, now))
    return [Group(kind, _by_state(members[kind]), rows[kind]) for kind in Kind if members[kind]]
