from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import catalogue, words
from monitor.model import Criticality, Kind, Severity, State, Verification
from monitor.net.facts import Phase

INSTANT = datetime(2026, 11, 24, 1, 5, 9, tzinfo=UTC)


def test_an_instant_reads_as_wib() -> None:
    assert words.prose(INSTANT) == "Selasa, 24 November 2026, 08.05 WIB"
    assert words.table(INSTANT) == "24-11-2026 08:05"
    assert words.iso(INSTANT) == "2026-11-24T08:05:09+07:00"
    assert words.clock(INSTANT) == "08.05.09 WIB"
    assert words.hour(INSTANT) == "08.05 WIB"


def test_a_moment_of_another_day_names_it() -> None:
    late, early = INSTANT.replace(hour=16, minute=59), INSTANT.replace(hour=17, minute=0)
    assert words.since(INSTANT, late) == "08.05 WIB"
    assert words.since(INSTANT, early) == "24 November 2026, 08.05 WIB"


def test_days_and_weeks_of_keys_are_of_wib() -> None:
    sunday = datetime(2027, 1, 3, 16, 59, tzinfo=UTC)
    assert (words.day(sunday), words.week(sunday)) == ("2027-01-03", "2026-W53")
    monday = datetime(2027, 1, 3, 17, 0, tzinfo=UTC)
    assert (words.day(monday), words.week(monday)) == ("2027-01-04", "2027-W01")


def test_an_evening_in_utc_is_the_next_day_in_wib() -> None:
    assert words.prose(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == "Jumat, 1 Januari 2027, 00.00 WIB"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        words.table(datetime(2026, 11, 24))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        pytest.param(1234567.89, 2, "1.234.567,89", id="thousands by point, decimals by comma"),
        pytest.param(0, 0, "0", id="zero"),
        pytest.param(999, 0, "999", id="below a thousand"),
        pytest.param(-1234, 0, "-1.234", id="negative"),
        pytest.param(Fraction(1, 4), 2, "0,25", id="fraction"),
    ],
)
def test_numbers_are_written_the_indonesian_way(value: float | Fraction, places: int, text: str) -> None:
    assert words.number(value, places) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        pytest.param(0.9995, "99,95%", id="as it is"),
        pytest.param(0.999999, "99,99%", id="never rounded up to a hundred"),
        pytest.param(1, "100,00%", id="a hundred only when it is"),
        pytest.param(0.29, "29,00%", id="binary fractions lose nothing"),
        pytest.param(Fraction(2, 3), "66,66%", id="exact fractions"),
        pytest.param(0.0, "0,00%", id="nothing"),
    ],
)
def test_percentages_round_down(share: float | Fraction, text: str) -> None:
    assert words.percent(share) == text


@given(st.fractions(min_value=0, max_value=1))
def test_a_percentage_never_says_more_than_there_is(share: Fraction) -> None:
    said = Fraction(words.percent(share).rstrip("%").replace(",", ".")) / 100

    assert said <= share < said + Fraction(1, 10_000)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        pytest.param(timedelta(hours=2, minutes=5, seconds=59), "2 jam 5 menit", id="two units, rounded down"),
        pytest.param(timedelta(hours=2, seconds=59), "2 jam", id="an empty second unit is not said"),
        pytest.param(timedelta(days=400, hours=1), "400 hari 1 jam", id="days are the largest"),
        pytest.param(timedelta(minutes=1), "1 menit", id="one minute"),
        pytest.param(timedelta(seconds=45.9), "45 detik", id="seconds"),
        pytest.param(timedelta(0), "0 detik", id="nothing"),
        pytest.param(timedelta(seconds=-5), "0 detik", id="a clock that stepped back"),
    ],
)
def test_durations_read_in_two_units(span: timedelta, text: str) -> None:
    assert words.duration(span) == text


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        pytest.param(0, "0 ms", id="nothing"),
        pytest.param(400, "0,4 ms", id="less than one"),
        pytest.param(9_940, "9,9 ms", id="below ten"),
        pytest.param(1_234_567, "1.235 ms", id="thousands"),
    ],
)
def test_milliseconds_keep_what_matters(microseconds: int, text: str) -> None:
    assert words.milliseconds(microseconds) == text


@pytest.mark.parametrize(
    ("after", "text"),
    [
        pytest.param(timedelta(days=12, hours=23), "12 hari", id="whole days only"),
        pytest.param(timedelta(hours=1), "hari ini", id="the last day is not none"),
        pytest.param(timedelta(seconds=-1), "baru lewat", id="just over"),
        pytest.param(timedelta(days=-3, hours=-1), "lewat 3 hari", id="long over"),
    ],
)
def test_days_left_tell_the_last_day_from_the_day_after(after: timedelta, text: str) -> None:
    assert words.days(words.days_left(INSTANT + after, INSTANT)) == text


@pytest.mark.parametrize(
    ("octets", "text"), [pytest.param(1023, "1.023 B", id="bytes"), pytest.param(524288, "512,0 KiB", id="kibibytes")]
)
def test_sizes_read_in_kibibytes(octets: int, text: str) -> None:
    assert words.size(octets) == text


@pytest.mark.parametrize(
    ("names", "members"),
    [
        pytest.param(words.KINDS, Kind, id="jenis"),
        pytest.param(words.STATES, State, id="state"),
        pytest.param(words.SEVERITIES, Severity, id="severity"),
        pytest.param(words.CRITICALITIES, Criticality, id="kritikalitas"),
        pytest.param(words.VERIFICATIONS, Verification, id="verifikasi"),
        pytest.param(catalogue.PHASES, Phase, id="phase"),
    ],
)
def test_every_member_has_a_word(names: Mapping[Any, str], members: type[StrEnum]) -> None:
    assert set(names) == set(members)


@pytest.mark.parametrize(
    ("code", "text"),
    [(10, "kedaluwarsa"), (62, "nama host tidak cocok"), (999, "what OpenSSL says"), (None, "what OpenSSL says")],
)
def test_a_chain_that_does_not_verify_is_told_in_the_countys_words(code: object, text: str) -> None:
    assert words.distrust(code, "what OpenSSL says") == text
