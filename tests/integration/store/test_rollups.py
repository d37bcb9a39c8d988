"""Rollups: built bit by bit, again when something comes late, and never another answer than the samples give."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from sqlalchemy import Connection, delete

from monitor.availability import Figures, Responses, Tally, month
from monitor.availability.response import ERROR
from monitor.incident import Ripples, Scope, Window
from monitor.model import Kind, Measure, Outcome, Record, State, Transition
from monitor.store import Store, measured, rollups
from monitor.store.engine import reading
from monitor.store.place import parse
from monitor.store.schema import gap, rollup_day, rollup_hour, rollup_mark
from monitor.store.schema import rolled as rolled_table
from monitor.vitals import Vitals
from monitor.words import WIB
from tests.integration.store.records import NOON, RULES, record, target

HOUR = timedelta(hours=1)
START = datetime(2026, 10, 31, 12, 0, 30, tzinfo=UTC)
"""Thirty seconds into an hour, five hours before November begins in WIB."""
CADENCE = timedelta(seconds=60)
KODES = ("DESA-001", "DESA-002")


def steady(kode: str, since: datetime, until: datetime, chance: random.Random) -> Iterator[Record]:
    """A look a minute, with holes: a few looks missed now and then, and some that were ours to answer for."""
    at, left = since, 0
    while at < until:
        if left == 0 and chance.random() < 0.02:
            left = chance.choice([1, 2, 5, 30])
        if left:
            left -= 1
        else:
            outcome = Outcome.BROKEN if chance.random() < 0.02 else Outcome.OBSERVED
            spent = int(chance.lognormvariate(12, 0.7))
            answered = outcome is Outcome.OBSERVED and chance.random() < 0.95
            measure = Measure(status=200 if answered else 0, hops=1, ttfb=spent)
            yield record(at, kode, outcome=outcome, measure=measure)
        at += CADENCE


def stormy(kode: str, since: datetime, until: datetime, chance: random.Random) -> Iterator[Transition]:
    """State after state, from the first look on."""
    at = since
    while at < until:
        yield Transition(kode, at, chance.choice(list(State)), chance.choice(["", "site.down"]))
        at += timedelta(seconds=chance.randint(1, 20_000))


async def fill(store: Store, until: datetime, seed: int, since: datetime = START) -> None:
    chance = random.Random(seed)
    for kode in KODES:
        for each in steady(kode, since, until, chance):
            store.put(each)
        for step in stormy(kode, since, until, chance):
            store.put_transition(step)
    await store.flush()


def by_samples(url: str, since: datetime, until: datetime, now: datetime) -> Mapping[str, Figures]:
    """The figures as if nothing had ever been rolled up."""
    source = reading(parse(url))
    with source.connect() as connection:
        found = measured.availability(connection, None, since, until, now, raw=True)
    source.dispose()
    return found


async def everything_agrees(store: Store, url: str, now: datetime) -> None:
    """Windows of all kinds: by rollups as by samples, and hours that add up to them."""
    windows = [(START - HOUR, now + HOUR), month(2026, 11), (START + 3 * HOUR, START + 5 * HOUR), (now - HOUR, now)]
    windows += [(START + timedelta(seconds=777), START + timedelta(hours=9, seconds=123))]
    for since, until in windows:
        assert await store.availability(None, since, until, now=now) == by_samples(url, since, until, now)
    for kode in KODES:
        hours = await store.hourly(kode, START - HOUR, now + HOUR)
        for hour in hours:
            found = (await store.availability(kode, hour.start, hour.start + HOUR, now=now))[kode]
            assert _tally(found) == hour.tally, hour.start
    await _days_agree(store, now)


async def _days_agree(store: Store, now: datetime) -> None:
    """Days of WIB are the figures of these days, for one target as for all."""
    first = START.astimezone(WIB).date()
    last = now.astimezone(WIB).date()
    every = await store.days(None, first - timedelta(days=1), last, now=now)
    for kode in KODES:
        assert dict(await store.days(kode, first - timedelta(days=1), last, now=now)) == {kode: every[kode]}
        assert min(every[kode]) == first
        for day, tally in every[kode].items():
            begin = datetime.combine(day, time(), WIB)
            found = (await store.availability(kode, begin, begin + timedelta(days=1), now=now))[kode]
            assert _tally(found) == tally, day


def _tally(found: Figures) -> Tally:
    spans = (
        found.up, found.degraded, found.down, found.unobserved,
        found.maintained_up, found.maintained_degraded, found.maintained_down, found.maintained_unobserved,
    )  # fmt: skip
    return Tally(*(span // timedelta(seconds=1) for span in spans))


async def rolled(store: Store, now: datetime) -> int:
    """Until nothing is left to do."""
    hours = 0
    while found := await store.roll_up(now):
        hours += found
    return hours


@pytest.mark.parametrize("seed", [1, 2])
async def test_rollups_say_what_samples_say(store: Store, url: str, seed: int) -> None:
    now = START + timedelta(hours=40, minutes=20)
    await fill(store, now, seed)
    await everything_agrees(store, url, now)
    assert await store.hourly("DESA-001", START - HOUR, now) == ()

    assert await rolled(store, now) == 2 * 40
    assert await store.roll_up(now) == 0
    await everything_agrees(store, url, now)
    hours = await store.hourly("DESA-001", START - HOUR, now)
    assert [hour.start for hour in hours] == [START.replace(second=0) + number * HOUR for number in range(40)]
    assert sum(hours[0].tally[:4]) == 3570
    assert all(sum(hour.tally[:4]) == 3600 for hour in hours[1:])


async def test_built_bit_by_bit_as_at_one_go(store: Store, url: str, vitals: Vitals) -> None:
    chance, until = random.Random(7), START + timedelta(hours=12)
    records = sorted((each for kode in KODES for each in steady(kode, START, until, chance)), key=lambda each: each.at)
    steps = sorted((each for kode in KODES for each in stormy(kode, START, until, chance)), key=lambda each: each.at)
    for start, end in pairwise([START + number * timedelta(minutes=23) for number in range(40)]):
        for each in records:
            if start <= each.at < end:
                store.put(each)
        for step in steps:
            if start <= step.at < end:
                store.put_transition(step)
        await store.flush()
        await store.roll_up(end, limit=1)
    now = START + timedelta(hours=15)
    await rolled(store, now)

    await everything_agrees(store, url, now)
    bits = await store.hourly("DESA-001", START - HOUR, now)
    await store._ask_writer(_forget)
    await rolled(store, now)
    assert await store.hourly("DESA-001", START - HOUR, now) == bits


def _forget(connection: Connection) -> None:
    for table in (rolled_table, gap, rollup_hour, rollup_day, rollup_mark):
        connection.execute(delete(table))


async def test_an_hour_is_built_when_its_last_look_has_settled(store: Store) -> None:
    at = START.replace(second=0)
    for minute in range(60):
        store.put(record(at + minute * CADENCE))
    await store.flush()
    settled = at + HOUR + timedelta(seconds=150 + rollups.SETTLING)

    assert await rolled(store, settled - timedelta(seconds=1)) == 0
    assert await rolled(store, settled) == 1
    assert len(await store.hourly("DESA-001", at, settled)) == 1


async def test_a_step_dated_back_has_its_hours_built_again(store: Store, url: str) -> None:
    now = START + timedelta(hours=10, minutes=30)
    await fill(store, now, 3)
    await rolled(store, now)
    last = START + timedelta(hours=4, minutes=10)

    store.put_transition(Transition("DESA-001", last, State.UNOBSERVED, "pemantau tidak berjalan"))
    await store.flush()

    assert await rolled(store, now) == 6  # of one target, from the hour of the step on
    await everything_agrees(store, url, now)
    hours = {hour.start: hour.tally for hour in await store.hourly("DESA-001", START, now)}
    assert hours[START.replace(second=0) + 6 * HOUR].unobserved == 3600


async def test_maintenance_entered_late_has_hours_of_all_built_again(store: Store, url: str) -> None:
    now = START + timedelta(hours=10, minutes=30)
    await fill(store, now, 4)
    await rolled(store, now)
    start = START + timedelta(hours=5)
    window = Window(number=1, scope=Scope.KIND, value="desa", start=start, length=2 * HOUR, created=now)

    store.put_ripples(Ripples(windows=(window,)))
    await store.flush()

    assert await rolled(store, now) == 2 * 5
    await everything_agrees(store, url, now)
    found = await store.availability(None, START, now, now=now)
    assert {each.maintained for each in found.values()} == {2 * HOUR}
    assert await rolled(store, now) == 0


async def test_a_window_that_comes_again_every_week_is_reckoned_in_wib(store: Store) -> None:
    since, until = month(2026, 11)
    first = datetime(2026, 9, 5, 18, tzinfo=UTC)  # Sunday, 01.00 WIB
    window = Window(
        number=1,
        scope=Scope.TARGET,
        value="DESA-001",
        start=first,
        length=HOUR,
        rule="FREQ=WEEKLY;BYDAY=SU",
        created=first,
    )
    store.put_ripples(Ripples(windows=(window,)))
    store.put(record(since))
    store.put(record(since, "DESA-002"))
    await store.flush()

    found = await store.availability(None, since, until, now=until)
    assert found["DESA-001"].maintained == 5 * HOUR  # five Sundays
    assert found["DESA-002"].maintained == timedelta(0)


async def test_a_clock_set_back_has_the_hours_ahead_of_it_built_again(store: Store, url: str) -> None:
    wrong = START + timedelta(hours=8, minutes=30)
    await fill(store, wrong, 5)
    await rolled(store, wrong)
    right = START + timedelta(hours=4, minutes=30)

    await store.roll_up(right)
    await fill(store, right + 9 * HOUR, 6, since=right + timedelta(seconds=17))
    now = right + 9 * HOUR
    await rolled(store, now)

    await everything_agrees(store, url, now)


async def test_time_counts_from_the_first_look_and_not_while_retired(store: Store) -> None:
    first, left, back = (NOON + number * HOUR for number in (1, 3, 5))
    store.put(record(first, state=State.UP, transition=Transition("DESA-001", first, State.UP)))
    for minute in range(1, 6 * 60):
        at = first + minute * CADENCE
        if at < left or at >= back:
            store.put(record(at))
    await store.sync([target("DESA-002")], left)
    await store.sync([target("DESA-001"), target("DESA-002")], back)
    now = first + timedelta(hours=6, minutes=30)

    found = await store.availability("DESA-001", NOON, now, now=now)
    assert (found["DESA-001"].watched, found["DESA-001"].unobserved) == (
        4 * HOUR + timedelta(minutes=30),
        timedelta(minutes=1 + 31),  # from the last look before each silence on
    )
    assert found["DESA-001"].ratio == 1
    await rolled(store, now)
    assert await store.availability("DESA-001", NOON, now, now=now) == found


async def test_who_is_declared_inactive_is_not_expected_to_be_seen(store: Store) -> None:
    store.put(record(NOON, transition=Transition("DESA-001", NOON, State.UP)))
    await store.sync([target("DESA-001", active=False), target("DESA-002")], NOON + timedelta(seconds=100))
    now = NOON + HOUR

    found = await store.availability("DESA-001", NOON, now, now=now)
    assert found["DESA-001"].watched == timedelta(seconds=100)


async def test_who_was_never_looked_at_has_no_figures_to_speak_of(store: Store) -> None:
    found = await store.availability(None, NOON, NOON + HOUR, now=NOON + HOUR)
    assert found == {}
    store.put(record(NOON))
    await store.flush()
    found = await store.availability(None, NOON, NOON + HOUR, now=NOON + HOUR)
    assert found["DESA-002"] == Figures()
    assert (found["DESA-002"].ratio, found["DESA-002"].unobserved_share) == (None, Fraction(0))


async def test_domains_are_judged_by_their_zone(store: Store) -> None:
    await store.sync([target("desa.id", kind=Kind.DOMAIN)], NOON)
    store.put(record(NOON, "desa.id", check="zone", transition=Transition("desa.id", NOON, State.UP)))
    store.put(record(NOON + timedelta(seconds=750), "desa.id", check="zone"))
    store.put(record(NOON + timedelta(seconds=1501), "desa.id", check="zone"))
    store.put(record(NOON + timedelta(seconds=1400), "desa.id", check="website"))
    await store.flush()

    found = await store.availability(
        "desa.id", NOON, NOON + timedelta(seconds=1501), now=NOON + timedelta(seconds=1501)
    )
    assert (found["desa.id"].up, found["desa.id"].unobserved) == (timedelta(seconds=750), timedelta(seconds=751))


async def test_a_cadence_counts_from_when_it_was_set(store: Store, url: str) -> None:
    await store.set_cadences({"website": timedelta(minutes=5)}, NOON)
    await store.set_cadences({"website": timedelta(minutes=5)}, NOON + HOUR)
    await store.set_cadences({"website": timedelta(minutes=1)}, NOON + 2 * HOUR)
    store.put(record(NOON, transition=Transition("DESA-001", NOON, State.UP)))
    for minute in range(0, 4 * 60, 10):
        store.put(record(NOON + minute * CADENCE))
    await store.flush()
    now = NOON + timedelta(hours=4, minutes=20)

    found = (await store.availability("DESA-001", NOON, NOON + 4 * HOUR, now=now))["DESA-001"]
    assert (found.up, found.unobserved) == (2 * HOUR, 2 * HOUR)
    await rolled(store, now)
    assert (await store.availability("DESA-001", NOON, NOON + 4 * HOUR, now=now))["DESA-001"] == found
    assert by_samples(url, NOON, NOON + 4 * HOUR, now)["DESA-001"] == found


async def test_response_times_are_those_of_the_samples_within_the_stated_error(store: Store) -> None:
    now = START + timedelta(days=3, minutes=20)
    await fill(store, now, 11)
    windows = [
        (START, now),
        (START + timedelta(minutes=7), now - timedelta(minutes=50)),
        (START, START + timedelta(minutes=9)),
    ]
    expected = [await _by_hand(store, *window) for window in windows]
    for is_rolled in (False, True):
        if is_rolled:
            await rolled(store, now)
        for window, times in zip(windows, expected, strict=True):
            found = (await store.response_times(None, *window))["DESA-001"]
            assert found == (await store.response_times("DESA-001", *window))["DESA-001"]
            assert found.count == len(times)
            for share, value in ((0.5, found.median), (0.95, found.p95)):
                exact = times[-(-len(times) * round(share * 100) // 100) - 1]
                assert value is not None
                assert abs(value / timedelta(microseconds=1) - exact) <= exact * ERROR + 1


async def _by_hand(store: Store, since: datetime, until: datetime) -> list[int]:
    samples = await store.samples("DESA-001", "website", since, until, limit=100_000)
    return sorted(each.measure.ttfb for each in samples if each.measure.status and each.outcome is Outcome.OBSERVED)


async def test_the_days_of_wib_are_the_sum_of_their_hours(store: Store, url: str) -> None:
    now = START + timedelta(days=2, minutes=20)
    await fill(store, now, 12)
    await rolled(store, now)
    hours = await store.hourly("DESA-001", START - HOUR, now)

    source = reading(parse(url))
    with source.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM rollup_day ORDER BY target_id, day").mappings().all()
    source.dispose()
    first = rows[1]
    midnight, _end = month(2026, 11)
    of_day = [hour for hour in hours if midnight <= hour.start < midnight + timedelta(days=1)]
    assert len(of_day) == 24
    assert [first[name] for name in Tally._fields] == [
        sum(each) for each in zip(*(hour.tally for hour in of_day), strict=True)
    ]
    answers = Responses()
    answers.add_packed(first["responses"])
    assert answers.summary().count == sum(hour.response.count for hour in of_day)


async def test_outages_name_who_had_them(store: Store) -> None:
    down = NOON + timedelta(seconds=120)
    store.put(record(NOON, transition=Transition("DESA-001", NOON, State.UP)))
    store.put(record(NOON + timedelta(seconds=60)))
    store.put(record(down, transition=Transition("DESA-001", down, State.DOWN, "site.down")))
    store.put(
        record(
            NOON + timedelta(seconds=180), transition=Transition("DESA-001", NOON + timedelta(seconds=180), State.UP)
        )
    )
    store.put(record(NOON, "DESA-002"))
    await store.flush()

    found = await store.outages(None, NOON, NOON + timedelta(seconds=200), now=NOON + timedelta(seconds=200))
    assert list(found) == ["DESA-001"]
    (outage,) = found["DESA-001"]
    assert (outage.start, outage.end, outage.cause) == (down, NOON + timedelta(seconds=180), "site.down")
    states = [
        spell.state for spell in await store.spells("DESA-001", NOON, NOON + HOUR, now=NOON + timedelta(seconds=200))
    ]
    assert states == [State.UP, State.DOWN, State.UP]


async def test_a_transaction_ends_when_its_time_is_over(store: Store) -> None:
    now = START + timedelta(hours=30)
    await fill(store, now, 13)
    ticks = iter(range(10_000))

    def advance(connection: Connection) -> rollups.Progress:
        return rollups.advance(connection, now, lambda: float(next(ticks)))

    first = await store._ask_writer(advance)
    assert first == rollups.Progress(12, is_done=False)


async def test_a_reader_needs_no_rollups(store: Store, url: str, vitals: Vitals) -> None:
    await fill(store, START + 2 * HOUR, 14)
    await store.close()
    now = START + 2 * HOUR
    reader = Store.open(url, vitals, RULES, read_only=True)
    assert await reader.availability(None, START, now, now=now) == by_samples(url, START, now, now)
    await reader.close()


async def test_maintenance_of_an_address_is_of_those_who_were_there_then(store: Store) -> None:
    names = {"check": "names", "measure": Measure()}
    for kode, address in (("DESA-001", "192.0.2.7"), ("DESA-002", "198.51.100.7")):
        store.put(record(NOON, kode))
        store.put(record(NOON, kode, facts={"addresses": [address]}, **names))
    store.put(record(NOON + 3 * HOUR, "DESA-001", facts={"addresses": ["198.51.100.8"]}, **names))
    store.put(record(NOON + 3 * HOUR, "DESA-002", facts={"addresses": ["192.0.2.9"]}, **names))
    windows = tuple(
        Window(number=number, scope=Scope.ADDRESS, value="192.0.2.0/24", start=start, length=HOUR, created=NOON)
        for number, start in ((1, NOON + HOUR), (2, NOON + 5 * HOUR))
    )
    store.put_ripples(Ripples(windows=windows))
    await store.flush()

    until = NOON + 8 * HOUR
    for kode, start in (("DESA-001", NOON + HOUR), ("DESA-002", NOON + 5 * HOUR)):
        found = (await store.availability(kode, NOON, until, now=until))[kode]
        within = (await store.availability(kode, start, start + HOUR, now=until))[kode]
        assert (found.maintained, within.maintained) == (HOUR, HOUR)
