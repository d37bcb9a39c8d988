"""From a name to a connection: look-ups, address policy, routes, seats, and hosts that do not answer."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from datetime import timedelta

import pytest

from monitor.net import wire
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase
from tests.integration.net.conftest import MakeVisitor, Visitor, facts
from tests.integration.net.misbehaving import HOST, OK, answering, black_hole, closed_port, request_of, serving


async def test_what_the_resolver_says_is_passed_on_with_its_time(visitor: Visitor) -> None:
    visitor.names.answers[HOST] = ExchangeFailed(Failure(Phase.DNS, FailureKind.SERVFAIL, "192.0.2.53"))

    failed = await visitor.failure(80)

    assert failed.failure == Failure(Phase.DNS, FailureKind.SERVFAIL, "192.0.2.53")
    assert failed.phases.connect == 0


async def test_a_resolver_that_hangs_ends_at_the_deadline(visitor: Visitor) -> None:
    visitor.names.hangs = True

    failed = await visitor.failure(80, within=0.2)

    assert (failed.failure.phase, failed.failure.kind) == (Phase.DNS, FailureKind.TIMEOUT)
    assert failed.phases.dns > 0


async def test_a_closed_port_is_refused(visitor: Visitor) -> None:
    failed = await visitor.failure(closed_port())

    assert (failed.failure.phase, failed.failure.kind) == (Phase.CONNECT, FailureKind.REFUSED)
    assert failed.failure.address == "127.0.0.1"
    assert failed.phases.ttfb == 0


async def test_a_black_hole_times_out_while_connecting(impatient: Visitor) -> None:
    with black_hole() as port:
        failed = await impatient.failure(port)

    assert (failed.failure.phase, failed.failure.kind) == (Phase.CONNECT, FailureKind.TIMEOUT)
    assert failed.phases.connect >= 150_000


async def test_a_black_hole_does_not_outlast_the_deadline(visitor: Visitor) -> None:
    with black_hole() as port:
        failed = await visitor.failure(port, within=0.2)

    assert (failed.failure.phase, failed.failure.kind) == (Phase.CONNECT, FailureKind.TIMEOUT)
    assert failed.phases.connect < 4_000_000


NO_ROUTE = "127.255.255.255"
"""A broadcast address: the kernel refuses to connect to it before a packet leaves."""


async def test_an_address_this_machine_cannot_even_try_is_our_failure(visitor: Visitor) -> None:
    visitor.names.answers[HOST] = (NO_ROUTE,)

    failed = await visitor.failure(80)

    assert (failed.failure.phase, failed.failure.kind) == (Phase.CONNECT, FailureKind.NO_ROUTE)


async def test_the_next_address_is_tried(visitor: Visitor) -> None:
    visitor.names.answers[HOST] = ("127.0.0.2", "127.0.0.3", "127.0.0.1")

    async with serving(answering(OK)) as site:
        response = await visitor.page(site)

    assert facts(response).address == "127.0.0.1"


async def test_no_more_than_four_addresses_are_tried(visitor: Visitor) -> None:
    visitor.names.answers[HOST] = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.1")

    async with serving(answering(OK)) as site:
        failed = await visitor.failure(site)

    assert (failed.failure.kind, failed.failure.address) == (FailureKind.REFUSED, "127.0.0.5")


async def test_the_first_failure_that_is_not_ours_is_told(impatient: Visitor) -> None:
    impatient.names.answers[HOST] = (NO_ROUTE, "127.0.0.1", "127.0.0.9")

    with black_hole() as port:
        failed = await impatient.failure(port)

    assert (failed.failure.kind, failed.failure.address) == (FailureKind.TIMEOUT, "127.0.0.9")
    tried = [part.partition(": ")[0] for part in failed.failure.detail.split("; ")]
    assert tried == [NO_ROUTE, "127.0.0.1", "127.0.0.9"]


async def test_our_own_want_of_descriptors_is_not_blamed_on_the_target(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_address: str) -> socket.socket:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(wire, "_socket", none_left)

    with pytest.raises(OSError, match="Too many open files"):
        await visitor.get(f"http://{HOST}/")
    assert len(visitor.transport._dialer.seats) == 0


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:{port}/", id="loopback"),
        pytest.param(f"http://{HOST}:{{port}}/", id="a name that leads there"),
        pytest.param("http://[::ffff:127.0.0.1]:{port}/", id="IPv4-mapped"),
        pytest.param("http://127.1:{port}/", id="short form"),
        pytest.param("http://169.254.169.254:{port}/latest/meta-data/", id="metadata"),
    ],
)
async def test_a_forbidden_address_is_never_connected_to(make_visitor: MakeVisitor, url: str) -> None:
    visitor = make_visitor(allowed_networks=())

    async with serving(answering(OK)) as site:
        with pytest.raises(ExchangeFailed) as caught:
            await visitor.get(url.format(port=site.port))

        assert site.connections == 0
    assert (caught.value.failure.phase, caught.value.failure.kind) == (Phase.CONNECT, FailureKind.FORBIDDEN_ADDRESS)


async def test_forbidden_addresses_are_skipped(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(allowed_networks=("127.0.0.1/32",))
    visitor.names.answers[HOST] = ("10.0.0.1", "127.0.0.2", "127.0.0.1")

    async with serving(answering(OK)) as site:
        response = await visitor.page(site)

    assert facts(response).address == "127.0.0.1"


async def test_ipv6_is_reached_by_literal(visitor: Visitor) -> None:
    async with serving(answering(OK), address="::1") as site:
        response = await visitor.get(f"http://[::1]:{site.port}/")

    assert facts(response).address == "::1"
    assert facts(response).phases.dns == 0
    assert visitor.names.asked == []


async def test_connect_to_leads_elsewhere_without_a_look_up(make_visitor: MakeVisitor) -> None:
    async with serving(answering(OK)) as site:
        visitor = make_visitor(connect_to={f"{HOST}:80": f"127.0.0.1:{site.port}"})
        response = await visitor.get(f"http://{HOST}/")

    assert response.status_code == 200
    assert visitor.names.asked == []


async def test_connect_to_may_replace_the_port_alone(make_visitor: MakeVisitor) -> None:
    async with serving(answering(OK)) as site:
        visitor = make_visitor(connect_to={"*:80": f":{site.port}"})
        await visitor.get(f"http://{HOST}/")

    assert visitor.names.asked == [(HOST, False)]


async def test_connect_to_does_not_pass_by_the_address_policy(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(connect_to={"*:*": "127.0.0.1:"}, allowed_networks=())

    failed = await visitor.failure(80)

    assert failed.failure.kind is FailureKind.FORBIDDEN_ADDRESS


async def test_no_more_connections_than_seats_are_open_at_an_address(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(seats=2)

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        for _ in range(20):
            await asyncio.sleep(0)
        writer.write(OK)
        await writer.drain()
        await reader.read()  # until the visitor hangs up

    async with serving(handler) as site:
        responses = await asyncio.gather(*(visitor.page(site) for _ in range(12)))

        assert [response.status_code for response in responses] == [200] * 12
        assert (site.connections, site.most_open) == (12, 2)
    assert len(visitor.transport._dialer.seats) == 0


async def test_waiting_for_a_seat_is_not_the_targets_time(make_visitor: MakeVisitor) -> None:
    visitor, arrived, go_on = make_visitor(seats=1), asyncio.Event(), asyncio.Event()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        arrived.set()
        await go_on.wait()
        writer.write(OK)

    async with serving(handler) as site:
        sitting = asyncio.create_task(visitor.page(site))
        await arrived.wait()
        loop = asyncio.get_running_loop()
        given = loop.time() + 0.2
        waiting = asyncio.create_task(visitor.page(site, within=0.2))
        loop.call_at(given + 0.1, go_on.set)  # long after the one who waits should have been done
        await sitting
        response = await waiting

    assert response.status_code == 200
    assert facts(response).phases.total < 200_000
    assert response.extensions["deadline"] > given


async def test_one_dead_address_is_told_to_all_who_wait_for_it(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(connect_timeout=timedelta(milliseconds=300))

    with black_hole() as port:
        failures = await asyncio.wait_for(asyncio.gather(*(visitor.failure(port, within=20) for _ in range(85))), 10)

    assert {failed.failure.kind for failed in failures} == {FailureKind.TIMEOUT}
    assert {failed.failure.phase for failed in failures} == {Phase.CONNECT}
    assert len(visitor.transport._dialer.seats) == 0


async def test_a_silence_cut_short_by_a_deadline_says_nothing_about_the_address(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(seats=1)

    with black_hole() as port:
        first, second = await asyncio.gather(*(visitor.failure(port, within=0.2) for _ in range(2)))

    assert {first.failure.kind, second.failure.kind} == {FailureKind.TIMEOUT}
    assert min(first.phases.connect, second.phases.connect) > 100_000


async def test_a_dead_port_says_nothing_about_another(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(seats=1, connect_timeout=timedelta(milliseconds=200))

    with black_hole() as port:
        async with serving(answering(OK)) as site:
            dead = asyncio.create_task(visitor.failure(port))
            await asyncio.sleep(0)
            alive = await visitor.page(site)
            assert (await dead).failure.kind is FailureKind.TIMEOUT

    assert alive.status_code == 200
