"""Figures at their boundaries, as tables; the model test covers what nobody would think of."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from monitor import words
from monitor.availability import Figures, History, Step, figures, gaps, limit_of, merged, together
from monitor.model import State

UP, DOWN = Step(0, State.UP), Step(600, State.DOWN, "site.down")
DAY = 86_400


@pytest.mark.parametrize(("cadence", "limit"), [(60, 150), (300, 750), (1, 2), (0.5, 1)])
def test_two_and_a_half_cadences_are_observed(cadence: float, limit: int) -> None:
    assert limit_of(timedelta(seconds=cadence)) == limit


@pytest.mark.parametrize(
    ("looks", "horizon", "expected"),
    [
        ([0, 150], 150, []),
        ([0, 151], 151, [(0, 151)]),
        ([151, 0, 0], 151, [(0, 151)]),  # a clock that stepped back
        ([0], 150, []),
        ([0], 151, [(0, 151)]),
        ([0, 60, 500], 560, [(60, 500)]),
        ([0, 60, 500], 100, []),
        ([], 1000, []),
        ([500], 100, []),
    ],
)
def test_gaps_are_longer_than_the_limit(looks: list[int], horizon: int, expected: list[tuple[int, int]]) -> None:
    assert list(gaps(looks, lambda _at: 150, horizon)) == expected


def test_spans_that_touch_are_one() -> None:
    assert merged([(5, 9), (0, 3), (3, 4), (7, 12), (20, 20)]) == [(0, 4), (5, 12)]


def test_one_second_of_outage_in_a_month_is_never_rounded_away() -> None:
    found = figures(History(begin=0, horizon=31 * DAY, steps=[UP, DOWN, Step(601, State.UP)]), 0, 31 * DAY)
    assert found.ratio == Fraction(31 * DAY - 1, 31 * DAY)
    assert words.percent(found.ratio) == "99,99%"


def test_maintenance_is_reported_both_ways() -> None:
    known = History(begin=0, horizon=1000, steps=[UP, DOWN, Step(800, State.UP)], maintained=[(500, 700)])
    found = figures(known, 0, 1000)
    (outage,) = found.outages

    assert (found.ratio, found.ratio_without_maintenance) == (Fraction(800, 1000), Fraction(700, 800))
    assert (outage.duration, outage.unplanned) == (timedelta(seconds=200), timedelta(seconds=100))
    assert found.mttr == timedelta(seconds=200)
    assert found.without_maintenance().mttr == timedelta(seconds=100)
    assert found.maintained == timedelta(seconds=200)


def test_an_outage_that_was_all_planned_is_none_outside_maintenance() -> None:
    known = History(begin=0, horizon=1000, steps=[UP, DOWN, Step(700, State.UP)], maintained=[(600, 700)])
    outside = figures(known, 0, 1000).without_maintenance()
    assert (outside.outages, outside.mtbf, outside.ratio) == ((), None, Fraction(1))


def test_nothing_known_is_not_a_hundred_percent() -> None:
    found = figures(History(begin=0, horizon=100, gaps=[(0, 100)], steps=[UP]), 0, 100)
    assert (found.ratio, found.unobserved_share) == (None, Fraction(1))
    assert figures(History(begin=None, horizon=100, steps=[UP]), 0, 100) == Figures()


def test_an_outage_that_goes_on_has_no_end_and_counts_in_no_mean() -> None:
    found = figures(History(begin=0, horizon=1000, steps=[UP, DOWN]), 0, 800)
    (outage,) = found.outages
    assert (outage.end, found.mttr, found.longest) == (None, None, timedelta(seconds=200))
    assert found.mtbf == timedelta(seconds=600)


def test_an_outage_goes_on_through_time_that_nobody_saw() -> None:
    steps = [UP, DOWN, Step(700, State.UNOBSERVED, "x"), Step(800, State.DOWN, "site.down"), Step(900, State.UP)]
    (outage,) = figures(History(begin=0, horizon=1000, steps=steps), 0, 1000).outages
    assert outage.duration == timedelta(seconds=200)
    steps[3:] = [Step(800, State.UP)]
    (outage,) = figures(History(begin=0, horizon=1000, steps=steps), 0, 1000).outages
    assert outage.end is not None
    assert outage.end - outage.start == timedelta(seconds=100)


def test_several_targets_weigh_by_their_time() -> None:
    long = figures(History(begin=0, horizon=1000, steps=[UP, DOWN]), 0, 1000)
    short = figures(History(begin=900, horizon=1000, steps=[UP]), 0, 1000)
    both = together([short, long])
    assert both.ratio == Fraction(700, 1100)
    assert both.outages == long.outages
