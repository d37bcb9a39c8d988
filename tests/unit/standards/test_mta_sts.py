"""Reading MTA-STS records and policies (RFC 8461)."""

from __future__ import annotations

import pytest

from monitor.standards.mta_sts import LONGEST_POLICY, Mode, StsPolicy, mx_matches, parse, parse_policy, records
from tests.unit.standards.marking import errors, marked

POLICY = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.org\r\nmx: *.example.net\r\nmax_age: 604800\r\n"


@pytest.mark.parametrize(
    ("pattern", "host", "matches"),
    [
        ("mail.example.com", "mail.example.com", True),
        ("mail.example.com", "MAIL.Example.com.", True),
        ("Mail.Example.com", "mail.example.com", True),
        ("mail.example.com", "mail.example.com.attacker.net", False),
        ("mail.example.com", "xmail.example.com", False),
        ("mail.example.com", "mailxexample.com", False),
        ("mail.example.com", "example.com", False),
        ("*.example.com", "mail.example.com", True),
        ("*.example.com", "a.mail.example.com", False),
        ("*.example.com", "example.com", False),
        ("*.example.com", ".example.com", False),
        ("*.example.com", "mail.example.com.attacker.net", False),
        ("*.example.com", "mail.notexample.com", False),
        ("*.example.com", "mail-example.com", False),
        ("*", "mail.example.com", False),
        ("*.", "mail", False),
        ("", "", False),
        ("mail.*.com", "mail.example.com", False),
    ],
)
def test_a_pattern_means_the_whole_name_and_a_star_one_label(pattern: str, host: str, *, matches: bool) -> None:
    assert mx_matches(pattern, host) is matches


@pytest.mark.parametrize("text", ["v=STSv1; id=20261124T1;", "v=STSv1;id=1", "v=STSv1 ; id = 20261124 ; x=1"])
def test_a_record_names_the_edition_of_the_policy(text: str) -> None:
    linted = parse(text)

    assert linted.valid
    assert parse(str(linted.value)).value == linted.value
    assert records([text, "v=spf1 -all"]) == (text,)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [""]),
        ("v=STSv2; id=1", ["v=STSv2"]),
        ("v=stsv1; id=1", ["v=stsv1"]),
        ("v=STSv1", ["v=STSv1"]),
        ("v=STSv1;", [""]),
        ("id=1; v=STSv1;", ["id=1"]),
        ("v=STSv1; id=", ["id"]),
        ("v=STSv1; id=2026-11-24", ["2026-11-24"]),
        ("v=STSv1; id=" + "1" * 33, ["1" * 33]),
        ("v=STSv1; id=1; id=2", ["id"]),
    ],
)
def test_what_is_wrong_with_a_record_is_pointed_at(text: str, places: list[str]) -> None:
    assert errors(text, parse(text)) == places


@pytest.mark.parametrize("text", [POLICY, POLICY.replace("\r\n", "\n"), POLICY.rstrip(), POLICY.replace(": ", ":")])
def test_a_policy_is_read_whatever_ends_its_lines(text: str) -> None:
    linted = parse_policy(text)

    assert linted.remarks == ()
    assert linted.value == StsPolicy(mode=Mode.ENFORCE, mx=("mail.example.org", "*.example.net"), max_age=604800)
    assert parse_policy(str(linted.value)).value == linted.value
    assert linted.value.allows("MX1.example.net.")
    assert not linted.value.allows("mail.example.org.attacker.net")


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("version: STSv1\r\n", "", [""]),
        ("STSv1", "STSv2", ["STSv2"]),
        ("enforce", "Enforce", ["Enforce"]),
        ("mode: enforce\r\n", "", [""]),
        ("max_age: 604800\r\n", "", [""]),
        ("604800", "1 week", ["1 week"]),
        ("604800", "-1", ["-1"]),
        ("604800", "31557601", ["31557601"]),
        ("mail.example.org", "mail", ["mail"]),
        ("mail.example.org", "*.*.example.org", ["*.*.example.org"]),
        ("mail.example.org", "a@example.org", ["a@example.org"]),
        ("mx: mail.example.org", "mx", ["mx"]),
        ("mx:", "mx :", ["mx "]),
    ],
)
def test_what_is_wrong_with_a_policy_is_pointed_at(before: str, after: str, places: list[str]) -> None:
    text = POLICY.replace(before, after, 1)

    assert errors(text, parse_policy(text)) == places


def test_a_policy_to_enforce_needs_a_host_and_one_to_stop_does_not() -> None:
    text = "version: STSv1\nmode: {}\nmax_age: 604800\n"

    assert not parse_policy(text.format("enforce")).valid
    assert parse_policy(text.format("none")).valid


@pytest.mark.parametrize(
    ("before", "after", "remarks"),
    [
        ("enforce", "testing", [("peringatan", "testing")]),
        ("604800", "604799", [("peringatan", "604799")]),
        ("mode: enforce", "mode: enforce\r\nmode: none", [("peringatan", "mode")]),
        ("mode: enforce", "mode: enforce\r\nx: y", [("catatan", "x")]),
    ],
)
def test_what_is_allowed_but_weak_is_remarked(before: str, after: str, remarks: list[tuple[str, str]]) -> None:
    text = POLICY.replace(before, after, 1)
    linted = parse_policy(text)

    assert linted.valid
    assert marked(text, linted) == remarks


def test_a_policy_without_end_is_not_read() -> None:
    assert parse_policy(POLICY + "x: y\r\n" * LONGEST_POLICY).value is None
