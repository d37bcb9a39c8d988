"""What is read out of a registry's answer, and what is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.checks.evidence import evidence
from monitor.checks.registration.rdap import MAX_WORDS, NotRdap, is_rdap, read, record
from tests.unit.checks.registration.answers import DOMAIN, event, rdap

END = datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC)


def person(*roles: str, **properties: Any) -> dict[str, Any]:
    card = [[name, {}, "text", value] for name, value in properties.items()]
    return {"objectClassName": "entity", "roles": list(roles), "vcardArray": ["vcard", card]}


@pytest.mark.parametrize(
    ("date", "read_as"),
    [
        pytest.param("2027-06-30T23:59:59Z", END, id="UTC"),
        pytest.param("2027-07-01T06:59:59+07:00", END, id="another offset"),
        pytest.param("2027-06-30T23:59:59.5Z", END + timedelta(milliseconds=500), id="a fraction"),
        pytest.param("2027-06-30T23:59:59", END, id="no offset is UTC"),
        pytest.param("2027-06-30", datetime(2027, 6, 30, tzinfo=UTC), id="a bare date"),
        pytest.param("0001-01-01T00:00:00Z", None, id="a database's nothing"),
        pytest.param("9999-12-31T23:59:59Z", None, id="a database's for ever"),
        pytest.param("0001-01-01T00:00:00+14:00", None, id="before time began"),
        pytest.param("30 Juni 2027", None, id="prose"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="null"),
        pytest.param(1814400000, None, id="a number"),
    ],
)
def test_a_date_is_an_instant_or_nothing(date: Any, read_as: datetime | None) -> None:
    assert record(rdap(events=[event("expiration", date)]), DOMAIN).expires == read_as


def test_each_event_has_its_place() -> None:
    events = [
        event("registration", "2012-01-02T00:00:00Z"),
        event("last changed", "2025-03-04T00:00:00Z"),
        event("last update of RDAP database", "2026-11-24T01:00:00Z"),
        event("registrar expiration", "2027-05-06T00:00:00Z"),
        event("Expiration", "2027-07-08T00:00:00Z"),
    ]
    seen = record(rdap(events=events), DOMAIN)

    assert (seen.registered, seen.changed) == (datetime(2012, 1, 2, tzinfo=UTC), datetime(2025, 3, 4, tzinfo=UTC))
    assert (seen.registrar_expires, seen.expires) == (
        datetime(2027, 5, 6, tzinfo=UTC),
        datetime(2027, 7, 8, tzinfo=UTC),
    )


def test_of_two_ends_the_earlier_counts() -> None:
    ends = [event("expiration", f"{year}-01-01T00:00:00Z") for year in (2030, 2027, 2029)]

    assert record(rdap(events=ends), DOMAIN).expires == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        pytest.param(["client hold", "active"], {"client hold", "active"}, id="as RFC 8056 writes them"),
        pytest.param(["serverHold", "redemptionPeriod"], {"server hold", "redemption period"}, id="as EPP does"),
        pytest.param(
            ["Pending Delete", "auto_renew_period"], {"pending delete", "auto renew period"}, id="spelt freely"
        ),
        pytest.param([], set(), id="none"),
        pytest.param(["", None, 7], set(), id="no texts"),
    ],
)
def test_statuses_are_in_one_spelling(given: list[Any], read_as: set[str]) -> None:
    assert record(rdap(status=given), DOMAIN).statuses == frozenset(read_as)


@pytest.mark.parametrize("given", [None, "active", {}], ids=["null", "text", "object"])
def test_no_list_of_statuses_is_not_an_empty_one(given: Any) -> None:
    assert record(rdap(status=given), DOMAIN).statuses is None


@pytest.mark.parametrize(
    ("entities", "name"),
    [
        pytest.param([person("registrar", fn="Kominfo")], "Kominfo", id="full name"),
        pytest.param([person("registrar", fn="Budi", org="PT Registrar")], "PT Registrar", id="organisation first"),
        pytest.param([person("registrar", kind="individual", fn="Budi")], "", id="a person is nobody"),
        pytest.param([person("registrar", org=["PT Registrar", "Unit"])], "PT Registrar", id="organisation with units"),
        pytest.param([person("registrant", fn="Budi"), person("technical", fn="Ani")], "", id="contacts are not read"),
        pytest.param([{"roles": ["registrar"]}], "", id="no card"),
        pytest.param([{"roles": ["registrar"], "vcardArray": ["vcard", [7, [], ["fn"]]]}], "", id="a broken card"),
        pytest.param([person("registrar", fn={"a": 1}, org=[None])], "", id="no texts"),
        pytest.param(["registrar", None], "", id="no entities"),
        pytest.param([person("registrar", fn="x" * 999)], "x" * MAX_WORDS, id="far too long"),
        pytest.param([person("registrar", fn="PT\nA\x1b[31m")], "PT A[31m", id="control characters"),
    ],
)
def test_the_registrar_is_an_organisation(entities: list[Any], name: str) -> None:
    assert record(rdap(entities=entities), DOMAIN).registrar == name


def test_no_personal_data_is_kept() -> None:
    contact = person("registrant", fn="Budi Santoso", email="budi@example.id", tel="+62 811")
    nested = {**person("registrar", fn="PT Registrar", tel="+62 812"), "entities": [contact]}
    kept = json.dumps(evidence(record(rdap(entities=[contact, nested]), DOMAIN)))

    assert "PT Registrar" in kept
    assert not any(private in kept for private in ("Budi", "budi", "811", "812"))


def test_name_servers_and_signing_are_read() -> None:
    servers = [{"ldhName": "NS2.example.id."}, {"ldhName": "ns1.example.id"}, {"ldhName": None}, "ns3"]
    seen = record(rdap(nameservers=servers, secureDNS={"delegationSigned": True}), DOMAIN)

    assert seen.name_servers == ("ns1.example.id", "ns2.example.id")
    assert seen.signed is True
    assert record(rdap(secureDNS={"delegationSigned": "yes"}), DOMAIN).signed is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"<!DOCTYPE html>", id="a page"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"[" * 200_000, id="a well of brackets"),
        pytest.param(b'{"a":' * 100_000, id="a well of braces"),
        pytest.param(b"\xff\xfe{", id="no text"),
        pytest.param(b"1" * 9999, id="a number without end"),
    ],
)
def test_what_is_no_object_is_refused(text: bytes) -> None:
    with pytest.raises(NotRdap):
        read(text)
    assert not is_rdap(text)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"ldhName": "lain.desa.id"}, id="another domain"),
        pytest.param({"ldhName": None}, id="no name"),
        pytest.param({"objectClassName": "entity"}, id="another class"),
    ],
)
def test_an_answer_about_something_else_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(NotRdap):
        record(rdap(**values), DOMAIN)


def test_the_name_may_be_written_in_capitals_and_with_its_root() -> None:
    assert record(rdap(ldhName="ONJE.desa.id."), DOMAIN).expires == END


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
MEMBERS = ("status", "events", "entities", "nameservers", "secureDNS", "rdapConformance", "lang")


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON))
def test_whatever_the_members_are_reading_them_does_not_fail(values: dict[str, Any]) -> None:
    json.dumps(evidence(record(rdap(**values), DOMAIN)))


@given(st.lists(st.fixed_dictionaries({"roles": st.just(["registrar"]), "vcardArray": JSON}), max_size=3))
def test_whatever_the_card_is_reading_it_does_not_fail(entities: list[dict[str, Any]]) -> None:
    assert isinstance(record(rdap(entities=entities), DOMAIN).registrar, str)
