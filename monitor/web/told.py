"""Findings in words: what is wrong, what was seen, why it matters, how to mend it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from zlib import crc32

from monitor import catalogue
from monitor.alerts import terms
from monitor.latest import Entry
from monitor.model import Audience, Finding, OpenFinding, Severity, Target
from monitor.web.addressed import addressed
from monitor.web.outline import LONGEST, spoken
from monitor.web.wanted import WantedFindings
from monitor.words import SEVERITIES

EVIDENCE = 40
"""Lines of evidence under one finding."""
_SERIOUS = Severity.MEDIUM
"""Below this severity a finding is hygiene: to be mended, and nobody's alarm."""
_GRAVE = Severity.HIGH
FEW = 6
"""Lines of hygiene that are shown without being asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding in words."""

    kode: str
    name: str
    owner: str
    code: str
    subject: str
    severity: Severity
    audience: Audience
    addressed: str
    """To whom, in words."""
    opened: datetime
    closed: datetime | None = None
    title: str
    seen: str
    shown: str
    """The same for a page: what leads to strangers is no link there."""
    why: str
    fix: str
    reference: str
    detail: Sequence[tuple[str, str]]
    """The evidence, name by name, as harmless."""
    is_false: bool = False
    """Whether people take it for a false positive, for the time being."""

    @property
    def anchor(self) -> str:
        """An HTML id that stays the same for as long as the finding is open."""
        return f"t{crc32(f'{self.kode}/{self.code}/{self.subject}'.encode()):08x}"


def told(
    target: Target,
    finding: Finding,
    opened: datetime,
    closed: datetime | None = None,
    *,
    own: Collection[str] = (),
    is_false: bool = False,
) -> Told:
    """*finding* on *target*, with the catalogue's texts; *own* are the inventory's hosts, whose links stay whole."""
    text, seen = catalogue.text(finding.code), catalogue.describe(finding)
    return Told(
        kode=target.kode,
        name=target.name,
        owner=target.owner,
        code=finding.code,
        subject=finding.subject,
        severity=finding.severity,
        audience=finding.rule.audience,
        addressed=addressed(finding),
        opened=opened,
        closed=closed,
        title=text.title,
        seen=seen,
        shown=terms.harmless(seen, finding, own),
        why=text.why,
        fix=text.fix,
        reference=text.reference,
        detail=_detail(finding, own),
        is_false=is_false,
    )


def still(entry: Entry, item: OpenFinding, own: Collection[str] = ()) -> Told:
    """*item*, which is open on *entry*."""
    return told(entry.target, item.finding, item.opened, own=own, is_false=entry.is_false(item))


def _detail(finding: Finding, own: Collection[str]) -> list[tuple[str, str]]:
    """What was seen, as it is kept."""
    return [(name, _line(values, finding, own)) for name, values in islice(terms.told(finding), EVIDENCE)]


def _line(values: Sequence[Any], finding: Finding, own: Collection[str]) -> str:
    return _cut(", ".join(terms.harmless(spoken(value), finding, own) for value in values[:EVIDENCE]))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def all_told(entries: Iterable[Entry], wanted: WantedFindings | None = None) -> list[Told]:
    """Every open finding of *entries* that is *wanted*; worst first, then oldest."""
    return [still(entry, item) for entry, item in ranked(entries, wanted or WantedFindings())]


def ranked(entries: Iterable[Entry], wanted: WantedFindings) -> list[tuple[Entry, OpenFinding]]:
    """The open findings of *entries* that are *wanted*, not yet in words; worst first, then oldest."""
    found = [
        (entry, item)
        for entry in entries
        if entry.ledger.open and wanted.fits(entry)
        for item in entry.ledger.open.values()
        if wanted.names(item)
    ]
    return sorted(found, key=lambda pair: (-pair[1].finding.severity.rank, pair[1].opened))


@dataclass(frozen=True, slots=True)
class Pile:
    """Findings of one severity."""

    severity: Severity
    items: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Piles:
    """The findings of a site: the serious ones, and hygiene by itself."""

    serious: Sequence[Pile]
    hygiene: Sequence[Pile]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(len(pile.items) for pile in (*self.serious, *self.hygiene))

    @property
    def slight(self) -> int:
        """How many are hygiene."""
        return sum(len(pile.items) for pile in self.hygiene)

    @property
    def folded(self) -> bool:
        """Whether hygiene would bury the rest: when it is much, or when something is grave."""
        return self.slight > FEW or (
            self.slight > 0 and any(pile.severity.rank >= _GRAVE.rank for pile in self.serious)
        )


def piles(items: Sequence[Told]) -> Piles:
    """*items* by severity, worst first."""
    found = [Pile(severity, [item for item in items if item.severity is severity]) for severity in SEVERITIES]
    full = [pile for pile in found if pile.items]
    serious = [pile for pile in full if pile.severity.rank >= _SERIOUS.rank]
    return Piles(serious, [pile for pile in full if pile not in serious])
