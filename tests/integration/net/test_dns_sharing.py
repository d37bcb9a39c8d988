"""What is remembered, and what many callers share: one question on the wire, each with its own patience."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable

import dns.rcode
import pytest

from monitor.net.facts import ExchangeFailed, FailureKind
from tests.integration.net.asking import HASTY, WELL, resolver, soon
from tests.integration.net.nameserver import SOA, Answering, Packet, Query, nameserver, reply, says


async def test_an_answer_is_remembered_and_fresh_asks_again() -> None:
    async with nameserver(WELL) as server, resolver(server.address) as asking:
        await asking.resolve("www.example", deadline=soon())
        await asking.resolve("WWW.example.", deadline=soon())
        assert len(server.asked) == 1
        await asking.resolve("www.example", deadline=soon(), fresh=True)
        assert len(server.asked) == 2


async def test_what_fresh_learnt_is_remembered() -> None:
    address = ["192.0.2.1"]
    async with (
        nameserver(lambda query: [reply(query, f"www.example. 60 IN A {address[0]}")]) as server,
        resolver(server.address) as asking,
    ):
        await asking.resolve("www.example", deadline=soon())
        address[0] = "192.0.2.2"
        await asking.resolve("www.example", deadline=soon(), fresh=True)
        assert await asking.resolve("www.example", deadline=soon()) == ("192.0.2.2",)


@pytest.mark.parametrize(
    ("udp", "queries"),
    [
        pytest.param(says("www.example. 0 IN A 192.0.2.1"), 1, id="TTL 0 lasts for a visit"),
        pytest.param(says(rcode=dns.rcode.NXDOMAIN, authority=[SOA]), 1, id="NXDOMAIN with an SOA is kept"),
        pytest.param(says(rcode=dns.rcode.NXDOMAIN), 2, id="NXDOMAIN without an SOA is not"),
        pytest.param(says(rcode=dns.rcode.SERVFAIL), 2, id="SERVFAIL is not kept"),
    ],
)
async def test_how_often_two_look_ups_ask(udp: Answering, queries: int) -> None:
    async with nameserver(udp) as server, resolver(server.address) as asking:
        for _ in range(2):
            with contextlib.suppress(ExchangeFailed):
                await asking.resolve("www.example", deadline=soon())
        assert len(server.asked) == queries


async def test_identical_look_ups_at_the_same_time_are_asked_once() -> None:
    async with nameserver(WELL) as server, resolver(server.address) as asking:
        found = await asyncio.gather(*(asking.resolve("www.example", deadline=soon()) for _ in range(20)))
        assert set(found) == {("192.0.2.1",)}
        assert len(server.asked) == 1


class Held:
    """A name server's answers, kept back until `release`."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.released = False

    def __call__(self, query: Query) -> Iterable[Packet]:
        self.asked.set()
        return WELL(query) if self.released else ()


async def test_one_waiter_leaving_does_not_cancel_the_others() -> None:
    held = Held()
    async with nameserver(held) as server, resolver(server.address, patience=1) as asking:
        first = asyncio.create_task(asking.resolve("www.example", deadline=soon()))
        second = asyncio.create_task(asking.resolve("www.example", deadline=soon()))
        await held.asked.wait()
        held.released = True
        first.cancel()
        assert await second == ("192.0.2.1",)
        assert first.cancelled()


async def test_the_last_waiter_leaving_ends_the_asking() -> None:
    held = Held()
    async with nameserver(held) as server, resolver(server.address) as asking:
        before = asyncio.all_tasks()
        waiter = asyncio.create_task(asking.resolve("www.example", deadline=soon()))
        await held.asked.wait()
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
        assert asyncio.all_tasks() <= before
        held.released = True
        assert await asking.resolve("www.example", deadline=soon()) == ("192.0.2.1",)


async def test_an_impatient_look_up_does_not_cut_short_a_patient_one() -> None:
    held = Held()
    async with nameserver(held) as server, resolver(server.address) as asking:
        impatient = asyncio.create_task(asking.resolve("www.example", deadline=soon(HASTY)))
        patient = asyncio.create_task(asking.resolve("www.example", deadline=soon()))
        with pytest.raises(ExchangeFailed) as failed:
            await impatient
        assert failed.value.failure.kind is FailureKind.TIMEOUT
        held.released = True
        assert await patient == ("192.0.2.1",)


async def test_an_impatient_look_up_leaves_a_patient_one_under_way_in_time() -> None:
    held = Held()
    async with nameserver(held) as server, resolver(server.address, patience=4 * HASTY) as asking:
        patient = asyncio.create_task(asking.resolve("www.example", deadline=soon()))
        await held.asked.wait()
        with pytest.raises(ExchangeFailed) as failed:
            await asking.resolve("www.example", deadline=soon(HASTY))
        assert failed.value.failure.detail == f"{server.address}: tidak menjawab"
        assert not patient.done()
        held.released = True
        assert await patient == ("192.0.2.1",)


async def test_closing_ends_what_is_under_way_as_a_time_out() -> None:
    held = Held()
    async with nameserver(held) as server, resolver(server.address) as asking:
        waiter = asyncio.create_task(asking.resolve("www.example", deadline=soon()))
        await held.asked.wait()
        await asking.aclose()
        with pytest.raises(ExchangeFailed):
            await waiter


async def test_a_look_up_that_comes_while_the_last_waiter_leaves_is_not_lost_with_it() -> None:
    held = Held()
    async with nameserver(held) as server, resolver(server.address) as asking:
        deadline = soon(1)
        leaving = asyncio.create_task(asking.resolve("www.example", deadline=deadline))
        await held.asked.wait()
        leaving.cancel()
        coming = asyncio.create_task(asking.resolve("www.example", deadline=deadline))
        await asyncio.wait((leaving,))
        joining = asyncio.create_task(asking.resolve("www.example", deadline=deadline))
        await asyncio.sleep(0)
        held.released = True
        assert await coming == await joining == ("192.0.2.1",)
        assert len(server.asked) <= 3, "the two share one asking, whose first datagram was lost"


async def test_a_time_out_under_way_leaves_time_for_a_second_try() -> None:
    held = Held()
    async with nameserver(held) as server, resolver(server.address, patience=1) as asking:
        waiter = asyncio.create_task(asking.resolve("www.example", deadline=soon()))
        await held.asked.wait()
        held.released = True
        assert await waiter == ("192.0.2.1",)
        assert len(server.asked) == 2
