"""Who sits, who waits, and who is told."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.errors import Mishap
from monitor.net.facts import FailureKind
from monitor.net.seats import Seats

ADDRESS = "192.0.2.1"


def waiting(seats: Seats, port: int = 443) -> asyncio.Task[None]:
    assert not seats.take_at_once(ADDRESS)
    return asyncio.create_task(seats.wait(ADDRESS, port))


async def test_a_free_seat_needs_no_waiting_and_a_taken_one_does() -> None:
    seats = Seats(2)

    assert [seats.take_at_once(ADDRESS) for _ in range(3)] == [True, True, False]
    assert seats.take_at_once("192.0.2.2")


async def test_the_queue_is_served_in_order() -> None:
    seats = Seats(1)
    seats.take_at_once(ADDRESS)
    queue = [waiting(seats) for _ in range(3)]
    await asyncio.sleep(0)

    for number, task in enumerate(queue):
        seats.leave(ADDRESS)
        await task

        assert [each.done() for each in queue] == [place <= number for place in range(3)]


async def test_an_address_nobody_uses_is_forgotten() -> None:
    seats = Seats(1)
    seats.take_at_once(ADDRESS)
    task = waiting(seats)
    await asyncio.sleep(0)

    seats.leave(ADDRESS)
    await task
    assert len(seats) == 1
    seats.leave(ADDRESS)

    assert len(seats) == 0


async def test_who_gives_up_waiting_is_passed_over() -> None:
    seats = Seats(1)
    seats.take_at_once(ADDRESS)
    first, second = waiting(seats), waiting(seats)
    await asyncio.sleep(0)

    first.cancel()
    seats.leave(ADDRESS)
    await second

    assert first.cancelled()
    seats.leave(ADDRESS)
    assert len(seats) == 0


async def test_a_seat_given_to_one_who_is_being_cancelled_goes_to_the_next() -> None:
    seats = Seats(1)
    seats.take_at_once(ADDRESS)
    first, second = waiting(seats), waiting(seats)
    await asyncio.sleep(0)

    seats.leave(ADDRESS)  # the turn is first's …
    first.cancel()  # … who never gets to know
    await asyncio.wait([first])
    await second

    assert first.cancelled()
    seats.leave(ADDRESS)
    assert len(seats) == 0


async def test_patience_ends_as_our_own_failure() -> None:
    seats = Seats(1, patience=0.01)
    seats.take_at_once(ADDRESS)

    with pytest.raises(Mishap) as caught:
        await waiting(seats)

    assert caught.value.kind is FailureKind.BUSY
    seats.leave(ADDRESS)
    assert len(seats) == 0


async def test_a_dead_port_is_told_to_its_whole_queue_and_to_nobody_else() -> None:
    seats = Seats(1)
    seats.take_at_once(ADDRESS)
    dead, alive = [waiting(seats, 443) for _ in range(3)], waiting(seats, 80)
    await asyncio.sleep(0)

    seats.condemn(ADDRESS, 443, Mishap(FailureKind.TIMEOUT, "no connection within 5.0 s"))
    results = await asyncio.gather(*dead, return_exceptions=True)

    assert [str(result) for result in results] == ["timeout no connection within 5.0 s"] * 3
    assert len({id(result) for result in results}) == 3
    assert not alive.done()
    seats.leave(ADDRESS)
    await alive


@given(st.lists(st.sampled_from(["come", "go", "cancel", "condemn"]), max_size=60), st.integers(1, 3))
def test_seats_are_never_oversold_nor_lost(moves: list[str], limit: int) -> None:
    asyncio.run(_play(moves, limit))


async def _play(moves: list[str], limit: int) -> None:
    seats, sitting, queue = Seats(limit), 0, list[asyncio.Task[None]]()
    for move in moves:
        if move == "come" and seats.take_at_once(ADDRESS):
            sitting += 1
        elif move == "come":
            queue.append(asyncio.create_task(seats.wait(ADDRESS, 443)))
        elif move == "go" and sitting:
            sitting -= 1
            seats.leave(ADDRESS)
        elif move == "cancel" and queue:
            queue.pop(len(queue) // 2).cancel()
        elif move == "condemn" and len(seats):
            seats.condemn(ADDRESS, 443, Mishap(FailureKind.TIMEOUT))
        for _ in range(3):
            await asyncio.sleep(0)
        sitting += sum(task.done() and task.exception() is None for task in queue)
        queue = [task for task in queue if not task.done()]
        assert sitting <= limit
        assert not queue or sitting == limit
    while sitting:
        seats.leave(ADDRESS)
        for _ in range(3):
            await asyncio.sleep(0)
        sitting += sum(task.done() for task in queue) - 1
        queue = [task for task in queue if not task.done()]
    assert len(seats) == 0
