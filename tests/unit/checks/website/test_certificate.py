"""What browsers would say of a certificate, as tables with the boundaries in them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.checks.base import Policy
from monitor.model import Severity, State
from monitor.net.facts import Certificate, FailureKind, Phase
from tests.unit.checks.seeing import (
    DOMAINS,
    HOST,
    INTERMEDIATE,
    NOW,
    answered,
    certificate,
    hop,
    judged,
    page,
    secured,
    session,
    target,
    unreached,
)

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
SELF_SIGNED = certificate(issuer=f"CN={HOST}", self_issued=True, has_issuer_url=False)
PRIVATE_LEAF = certificate(issuer="CN=Private", has_issuer_url=False)
OLD_INTERMEDIATE = certificate(
    sha256="ef" * 32, subject="CN=R11,O=Let's Encrypt,C=US", not_after=NOW - DAY, der=b"old", names=()
)


@pytest.mark.parametrize(
    ("left", "severity", "days"),
    [
        pytest.param(timedelta(days=31), None, None, id="31 days"),
        pytest.param(timedelta(days=31) - SECOND, Severity.LOW, 30, id="30 days and a bit"),
        pytest.param(timedelta(days=30), Severity.LOW, 30, id="30 days"),
        pytest.param(timedelta(days=15), Severity.LOW, 15, id="15 days"),
        pytest.param(timedelta(days=15) - SECOND, Severity.MEDIUM, 14, id="14 days and a bit"),
        pytest.param(timedelta(days=8) - SECOND, Severity.HIGH, 7, id="7 days and a bit"),
        pytest.param(timedelta(days=1), Severity.HIGH, 1, id="a day"),
        pytest.param(timedelta(days=1) - SECOND, Severity.HIGH, 0, id="less than a day"),
        pytest.param(timedelta(0), Severity.HIGH, 0, id="the last second, which counts"),
    ],
)
def test_a_certificate_that_ends_soon(left: timedelta, severity: Severity | None, days: int | None) -> None:
    finding = judged(secured(certificate(not_after=NOW + left), INTERMEDIATE)).get("certificate.expiring")

    assert (finding and finding.severity) == severity
    assert (finding and finding.detail["days"]) == days


@pytest.mark.parametrize("left", [timedelta(0), DAY - SECOND])
def test_the_last_day_has_words_of_its_own(left: timedelta) -> None:
    finding = judged(secured(certificate(not_after=NOW + left), INTERMEDIATE))["certificate.expiring"]

    assert finding.detail["case"] == "today"
    assert finding.rule.state is None


@pytest.mark.parametrize(
    ("thresholds", "severity"),
    [((), None), ((3,), Severity.LOW), ((30, 3), Severity.MEDIUM), ((30, 14, 7, 3), Severity.HIGH)],
)
def test_thresholds_are_settings(thresholds: tuple[int, ...], severity: Severity | None) -> None:
    visit = secured(certificate(not_after=NOW + 2 * DAY), INTERMEDIATE)

    found = judged(visit, policy=Policy(domains=DOMAINS, expiring=thresholds))

    assert (found["certificate.expiring"].severity if found else None) == severity


@pytest.mark.parametrize(
    ("chain", "code", "expected"),
    [
        pytest.param((), 0, set(), id="good"),
        pytest.param((certificate(not_after=NOW - SECOND), INTERMEDIATE), 10, {"expired"}, id="expired"),
        pytest.param((certificate(not_before=NOW + SECOND), INTERMEDIATE), 9, {"not_yet_valid"}, id="not yet valid"),
        pytest.param((certificate(not_before=NOW), INTERMEDIATE), 0, set(), id="valid from this second"),
        pytest.param((certificate(names=("example.com",)), INTERMEDIATE), 62, {"wrong_host"}, id="wrong host"),
        pytest.param((certificate(names=()), INTERMEDIATE), 0, {"wrong_host"}, id="a common name alone"),
        pytest.param((), 62, {"wrong_host"}, id="OpenSSL sees another name where we do not"),
        pytest.param((), 64, {"wrong_host"}, id="OpenSSL sees another address"),
        pytest.param((certificate(names=("*.purbalinggakab.go.id",)), INTERMEDIATE), 0, set(), id="a wildcard"),
        pytest.param((SELF_SIGNED,), 18, {"self_signed"}, id="self-signed"),
        pytest.param((SELF_SIGNED,), 0, set(), id="self-signed and trusted by settings"),
        pytest.param((PRIVATE_LEAF, certificate(subject="CN=Private")), 19, {"untrusted"}, id="a private root served"),
        pytest.param((PRIVATE_LEAF,), 20, {"untrusted"}, id="a private root not served"),
        pytest.param((certificate(),), 20, {"incomplete_chain"}, id="the leaf alone"),
        pytest.param((certificate(),), 21, {"incomplete_chain"}, id="the leaf alone, said the other way"),
        pytest.param((certificate(), INTERMEDIATE), 20, {"untrusted"}, id="its root unknown"),
        pytest.param((certificate(), certificate()), 20, {"incomplete_chain"}, id="the leaf twice"),
        pytest.param((), 66, {"untrusted"}, id="a key too small"),
        pytest.param((), 23, {"untrusted"}, id="revoked"),
        pytest.param((certificate(), OLD_INTERMEDIATE), 10, {"expired"}, id="an expired intermediate"),
        pytest.param((certificate(), OLD_INTERMEDIATE), 0, set(), id="an expired intermediate that no path needs"),
        pytest.param((), 10, {"untrusted"}, id="something above that was not served has expired"),
        pytest.param(
            (certificate(not_after=NOW - DAY, names=("example.com",), issuer=f"CN={HOST}", self_issued=True),),
            18,
            {"expired", "wrong_host", "self_signed"},
            id="everything at once",
        ),
        pytest.param(
            (certificate(not_after=NOW - DAY, names=("example.com",)), INTERMEDIATE),
            62,
            {"expired", "wrong_host"},
            id="OpenSSL names the first of two",
        ),
        pytest.param((certificate(not_after=NOW - DAY),), 20, {"expired", "incomplete_chain"}, id="expired, and alone"),
    ],
)
def test_every_reason_to_warn_stands_by_itself(chain: tuple[Certificate, ...], code: int, expected: set[str]) -> None:
    found = judged(secured(*chain, code=code))

    assert set(found) == {f"certificate.{condition}" for condition in expected}
    assert all(finding.rule.state is State.DEGRADED for finding in found.values())
    assert all(finding.subject == HOST for finding in found.values())


def test_a_finding_carries_what_an_administrator_needs() -> None:
    detail = judged(secured(certificate(not_after=NOW - SECOND), INTERMEDIATE, code=10))["certificate.expired"].detail

    assert detail["names"] == [HOST]
    assert detail["issuer"] == "CN=R11,O=Let's Encrypt,C=US"
    assert detail["not_after"] == "2026-11-24T01:04:59+00:00"
    assert detail["days"] == -1
    assert detail["sha256"] == "ab" * 32


def test_an_expired_intermediate_is_the_one_described() -> None:
    detail = judged(secured(certificate(), OLD_INTERMEDIATE, code=10))["certificate.expired"].detail

    assert detail["case"] == "issuer"
    assert detail["sha256"] == "ef" * 32


EXPIRED = session(certificate(not_after=NOW - DAY), INTERMEDIATE, code=10)


@pytest.mark.parametrize(
    ("listed", "url", "is_ours"),
    [
        pytest.param(f"https://{HOST}/", f"https://{HOST}/", True, id="the target's own host"),
        pytest.param(f"https://{HOST}/", "https://www.purbalinggakab.go.id/", True, id="a sister's"),
        pytest.param(f"https://{HOST}/", "https://www.kemendagri.go.id/", True, id="another government's"),
        pytest.param(f"https://{HOST}/", "https://example.com/", False, id="a stranger's"),
        pytest.param("https://a.example.com/", "https://b.example.com/", True, id="a stranger's that is listed"),
        pytest.param("https://203.0.113.7/", "https://203.0.113.7/", True, id="a listed address"),
    ],
)
def test_whose_certificates_are_judged(listed: str, url: str, is_ours: bool) -> None:  # noqa: FBT001
    assert ("certificate.expired" in judged(page(hop(url, tls=EXPIRED)), target(listed))) is is_ours


def test_a_host_met_twice_has_one_finding() -> None:
    twice = page(hop(f"https://{HOST}/", 302, tls=EXPIRED, location=f"https://{HOST}/a"), hop(tls=EXPIRED))

    assert "certificate.expired" in judged(twice)


def test_a_bad_certificate_is_found_even_when_no_page_follows() -> None:
    assert "certificate.expired" in judged(unreached(FailureKind.RESET, Phase.TTFB, tls=EXPIRED))
    assert "certificate.expired" in judged(page(hop(status=503, tls=EXPIRED)))


@pytest.mark.parametrize(
    "visit",
    [unreached(), unreached(FailureKind.TIMEOUT, Phase.TTFB, tls=session()), page(hop(status=503, tls=session()))],
    ids=["no handshake", "no answer after a good handshake", "an error after a good handshake"],
)
def test_a_visit_without_an_end_closes_no_certificate_finding(visit: object) -> None:
    assert "certificate.expired" not in answered(visit)  # type: ignore[arg-type]


def test_a_site_without_https_has_no_certificate_to_complain_of() -> None:
    plain = page(hop("http://onje.desa.id/"))

    assert "certificate.expired" in answered(plain)
    assert not judged(plain, target("http://onje.desa.id/"))


def test_a_certificate_whose_dates_cannot_be_read_is_not_called_expired() -> None:
    long_ago = NOW - timedelta(days=20_000)
    unreadable = certificate(not_before=long_ago, not_after=long_ago, key="")

    found = judged(secured(unreadable, code=21))

    assert "certificate.untrusted" in found or "certificate.incomplete_chain" in found
    assert "certificate.expired" not in found
