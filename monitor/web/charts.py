"""Numbers to SVG geometry: the bars of a visit's phases, and a day of response times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import floor
from statistics import median

from monitor.model import Outcome
from monitor.net.facts import Phase, Phases
from monitor.web.reads import Sample

WIDTH = 720
HEIGHT = 120
BINS = 240
"""Over a day: six minutes each."""
FAILED = -1.0
"""Stands for a bin in which a visit got no page."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A phase of a hop on a line of 100 units that is the whole visit."""

    phase: Phase
    took: int
    """Microseconds."""
    x: float
    width: float


def parts(phases: Phases) -> Mapping[Phase, int]:
    """Microseconds by phase."""
    return {
        Phase.DNS: phases.dns,
        Phase.CONNECT: phases.connect,
        Phase.TLS: phases.tls,
        Phase.TTFB: phases.ttfb,
        Phase.TRANSFER: phases.transfer,
    }


def bars(hops: Iterable[Phases]) -> list[list[Bar]]:
    """The bars of each hop, one hop after the other on the same line."""
    hops = list(hops)
    whole = sum(phases.total for phases in hops) or 1
    at, result = 0, []
    for phases in hops:
        line = []
        for phase, took in parts(phases).items():
            line.append(Bar(phase, took, round(100 * at / whole, 2), round(100 * took / whole, 2)))
            at += took
        result.append(line)
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """A day's response times in a box of `WIDTH` × `HEIGHT`."""

    lines: Sequence[str]
    """`points` of polylines; a gap between two is time without a page."""
    failures: Sequence[tuple[float, float]]
    """(x, width) where visits got no page."""
    top: int | None
    """Microseconds at the upper edge; None when no visit got a page, or none in six minutes without a failure."""
    middle: int | None
    """The median, in microseconds; None likewise."""


def spark(samples: Sequence[Sample], since: datetime, until: datetime) -> Spark | None:
    """The picture of *samples*; None when none of them observed anything."""
    bins = _bins(samples, since, until)
    times = [value for value in bins.values() if value >= 0]
    if not bins:
        return None
    top = max(times, default=0.0) or 1.0
    step = WIDTH / BINS
    return Spark(
        lines=[" ".join(_points(run, top, step)) for run in _runs(bins)],
        failures=[(round(number * step, 1), round(step, 1)) for number, value in bins.items() if value < 0],
        top=int(top) if times else None,
        middle=int(median(times)) if times else None,
    )


def _bins(samples: Iterable[Sample], since: datetime, until: datetime) -> dict[int, float]:
    """Bin → slowest page in microseconds, or `FAILED`; a bin that nobody observed is not there."""
    whole, result = (until - since).total_seconds(), dict[int, float]()
    for sample in samples:
        number = floor((sample.at - since).total_seconds() / whole * BINS)
        if sample.outcome is not Outcome.OBSERVED or not 0 <= number < BINS:
            continue
        measure = sample.measure
        took = measure.dns + measure.connect + measure.tls + measure.ttfb + measure.transfer
        value = float(took) if measure.status else FAILED
        before = result.get(number, 0.0)
        result[number] = FAILED if FAILED in {value, before} else max(before, value)
    return dict(sorted(result.items()))


def _runs(bins: Mapping[int, float]) -> Iterator[list[tuple[int, float]]]:
    """Neighbouring bins with a page."""
    pages = [(number, value) for number, value in bins.items() if value >= 0]
    for _key, run in groupby(enumerate(pages), key=lambda item: item[1][0] - item[0]):
        yield [page for _index, page in run]


def _points(run: Sequence[tuple[int, float]], top: float, step: float) -> Iterator[str]:
    points = [((number + 0.5) * step, HEIGHT - 4 - (HEIGHT - 12) * value / top) for number, value in run]
    if len(points) == 1:  # one bin alone is a short dash, not nothing
        x, y = points[0]
        points = [(x - step / 2, y), (x + step / 2, y)]
    for x, y in points:
        yield f"{x:.1f},{y:.1f}"
