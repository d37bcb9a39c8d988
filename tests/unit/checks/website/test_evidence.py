"""What a visit leaves behind: numbers, evidence, and whether our own network is in question."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from monitor.checks.website.evidence import SETTLED, failed, keep, measure, ours, remember
from monitor.checks.website.visit import Visit
from monitor.model import Measure
from monitor.net.facts import OURS, Failure, FailureKind, Phase, Phases
from tests.unit.checks.seeing import HOST, certificate, hop, page, path, secured, session, unreached

HOME = f"https://{HOST}/"


def test_the_sample_sums_the_hops() -> None:
    hops = (
        hop(HOME, 302, phases=Phases(dns=1, connect=2, tls=3, ttfb=4, transfer=5)),
        hop(HOME, phases=Phases(dns=10, connect=20, tls=30, ttfb=40, transfer=50)),
    )

    assert measure(page(*hops, body=b"12345")) == Measure(
        status=200, hops=2, dns=11, connect=22, tls=33, ttfb=44, transfer=55, size=5
    )


def test_the_sample_of_a_failure_has_no_status() -> None:
    assert measure(unreached()).status == 0


def test_the_body_is_not_kept() -> None:
    assert keep(page(body=b"x", title="t")) == page(title="t")
    assert keep(page()) == page()


@pytest.mark.parametrize("kind", FailureKind)
def test_our_own_faults_are_ours_and_nobody_elses(kind: FailureKind) -> None:
    assert bool(ours(unreached(kind))) is (kind in OURS)


def test_a_page_is_nobodys_fault() -> None:
    assert ours(page()) == ""
    assert failed(page()) is None
    assert failed(page(hop(status=503))) is None


@pytest.mark.parametrize("kind", FailureKind)
def test_the_vantage_is_asked_unless_the_target_itself_spoke(kind: FailureKind) -> None:
    assert failed(unreached(kind, Phase.TLS)) is (None if kind in SETTLED else Phase.TLS)


@pytest.mark.parametrize("kind", [FailureKind.NAME_NOT_FOUND, FailureKind.FORBIDDEN_ADDRESS, FailureKind.TIMEOUT])
def test_what_a_captive_portal_can_fake_is_asked_about(kind: FailureKind) -> None:
    assert kind not in SETTLED


VISITS = [
    pytest.param(page(), id="page"),
    pytest.param(secured(), id="certificates"),
    pytest.param(path(HOME, f"{HOME}b"), id="redirect"),
    pytest.param(path(HOME, HOME, loop=True), id="loop"),
    pytest.param(unreached(tls=session()), id="failure"),
]


@pytest.mark.parametrize("visit", VISITS)
def test_evidence_survives_json(visit: Visit) -> None:
    evidence = remember(visit)

    assert json.loads(json.dumps(evidence)) == evidence


@pytest.mark.parametrize("visit", VISITS)
def test_evidence_holds_no_timings_and_no_body(visit: Visit) -> None:
    slower = replace(
        visit,
        hops=tuple(replace(each, phases=Phases(9, 9, 9, 9, 9)) for each in visit.hops),
        body=b"another",
        capped=not visit.capped,
    )

    assert remember(slower) == remember(visit)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("date", "Tue, 24 Nov 2026 01:05:00 GMT"), ("date", "Tue, 24 Nov 2026 01:06:00 GMT"), id="date"),
        pytest.param(("content-length", "100"), ("content-length", "101"), id="length"),
        pytest.param(
            ("content-security-policy", "script-src 'nonce-abc' 'self'"),
            ("content-security-policy", "script-src 'nonce-xyz' 'self'"),
            id="nonce",
        ),
        pytest.param(("location", "/?s=1"), ("location", "/?s=2"), id="raw location"),
    ],
)
def test_what_differs_on_every_visit_is_not_remembered(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert remember(page(hop(headers=(one,)))) == remember(page(hop(headers=(other,))))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{HOME}login?state=abc&next=x", f"{HOME}login?state=def&next=y"),
        (f"{HOME}a;jsessionid=0A1B", f"{HOME}a;jsessionid=2C3D"),
    ],
)
def test_what_a_redirect_makes_up_for_each_visitor_is_not_remembered(one: str, other: str) -> None:
    assert remember(path(HOME, one)) == remember(path(HOME, other))


def test_which_address_had_its_turn_is_not_remembered() -> None:
    down = unreached()
    assert down.failure is not None
    elsewhere = replace(down, failure=replace(down.failure, address="203.0.113.77"))

    assert remember(page(hop(address="203.0.113.77"))) == remember(page())
    assert remember(elsewhere) == remember(down)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(page(title="Hacked"), id="title"),
        pytest.param(page(hop(status=404)), id="status"),
        pytest.param(page(hop(headers=(("server", "nginx"),))), id="header"),
        pytest.param(page(hop(tls=session())), id="session"),
        pytest.param(path(HOME, f"{HOME}b"), id="redirect"),
        pytest.param(unreached(), id="failure"),
        pytest.param(page(loop=True), id="loop"),
    ],
)
def test_what_matters_is_remembered(changed: Visit) -> None:
    assert remember(changed) != remember(page())


def test_a_certificate_is_remembered_in_words_once() -> None:
    evidence = remember(page(hop(tls=session()), hop(tls=session())))

    assert set(evidence["certificates"]) == {"ab" * 32, "cd" * 32}
    assert evidence["certificates"]["ab" * 32]["names"] == [HOST]
    assert [each["tls"]["chain"] for each in evidence["hops"]] == [["ab" * 32, "cd" * 32]] * 2


def test_a_certificate_in_its_renewed_form_is_another() -> None:
    renewed = certificate(sha256="01" * 32)

    assert remember(secured(renewed)) != remember(secured())


def test_how_long_a_time_out_took_is_not_remembered() -> None:
    def late(words: str) -> Visit:
        return replace(unreached(), failure=Failure(Phase.CONNECT, FailureKind.TIMEOUT, words))

    assert remember(late("after 9.8 s")) == remember(late("after 9.9 s"))
