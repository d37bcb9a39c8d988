"""Planned maintenance: what a window covers, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.incident import Scope, Window
from monitor.incidents.windows import (
    Calendar,
    check,
    concerns,
    covers,
    is_on,
    next_occurrence,
    occurrences,
    parse_rule,
)
from monitor.model import Kind
from monitor.words import WIB

SUNDAY = datetime(2026, 11, 29, 22, 0, tzinfo=WIB)  # still Sunday in UTC, at 15:00
TWO_HOURS = timedelta(hours=2)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def window(rule: str = "", *, scope: Scope = Scope.ALL, value: str = "", length: timedelta = TWO_HOURS) -> Window:
    start = SUNDAY.astimezone(UTC)
    return Window(number=1, scope=scope, value=value, start=start, length=length, rule=rule, created=start - DAY)


@pytest.mark.parametrize(
    ("scope", "value", "expected"),
    [
        pytest.param(Scope.ALL, "", True, id="all"),
        pytest.param(Scope.TARGET, "DESA-046", True, id="the target"),
        pytest.param(Scope.TARGET, "DESA-04", False, id="another target"),
        pytest.param(Scope.KIND, "desa", True, id="its jenis"),
        pytest.param(Scope.KIND, "opd", False, id="another jenis"),
        pytest.param(Scope.ADDRESS, "192.0.2.1", True, id="its address"),
        pytest.param(Scope.ADDRESS, "192.0.2.0/24", True, id="its network"),
        pytest.param(Scope.ADDRESS, "192.0.2.7/24", True, id="its network, loosely written"),
        pytest.param(Scope.ADDRESS, "192.0.2.16/28", False, id="a network beside it"),
        pytest.param(Scope.ADDRESS, "2001:db8::/32", True, id="its other address"),
        pytest.param(Scope.ADDRESS, "nonsense", False, id="no address"),
    ],
)
def test_what_a_window_is_about(scope: Scope, value: str, *, expected: bool) -> None:
    addresses = ("", "192.0.2.1", "2001:db8::1")

    assert concerns(window(scope=scope, value=value), "DESA-046", Kind.DESA, addresses) is expected


def test_who_has_no_jenis_is_covered_by_none() -> None:
    assert not concerns(window(scope=Scope.KIND, value="desa"), "X", None, ())


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param(SUNDAY - TICK, False, id="before"),
        pytest.param(SUNDAY, True, id="from the first instant"),
        pytest.param(SUNDAY + TWO_HOURS - TICK, True, id="to the last"),
        pytest.param(SUNDAY + TWO_HOURS, False, id="after"),
    ],
)
def test_once(at: datetime, *, expected: bool) -> None:
    assert is_on(window(), at) is expected
    assert covers(window(), "X", None, (), at) is expected
    assert not covers(window(scope=Scope.TARGET, value="Y"), "X", None, (), at)


def test_a_weekday_is_one_of_here_though_it_is_another_in_utc() -> None:
    early = replace(window("FREQ=WEEKLY;BYDAY=MO"), start=datetime(2026, 11, 30, 1, 0, tzinfo=WIB).astimezone(UTC))

    found = occurrences(early, early.start, early.start + 14 * DAY)

    assert [start.astimezone(WIB).strftime("%a %H") for start, _end in found] == ["Mon 01", "Mon 01"]
    assert early.start.strftime("%a") == "Sun"


def test_again_and_again_for_years() -> None:
    monthly = window("FREQ=MONTHLY;BYDAY=-1SU")
    far = SUNDAY + 3650 * DAY

    span = next_occurrence(monthly, far)

    assert span is not None
    start = span[0].astimezone(WIB)
    assert (start.weekday(), start.hour) == (6, 22)
    assert (start + 7 * DAY).month != start.month
    assert far <= start < far + 31 * DAY


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ("FREQ=WEEKLY;COUNT=3", 3),
        ("FREQ=DAILY;UNTIL=20261201", 3),  # the last day counts whole
        ("FREQ=DAILY;UNTIL=20261201T215959", 2),
        ("FREQ=DAILY;UNTIL=20261201T150000Z", 3),
        ("FREQ=DAILY;UNTIL=20261201T145959Z", 2),
        ("FREQ=DAILY;BYHOUR=6,18;COUNT=5", 5),
    ],
)
def test_an_end(rule: str, count: int) -> None:
    assert len(occurrences(window(parse_rule(rule)), SUNDAY, SUNDAY + 365 * DAY)) == count
    assert next_occurrence(window(parse_rule(rule)), SUNDAY + 365 * DAY) is None


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        pytest.param(SUNDAY - DAY, [], id="before it began"),
        pytest.param(SUNDAY, [], id="as it began"),
        pytest.param(SUNDAY + TWO_HOURS / 2, [(SUNDAY, SUNDAY + TWO_HOURS / 2)], id="while it went on"),
        pytest.param(SUNDAY + TWO_HOURS, [(SUNDAY, SUNDAY + TWO_HOURS)], id="as it was over"),
        pytest.param(SUNDAY + DAY, [(SUNDAY, SUNDAY + TWO_HOURS)], id="before it came again"),
    ],
)
def test_what_a_person_ended_does_not_come_again(ended: datetime, expected: list[tuple[datetime, datetime]]) -> None:
    over = replace(window("FREQ=DAILY"), ended=ended)

    assert list(occurrences(over, SUNDAY - DAY, SUNDAY + 9 * DAY)) == expected
    assert not is_on(over, ended)


def test_times_that_overlap_are_one() -> None:
    long = window("FREQ=DAILY;COUNT=3", length=timedelta(hours=30))
    touching = window("FREQ=DAILY;COUNT=3", length=DAY)

    assert occurrences(long, SUNDAY, SUNDAY + 9 * DAY) == ((SUNDAY, SUNDAY + timedelta(hours=78)),)
    assert occurrences(touching, SUNDAY, SUNDAY + 9 * DAY) == ((SUNDAY, SUNDAY + 3 * DAY),)


def test_the_edges_of_what_is_asked() -> None:
    daily = window("FREQ=DAILY")
    end = SUNDAY + TWO_HOURS

    assert occurrences(daily, end, SUNDAY + DAY) == ()
    assert occurrences(daily, end - TICK, SUNDAY + DAY) == ((SUNDAY, end),)
    assert len(occurrences(daily, end - TICK, SUNDAY + DAY + TICK)) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  ", ""),
        ("freq=weekly; byday=su", "FREQ=WEEKLY;BYDAY=SU"),
        ("RRULE:FREQ=DAILY;", "FREQ=DAILY"),
        ("FREQ=MONTHLY;BYDAY=-1SU,+2MO;WKST=SU", "FREQ=MONTHLY;BYDAY=-1SU,+2MO;WKST=SU"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
        ("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231T235959"),
        ("FREQ=DAILY;UNTIL=20261231T200000Z", "FREQ=DAILY;UNTIL=20270101T030000"),
        ("FREQ=DAILY;INTERVAL=366;BYHOUR=0,23;BYMINUTE=59", "FREQ=DAILY;INTERVAL=366;BYHOUR=0,23;BYMINUTE=59"),
    ],
)
def test_a_rule_as_it_is_kept(text: str, expected: str) -> None:
    assert parse_rule(text) == expected
    assert parse_rule(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "setiap minggu",
        "FREQ",
        "FREQ=",
        "BYDAY=SU",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=30",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYSECOND=1",
        "FREQ=DAILY;BYMINUTE=0,30",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=367",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=10001",
        "FREQ=DAILY;COUNT=2;UNTIL=20261231",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=WEEKLY;BYDAY=MIN",
        "FREQ=WEEKLY;BYDAY=MO,,TU",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYSETPOS=0",
        "FREQ=YEARLY;BYEASTER=1",
        "FREQ=YEARLY;BYWEEKNO=1",
        "FREQ=DAILY;UNTIL=besok",
        "FREQ=DAILY;UNTIL=20261301",
        "FREQ=DAILY;UNTIL=99991231T235959Z",
        "FREQ=DAILY;UNTIL=23010101",
        "FREQ=DAILY;WKST=XX",
        "FREQ=DAILY\nDTSTART:20260101T000000",
        "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ",1,2,3,4,5,6,7,8",
        "FREQ=DAILY;X=" + "1" * 300,
    ],
)
def test_what_is_no_rule_for_maintenance(text: str) -> None:
    with pytest.raises(ValueError, match="aturan ulang"):
        parse_rule(text)


@settings(deadline=None)
@given(st.text(alphabet="FREQ=DAILYWKUNTCO;BH,M:0123456789+-T Z٣\n", max_size=80))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        rule = parse_rule(text)
    except ValueError:
        return
    assert parse_rule(rule) == rule
    next_occurrence(window(rule), SUNDAY)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;INTERVAL=2;BYMONTH=2;BYSETPOS=9",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    ],
)
def test_a_rule_that_never_comes_true_ends(rule: str) -> None:
    never = window(parse_rule(rule))

    assert next_occurrence(never, SUNDAY) is None
    with pytest.raises(ValueError, match="tidak pernah"):
        check(never, SUNDAY)


def test_leap_days_and_weekdays_are_those_of_the_calendar() -> None:
    leap = window("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")

    found = occurrences(leap, SUNDAY, SUNDAY + 3650 * DAY)

    assert [start.astimezone(WIB).date().isoformat() for start, _end in found] == [
        "2028-02-29",
        "2032-02-29",
        "2036-02-29",
    ]


RULES = st.sampled_from(
    ["", "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3;COUNT=9", "FREQ=WEEKLY;BYDAY=SU,WE", "FREQ=MONTHLY;BYMONTHDAY=-1"]
)


@settings(max_examples=40, deadline=None)
@given(RULES, st.integers(1, 40), st.lists(st.integers(-50, 2000), min_size=1, max_size=12))
def test_a_calendar_knows_at_any_time_what_the_windows_say(rule: str, hours: int, asked: list[int]) -> None:
    kept = window(rule, length=timedelta(hours=hours))
    calendar = Calendar()
    calendar.put(kept)

    for at in (SUNDAY + timedelta(hours=hour) for hour in asked):
        spans = occurrences(kept, at, at + TICK)
        assert is_on(kept, at) is any(start <= at < end for start, end in spans)
        assert calendar.on(at) == ((kept,) if is_on(kept, at) else ())
    assert all(first[1] < second[0] for first, second in pairwise(occurrences(kept, SUNDAY, SUNDAY + 99 * DAY)))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (replace(window(), length=timedelta()), "lebih dari nol"),
        (replace(window(), length=timedelta(days=31, seconds=1)), "31 hari"),
        (window(scope=Scope.ADDRESS, value="192.0.2.1/40"), "bukan alamat IP"),
        (window(scope=Scope.KIND, value="kota"), "jenis"),
        (replace(window(), start=(SUNDAY - 9 * DAY).astimezone(UTC)), "sudah lewat"),
    ],
)
def test_what_would_cover_nothing_is_refused(bad: Window, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(bad, SUNDAY)
    check(window(), SUNDAY)
