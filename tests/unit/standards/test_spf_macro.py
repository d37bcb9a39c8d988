"""Macro expansion: the examples of RFC 7208 §7.4 and what they leave out."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from monitor.standards.spf_macro import Message, expand, expand_name

FOUR = Message(
    sender="strong-bad@email.example.com",
    domain="email.example.com",
    address=ip_address("192.0.2.3"),
    helo="mx.example.org",
    validated="mx.example.org",
    receiver="here.example",
    timestamp=42,
)
SIX = Message(
    sender=FOUR.sender, domain=FOUR.domain, address=ip_address("2001:db8::cb01"), helo="h", validated="unknown"
)


@pytest.mark.parametrize(
    ("spec", "expanded"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ("%{p} %{h} %{c} %{r} %{t}", "mx.example.org mx.example.org 192.0.2.3 here.example 42"),
        ("%{S}", "strong-bad%40email.example.com"),
        ("a%%b%_c%-d", "a%b c%20d"),
        ("%{x}%", "%{x}%"),
    ],
)
def test_a_macro_becomes_what_the_standard_says(spec: str, expanded: str) -> None:
    assert expand(spec, FOUR) == expanded


def test_an_ipv6_address_is_dotted_nibble_by_nibble() -> None:
    nibbles = "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"

    assert expand("%{ir}.%{v}", SIX) == f"{nibbles}.ip6"
    assert expand("%{c}", SIX) == "2001:db8::cb01"


def test_a_name_too_long_loses_labels_on_the_left() -> None:
    spec = ".".join(["x" * 50] * 6) + ".example.org."

    assert expand_name(spec, FOUR) == ".".join(["x" * 50] * 4) + ".example.org"
