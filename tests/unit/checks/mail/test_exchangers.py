"""MX records and the names in them, judged."""

from __future__ import annotations

import pytest

from monitor.checks.mail.facts import Exchanger, Exchangers, Reverse
from monitor.model import Severity
from tests.unit.checks.mail.mailing import (
    DOMAIN,
    MX1,
    MX2,
    TROUBLE,
    UNKNOWN_STS,
    answered,
    exchangers,
    facts,
    found,
    host,
    judged,
)

LOST = host(addresses=(), session=None, reverse=None)


@pytest.mark.parametrize(
    ("seen", "severity", "case"),
    [
        pytest.param(Exchangers(), Severity.HIGH, "", id="neither MX nor address"),
        pytest.param(Exchangers(exists=False), Severity.HIGH, "no_domain", id="no such domain"),
        pytest.param(Exchangers(implicit=("203.0.113.9",)), Severity.MEDIUM, "implicit", id="its own address"),
        pytest.param(Exchangers(implicit=TROUBLE), Severity.MEDIUM, "unknown", id="its own address is unknown"),
    ],
)
def test_a_domain_without_mx(seen: Exchangers, severity: Severity, case: str) -> None:
    finding = judged(facts(exchangers=seen))["mx_missing", DOMAIN]

    assert (finding.severity, finding.detail["case"]) == (severity, case)


@pytest.mark.parametrize(
    ("records", "case"), [(((0, ""),), ""), (((0, ""), (10, MX1)), "mixed")], ids=["alone", "beside another"]
)
def test_a_null_mx_says_that_no_mail_is_taken(records: tuple[tuple[int, str], ...], case: str) -> None:
    findings = judged(facts(exchangers=exchangers(records=records)))

    assert findings["mx_null", DOMAIN].detail["case"] == case
    assert len(findings) == 1


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        pytest.param("192.0.2.1", {"mx_address"}, id="address"),
        pytest.param("2001:db8::1", {"mx_address"}, id="IPv6 address"),
        pytest.param("aspmx.l.google.com", {"mx_non_government"}, id="hosted"),
        pytest.param("mail.purbalinggaka.go.id", {"mx_non_government"}, id="one letter off"),
        pytest.param("mail.kominfo.go.id", set(), id="another agency"),
        pytest.param("mail.bantul.go.id", set(), id="an agency we do not know"),
    ],
)
def test_where_a_server_is(name: str, codes: set[str]) -> None:
    seen = host(name) if codes != {"mx_address"} else Exchanger(host=name, preference=10)

    assert found(facts(exchangers=exchangers(seen), mta_sts=UNKNOWN_STS)) == codes


def test_a_hosted_server_is_information_only() -> None:
    name = "aspmx.l.google.com"
    findings = judged(facts(exchangers=exchangers(host(name)), mta_sts=UNKNOWN_STS))

    assert findings["mx_non_government", name].severity is Severity.INFO


def test_a_name_without_an_address_is_worse_when_no_other_is_left() -> None:
    alone = judged(facts(exchangers=exchangers(LOST)))
    beside = judged(facts(exchangers=exchangers(LOST, host(MX2))))

    assert alone["mx_unresolvable", MX1].severity is Severity.HIGH
    assert beside["mx_unresolvable", MX1].severity is Severity.MEDIUM


def test_a_name_that_could_not_be_looked_up_is_not_one_without_an_address() -> None:
    seen = facts(exchangers=exchangers(host(addresses=TROUBLE, session=None, reverse=None), host(MX2)))

    assert found(seen) == set()
    assert "mx_unresolvable" not in answered(seen)
    assert "mx_missing" in answered(seen)


def test_an_alias_is_told_with_where_it_leads() -> None:
    finding = judged(facts(exchangers=exchangers(host(alias="mail.example.net"))))["mx_alias", MX1]

    assert finding.detail["canonical"] == "mail.example.net"


@pytest.mark.parametrize(
    ("reverse", "case"),
    [
        pytest.param(Reverse(address="203.0.113.25"), "", id="none"),
        pytest.param(Reverse(address="203.0.113.25", names=("pool-9.isp.example",)), "mismatch", id="not back"),
    ],
)
def test_an_address_without_a_name_that_leads_back(reverse: Reverse, case: str) -> None:
    finding = judged(facts(exchangers=exchangers(host(reverse=reverse))))["mx_reverse", MX1]

    assert (finding.detail["case"], finding.severity) == (case, Severity.INFO)


def test_reverse_names_that_could_not_be_asked_are_not_missing() -> None:
    seen = facts(exchangers=exchangers(host(reverse=TROUBLE)))

    assert found(seen) == set()
    assert "mx_reverse" not in answered(seen)
