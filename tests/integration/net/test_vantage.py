"""A vantage whose sentinels die and return."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import IPv4Network

import dns.rcode
import httpx
import pytest
import trustme
from structlog.testing import capture_logs

from monitor import settings
from monitor.net.dns import Resolver
from monitor.net.facts import NO_PHASES, Exchange, ExchangeFailed, Failure, FailureKind, Phase
from monitor.net.http import ProbeTransport
from monitor.net.vantage import NAMES_LOST, NETWORK_LOST, Vantage
from tests.integration.net.nameserver import Answering, closed_port, nameserver, says, silent

PLAIN = Exchange(address="192.0.2.1", http_version="1.1", phases=NO_PHASES)
NOW = timedelta(0)
"""A look that no earlier look answers."""


class Listener:
    """A TCP port that can die, return on the same port, and counts its visitors."""

    def __init__(self, answer: bytes = b"") -> None:
        self.answer = answer
        self.port = 0
        self.visits = 0
        self.server: asyncio.Server | None = None

    async def up(self) -> None:
        self.server = await asyncio.start_server(self._visit, "127.0.0.1", self.port, reuse_address=True)
        self.port = self.server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        if self.server is not None:
            self.server.close()
            await self.server.wait_closed()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.write(self.answer)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
            await reader.read()
        writer.close()


@contextlib.asynccontextmanager
async def listener(answer: bytes = b"") -> AsyncIterator[Listener]:
    port = Listener(answer)
    await port.up()
    try:
        yield port
    finally:
        await port.down()


@contextlib.asynccontextmanager
async def vantage(*sentinels: str, names: str = "", seconds: float = 2) -> AsyncIterator[Vantage]:
    """A vantage with the real transport and resolver; *names* is the name server."""
    waiting = timedelta(seconds=seconds)
    resolver = Resolver(settings.Dns(nameservers=(names or closed_port("127.53.1.1"),), timeout=waiting))
    http = ProbeTransport(settings.Net(allowed_networks=(IPv4Network("127.0.0.0/8"),)), resolver)
    opened = Vantage(settings.Vantage(sentinels=sentinels, timeout=waiting), http, resolver)
    try:
        yield opened
    finally:
        await opened.aclose()
        await http.aclose()
        await resolver.aclose()


def tcp(port: Listener) -> str:
    return f"tcp://127.0.0.1:{port.port}"


async def test_a_sentinel_dies_and_returns() -> None:
    async with listener() as port, vantage(tcp(port)) as asking:
        with capture_logs() as logs:
            first = await asking.look(NOW)
            await asking.look(NOW)
            await port.down()
            lost = await asking.look(NOW)
            still = await asking.look(NOW)
            assert asking.since == lost.at
            await port.up()
            back = await asking.look(NOW)
    assert [view.connected for view in (first, lost, still, back)] == [True, False, False, True]
    assert lost.lost(Phase.CONNECT) == NETWORK_LOST
    assert lost.sentinels[0].detail
    assert [entry["event"] for entry in logs] == ["vantage.lost", "vantage.restored"]
    assert (asking.current, asking.since) == (back, back.at)


async def test_a_vantage_lost_from_the_start_is_said() -> None:
    async with vantage(f"tcp://{closed_port('127.53.1.2')}") as asking:
        with capture_logs() as logs:
            view = await asking.look()
    assert view.connected is False
    assert [entry["event"] for entry in logs] == ["vantage.lost"]


async def test_without_sentinels_nobody_can_tell_and_that_is_said_once() -> None:
    async with vantage() as asking:
        with capture_logs() as logs:
            views = [await asking.look(NOW), await asking.look(NOW)]
    assert [view.connected for view in views] == [None, None]
    assert {view.lost(phase) for view in views for phase in Phase} == {""}
    assert [entry["event"] for entry in logs] == ["vantage.unguarded"]


@pytest.mark.parametrize(
    ("answer", "alive"),
    [
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", True, id="fine"),
        pytest.param(
            b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n", True, id="any status is an answer"
        ),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", False, id="no HTTP"),
    ],
)
async def test_an_http_sentinel_lives_when_it_answers(*, answer: bytes, alive: bool) -> None:
    async with listener(answer) as port, vantage(f"http://127.0.0.1:{port.port}/") as asking:
        view = await asking.look()
    assert (view.sentinels[0].alive, view.sentinels[0].kind) == (alive, "http"), view.sentinels[0].detail


async def test_a_sentinel_that_cannot_show_its_certificate_is_an_impostor() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    portal = await asyncio.start_server(_portal, "127.0.0.1", 0, ssl=context)
    async with portal, vantage(f"https://127.0.0.1:{portal.sockets[0].getsockname()[1]}/") as asking:
        view = await asking.look()
    assert view.lost(Phase.CONNECT) == NETWORK_LOST
    assert "sertifikat bukan miliknya" in view.sentinels[0].detail


async def _portal(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
    writer.close()


@pytest.mark.parametrize(
    ("answering", "lost"),
    [
        pytest.param(says("id. 60 IN NS ns.id."), "", id="name servers"),
        pytest.param(says(), NAMES_LOST, id="denies that it has any"),
        pytest.param(says(rcode=dns.rcode.NXDOMAIN), NAMES_LOST, id="denies that it exists"),
        pytest.param(says(rcode=dns.rcode.SERVFAIL), NAMES_LOST, id="servfail"),
        pytest.param(says(rcode=dns.rcode.REFUSED), NAMES_LOST, id="refused"),
        pytest.param(silent, NAMES_LOST, id="silent"),
    ],
)
async def test_a_name_sentinel_lives_when_our_name_servers_know_it(answering: Answering, lost: str) -> None:
    async with (
        listener() as port,
        nameserver(answering) as names,
        vantage(tcp(port), "dns://id", names=names.address, seconds=0.3) as asking,
    ):
        view = await asking.look()
    assert (view.lost(Phase.DNS), view.lost(Phase.CONNECT)) == (lost, "")


async def test_a_name_sentinel_is_never_answered_from_memory() -> None:
    async with (
        nameserver(says("id. 60 IN NS ns.id.")) as names,
        vantage("dns://id", names=names.address) as asking,
    ):
        await asking.look(NOW)
        await asking.look(NOW)
        assert names.asked == [("udp", "id NS")] * 2


async def test_many_callers_share_one_round_and_a_recent_one_is_used_again() -> None:
    async with listener() as port, vantage(tcp(port)) as asking:
        views = await asyncio.gather(*(asking.look() for _ in range(50)))
        again = await asking.look()
    assert {id(view) for view in (*views, again)} == {id(views[0])}
    assert port.visits <= 1


async def test_all_sentinels_are_asked_even_when_one_is_silent() -> None:
    async with (
        nameserver(silent) as names,
        listener() as port,
        vantage("dns://id", tcp(port), names=names.address, seconds=0.3) as asking,
    ):
        view = await asking.look()
    assert [sentinel.alive for sentinel in view.sentinels] == [False, True]


class Hanging(httpx.AsyncBaseTransport):
    """A transport that answers when told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answer = asyncio.Event()
        self.cancelled = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.set()
        try:
            await self.answer.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return httpx.Response(200, extensions={"exchange": PLAIN})


def hanging() -> tuple[Hanging, Vantage]:
    transport = Hanging()
    conf = settings.Vantage(sentinels=("http://sentinel.example/",), timeout=timedelta(seconds=30))
    return transport, Vantage(conf, transport, Resolver(settings.Dns(nameservers=("192.0.2.53",))))


async def test_one_caller_leaving_does_not_end_the_round_of_the_others() -> None:
    transport, asking = hanging()
    first, second = asyncio.create_task(asking.look()), asyncio.create_task(asking.look())
    await transport.asked.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    transport.answer.set()
    assert (await second).connected is True


async def test_the_last_caller_leaving_ends_the_round_and_the_next_starts_another() -> None:
    transport, asking = hanging()
    only = asyncio.create_task(asking.look())
    await transport.asked.wait()
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    assert transport.cancelled
    assert asking.current is None
    transport.answer.set()
    assert (await asking.look()).connected is True


class Failing(httpx.AsyncBaseTransport):
    """A transport that comes to no answer."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise ExchangeFailed(Failure(Phase.CONNECT, FailureKind.NO_ROUTE, "no route"))


async def test_a_password_in_a_sentinel_url_is_shown_nowhere() -> None:
    conf = settings.Vantage(sentinels=("http://user:rahasia@sentinel.example/",))
    asking = Vantage(conf, Failing(), Resolver(settings.Dns(nameservers=("192.0.2.53",))))
    with capture_logs() as logs:
        view = await asking.look()
    assert "rahasia" not in f"{view} {logs}"
    assert view.connected is False
