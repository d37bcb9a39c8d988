"""How long somebody waits who has failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.throttle import ZERO, Familiar, Rule, Throttle
from tests.unit.access.making import NOW

SECOND = timedelta(seconds=1)
RULE = Rule(free=3, first=SECOND, longest=60 * SECOND, forgotten=timedelta(hours=1))


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (1, 0), (3, 0), (4, 1), (5, 2), (6, 4), (9, 32), (10, 60), (11, 60), (10**9, 60)]
)
def test_the_wait_doubles_up_to_the_longest(failures: int, seconds: int) -> None:
    assert RULE.wait(failures) == seconds * SECOND


def test_failures_in_a_row_make_wait_and_a_success_forgives() -> None:
    throttle = Throttle(RULE)
    assert [throttle.fail("ani", NOW) for _ in range(5)] == [1, 2, 3, 4, 5]

    assert throttle.wait("ani", NOW) == 2 * SECOND
    assert throttle.wait("ani", NOW + 1.5 * SECOND) == 0.5 * SECOND
    assert throttle.wait("ani", NOW + 2 * SECOND) == ZERO
    assert throttle.wait("budi", NOW) == ZERO
    throttle.clear("ani")
    assert throttle.fail("ani", NOW) == 1


def test_one_try_that_was_none_leaves_the_others() -> None:
    throttle = Throttle(RULE)
    for _ in range(5):
        throttle.fail("ani", NOW)
    throttle.forgive("ani")
    throttle.forgive("budi")

    assert throttle.fail("ani", NOW) == 5
    assert throttle.fail("budi", NOW) == 1


def test_what_is_long_past_is_forgotten() -> None:
    throttle = Throttle(RULE)
    for _ in range(20):
        throttle.fail("ani", NOW)

    assert throttle.wait("ani", NOW + RULE.forgotten - SECOND) == ZERO
    assert throttle.fail("ani", NOW + RULE.forgotten) == 1


def test_a_flood_of_names_takes_no_more_room() -> None:
    throttle = Throttle(RULE, size=3)
    for name in "abcab":
        throttle.fail(name, NOW)
    throttle.fail("d", NOW)

    assert len(throttle) == 3
    assert throttle.fail("a", NOW) == 3, "tried again, so not the oldest"
    assert throttle.fail("c", NOW) == 1, "the oldest went"


def test_what_was_seen_is_known_for_a_while() -> None:
    familiar = Familiar(timedelta(days=1))
    familiar.see("a", NOW)

    assert familiar.knows("a", NOW + timedelta(days=1) - timedelta(microseconds=1))
    assert not familiar.knows("a", NOW + timedelta(days=1))
    assert not familiar.knows("b", NOW)


def test_of_too_many_the_one_seen_the_longest_ago_is_forgotten() -> None:
    familiar = Familiar(timedelta(days=1), size=2)
    for key in ("a", "b", "a", "c"):
        familiar.see(key, NOW)

    assert [familiar.knows(key, NOW) for key in "abc"] == [True, False, True]
