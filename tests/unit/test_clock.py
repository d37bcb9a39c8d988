"""Time goes forward, whatever is done to the machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.clock import Clock

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


class Machine:
    """A wall clock that somebody sets, and time that passes all the same."""

    def __init__(self) -> None:
        self.wall = NOON
        self.monotonic = 100.0
        self.clock = Clock(lambda: self.wall, lambda: self.monotonic)

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.monotonic += seconds


def test_it_is_the_wall_clock_while_that_goes_forward() -> None:
    machine = Machine()
    machine.passes(5)
    machine.wall += timedelta(hours=1)

    assert machine.clock.now() == NOON + timedelta(hours=1, seconds=5)


def test_an_instant_is_one_that_the_record_can_keep() -> None:
    machine = Machine()
    machine.wall += timedelta(microseconds=1_999)

    assert machine.clock.now() == NOON + timedelta(milliseconds=1)


def test_after_a_step_back_the_time_that_passes_is_added_until_the_wall_clock_has_caught_up() -> None:
    machine = Machine()
    machine.passes(10)
    before = machine.clock.now()
    machine.wall -= timedelta(minutes=1)
    machine.passes(3)
    behind = machine.clock.now()
    machine.passes(30)
    machine.wall += timedelta(minutes=1)

    assert before == NOON + timedelta(seconds=10)
    assert behind == NOON + timedelta(seconds=13)
    assert machine.clock.now() == NOON + timedelta(seconds=43)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-5000, 5000)), max_size=20))
def test_it_never_goes_back(events: list[tuple[float, float]]) -> None:
    machine = Machine()
    told = [machine.clock.now()]
    for seconds, step in events:
        machine.passes(seconds)
        machine.wall += timedelta(seconds=step)
        told.append(machine.clock.now())

    assert told == sorted(told)


def test_what_was_closed_before_this_process_stays_in_the_past() -> None:
    machine = Machine()
    closed = NOON + timedelta(hours=1)
    machine.clock.not_before(closed)
    machine.passes(5)
    soon = machine.clock.now()
    machine.passes(10)

    assert soon == closed + timedelta(seconds=5), "time goes on from there"
    assert machine.clock.now() == closed + timedelta(seconds=15)
    machine.wall += timedelta(hours=2)
    assert machine.clock.now() == NOON + timedelta(hours=2, seconds=15), "the wall clock has caught up"


def test_what_was_closed_long_ago_changes_nothing() -> None:
    machine = Machine()
    machine.clock.not_before(NOON - timedelta(days=1))
    machine.passes(5)

    assert machine.clock.now() == NOON + timedelta(seconds=5)
