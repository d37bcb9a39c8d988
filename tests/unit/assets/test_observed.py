"""What the checks' evidence says of an asset, of whatever version it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.assets import Look, looks_of, observe
from monitor.checks.evidence import evidence
from monitor.checks.mail.facts import Exchangers, Mail, MtaSts, Spf, Trouble
from monitor.checks.names.facts import Naming, Resolved, Voice
from monitor.checks.registration.facts import Listing, Record, Registration
from monitor.checks.tls.facts import Facts as TlsFacts
from monitor.checks.website.evidence import remember
from monitor.checks.zone.facts import Delegated
from monitor.net.dns_said import Word
from tests.unit.assets.making import END, HOST, NOW, entry, mail, names, website
from tests.unit.checks.seeing import secured, unreached
from tests.unit.web.facts import LINK


def seen(**facts: Any) -> dict[str, str]:
    """What is observed, after the evidence went through the record."""
    looks = {check: Look(json.loads(json.dumps(each)), NOW) for check, each in facts.items()}
    return {name: found.value for name, found in observe(HOST, looks).items()}


def hopping(**values: Any) -> dict[str, Any]:
    facts = website()
    return {**facts, "hops": [{**facts["hops"][0], **values}]}


def content(**values: Any) -> dict[str, Any]:
    facts = website()
    return {**facts, "content": {**facts["content"], **values}}


def test_a_page_shows_certificate_and_software() -> None:
    assert seen(website=website()) == {
        "penerbit_sertifikat": "CN=R11,O=Let's Encrypt,C=US",
        "sidik_sertifikat": "ab12",
        "kedaluwarsa_sertifikat": END,
        "perangkat_lunak": "OpenSID; PHP; nginx",
        "versi": "OpenSID 23.05; PHP 8.1.2; nginx 1.18.0",
    }


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(content(challenge=True), id="a test for machines"),
        pytest.param(content(placeholder="parkir"), id="a parking company's"),
        pytest.param({**website(), "content": None}, id="no page"),
        pytest.param(hopping(status=500), id="an error"),
        pytest.param(hopping(url="https://asing.example.com/"), id="another's page"),
        pytest.param({}, id="nothing"),
    ],
)
def test_software_is_told_by_the_sites_own_page_only(facts: dict[str, Any]) -> None:
    assert not seen(website=facts).keys() & {"perangkat_lunak", "versi"}


def test_a_page_that_hides_everything_was_looked_at() -> None:
    facts = {**content(software=[]), "hops": [{**website()["hops"][0], "headers": []}]}

    assert seen(website=facts)["perangkat_lunak"] == seen(website=facts)["versi"] == ""


@pytest.mark.parametrize(
    ("header", "software", "versions"),
    [
        ("nginx/1.18.0 (Ubuntu)", "OpenSID; nginx", "OpenSID 23.05; nginx 1.18.0"),
        ("cloudflare", "OpenSID; cloudflare", "OpenSID 23.05"),
        ("Apache/2.4.41 (Ubuntu) PHP/7.4.3", "Apache; OpenSID; PHP", "Apache 2.4.41; OpenSID 23.05; PHP 7.4.3"),
        ("<script>", "OpenSID", "OpenSID 23.05"),
        ("", "OpenSID", "OpenSID 23.05"),
    ],
)
def test_the_server_names_itself(header: str, software: str, versions: str) -> None:
    found = seen(website=hopping(headers=[["server", header]]))

    assert (found["perangkat_lunak"], found["versi"]) == (software, versions)


def test_the_certificate_is_the_sites_own_and_not_that_of_where_it_sends() -> None:
    plain = {"url": f"http://{HOST}/", "status": 301, "tls": None}
    elsewhere = {"url": "https://asing.example.com/", "status": 200, "tls": {"chain": ["ab12"]}}

    assert "sidik_sertifikat" not in seen(website={**website(), "hops": [plain, elsewhere]})


def test_what_the_checks_really_store_is_understood() -> None:
    end = NOW.replace(year=2027)
    domain = Registration(listing=Listing.FOUND, record=Record(expires=end))
    zone = Delegated(zone="x", parent="go.id", delegated=("ns2.x",), listed=("ns2.x", "NS1.x"))
    answered = Voice(server="ns1", word=Word.RECORDS, addresses=("203.0.113.9", "2001:db8::1"))
    naming = Naming(host=HOST, zone="x", voices=(answered,), resolved=Resolved())
    post = Mail(
        domain="x",
        exchangers=Exchangers(records=((10, "mx2.x"), (20, "MX1.x"))),
        spf=Spf(),
        dmarc=Trouble("timeout"),
        mta_sts=MtaSts(),
        tls_rpt=(),
    )
    found = seen(
        website=remember(secured()),
        names=evidence(naming),
        zone=evidence(zone),
        registration=evidence(domain),
        mail=evidence(post),
    )

    assert found == {
        "penerbit_sertifikat": "CN=R11,O=Let's Encrypt,C=US",
        "sidik_sertifikat": "ab" * 32,
        "kedaluwarsa_sertifikat": "2027-01-24T08:05:00+07:00",
        "alamat_ip": "2001:db8::1; 203.0.113.9",
        "server_nama": "ns1.x; ns2.x",
        "kedaluwarsa_domain": "2027-11-24T08:05:00+07:00",
        "server_surel": "mx1.x; mx2.x",
    }


def test_the_certificate_of_a_site_that_is_down_is_that_of_the_last_look_at_its_tls() -> None:
    end = NOW.replace(year=2028)
    look = TlsFacts(host=HOST, chain=(replace(LINK, sha256="ee", not_after=end),))

    found = seen(website=remember(unreached()), tls=evidence(look))

    assert (found["sidik_sertifikat"], found["kedaluwarsa_sertifikat"]) == ("ee", "2028-11-24T08:05:00+07:00")


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        pytest.param(names("203.0.113.9", "203.0.113.10"), "203.0.113.10; 203.0.113.9", id="two"),
        pytest.param(names(voices=[{"word": "nxdomain"}]), "", id="no such name, by its own server"),
        pytest.param(names(voices=[{"word": "timeout"}]), "", id="by the resolver"),
        pytest.param(names(voices=[], resolved={"failure": "timeout"}), None, id="nobody could say"),
        pytest.param(names(voices=[], resolved={}), None, id="nobody was asked"),
        pytest.param(
            names(
                voices=[{"word": "records", "aliases": ["x.github.io"]}],
                resolved={"failure": "", "addresses": ["185.199.108.153"]},
            ),
            "185.199.108.153",
            id="led elsewhere",
        ),
    ],
)
def test_addresses_are_what_the_public_gets(facts: dict[str, Any], value: str | None) -> None:
    assert seen(names=facts).get("alamat_ip") == value


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        pytest.param(names("104.16.0.1"), "Cloudflare", id="a network that is known"),
        pytest.param(names("36.66.181.23"), None, id="one that is not"),
        pytest.param(names("104.16.0.1", "36.66.181.23"), None, id="half"),
        pytest.param(names("36.66.181.23", service="Wix"), "Wix", id="a service that an alias names"),
    ],
)
def test_hosting_is_never_guessed(facts: dict[str, Any], value: str | None) -> None:
    assert seen(names=facts).get("penyedia_hosting") == value


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        pytest.param(mail("mx.x"), "mx.x", id="one"),
        pytest.param(mail(), "", id="none"),
        pytest.param({"exchangers": {"kind": "timeout", "text": ""}}, None, id="nobody could say"),
    ],
)
def test_mail_servers_are_unknown_when_nobody_could_ask(facts: dict[str, Any], value: str | None) -> None:
    assert seen(mail=facts).get("server_surel") == value


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        pytest.param({"record": {"expires": END}}, END, id="the registry"),
        pytest.param({"record": {"expires": None, "registrar_expires": END}}, END, id="the registrar"),
        pytest.param({"record": {}, "declared": END}, None, id="what people declared is not observed"),
        pytest.param({"record": {"expires": "kapan-kapan"}}, None, id="nonsense"),
        pytest.param({"record": {"expires": "2027-01-01T00:00:00"}}, None, id="no zone"),
    ],
)
def test_the_end_of_a_registration_is_the_registrys_word(facts: dict[str, Any], value: str | None) -> None:
    assert seen(registration=facts).get("kedaluwarsa_domain") == value


def test_the_dates_of_an_unreadable_certificate_say_nothing() -> None:
    facts = website(certificates={"ab12": {"issuer": "", "not_after": "1970-01-01T00:00:00+00:00"}})

    assert "kedaluwarsa_sertifikat" not in seen(website=facts)


def test_a_set_is_sorted_capped_and_cannot_be_split_by_a_name() -> None:
    found = seen(mail=mail(*(f"mx{number:03}.x" for number in range(99, 0, -1)), "a; b"))["server_surel"].split("; ")

    assert len(found) == 32
    assert found == sorted(found)
    assert found[0] == "a, b"


def test_what_is_only_remembered_was_looked_at_before_this_start() -> None:
    observed = observe(HOST, looks_of(entry(at=None, names=names("203.0.113.9"))))

    assert observed["alamat_ip"].at is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["hops", "content", "certificates", "voices", "resolved", "listed", "exists", "record", "chain", "exchangers"]
)


@given(st.dictionaries(KEYS, JSON, max_size=6))
def test_no_evidence_whatever_makes_it_fail(facts: Mapping[str, Any]) -> None:
    checks = ("website", "tls", "names", "zone", "registration", "mail")

    for found in observe(HOST, {check: Look(facts) for check in checks}).values():
        assert isinstance(found.value, str)
