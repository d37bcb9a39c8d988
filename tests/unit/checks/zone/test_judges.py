"""What is found wrong with a zone, by what parent, servers and signatures said."""

from __future__ import annotations

import json

import pytest

from monitor import catalogue
from monitor.checks.zone import Delegated, zone
from monitor.model import Kind, Severity, State
from monitor.net.dns_said import Word
from monitor.net.dnssec import Security
from monitor.net.facts import Phase
from monitor.settings import Zone
from tests.unit.checks.seeing import target
from tests.unit.checks.zone.speaking import (
    CHECK,
    DOMAIN,
    GOOD,
    ONE,
    TARGET,
    TWO,
    findings,
    found,
    judged,
    lame,
    nameless,
    seen,
    silent,
    unheard,
    voice,
)

GONE = Delegated(zone=DOMAIN, parent="desa.id", exists=False, words="a.dns.id: NXDOMAIN")
SIX_ONE, SIX_TWO = "2001:db8:1::1", "2001:db8:2::1"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(seen(), set(), id="two good servers"),
        pytest.param(GONE, {("zone.not_found", DOMAIN)}, id="unknown to its parent"),
        pytest.param(seen(silent(), GOOD[1]), {("zone.ns_unreachable", ONE)}, id="one of two silent"),
        pytest.param(
            seen(voice(), silent(address="203.0.114.1"), GOOD[1]),
            {("zone.ns_unreachable", ONE)},
            id="one address of a server silent",
        ),
        pytest.param(seen(silent(), silent(TWO, "198.51.100.1")), {("zone.all_unreachable", DOMAIN)}, id="all silent"),
        pytest.param(
            seen(lame(), lame(TWO, "198.51.100.1", Word.SERVFAIL)), {("zone.all_unreachable", DOMAIN)}, id="all lame"
        ),
        pytest.param(
            seen(silent(), lame(TWO, "198.51.100.1")), {("zone.all_unreachable", DOMAIN)}, id="one silent, one lame"
        ),
        pytest.param(seen(lame(), GOOD[1]), {("zone.lame", ONE)}, id="one of two lame"),
        pytest.param(seen(lame(word=Word.SERVFAIL), GOOD[1]), {("zone.lame", ONE)}, id="one of two fails"),
        pytest.param(seen(voice(), unheard(), GOOD[1]), set(), id="no route to the IPv6 address of a server with both"),
        pytest.param(
            seen(silent(), unheard(), silent(TWO, "198.51.100.1")),
            {("zone.all_unreachable", DOMAIN)},
            id="all that can be reached from here are silent",
        ),
        pytest.param(
            seen(silent(), unheard(TWO)), {("zone.ns_unreachable", ONE)}, id="the other one cannot be heard from here"
        ),
        pytest.param(
            seen(silent(), nameless()), {("zone.all_unreachable", DOMAIN)}, id="one silent, the other's name unknown"
        ),
        pytest.param(
            seen(lame(), nameless()), {("zone.all_unreachable", DOMAIN)}, id="one lame, the other's name unknown"
        ),
        pytest.param(
            seen(silent(), GOOD[1], nameless("ns3.hoster.example")),
            {("zone.ns_unreachable", ONE)},
            id="one silent, one good, and a third whose name is unknown",
        ),
        pytest.param(
            seen(voice(), voice(TWO, "198.51.100.1", serial=8)), {("zone.serial_mismatch", DOMAIN)}, id="two serials"
        ),
        pytest.param(seen(voice()), {("zone.single_ns", DOMAIN)}, id="a single server, which is no network of several"),
        pytest.param(seen(voice(), voice(TWO, "203.0.113.254")), {("zone.one_network", DOMAIN)}, id="both in one /24"),
        pytest.param(seen(voice(), voice(TWO, "203.0.112.1")), set(), id="in neighbouring /24"),
        pytest.param(
            seen(voice(address=SIX_ONE), voice(TWO, "2001:db8:1:ffff::1")), {("zone.one_network", DOMAIN)}, id="one /48"
        ),
        pytest.param(
            seen(voice(), voice(TWO, "203.0.113.2"), voice(address=SIX_ONE), voice(TWO, SIX_TWO)),
            set(),
            id="one /24, and two /48",
        ),
        pytest.param(seen(voice(), voice(TWO, SIX_ONE)), set(), id="one by IPv4 and one by IPv6 cannot be compared"),
        pytest.param(
            seen(listed=(ONE, "ns3.hoster.example")), {("zone.parent_child_mismatch", DOMAIN)}, id="lists differ"
        ),
        pytest.param(seen(listed=(ONE,), shared=True), set(), id="the parent's own list cannot be seen"),
        pytest.param(seen(listed=None), set(), id="nobody said the zone's list"),
        pytest.param(
            seen(security=Security.BOGUS, security_words="kedaluwarsa", bogus=(ONE,)),
            {("zone.dnssec_bogus", DOMAIN)},
            id="bogus",
        ),
        pytest.param(seen(security=Security.INSECURE), {("zone.unsigned", DOMAIN)}, id="unsigned"),
        pytest.param(seen(security=Security.UNKNOWN), set(), id="signatures unknown"),
        pytest.param(seen(wildcard=("203.0.113.9",)), {("zone.wildcard", DOMAIN)}, id="wildcard"),
    ],
)
def test_a_zone_gets_its_findings(facts: Delegated, expected: set[tuple[str, str]]) -> None:
    assert found(facts) == expected


@pytest.mark.parametrize(
    ("facts", "unseen"),
    [
        pytest.param(seen(security=Security.UNKNOWN), {"zone.dnssec_bogus", "zone.unsigned"}, id="chain not walked"),
        pytest.param(seen(wildcard=None), {"zone.wildcard"}, id="no made-up name asked"),
        pytest.param(seen(listed=None), {"zone.parent_child_mismatch"}, id="no list"),
        pytest.param(seen(GOOD[0], silent(TWO, "198.51.100.1")), {"zone.serial_mismatch"}, id="one serial only"),
        pytest.param(
            seen(GOOD[0], nameless()),
            {"zone.ns_unreachable", "zone.lame", "zone.serial_mismatch", "zone.one_network"},
            id="a server whose address nobody could look up",
        ),
        pytest.param(GONE, {rule.code for rule in CHECK.rules} - {"zone.not_found"}, id="no zone at all"),
    ],
)
def test_what_could_not_be_looked_at_opens_and_closes_nothing(facts: Delegated, unseen: set[str]) -> None:
    assert judged(facts) == {rule.code for rule in CHECK.rules} - unseen


def test_a_dead_zone_is_down_and_a_bogus_one_degraded() -> None:
    states = {rule.code: rule.state for rule in CHECK.rules if rule.state}
    assert states == {
        "zone.not_found": State.DOWN,
        "zone.all_unreachable": State.DOWN,
        "zone.dnssec_bogus": State.DEGRADED,
    }


def test_what_a_zone_transfer_mends_by_itself_waits_for_a_second_look() -> None:
    at_once = {rule.code for rule in CHECK.rules if not rule.confirm}
    assert at_once == {
        "zone.single_ns",
        "zone.parent_child_mismatch",
        "zone.one_network",
        "zone.unsigned",
        "zone.wildcard",
    }


def test_servers_out_of_step_are_given_regular_turns_to_catch_up() -> None:
    assert [rule.code for rule in CHECK.rules if not rule.quick] == ["zone.serial_mismatch"]


def test_only_domains_have_a_zone_to_look_at_and_it_decides_their_state() -> None:
    check = zone(Zone())
    assert check.vital
    assert check.applies(TARGET)
    assert not check.applies(target())
    assert TARGET.kind is Kind.DOMAIN


@pytest.mark.parametrize(
    ("facts", "phase"),
    [
        pytest.param(seen(silent(), silent(TWO)), Phase.CONNECT, id="all silent"),
        pytest.param(seen(silent(), lame(TWO)), None, id="one answers, if only to refuse"),
        pytest.param(seen(voice(), nameless()), Phase.DNS, id="the name of one cannot be looked up"),
        pytest.param(
            seen(voice(), voice(TWO, "", word=Word.SILENT)), Phase.DNS, id="the name of one leads nowhere, we were told"
        ),
        pytest.param(seen(), None, id="all well"),
        pytest.param(GONE, None, id="the parent answered"),
    ],
)
def test_the_vantage_is_asked_when_everybody_is_silent(facts: Delegated, phase: Phase | None) -> None:
    assert CHECK.failed(facts) is phase


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        pytest.param(
            seen(lame(), GOOD[1]),
            f"Server nama {ONE} terdaftar untuk {DOMAIN}, tetapi menjawab tanpa wewenang: 203.0.113.1: REFUSED.",
            id="lame",
        ),
        pytest.param(
            seen(silent(), nameless()),
            f"Tidak satu pun server nama domain {DOMAIN} yang dapat ditanya memberi jawaban; nama server lainnya tidak "
            f"dapat dicari: 203.0.113.1: tidak menjawab, {TWO}: SERVFAIL.",
            id="dead as far as anybody can see",
        ),
        pytest.param(
            seen(listed=(ONE,)), f"Daftar NS domain {DOMAIN} berbeda: hanya di induk {TWO}.", id="only at the parent"
        ),
        pytest.param(
            seen(listed=(ONE, TWO, "x.example")),
            f"Daftar NS domain {DOMAIN} berbeda: hanya di zona x.example.",
            id="only in the zone",
        ),
    ],
)
def test_the_evidence_is_in_the_sentence(facts: Delegated, sentence: str) -> None:
    (finding,) = findings(facts)
    assert catalogue.describe(finding) == sentence


def test_facts_and_findings_can_be_kept() -> None:
    facts = seen(silent(), GOOD[1], security=Security.BOGUS, security_words="x", bogus=(ONE,))
    kept = json.loads(json.dumps(CHECK.remember(facts)))
    assert kept["voices"][0] == {
        "server": ONE,
        "address": "203.0.113.1",
        "word": "silent",
        "words": "tidak menjawab",
        "serial": None,
    }
    assert all(json.dumps(dict(finding.detail)) for finding in findings(facts))


def test_severities_are_the_domains() -> None:
    severities = {rule.code.partition(".")[2]: rule.severity for rule in CHECK.rules}
    assert {severities[name] for name in ("not_found", "all_unreachable", "dnssec_bogus")} == {Severity.HIGH}
    assert {severities[name] for name in ("unsigned", "wildcard")} == {Severity.INFO}
