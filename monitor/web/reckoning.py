"""The arithmetic of a grade, each line with the rule behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor import catalogue
from monitor.grade import FROM, Grade, Step
from monitor.web.looks import TITLES
from monitor.web.rows import Row


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the arithmetic."""

    text: str
    points: int
    code: str
    """The rule that is meant; empty when it is none."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A grade and how it came about."""

    grade: Grade
    lines: Sequence[Line]
    scale: str
    """What each letter takes."""
    missing: Sequence[str]
    """Headings of the checks of which nothing is known yet; empty when the grade is final."""
    dismissed: int = 0
    """Findings that are open and do not count: people take them for a false positive."""


def reckoning(line: Row, codes: Iterable[str]) -> Reckoning | None:
    """The arithmetic of the grade of *line*; *codes* are the rules that are open."""
    grade = line.grade
    if grade is None:
        return None
    # The longest title first: one title may begin another.
    titles = sorted(((catalogue.text(code).title, code) for code in codes), key=lambda pair: -len(pair[0]))
    lines = [Line(step.text, step.points, _code(step.text, titles)) for step in _weighed(grade.steps, titles)]
    scale = ", ".join(f"{letter} mulai {least}" for letter, least in FROM.items())
    return Reckoning(grade, lines, scale, [TITLES.get(name, name) for name in line.missing], line.dismissed)


def _weighed(steps: Sequence[Step], titles: Sequence[tuple[str, str]]) -> list[Step]:
    """*steps* with what rules cost by weight; where it starts stays before it, and bounds after."""
    first, *others = steps
    costs = [step for step in others if any(step.text.startswith(title) for title, _code in titles)]
    bounds = [step for step in others if step not in costs]
    return [first, *sorted(costs, key=lambda step: step.points), *bounds]


def _code(text: str, titles: Iterable[tuple[str, str]]) -> str:
    return next((code for title, code in titles if title in text), "")
