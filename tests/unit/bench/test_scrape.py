"""What is read from `/metrics`."""

from __future__ import annotations

from math import inf

import pytest

from bench.scrape import buckets, quantile, since, value

TEXT = """\
# HELP monitor_schedule_lag_seconds How late runs began, against their slot.
# TYPE monitor_schedule_lag_seconds histogram
monitor_schedule_lag_seconds_bucket{le="0.1"} 50.0
monitor_schedule_lag_seconds_bucket{le="0.25"} 100.0
monitor_schedule_lag_seconds_bucket{le="+Inf"} 101.0
monitor_schedule_lag_seconds_count 101.0
monitor_runs_total{check="website",outcome="observed"} 90.0
monitor_runs_total{check="website",outcome="broken"} 11.0
monitor_turns_skipped_total 3.0
"""
LAG = "monitor_schedule_lag_seconds"


def test_a_value_is_the_sum_over_labels() -> None:
    assert value(TEXT, "monitor_runs_total") == 101
    assert value(TEXT, "monitor_turns_skipped_total") == 3
    assert value(TEXT, "monitor_turns") == 0


def test_buckets_are_read_by_their_bounds() -> None:
    assert buckets(TEXT, LAG) == {0.1: 50, 0.25: 100, inf: 101}


def test_between_two_looks_only_what_came_in_between_counts() -> None:
    assert since({0.1: 8, inf: 9}, {0.1: 5, inf: 5}) == {0.1: 3, inf: 4}


@pytest.mark.parametrize(
    ("counts", "share", "expected"),
    [
        pytest.param({0.1: 50, 0.25: 100, inf: 100}, 0.75, 0.175, id="between two bounds"),
        pytest.param({0.1: 50, 0.25: 100, inf: 100}, 0.25, 0.05, id="below the first bound"),
        pytest.param({0.1: 98, inf: 100}, 0.99, inf, id="above the last bound nothing is made up"),
        pytest.param({0.1: 0, inf: 0}, 0.99, 0.0, id="nothing observed"),
        pytest.param({0.1: 100, 0.25: 100, inf: 100}, 1.0, 0.1, id="the last observation"),
    ],
)
def test_quantiles_are_read_between_bounds(counts: dict[float, float], share: float, expected: float) -> None:
    assert quantile(counts, share) == pytest.approx(expected)
