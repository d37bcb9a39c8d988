"""Reading CAA records (RFC 8659, RFC 8657)."""

from __future__ import annotations

import pytest

from monitor.standards.caa import Caa, parse, permitted
from tests.unit.standards.marking import errors, marked


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('0 issue "letsencrypt.org"', Caa(tag="issue", value="letsencrypt.org", issuer="letsencrypt.org")),
        ('0 issue ";"', Caa(tag="issue", value=";")),
        ('0 issue ""', Caa(tag="issue", value="")),
        ('128 issuewild "CA.Example"', Caa(flags=128, tag="issuewild", value="CA.Example", issuer="ca.example")),
        ("0 issue letsencrypt.org", Caa(tag="issue", value="letsencrypt.org", issuer="letsencrypt.org")),
        ('0 iodef "mailto:csirt@x.example"', Caa(tag="iodef", value="mailto:csirt@x.example")),
        ('0 iodef "http://x.example/r"', Caa(tag="iodef", value="http://x.example/r")),
        (
            '0 issue "ca.example; accounturi=https://ca.example/1; validationmethods=dns-01,http-01"',
            Caa(
                tag="issue",
                value="ca.example; accounturi=https://ca.example/1; validationmethods=dns-01,http-01",
                issuer="ca.example",
                parameters=(("accounturi", "https://ca.example/1"), ("validationmethods", "dns-01,http-01")),
            ),
        ),
        (r'0 contactemail "a\"b\\\064x.example"', Caa(tag="contactemail", value='a"b\\@x.example')),
    ],
)
def test_a_record_is_read_as_a_zone_file_has_it(text: str, value: Caa) -> None:
    linted = parse(text)

    assert (linted.value, linted.remarks) == (value, ())
    assert parse(str(value)).value == value


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [""]),
        ("letsencrypt.org", ["letsencrypt.org"]),
        ('issue "letsencrypt.org"', ['issue "letsencrypt.org"']),
        ('0 issue "letsencrypt.org', ['0 issue "letsencrypt.org']),
        ('256 issue "letsencrypt.org"', ["256"]),
        ('0 is-sue "letsencrypt.org"', ["is-sue"]),
        ('128 moo "x"', ["moo"]),
        ('0 issue "Let\'s Encrypt"', ["Let's Encrypt"]),
        ('0 issue "https://letsencrypt.org"', ["https://letsencrypt.org"]),
        ('0 issue "ca.example dns-01"', ["ca.example dns-01"]),
        ('0 issue "ca.example; dns-01"', ["dns-01"]),
        ('0 issue "ca.example; accounturi=1"', ["accounturi=1"]),
        ('0 iodef "csirt@x.example"', ["csirt@x.example"]),
        ('0 iodef ""', ['""']),
    ],
)
def test_what_is_wrong_is_pointed_at(text: str, places: list[str]) -> None:
    assert errors(text, parse(text)) == places


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        ('1 issue "ca.example"', [("peringatan", "1")]),
        ('0 moo "x"', [("peringatan", "moo")]),
        ('0 ISSUE "ca.example"', [("catatan", "ISSUE")]),
        ('0 issue "ca.example; x=1"', [("catatan", "x=1")]),
        ('0 issue "ca.example; validationmethods=mail"', [("peringatan", "validationmethods=mail")]),
    ],
)
def test_what_is_allowed_but_odd_is_remarked(text: str, remarks: list[tuple[str, str]]) -> None:
    linted = parse(text)

    assert linted.valid
    assert marked(text, linted) == remarks


@pytest.mark.parametrize(
    ("texts", "plain", "wild"),
    [
        pytest.param([], None, None, id="nothing said"),
        pytest.param(['0 iodef "mailto:a@x.example"'], None, None, id="nothing said on issuing"),
        pytest.param(['0 issue "a.example"', '0 issue "b.example"'], {"a.example", "b.example"}, None, id="two"),
        pytest.param(['0 issue ";"'], set(), None, id="nobody"),
        pytest.param(['0 issue "a.example"', '0 issuewild ";"'], {"a.example"}, set(), id="no wildcards"),
        pytest.param(['0 issuewild "a.example"'], None, {"a.example"}, id="only wildcards are bound"),
    ],
)
def test_who_may_issue_follows_from_all_records_together(
    texts: list[str], plain: set[str] | None, wild: set[str] | None
) -> None:
    found = [value for text in texts if (value := parse(text).value) is not None]

    assert permitted(found) == plain
    assert permitted(found, wildcard=True) == (plain if wild is None else wild)
