"""The open findings as a page: by rule with the sites it is open on, or one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor import catalogue
from monitor.alerts.terms import harmless
from monitor.checks.base import Check
from monitor.latest import Entry
from monitor.model import OpenFinding, Rule, Severity, Target
from monitor.web.addressed import addressed, rule_addressed
from monitor.web.looks import TITLES
from monitor.web.rows import spelled
from monitor.web.told import Told, ranked, still
from monitor.web.wanted import WantedFindings

ONE_BY_ONE = 200
"""Findings on one page."""
SITES = 30
"""Sites listed under one rule; the rest is a click away."""
Pair = tuple[Entry, OpenFinding]
"""What is open, and on what."""


@dataclass(frozen=True, slots=True)
class Where:
    """One site on which a rule is open."""

    target: Target
    subject: str
    severity: Severity
    opened: datetime
    seen: str
    is_false: bool
    """Whether people take it for a false positive, for the time being."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """A rule and where it is open."""

    code: str
    title: str
    fix: str
    addressed: str
    """To whom, in words."""
    severity: Severity
    """The worst it is open with."""
    spelled: str
    """On how many sites, services and domains."""
    targets: int
    findings: int
    oldest: datetime
    where: Sequence[Where]
    """The worst and oldest of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything on the page of findings."""

    wanted: WantedFindings
    total: int
    spelled: str
    """On how many sites, services and domains."""
    groups: Sequence[RuleGroup]
    items: Sequence[Told]
    page: int
    pages: int
    codes: Mapping[str, str]
    """Code → title, of every rule that is open somewhere."""


def findings(entries: Sequence[Entry], wanted: WantedFindings, page: int = 1, own: Collection[str] = ()) -> Findings:
    """The open findings that are *wanted*; of those shown one by one, their *page*. *own*: the inventory's hosts."""
    found = ranked(entries, wanted)
    pages = max(1, -(-len(found) // ONE_BY_ONE)) if wanted.one_by_one else 1
    page = min(max(page, 1), pages)
    cut = found[(page - 1) * ONE_BY_ONE : page * ONE_BY_ONE] if wanted.one_by_one else []
    return Findings(
        wanted=wanted,
        total=len(found),
        spelled=_spelled(found),
        groups=[] if wanted.one_by_one else _groups(found, own),
        items=[still(entry, item, own) for entry, item in cut],
        page=page,
        pages=pages,
        codes=_codes(entries),
    )


def _codes(entries: Iterable[Entry]) -> Mapping[str, str]:
    open_ = {item.finding.code for entry in entries for item in entry.ledger.open.values()}
    return {code: f"{catalogue.text(code).title} ({code})" for code in sorted(open_)}


def _groups(found: Iterable[Pair], own: Collection[str]) -> list[RuleGroup]:
    """By rule: the worst first, then the one on most sites."""
    members: dict[str, list[Pair]] = {}
    for entry, item in found:
        members.setdefault(item.finding.code, []).append((entry, item))
    groups = [_group(code, pairs, own) for code, pairs in members.items()]
    return sorted(groups, key=lambda group: (-group.severity.rank, -group.targets, group.code))


def _group(code: str, pairs: Sequence[Pair], own: Collection[str]) -> RuleGroup:
    text, first = catalogue.text(code), pairs[0][1].finding
    return RuleGroup(
        code=code,
        title=text.title,
        fix=text.fix,
        addressed=addressed(first),
        severity=first.severity,
        spelled=_spelled(pairs),
        targets=len({entry.target.kode for entry, _item in pairs}),
        findings=len(pairs),
        oldest=min(item.opened for _entry, item in pairs),
        where=[_where(entry, item, own) for entry, item in pairs[:SITES]],
    )


def _spelled(pairs: Iterable[Pair]) -> str:
    return spelled({entry.target.kode: entry.target for entry, _item in pairs}.values())


def _where(entry: Entry, item: OpenFinding, own: Collection[str]) -> Where:
    finding = item.finding
    seen = harmless(catalogue.describe(finding), finding, own)
    return Where(entry.target, finding.subject, finding.severity, item.opened, seen, entry.is_false(item))


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule, what it means, and where it stands."""

    rule: Rule
    text: catalogue.Entry
    sites: int
    """On how many it is open now."""

    @property
    def addressed(self) -> str:
        """To whom, in words."""
        return rule_addressed(self.rule)


@dataclass(frozen=True, slots=True)
class Chapter:
    """The rules of one check."""

    name: str
    title: str
    rules: Sequence[RuleText]

    @property
    def open(self) -> int:
        """How many of them are open somewhere."""
        return sum(item.sites > 0 for item in self.rules)


def chapters(checks: Iterable[Check[Any]], entries: Iterable[Entry]) -> list[Chapter]:
    """Every rule there is, check by check, the worst first."""
    sites: dict[str, int] = {}
    for entry in entries:
        for code in {item.finding.code for item in entry.ledger.open.values()}:
            sites[code] = sites.get(code, 0) + 1
    return [Chapter(check.name, TITLES.get(check.name, check.name), _rules(check, sites)) for check in checks]


def _rules(check: Check[Any], sites: Mapping[str, int]) -> list[RuleText]:
    once = {rule.code: rule for rule in check.rules}
    ordered = sorted(once.values(), key=lambda rule: (-rule.severity.rank, rule.code))
    return [RuleText(rule, catalogue.text(rule.code), sites.get(rule.code, 0)) for rule in ordered]
