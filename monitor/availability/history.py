"""What is known of one target, and the one walk through it that every figure is made from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from monitor.availability.coverage import Span, merged
from monitor.model import State

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_LOOK = "tidak ada pengamatan"
"""The cause of time between observations too far apart."""


class Step(NamedTuple):
    """The state from the second *at* on, until the next step."""

    at: int
    state: State
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything that decides the availability of one target; instants are whole seconds since the epoch."""

    begin: int | None
    """Its first observation ever: what was before is part of no figure. None: it was never observed."""
    horizon: int
    """Up to when something can be known: the present, when the question was asked."""
    steps: Sequence[Step] = ()
    """In the order they were recorded: one that is dated before others takes their place."""
    gaps: Sequence[Span] = ()
    """What nobody observed, as `coverage.gaps` finds it."""
    absent: Sequence[Span] = ()
    """When it stood in no inventory, or was inactive there: part of no figure."""
    maintained: Sequence[Span] = ()
    """Planned maintenance."""


class Piece(NamedTuple):
    """A stretch of time in which nothing changed, in seconds since the epoch."""

    start: int
    end: int
    state: State
    is_maintained: bool
    cause: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of time in which a target was in one state."""

    start: datetime
    """UTC."""
    end: datetime
    """UTC; the first instant no longer in it."""
    state: State
    maintained: bool
    """Whether maintenance was planned for it."""
    cause: str = ""
    """The code of the rule that decided, or why nobody could look; empty when up."""

    @property
    def duration(self) -> timedelta:
        """How long it lasted within the window asked for."""
        return self.end - self.start


def in_force(steps: Iterable[Step]) -> list[Step]:
    """*steps*, given in the order recorded, by time: what was recorded later holds from its instant on."""
    held: list[Step] = []
    for step in steps:
        while held and held[-1].at >= step.at:
            held.pop()
        held.append(step)
    return held


def pieces(history: History, since: int, until: int) -> Iterator[Piece]:
    """The part of [*since*, *until*) that counts, in order and without overlap; equal neighbours are one."""
    if history.begin is None:
        return
    low, high = max(since, history.begin), min(until, history.horizon)
    if low >= high:
        return
    held: Piece | None = None
    for piece in _cut(history, low, high):
        if held is not None and held.end == piece.start and held[2:] == piece[2:]:
            held = held._replace(end=piece.end)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def spells(history: History, since: int, until: int) -> tuple[Spell, ...]:
    """`pieces`, for people."""
    return tuple(
        Spell(instant(piece.start), instant(piece.end), piece.state, piece.is_maintained, piece.cause)
        for piece in pieces(history, since, until)
    )


def instant(at: int) -> datetime:
    """The second *at*, as an aware instant in UTC."""
    return EPOCH + timedelta(seconds=at)


def _cut(history: History, low: int, high: int) -> Iterator[Piece]:
    """[*low*, *high*) at every instant at which anything may change."""
    steps = in_force(history.steps)
    starts = [step.at for step in steps]
    gaps, absent, maintained = map(_Spans, (history.gaps, history.absent, history.maintained))
    cuts = {low, high}
    for edges in (starts, gaps.edges, absent.edges, maintained.edges):
        cuts.update(edge for edge in edges if low < edge < high)
    for start, end in pairwise(sorted(cuts)):
        if start in absent:
            continue
        place = bisect_right(starts, start) - 1
        if start in gaps:
            state, cause = State.UNOBSERVED, NO_LOOK
        elif place < 0:
            state, cause = State.UNOBSERVED, ""
        else:
            _at, state, cause = steps[place]
        yield Piece(start, end, state, start in maintained, cause)


class _Spans:
    """Spans that can be asked whether they hold a second."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Iterable[Span]) -> None:
        joined = merged(spans)
        self._starts = [start for start, _end in joined]
        self._ends = [end for _start, end in joined]

    @property
    def edges(self) -> list[int]:
        return self._starts + self._ends

    def __contains__(self, at: int) -> bool:
        place = bisect_right(self._starts, at) - 1
        return place >= 0 and at < self._ends[place]


_TOLD = frozenset(State) - {State.UNOBSERVED}


def _ends(steps: Sequence[Step], at: int) -> Iterator[int]:
    """Until when each of *steps* was in force, at most until *at*."""
    yield from (step.at for step in steps[1:])
    if steps:
        yield at


def was_down(history: History, at: int) -> bool:
    """Whether an outage was going on just before the second *at*: down when last seen, and to be watched ever since."""
    steps = [step for step in in_force(history.steps) if step.at < at]
    seen = [(step, end - 1) for step, end in zip(steps, _ends(steps, at), strict=True) if step.state in _TOLD]
    if not seen or seen[-1][0].state is not State.DOWN:
        return False
    last = seen[-1][1]
    is_known = history.begin is not None and last >= history.begin
    return is_known and not any(start < at and end > last for start, end in history.absent)
