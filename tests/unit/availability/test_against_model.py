"""The real thing against the second-by-second model, over worlds that nobody would think of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.availability import (
    Figures,
    History,
    Outage,
    Span,
    Step,
    Tally,
    daily,
    figures,
    gaps,
    pieces,
    tallies,
    together,
)
from monitor.availability.calendar import day_start
from monitor.availability.history import EPOCH, instant
from monitor.model import State
from tests.unit.availability import model
from tests.unit.availability.model import World

END = 240
SECONDS = st.integers(0, END)
SPANS = st.lists(st.tuples(SECONDS, SECONDS), max_size=3).map(tuple)
STEPS = st.lists(
    st.builds(Step, SECONDS, st.sampled_from(list(State)), st.sampled_from(["", "a", "b"])), max_size=8
).map(tuple)


def _limit(change: int, before: int, after: int) -> Callable[[int], int]:
    """A cadence that somebody changed once."""
    return lambda at: before if at < change else after


WORLDS = st.builds(
    World,
    looks=st.lists(SECONDS, max_size=25).map(tuple),
    limit=st.builds(_limit, SECONDS, st.integers(1, 60), st.integers(1, 60)),
    steps=STEPS,
    absent=SPANS,
    maintained=SPANS,
    now=st.integers(0, END + 40),
)


def history(world: World) -> History:
    return History(
        begin=min(world.looks, default=None),
        horizon=world.now,
        steps=world.steps,
        gaps=tuple(gaps(world.looks, world.limit, world.now)),
        absent=world.absent,
        maintained=world.maintained,
    )


def seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)


@given(WORLDS, SECONDS, SECONDS)
@settings(max_examples=400, deadline=None)
def test_every_second_is_counted_once_and_as_what_it_was(world: World, since: int, until: int) -> None:
    expected = model.seconds(world, since, until)
    found = figures(history(world), since, until)

    for state, total, maintained in (
        (State.UP, found.up, found.maintained_up),
        (State.DEGRADED, found.degraded, found.maintained_degraded),
        (State.DOWN, found.down, found.maintained_down),
        (State.UNOBSERVED, found.unobserved, found.maintained_unobserved),
    ):
        assert seconds(maintained) == expected.get((state, True), 0)
        assert seconds(total) == expected.get((state, True), 0) + expected.get((state, False), 0)
    assert found.ratio == model.ratio(expected, outside=False)
    assert found.ratio_without_maintenance == model.ratio(expected, outside=True)
    assert found.without_maintenance().ratio == found.ratio_without_maintenance
    whole = sum(expected.values())
    unseen = sum(count for (state, _flag), count in expected.items() if state is State.UNOBSERVED)
    assert found.unobserved_share == (Fraction(unseen, whole) if whole else 0)


@given(WORLDS, SECONDS, SECONDS)
@settings(max_examples=400, deadline=None)
@example(  # down when last seen, then out of sight over the beginning of the window
    World(
        looks=(0, 10, 60, 70),
        limit=lambda _at: 20,
        steps=(Step(0, State.UP), Step(5, State.DOWN, "a"), Step(10, State.UNOBSERVED), Step(60, State.DOWN, "a")),
        absent=(),
        maintained=(),
        now=80,
    ),
    30,
    80,
)
def test_outages_are_those_of_the_model(world: World, since: int, until: int) -> None:
    expected = model.outages(world, since, until)
    found = figures(history(world), since, until)

    assert [_said(outage) for outage in found.outages] == [
        (
            each.seconds[0],
            each.seconds[-1] + 1 if each.ended else None,
            len(each.seconds),
            each.cause,
            each.continued,
            sum(model.within(world.maintained, second) for second in each.seconds),
        )
        for each in expected
    ]
    ended = [len(each.seconds) for each in expected if each.ended]
    assert found.mttr == (timedelta(seconds=sum(ended)) / len(ended) if ended else None)
    began = sum(not each.continued for each in expected)
    up = seconds(found.up + found.degraded)
    assert (found.failures, found.mtbf) == (began, timedelta(seconds=up) / began if began else None)
    assert found.longest == max((timedelta(seconds=len(each.seconds)) for each in expected), default=None)


def _said(outage: Outage) -> tuple[int, int | None, int, str, bool, int]:
    end = None if outage.end is None else seconds(outage.end - EPOCH)
    start, spent, planned = seconds(outage.start - EPOCH), seconds(outage.duration), seconds(outage.maintained)
    return start, end, spent, outage.cause, outage.continued, planned


@given(WORLDS, SECONDS, SECONDS)
@settings(max_examples=200, deadline=None)
def test_pieces_are_in_order_apart_and_as_long_as_they_can_be(world: World, since: int, until: int) -> None:
    found = list(pieces(history(world), since, until))

    for piece, following in pairwise(found):
        assert piece.end <= following.start
        assert piece.end < following.start or piece[2:] != following[2:]
    assert all(since <= piece.start < piece.end <= until for piece in found)


@given(WORLDS, st.lists(SECONDS, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_a_window_is_the_sum_of_its_parts(world: World, cuts: list[int]) -> None:
    edges = sorted({0, END, *cuts})
    known = history(world)
    parts = together(figures(known, start, end) for start, end in pairwise(edges))
    whole = figures(known, 0, END)

    assert _times(parts) == _times(whole)
    assert parts.failures <= whole.failures  # what continues is not counted again
    if not known.gaps:  # a look that saw it down, and none for long after: no second of it is known
        assert parts.failures == whole.failures


def _times(found: Figures) -> tuple[timedelta, ...]:
    return (
        found.up, found.degraded, found.down, found.unobserved,
        found.maintained_up, found.maintained_degraded, found.maintained_down, found.maintained_unobserved,
    )  # fmt: skip


HOURS = 3


@given(WORLDS, st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_hours_add_up_to_the_window(world: World, scale: int) -> None:
    """The same world at another pace, so that it fills hours."""
    known = _slower(history(world), scale)
    rows = tallies(known, 0, HOURS)
    whole = figures(known, 0, HOURS * 3600)

    assert tuple(map(sum, zip(*rows.values(), strict=True))) == tuple(map(seconds, _times(whole))) or not rows
    assert bool(rows) == bool(whole.watched)
    for hour, row in rows.items():
        alone = figures(known, hour * 3600, (hour + 1) * 3600)
        assert row == tuple(map(seconds, _times(alone)))


@given(WORLDS, st.integers(400, 3000))
@settings(max_examples=100, deadline=None)
def test_days_of_the_county_add_up_to_the_window(world: World, scale: int) -> None:
    known = _slower(history(world), scale)
    rows = daily(known, 0, 3)

    for day in range(3):
        alone = figures(known, day_start(day), day_start(day + 1))
        assert rows.get(day, Tally()) == tuple(map(seconds, _times(alone)))
        assert (day in rows) == bool(alone.watched)
        assert rows.get(day, Tally()).ratio == alone.ratio
        assert rows.get(day, Tally()).maintained == seconds(alone.maintained)


def _slower(known: History, scale: int) -> History:
    def spans(each: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple((start * scale, end * scale) for start, end in each)

    return History(
        begin=None if known.begin is None else known.begin * scale,
        horizon=known.horizon * scale,
        steps=tuple(step._replace(at=step.at * scale) for step in known.steps),
        gaps=spans(tuple(known.gaps)),
        absent=spans(tuple(known.absent)),
        maintained=spans(tuple(known.maintained)),
    )


def test_an_instant_is_utc() -> None:
    assert instant(0) == EPOCH
