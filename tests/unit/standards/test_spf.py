"""Reading SPF records (RFC 7208 §4.5–§6, §7.1)."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from monitor.standards.spf import Kind, Mechanism, Modifier, Qualifier, parse, records
from tests.unit.standards.marking import errors, marked, messages

GOOD = [
    pytest.param("v=spf1 -all", id="nobody"),
    pytest.param("v=spf1 a mx -all", id="own hosts"),
    pytest.param("v=spf1 a:mail.example.org/24 mx:example.org//64 ~all", id="prefixes"),
    pytest.param("v=spf1 a/24//96 -all", id="both prefixes"),
    pytest.param("v=spf1 a:example.org/0//0 -all", id="prefixes of nought"),
    pytest.param("v=spf1 ip4:192.0.2.1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", id="networks"),
    pytest.param("v=spf1 ip6:::ffff:192.0.2.1/128 -all", id="IPv4 in IPv6"),
    pytest.param("v=spf1 include:_spf.example.org -all", id="underscore"),
    pytest.param("v=spf1 include:example.org. -all", id="final dot"),
    pytest.param("v=spf1 include:example.xn--p1ai -all", id="top label with hyphens"),
    pytest.param("v=spf1 redirect=_spf.example.org", id="redirect"),
    pytest.param("v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all", id="macros"),
    pytest.param("v=spf1 exists:%{l1r+-}.example.org -all", id="macro with delimiters"),
    pytest.param("v=spf1 exists:%{d/} -all", id="slash as a delimiter"),
    pytest.param("v=spf1 include:%{d} -all", id="macro alone"),
    pytest.param("v=spf1 -all exp=explain._spf.%{d}", id="explanation"),
    pytest.param("v=spf1   a    -all   ", id="many blanks"),
]


@pytest.mark.parametrize("text", GOOD)
def test_a_record_by_the_grammar_has_no_error(text: str) -> None:
    linted = parse(text)

    assert linted.valid, messages(linted)


@pytest.mark.parametrize("text", GOOD)
def test_a_record_written_anew_says_the_same(text: str) -> None:
    value = parse(text).value

    assert parse(str(value)).value == value


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("", [""], id="empty"),
        pytest.param("v=spf10 -all", ["v=spf10"], id="another version"),
        pytest.param("v=spf1;a -all", ["v=spf1;a"], id="semicolons"),
        pytest.param(" v=spf1 -all", [""], id="a blank first"),
        pytest.param('"v=spf1 -all"', ['"v=spf1'], id="quotes of the zone file"),
        pytest.param("v=DMARC1; p=none", ["v=DMARC1;"], id="another standard"),
    ],
)
def test_what_does_not_begin_with_the_version_is_no_record(text: str, places: list[str]) -> None:
    linted = parse(text)

    assert linted.value is None
    assert errors(text, linted) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("v=spf1 ipv4:192.0.2.1 -all", ["ipv4"], id="ipv4"),
        pytest.param("v=spf1 inculde:example.org -all", ["inculde"], id="misspelt include"),
        pytest.param("v=spf1 192.0.2.1 -all", ["192.0.2.1"], id="bare address"),
        pytest.param("v=spf1 fe80::1 -all", ["fe80::1"], id="bare IPv6 address"),
        pytest.param("v=spf1 mail.example.org -all", ["mail.example.org"], id="bare name"),
        pytest.param("v=spf1 redirect:example.org", ["redirect"], id="redirect with a colon"),
        pytest.param("v=spf1 a, mx -all", ["a,"], id="comma"),
        pytest.param("v=spf1 -all;", ["-all;"], id="semicolon at the end"),
        pytest.param("v=spf1 - all", ["-"], id="blank after the sign"),
        pytest.param("v=spf1 --all", ["--all"], id="long dash"),
        pytest.param("v=spf1 \u2013all", ["\u2013all"], id="typographic dash"),
        pytest.param("v=spf1 -redirect=example.org", ["-redirect=example.org"], id="modifier with a sign"),
        pytest.param("v=spf1\ta -all", ["v=spf1\ta"], id="tab after the version"),
        pytest.param("v=spf1 a\tmx -all", ["a\tmx"], id="tab"),
        pytest.param("v=spf1 all:example.org", [":example.org"], id="all with a domain"),
        pytest.param("v=spf1 all/8", ["/8"], id="all with a prefix"),
        pytest.param("v=spf1 include -all", ["include"], id="include of nothing"),
        pytest.param("v=spf1 include: -all", ["include:"], id="include of an empty name"),
        pytest.param("v=spf1 include:example.org/24 -all", ["example.org/24"], id="include with a prefix"),
        pytest.param("v=spf1 exists -all", ["exists"], id="exists of nothing"),
        pytest.param("v=spf1 a: -all", ["a:"], id="a of an empty name"),
        pytest.param("v=spf1 a:localhost -all", ["localhost"], id="one label"),
        pytest.param("v=spf1 a:example.123 -all", ["example.123"], id="numeric top label"),
        pytest.param("v=spf1 a:example..org -all", ["example..org"], id="empty label"),
        pytest.param("v=spf1 a/33 -all", ["33"], id="prefix of 33"),
        pytest.param("v=spf1 a/024 -all", ["024"], id="leading nought"),
        pytest.param("v=spf1 a//129 -all", ["129"], id="prefix of 129"),
        pytest.param("v=spf1 a/24/64 -all", ["/24", "64"], id="one slash before the IPv6 prefix"),
        pytest.param("v=spf1 mx:example.org/ -all", ["example.org/"], id="slash and nothing"),
        pytest.param("v=spf1 ip4 -all", ["ip4"], id="ip4 of nothing"),
        pytest.param("v=spf1 ip4:192.0.2 -all", ["192.0.2"], id="three octets"),
        pytest.param("v=spf1 ip4:192.0.2.256 -all", ["192.0.2.256"], id="octet of 256"),
        pytest.param("v=spf1 ip4:192.0.2.1:25 -all", ["192.0.2.1:25"], id="port"),
        pytest.param("v=spf1 ip4:192.0.2.0/ -all", [""], id="ip4 with slash and nothing"),
        pytest.param("v=spf1 ip4:192.0.2.0/33 -all", ["33"], id="ip4 prefix of 33"),
        pytest.param("v=spf1 ip4:192.0.2.0//24 -all", ["/24"], id="ip4 with two slashes"),
        pytest.param("v=spf1 ip4:2001:db8::1 -all", ["2001:db8::1"], id="IPv6 in ip4"),
        pytest.param("v=spf1 ip6:192.0.2.1 -all", ["192.0.2.1"], id="IPv4 in ip6"),
        pytest.param("v=spf1 ip6:fe80::1%eth0 -all", ["fe80::1%eth0"], id="zone"),
        pytest.param("v=spf1 redirect=", ["redirect="], id="redirect to nothing"),
        pytest.param("v=spf1 redirect=a.example redirect=b.example", ["redirect=b.example"], id="two redirects"),
        pytest.param("v=spf1 -all exp=a.example exp=b.example", ["exp=b.example"], id="two explanations"),
        pytest.param("v=spf1 exists:%{x}.example.org -all", ["%{x}"], id="unknown macro"),
        pytest.param("v=spf1 exists:%{d0}.example.org -all", ["%{d0}"], id="no labels"),
        pytest.param("v=spf1 exists:%{d.example.org -all", ["%{d.example.org"], id="macro without an end"),
        pytest.param("v=spf1 exists:100%.example.org -all", ["%."], id="percent sign"),
        pytest.param("v=spf1 exists:%{c}.example.org -all", ["%{c}"], id="macro for explanations only"),
        pytest.param("v=spf1 exists:%{d}.%% -all", ["%{d}.%%"], id="ends in an escape"),
        pytest.param("v=spf1 a:ex\u00e4mple.org -all", ["\u00e4"], id="not ASCII"),
        pytest.param("v=spf1 moo=%{ -all", ["%{"], id="macro of an unknown modifier"),
    ],
)
def test_what_makes_a_reader_refuse_is_pointed_at(text: str, places: list[str]) -> None:
    linted = parse(text)

    assert not linted.valid
    assert errors(text, linted) == places


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        pytest.param("v=spf1 +all", [("peringatan", "+all")], id="everybody"),
        pytest.param("v=spf1 ALL", [("peringatan", "ALL")], id="everybody, unsigned"),
        pytest.param("v=spf1 ?all", [("peringatan", "?all")], id="neutral"),
        pytest.param("v=spf1 a", [("peringatan", "")], id="no end"),
        pytest.param("v=spf1", [("peringatan", "")], id="nothing at all"),
        pytest.param("v=spf1 ptr -all", [("peringatan", "ptr")], id="ptr"),
        pytest.param("v=spf1 -all a", [("peringatan", "a")], id="after all"),
        pytest.param("v=spf1 a a -all", [("peringatan", "a")], id="twice"),
        pytest.param(
            "v=spf1 -all redirect=example.org", [("peringatan", "redirect=example.org")], id="unused redirect"
        ),
        pytest.param("v=spf1 ip4:0.0.0.0/0 -all", [("peringatan", "ip4:0.0.0.0/0")], id="the internet"),
        pytest.param("v=spf1 ip6:::/0 -all", [("peringatan", "ip6:::/0")], id="the other internet"),
        pytest.param("v=spf1 -ip4:0.0.0.0/0 ?all", [("peringatan", "?all")], id="refusing the internet is fine"),
        pytest.param("v=spf1 a/4 -all", [("peringatan", "a/4")], id="wide prefix"),
        pytest.param("v=spf1 ip4:192.0.2.1/24 -all", [("catatan", "192.0.2.1")], id="host bits"),
        pytest.param("v=spf1 moo=1 -all", [("catatan", "moo")], id="unknown modifier"),
        pytest.param(
            "v=spf1 include=example.org -all", [("peringatan", "include")], id="modifier that was a mechanism"
        ),
    ],
)
def test_what_is_allowed_but_hardly_meant_is_remarked(text: str, remarks: list[tuple[str, str]]) -> None:
    linted = parse(text)

    assert linted.valid
    assert marked(text, linted) == remarks


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ipv4:192.0.2.1", "ip4"),
        ("includes:a.example", "include"),
        ("inlcude:a.example", "include"),
        ("exist:a.b", "exists"),
    ],
)
def test_a_misspelt_mechanism_is_told_what_was_meant(word: str, meant: str) -> None:
    assert f"maksudnya {meant}?" in messages(parse(f"v=spf1 {word} -all"))


def test_everything_that_was_read_is_in_the_value() -> None:
    value = parse("V=SPF1 ?A:Example.ORG/24//64 ~IP4:192.0.2.7/24 Redirect=%{d}.x.example X-y=1").value

    assert value is not None
    assert value.terms == (
        Mechanism(kind=Kind.A, qualifier=Qualifier.NEUTRAL, domain="Example.ORG", prefix4=24, prefix6=64),
        Mechanism(kind=Kind.IP4, qualifier=Qualifier.SOFTFAIL, network=ip_network("192.0.2.0/24")),
        Modifier(name="redirect", value="%{d}.x.example"),
        Modifier(name="x-y", value="1"),
    )
    assert (value.all, value.redirect, value.lookups) == (None, "%{d}.x.example", 2)


def test_all_ends_what_is_evaluated() -> None:
    value = parse("v=spf1 a ~all mx -all redirect=example.org").value

    assert value is not None
    assert [one.kind for one in value.mechanisms] == [Kind.A, Kind.ALL]
    assert (value.all, value.redirect, value.lookups) == (Qualifier.SOFTFAIL, "", 1)


@pytest.mark.parametrize(("count", "valid"), [(10, True), (11, False)])
def test_a_record_may_have_ten_terms_that_ask(count: int, valid: bool) -> None:  # noqa: FBT001
    terms = " ".join(f"a:h{number}.example.org" for number in range(count))

    assert parse(f"v=spf1 {terms} -all").valid is valid


@pytest.mark.parametrize(
    ("length", "level"), [(255, []), (256, ["catatan"]), (450, ["catatan"]), (451, ["peringatan"])]
)
def test_a_long_record_is_remarked_by_how_long_it_is(length: int, level: list[str]) -> None:
    text = "v=spf1 -all exp=" + "a" * (length - 24) + ".example"

    assert len(text) == length
    assert [remark.level.value for remark in parse(text).remarks] == level


def test_only_texts_with_the_version_and_a_blank_are_records() -> None:
    texts = ("v=spf1", "v=spf1 -all", "V=SPF1 -all", "v=spf10 -all", "spf2.0/pra -all", " v=spf1 -all", "")

    assert records(texts) == texts[:3]
