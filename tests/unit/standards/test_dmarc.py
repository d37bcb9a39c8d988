"""Reading DMARC records (RFC 9989 §4.7, §4.8), with what RFC 7489 had."""

from __future__ import annotations

import pytest

from monitor.standards.dmarc import Action, Alignment, ReportUri, authorisation, outside, parse, records
from tests.unit.standards.marking import errors, marked

FULL = (
    "v=DMARC1; p=reject; sp=quarantine; np=reject; adkim=s; aspf=s; fo=1:d:s; "
    "rua=mailto:a@x.example,mailto:b@y.example; ruf=mailto:c@x.example; t=n; psd=n"
)
RUA = "rua=mailto:a@x.example"


def test_every_tag_is_read() -> None:
    linted = parse(FULL)
    value = linted.value

    assert linted.remarks == ()
    assert value is not None
    assert (value.p, value.sp, value.np) == (Action.REJECT, Action.QUARANTINE, Action.REJECT)
    assert (value.adkim, value.aspf, value.fo, value.t, value.psd) == (
        Alignment.STRICT, Alignment.STRICT, ("1", "d", "s"), False, "n",
    )  # fmt: skip
    assert value.rua == (
        ReportUri("mailto:a@x.example", "a@x.example"),
        ReportUri("mailto:b@y.example", "b@y.example"),
    )
    assert [one.domain for one in value.ruf] == ["x.example"]


@pytest.mark.parametrize(
    "text",
    [
        FULL,
        f"v=DMARC1;p=reject;{RUA}",
        f"v = DMARC1 ; p = REJECT ; {RUA} ;",
        f"v=DMARC1; p=none; pct=50; ri=3600; rf=afrf; {RUA}",
        "v=DMARC1",
    ],
)
def test_a_record_written_anew_says_the_same(text: str) -> None:
    value = parse(text).value

    assert parse(str(value)).value == value


@pytest.mark.parametrize(
    ("text", "policies"),
    [
        pytest.param("v=DMARC1; p=reject", ("reject", "reject", "reject"), id="p for all"),
        pytest.param("v=DMARC1; p=reject; sp=none", ("reject", "none", "none"), id="sp for those below"),
        pytest.param("v=DMARC1; p=none; np=reject", ("none", "none", "reject"), id="np for those that are not"),
        pytest.param(f"v=DMARC1; {RUA}", ("none", "none", "none"), id="no p"),
        pytest.param("v=DMARC1; p=block", ("none", "none", "none"), id="no such p"),
    ],
)
def test_a_policy_that_is_not_there_follows_from_the_others(text: str, policies: tuple[str, str, str]) -> None:
    value = parse(text).value

    assert value is not None
    assert (value.policy, value.subdomain_policy, value.nonexistent_policy) == policies


@pytest.mark.parametrize(
    "text",
    [
        "",
        "p=none; v=DMARC1",
        "v=dmarc1; p=none",
        "v=DMARC2; p=none",
        "v=DMARC1 p=none",
        "v=DMARC10; p=none",
        " v=DMARC1; p=none",
        "v=spf1 -all",
    ],
)
def test_what_does_not_begin_with_the_version_is_no_record(text: str) -> None:
    linted = parse(text)

    assert (linted.value, linted.valid, len(linted.remarks)) == (None, False, 1)
    assert records([text]) == ()


@pytest.mark.parametrize(
    ("tags", "places"),
    [
        pytest.param("p=block", ["block"], id="p"),
        pytest.param("p=", ["p"], id="empty p"),
        pytest.param("p=none; sp=no", ["no"], id="sp"),
        pytest.param("p=none; np=x", ["x"], id="np"),
        pytest.param("p=none; adkim=strict", ["strict"], id="adkim"),
        pytest.param("p=none; aspf=", ["aspf"], id="aspf"),
        pytest.param("p=none; t=1", ["1"], id="t"),
        pytest.param("p=none; psd=x", ["x"], id="psd"),
        pytest.param("p=none; fo=2; ruf=mailto:a@x.example", ["2"], id="fo"),
        pytest.param("p=none; fo=1,d; ruf=mailto:a@x.example", ["1,d"], id="fo with a comma"),
        pytest.param("p=none; p=reject", ["p"], id="twice"),
        pytest.param("p=none; rua=a@x.example", ["a@x.example"], id="no mailto"),
        pytest.param("p=none; rua=mailto:a", ["mailto:a"], id="no domain"),
        pytest.param("p=none; rua=mailto:a@x.example;b@x.example", ["b@x.example"], id="semicolon in the list"),
        pytest.param("p=none; rua=mailto:a@x.example,", ["rua"], id="comma at the end"),
        pytest.param("p=none; rua=mailto:a@x.example b@x.example", ["mailto:a@x.example b@x.example"], id="blank"),
        pytest.param("p=none; rua=", ["rua"], id="empty rua"),
        pytest.param("p=none;; adkim=s", [""], id="two semicolons"),
        pytest.param("p=none; adkim", ["adkim"], id="no value"),
    ],
)
def test_what_is_wrong_is_pointed_at(tags: str, places: list[str]) -> None:
    text = f"v=DMARC1; {tags}"

    assert errors(text, parse(text)) == places


@pytest.mark.parametrize(
    ("tags", "remarks"),
    [
        pytest.param(f"p=none; {RUA}", [("peringatan", "none")], id="only watching"),
        pytest.param(f"p=reject; sp=none; {RUA}", [("peringatan", "none")], id="subdomains left open"),
        pytest.param(f"p=reject; t=y; {RUA}", [("peringatan", "t")], id="testing"),
        pytest.param("p=reject", [("peringatan", "")], id="no reports"),
        pytest.param(RUA, [("peringatan", "")], id="no p"),
        pytest.param(f"adkim=s; p=reject; {RUA}", [("catatan", "p")], id="p not second"),
        pytest.param(f"p=reject; pct=100; {RUA}", [("catatan", "pct")], id="pct"),
        pytest.param(f"p=reject; pct=101; {RUA}", [("catatan", "pct"), ("peringatan", "101")], id="pct that never was"),
        pytest.param(f"p=reject; ri=86400; rf=afrf; {RUA}", [("catatan", "ri"), ("catatan", "rf")], id="ri and rf"),
        pytest.param(f"p=reject; {RUA}!10m", [("catatan", "!10m")], id="size"),
        pytest.param(f"p=reject; moo=1; {RUA}", [("peringatan", "moo")], id="unknown tag"),
        pytest.param("p=reject; rua=https://x.example/r", [("peringatan", "https://x.example/r")], id="https"),
        pytest.param(f"p=reject; fo=1; {RUA}", [("catatan", "fo")], id="fo without ruf"),
    ],
)
def test_what_is_allowed_but_weak_is_remarked(tags: str, remarks: list[tuple[str, str]]) -> None:
    text = f"v=DMARC1; {tags}"
    linted = parse(text)

    assert linted.valid
    assert marked(text, linted) == remarks


@pytest.mark.parametrize(("pct", "share"), [("0", 0), ("50", 50), ("100", 100), ("101", 100), ("x", 100)])
def test_the_share_of_old_is_kept_for_old_readers(pct: str, share: int) -> None:
    value = parse(f"v=DMARC1; p=reject; pct={pct}").value

    assert value is not None
    assert value.pct == share


def test_only_strangers_must_say_that_they_want_the_reports() -> None:
    text = (
        "v=DMARC1; p=none; ruf=mailto:a@Third.example; "
        "rua=mailto:a@x.example,mailto:b@sub.x.example,mailto:c@evilx.example,mailto:d@third.example"
    )
    value = parse(text).value

    assert value is not None
    assert outside(value, "x.example") == ("evilx.example", "third.example")
    assert authorisation("x.example", "third.example") == "x.example._report._dmarc.third.example"
