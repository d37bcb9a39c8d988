"""The looks at a mail domain against name servers and web servers that misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dns.rcode
import pytest

from monitor.checks.base import Context
from monitor.checks.mail.facts import Exchangers, PolicyFault, PolicyFile, Trouble
from monitor.checks.mail.looks import mta_sts, policies, spf
from monitor.checks.mail.looks.asking import Asker
from monitor.checks.mail.looks.exchangers import Caller
from monitor.checks.mail.manners import Manners
from monitor.net import Network
from monitor.net.dial import Dialer
from monitor.net.dns import Resolver
from monitor.net.facts import FailureKind
from monitor.net.http import ProbeTransport
from monitor.net.smtp import Smtp
from monitor.settings import Net
from tests.integration.checks.asking import LOOPBACK
from tests.integration.net.asking import resolver
from tests.integration.net.mailing import posting
from tests.integration.net.misbehaving import Authority, Handler, Site, answering, endless, request_of, serving
from tests.integration.net.nameserver import SOA, Packet, Query, nameserver, reply

DOMAIN = "surel.example"
STS_HOST = f"mta-sts.{DOMAIN}"
POLICY = b"version: STSv1\r\nmode: enforce\r\nmx: mx.surel.example\r\nmax_age: 604800\r\n"


def answers(zone: Mapping[str, list[str]]) -> Any:
    """A name server of `NAME TYPE` → data; SERVFAIL for a line that says so, NODATA for other types of a known name."""

    def answer(query: Query) -> list[Packet]:
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True)
        alias = zone.get(f"{name} CNAME", [])
        lines = [f"{name}. 60 IN CNAME {target}." for target in alias]
        at = alias[0] if alias else name
        data = zone.get(f"{at} {question.rdtype.name}", [])
        if data == ["SERVFAIL"]:
            return [reply(query, rcode=dns.rcode.SERVFAIL)]
        lines += [f"{at}. 60 IN {question.rdtype.name} {each}" for each in data]
        known = {key.split()[0] for key in zone}
        rcode = dns.rcode.NOERROR if lines or name in known else dns.rcode.NXDOMAIN
        return [reply(query, *lines, rcode=rcode, authority=() if data else (SOA,))]

    return answer


@asynccontextmanager
async def asking(
    zone: Mapping[str, list[str]], authority: Authority, ports: Mapping[str, int] | None = None
) -> AsyncIterator[Asker]:
    """The looks' way to the world: a name server of *zone*, and *ports* in place of the usual ones."""
    async with nameserver(answers(zone)) as server, resolver(server.address, patience=2.0) as names:
        net = Net(
            allowed_networks=LOOPBACK,
            extra_ca=(authority.pem,),
            system_ca=False,
            connect_to={f"*:{usual}": f":{port}" for usual, port in (ports or {}).items()},
        )
        yield Asker(_context(net, names), asyncio.get_running_loop().time() + 5)


def _context(net: Net, names: Resolver) -> Context:
    seam = SimpleNamespace(
        http=ProbeTransport(net, names), resolver=names, smtp=Smtp(net, Dialer(net, names)), vantage=None
    )
    return Context(cast("Network", seam))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


async def where(asker: Asker, manners: Manners | None = None) -> Exchangers | Trouble:
    caller = Caller(asker=asker, manners=manners or Manners(), helo="pemantau.example.id", port=25)
    return await caller.exchangers(DOMAIN)


@pytest.mark.parametrize(
    ("zone", "records", "exists", "implicit"),
    [
        pytest.param({}, (), False, (), id="no such domain"),
        pytest.param({f"{DOMAIN} TXT": ["x"]}, (), True, (), id="nothing for mail"),
        pytest.param({f"{DOMAIN} A": ["127.0.0.1"]}, (), True, ("127.0.0.1",), id="only an address"),
        pytest.param({f"{DOMAIN} MX": ["0 ."]}, ((0, ""),), True, (), id="null MX"),
    ],
)
async def test_domains_without_a_mail_server(
    authority: Authority,
    zone: Mapping[str, list[str]],
    records: tuple[tuple[int, str], ...],
    exists: object,
    implicit: tuple[str, ...],
) -> None:
    async with asking(zone, authority) as asker:
        found = await where(asker)

    assert isinstance(found, Exchangers)
    assert (found.records, found.exists, found.implicit, found.hosts) == (records, exists, implicit, ())


async def test_a_name_server_that_fails_is_trouble(authority: Authority) -> None:
    async with asking({f"{DOMAIN} MX": ["SERVFAIL"]}, authority) as asker:
        found = await where(asker)

    assert isinstance(found, Trouble)
    assert found.kind == FailureKind.SERVFAIL


async def test_each_kind_of_name_in_an_mx_is_told_apart_and_each_server_called_once(authority: Authority) -> None:
    zone = {
        f"{DOMAIN} MX": ["30 alias.surel.example.", "10 mx.surel.example.", "40 192.0.2.1.", "20 lost.surel.example."],
        "mx.surel.example A": ["127.0.0.1"],
        "1.0.0.127.in-addr.arpa PTR": ["mx.surel.example."],
        "_25._tcp.mx.surel.example TLSA": [f"3 1 1 {'ab' * 32}"],
        "alias.surel.example CNAME": ["mx.surel.example"],
    }
    async with (
        posting(tls=authority.good("mx.surel.example")) as post,
        asking(zone, authority, {"25": post.port}) as asker,
    ):
        found = await where(asker)

    assert isinstance(found, Exchangers)
    mx, lost, alias, literal = found.hosts
    assert [host.host for host in found.hosts] == [
        "mx.surel.example",
        "lost.surel.example",
        "alias.surel.example",
        "192.0.2.1",
    ]
    assert (mx.alias, alias.alias, lost.addresses, literal.session) == ("", "mx.surel.example", (), None)
    assert mx.reverse is not None
    assert not isinstance(mx.reverse, Trouble)
    assert mx.reverse.confirmed
    assert not isinstance(mx.tlsa, Trouble)
    assert [record.data for record in mx.tlsa.records] == ["ab" * 32]
    assert not mx.tlsa.authenticated
    assert post.commands.count("QUIT") == 2  # the alias has a name of its own, and fails to verify under it once


async def test_no_more_than_four_servers_are_looked_at(authority: Authority) -> None:
    zone = {f"{DOMAIN} MX": [f"{number} mx{number}.surel.example." for number in range(7)]}
    async with asking(zone, authority) as asker:
        found = await where(asker)

    assert isinstance(found, Exchangers)
    assert (len(found.hosts), found.left_out, len(found.records)) == (4, 3, 7)


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(POLICY) + POLICY


@pytest.mark.parametrize(
    ("handler", "fault"),
    [
        pytest.param(answering(PLAIN), PolicyFault.NONE, id="good"),
        pytest.param(
            answering(b"HTTP/1.1 301 M\r\nLocation: https://x.example/\r\nContent-Length: 0\r\n\r\n"),
            PolicyFault.REDIRECT,
            id="redirect",
        ),
        pytest.param(answering(PLAIN.replace(b"200 OK", b"404 No")), PolicyFault.ABSENT, id="404"),
        pytest.param(answering(PLAIN.replace(b"200 OK", b"500 No")), PolicyFault.STATUS, id="500"),
        pytest.param(answering(PLAIN.replace(b"text/plain", b"text/html")), PolicyFault.TYPE, id="a page"),
        pytest.param(
            endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", b"mx: a.example\r\n" * 99),
            PolicyFault.SIZE,
            id="endless",
        ),
    ],
)
async def test_a_policy_is_taken_only_as_the_standard_has_it(
    authority: Authority, handler: Handler, fault: PolicyFault
) -> None:
    async with serving(handler, tls=authority.good(STS_HOST)) as site:
        policy = await _policy(authority, site)

    assert isinstance(policy, PolicyFile)
    assert policy.fault is fault
    assert policy.text == (POLICY.decode() if fault is PolicyFault.NONE else "")
    assert site.connections == 1


async def test_a_policy_under_another_s_certificate_is_none(authority: Authority) -> None:
    async with serving(answering(PLAIN), tls=authority.good("lain.example")) as site:
        policy = await _policy(authority, site)

    assert isinstance(policy, PolicyFile)
    assert policy.fault is PolicyFault.CERTIFICATE


async def test_a_policy_server_that_hangs_up_is_trouble_and_no_missing_policy(authority: Authority) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)

    async with serving(hang_up, tls=authority.good(STS_HOST)) as site:
        policy = await _policy(authority, site)

    assert isinstance(policy, Trouble)


async def test_a_policy_host_that_does_not_exist_is_a_missing_policy(authority: Authority) -> None:
    async with asking({}, authority) as asker:
        seen = await mta_sts.mta_sts(asker, DOMAIN)

    assert seen.texts == ()
    assert isinstance(seen.policy, PolicyFile)
    assert seen.policy.fault is PolicyFault.ABSENT


async def _policy(authority: Authority, site: Site) -> PolicyFile | Trouble:
    async with asking({f"{STS_HOST} A": ["127.0.0.1"]}, authority, {"443": site.port}) as asker:
        return (await mta_sts.mta_sts(asker, DOMAIN)).policy


async def test_reports_to_a_stranger_are_asked_about_at_the_strangers(authority: Authority) -> None:
    zone = {
        f"_dmarc.{DOMAIN} TXT": ['"v=DMARC1; p=reject; " "rua=mailto:a@willing.example,mailto:b@other.example"'],
        f"{DOMAIN}._report._dmarc.willing.example TXT": ['"v=DMARC1"'],
    }
    async with asking(zone, authority) as asker:
        found = await policies.dmarc(asker, DOMAIN)

    assert not isinstance(found, Trouble)
    assert {report.domain: report.authorised for report in found.reports} == {
        "willing.example": True,
        "other.example": False,
    }


async def test_spf_is_followed_and_silence_on_the_way_is_kept_apart(authority: Authority) -> None:
    zone = {
        f"{DOMAIN} TXT": ['"v=spf1 include:a.example include:b.example include:c.example -all"', '"v=spf10 -all"'],
        "a.example TXT": ['"v=spf1 a:gone.example ~all"'],
        "b.example TXT": ["SERVFAIL"],
    }
    async with asking(zone, authority) as asker:
        found = await spf.spf(asker, DOMAIN)

    assert not isinstance(found, Trouble)
    assert len(found.texts) == 1
    assert found.survey is not None
    assert (found.survey.lookups, found.survey.unanswered) == (4, ("b.example",))
    assert [fault.domain for fault in found.survey.faults] == ["c.example"]


async def test_a_key_is_looked_for_under_its_selector(authority: Authority, tmp_path: Path) -> None:
    zone = {f"a._domainkey.{DOMAIN} TXT": ['"v=DKIM1; p="'], f"c._domainkey.{DOMAIN} TXT": ["SERVFAIL"]}
    async with asking(zone, authority) as asker:
        found = await policies.dkim(asker, DOMAIN, ("a", "b", "c"))

    assert [selector.texts for selector in found[:2]] == [("v=DKIM1; p=",), ()]
    assert isinstance(found[2].texts, Trouble)
