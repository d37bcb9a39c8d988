"""The grade of a target as it stands: worked out once for all targets on which the same rules are open."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from monitor.checks.base import Check
from monitor.grade import Grade, grade
from monitor.latest import Entry
from monitor.model import Finding, Rule, Severity

REMEMBERED = 4096
"""Reckonings; sites of one kind have mostly the same faults."""


def graded(entry: Entry) -> Grade | None:
    """
    The grade of *entry*; None while nobody has seen anything of it: what was never looked at is not good.

    What people take for a false positive costs nothing for as long as they do.
    """
    if not entry.seen and not entry.ledger.open:
        return None
    found = (item.finding for item in entry.ledger.open.values() if not entry.is_false(item))
    return _reckoned(frozenset((finding.rule, finding.severity) for finding in found))


def missing(entry: Entry, checks: Iterable[Check[Any]]) -> tuple[str, ...]:
    """The checks that apply to *entry* and of which nothing is known yet: its grade is provisional until they ran."""
    known = entry.results.keys() | entry.remembered.keys()
    return tuple(check.name for check in checks if check.name not in known and check.applies(entry.target))


@lru_cache(maxsize=REMEMBERED)
def _reckoned(found: frozenset[tuple[Rule, Severity]]) -> Grade:
    return grade(Finding(rule, severity=severity) for rule, severity in found)
