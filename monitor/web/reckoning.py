"""The arithmetic of a grade, each line with the rule behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor import catalogue
from monitor.grade import FROM, Grade


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


def reckoning(grade: Grade | None, codes: Iterable[str]) -> Reckoning | None:
    """The arithmetic of *grade*; *codes* are the rules that are open."""
    if grade is None:
        return None
    # The longest title first: one title may begin another.
    titles = sorted(((catalogue.text(code).title, code) for code in codes), key=lambda pair: -len(pair[0]))
    lines = [Line(step.text, step.points, _code(step.text, titles)) for step in grade.steps]
    return Reckoning(grade, lines, ", ".join(f"{letter} mulai {least}" for letter, least in FROM.items()))


def _code(text: str, titles: Iterable[tuple[str, str]]) -> str:
    return next((code for title, code in titles if title in text), "")
