"""The resolver against name servers that behave, misbehave, and are not there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import pytest
import uvloop

from monitor.net.dns import Answer
from monitor.net.facts import ExchangeFailed, Failure, FailureKind, Phase
from tests.integration.net.asking import AAAA, HASTY, PATIENT, WELL, A, by_name, by_type, resolver, soon
from tests.integration.net.nameserver import SOA, Answering, Packet, Query, closed_port, nameserver, reply, says, silent


async def resolve(
    host: str, udp: Answering, tcp: Answering | None = None, *, patience: float = PATIENT
) -> tuple[str, ...]:
    async with nameserver(udp, tcp) as server, resolver(server.address, patience=patience) as asking:
        return await asking.resolve(host, deadline=soon())


async def failure(host: str, udp: Answering, tcp: Answering | None = None, *, patience: float = PATIENT) -> Failure:
    with pytest.raises(ExchangeFailed) as failed:
        await resolve(host, udp, tcp, patience=patience)
    assert failed.value.failure.phase is Phase.DNS
    return failed.value.failure


def altered(query: Query, *, id_offset: int = 0, name: str = "www.example", flags: int = 0) -> bytes:
    """An answer with something wrong about it."""
    other = dns.message.make_query(name, query.question[0].rdtype, id=(query.id + id_offset) % 65536)
    message = reply(other, f"{name}. 60 IN A 203.0.113.66")
    message.flags |= flags
    return message.to_wire()


STRAYS: dict[str, Callable[[Query], bytes]] = {
    "another id": lambda query: altered(query, id_offset=1),
    "another question of the same length": lambda query: altered(query, name="wwx.example"),
    "another question": lambda query: altered(query, name="evil.example"),
    "a query, not an answer": lambda query: query.to_wire(),
    "an update": lambda query: query.id.to_bytes(2) + b"\xa8\x00" + bytes(8),
    "an empty datagram": lambda query: b"",
    "half a header": lambda query: query.id.to_bytes(2) + b"\x81\x80",
    "noise": lambda query: bytes([(query.id >> 8) ^ 0xFF]) + b"\xff" * 40,
}


@pytest.mark.parametrize(
    ("udp", "addresses"),
    [
        pytest.param(WELL, ("192.0.2.1",), id="IPv4 is enough"),
        pytest.param(by_type(AAAA=says(AAAA)), ("2001:db8::1",), id="IPv6 when there is no IPv4"),
        pytest.param(says(A, "www.example. 60 IN A 192.0.2.2"), ("192.0.2.1", "192.0.2.2"), id="several, in order"),
        pytest.param(
            says(
                "www.example. 60 IN CNAME a.example.",
                "a.example. 60 IN CNAME b.example.",
                "b.example. 9 IN A 192.0.2.7",
            ),
            ("192.0.2.7",),
            id="a chain of aliases",
        ),
        pytest.param(
            by_name(www=says("www.example. 60 IN CNAME b.example."), b=says("b.example. 60 IN A 192.0.2.8")),
            ("192.0.2.8",),
            id="an alias whose end has to be asked",
        ),
        pytest.param(
            says(A, "evil.example. 60 IN A 203.0.113.66"), ("192.0.2.1",), id="records of other names are ignored"
        ),
        pytest.param(
            by_type(AAAA=says(AAAA), A=says(rcode=dns.rcode.NOERROR)), ("2001:db8::1",), id="NODATA without an SOA"
        ),
    ],
)
async def test_a_name_has_these_addresses(udp: Answering, addresses: tuple[str, ...]) -> None:
    assert await resolve("www.example", udp) == addresses


@pytest.mark.parametrize("host", ["192.0.2.9", "2001:db8::9", "[2001:db8::9]", "::ffff:192.0.2.1"])
async def test_an_ip_literal_is_its_own_address_and_asks_nobody(host: str) -> None:
    async with nameserver(WELL) as server, resolver(server.address) as asking:
        assert await asking.resolve(host, deadline=soon()) == (host.strip("[]"),)
        assert server.asked == []


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        pytest.param("WWW.Example", "www.example A", id="case"),
        pytest.param("www.example.", "www.example A", id="final dot"),
        pytest.param("bücher.example", "xn--bcher-kva.example A", id="U-label"),
        pytest.param("_dmarc.example", "_dmarc.example A", id="underscore"),
    ],
)
async def test_a_host_is_asked_for_by_its_a_labels(host: str, asked: str) -> None:
    async with nameserver(says(A)) as server, resolver(server.address) as asking:
        with contextlib.suppress(ExchangeFailed):
            await asking.resolve(host, deadline=soon())
        assert server.asked[0] == ("udp", asked)


@pytest.mark.parametrize(
    ("udp", "kind", "words"),
    [
        pytest.param(
            says(rcode=dns.rcode.NXDOMAIN, authority=[SOA]), FailureKind.NAME_NOT_FOUND, "NXDOMAIN", id="nxdomain"
        ),
        pytest.param(
            says("www.example. 60 IN CNAME gone.example.", rcode=dns.rcode.NXDOMAIN, authority=[SOA]),
            FailureKind.NAME_NOT_FOUND,
            "NXDOMAIN untuk gone.example (tujuan CNAME dari www.example)",
            id="a dangling alias",
        ),
        pytest.param(
            by_name(
                www=says("www.example. 60 IN CNAME gone.example."), gone=says(rcode=dns.rcode.NXDOMAIN, authority=[SOA])
            ),
            FailureKind.NAME_NOT_FOUND,
            "NXDOMAIN untuk gone.example",
            id="a dangling alias, asked in two steps",
        ),
        pytest.param(by_type(), FailureKind.NO_ADDRESS, "tidak ada A maupun AAAA", id="neither A nor AAAA"),
        pytest.param(
            by_type(AAAA=says(rcode=dns.rcode.NXDOMAIN)),
            FailureKind.NO_ADDRESS,
            "tidak ada A",
            id="no such name, but only for AAAA",
        ),
        pytest.param(says(rcode=dns.rcode.SERVFAIL), FailureKind.SERVFAIL, "SERVFAIL", id="servfail"),
        pytest.param(
            by_type(AAAA=says(rcode=dns.rcode.SERVFAIL)), FailureKind.SERVFAIL, "SERVFAIL", id="servfail for AAAA"
        ),
        pytest.param(says(rcode=dns.rcode.REFUSED), FailureKind.DNS_REFUSED, "REFUSED", id="refused"),
        pytest.param(says(rcode=dns.rcode.NOTIMP), FailureKind.DNS_REFUSED, "NOTIMP", id="not implemented"),
        pytest.param(
            says(authority=["example. 60 IN NS ns.elsewhere."]),
            FailureKind.MALFORMED,
            "merujuk",
            id="a referral answers nothing",
        ),
        pytest.param(
            says("www.example. 60 IN CNAME b.example.", "b.example. 60 IN CNAME www.example."),
            FailureKind.MALFORMED,
            "CNAME tanpa ujung",
            id="aliases in a circle",
        ),
        pytest.param(
            by_name(www=says("www.example. 60 IN CNAME b.example."), b=says("b.example. 60 IN CNAME www.example.")),
            FailureKind.MALFORMED,
            "CNAME tanpa ujung",
            id="aliases in a circle, one at a time",
        ),
        pytest.param(
            says(A, rcode=dns.rcode.NXDOMAIN),
            FailureKind.MALFORMED,
            "bertentangan",
            id="an address for a name that is not",
        ),
        pytest.param(
            lambda query: [altered(query)[:-6]],
            FailureKind.MALFORMED,
            "tidak terbaca",
            id="an answer cut short without saying so",
        ),
    ],
)
async def test_the_outcomes_stay_apart(udp: Answering, kind: FailureKind, words: str) -> None:
    seen = await failure("www.example", udp)
    assert (seen.kind, words in seen.detail) == (kind, True), seen.detail
    assert "127.0.0.1:" in seen.detail


async def test_a_silent_name_server_is_a_time_out_that_names_it() -> None:
    async with nameserver(silent) as server, resolver(server.address, patience=HASTY) as asking:
        with pytest.raises(ExchangeFailed) as failed:
            await asking.resolve("www.example", deadline=soon())
        assert failed.value.failure == Failure(Phase.DNS, FailureKind.TIMEOUT, f"{server.address}: tidak menjawab")
        assert len(server.asked) == 2, "a lost datagram deserves a second try"


async def test_a_closed_port_is_a_time_out_and_never_a_missing_name() -> None:
    async with resolver(closed_port("127.53.0.1")) as asking:
        with pytest.raises(ExchangeFailed) as failed:
            await asking.resolve("www.example", deadline=soon())
    assert failed.value.failure.kind is FailureKind.TIMEOUT
    assert "tidak menjawab (koneksi ditolak)" in failed.value.failure.detail


@pytest.mark.parametrize("stray", STRAYS.values(), ids=STRAYS.keys())
async def test_a_stray_packet_is_passed_over_and_the_answer_behind_it_counts(stray: Callable[[Query], bytes]) -> None:
    assert await resolve("www.example", lambda query: [stray(query), *WELL(query)]) == ("192.0.2.1",)


@pytest.mark.parametrize("stray", STRAYS.values(), ids=STRAYS.keys())
async def test_stray_packets_alone_are_a_time_out(stray: Callable[[Query], bytes]) -> None:
    seen = await failure("www.example", lambda query: [stray(query)], patience=HASTY)
    assert seen.kind is FailureKind.TIMEOUT


def truncated(query: Query) -> Iterable[Packet]:
    return [altered(query, flags=dns.flags.TC)[:-3]]


async def test_a_truncated_answer_is_fetched_over_tcp() -> None:
    many = [f"www.example. 60 IN A 192.0.2.{number}" for number in range(200)]
    async with nameserver(truncated, says(*many)) as server, resolver(server.address) as asking:
        addresses = await asking.resolve("www.example", deadline=soon())
        assert server.asked == [("udp", "www.example A"), ("tcp", "www.example A")]
    assert addresses[:2] == ("192.0.2.0", "192.0.2.1")
    assert len(addresses) == 16, "a hostile zone cannot make us try hundreds"


@pytest.mark.parametrize(
    ("tcp", "kind"),
    [
        pytest.param(None, FailureKind.TIMEOUT, id="refused"),
        pytest.param(silent, FailureKind.TIMEOUT, id="closed without an answer"),
        pytest.param(lambda query: [altered(query, id_offset=1)], FailureKind.MALFORMED, id="another id"),
        pytest.param(truncated, FailureKind.MALFORMED, id="truncated again"),
        pytest.param(lambda query: [b""], FailureKind.MALFORMED, id="an empty message"),
    ],
)
async def test_truncation_without_a_usable_tcp_answer(tcp: Answering | None, kind: FailureKind) -> None:
    assert (await failure("www.example", truncated, tcp)).kind is kind


@pytest.mark.parametrize(
    ("first", "word"),
    [
        pytest.param(says(rcode=dns.rcode.SERVFAIL), "SERVFAIL", id="servfail"),
        pytest.param(says(rcode=dns.rcode.REFUSED), "REFUSED", id="refused"),
        pytest.param(silent, "silence", id="silent"),
    ],
)
async def test_the_second_name_server_is_asked_when_the_first_does_not_answer(first: Answering, word: str) -> None:
    async with (
        nameserver(first) as lame,
        nameserver(WELL) as good,
        resolver(lame.address, good.address, patience=2) as asking,
    ):
        assert await asking.resolve("www.example", deadline=soon()) == ("192.0.2.1",)
        assert len(lame.asked) == 1, word
        await asking.resolve("www.example", deadline=soon(), fresh=True)
        assert len(lame.asked) == 1, "who answered is asked first from then on"


async def test_a_dead_first_name_server_costs_nothing_but_its_turn() -> None:
    async with nameserver(WELL) as good, resolver(closed_port("127.53.0.2"), good.address) as asking:
        assert await asking.resolve("www.example", deadline=soon()) == ("192.0.2.1",)
        assert asking.nameservers[0] == good.address


async def test_a_word_about_the_name_counts_before_a_silence_and_both_are_told() -> None:
    async with (
        nameserver(says(rcode=dns.rcode.SERVFAIL)) as first,
        nameserver(silent) as second,
        resolver(first.address, second.address, patience=HASTY) as asking,
    ):
        with pytest.raises(ExchangeFailed) as failed:
            await asking.resolve("www.example", deadline=soon())
        assert failed.value.failure.kind is FailureKind.SERVFAIL
        assert failed.value.failure.detail == f"{first.address}: SERVFAIL; {second.address}: tidak menjawab"


async def test_nxdomain_is_final_and_the_second_name_server_is_not_asked() -> None:
    async with (
        nameserver(says(rcode=dns.rcode.NXDOMAIN, authority=[SOA])) as first,
        nameserver(WELL) as second,
        resolver(first.address, second.address) as asking,
    ):
        with pytest.raises(ExchangeFailed):
            await asking.resolve("www.example", deadline=soon())
        assert second.asked == []


async def test_a_name_server_on_ipv6_is_asked() -> None:
    async with nameserver(WELL, host="::1") as server, resolver(server.address) as asking:
        assert await asking.resolve("www.example", deadline=soon()) == ("192.0.2.1",)
        assert asking.nameservers == (server.address,)


async def test_name_servers_come_from_resolv_conf_and_follow_its_changes(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text("# comment\nsearch example\nnameserver 127.0.0.53\nnameserver not-an-address\nnameserver ::1\n")
    async with resolver(resolv_conf=path) as asking:
        seen = [asking.nameservers]
        path.write_text("nameserver 127.0.0.54 # moved, and longer than before: the size differs\n")
        seen.append(asking.nameservers)
        path.write_text("")
        seen.append(asking.nameservers)
    # The last: a file caught half written does not leave us with nobody.
    assert seen == [("127.0.0.53:53", "[::1]:53"), ("127.0.0.54:53",), ("127.0.0.54:53",)]


async def test_without_any_name_server_a_look_up_says_so(tmp_path: Path) -> None:
    async with resolver(resolv_conf=tmp_path / "missing") as asking:
        with pytest.raises(ExchangeFailed) as failed:
            await asking.resolve("www.example", deadline=soon())
    assert failed.value.failure.kind is FailureKind.TIMEOUT
    assert "tidak ada server nama" in failed.value.failure.detail


async def test_a_query_tells_records_aliases_and_who_said_so() -> None:
    answering = says("mail.example. 60 IN CNAME mx.example.", "mx.example. 30 IN MX 10 in.example.")
    async with nameserver(answering) as server, resolver(server.address) as asking:
        answer = await asking.query("mail.example", "MX", deadline=soon())
    assert answer == Answer(
        name="mail.example",
        rdtype="MX",
        exists=True,
        records=answer.records,
        aliases=("mx.example",),
        ttl=30,
        server=server.address,
    )
    assert (answer.texts, answer.canonical) == (("10 in.example.",), "mx.example")


@pytest.mark.parametrize(
    ("udp", "exists"),
    [
        pytest.param(says(authority=[SOA]), True, id="no data"),
        pytest.param(says(rcode=dns.rcode.NXDOMAIN, authority=[SOA]), False, id="no such name"),
    ],
)
async def test_a_query_answers_with_nothing_rather_than_failing(udp: Answering, *, exists: bool) -> None:
    async with nameserver(udp) as server, resolver(server.address) as asking:
        answer = await asking.query("www.example", "TXT", deadline=soon())
    assert (answer.exists, answer.records, answer.ttl) == (exists, (), 20)


async def the_wire() -> None:
    """All that touches the loop: datagrams, a stream, a closed port, silence."""
    assert await resolve("www.example", WELL) == ("192.0.2.1",)
    assert await resolve("www.example", truncated, says(A)) == ("192.0.2.1",)
    assert (await failure("www.example", truncated)).kind is FailureKind.TIMEOUT
    assert (await failure("www.example", silent, patience=HASTY)).kind is FailureKind.TIMEOUT
    async with nameserver(WELL) as good, resolver(closed_port("127.53.0.3"), good.address) as asking:
        assert await asking.resolve("www.example", deadline=soon()) == ("192.0.2.1",)


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_either_event_loop_will_do(loop_factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner(loop_factory=loop_factory, debug=True) as runner:
        runner.run(the_wire())
