"""Which of the shipped rules make incidents, as they are shipped."""

from __future__ import annotations

import pytest

from monitor import checks
from monitor.incidents.causes import family
from monitor.incidents.worth import EXCEPTIONS, audience_of, is_incident
from monitor.model import Audience, Finding, Rule, Severity, State
from monitor.settings import Checks

RULES = {rule.code: rule for check in checks.build(Checks()) for rule in check.rules}

INCIDENTS = """
    certificate.expired certificate.incomplete_chain certificate.not_yet_valid certificate.self_signed
    certificate.untrusted certificate.wrong_host
    mail.mx_forbidden_address mail.mx_missing mail.mx_not_smtp mail.mx_null mail.mx_unreachable mail.mx_unresolvable
    mail.tlsa_mismatch
    name.forbidden_address name.not_found
    names.dangling_cname names.inconsistent names.resolver_disagrees names.takeover_possible
    redirect.forbidden_address redirect.loop redirect.off_government
    registration.expired registration.not_found registration.on_hold registration.redemption
    site.down site.error site.missing
    tls.issuer_revoked tls.legacy_only tls.must_staple_unmet tls.no_modern_version tls.revoked tls.staple_bad
    transport.plain_off_government
    zone.all_unreachable zone.dnssec_bogus zone.lame zone.not_found zone.ns_unreachable
"""
FAMILIES = frozenset({
    "certificate", "domain", "mail", "name", "names", "redirect", "registration", "security_txt", "site", "tls",
    "transport", "zone",
})  # fmt: skip


def found(code: str, severity: Severity | None = None) -> Finding:
    return RULES[code](severity=severity)


def test_the_rules_that_make_incidents_as_they_stand() -> None:
    makers = {code for code, rule in RULES.items() if is_incident(rule()) and family(code) in FAMILIES}

    assert makers == set(INCIDENTS.split())


def test_every_exception_is_about_a_rule() -> None:
    assert EXCEPTIONS.keys() <= RULES.keys()


@pytest.mark.parametrize("code", sorted(RULES))
def test_what_is_mild_wakes_nobody_unless_a_visitor_feels_it(code: str) -> None:
    rule = RULES[code]
    felt = rule.state in {State.DOWN, State.DEGRADED}

    assert not is_incident(rule(severity=Severity.INFO)) or felt
    assert not is_incident(rule(severity=Severity.LOW)) or felt


@pytest.mark.parametrize("code", sorted(RULES))
def test_an_owners_list_of_improvements_never_does(code: str) -> None:
    rule = RULES[code]
    if rule.audience is Audience.OWNER and rule.state not in {State.DOWN, State.DEGRADED}:
        assert not is_incident(rule(severity=Severity.CRITICAL))


@pytest.mark.parametrize(
    ("code", "severity", "expected"),
    [
        pytest.param("certificate.expiring", Severity.LOW, False, id="30 days left"),
        pytest.param("certificate.expiring", Severity.MEDIUM, False, id="14 days left"),
        pytest.param("certificate.expiring", Severity.HIGH, True, id="7 days left"),
        pytest.param("tls.chain_expiring", Severity.MEDIUM, False, id="the chain's, in time"),
        pytest.param("tls.chain_expiring", Severity.HIGH, True, id="the chain's, soon"),
        pytest.param("registration.expiring", Severity.LOW, False, id="60 days of a domain left"),
        pytest.param("registration.expiring", Severity.MEDIUM, True, id="30 days of a domain left"),
        pytest.param("mail.mx_unreachable", Severity.LOW, False, id="perhaps our own network"),
        pytest.param("mail.mx_unreachable", Severity.HIGH, True, id="all mail servers"),
        pytest.param("zone.single_ns", Severity.CRITICAL, False, id="no event"),
        pytest.param("site.slow", Severity.HIGH, False, id="comes and goes"),
        pytest.param("redirect.off_government", Severity.MEDIUM, True, id="from a site that is no government's"),
        pytest.param("redirect.off_government", Severity.LOW, False, id="CSIRT, but mild"),
    ],
)
def test_the_bar(code: str, severity: Severity, *, expected: bool) -> None:
    assert is_incident(found(code, severity)) is expected


@pytest.mark.parametrize(
    ("audience", "expected"),
    [(Audience.CSIRT, Audience.CSIRT), (Audience.NOC, Audience.NOC), (Audience.OWNER, Audience.NOC)],
)
def test_whose_incident_it_is(audience: Audience, expected: Audience) -> None:
    assert audience_of(Rule("x.y", Severity.HIGH, audience)()) is expected
