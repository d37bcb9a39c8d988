"""How well a site is kept, as a letter: arithmetic over its open findings that its owner can follow line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from monitor import catalogue
from monitor.model import Finding, OpenFinding, Severity, State

FULL = 100
POINTS: Mapping[Severity, int] = {
    Severity.INFO: 0,
    Severity.LOW: 3,
    Severity.MEDIUM: 8,
    Severity.HIGH: 20,
    Severity.CRITICAL: 40,
}
"""What a rule costs, by the worst severity it is open with; once, however many subjects it is about."""
FAMILY_MOST = 40
"""What the rules of one family (`certificate.…`) cost together at most: one sore spot is not ten."""


class Letter(StrEnum):
    """Best first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


FROM: Mapping[Letter, int] = {Letter.A: 90, Letter.B: 75, Letter.C: 60, Letter.D: 45, Letter.E: 30, Letter.F: 0}
"""The lowest score of each letter."""
_BEST_OF: Mapping[Letter, int] = {
    Letter.A: FULL,
    **{worse: FROM[better] - 1 for better, worse in pairwise(FROM)},
}

WARNED: Mapping[Severity, Letter] = {Severity.MEDIUM: Letter.C, Severity.HIGH: Letter.D}
"""The best letter while a visitor is warned, refused or kept waiting; B for what is less."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the reckoning: a text for people, and what it adds."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class Grade:
    """The letter, the score from 0 to 100, and the steps whose points add up to it."""

    letter: Letter
    score: int
    steps: tuple[Step, ...]


def grade(findings: Iterable[OpenFinding | Finding]) -> Grade:
    """The grade of a site on which *findings* are open; another finding never makes it better."""
    worst = _worst_by_code(item.finding if isinstance(item, OpenFinding) else item for item in findings)
    steps = [Step("Nilai awal", FULL), *_deductions(worst)]
    total = sum(step.points for step in steps)
    if total < 0:
        steps.append(Step("Nilai tidak pernah di bawah 0", -total))
        total = 0
    capped = min(((best, why) for best, why in map(_ceiling, worst) if best < total), default=None)
    if capped is not None:
        best, why = capped
        steps.append(Step(why, best - total))
        total = best
    return Grade(letter_of(total), total, tuple(steps))


def letter_of(score: int) -> Letter:
    """The letter of *score*."""
    return next(letter for letter, least in FROM.items() if score >= least)


def _worst_by_code(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each rule, the worst of its kind; by code, so that the order they came in does not show."""
    worst: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda one: (one.code, -one.severity.rank, one.subject)):
        worst.setdefault(finding.code, finding)
    return tuple(worst.values())


def _deductions(findings: tuple[Finding, ...]) -> Iterator[Step]:
    """What each rule costs, and what its family gives back above its most."""
    families: dict[str, list[Finding]] = {}
    for finding in findings:
        families.setdefault(_family(finding), []).append(finding)
    for family, members in families.items():
        steps = [_deduction(finding) for finding in members]
        yield from steps
        over = -sum(step.points for step in steps) - FAMILY_MOST
        if over > 0:
            yield Step(f"Paling banyak {FAMILY_MOST} untuk kelompok {family}", over)


def _family(finding: Finding) -> str:
    return finding.code.partition(".")[0]


def _deduction(finding: Finding) -> Step:
    return Step(_named(finding), -POINTS[finding.severity])


def _named(finding: Finding) -> str:
    return f"{catalogue.text(finding.code).title} ({catalogue.severity_text(finding.severity).lower()})"


def _ceiling(finding: Finding) -> tuple[int, str]:
    """The best score a site may have while *finding* is open, and how that is said."""
    letter = _best(finding.rule.state, finding.severity)
    return _BEST_OF[letter], f"Paling baik {letter} selama: {catalogue.text(finding.code).title}"


def _best(state: State | None, severity: Severity) -> Letter:
    if state is State.DOWN or severity is Severity.CRITICAL:
        return Letter.F
    if state is State.UNOBSERVED:
        return Letter.D
    if state is State.DEGRADED:
        return WARNED.get(severity, Letter.B)
    return Letter.C if severity is Severity.HIGH else Letter.A
