"""Who is looked at when."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Self, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.checks.base import Check
from monitor.model import Again, Measure, Target
from monitor.scheduler import RETRY, Run, Scheduler, first_turns, following, slot
from monitor.vitals import Vitals
from tests.unit.making import target as a_target


def a_check(every: float = 60.0, *, vital: bool = True) -> Check[Any]:
    async def observe(_target: Target, _ctx: object) -> object:
        raise NotImplementedError

    return Check(
        name="website",
        every=timedelta(seconds=every),
        timeout=timedelta(seconds=1),
        applies=lambda _target: True,
        observe=cast("Any", observe),
        judges=(),
        vital=vital,
        measure=lambda _facts: Measure(),
        remember=lambda _facts: {},
    )


@asynccontextmanager
async def scheduling(run: Run, *targets: Target, every: float = 60.0, **options: Any) -> AsyncIterator[Scheduler]:
    options = {"width": 8, "looks": (), **options}
    scheduler = Scheduler(run, Vitals(started=datetime.now(UTC)), **options)
    scheduler.settle([a_check(every)], targets)
    scheduler.start()
    try:
        yield scheduler
    finally:
        await scheduler.stop()


TARGETS = tuple(a_target(f"DESA-{number:03}") for number in range(218))


def test_slots_are_the_same_on_every_start_and_spread_over_the_cadence() -> None:
    tenths = Counter(int(slot(a_check(), one) * 10) for one in TARGETS)

    assert slot(a_check(), TARGETS[0]) == slot(a_check(), TARGETS[0])
    assert len(tenths) == 10
    assert max(tenths.values()) < 45


@given(place=st.floats(0, 1, exclude_max=True), every=st.floats(1, 86400), span=st.floats(1, 300))
def test_the_first_look_comes_soon_and_the_next_within_one_and_a_half_cadences(
    place: float, every: float, span: float
) -> None:
    first, regular = first_turns(place, every, span)

    assert 0 <= first <= span
    assert every / 2 - 1e-6 <= regular - first <= every * 1.5 + 1e-6


async def test_very_many_first_looks_take_more_than_a_cadence() -> None:
    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        return Again.NO

    scheduler = Scheduler(run, Vitals(started=datetime.now(UTC)), width=8, looks=())
    now = asyncio.get_running_loop().time()
    scheduler.settle([a_check()], [a_target(f"DESA-{number}") for number in range(9000)])
    took = asyncio.get_running_loop().time() - now

    first = [due - now for due, _order, _post, regular in scheduler._heap if not regular]
    assert 80 < max(first) <= 90 + took
    assert sum(due < 10 for due in first) == pytest.approx(1000, rel=0.2)


@pytest.mark.parametrize(
    ("due", "now", "next_turn"),
    [
        pytest.param(100.0, 100.1, 160.0, id="on time"),
        pytest.param(100.0, 160.0, 160.0, id="a whole cadence late, the next is due at once"),
        pytest.param(100.0, 705.0, 760.0, id="turns missed while the machine slept are not made up for"),
    ],
)
def test_turns_stay_on_their_grid(due: float, now: float, next_turn: float) -> None:
    assert following(due, 60.0, now) == next_turn


async def test_every_target_gets_its_turn_again_and_again() -> None:
    turns: Counter[str] = Counter()
    enough = asyncio.Event()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        turns[target.kode] += 1
        if len(turns) == 5 and min(turns.values()) >= 2:
            enough.set()
        return Again.NO

    async with scheduling(run, *TARGETS[:5], every=0.3), asyncio.timeout(20):
        await enough.wait()


async def test_a_slow_target_skips_turns_instead_of_piling_up() -> None:
    running, most, skipped = 0, 0, asyncio.Event()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await skipped.wait()
        running -= 1
        return Again.NO

    async with scheduling(run, a_target(), every=0.3) as scheduler, asyncio.timeout(20):
        while scheduler._vitals.skipped < 2:  # noqa: ASYNC110 – a counter has no event
            await asyncio.sleep(0.05)
        skipped.set()

    assert most == 1


async def test_no_more_runs_than_the_width_go_at_a_time() -> None:
    running, most, done, release = 0, 0, 0, asyncio.Event()
    all_done = asyncio.Event()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        if running == 3:
            release.set()
        await release.wait()
        await asyncio.sleep(0)
        running -= 1
        done += 1
        if done >= 20:
            all_done.set()
        return Again.NO

    async with scheduling(run, *TARGETS[:20], every=0.3, width=3), asyncio.timeout(20):
        await all_done.wait()

    assert most == 3


async def test_an_unconfirmed_fault_is_looked_at_again_fresh_and_only_as_often_as_set() -> None:
    seen: list[bool] = []
    third = asyncio.Event()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        seen.append(fresh)
        if len(seen) == 3:
            asyncio.get_running_loop().call_soon(third.set)
        return Again.SOON

    looks = (timedelta(seconds=0.05), timedelta(seconds=0.1))
    async with scheduling(run, a_target(), every=3600, looks=looks) as scheduler, asyncio.timeout(40):
        await third.wait()
        still_to_come = [regular for _due, _order, _post, regular in scheduler._heap]

    assert seen[1:] == [True, True]
    assert still_to_come == [True]


async def test_a_check_that_is_not_vital_goes_on_where_the_last_start_ended() -> None:
    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        return Again.NO

    ages = {("OPD-001", "website"): timedelta(hours=20), ("OPD-002", "website"): timedelta(hours=30)}
    scheduler = Scheduler(run, Vitals(started=datetime.now(UTC)), width=8, looks=())
    now = asyncio.get_running_loop().time()
    scheduler.settle(
        [a_check(86400, vital=False)], [a_target("OPD-001"), a_target("OPD-002"), a_target("OPD-003")], ages
    )

    first = {post.target.kode: due - now for due, _order, post, _regular in sorted(scheduler._heap, reverse=True)}
    assert first["OPD-001"] == pytest.approx(4 * 3600, abs=60)
    assert first["OPD-002"] <= 301
    assert first["OPD-003"] <= 301


async def test_slow_checks_leave_half_of_the_workers_to_the_vital_ones() -> None:
    forever, seen = asyncio.Event(), asyncio.Event()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        if not check.vital:
            await forever.wait()
        seen.set()
        return Again.NO

    scheduler = Scheduler(run, Vitals(started=datetime.now(UTC)), width=4, looks=())
    slow, vital = a_check(0.3, vital=False), replace(a_check(0.3), name="vital")
    scheduler.settle([slow, vital], TARGETS[:20])
    scheduler.start()
    async with asyncio.timeout(20):
        await seen.wait()
        while scheduler._vitals.waiting < 10:  # noqa: ASYNC110 – a counter has no event
            await asyncio.sleep(0.05)
        busy = scheduler._patients
    await scheduler.stop()

    assert busy == 2


async def test_what_could_not_be_observed_is_tried_again_before_a_long_cadence_is_over() -> None:
    seen = asyncio.Event()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        asyncio.get_running_loop().call_soon(seen.set)
        return Again.LATER

    now = asyncio.get_running_loop().time()
    async with scheduling(run, a_target(), every=86400) as scheduler, asyncio.timeout(40):
        await seen.wait()
        due = min(due for due, _order, _post, regular in scheduler._heap if not regular)

    assert RETRY.total_seconds() <= due - now < RETRY.total_seconds() + 40


async def test_a_target_that_left_is_not_visited_and_one_that_came_is() -> None:
    seen: set[str] = set()
    came = asyncio.Event()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        seen.add(target.kode)
        if target.kode == "OPD-002":
            came.set()
        return Again.NO

    async with scheduling(run, a_target("OPD-001"), every=0.3) as scheduler, asyncio.timeout(20):
        scheduler.settle([a_check(0.3)], [a_target("OPD-002"), a_target("OPD-003", active=False)])
        await came.wait()

    assert seen == {"OPD-002"}


async def test_a_run_that_raises_is_told_to_whoever_waits() -> None:
    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        raise OSError("cakram penuh")

    async with scheduling(run, a_target(), every=0.3) as scheduler, asyncio.timeout(20):
        with pytest.raises(OSError, match="cakram penuh"):
            await scheduler.failed


async def test_a_housekeeping_job_that_raises_is_told_as_well() -> None:
    async def job() -> None:
        raise ValueError("rusak")

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        return Again.NO

    async with scheduling(run) as scheduler, asyncio.timeout(20):
        scheduler.every("job", timedelta(seconds=0.1), job)
        with pytest.raises(ValueError, match="rusak"):
            await scheduler.failed


@pytest.mark.parametrize(("at_once", "times"), [(True, 1), (False, 0)])
async def test_a_job_is_done_at_once_only_where_that_is_asked_for(*, at_once: bool, times: int) -> None:
    done, beats = 0, asyncio.Semaphore(0)

    async def job() -> None:
        nonlocal done
        done += 1

    async def beat() -> None:
        beats.release()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        raise AssertionError(check, target, fresh)

    async with scheduling(run) as scheduler, asyncio.timeout(20):
        scheduler.every("job", timedelta(hours=1), job, at_once=at_once)
        scheduler.every("beat", timedelta(milliseconds=20), beat)
        for _ in range(5):
            await beats.acquire()

    assert done == times


async def test_a_job_that_is_done_at_once_holds_nothing_up() -> None:
    begun, beats = asyncio.Event(), asyncio.Semaphore(0)

    async def endless() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def beat() -> None:
        beats.release()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        raise AssertionError(check, target, fresh)

    async with scheduling(run) as scheduler, asyncio.timeout(20):
        scheduler.every("endless", timedelta(hours=1), endless, at_once=True)
        scheduler.every("beat", timedelta(milliseconds=20), beat)
        await begun.wait()
        for _ in range(5):
            await beats.acquire()


class _SetBack(datetime):
    """What a wall clock says that somebody sets back."""

    by = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) - cls.by


async def test_a_wall_clock_that_is_set_back_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    beats = asyncio.Semaphore(0)

    async def beat() -> None:
        beats.release()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        raise AssertionError(check, target, fresh)

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", _SetBack)
    monkeypatch.setattr("monitor.scheduler.datetime", _SetBack)
    scheduler = Scheduler(run, Vitals(started=datetime.now(UTC)), width=8, looks=())
    scheduler.every("beat", timedelta(milliseconds=20), beat)
    scheduler.start()
    try:
        await beats.acquire()
        monkeypatch.setattr(_SetBack, "by", timedelta(hours=1))
        async with asyncio.timeout(20):
            for _ in range(10):
                await beats.acquire()
    finally:
        await scheduler.stop()


async def test_stopping_ends_the_runs_under_way() -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return Again.NO

    async with scheduling(run, a_target(), every=0.3), asyncio.timeout(20):
        await started.wait()

    assert ended.is_set()


async def _until(truth: Callable[[], object]) -> None:
    while True:
        if truth():
            return
        await asyncio.sleep(0.01)


async def _ticked(scheduler: Scheduler) -> None:
    """After the clock has given out turns once more."""
    await _until(lambda: scheduler._ticked)


async def test_it_moves_while_runs_end_and_while_nothing_is_due() -> None:
    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        return Again.NO

    async with scheduling(run, a_target(), every=0.3) as busy, scheduling(run) as idle, asyncio.timeout(20):
        for scheduler in (busy, idle):
            await _ticked(scheduler)
            assert scheduler.moved()


async def test_it_has_not_moved_before_its_clock_ticks_again() -> None:
    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        return Again.NO

    async with scheduling(run) as scheduler, asyncio.timeout(20):
        await _ticked(scheduler)
        first = scheduler.moved()
        at_once = scheduler.moved()

    assert (first, at_once) == (True, False)


@pytest.mark.parametrize(("overtime", "moves"), [(timedelta(seconds=90), True), (timedelta(seconds=-1), False)])
async def test_a_run_that_hangs_is_waited_for_until_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch, overtime: timedelta, *, moves: bool
) -> None:
    monkeypatch.setattr("monitor.scheduler.OVERTIME", overtime)
    hangs = asyncio.Event()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        hangs.set()
        await asyncio.Event().wait()
        return Again.NO

    async with scheduling(run, a_target(), every=0.3) as scheduler, asyncio.timeout(20):
        await hangs.wait()
        scheduler.moved()
        await _ticked(scheduler)
        assert scheduler.moved() is moves


async def test_patient_runs_that_go_on_do_not_make_up_for_vital_ones_that_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.scheduler.OVERTIME", timedelta(seconds=-1))
    hangs, ended = asyncio.Event(), asyncio.Event()

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        if check.vital:
            hangs.set()
            await asyncio.Event().wait()
        ended.set()
        return Again.NO

    scheduler = Scheduler(run, Vitals(started=datetime.now(UTC)), width=8, looks=())
    patient = replace(a_check(0.3, vital=False), name="tls")
    scheduler.settle([a_check(0.3), patient], [a_target()])
    scheduler.start()
    async with asyncio.timeout(20):
        await hangs.wait()
        scheduler.moved()
        await _ticked(scheduler)
        ended.clear()
        await ended.wait()
        moved = scheduler.moved()
    await scheduler.stop()

    assert not moved


async def test_who_waits_for_a_worker_that_never_comes_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.scheduler.OVERTIME", timedelta(0))

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        return Again.NO

    async with scheduling(run, a_target(), every=0.3, width=0) as scheduler, asyncio.timeout(20):
        await _until(lambda: scheduler._urgent)
        scheduler.moved()
        await _ticked(scheduler)
        assert not scheduler.moved()


class Clock:
    """The event loop's clock, set by hand."""

    def __init__(self, now: float) -> None:
        self.now = now

    async def passes(self, seconds: float, scheduler: Scheduler) -> None:
        """Let *seconds* go by, turns be given out, and runs go as far as they can."""
        self.now += seconds
        await scheduler._release()
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    loop = asyncio.get_running_loop()
    made = Clock(loop.time())
    monkeypatch.setattr(loop, "time", lambda: made.now)
    return made


PATIENT = replace(a_check(3600, vital=False), name="tls", timeout=timedelta(seconds=120))


@asynccontextmanager
async def unclocked(run: Run, width: int) -> AsyncIterator[Scheduler]:
    """A scheduler whose turns only a `Clock` gives out."""
    scheduler = Scheduler(run, Vitals(started=datetime.now(UTC)), width=width, looks=())
    scheduler._clock.start(paused=True)
    try:
        yield scheduler
    finally:
        await scheduler.stop()


async def _hangs(check: Check[Any], target: Target, *, fresh: bool) -> Again:
    await asyncio.Event().wait()
    return Again.NO


async def _seat_taken_by_a_patient_run(scheduler: Scheduler, clock: Clock) -> None:
    """Afterwards a patient run has just begun, and a vital one is due within a minute."""
    scheduler.settle([PATIENT], [a_target()])
    await clock.passes(300, scheduler)
    assert scheduler._vitals.running == 1
    scheduler.settle([a_check(), PATIENT], [a_target()])


@pytest.mark.parametrize(
    ("after", "moves"),
    [
        pytest.param(80, True, id="a vital one waits"),
        pytest.param(200, True, id="it waits for very long, but the patient one is within its time"),
        pytest.param(211, False, id="that is over"),
    ],
)
async def test_a_patient_run_may_hold_the_only_seat_for_its_own_time(
    clock: Clock, after: float, *, moves: bool
) -> None:
    async with unclocked(_hangs, 1) as scheduler:
        await _seat_taken_by_a_patient_run(scheduler, clock)
        await clock.passes(after, scheduler)

        assert scheduler._vitals.waiting == 1
        assert scheduler.moved() is moves


@pytest.mark.parametrize(("after", "moves"), [(80, True), (200, False)])
async def test_a_patient_run_is_no_excuse_while_there_are_other_seats(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, after: float, *, moves: bool
) -> None:
    async with unclocked(_hangs, 8) as scheduler:
        await _seat_taken_by_a_patient_run(scheduler, clock)
        monkeypatch.setattr(scheduler, "_hire", lambda: None)
        await clock.passes(70, scheduler)
        scheduler.moved()
        await clock.passes(after - 70, scheduler)

        assert scheduler.moved() is moves


@pytest.mark.parametrize("width", [1, 2, 256])
@pytest.mark.parametrize(("after", "moves"), [(91, True), (92, False)])
async def test_when_every_run_is_past_its_time_it_is_stuck(
    clock: Clock, width: int, after: float, *, moves: bool
) -> None:
    async with unclocked(_hangs, width) as scheduler:
        scheduler.settle([a_check()], TARGETS)
        await clock.passes(60, scheduler)
        await clock.passes(after, scheduler)

        assert scheduler.moved() is moves


@pytest.mark.parametrize(("after", "moves"), [(601, True), (602, False)])
@pytest.mark.parametrize("vital", [True, False])
async def test_a_worker_that_never_comes_back_is_noticed_though_others_go_on(
    clock: Clock, after: float, *, vital: bool, moves: bool
) -> None:
    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        if (check.vital, target.kode) == (vital, "DESA-000"):
            await asyncio.Event().wait()
        return Again.NO

    patient = replace(PATIENT, timeout=timedelta(seconds=1))
    async with unclocked(run, 8) as scheduler:
        scheduler.settle([a_check(), patient], TARGETS[:5])
        await clock.passes(300, scheduler)
        assert scheduler._vitals.running == 1
        await clock.passes(after, scheduler)

        assert scheduler.moved() is moves


@pytest.mark.parametrize("width", [1, 4])
async def test_who_is_slow_but_goes_on_is_never_stuck(clock: Clock, width: int) -> None:
    seats = asyncio.Semaphore(0)

    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        await seats.acquire()
        return Again.NO

    async with unclocked(run, width) as scheduler:
        scheduler.settle([a_check(), PATIENT], TARGETS)
        await clock.passes(1, scheduler)
        for beat in range(100):
            await clock.passes(20, scheduler)
            assert scheduler.moved(), beat
            if beat % 3 == 2:
                for _ in range(width):
                    seats.release()

        assert clock.now - scheduler._urgent[0][0] > 300  # far behind, and yet alive


async def test_a_clock_that_stands_is_noticed_while_runs_still_end(clock: Clock) -> None:
    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        return Again.NO

    async with unclocked(run, 8) as scheduler:
        scheduler.settle([a_check()], TARGETS)
        await clock.passes(60, scheduler)
        scheduler.moved()
        scheduler._hire()
        clock.now += 60

        assert not scheduler.moved()


async def test_a_job_that_the_end_cuts_off_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    async def run(check: Check[Any], target: Target, *, fresh: bool) -> Again:
        return Again.NO

    begun, ended = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    scheduler = Scheduler(run, Vitals(started=datetime.now(UTC)), width=1, looks=())
    scheduler.every("lama", timedelta(milliseconds=1), job)
    scheduler.start()
    await begun.wait()
    await scheduler.stop()
    await ended.wait()
    await asyncio.sleep(0)

    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert not scheduler.failed.done()
