"""Names and addresses inside records."""

from __future__ import annotations

import pytest

from monitor.standards.addresses import https_host, is_domain, is_mail_address, mailto_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x.example", True),
        ("X.Example.", True),
        ("_spf.x.example", True),
        ("x" * 63 + ".example", True),
        ("x" * 64 + ".example", False),
        (".".join(["x" * 49] * 5) + ".id", True),
        (".".join(["x" * 49] * 5) + ".idid", False),
        ("example", False),
        ("", False),
        (".", False),
        (".example", False),
        ("x..example", False),
        ("-x.example", False),
        ("x-.example", False),
        ("192.0.2.1", False),
        ("x.123", False),
        ("x example.org", False),
        ("x.example\n", False),
        ("\u00e9.example", False),
    ],
)
def test_a_domain_has_two_labels_of_letters_digits_and_hyphens(text: str, *, expected: bool) -> None:
    assert is_domain(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b+c@x.example", True),
        ("a" * 64 + "@x.example", True),
        ("a" * 65 + "@x.example", False),
        ("@x.example", False),
        ("a@", False),
        ("a@x", False),
        ("a..b@x.example", False),
        (".a@x.example", False),
        ("a b@x.example", False),
        ("a@b@x.example", False),
    ],
)
def test_a_mail_address_is_a_local_part_at_a_domain(text: str, *, expected: bool) -> None:
    assert is_mail_address(text) is expected


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("mailto:a@x.example", "a@x.example"),
        ("MAILTO:a%2Bb@x.example?subject=s", "a+b@x.example"),
        ("mailto:a@x.example,b@x.example", None),
        ("a@x.example", None),
        ("https:a@x.example", None),
    ],
)
def test_a_mailto_uri_has_one_address(uri: str, address: str | None) -> None:
    assert mailto_address(uri) == address


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("https://x.example/a?b#c", "x.example"),
        ("HTTPS://X.example:8443", "x.example"),
        ("http://x.example/", None),
        ("https:///a", None),
        ("https:x.example", None),
        ("https://x.example/a b", None),
        ("https://[::1", None),
        ("https://x.example/\n", None),
    ],
)
def test_an_https_uri_has_a_host(uri: str, host: str | None) -> None:
    assert https_host(uri) == host
