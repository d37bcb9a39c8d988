"""Reading security.txt (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.standards.security_txt import LONGEST, instant, parse
from tests.unit.standards.marking import errors, marked

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GOOD = "Contact: mailto:csirt@x.example\nExpires: 2027-06-30T00:00:00Z\n"
FULL = (
    "# Purbalinggakab-CSIRT\r\n\r\n"
    "Contact: https://csirt.x.example/lapor\r\n"
    "contact: tel:+62-281-891098\r\n"
    "Expires: 2027-06-30T07:00:00+07:00\r\n"
    "Encryption: https://csirt.x.example/key.asc\r\n"
    "Encryption: openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f\r\n"
    "Acknowledgments: https://csirt.x.example/terima-kasih\r\n"
    "Preferred-Languages: id, EN\r\n"
    "Canonical: https://x.example/.well-known/security.txt\r\n"
    "Policy: https://csirt.x.example/kebijakan\r\n"
    "Hiring: https://x.example/kerja\r\n"
)
SIGNED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + GOOD + "- -moo: 1\n"
    "-----BEGIN PGP SIGNATURE-----\n\niHUEARYKAB0WIQ\n-----END PGP SIGNATURE-----\n"
)


def test_every_field_is_read() -> None:
    linted = parse(FULL, NOW)
    value = linted.value

    assert linted.valid
    assert value is not None
    assert value.contacts == ("https://csirt.x.example/lapor", "tel:+62-281-891098")
    assert value.expires == datetime(2027, 6, 30, tzinfo=UTC)
    assert value.canonical == ("https://x.example/.well-known/security.txt",)
    assert value.languages == ("id", "en")
    assert len(value.encryption) == 2
    assert value.signed is False
    assert marked(FULL, linted) == [("catatan", "")]


@pytest.mark.parametrize("text", [SIGNED, SIGNED.replace("\n", "\r\n")])
def test_a_signed_file_is_read_within_its_frame(text: str) -> None:
    linted = parse(text, NOW)

    assert linted.valid
    assert linted.value is not None
    assert (linted.value.signed, linted.value.contacts) == (True, ("mailto:csirt@x.example",))
    assert linted.value.values("-moo") == ("1",)
    assert marked(text, linted) == [("catatan", "-moo")]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("", [""], id="empty"),
        pytest.param("# nothing\n", ["# nothing\n"], id="comment only"),
        pytest.param("Contact: mailto:a@x.example\n", [""], id="no expiry"),
        pytest.param("Expires: 2027-06-30T00:00:00Z\n", [""], id="no contact"),
        pytest.param(GOOD + "Expires: 2027-06-30T00:00:00Z\n", ["Expires"], id="two expiries"),
        pytest.param(
            GOOD + "Preferred-Languages: id\nPreferred-Languages: en\n", ["Preferred-Languages"], id="languages"
        ),
        pytest.param(GOOD.replace("2027", "2025"), ["2025-06-30T00:00:00Z"], id="expired"),
        pytest.param(GOOD.replace("T00:00:00Z", ""), ["2027-06-30"], id="no time"),
        pytest.param(GOOD.replace("Z", ""), ["2027-06-30T00:00:00"], id="no zone"),
        pytest.param(GOOD.replace("06-30", "06-31"), ["2027-06-31T00:00:00Z"], id="no such day"),
        pytest.param(GOOD.replace("mailto:", ""), ["csirt@x.example"], id="bare address"),
        pytest.param(GOOD + "Contact: http://x.example\n", ["http://x.example"], id="http contact"),
        pytest.param(GOOD + "Contact: mailto:x\n", ["mailto:x"], id="no domain"),
        pytest.param(GOOD + "Contact:\n", ["Contact"], id="nothing said"),
        pytest.param(GOOD + "Contact: 0281 891098\n", ["0281 891098"], id="bare number"),
        pytest.param(GOOD + "Encryption: http://x.example/k\n", ["http://x.example/k"], id="http key"),
        pytest.param(GOOD + "Canonical: /security.txt\n", ["/security.txt"], id="relative"),
        pytest.param(GOOD + "Preferred-Languages: id, inggris!\n", ["inggris!"], id="no language"),
        pytest.param(GOOD + "hello\n", ["hello"], id="not a field"),
        pytest.param(GOOD + "Two words: x\n", ["Two words: x"], id="not a name"),
        pytest.param("<html>\n" + GOOD, ["<html>"], id="a page"),
        pytest.param(GOOD + "x: y\rz: w\n", ["x: y\r"], id="CR alone"),
        pytest.param("hi: 1\n" + SIGNED, ["-----BEGIN PGP SIGNED MESSAGE-----"], id="text before the frame"),
        pytest.param(
            SIGNED.partition("-----END")[0], ["-----BEGIN PGP SIGNED MESSAGE-----"], id="frame without an end"
        ),
    ],
)
def test_what_is_wrong_is_pointed_at(text: str, places: list[str]) -> None:
    found = errors(text, parse(text, NOW))

    assert set(places) <= set(found)
    assert not parse(text, NOW).valid


@pytest.mark.parametrize(
    ("text", "level", "place"),
    [
        pytest.param(GOOD.replace("2027-06-30", "2028-06-30"), "peringatan", "2028-06-30T00:00:00Z", id="far away"),
        pytest.param(GOOD + "Contact: sip:a@x.example\n", "peringatan", "sip:a@x.example", id="another scheme"),
        pytest.param(GOOD + "Policy:https://x.example/p\n", "peringatan", "Policy", id="no blank"),
        pytest.param(GOOD + "Moo: 1\n", "catatan", "Moo", id="unknown field"),
    ],
)
def test_what_is_allowed_but_odd_is_remarked(text: str, level: str, place: str) -> None:
    linted = parse(text, NOW)

    assert linted.valid
    assert (level, place) in marked(text, linted)


def test_expiry_is_judged_only_by_a_clock() -> None:
    text = GOOD.replace("2027", "2025")

    assert parse(text).valid
    assert not parse(text, NOW).valid


def test_a_file_expires_at_that_very_second() -> None:
    expires = datetime(2027, 6, 30, tzinfo=UTC)

    assert not parse(GOOD, expires).valid
    assert parse(GOOD, expires - timedelta(seconds=1)).valid


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:01Z", 1),
        ("1970-01-01t07:00:01+07:00", 1),
        ("1970-01-01T00:00:01.5z", 1.5),
        ("1970-01-01T23:59:60Z", 86400),
        ("1970-01-01 00:00:01Z", None),
        ("1970-01-01T24:00:00Z", None),
        ("1970-01-01T00:00Z", None),
        ("0001-01-01T00:00:00+07:00", None),
        ("9999-12-31T23:59:59-07:00", None),
        ("", None),
    ],
)
def test_an_instant_is_written_as_rfc_3339_has_it(text: str, seconds: float | None) -> None:
    found = instant(text)

    assert (None if found is None else found.timestamp()) == seconds


def test_a_file_without_end_is_not_read() -> None:
    assert parse(GOOD + "# x\n" * LONGEST).value is None


def test_of_two_expiries_neither_counts() -> None:
    value = parse(GOOD + "Expires: 2028-06-30T00:00:00Z\n").value

    assert value is not None
    assert value.expires is None
