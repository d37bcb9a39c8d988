"""Samples: what is put is read back, on both databases."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from monitor.model import Measure, Outcome, State
from monitor.store import Store, StoredSample, writer
from monitor.vitals import Vitals
from tests.integration.store.records import MEASURE, NOON, after, record, target

DAY = timedelta(days=1)


async def read(store: Store, kode: str = "DESA-001", check: str = "website", **limits: int) -> tuple[StoredSample, ...]:
    await store.flush()
    return await store.samples(kode, check, NOON - DAY, NOON + DAY, **limits)


async def test_a_sample_is_read_back_as_it_was_put(store: Store) -> None:
    store.put(record(duration=timedelta(milliseconds=7, microseconds=165), state=State.DOWN))

    assert await read(store) == (
        StoredSample(
            at=NOON,
            state=State.DOWN,
            outcome=Outcome.OBSERVED,
            duration=timedelta(milliseconds=7, microseconds=165),
            measure=MEASURE,
        ),
    )


async def test_every_state_and_outcome_survives(store: Store) -> None:
    pairs = list(product(State, Outcome))
    for number, (state, outcome) in enumerate(pairs):
        store.put(record(after(number), state=state, outcome=outcome))

    assert [(sample.state, sample.outcome) for sample in await read(store)] == pairs


async def test_a_duration_shorter_than_its_phases_is_their_sum(store: Store) -> None:
    store.put(record(duration=timedelta(0)))

    assert [sample.duration for sample in await read(store)] == [timedelta(microseconds=11 + 22 + 33 + 44 + 55)]


async def test_a_run_without_measure_keeps_its_duration(store: Store) -> None:
    store.put(record(duration=timedelta(seconds=10), measure=Measure(), outcome=Outcome.BROKEN))

    assert [sample.duration for sample in await read(store)] == [timedelta(seconds=10)]


async def test_targets_and_checks_do_not_mix(store: Store) -> None:
    store.put(record(after(1), kode="DESA-001"))
    store.put(record(after(2), kode="DESA-002"))
    store.put(record(after(3), check="mail"))

    assert [sample.at for sample in await read(store)] == [after(1)]
    assert [sample.at for sample in await read(store, kode="DESA-002")] == [after(2)]
    assert [sample.at for sample in await read(store, check="mail")] == [after(3)]


@pytest.mark.parametrize("together", [True, False], ids=["in one transaction", "in two"])
async def test_of_two_samples_of_one_second_the_later_stays(store: Store, together: bool) -> None:  # noqa: FBT001
    store.put(record(after(0.2), state=State.UP))
    if not together:
        await store.flush()
    store.put(record(after(0.8), state=State.DOWN))

    assert [(sample.at, sample.state) for sample in await read(store)] == [(NOON, State.DOWN)]


async def test_a_clock_that_steps_back_is_no_failure(store: Store) -> None:
    for seconds in (100, 50, 75):
        store.put(record(after(seconds)))

    assert [sample.at for sample in await read(store)] == [after(50), after(75), after(100)]


async def test_a_window_has_its_beginning_and_not_its_end(store: Store) -> None:
    for seconds in range(4):
        store.put(record(after(seconds)))
    await store.flush()

    found = await store.samples("DESA-001", "website", after(1), after(3))

    assert [sample.at for sample in found] == [after(1), after(2)]


async def test_a_limit_keeps_the_newest_samples(store: Store) -> None:
    for seconds in range(4):
        store.put(record(after(seconds)))

    assert [sample.at for sample in await read(store, limit=2)] == [after(2), after(3)]


async def test_an_unknown_target_or_check_has_no_samples(store: Store) -> None:
    assert await read(store, kode="DESA-999") == ()
    assert await read(store, check="nothing") == ()


async def test_the_last_sample_is_the_latest_of_all_targets_and_checks(store: Store) -> None:
    assert await store.last_sample_at() is None

    store.put(record(after(30), kode="DESA-002", check="mail"))
    store.put(record(after(20)))
    await store.flush()

    assert await store.last_sample_at() == after(30)


async def test_a_record_of_an_unknown_target_is_refused_at_once(store: Store, vitals: Vitals) -> None:
    with pytest.raises(ValueError, match="DESA-999"):
        store.put(record(kode="DESA-999"))

    assert vitals.unwritten == 0
    assert await read(store) == ()


async def test_a_target_of_the_last_sync_can_be_recorded(store: Store) -> None:
    await store.sync([target("DESA-003")], NOON)
    store.put(record(kode="DESA-003"))
    store.put(record(kode="DESA-001"))  # retired while it was being looked at

    assert len(await read(store, kode="DESA-003")) == 1
    assert len(await read(store, kode="DESA-001")) == 1


async def test_what_waits_is_counted_until_it_is_written(store: Store, vitals: Vitals) -> None:
    for seconds in range(3):
        store.put(record(after(seconds)))
    waiting = vitals.unwritten
    await store.flush()

    assert 0 <= waiting <= 3
    assert vitals.unwritten == 0
    assert sum(vitals.store.counts) >= 1


async def test_closing_writes_what_waits(url: str, vitals: Vitals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "INTERVAL", 3600)
    store = Store.open(url, vitals)
    await store.sync([target()], NOON)
    store.put(record())
    await store.close()

    again = Store.open(url, vitals, read_only=True)
    assert (await again.counts())["sample"] == 1
    await again.close()


async def test_nothing_can_be_put_into_a_closed_store(store: Store) -> None:
    await store.close()

    with pytest.raises(RuntimeError, match="closed"):
        store.put(record())


async def test_the_last_run_that_saw_something_is_told_apart(store: Store) -> None:
    store.put(record(after(10)))
    store.put(record(after(70), outcome=Outcome.UNREACHABLE, state=State.UNOBSERVED))
    await store.flush()

    assert await store.last_samples() == {("DESA-001", "website"): after(70)}
    assert await store.last_samples(observed=True) == {("DESA-001", "website"): after(10)}
