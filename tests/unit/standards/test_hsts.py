"""Reading Strict-Transport-Security (RFC 6797 §6.1)."""

from __future__ import annotations

import pytest

from monitor.standards.hsts import Hsts, parse
from tests.unit.standards.marking import errors, marked

YEAR = 31536000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("max-age=31536000", Hsts(max_age=YEAR)),
        ('MAX-AGE="31536000"', Hsts(max_age=YEAR)),
        (" max-age = 31536000 ; ; includeSUBdomains ;", Hsts(max_age=YEAR, include_subdomains=True)),
        ("includeSubDomains;max-age=31536000;preload", Hsts(max_age=YEAR, include_subdomains=True, preload=True)),
        (f"max-age={'9' * 400}", Hsts(max_age=10**10)),
    ],
)
def test_a_header_is_read_in_any_case_order_and_quoting(text: str, value: Hsts) -> None:
    linted = parse(text)

    assert (linted.value, linted.remarks) == (value, ())
    assert parse(str(value)).value == value


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [""]),
        ("includeSubDomains", [""]),
        ("max-age", [""]),
        ("max-age=", ["", ""]),
        ("max-age=-1", ["-1"]),
        ("max-age=1.5", ["1.5"]),
        ("max-age=1y", ["1y"]),
        ("max-age='31536000'", ["'31536000'"]),
        ("max-age=\u0661", ["\u0661", "\u0661"]),
        ("max-age=31536000; max-age=0", ["max-age"]),
        ("max-age=31536000; preload; Preload", ["Preload"]),
        ("max-age=31536000, includeSubDomains", ["31536000, includeSubDomains"] * 2),
        ("max-age=31536000 includeSubDomains", ["31536000 includeSubDomains"] * 2),
        ("max-age=31536000; includeSubDomains=1", ["includeSubDomains=1"]),
        ("max-age=31536000; =1", ["=1"]),
        ("Strict-Transport-Security: max-age=31536000", ["Strict-Transport-Security: max-age=31536000", ""]),
    ],
)
def test_what_browsers_ignore_has_no_value(text: str, places: list[str]) -> None:
    linted = parse(text)

    assert linted.value is None
    assert errors(text, linted) == places


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("max-age=0", ["peringatan"]),
        ("max-age=15767999", ["peringatan"]),
        ("max-age=15768000", []),
        ("max-age=31536000; preload", ["peringatan"]),
        ("max-age=31535999; includeSubDomains; preload", ["peringatan"]),
        ("max-age=31536000; moo=1", ["catatan"]),
    ],
)
def test_what_protects_little_is_remarked(text: str, levels: list[str]) -> None:
    linted = parse(text)

    assert linted.valid
    assert [level for level, _place in marked(text, linted)] == levels
