from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.channels.courier import Undelivered
from monitor.alerts.channels.pace import Pace
from monitor.alerts.kept import NotReadable, from_json, to_json
from monitor.alerts.message import Message
from monitor.alerts.outbox import GRACE
from monitor.alerts.retry import FIRST, LEAST, LONGEST, ceiling, next_try, pause
from monitor.incident import Parcel, ParcelState
from monitor.store import StoreError
from tests.unit.alerts.post import START, House, Loop, Receiver, Shelf, message, once, parcel, play

DAY = timedelta(hours=24)


# What is kept.


def test_kept_message_is_the_same_after_a_round_through_json() -> None:
    original = message()
    assert from_json(json.loads(json.dumps(to_json(original)))) == original


def test_kept_message_with_nothing_in_it() -> None:
    original = message(
        incident=None, facts=(), sites=(), findings=(), sections=(), report=None, remedy="", link="", data={}
    )
    assert from_json(to_json(original)) == original


@pytest.mark.parametrize(
    "change",
    [{"form": 2}, {"form": None}, {"kind": "entah"}, {"at": "kemarin"}, {"at": "2026-11-24T01:05:09"}, {"sites": 3}],
)
def test_what_is_no_message_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(NotReadable):
        from_json({**to_json(message()), **change})


def test_a_missing_field_is_refused() -> None:
    body = to_json(message())
    del body["title"]
    with pytest.raises(NotReadable):
        from_json(body)


def test_an_instant_without_zone_is_not_kept() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_json(message(at=START.replace(tzinfo=None)))


# When it is tried again.


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(-1, 5), (0, 5), (1, 10), (2, 20), (8, 1280), (9, 1800), (10, 1800), (10**6, 1800)]
)
def test_the_longest_wait_doubles_up_to_half_an_hour(attempts: int, seconds: int) -> None:
    assert ceiling(attempts) == timedelta(seconds=seconds)


@given(st.integers(0, 100), st.floats(0, 1))
def test_a_wait_is_within_bounds(attempts: int, chance: float) -> None:
    assert LEAST <= pause(attempts, chance) <= max(FIRST, ceiling(attempts)) <= LONGEST


def test_full_jitter_uses_the_whole_span() -> None:
    assert pause(9, 0.5) == LONGEST / 2
    assert pause(9, 1.0) == LONGEST
    assert pause(9, 0.0) == LEAST


@pytest.mark.parametrize(
    ("tried", "age", "after", "wait"),
    [
        (0, timedelta(0), None, timedelta(seconds=5)),
        (0, timedelta(0), timedelta(minutes=2), timedelta(minutes=2)),
        (3, timedelta(0), timedelta(seconds=2), timedelta(seconds=40)),
        (99, DAY - timedelta(minutes=1), None, timedelta(minutes=1)),
        (99, DAY - timedelta(microseconds=1), None, timedelta(microseconds=1)),
        (99, DAY, None, None),
        (4, DAY, None, None),
        (3, DAY, None, timedelta(seconds=40)),
        (0, 3 * DAY, timedelta(hours=1), timedelta(hours=1)),
    ],
)
def test_next_try(tried: int, age: timedelta, after: timedelta | None, wait: timedelta | None) -> None:
    now = START + age
    found = next_try(parcel(attempts=tried), now, give_up=DAY, after=after, chance=1.0)
    assert found == (None if wait is None else now + wait)


# How fast.


@given(st.integers(1, 30), st.lists(st.tuples(st.floats(0, 40), st.integers(1, 3)), max_size=60))
def test_no_minute_sees_more_than_it_may(per_minute: int, steps: list[tuple[float, int]]) -> None:
    now, left = 0.0, list[float]()
    pace = Pace(per_minute, lambda: now)
    for idle, _pieces in steps:
        now += idle
        now += pace.wait()
        assert pace.wait() <= 1e-6
        pace.spend(1)
        left.append(now)
        assert sum(1 for at in left if at > now - 60 + 1e-6) <= per_minute


def test_a_message_of_many_pieces_leaves_whole_and_the_next_waits() -> None:
    now = 10.0
    pace = Pace(2, lambda: now)
    pace.spend(5)
    assert pace.wait() == 60.0
    now = 70.0
    assert pace.wait() == 0.0


# The dispatcher.


async def fails(times: int, failure: Exception, key: str, tries: int) -> None:
    if tries <= times:
        raise failure


def temporary(times: int, **more: Any) -> Any:
    return lambda key, tries: fails(times, Undelivered("penerima sibuk", **more), key, tries)


async def hangs(_key: str, _tries: int) -> None:
    await asyncio.Event().wait()


def run_until_settled(shelf: Shelf, receiver: Receiver, **how: Any) -> House:
    async def script(loop: Loop) -> House:
        house = House(loop, shelf, {"noc": receiver}, **how)
        await house.until(lambda: ParcelState.WAITING not in shelf.states())
        return house

    return play(script)


def test_a_parcel_is_composed_once_kept_sent_and_settled() -> None:
    shelf, receiver = Shelf(parcel()), Receiver()
    house = run_until_settled(shelf, receiver)
    assert [(key, body.key) for key, body in receiver.taken] == [("ins-1-1-noc", "ins-1-1-noc")]
    assert house.composed == ["ins-1-1-noc"]
    kept = shelf.parcels["ins-1-1-noc"].body
    assert kept is not None
    assert from_json(kept) == receiver.taken[0][1]
    assert house.alive == ["noc"]


def test_a_retry_says_the_same_word_for_word() -> None:
    shelf, receiver = Shelf(parcel()), Receiver(temporary(3))
    house = run_until_settled(shelf, receiver)
    assert receiver.tries == ["ins-1-1-noc"] * 4
    assert house.composed == ["ins-1-1-noc"]
    assert receiver.taken[0][1].at < house.now() - timedelta(seconds=30)
    assert house.dead == []
    line = house.dispatcher.lines["noc"]
    assert (line.sent, line.failed, line.dead) == (1, 3, 0)


def test_what_another_release_kept_is_composed_anew() -> None:
    shelf, receiver = Shelf(parcel(body={"form": 99})), Receiver()
    house = run_until_settled(shelf, receiver)
    assert house.composed == receiver.keys == ["ins-1-1-noc"]


def test_a_permanent_failure_is_dead_at_once_and_somebody_is_told_why() -> None:
    shelf, receiver = Shelf(parcel()), Receiver(temporary(99, permanent=True))
    house = run_until_settled(shelf, receiver)
    assert receiver.tries == ["ins-1-1-noc"]
    assert house.dead == [("ins-1-1-noc", "penerima sibuk")]
    assert shelf.parcels["ins-1-1-noc"].state is ParcelState.DEAD
    assert shelf.parcels["ins-1-1-noc"].error == "penerima sibuk"
    assert house.alive == []


def test_temporary_failures_are_given_up_after_a_day_and_not_before() -> None:
    shelf, receiver = Shelf(parcel()), Receiver(temporary(10**6))
    house = run_until_settled(shelf, receiver)
    settled = shelf.parcels["ins-1-1-noc"].settled
    assert settled is not None
    assert DAY <= settled - START < DAY + timedelta(seconds=2)
    assert house.dead == [("ins-1-1-noc", "penerima sibuk")]
    assert len(receiver.tries) > 40


def test_the_receiver_is_not_asked_sooner_than_it_said() -> None:
    shelf, at = Shelf(parcel()), list[float]()

    async def script(loop: Loop) -> None:
        async def busy(_key: str, tries: int) -> None:
            at.append(loop.time())
            if tries == 1:
                raise Undelivered("429", after=timedelta(minutes=7))

        await House(loop, shelf, {"noc": Receiver(busy)}).until(lambda: shelf.states() == {ParcelState.SENT})

    play(script)
    assert at[1] - at[0] >= 420


@pytest.mark.parametrize("bug", [KeyError("x"), RecursionError(), ValueError("token=geheim")])
def test_a_bug_of_a_courier_is_a_failure_like_any_other(bug: Exception) -> None:
    shelf, receiver = Shelf(parcel()), Receiver(lambda key, tries: fails(1, bug, key, tries))
    house = run_until_settled(shelf, receiver)
    assert receiver.keys == ["ins-1-1-noc"]
    assert house.dead == []
    assert "geheim" not in str(shelf.log)


def test_a_message_that_cannot_be_composed_silences_no_other() -> None:
    shelf = Shelf(parcel("rusak", order="a"), parcel("baik", order="b"))
    receiver = Receiver()

    async def script(loop: Loop) -> House:
        house = House(loop, shelf, {"noc": receiver})
        whole = house.compose

        async def compose(item: Parcel) -> Any:
            if item.key == "rusak":
                raise KeyError("kosong")
            return await whole(item)

        house.dispatcher._compose = compose
        await house.until(lambda: ParcelState.WAITING not in shelf.states())
        return house

    house = play(script)
    assert receiver.keys == ["baik"]
    assert [key for key, _reason in house.dead] == ["rusak"]


@pytest.mark.parametrize("operation", ["claim", "compose", "settle"])
def test_a_store_that_fails_ends_the_dispatcher(operation: str) -> None:
    shelf, receiver = Shelf(parcel()), Receiver()

    async def fail(current: str, _about: str) -> None:
        if current == operation:
            raise StoreError("diska penuh", "kosongkan")

    shelf.before = fail

    async def script(loop: Loop) -> None:
        await House(loop, shelf, {"noc": receiver, "lain": Receiver()}).dispatcher.run()

    with pytest.raises(StoreError):
        play(script)


def test_a_store_that_fails_while_composing_ends_the_dispatcher() -> None:
    async def script(loop: Loop) -> None:
        house = House(loop, Shelf(parcel()), {"noc": Receiver()})

        async def compose(_item: Parcel) -> Any:
            raise StoreError("hilang", "")

        house.dispatcher._compose = compose
        await house.dispatcher.run()

    with pytest.raises(StoreError):
        play(script)


def test_a_channel_that_hangs_delays_no_other() -> None:
    shelf = Shelf(
        *(parcel(f"p{number}", channel=["noc", "csirt"][number % 2], order=str(number)) for number in range(40))
    )
    slow, quick = Receiver(hangs), Receiver()

    async def script(loop: Loop) -> float:
        house = House(loop, shelf, {"noc": slow, "csirt": quick}, csirt={"per_minute": 600})
        await house.until(lambda: len(quick.taken) == 20)
        return loop.time() - GRACE.total_seconds()  # which the one that hangs was given at the end

    assert play(script) < 2
    assert len(slow.tries) == 1


def test_a_send_that_hangs_is_cut_off_and_tried_again() -> None:
    async def once(key: str, tries: int) -> None:
        if tries == 1:
            await hangs(key, tries)

    shelf, receiver = Shelf(parcel()), Receiver(once)
    house = run_until_settled(shelf, receiver, noc={"timeout": 3})
    assert receiver.keys == ["ins-1-1-noc"]
    assert house.now() - START < timedelta(seconds=15)


def test_a_burst_waits_and_nothing_of_it_is_dropped() -> None:
    shelf = Shelf(*(parcel(f"p{number:02}", order=str(number)) for number in range(50)))
    at = list[float]()

    async def script(loop: Loop) -> None:
        async def note(_key: str, _tries: int) -> None:
            at.append(loop.time())

        house = House(loop, shelf, {"noc": Receiver(note)}, noc={"per_minute": 10})
        await house.until(lambda: shelf.states() == {ParcelState.SENT})

    play(script)
    assert len(at) == 50
    assert all(later - earlier >= 60 for earlier, later in zip(at, at[10:], strict=False))
    assert at[-1] < 60 * 5


def test_a_nudge_wakes_at_once_and_a_due_time_without_one() -> None:
    shelf, receiver, at = Shelf(), Receiver(), list[float]()

    async def script(loop: Loop) -> None:
        house = House(loop, shelf, {"noc": receiver})
        running = asyncio.ensure_future(house.dispatcher.run())
        await asyncio.sleep(10)
        shelf.add(parcel("segera", order="a", due=house.now()))
        shelf.add(parcel("nanti", order="b", due=house.now() + timedelta(seconds=5)))
        house.dispatcher.nudge()
        while len(receiver.taken) < 2:
            await asyncio.sleep(0.25)
            at.append(loop.time()) if len(receiver.taken) > len(at) else None
        house.dispatcher.stop()
        await running

    play(script)
    assert receiver.keys == ["segera", "nanti"]
    assert at[0] <= 10.5
    assert 15 <= at[1] <= 15.6


def test_without_a_nudge_it_looks_once_a_minute() -> None:
    shelf, receiver = Shelf(), Receiver()

    async def script(loop: Loop) -> float:
        house = House(loop, shelf, {"noc": receiver})
        running = asyncio.ensure_future(house.dispatcher.run())
        await asyncio.sleep(10)
        shelf.add(parcel())
        await once(lambda: bool(receiver.taken))
        house.dispatcher.stop()
        await running
        return loop.time()

    assert play(script) <= 62


def test_what_cannot_be_claimed_is_not_asked_for_in_a_loop() -> None:
    shelf = Shelf(parcel())
    shelf.claimed["ins-1-1-noc"] = START + timedelta(minutes=10)
    asked = 0

    async def count(operation: str, _about: str) -> None:
        nonlocal asked
        asked += operation == "claim"

    async def blind(_channels: tuple[str, ...]) -> Any:
        return START

    shelf.before, shelf.waiting = count, blind  # type: ignore[method-assign, assignment]
    receiver = Receiver()
    run_until_settled(shelf, receiver)
    assert receiver.keys == ["ins-1-1-noc"]
    assert asked <= 1300


def test_alive_is_told_at_the_first_success_after_failures_and_after_the_start() -> None:
    shelf = Shelf(
        *(parcel(f"p{number}", order=str(number), due=START + timedelta(hours=number)) for number in range(4))
    )

    async def third(key: str, tries: int) -> None:
        if key == "p2" and tries <= 2:
            raise Undelivered("sibuk")

    house = run_until_settled(shelf, Receiver(third))
    assert house.alive == ["noc", "noc"]


def test_stopping_lets_a_send_end_and_settles_it() -> None:
    shelf = Shelf(parcel(), parcel("p2", order="b"))

    async def slow(_key: str, _tries: int) -> None:
        await asyncio.sleep(3)

    receiver = Receiver(slow)

    async def script(loop: Loop) -> float:
        house = House(loop, shelf, {"noc": receiver})
        running = asyncio.ensure_future(house.dispatcher.run())
        await asyncio.sleep(1)
        house.dispatcher.stop()
        await running
        return loop.time()

    assert play(script) < GRACE.total_seconds()
    assert shelf.log == [("ins-1-1-noc", "terkirim")]
    assert shelf.parcels["p2"].state is ParcelState.WAITING


def test_stopping_leaves_a_send_that_hangs_to_the_next_start() -> None:
    shelf = Shelf(parcel())

    async def script(loop: Loop) -> None:
        house = House(loop, shelf, {"noc": Receiver(hangs)}, noc={"timeout": 60})
        running = asyncio.ensure_future(house.dispatcher.run())
        await asyncio.sleep(1)
        house.dispatcher.stop()
        await running
        assert loop.time() < 1 + GRACE.total_seconds() + 1

    play(script)
    assert shelf.log == []
    assert shelf.parcels["ins-1-1-noc"].body is not None
    receiver = Receiver()
    house = run_until_settled(shelf, receiver)
    assert receiver.keys == ["ins-1-1-noc"]
    assert house.composed == []


def test_without_channels_it_only_waits_to_be_stopped() -> None:
    async def script(loop: Loop) -> None:
        house = House(loop, Shelf(), {})
        running = asyncio.ensure_future(house.dispatcher.run())
        await asyncio.sleep(1)
        assert not running.done()
        house.dispatcher.stop()
        await running

    play(script)


# Whatever happens.

OUTCOMES = st.sampled_from(["ok", "ok", "temporary", "hang", "bug", "crash before", "crash after"])
CRASHES = st.sampled_from([None, None, None, None, "before", "after"])


class Fate:
    """What happens to every send and every word with the store; a crash ends the house, and another is built."""

    def __init__(self, outcomes: list[str], crashes: list[str | None]) -> None:
        self.outcomes = iter(outcomes)
        self.crashes = iter(crashes)
        self.crashed = asyncio.Event()

    async def crash(self) -> None:
        self.crashed.set()
        await asyncio.Event().wait()  # nothing after this line happens in this life

    async def outcome(self, take: Callable[[], None]) -> None:
        what = next(self.outcomes, "ok")
        if what == "temporary":
            raise Undelivered("sibuk")
        if what == "bug":
            raise KeyError("x")
        if what == "hang":
            await asyncio.Event().wait()
        if what == "crash before":
            await self.crash()
        take()
        if what == "crash after":
            await self.crash()

    async def before(self, _operation: str, _about: str) -> None:
        self.next_crash = next(self.crashes, None)
        if self.next_crash == "before":
            await self.crash()

    async def after(self, _operation: str, _about: str) -> None:
        if self.next_crash == "after":
            await self.crash()


async def live(loop: Loop, shelf: Shelf, fate: Fate, receiver: Receiver) -> None:
    """Lives until everything was sent, one after the other; nothing but the shelf outlives a crash."""
    shelf.before, shelf.after = fate.before, fate.after
    for _life in range(200):
        fate.crashed.clear()
        house = House(loop, shelf, {"noc": receiver}, alerts={"give_up": 10**6}, noc={"per_minute": 600})
        running = asyncio.ensure_future(house.dispatcher.run())
        await once_over(running, fate, shelf)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        if not fate.crashed.is_set():
            return


async def once_over(running: asyncio.Future[None], fate: Fate, shelf: Shelf) -> None:
    await once(lambda: fate.crashed.is_set() or running.done() or shelf.states() == {ParcelState.SENT})


class Chancy(Receiver):
    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self.fate = fate

    async def send(self, parcel_key: str, message: Message) -> None:
        await self.fate.outcome(lambda: self.taken.append((parcel_key, message)))


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=8),
    st.lists(OUTCOMES, max_size=30),
    st.lists(CRASHES, max_size=40),
)
def test_every_parcel_arrives_under_one_key_word_for_word_and_in_order(
    orders: list[str], outcomes: list[str], crashes: list[str | None]
) -> None:
    shelf = Shelf(*(parcel(f"{order}-{place}", order=order) for place, order in enumerate(orders)))
    fate = Fate(outcomes, crashes)
    receiver = Chancy(fate)
    play(lambda loop: live(loop, shelf, fate, receiver))
    assert shelf.states() == {ParcelState.SENT}
    assert set(receiver.keys) == set(shelf.parcels)
    for key in shelf.parcels:
        said = {repr(body) for which, body in receiver.taken if which == key}
        assert len(said) == 1
        assert f"key='{key}'" in said.pop()
    for order in "abc":
        firsts = list(dict.fromkeys(key for key in receiver.keys if key.startswith(order)))
        assert firsts == [key for key in shelf.parcels if key.startswith(order)]
