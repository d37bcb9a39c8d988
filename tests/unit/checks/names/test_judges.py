"""What is found wrong with a site's name, by what those in charge, our resolver and its target said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest

from monitor import catalogue
from monitor.checks.base import Policy, judge
from monitor.checks.names import Naming, names
from monitor.checks.names.facts import Claim, Resolved, Six, Voice
from monitor.checks.names.takeover import SERVICES, by_name, service_of
from monitor.domains import Domains
from monitor.model import Finding, Kind, Severity, Target
from monitor.net.dns_said import Word
from monitor.net.facts import Phase
from monitor.settings import Names
from tests.unit.checks.seeing import target

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
HOST, ZONE = "dinkominfo.purbalinggakab.go.id", "purbalinggakab.go.id"
HERE, THERE = "203.0.113.9", "198.51.100.7"
POLICY = Policy(domains=Domains(frozenset({ZONE})))
CHECK = names(Names())
AT_HOME = names(Names(home_networks=(ip_network("203.0.113.0/24"),)))


def voice(server: str = "ns1.go.id", *addresses: str, word: Word = Word.RECORDS, **values: Any) -> Voice:
    return Voice(server=server, address="203.0.113.53", word=word, addresses=addresses, **values)


def resolved(*addresses: str, **values: Any) -> Resolved:
    return Resolved(**{"exists": True, "addresses": addresses, **values})


NOWHERE = resolved(exists=False)
WELL = (voice("ns1.go.id", HERE), voice("ns2.go.id", HERE))


def naming(*voices: Voice, host: str = HOST, **values: Any) -> Naming:
    chosen = voices or WELL
    every = {"resolved": resolved(HERE), "addresses": (HERE,), "six": Six.ABSENT, **values}
    return Naming(**{"host": host, "zone": ZONE, "voices": chosen, **every})


def found(facts: Naming, check: Any = CHECK) -> Mapping[str, Finding]:
    return {finding.code: finding for finding in judge(check, target(), facts, POLICY, NOW)[0]}


def led(*aliases: str, claim: Claim = Claim.NONE, service: str = "", exists: bool = False) -> Naming:
    voices = tuple(voice(server, aliases=aliases[:1]) for server in ("ns1.go.id", "ns2.go.id"))
    addresses = (THERE,) if exists else ()
    told = resolved(*addresses, exists=exists, aliases=aliases)
    return naming(*voices, resolved=told, addresses=addresses, claim=claim, service=service)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        pytest.param(naming(), set(), id="all agree"),
        pytest.param(
            naming(voice("ns1.go.id", HERE), voice("ns2.go.id", THERE)), {"names.inconsistent"}, id="two addresses"
        ),
        pytest.param(
            naming(voice("ns1.go.id", HERE), voice("ns2.go.id", word=Word.NXDOMAIN)),
            {"names.inconsistent"},
            id="one denies it",
        ),
        pytest.param(
            naming(voice("ns1.go.id", HERE), voice("ns2.go.id", word=Word.NODATA)),
            {"names.inconsistent"},
            id="one has no address",
        ),
        pytest.param(naming(voice("ns1.go.id", HERE), voice("ns2.go.id", word=Word.SILENT)), set(), id="one is silent"),
        pytest.param(naming(voice("ns1.go.id", HERE), voice("ns2.go.id", word=Word.LAME)), set(), id="one is lame"),
        pytest.param(
            naming(voice("a.dns.example", HERE), voice("b.dns.example", THERE), host="www.great.example"),
            set(),
            id="great services answer everybody differently",
        ),
        pytest.param(
            naming(voice("a.x.example", HERE), voice("b.x.example", word=Word.NXDOMAIN), host="www.great.example"),
            {"names.inconsistent"},
            id="but they exist everywhere",
        ),
        pytest.param(naming(resolved=NOWHERE), {"names.resolver_disagrees"}, id="the resolver says NXDOMAIN"),
        pytest.param(
            naming(resolved=Resolved(failure="servfail", words="SERVFAIL")),
            {"names.resolver_disagrees"},
            id="the resolver fails",
        ),
        pytest.param(naming(resolved=resolved()), {"names.resolver_disagrees"}, id="the resolver has no address"),
        pytest.param(naming(resolved=Resolved(failure="busy", ours=True)), set(), id="the failure is ours"),
        pytest.param(
            naming(voice(word=Word.NXDOMAIN), resolved=NOWHERE, addresses=()), set(), id="nobody has the name"
        ),
        pytest.param(naming(resolved=resolved(THERE)), set(), id="the resolver has an older address"),
        pytest.param(led("gone.example"), {"names.dangling_cname"}, id="alias of nobody"),
        pytest.param(led("there.example", exists=True), set(), id="alias of somebody"),
        pytest.param(
            led("x.azurewebsites.net", claim=Claim.NXDOMAIN, service="Microsoft Azure"),
            {"names.takeover_possible"},
            id="unclaimed by the DNS, which is not said twice",
        ),
        pytest.param(
            led("x.github.io", claim=Claim.BODY, service="GitHub Pages", exists=True),
            {"names.takeover_possible"},
            id="unclaimed by the page",
        ),
        pytest.param(led("x.github.io", service="GitHub Pages", exists=True), set(), id="claimed"),
        pytest.param(naming(six=Six.UNREACHED, six_words="x"), {"names.ipv6_unreachable"}, id="dead IPv6"),
        pytest.param(naming(six=Six.REACHED), set(), id="living IPv6"),
        pytest.param(naming(private=("10.0.0.1 (private)",)), {"names.private_address"}, id="inner address"),
    ],
)
def test_a_name_gets_its_findings(facts: Naming, codes: set[str]) -> None:
    assert set(found(facts)) == codes


@pytest.mark.parametrize(
    ("facts", "unseen"),
    [
        pytest.param(naming(six=Six.UNKNOWN), {"names.ipv6_unreachable"}, id="no IPv6 here"),
        pytest.param(naming(voice("ns1.go.id", HERE)), {"names.inconsistent"}, id="one voice only"),
        pytest.param(
            naming(voice(word=Word.SILENT)),
            {"names.inconsistent", "names.resolver_disagrees", "names.private_address"},
            id="nobody in charge was heard",
        ),
        pytest.param(
            naming(resolved=Resolved(failure="timeout")),
            {"names.dangling_cname", "names.takeover_possible"},
            id="the resolver is silent: whether the alias ends nowhere is not known",
        ),
        pytest.param(
            naming(resolved=Resolved(failure="busy", ours=True)),
            {"names.dangling_cname", "names.takeover_possible", "names.resolver_disagrees"},
            id="our own failure",
        ),
        pytest.param(led("x.github.io", claim=Claim.UNKNOWN, exists=True), {"names.takeover_possible"}, id="no page"),
    ],
)
def test_what_could_not_be_looked_at_opens_and_closes_nothing(facts: Naming, unseen: set[str]) -> None:
    codes = judge(CHECK, target(), facts, POLICY, NOW)[1]
    assert codes == {rule.code for rule in CHECK.rules} - unseen - {"names.foreign_address"}


def test_servers_out_of_step_are_given_regular_turns_to_catch_up() -> None:
    assert [rule.code for rule in CHECK.rules if not rule.quick] == ["names.inconsistent"]


def test_a_service_that_asks_for_proof_makes_the_takeover_less_urgent() -> None:
    def severity(service: str) -> Severity:
        facts = led("x", claim=Claim.BODY, service=service, exists=True)
        return found(facts)["names.takeover_possible"].severity

    assert severity("GitHub Pages") is Severity.CRITICAL
    assert severity("Vercel") is Severity.HIGH


@pytest.mark.parametrize(
    ("addresses", "away"),
    [
        pytest.param((HERE,), [], id="at home"),
        pytest.param((THERE, HERE), [THERE], id="one away"),
        pytest.param(("2001:db8::1",), ["2001:db8::1"], id="the other version is away, too"),
    ],
)
def test_addresses_outside_the_home_networks_are_told_when_these_are_set(addresses: Any, away: list[str]) -> None:
    facts = naming(voice("ns1.go.id", *addresses), voice("ns2.go.id", *addresses))
    finding = found(facts, AT_HOME).get("names.foreign_address")
    assert (finding.detail["addresses"] if finding else []) == away
    assert "names.foreign_address" not in found(facts)


@pytest.mark.parametrize(
    ("voices", "told", "published"),
    [
        pytest.param(WELL, (THERE,), (HERE,), id="those in charge have it otherwise"),
        pytest.param((voice(aliases=("x.example",)),), (THERE,), (THERE,), id="they only say where else to ask"),
        pytest.param((voice(THERE, word=Word.SILENT),), (THERE,), (), id="they are silent"),
    ],
)
def test_what_a_resolver_inside_says_is_not_what_the_public_gets(
    voices: tuple[Voice, ...], told: tuple[str, ...], published: tuple[str, ...]
) -> None:
    assert naming(*voices, resolved=resolved(*told)).published == published


@pytest.mark.parametrize(
    ("aliases", "service"),
    [
        pytest.param(["purbalingga.github.io"], "GitHub Pages", id="by suffix"),
        pytest.param(["github.io"], "GitHub Pages", id="the suffix itself"),
        pytest.param(["notgithub.io"], None, id="not by letters"),
        pytest.param(["x.github.io.attacker.example"], None, id="not in the middle"),
        pytest.param(["cdn.example", "y.azurewebsites.net"], "Microsoft Azure", id="further down the chain"),
        pytest.param(["y.azurewebsites.net", "waws.cloudapp.net"], "Microsoft Azure", id="the last counts"),
        pytest.param([], None, id="no alias"),
    ],
)
def test_a_service_is_known_by_whole_labels(aliases: list[str], service: str | None) -> None:
    known = service_of(aliases)
    assert (known.name if known else None) == service


def test_every_service_can_be_told_and_told_apart() -> None:
    assert all(service.marks or service.nxdomain for service in SERVICES)
    assert all(service.suffixes for service in SERVICES)
    assert len({service.name for service in SERVICES}) == len(SERVICES)
    assert {by_name(service.name) for service in SERVICES} == set(SERVICES)


@pytest.mark.parametrize(
    ("site", "applies"),
    [
        pytest.param(target(), True, id="a site"),
        pytest.param(target("http://36.66.181.23/sidomas/"), False, id="an address has no name"),
        pytest.param(
            Target(kode="onje.desa.id", kind=Kind.DOMAIN, name="onje.desa.id", url="dns://onje.desa.id"),
            False,
            id="a domain has its own check",
        ),
    ],
)
def test_every_site_with_a_name_is_looked_at(site: Target, applies: object) -> None:
    assert CHECK.applies(site) is applies


@pytest.mark.parametrize(
    ("told", "phase"),
    [
        pytest.param(Resolved(failure="timeout"), Phase.DNS, id="silent"),
        pytest.param(Resolved(failure="servfail"), Phase.DNS, id="fails"),
        pytest.param(NOWHERE, Phase.DNS, id="denies the name"),
        pytest.param(resolved(), Phase.DNS, id="knows no address"),
        pytest.param(resolved(HERE), None, id="knows an address"),
    ],
)
def test_the_vantage_is_asked_about_our_resolver_when_it_knows_no_address(told: Resolved, phase: Phase | None) -> None:
    assert CHECK.failed(naming(resolved=told)) is phase


def test_a_changed_address_shows_in_what_is_kept() -> None:
    before = json.loads(json.dumps(CHECK.remember(naming())))
    after = json.loads(json.dumps(CHECK.remember(naming(addresses=(THERE,)))))
    assert before != after
    assert before["addresses"] == [HERE]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        pytest.param(
            led("gone.example"),
            f"Nama {HOST} adalah alias (CNAME) menuju gone.example, yang tidak ada.",
            id="dangling",
        ),
        pytest.param(
            led("x.github.io", claim=Claim.BODY, service="GitHub Pages", exists=True),
            f"Nama {HOST} mengarah ke x.github.io di layanan GitHub Pages, yang menyatakan bahwa tidak ada situs "
            "dengan nama itu.",
            id="takeover",
        ),
        pytest.param(
            naming(resolved=NOWHERE),
            f"Server ns1.go.id memberi alamat {HERE} untuk {HOST}, tetapi resolver tidak mendapatkannya (NXDOMAIN).",
            id="resolver",
        ),
    ],
)
def test_the_evidence_is_in_the_sentence(facts: Naming, sentence: str) -> None:
    (finding,) = found(facts).values()
    assert catalogue.describe(finding) == sentence
