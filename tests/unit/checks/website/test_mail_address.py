"""Listed mail addresses, judged by their domain alone."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.catalogue import describe
from monitor.model import Finding, Severity
from tests.unit.checks.seeing import judged, page, target, unreached

CODES = ("mail.address_non_government", "mail.address_misspelt")


def found(mail: str | None, **values: Any) -> list[Finding]:
    findings = judged(page(), target(mail=mail, **values))
    return [findings[code] for code in CODES if code in findings]


@pytest.mark.parametrize(
    ("mail", "codes"),
    [
        pytest.param(None, [], id="none listed"),
        pytest.param("dinkominfo@purbalinggakab.go.id", [], id="the county's"),
        pytest.param("dinkominfo@Surat.PurbalinggaKab.go.id", [], id="below it, any case"),
        pytest.param("desa@onje.desa.id", [], id="a listed village's"),
        pytest.param("someone@bantul.go.id", [], id="an agency we do not know"),
        pytest.param("dinkominfo@gmail.com", ["mail.address_non_government"], id="free mail"),
        pytest.param("dinkominfo@purbalinggakab.com", ["mail.address_misspelt"], id="the name under another parent"),
        pytest.param("dinkominfo@purbalinggaka.go.id", ["mail.address_misspelt"], id="one letter off"),
        pytest.param("dinkominfo@[192.0.2.1]", ["mail.address_non_government"], id="an address"),
        pytest.param("dinkominfo@go.id", ["mail.address_non_government"], id="a public suffix"),
    ],
)
def test_whose_domain_a_mail_address_is_under(mail: str | None, codes: list[str]) -> None:
    findings = found(mail)

    assert [finding.code for finding in findings] == codes
    assert all(finding.subject == mail and finding.severity is Severity.LOW for finding in findings)
    assert all(mail in describe(finding) for finding in findings if mail)


def test_an_address_of_an_entry_that_is_not_in_use_is_information() -> None:
    (finding,) = found("dinkominfo@gmail.com", active=False)

    assert finding.severity is Severity.INFO


def test_it_can_be_judged_while_the_site_is_down() -> None:
    findings = judged(unreached(), target(mail="dinkominfo@gmail.com"))

    assert "mail.address_non_government" in findings
