from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from monitor import availability
from monitor.evidence import lacking, measure
from monitor.evidence.collect import before, period_of
from monitor.evidence.data import Direction, Figures, Gap, Method
from monitor.evidence.record import Brief
from monitor.model import Kind, State, Target, Transition
from monitor.store.stored import StoredTarget
from tests.unit.evidence import fake
from tests.unit.evidence.test_observed import told

HOUR = timedelta(hours=1)
TARGET = Target(kode="DESA-001", kind=Kind.DESA, name="Desa", url="https://sinduraja.desa.id/")
STORED = StoredTarget(target=TARGET, first_seen=fake.SINCE, retired=None)
BRIEF = Brief(method=Method(targets={Kind.DESA: Fraction(98, 100)}))


def known(down: timedelta) -> availability.Figures:
    return availability.Figures(up=100 * HOUR - down, down=down)


def month(figures: availability.Figures, state: State = State.UP, last: datetime = fake.UNTIL) -> measure.Month:
    record = told(
        states={"DESA-001": Transition("DESA-001", fake.SINCE, state)},
        looked={("DESA-001", "website"): (fake.SINCE, last)},
    )
    return measure.Month(record, {"DESA-001": figures}, {}, BRIEF, fake.UNTIL)


@pytest.mark.parametrize(("down", "met"), [(2 * HOUR, True), (2 * HOUR + timedelta(seconds=1), False)])
def test_a_target_is_met_exactly_or_not(down: timedelta, *, met: bool) -> None:
    assert measure.site(STORED, month(known(down))).meets is met


def test_a_site_nobody_saw_has_no_verdict() -> None:
    assert measure.site(STORED, month(availability.Figures(unobserved=HOUR))).meets is None


@pytest.mark.parametrize(
    ("ago", "state"),
    [(timedelta(seconds=150), State.DOWN), (timedelta(seconds=151), State.UNOBSERVED)],
)
def test_what_was_seen_too_long_ago_is_unobserved(ago: timedelta, state: State) -> None:
    assert measure.site(STORED, month(known(HOUR), State.DOWN, fake.UNTIL - ago)).state is state


@pytest.mark.parametrize(
    ("now", "then", "direction"),
    [
        (2 * HOUR, 3 * HOUR, Direction.BETTER),
        (3 * HOUR, 2 * HOUR, Direction.WORSE),
        (2 * HOUR, 2 * HOUR + timedelta(seconds=1), Direction.BETTER),
        (2 * HOUR + timedelta(seconds=2), 2 * HOUR + timedelta(seconds=3), Direction.SAME),
        (2 * HOUR, None, Direction.NEW),
        (None, 2 * HOUR, Direction.UNKNOWN),
        (None, None, Direction.UNKNOWN),
    ],
)
def test_against_the_month_before(now: timedelta | None, then: timedelta | None, direction: Direction) -> None:
    site = measure.site(STORED, month(measure.NOTHING if now is None else known(now)))
    earlier = {} if then is None else {"DESA-001": known(then)}
    assert [item.direction for item in measure.compared([site], earlier, ())] == [direction]


@pytest.mark.parametrize(
    ("now", "cut", "over"),
    [
        (fake.UNTIL, fake.UNTIL, True),
        (fake.UNTIL + HOUR, fake.UNTIL, True),
        (datetime(2026, 10, 15, 3, 4, 5, 6, tzinfo=UTC), datetime(2026, 10, 15, 3, 4, tzinfo=UTC), False),
    ],
)
def test_a_month_is_cut_where_it_ends_or_now(now: datetime, cut: datetime, *, over: bool) -> None:
    period = period_of("2026-10", now)
    assert (period.since, period.until, period.cut, period.is_over) == (fake.SINCE, fake.UNTIL, cut, over)
    assert before(period) == "2026-09"


@pytest.mark.parametrize("key", ["2026-13", "2026-1", "oktober", "", "2027-01"])
def test_no_month_or_one_that_has_not_begun(key: str) -> None:
    with pytest.raises(ValueError, match="bulan"):
        period_of(key, fake.UNTIL)


def total(unobserved: timedelta) -> Figures:
    return Figures(up=1000 * HOUR - unobserved, unobserved=unobserved, ratio=Fraction(1))


@pytest.mark.parametrize(("unobserved", "gaps"), [(5 * HOUR, []), (5 * HOUR + timedelta(seconds=4), [Gap.UNOBSERVED])])
def test_more_than_half_a_percent_unseen_is_a_gap(unobserved: timedelta, gaps: list[Gap]) -> None:
    rolled, first = told(rolled_until=fake.UNTIL), date(2026, 9, 1)
    found = lacking.shortcomings(fake.PERIOD, (), total(unobserved), rolled, first, observed=True)
    assert [item.gap for item in found] == gaps


def test_everything_missing_is_said() -> None:
    never = measure.site(STORED, month(measure.NOTHING))
    period = period_of("2026-10", fake.SINCE + timedelta(days=10))
    found = lacking.shortcomings(period, (never,), total(timedelta(0)), told(), date(2026, 10, 3), observed=True)
    assert [item.gap for item in found] == [Gap.NOT_OVER, Gap.LATE_START, Gap.NEVER_SEEN, Gap.NO_ROLLUPS]


def test_without_any_look_there_is_no_data() -> None:
    found = lacking.shortcomings(fake.PERIOD, (), Figures(), told(), None, observed=False)
    assert [item.gap for item in found] == [Gap.NO_DATA]


def test_a_look_of_which_no_figure_tells_is_one_all_the_same() -> None:
    found = lacking.shortcomings(fake.PERIOD, (), Figures(), told(rolled_until=fake.UNTIL), None, observed=True)
    assert [item.gap for item in found] == [Gap.UNOBSERVED]


@pytest.mark.parametrize(("count", "said"), [(12, "12 hari"), (13, "dan 1 lagi")])
def test_unsealed_days_are_named_up_to_a_dozen(count: int, said: str) -> None:
    (found,) = lacking.unsealed([date(2026, 10, 1) + timedelta(days=day) for day in range(count)])
    assert said in found.text


def test_what_was_planned_is_told_both_ways() -> None:
    at = fake.SINCE
    planned = availability.Outage(start=at, end=at + HOUR, duration=HOUR, cause="site.down", maintained=HOUR)
    partly = availability.Outage(start=at, end=at + HOUR, duration=4 * HOUR, cause="site.down", maintained=HOUR)
    of = availability.Figures(up=100 * HOUR, down=5 * HOUR, maintained_down=2 * HOUR, outages=(planned, partly))

    found = measure.figures(of)

    assert (found.outages, found.unplanned) == (2, 1)
    assert (found.down, found.unplanned_down) == (5 * HOUR, 3 * HOUR)
    assert (found.mttr, found.unplanned_mttr) == (timedelta(hours=2.5), 3 * HOUR)
    assert (found.mtbf, found.unplanned_mtbf) == (50 * HOUR, 100 * HOUR)
