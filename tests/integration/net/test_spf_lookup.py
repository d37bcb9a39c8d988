"""SPF evaluated over the real resolver, against a name server that answers, denies, fails and is silent."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from ipaddress import ip_address

import dns.rcode
import pytest

from monitor.net.spf_lookup import SpfLookup
from monitor.standards.spf_evaluate import Evaluation, LookupFailed, evaluate
from tests.integration.net.asking import HASTY, PATIENT, resolver, soon
from tests.integration.net.nameserver import SOA, Answering, Packet, Query, nameserver, reply, silent

RECORDS = (
    'a.example. 60 IN TXT "v=spf1 include:b.exa" "mple mx exists:%{ir}.x.example -all"',
    'b.example. 60 IN TXT "v=spf1 a:six.example ?all"',
    'broken.example. 60 IN TXT "v=spf1 a:servfail.example -all"',
    'quiet.example. 60 IN TXT "v=spf1 a:silent.example -all"',
    'null.example. 60 IN TXT "v=spf1 mx -all"',
    "null.example. 60 IN MX 0 .",
    "a.example. 60 IN MX 20 m2.example.",
    "a.example. 60 IN MX 10 M1.example.",
    "m1.example. 60 IN A 192.0.2.1",
    "m2.example. 60 IN A 192.0.2.2",
    "six.example. 60 IN AAAA 2001:db8::1",
    "1.2.0.192.in-addr.arpa. 60 IN PTR M1.example.",
)


def zone(query: Query) -> list[Packet]:
    """The records; NODATA and NXDOMAIN as they should be."""
    name, rdtype = query.question[0].name.to_text().lower(), query.question[0].rdtype.name
    if name.startswith("servfail."):
        return [reply(query, rcode=dns.rcode.SERVFAIL)]
    if name.startswith("silent."):
        return list(silent(query))
    at = [line for line in RECORDS if line.startswith(f"{name} ")]
    found = [line for line in at if line.split()[3] == rdtype]
    rcode = dns.rcode.NOERROR if at else dns.rcode.NXDOMAIN
    return [reply(query, *found, rcode=rcode, authority=[] if found else [SOA])]


@contextlib.asynccontextmanager
async def lookup(answering: Answering = zone, *, patience: float = PATIENT) -> AsyncIterator[SpfLookup]:
    async with nameserver(answering) as server, resolver(server.address, patience=patience) as asking:
        yield SpfLookup(asking, soon())


async def judged(ip: str, domain: str, *, patience: float = PATIENT) -> Evaluation:
    async with lookup(patience=patience) as names:
        return await evaluate(domain, ip, f"u@{domain}", "h.example", names)


@pytest.mark.parametrize(
    ("ip", "domain", "result"),
    [
        pytest.param("192.0.2.2", "a.example", "pass", id="an MX, the record in two strings"),
        pytest.param("2001:db8::1", "a.example", "pass", id="an AAAA behind an include"),
        pytest.param("192.0.2.9", "a.example", "fail", id="nobody"),
        pytest.param("192.0.2.1", "null.example", "fail", id="a null MX is nobody"),
        pytest.param("192.0.2.1", "m1.example", "none", id="no TXT"),
        pytest.param("192.0.2.1", "nowhere.example", "none", id="no such name"),
        pytest.param("192.0.2.1", "broken.example", "temperror", id="SERVFAIL"),
    ],
)
async def test_the_result_follows_from_what_the_name_server_says(ip: str, domain: str, result: str) -> None:
    assert (await judged(ip, domain)).result.value == result


async def test_silence_is_a_passing_error_and_never_absence() -> None:
    assert (await judged("192.0.2.1", "quiet.example", patience=HASTY)).result.value == "temperror"


async def test_names_come_bare_and_in_order() -> None:
    async with lookup() as names:
        assert await names.mx("a.example") == ("m1.example", "m2.example")
        assert await names.ptr(ip_address("192.0.2.1")) == ("m1.example",)


async def test_what_cannot_be_a_name_does_not_exist() -> None:
    async with lookup() as names:
        assert await names.txt("a b.example") == ()


async def test_a_failure_says_what_happened() -> None:
    async with lookup() as names:
        with pytest.raises(LookupFailed, match="servfail"):
            await names.addresses("servfail.example", 4)


async def test_an_evaluation_can_be_written_down() -> None:
    assert json.dumps(asdict(await judged("192.0.2.2", "a.example")))
