"""When a site's security.txt is a finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from monitor import catalogue
from monitor.checks.base import judge
from monitor.checks.security_txt import security_txt
from monitor.checks.security_txt.facts import Found, Place
from monitor.model import Finding, Kind, Target
from monitor.settings import SecurityTxt
from tests.unit.checks.registration.answers import domain_target
from tests.unit.checks.seeing import HOST, NOW, POLICY, target

CSIRT = "csirt@purbalinggakab.go.id"
CHECK = security_txt(SecurityTxt(contacts=(CSIRT, f"https://{HOST}/lapor")))
URL = f"https://{HOST}/.well-known/security.txt"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def file(*lines: str, left: timedelta = 100 * DAY, contact: str = f"mailto:{CSIRT}") -> str:
    expires = (NOW + left).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "\n".join([f"Contact: {contact}", f"Expires: {expires}", *lines]) + "\n"


def found(text: str = "", **values: Any) -> Found:
    """A file served as it should be."""
    defaults = {"place": Place.WELL_KNOWN, "urls": (URL,), "status": 200, "kind": "text/plain; charset=utf-8"}
    return Found(**{**defaults, "text": text or file(), **values})


def nothing(place: Place = Place.ABSENT, url: str = URL, status: int = 404) -> Found:
    return Found(place=place, urls=(URL, url), status=status)


def judged(seen: Found) -> Mapping[str, Finding]:
    return {finding.code: finding for finding in judge(CHECK, target(), seen, POLICY, NOW)[0]}


def answered(seen: Found) -> frozenset[str]:
    return judge(CHECK, target(), seen, POLICY, NOW)[1]


CASES: list[Any] = [
    pytest.param(found(), [], id="as it should be"),
    pytest.param(found(file("Preferred-Languages: id, en", f"Canonical: {URL}")), [], id="with more fields"),
    pytest.param(found(kind="text/plain"), [], id="without a charset"),
    pytest.param(found(kind='Text/Plain; Charset="UTF-8"'), [], id="served in capitals"),
    pytest.param(nothing(), ["missing"], id="404"),
    pytest.param(nothing(status=410), ["missing"], id="410"),
    pytest.param(nothing(status=200), ["missing"], id="a page instead"),
    pytest.param(nothing(Place.FOREIGN, "https://slot88.example/x", 302), ["off_government"], id="elsewhere"),
    pytest.param(nothing(Place.PLAIN, f"http://{HOST}/x", 302), ["not_https"], id="over http"),
    pytest.param(found(place=Place.TOP_LEVEL), ["misplaced"], id="at the old place"),
    pytest.param(found(kind="text/html"), ["invalid"], id="served as HTML"),
    pytest.param(found(kind=""), ["invalid"], id="served as nothing"),
    pytest.param(found(kind="text/plain; charset=iso-8859-1"), ["invalid"], id="in another charset"),
    pytest.param(found(not_utf8=True), ["invalid"], id="not UTF-8"),
    pytest.param(found(oversized=True), ["invalid"], id="without end"),
    pytest.param(found("Contact: mailto:a@b.go.id\n"), ["invalid", "contact_unexpected"], id="no Expires"),
    pytest.param(found("Expires: 2027-03-01T00:00:00Z\n"), ["invalid", "contact_unexpected"], id="no contact at all"),
    pytest.param(found(file(left=-SECOND)), ["expired"], id="expired a second ago"),
    pytest.param(found(file(left=SECOND)), ["expiring"], id="expires in a second"),
    pytest.param(found(file(left=DAY)), ["expiring"], id="expires in a day"),
    pytest.param(found(file(left=timedelta(0))), ["expiring"], id="the last second"),
    pytest.param(found(file(left=30 * DAY)), ["expiring"], id="30 days"),
    pytest.param(found(file(left=30 * DAY + SECOND)), [], id="30 days and a second"),
    pytest.param(found(file(contact="mailto:orang@gmail.com")), ["contact_unexpected"], id="another contact"),
    pytest.param(found(file(contact=f"mailto:{CSIRT.upper()}")), [], id="the contact in capitals"),
    pytest.param(found(file(contact=f"https://{HOST}/lapor/")), [], id="the other contact, with a slash"),
    pytest.param(
        found(file(contact=f"mailto:{CSIRT}.attacker.net")), ["contact_unexpected"], id="the contact's imitation"
    ),
    pytest.param(found(file("Canonical: https://lain.go.id/.well-known/security.txt")), ["not_canonical"], id="a copy"),
]


@pytest.mark.parametrize(("seen", "codes"), CASES)
def test_each_file_has_its_findings(seen: Found, codes: list[str]) -> None:
    assert sorted(judged(seen)) == sorted(f"security_txt.{code}" for code in codes)


def test_a_file_may_be_canonical_before_or_after_a_redirect() -> None:
    after = "https://purbalinggakab.go.id/.well-known/security.txt"
    for canonical in (URL, after):
        assert judged(found(file(f"Canonical: {canonical}"), urls=(URL, after))) == {}


def test_any_contact_will_do_where_none_is_expected() -> None:
    check = security_txt(SecurityTxt())
    findings, _codes = judge(check, target(), found(file(contact="mailto:orang@gmail.com")), POLICY, NOW)

    assert findings == ()


def test_a_file_that_is_gone_has_no_other_fault_any_more() -> None:
    assert answered(nothing()) == {rule.code for rule in CHECK.rules}


@pytest.mark.parametrize("place", [Place.FOREIGN, Place.PLAIN])
def test_a_file_that_was_not_fetched_is_not_judged(place: Place) -> None:
    assert answered(nothing(place, "https://x.example/")) == {
        f"security_txt.{name}" for name in ("missing", "misplaced", "not_https", "off_government")
    }


def test_a_file_that_was_cut_short_says_nothing_of_what_is_in_it() -> None:
    assert "security_txt.expired" not in answered(found(file(left=-DAY), oversized=True))


@pytest.mark.parametrize("seen", [case.values[0] for case in CASES if case.values[1]], ids=lambda seen: seen.place)
def test_a_finding_is_one_sentence_without_gaps(seen: Found) -> None:
    for finding in judged(seen).values():
        sentence = catalogue.describe(finding)
        assert not re.search(r"[{}–]|None|\s\s|\n|\.\.$", sentence)
        assert sentence.endswith(".")


def test_every_case_of_the_words_is_shown() -> None:
    shown = {
        (code, finding.detail.get("case", "")) for case in CASES for code, finding in judged(case.values[0]).items()
    }
    written = {(rule.code, case) for rule in CHECK.rules for case in ("", *catalogue.text(rule.code).cases)}

    assert shown == written


@pytest.mark.parametrize(
    ("of", "applies"),
    [
        pytest.param(target(), True, id="https"),
        pytest.param(target(f"HTTPS://{HOST}/"), True, id="https in capitals"),
        pytest.param(target("http://karangjambu.desa.id/first", kind=Kind.DESA), False, id="http only"),
        pytest.param(domain_target(), False, id="a domain"),
    ],
)
def test_sites_with_https_are_asked(of: Target, applies: Any) -> None:
    assert CHECK.applies(of) is applies
