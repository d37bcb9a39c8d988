"""Months of WIB: no daylight saving, leap years, and the days and hours that rows are counted in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.availability import month, month_name, parse_month
from monitor.availability.calendar import day_of, day_start


@pytest.mark.parametrize(
    ("year", "number", "since", "days"),
    [
        (2026, 10, datetime(2026, 9, 30, 17, tzinfo=UTC), 31),
        (2026, 2, datetime(2026, 1, 31, 17, tzinfo=UTC), 28),
        (2028, 2, datetime(2028, 1, 31, 17, tzinfo=UTC), 29),
        (2100, 2, datetime(2100, 1, 31, 17, tzinfo=UTC), 28),
        (2026, 12, datetime(2026, 11, 30, 17, tzinfo=UTC), 31),
    ],
)
def test_a_month_begins_at_midnight_in_wib(year: int, number: int, since: datetime, days: int) -> None:
    assert month(year, number) == (since, since + timedelta(days=days))


def test_months_follow_each_other() -> None:
    for year in (2027, 2028):
        for number in range(1, 12):
            assert month(year, number)[1] == month(year, number + 1)[0]
        assert month(year, 12)[1] == month(year + 1, 1)[0]


def test_an_instant_lies_in_the_month_of_wib() -> None:
    last = datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC)
    assert [month_name(last), month_name(last + timedelta(seconds=1))] == ["2026-10", "2026-11"]


def test_a_month_is_read_as_it_is_named() -> None:
    assert parse_month("2026-10") == month(2026, 10)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-1", "26-10", "2026-10 ", "٢٠٢٦-10", "9999-12", "1970-01"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="bukan bulan"):
        parse_month(text)


def test_days_of_wib_begin_on_an_hour() -> None:
    midnight = int(datetime(2026, 10, 31, 17, tzinfo=UTC).timestamp())
    day = day_of(midnight)
    assert (day_of(midnight - 1), day_start(day)) == (day - 1, midnight)
    assert midnight % 3600 == 0
    assert day_of(0) == 0
