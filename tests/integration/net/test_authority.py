"""Asking authoritative servers: together, within bounds, and never holding our own troubles against them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import dns.flags
import dns.rcode
import pytest

from monitor.net.authority import Authority
from monitor.net.dns import Resolver
from monitor.net.dns_said import Word
from monitor.net.facts import ExchangeFailed
from monitor.settings import Dns, Net
from tests.integration.net.asking import by_type, soon
from tests.integration.net.nameserver import Answering, NameServer, Packet, Query, nameserver, reply, says, silent

ZONE, SERVER = "onje.desa.id", "127.31.5.53"
SOA = f"{ZONE}. 60 IN SOA ns. admin. 1 2 3 4 5"


def authoritative(query: Query, *answer: str) -> Query:
    made = reply(query, *answer)
    made.flags |= dns.flags.AA
    return made


def well(query: Query) -> list[Packet]:
    return [authoritative(query, SOA)]


@contextlib.asynccontextmanager
async def asking(
    answering: Answering,
    *,
    tcp: Answering | None = None,
    resolver: Answering = silent,
    patience: float = 0.4,
    **net: Any,
) -> AsyncIterator[tuple[Authority, NameServer, NameServer]]:
    """An authority that finds *answering* at `SERVER`, and a resolver that answers with *resolver*."""
    async with nameserver(answering, tcp, host=SERVER) as server, nameserver(resolver) as names:
        port = server.address.rpartition(":")[2]
        chosen = {"allowed_networks": (ip_network("127.0.0.0/8"),), "connect_to": {"*:53": f":{port}"}, **net}
        settings = Dns(nameservers=(names.address,), timeout=timedelta(seconds=patience))
        asked = Resolver(settings)
        authority = Authority(settings, Net(**chosen), asked)
        try:
            yield authority, server, names
        finally:
            await authority.aclose()
            await asked.aclose()


async def ask(authority: Authority, **values: Any) -> Any:
    given = {"zone": ZONE, "deadline": soon(), **values}
    return await authority.ask("ns", SERVER, ZONE, "SOA", **given)


async def test_no_recursion_is_asked_for() -> None:
    wanted: list[bool] = []

    def noting(query: Query) -> list[Packet]:
        wanted.append(bool(query.flags & dns.flags.RD))
        return well(query)

    async with asking(noting) as (authority, _server, _names):
        said = await ask(authority)

    assert (said.word, wanted) == (Word.RECORDS, [False])


async def test_a_lost_datagram_is_asked_for_again() -> None:
    answers = iter([silent, well])

    def losing(query: Query) -> Iterable[Packet]:
        return next(answers)(query)

    async with asking(losing) as (authority, server, _names):
        said = await ask(authority)

    assert said.word is Word.RECORDS
    assert len(server.asked) == 2


async def test_a_silent_server_is_left_alone_for_a_while_unless_somebody_insists() -> None:
    async with asking(silent) as (authority, server, _names):
        first = await ask(authority)
        asked = len(server.asked)
        again = await ask(authority)
        unasked = len(server.asked)
        insisting = await ask(authority, fresh=True)

    assert [said.word for said in (first, again, insisting)] == [Word.SILENT] * 3
    assert asked == unasked == len(server.asked) // 2


async def test_silence_about_one_zone_says_nothing_of_another() -> None:
    def choosy(query: Query) -> Iterable[Packet]:
        return silent(query) if query.question[0].name.to_text() == f"{ZONE}." else well(query)

    async with asking(choosy) as (authority, _server, _names):
        first = await ask(authority)
        other = await authority.ask("ns", SERVER, "desa.id", "SOA", zone="desa.id", deadline=soon())

    assert (first.word, other.word is Word.SILENT) == (Word.SILENT, False)


async def test_an_answer_over_ipv6_is_noted() -> None:
    async with nameserver(well, host="::1") as server:
        port = server.address.rpartition(":")[2]
        net: dict[str, Any] = {"allowed_networks": (ip_network("::1/128"),), "connect_to": {"*:53": f":{port}"}}
        async with asking(well, **net) as (authority, _server, _names):
            before = authority.six_heard
            said = await authority.ask("ns", "::1", ZONE, "SOA", zone=ZONE, deadline=soon())
            after = authority.six_heard

    assert said.word is Word.RECORDS
    assert before is None
    assert after is not None


async def test_addresses_of_a_server_come_in_a_steady_order() -> None:
    later, sooner = "127.31.5.9", "127.31.5.10"

    def turning(query: Query) -> list[Packet]:
        return [reply(query, *(f"ns.x.example. 60 IN A {each}" for each in (later, sooner)))]

    async with asking(well, resolver=by_type(A=turning)) as (authority, _server, _names):
        (server,) = await authority.servers(["ns.x.example"], deadline=soon())

    assert server.addresses == (sooner, later)


async def test_our_own_deadline_is_not_the_servers_silence() -> None:
    async with asking(silent, patience=3) as (authority, server, _names):
        cut = await ask(authority, deadline=soon(0.1))
        answered = await ask(authority, deadline=soon(0.1))

    assert (cut.word, answered.word) == (Word.UNKNOWN, Word.UNKNOWN)
    assert len(server.asked) >= 2, "nobody was remembered as silent"


async def test_a_server_that_does_not_know_edns_is_asked_without() -> None:
    def old(query: Query) -> list[Packet]:
        return [reply(query, rcode=dns.rcode.FORMERR)] if query.edns >= 0 else well(query)

    async with asking(old) as (authority, _server, _names):
        assert (await ask(authority)).word is Word.RECORDS


async def test_a_long_answer_comes_over_tcp() -> None:
    def cut(query: Query) -> list[Packet]:
        made = authoritative(query)
        made.flags |= dns.flags.TC
        return [made]

    async with asking(cut, tcp=well) as (authority, server, _names):
        said = await ask(authority)

    assert said.word is Word.RECORDS
    assert [over for over, _question in server.asked] == ["udp", "tcp"]


@pytest.mark.parametrize("packet", [b"", b"\x00" * 11, b"\xff" * 600], ids=["empty", "short", "noise"])
async def test_noise_is_no_answer(packet: bytes) -> None:
    async with asking(lambda query: [packet]) as (authority, _server, _names):
        assert (await ask(authority)).word is Word.SILENT


async def test_rubbish_under_our_own_id_is_no_answer_of_an_authority() -> None:
    def rubbish(query: Query) -> list[Packet]:
        return [authoritative(query, SOA).to_wire()[:-9] + b"\xff" * 4]

    async with asking(rubbish) as (authority, _server, _names):
        assert (await ask(authority)).word is Word.LAME


async def test_an_address_that_is_not_public_is_never_asked() -> None:
    async with asking(well, allowed_networks=()) as (authority, server, _names):
        said = await ask(authority)

    assert said.word is Word.SILENT
    assert "bukan publik" in said.words
    assert server.asked == []


def registry(query: Query) -> list[Packet]:
    """The registry's server and the resolver in one: the zone's servers come with their glue."""
    made = reply(query, authority=(f"{ZONE}. 60 IN NS ns1.{ZONE}.",))
    made.additional.append(dns.rrset.from_text(f"ns1.{ZONE}.", 60, "IN", "A", "192.0.2.1"))
    return [made]


NAMES = by_type(NS=says("desa.id. 60 IN NS ns.desa.id."), A=says(f"ns.desa.id. 60 IN A {SERVER}"))


async def test_85_sites_of_one_zone_ask_its_parent_once() -> None:
    async with asking(registry, resolver=NAMES) as (authority, server, names):
        found = await asyncio.gather(*(authority.delegation(ZONE, deadline=soon()) for _site in range(85)))
        later = await authority.delegation(ZONE, deadline=soon())

    assert {each.servers[0].addresses for each in (*found, later)} == {("192.0.2.1",)}
    assert server.asked == [("udp", f"{ZONE} NS")]
    assert [question for _over, question in names.asked] == ["desa.id NS", "ns.desa.id A", "ns.desa.id AAAA"]


async def test_who_insists_asks_the_parent_anew_but_not_the_parents_parent() -> None:
    async with asking(registry, resolver=NAMES) as (authority, server, names):
        for _look in range(2):
            await authority.delegation(ZONE, deadline=soon(), fresh=True)

    assert len(server.asked) == 2
    assert len([question for _over, question in names.asked if question == "desa.id NS"]) == 1


@pytest.mark.parametrize(
    "answering",
    [
        pytest.param(silent, id="silent"),
        pytest.param(says(rcode=dns.rcode.REFUSED), id="refused"),
        pytest.param(says(rcode=dns.rcode.SERVFAIL), id="failed"),
        pytest.param(says(f"{ZONE}. 60 IN NS ns1.{ZONE}."), id="by hearsay: somebody in between answers"),
        pytest.param(says(rcode=dns.rcode.NXDOMAIN), id="denied by hearsay"),
    ],
)
async def test_a_parent_that_does_not_speak_with_authority_says_nothing_of_the_zone(answering: Answering) -> None:
    async with asking(answering, resolver=NAMES) as (authority, _server, _names):
        with pytest.raises(ExchangeFailed):
            await authority.delegation(ZONE, deadline=soon())


async def test_without_our_resolver_nobody_knows_the_parent() -> None:
    async with asking(registry, resolver=silent) as (authority, _server, _names):
        with pytest.raises(ExchangeFailed):
            await authority.delegation(ZONE, deadline=soon())


async def test_referrals_that_never_arrive_are_not_followed_for_ever() -> None:
    def deeper(query: Query) -> list[Packet]:
        made = reply(query, authority=("b.a.id. 60 IN NS ns.b.a.id.",))
        made.additional.append(dns.rrset.from_text("ns.b.a.id.", 60, "IN", "A", SERVER))
        return [made]

    names = by_type(NS=says("id. 60 IN NS ns.id."), A=says(f"ns.id. 60 IN A {SERVER}"))
    async with asking(deeper, resolver=names) as (authority, server, _names):
        with pytest.raises(ExchangeFailed):
            await authority.delegation("c.b.a.id", deadline=soon())

    assert len(server.asked) <= 5
