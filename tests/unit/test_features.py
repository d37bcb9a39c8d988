"""By what a target shares with others, findings on many become one incident."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.checks.website.visit import Visit
from monitor.features import features_of
from monitor.latest import Entry, Latest
from monitor.net.facts import Failure, FailureKind, Phase
from tests.unit.web import domains, regency
from tests.unit.web.regency import WEBSITE


@pytest.fixture(scope="module")
def latest() -> Latest:
    return regency.latest()


def entry(latest: Latest, kode: str, facts: Visit | None = None) -> Entry:
    known = latest.get(kode)
    assert known is not None
    if facts is None:
        return known
    copy = Entry(known.target)
    copy.seen[WEBSITE] = replace(known.seen[WEBSITE], facts=facts)
    return copy


def visit(latest: Latest, kode: str) -> Visit:
    facts = entry(latest, kode).seen[WEBSITE].facts
    assert isinstance(facts, Visit)
    return facts


def test_a_site_that_was_met_has_all_of_them(latest: Latest) -> None:
    found = features_of(latest, entry(latest, "OPD-001"))

    assert found.address == "192.0.2.7"
    assert found.domain == domains.COUNTY
    assert found.name_servers == (f"ns1.{domains.COUNTY}", f"ns2.{domains.COUNTY}")
    assert (found.certificate, found.issuer) == ("ab" * 32, "CN=R11,O=Let's Encrypt,C=US")


def test_a_site_that_refused_is_met_where_it_refused(latest: Latest) -> None:
    found = features_of(latest, entry(latest, "DESA-046"))

    assert (found.address, found.certificate) == ("192.0.2.7", "")


def test_the_address_is_the_sites_own_and_not_of_where_it_sends_its_visitors(latest: Latest) -> None:
    facts = visit(latest, "DESA-070")
    away = replace(
        facts,
        hops=(facts.hops[0], replace(facts.hops[1], address=None)),
        failure=Failure(Phase.CONNECT, FailureKind.TIMEOUT, "", "203.0.113.66"),
    )
    lost = replace(away, hops=(replace(facts.hops[0], address=None), away.hops[1]))

    assert features_of(latest, entry(latest, "DESA-070", away)).address == "192.0.2.7"
    assert features_of(latest, entry(latest, "DESA-070", lost)).address == ""


def test_the_certificate_is_that_of_the_first_hop(latest: Latest) -> None:
    facts = visit(latest, "OPD-001")
    plain_first = replace(facts, hops=(replace(facts.hops[0], tls=None), facts.hops[0]))

    assert features_of(latest, entry(latest, "OPD-001", plain_first)).certificate == ""


def test_a_site_never_met_has_its_domain_alone(latest: Latest) -> None:
    found = features_of(latest, entry(latest, "DESA-120"))

    assert (found.address, found.certificate, found.issuer) == ("", "", "")
    assert found.domain == entry(latest, "DESA-120").target.host


def test_a_domain_shares_its_own_name_servers(latest: Latest) -> None:
    found = features_of(latest, entry(latest, domains.COUNTY))

    assert (found.domain, found.address) == (domains.COUNTY, "")
    assert found.name_servers == (f"ns1.{domains.COUNTY}", f"ns2.{domains.COUNTY}")


def test_a_domain_nobody_has_looked_at_shares_nothing(latest: Latest) -> None:
    assert features_of(latest, entry(latest, "kedungjaya.desa.id")).name_servers == ()


def test_an_address_has_no_domain(latest: Latest) -> None:
    bare = Entry(replace(entry(latest, "OPD-001").target, url="http://192.0.2.9:88/"))

    assert features_of(latest, bare).domain == ""
