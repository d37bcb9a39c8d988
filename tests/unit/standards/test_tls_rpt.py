"""Reading TLS-RPT records (RFC 8460 §3)."""

from __future__ import annotations

import pytest

from monitor.standards.tls_rpt import parse, records
from tests.unit.standards.marking import errors, marked


@pytest.mark.parametrize(
    ("text", "rua"),
    [
        ("v=TLSRPTv1; rua=mailto:a@x.example", ("mailto:a@x.example",)),
        ("v=TLSRPTv1;rua=mailto:a@x.example,https://x.example/v1;", ("mailto:a@x.example", "https://x.example/v1")),
    ],
)
def test_a_record_says_where_reports_go(text: str, rua: tuple[str, ...]) -> None:
    linted = parse(text)

    assert linted.remarks == ()
    assert linted.value is not None
    assert linted.value.rua == rua
    assert parse(str(linted.value)).value == linted.value
    assert records([text, "v=STSv1; id=1"]) == (text,)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [""]),
        ("v=TLSRPTv2; rua=mailto:a@x.example", ["v=TLSRPTv2"]),
        ("v=tlsrptv1; rua=mailto:a@x.example", ["v=tlsrptv1"]),
        ("rua=mailto:a@x.example; v=TLSRPTv1;", ["rua=mailto:a@x.example"]),
        ("v=TLSRPTv1;", [""]),
        ("v=TLSRPTv1; rua=", ["rua"]),
        ("v=TLSRPTv1; rua=a@x.example", ["a@x.example"]),
        ("v=TLSRPTv1; rua=http://x.example/", ["http://x.example/"]),
        ("v=TLSRPTv1; rua=https:///x", ["https:///x"]),
        ("v=TLSRPTv1; rua=mailto:a@x.example; rua=mailto:b@x.example", ["rua"]),
    ],
)
def test_what_is_wrong_is_pointed_at(text: str, places: list[str]) -> None:
    assert errors(text, parse(text)) == places


def test_one_good_address_is_kept_beside_a_bad_one() -> None:
    text = "v=TLSRPTv1; rua=mailto:a@x.example,b; x=1"
    linted = parse(text)

    assert linted.value is not None
    assert linted.value.rua == ("mailto:a@x.example",)
    assert marked(text, linted) == [("galat", "b"), ("catatan", "x")]
