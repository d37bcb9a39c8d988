"""What the issuers' word, the stapled response and CAA are judged to mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.checks.tls.authorities import domains_of
from monitor.checks.tls.caa import permitted
from monitor.checks.tls.facts import Caa
from monitor.model import Audience, Severity
from monitor.net.facts import Phase
from monitor.net.tls_facts import Revocation, Seen, Standing, Staple
from tests.unit.checks.seeing import NOW
from tests.unit.checks.tls.cases import GOOD_STAPLE, REVOKED
from tests.unit.checks.tls.looking import CHECK, DAY, GOOD, INTERMEDIATE, LEAF, answered, judged

LISTED, ISSUER = GOOD.revocations
SILENT = replace(LISTED, standing=Standing.UNKNOWN, reason="tidak dapat diunduh (timeout)")
SILENT_ISSUER = replace(ISSUER, standing=Standing.UNKNOWN)
REVOKED_ISSUER = replace(ISSUER, standing=Standing.REVOKED, revoked_at=NOW, reason="cACompromise")
BOTH = {"tls.revoked", "tls.issuer_revoked"}


def test_the_vantage_is_asked_about_our_resolver_when_it_denies_that_there_is_caa() -> None:
    assert CHECK.failed(GOOD) is None
    assert CHECK.failed(replace(GOOD, caa=Caa(seen=Seen.NO))) is Phase.DNS
    assert CHECK.failed(replace(GOOD, caa=Caa(seen=Seen.UNKNOWN))) is None


@pytest.mark.parametrize(
    ("revocations", "found", "known"),
    [
        pytest.param((LISTED, ISSUER), set(), BOTH, id="both stand"),
        pytest.param((REVOKED, ISSUER), {"tls.revoked"}, BOTH, id="revoked"),
        pytest.param((LISTED, REVOKED_ISSUER), {"tls.issuer_revoked"}, BOTH, id="issuer revoked"),
        pytest.param((SILENT, ISSUER), set(), {"tls.issuer_revoked"}, id="own list unknown"),
        pytest.param((LISTED, SILENT_ISSUER), set(), {"tls.revoked"}, id="issuer's list unknown"),
        pytest.param((SILENT, REVOKED_ISSUER), {"tls.issuer_revoked"}, {"tls.issuer_revoked"}, id="half known"),
        pytest.param((LISTED,), set(), {"tls.revoked"}, id="no intermediate served"),
        pytest.param((ISSUER,), set(), {"tls.issuer_revoked"}, id="a self-signed leaf was not asked about"),
        pytest.param((), set(), set(), id="nothing asked"),
    ],
)
def test_revocation(revocations: tuple[Revocation, ...], found: set[str], known: set[str]) -> None:
    facts = replace(GOOD, revocations=revocations)

    assert judged(facts).keys() & BOTH == found
    assert answered(facts) & BOTH == known


def test_a_revoked_certificate_is_the_csirt_s() -> None:
    finding = judged(replace(GOOD, revocations=(REVOKED, ISSUER)))["tls.revoked"]

    assert (finding.severity, finding.rule.audience) == (Severity.CRITICAL, Audience.CSIRT)
    assert finding.detail["reason"] == "keyCompromise"


def test_a_stapled_revocation_counts_where_no_list_answers() -> None:
    staple = replace(GOOD_STAPLE, standing=Standing.REVOKED, revoked_at=NOW - DAY, reason="superseded")
    found = judged(replace(GOOD, revocations=(SILENT, ISSUER), staple=staple))

    assert found["tls.revoked"].detail["source"] == "OCSP"
    assert found["tls.staple_bad"].severity is Severity.HIGH


def test_a_revocation_stapled_to_another_certificate_says_nothing_of_this_one() -> None:
    staple = replace(GOOD_STAPLE, standing=Standing.REVOKED, serial="ffff")

    assert "tls.revoked" not in judged(replace(GOOD, staple=staple))


@pytest.mark.parametrize(
    ("must_staple", "seen", "verdict"),
    [
        pytest.param(True, Seen.NO, "found", id="promised and missing"),
        pytest.param(True, Seen.YES, "good", id="promised and there"),
        pytest.param(True, Seen.UNKNOWN, "unknown", id="promised and encrypted"),
        pytest.param(False, Seen.NO, "good", id="not promised"),
        pytest.param(False, Seen.UNKNOWN, "good", id="not promised, encrypted"),
    ],
)
def test_must_staple(seen: Seen, verdict: str, *, must_staple: bool) -> None:
    chain = (replace(LEAF, must_staple=must_staple), INTERMEDIATE)
    facts = replace(GOOD, chain=chain, staple=Staple(seen=seen))

    assert ("tls.must_staple_unmet" in answered(facts)) is (verdict != "unknown")
    assert ("tls.must_staple_unmet" in judged(facts)) is (verdict == "found")


@pytest.mark.parametrize(
    ("staple", "verdict"),
    [
        pytest.param(Staple(seen=Seen.NO), "good", id="none"),
        pytest.param(Staple(), "unknown", id="nobody saw"),
        pytest.param(GOOD_STAPLE, "good", id="good"),
        pytest.param(replace(GOOD_STAPLE, next_update=NOW), "good", id="good until now"),
        pytest.param(replace(GOOD_STAPLE, next_update=NOW - timedelta(seconds=1)), "found", id="expired"),
        pytest.param(replace(GOOD_STAPLE, next_update=None), "good", id="without an end"),
        pytest.param(
            replace(GOOD_STAPLE, standing=Standing.UNKNOWN, next_update=NOW - DAY, reason="tidak sah"),
            "unknown",
            id="expired, but unproven",
        ),
    ],
)
def test_stapled_responses(staple: Staple, verdict: str) -> None:
    facts = replace(GOOD, staple=staple)

    assert ("tls.staple_bad" in answered(facts)) is (verdict != "unknown")
    assert ("tls.staple_bad" in judged(facts)) is (verdict == "found")


LETSENCRYPT = frozenset({"letsencrypt.org"})


@pytest.mark.parametrize(
    ("records", "is_wildcard", "allowed"),
    [
        pytest.param(('0 issue "letsencrypt.org"',), False, LETSENCRYPT, id="one"),
        pytest.param(('0 issue " LetsEncrypt.org ; validationmethods=dns-01"',), False, LETSENCRYPT, id="parameters"),
        pytest.param(('0 issue ";"',), False, frozenset(), id="nobody"),
        pytest.param(('0 issue ""',), False, frozenset(), id="nobody, empty"),
        pytest.param(('0 iodef "mailto:a@b.id"',), False, None, id="nothing about issuing"),
        pytest.param(('0 issuewild ";"',), False, None, id="only wildcards are bound"),
        pytest.param(('0 issuewild ";"', '0 issue "letsencrypt.org"'), False, LETSENCRYPT, id="not a wildcard"),
        pytest.param(('0 issuewild ";"', '0 issue "letsencrypt.org"'), True, frozenset(), id="a wildcard"),
        pytest.param(('0 issue "letsencrypt.org"',), True, LETSENCRYPT, id="a wildcard without its own"),
        pytest.param(('128 ISSUE "letsencrypt.org"',), False, LETSENCRYPT, id="critical, upper case"),
        pytest.param((), False, None, id="none"),
    ],
)
def test_who_may_issue(records: tuple[str, ...], allowed: frozenset[str] | None, *, is_wildcard: bool) -> None:
    assert permitted(Caa(seen=Seen.YES, records=records, is_wildcard=is_wildcard)) == allowed


@pytest.mark.parametrize(
    ("caa", "issuer", "verdict"),
    [
        pytest.param('0 issue "letsencrypt.org"', LEAF.issuer, "good", id="allowed"),
        pytest.param('0 issue "digicert.com"', LEAF.issuer, "found", id="another is"),
        pytest.param('0 issue "digicert.com"', "CN=X,O=Balai Sertifikasi,C=ID", "unknown", id="issuer not in our list"),
        pytest.param('0 iodef "mailto:a@b.id"', LEAF.issuer, "good", id="everybody is"),
    ],
)
def test_an_issuer_that_caa_does_not_allow(caa: str, issuer: str, verdict: str) -> None:
    chain = (replace(LEAF, issuer=issuer), INTERMEDIATE)
    facts = replace(GOOD, chain=chain, caa=replace(GOOD.caa, records=(caa,)))

    assert ("tls.caa_mismatch" in answered(facts)) is (verdict != "unknown")
    assert ("tls.caa_mismatch" in judged(facts)) is (verdict == "found")


def test_a_name_server_that_does_not_answer_leaves_caa_open() -> None:
    facts = replace(GOOD, caa=Caa(at="purbalinggakab.go.id", reason="timeout"))

    assert answered(facts).isdisjoint({"tls.caa_missing", "tls.caa_mismatch"})


@pytest.mark.parametrize(
    ("issuer", "domain"),
    [
        pytest.param("CN=R11,O=Let's Encrypt,C=US", "letsencrypt.org", id="plain"),
        pytest.param("CN=GoDaddy Secure,O=GoDaddy.com\\, Inc.,C=US", "godaddy.com", id="escaped comma"),
        pytest.param("CN=O\\=Let's Encrypt,O=Sectigo Limited", "sectigo.com", id="an O within a name"),
        pytest.param("O=Google Trust Services,CN=WR2", "pki.goog", id="first"),
        pytest.param("CN=Let's Encrypt", "", id="a common name proves nothing"),
        pytest.param("", "", id="empty"),
    ],
)
def test_which_authority_an_issuer_is(issuer: str, domain: str) -> None:
    domains = domains_of(issuer)

    assert (domain in domains) if domain else domains == ()
