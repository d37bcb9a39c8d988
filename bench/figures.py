"""Figures beside their bars: what was measured, in rounds, and whether it is good enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure may be at most, and what it should be."""

    must: float
    aim: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing measured, once per round; lower is better where there is a bar."""

    name: str
    unit: str
    values: tuple[float, ...]
    bar: Bar | None = None

    @property
    def median(self) -> float:
        """The value in the middle: what is quoted, and held against the bar."""
        return median(self.values)

    @property
    def verdict(self) -> str:
        """`aim`, `must` or `missed by …`; empty without a bar."""
        if self.bar is None:
            return ""
        if self.median <= self.bar.aim:
            return "yes, and the aim"
        if self.median <= self.bar.must:
            return "yes"
        return f"no, by {self.median - self.bar.must:.3g}"

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "name": self.name,
            "unit": self.unit,
            "must": self.bar.must if self.bar else None,
            "aim": self.bar.aim if self.bar else None,
            "median": self.median,
            "min": min(self.values),
            "max": max(self.values),
            "values": list(self.values),
            "met": None if self.bar is None else self.median <= self.bar.must,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a run: its figures, and what a reader must know beside them."""

    title: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "title": self.title,
            "figures": [figure.as_json() for figure in self.figures],
            "notes": list(self.notes),
        }


HEADINGS = ("figure", "must", "aim", "median", "min", "max", "unit", "met?")


def table(figures: Iterable[Figure]) -> str:
    """*figures* as a Markdown table whose columns also stand straight on a terminal."""
    rows = [HEADINGS, *map(_cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(_line(row, widths) for row in (rows[0], rule, *rows[1:]))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *middle, unit, last = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    numbers = (cell.strip().rjust(len(cell)) if cell.strip("- ") else cell for cell in middle)
    return f"| {' | '.join((first, *numbers, unit, last))} |"


def _cells(figure: Figure) -> tuple[str, ...]:
    bar = (short(figure.bar.must), short(figure.bar.aim)) if figure.bar else ("", "")
    values = (figure.median, min(figure.values), max(figure.values))
    return (figure.name, *bar, *map(short, values), figure.unit, figure.verdict)


def short(value: float) -> str:
    """*value* with three significant digits, and without an exponent."""
    if abs(value) >= 100 or value == int(value):  # infinity is large, and no integer
        return f"{value:.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.5f}"


def ratios(costs: Mapping[str, Sequence[float]], over: str, under: str) -> tuple[float, ...]:
    """Round by round, what *over* cost against what *under* cost in the same round."""
    return tuple(above / below for above, below in zip(costs[over], costs[under], strict=True))
