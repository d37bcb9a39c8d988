from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Measure, Outcome
from monitor.net.facts import Phases
from monitor.web.charts import BINS, HEIGHT, WIDTH, bars, spark
from tests.unit.web.moment import NOW
from tests.unit.web.record import Sample

DAY = timedelta(days=1)
STEP = DAY / BINS


def samples(*bins: int, took: int = 100_000, status: int = 200, outcome: Outcome = Outcome.OBSERVED) -> list[Sample]:
    measure = Measure(status=status, ttfb=took)
    return [Sample(NOW - DAY + STEP * (number + 0.5), measure, outcome) for number in bins]


def test_nothing_observed_is_no_picture() -> None:
    assert spark([], NOW - DAY, NOW) is None
    assert spark(samples(3, outcome=Outcome.BROKEN), NOW - DAY, NOW) is None


def test_time_that_nobody_observed_parts_the_line() -> None:
    picture = spark(samples(0, 1, 2, 10, 11), NOW - DAY, NOW)

    assert picture is not None
    assert [len(line.split()) for line in picture.lines] == [3, 2]
    assert not picture.failures


def test_a_lone_visit_is_a_dash_and_not_nothing() -> None:
    picture = spark(samples(5), NOW - DAY, NOW)

    assert picture is not None
    assert [len(line.split()) for line in picture.lines] == [2]


def test_a_failure_is_marked_where_it_was_and_not_drawn_as_a_fast_answer() -> None:
    picture = spark([*samples(0, 1), *samples(120, status=0, took=0)], NOW - DAY, NOW)

    assert picture is not None
    assert picture.failures == [(WIDTH / 2, WIDTH / BINS)]
    assert len(picture.lines) == 1


def test_a_bin_with_one_failure_among_good_visits_is_a_failure() -> None:
    picture = spark([*samples(7), *samples(7, status=0), *samples(7)], NOW - DAY, NOW)

    assert picture is not None
    assert len(picture.failures) == 1
    assert not picture.lines
    assert (picture.top, picture.middle) == (None, None), "nobody knows, and 0 ms is no answer"


def test_the_scale_is_the_slowest_and_the_middle_is_the_median() -> None:
    picture = spark([*samples(1, took=1000), *samples(2, took=3000), *samples(3, took=9000)], NOW - DAY, NOW)

    assert picture is not None
    assert (picture.top, picture.middle) == (9000, 3000)


def test_samples_from_outside_the_day_are_left_out() -> None:
    assert spark(samples(-1, BINS), NOW - DAY, NOW) is None


@given(st.lists(st.tuples(st.integers(-5, BINS + 5), st.integers(0, 10**9), st.sampled_from([0, 200, 503]))))
def test_every_point_lies_in_the_box(runs: list[tuple[int, int, int]]) -> None:
    picture = spark(
        [one for number, took, status in runs for one in samples(number, took=took, status=status)], NOW - DAY, NOW
    )

    points = [point.split(",") for line in (picture.lines if picture else ()) for point in line.split()]
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in points)


def test_the_bars_of_a_visit_follow_one_another_to_its_end() -> None:
    lines = bars([Phases(dns=10, connect=20, tls=30, ttfb=40), Phases(ttfb=60, transfer=40)])

    assert [(bar.x, bar.width) for bar in lines[0]] == [(0, 5), (5, 10), (15, 15), (30, 20), (50, 0)]
    assert lines[1][-1].x + lines[1][-1].width == 100


def test_a_visit_that_took_no_time_has_bars_of_no_width() -> None:
    assert {bar.width for bar in bars([Phases()])[0]} == {0}
