"""The front page as values: headline counts, who needs attention, and the sites by jenis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.checks.base import Check
from monitor.grade import Letter
from monitor.incident import Incident
from monitor.latest import Entry, Latest, apart, by_state
from monitor.model import Kind, Severity, State, Target
from monitor.web.attention import Plight, plights
from monitor.web.domain_rows import DomainRow, domain_row
from monitor.web.rows import KIND_RANK, Row, pressure, row, spelled, urgency
from monitor.web.wanted import Order, Wanted
from monitor.words import CRITICALITIES, KINDS, SEVERITIES

PAGE = 500
"""Sites on one page, where what is calm is folded away."""
PICKED = 100
"""Sites on one page of those that were asked for, or are in one list: they are all laid open."""
MOSAIC = 2_000
"""More sites than this are counted, not drawn one by one."""
ATTENTION = 12
"""Lines of the front page's attention list; the rest is counted."""
ALARMING = Severity.HIGH
"""A site that is up needs attention from this severity on."""

CRITICALITY_RANK = {criticality: rank for rank, criticality in enumerate(CRITICALITIES)}


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the sites under one heading: all of them counted, those of this page listed."""

    key: str
    title: str
    counts: Mapping[State, int]
    rows: Sequence[Row] = ()

    @property
    def total(self) -> int:
        """All sites of this group that were asked for."""
        return sum(self.counts.values())

    @property
    def troubled(self) -> Sequence[Row]:
        """Those of its rows that are not calm."""
        return [line for line in self.rows if not line.is_calm]

    @property
    def calm(self) -> Sequence[Row]:
        """The other ones."""
        return [line for line in self.rows if line.is_calm]


@dataclass(frozen=True, slots=True)
class DomainGroup:
    """The domains: all of them counted, those of this page listed."""

    counts: Mapping[State, int]
    rows: Sequence[DomainRow] = ()

    @property
    def total(self) -> int:
        """All domains that were asked for."""
        return sum(self.counts.values())

    @property
    def troubled(self) -> Sequence[DomainRow]:
        """Those of its rows that are not calm."""
        return [line for line in self.rows if not line.row.is_calm]

    @property
    def calm(self) -> Sequence[DomainRow]:
        """The other ones."""
        return [line for line in self.rows if line.row.is_calm]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything on the front page."""

    wanted: Wanted
    counts: Mapping[State, int]
    """Over all sites and services watched; domains are not among them."""
    spelled: str
    """How many there are: `218 situs · 20 layanan`."""
    doubtful: int
    """Of the unobserved ones: those whose listed address is in doubt."""
    tainted: int
    """Of those that are up: on how many something critical is open."""
    severities: Mapping[Severity, int]
    """Open findings over everything watched."""
    letters: Mapping[str, int]
    """Sites and services by grade."""
    provisional: int
    """Of those: whose grade may still get worse because something was never looked at."""
    overview: Sequence[Group]
    """Every jenis, over everything watched; with a row for each unless there are too many."""
    attention: Sequence[Plight]
    """What needs somebody, the worst first; the rest is counted."""
    attention_total: int
    """How many sites and domains need somebody."""
    groups: Sequence[Group]
    """Sites and services that were asked for, this page of them."""
    domains: DomainGroup
    """Domains that were asked for, this page of them."""
    idle: Sequence[Target]
    """What is in the register and not watched, as far as it was asked for."""
    found: int
    found_spelled: str
    page: int
    pages: int

    @property
    def total(self) -> int:
        """All sites and services watched."""
        return sum(self.counts.values())

    @property
    def is_folded(self) -> bool:
        """Whether what is calm is folded away: nothing was picked, and nothing is sorted across the jenis."""
        return _is_folded(self.wanted)

    @property
    def beyond(self) -> int:
        """How many need somebody and are in no line of the attention list."""
        return self.attention_total - sum(plight.total for plight in self.attention)

    @property
    def is_blind(self) -> bool:
        """Whether nothing that is watched is observed: then nothing is known to be well, either."""
        return self.counts[State.UNOBSERVED] == self.total > 0


def board(
    latest: Latest,
    now: datetime,
    wanted: Wanted,
    page: int = 1,
    checks: Sequence[Check[Any]] = (),
    *,
    attention: int = ATTENTION,
    incidents: Iterable[Incident] = (),
) -> Board:
    """
    The front page at *now*: what is *wanted*, its *page* (from 1; one beyond the end is the last).

    What needs attention is told in so many lines; for a cause that one of *incidents*, the open ones, has found to be
    shared, in one.
    """
    entries = latest.entries()
    sites, _domain = apart(entries)
    found = [entry for entry in entries if wanted.fits(entry)] if wanted else entries
    size = PAGE if _is_folded(wanted) else min(PAGE, PICKED)
    pages = max(1, -(-len(found) // size))
    page = min(max(page, 1), pages)
    lines = {entry.target.kode: row(entry, now, checks) for entry in entries}
    order = _ORDERS[wanted.order]
    shown = sorted(found, key=lambda entry: order(lines[entry.target.kode]))[(page - 1) * size : page * size]
    own = [lines[entry.target.kode] for entry in sites]
    troubled = sorted(filter(_alarming, lines.values()), key=_pressing)
    return Board(
        wanted=wanted,
        counts=by_state(sites),
        spelled=spelled(entry.target for entry in sites),
        doubtful=sum(line.is_doubtful for line in own),
        severities=_by_severity(entries),
        letters=_by_letter(own),
        provisional=sum(line.is_provisional for line in own),
        tainted=sum(line.is_tainted for line in own),
        overview=_groups(entries, entries if len(entries) <= MOSAIC else (), lines),
        attention=sorted(plights(troubled, incidents), key=_weighing)[:attention],
        attention_total=len(troubled),
        groups=_listed(wanted, found, shown, lines),
        domains=_domains(found, shown, now, checks),
        idle=[target for target in latest.idle if wanted.fits_idle(target)],
        found=len(found),
        found_spelled=spelled(entry.target for entry in found),
        page=page,
        pages=pages,
    )


def _is_folded(wanted: Wanted) -> bool:
    return not wanted and wanted.order is Order.STATE


def _by_urgency(line: Row) -> tuple[int, Any]:
    return KIND_RANK[line.target.kind], urgency(line)


def _by_grade(line: Row) -> tuple[bool, bool, int]:
    """Domains behind sites; the worst first, and what has no grade yet at the end."""
    return line.target.kind is Kind.DOMAIN, line.grade is None, 0 if line.grade is None else line.grade.score


def _by_name(line: Row) -> tuple[bool, str]:
    return line.target.kind is Kind.DOMAIN, line.target.name.casefold()


_ORDERS: Mapping[Order, Callable[[Row], Any]] = {
    Order.STATE: _by_urgency,
    Order.GRADE: _by_grade,
    Order.NAME: _by_name,
}


def _alarming(line: Row) -> bool:
    """Down, degraded, out of sight, or seriously at risk; what nobody has looked at yet is only waiting its turn."""
    if line.state is not State.UP and not line.is_fresh:
        return True
    return line.worst is not None and line.worst.rank >= ALARMING.rank


def _pressing(line: Row) -> tuple[tuple[bool, bool, int], int, float]:
    """
    What is down, then critical, then degraded; of each the most critical target first, then the newest.

    The newest, as in the list of incidents: nobody has taken on yet what fell a minute ago, and what has been down for
    weeks is known – it must not push out of sight what is not.
    """
    newest = -line.lasting.timestamp() if line.lasting else 0.0
    return pressure(line), CRITICALITY_RANK[line.target.criticality], newest


def _weighing(plight: Plight) -> tuple[tuple[bool, bool, int], int]:
    """As its first site, but of what is alike the many of one cause first: one repair mends them all."""
    return pressure(plight.row), -plight.total if plight.incident else 0


def _by_severity(entries: Iterable[Entry]) -> Mapping[Severity, int]:
    counts = Counter(item.finding.severity for entry in entries for item in entry.ledger.open.values())
    return {severity: counts[severity] for severity in SEVERITIES}


def _by_letter(lines: Iterable[Row]) -> Mapping[str, int]:
    counts = Counter(line.grade.letter for line in lines if line.grade is not None)
    return {letter.value: counts[letter] for letter in Letter}


def _groups(counted: Iterable[Entry], shown: Iterable[Entry], lines: Mapping[str, Row]) -> list[Group]:
    """By jenis."""
    members: dict[Kind, list[Entry]] = {kind: [] for kind in Kind}
    rows: dict[Kind, list[Row]] = {kind: [] for kind in Kind}
    for entry in counted:
        members[entry.target.kind].append(entry)
    for entry in shown:
        rows[entry.target.kind].append(lines[entry.target.kode])
    return [Group(kind, KINDS[kind], by_state(members[kind]), rows[kind]) for kind in Kind if members[kind]]


def _listed(wanted: Wanted, found: Iterable[Entry], shown: Iterable[Entry], lines: Mapping[str, Row]) -> list[Group]:
    """The sites and services of *shown*: by jenis, or in one list where the order runs across them."""
    sites = [entry for entry in found if entry.target.kind is not Kind.DOMAIN]
    here = [entry for entry in shown if entry.target.kind is not Kind.DOMAIN]
    if wanted.order is Order.STATE:
        return [group for group in _groups(sites, here, lines) if group.rows]
    rows = [lines[entry.target.kode] for entry in here]
    return [Group("semua", "Semua jenis", by_state(sites), rows)] if rows else []


def _domains(
    found: Iterable[Entry], shown: Iterable[Entry], now: datetime, checks: Sequence[Check[Any]]
) -> DomainGroup:
    members = [entry for entry in found if entry.target.kind is Kind.DOMAIN]
    rows = [domain_row(entry, now, checks) for entry in shown if entry.target.kind is Kind.DOMAIN]
    return DomainGroup(by_state(members), rows)
