"""Availability as the board shows it: months against what is aimed at, and the last days as a bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from monitor.availability import Figures, Response, Tally, month_name, parse_month
from monitor.model import Kind, State
from monitor.web.view import View
from monitor.words import MONTHS, WIB

DAYS = 90
"""Cells of the bar."""
HIGH = 100.0
"""Height of a cell."""
LEAST: Mapping[State, float] = {State.DOWN: 22.0, State.DEGRADED: 14.0, State.UNOBSERVED: 8.0}
"""What any time at all in a state takes of a cell, so that a minute of an outage is seen in a day."""
NO_ANSWERS = Response(median=None, p95=None, count=0)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A target, or some together, in a month of WIB."""

    name: str
    """`2026-11`."""
    since: datetime
    until: datetime
    """Its end, or now when it is not over."""
    is_running: bool
    figures: Figures
    response: Response = NO_ANSWERS
    goal: Fraction | None = None
    """What is aimed at, as a share; None when nothing is."""

    @property
    def title(self) -> str:
        """`November 2026`."""
        year, number = self.name.split("-")
        return f"{MONTHS[int(number) - 1]} {year}"

    @property
    def meets(self) -> bool | None:
        """Whether the goal is met; None when nothing is known, or nothing was asked."""
        ratio = self.figures.ratio
        return None if ratio is None or self.goal is None else ratio >= self.goal


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a cell: which state, from where (0 is the top), how high."""

    state: State
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A day (WIB) of a target."""

    day: date
    tally: Tally | None
    """None when it is no part of figures: before the first look, or not to be watched."""
    segments: Sequence[Segment]
    state: State | None
    """The worst of the day; *tidak teramati* only when nothing at all is known."""

    @property
    def ratio(self) -> Fraction | None:
        """Time known up ÷ time known; None when nothing is known."""
        return self.tally.ratio if self.tally else None


@dataclass(frozen=True, slots=True)
class Bar:
    """The last days of a target, the oldest first."""

    cells: Sequence[Cell]

    @property
    def total(self) -> Tally:
        """All of it together."""
        return added(cell.tally for cell in self.cells if cell.tally)

    @property
    def counts(self) -> Mapping[State, int]:
        """Days by their worst state."""
        return {state: sum(cell.state is state for cell in self.cells) for state in State}

    @property
    def paths(self) -> Mapping[State | None, str]:
        """The whole bar as one outline for each state, on `10 × 100` units a day; None for days that do not count."""
        drawn: dict[State | None, list[str]] = {}
        for number, each in enumerate(self.cells):
            for part in each.segments or (Segment(State.UP, 0.0, HIGH),):
                outline = f"M{10 * number + 1} {part.y:g}h8v{part.height:g}h-8z"
                drawn.setdefault(part.state if each.segments else None, []).append(outline)
        return {state: "".join(outlines) for state, outlines in drawn.items()}

    @property
    def is_empty(self) -> bool:
        """Whether not one day is part of any figure."""
        return all(cell.tally is None for cell in self.cells)


def added(tallies: Iterable[Tally]) -> Tally:
    """*tallies* together."""
    return Tally(*(sum(column) for column in zip(*tallies, strict=True)))


def cell(day: date, tally: Tally | None) -> Cell:
    """The cell of *day*."""
    if tally is None:
        return Cell(day, None, (), None)
    return Cell(day, tally, _segments(tally), worst_of(tally))


def worst_of(tally: Tally) -> State:
    """The state that a day is coloured by."""
    if tally.down:
        return State.DOWN
    if tally.degraded:
        return State.DEGRADED
    return State.UP if tally.up else State.UNOBSERVED


def _segments(tally: Tally) -> list[Segment]:
    """From below: down, degraded, unobserved; what is left is up."""
    whole = tally.known + tally.unobserved
    spent = {State.DOWN: tally.down, State.DEGRADED: tally.degraded, State.UNOBSERVED: tally.unobserved}
    heights = {state: max(HIGH * time / whole, LEAST[state]) for state, time in spent.items() if time}
    room = HIGH - LEAST[State.UNOBSERVED] if tally.up else HIGH
    scale = min(1.0, room / (sum(heights.values()) or room))
    found, y = [], HIGH
    for state, height in heights.items():
        y -= height * scale
        found.append(Segment(state, round(y, 2), round(height * scale, 2)))
    if tally.up:
        found.append(Segment(State.UP, 0.0, round(y, 2)))
    return found


def bar(days: Mapping[date, Tally], last: date, count: int = DAYS) -> Bar:
    """The *count* days up to and including *last*."""
    span = (last - timedelta(days=back) for back in range(count - 1, -1, -1))
    return Bar([cell(day, days.get(day)) for day in span])


@dataclass(frozen=True, slots=True)
class Uptime:
    """What the page of a target says of its availability."""

    months: Sequence[Month]
    """This one and the one before."""
    bar: Bar


async def uptime(view: View, kode: str, kind: Kind) -> Uptime:
    """Of *kode*, as of the last minute."""
    now = view.now()
    names = [month_name(now)]
    names.append(month_name(parse_month(names[0])[0] - _TICK))
    goal = view.settings.record.targets.of(kind)
    months = [(await month_of(view, name, kode)).get(kode) or nothing(view, name) for name in names]
    days = (await days_of(view, kode)).get(kode, {})
    return Uptime([replace(month, goal=goal) for month in months], bar(days, today(now)))


async def month_of(view: View, name: str, kode: str | None = None) -> Mapping[str, Month]:
    """Kode → the month *name* without its goal: of *kode*, or of all that were ever looked at. `ValueError`."""

    async def read() -> Mapping[str, Month]:
        empty = nothing(view, name)
        since, until = empty.since, empty.until
        known = await view.store.availability(kode, since, until, now=until if empty.is_running else None)
        times = await view.store.response_times(kode, since, until)
        return {
            each: replace(empty, figures=figures, response=times.get(each, NO_ANSWERS))
            for each, figures in known.items()
        }

    parse_month(name)
    return await view.memo.get(("month", name, kode), read)


def nothing(view: View, name: str) -> Month:
    """The month *name* of which nothing is known. Raises `ValueError` (Indonesian)."""
    since, until = parse_month(name)
    now = view.now()
    return Month(name=name, since=since, until=min(until, now), is_running=now < until, figures=Figures())


async def days_of(view: View, kode: str | None = None) -> Mapping[str, Mapping[date, Tally]]:
    """Kode → the last `DAYS` days, of *kode* or of all that were ever looked at."""
    now = view.now()
    last = today(now)

    async def read() -> Mapping[str, Mapping[date, Tally]]:
        return await view.store.days(kode, last - timedelta(days=DAYS - 1), last, now=now)

    return await view.memo.get(("days", last, kode), read)


def today(now: datetime) -> date:
    """The day of *now* in WIB."""
    return now.astimezone(WIB).date()
