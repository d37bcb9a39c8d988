"""Response times as histograms: small, exact to the error that is stated, and nothing else than what was counted."""

from __future__ import annotations

import math
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.availability import Response, Responses
from monitor.availability.response import ERROR, bucket_of, middle_of

TIMES = st.lists(st.integers(0, 10**10), max_size=200)


def packed(times: list[int]) -> bytes | None:
    return Responses(times).pack()


def unpacked(body: bytes | None) -> Responses:
    found = Responses()
    found.add_packed(body)
    return found


@given(TIMES)
def test_what_is_packed_is_unpacked(times: list[int]) -> None:
    assert unpacked(packed(times)).counts == Responses(times).counts


@given(TIMES, TIMES)
def test_histograms_add_up(one: list[int], other: list[int]) -> None:
    both = unpacked(packed(one))
    both += unpacked(packed(other))
    assert both.counts == Responses(one + other).counts


@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=200))
def test_median_and_p95_are_within_the_stated_error(times: list[int]) -> None:
    found = Responses(times).summary()
    ordered = sorted(times)
    for share, value in ((Fraction(1, 2), found.median), (Fraction(95, 100), found.p95)):
        exact = ordered[math.ceil(len(times) * share) - 1]
        assert value is not None
        assert abs(value // timedelta(microseconds=1) - exact) <= exact * ERROR + 1
    assert found.count == len(times)


@given(st.integers(1, 10**10))
def test_the_middle_of_a_bucket_is_close_to_all_in_it(micros: int) -> None:
    assert abs(middle_of(bucket_of(micros)) - micros) <= micros * ERROR + 1


def test_the_error_is_below_three_percent() -> None:
    assert ERROR < 0.03


def test_nothing_counted_is_nothing_kept() -> None:
    assert (packed([]), Responses().summary(), bool(Responses())) == (None, Response(None, None, 0), False)
    assert unpacked(None).counts == {}


def test_an_hour_of_a_steady_site_takes_a_few_bytes() -> None:
    body = packed([250_000 + 1_000 * number for number in range(60)])
    assert body is not None
    assert len(body) <= 12


@pytest.mark.parametrize(
    "body", [b"\0", b"\0\x81", b"\x10", b"\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01", b"\0\x80\x80\x01\x01"]
)
def test_what_nobody_packed_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="histogram"):
        unpacked(body)
