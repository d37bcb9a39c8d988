"""Whether the page came: verdicts as tables, and what may close what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.checks.website import Visit
from monitor.checks.website.faults import UNCERTAIN, Fault, fault
from monitor.checks.website.sessions import sessions
from monitor.model import Audience, Severity, State, Verification
from monitor.net.facts import OURS, FailureKind, Phase
from tests.unit.checks.seeing import CHECK, DOMAINS, HOST, answered, hop, judged, page, path, session, target, unreached

NAMELESS = (FailureKind.NAME_NOT_FOUND, FailureKind.NO_ADDRESS)
TRANSPORT = [
    kind for kind in FailureKind if kind not in OURS and kind not in {*NAMELESS, FailureKind.FORBIDDEN_ADDRESS}
]
REDIRECTED = hop(status=302, location="https://ppid.example.com/")


@pytest.mark.parametrize("kind", TRANSPORT)
def test_no_answer_is_down(kind: FailureKind) -> None:
    found = judged(unreached(kind))

    assert set(found) == {"site.down"}
    assert found["site.down"].detail["kind"] == kind.value
    assert found["site.down"].rule.confirm
    assert found["site.down"].rule.state is State.DOWN


def test_down_says_where_it_failed() -> None:
    detail = judged(unreached(FailureKind.RESET, Phase.TLS))["site.down"].detail

    assert detail["phase"] == "tls"
    assert detail["address"] == "203.0.113.9"
    assert detail["text"] == "the library's words"
    assert detail["host"] == HOST
    assert detail["case"] == ""


@pytest.mark.parametrize("kind", [*TRANSPORT, *NAMELESS])
def test_a_failure_behind_a_redirect_names_the_host_behind_it(kind: FailureKind) -> None:
    found = judged(unreached(kind, Phase.DNS, REDIRECTED, url="https://ppid.example.com/"))

    assert found["site.down"].detail["host"] == "ppid.example.com"
    assert found["site.down"].detail["case"] == "redirected"


@pytest.mark.parametrize("kind", NAMELESS)
def test_a_name_that_leads_nowhere_is_down(kind: FailureKind) -> None:
    found = judged(unreached(kind, Phase.DNS))

    assert set(found) == {"name.not_found"}
    assert found["name.not_found"].subject == HOST
    assert found["name.not_found"].rule.state is State.DOWN


@pytest.mark.parametrize("kind", NAMELESS)
def test_a_doubtful_name_that_leads_nowhere_is_a_matter_of_data_and_no_outage(kind: FailureKind) -> None:
    doubtful = target(verification=Verification.NEEDED, suggested_url="https://kelurahanx.purbalinggakab.go.id")

    found = judged(unreached(kind, Phase.DNS), doubtful)

    assert set(found) == {"name.unverified"}
    assert found["name.unverified"].severity is Severity.LOW
    assert found["name.unverified"].rule.audience is Audience.OWNER
    assert found["name.unverified"].rule.state is State.UNOBSERVED
    assert found["name.unverified"].detail["suggested"] == "https://kelurahanx.purbalinggakab.go.id"


@pytest.mark.parametrize("kind", [FailureKind.SERVFAIL, FailureKind.TIMEOUT, FailureKind.DNS_REFUSED])
def test_a_name_server_that_does_not_answer_says_nothing_about_the_name(kind: FailureKind) -> None:
    assert set(judged(unreached(kind, Phase.DNS), target(verification=Verification.NEEDED))) == {"site.down"}


def test_a_listed_name_at_a_private_address_is_for_the_csirt() -> None:
    found = judged(unreached(FailureKind.FORBIDDEN_ADDRESS, Phase.DNS))

    assert set(found) == {"name.forbidden_address"}
    assert found["name.forbidden_address"].rule.audience is Audience.CSIRT


def test_a_redirect_to_a_private_address_is_for_the_csirt() -> None:
    inward = hop(status=302, location=f"https://intern.{HOST}/")

    found = judged(unreached(FailureKind.FORBIDDEN_ADDRESS, Phase.DNS, inward, url=f"https://intern.{HOST}/"))

    assert set(found) == {"redirect.forbidden_address"}
    assert found["redirect.forbidden_address"].subject == HOST
    assert found["redirect.forbidden_address"].detail["host"] == f"intern.{HOST}"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (200, None),
        (204, None),
        (301, None),
        (399, None),
        (400, "site.missing"),
        (401, "site.missing"),
        (403, "site.missing"),
        (404, "site.missing"),
        (429, "site.missing"),
        (499, "site.missing"),
        (500, "site.error"),
        (503, "site.error"),
        (599, "site.error"),
        (999, "site.error"),
    ],
)
def test_the_status_of_the_last_hop(status: int, code: str | None) -> None:
    assert set(judged(page(hop(status=status)))) == ({code} if code else set())


@pytest.mark.parametrize(("status", "case"), [(401, "login"), (403, "refused"), (429, "limited"), (404, ""), (410, "")])
def test_a_refusal_that_may_concern_the_monitor_alone_is_told_apart(status: int, case: str) -> None:
    finding = judged(page(hop(status=status)))["site.missing"]

    assert finding.detail["case"] == case
    assert finding.detail["status"] == status


@pytest.mark.parametrize(
    ("took", "is_slow"),
    [
        pytest.param((timedelta(seconds=4.999999),), False, id="just below"),
        pytest.param((timedelta(seconds=5),), False, id="exactly the limit"),
        pytest.param((timedelta(seconds=5, microseconds=1),), True, id="just above"),
        pytest.param((timedelta(seconds=3), timedelta(seconds=2.5)), True, id="two hops together"),
    ],
)
def test_a_late_page_is_slow(took: tuple[timedelta, ...], is_slow: bool) -> None:  # noqa: FBT001
    assert ("site.slow" in judged(page(*(hop(took=each) for each in took)))) is is_slow


def test_slow_says_how_long_to_a_tenth_and_where() -> None:
    visit = page(hop(took=timedelta(seconds=1)), hop("https://onje.desa.id/", took=timedelta(seconds=6.26)))

    detail = judged(visit)["site.slow"].detail

    assert (detail["seconds"], detail["limit"], detail["host"], detail["hops"]) == (7.3, 5.0, "onje.desa.id", 2)


def test_only_outdated_tls_is_a_warning_to_every_visitor() -> None:
    found = judged(page(hop(tls=session(version="TLSv1", legacy=True))))

    assert set(found) == {"tls.legacy_only"}
    assert found["tls.legacy_only"].detail["version"] == "TLSv1"
    assert found["tls.legacy_only"].rule.state is State.DEGRADED


def test_outdated_tls_is_seen_whatever_follows_the_handshake() -> None:
    legacy = session(version="TLSv1", legacy=True)

    assert "tls.legacy_only" in judged(page(hop(status=503, tls=legacy)))
    assert "tls.legacy_only" not in answered(page(hop(status=503, tls=session())))


def test_a_host_is_asked_once_and_the_first_session_counts() -> None:
    twice = page(hop(status=302, tls=session(), location=f"https://{HOST}/a"), hop(tls=session(version="TLSv1.2")))

    assert list(sessions(target(), twice, DOMAINS)) == [(HOST, session())]


def test_outdated_tls_of_a_stranger_is_the_strangers() -> None:
    visit = path(f"https://{HOST}/", "https://example.com/")
    strange = page(visit.hops[0], hop("https://example.com/", tls=session(version="TLSv1", legacy=True)))

    assert "tls.legacy_only" not in judged(strange)


VISITS = {
    None: page(),
    Fault.NAME: unreached(FailureKind.NAME_NOT_FOUND, Phase.DNS),
    Fault.TRANSPORT: unreached(),
    Fault.FORBIDDEN: unreached(FailureKind.FORBIDDEN_ADDRESS, Phase.DNS),
    Fault.LOOP: path(f"https://{HOST}/", f"https://{HOST}/a", loop=True),
    Fault.ERROR: page(hop(status=503)),
    Fault.MISSING: page(hop(status=404)),
}
DOWN_CODES = {rule.code for rule in CHECK.rules if rule.state is State.DOWN}


@pytest.mark.parametrize("expected", VISITS)
def test_every_fault_has_a_visit_that_shows_it(expected: Fault | None) -> None:
    assert set(VISITS) == {None, *Fault}
    assert fault(VISITS[expected]) is expected


@pytest.mark.parametrize("expected", VISITS)
def test_what_is_found_can_be_answered(expected: Fault | None) -> None:
    visit = VISITS[expected]

    assert set(judged(visit)) <= answered(visit)


@pytest.mark.parametrize("expected", [None, Fault.MISSING])
def test_a_page_or_a_refusal_closes_every_outage(expected: Fault | None) -> None:
    assert answered(VISITS[expected]) >= DOWN_CODES


@pytest.mark.parametrize("expected", UNCERTAIN)
def test_a_fault_still_to_be_confirmed_closes_no_other(expected: Fault) -> None:
    found = set(judged(VISITS[expected]))
    others = {rule.code for rule in CHECK.rules if rule.state is not None} - found

    assert answered(VISITS[expected]) & others <= {"name.unverified"}


@pytest.mark.parametrize(
    "visit",
    [unreached(), unreached(FailureKind.NAME_NOT_FOUND, Phase.DNS), page(hop(status=500))],
    ids=["refused", "no such name", "5xx"],
)
def test_a_site_that_is_down_has_fixed_nothing(visit: Visit) -> None:
    elsewhere = {"certificate.expired", "redirect.off_government", "redirect.downgrade", "site.slow", "site.missing"}

    assert not answered(visit) & elsewhere
