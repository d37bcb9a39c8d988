"""When certificates and registrations end is known as long as anybody has seen it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor import ends, metrics
from monitor.checks.evidence import evidence
from monitor.checks.registration.facts import Listing, Record, Registration
from monitor.checks.tls.facts import Facts as TlsFacts
from monitor.checks.website.evidence import remember
from monitor.latest import Entry, Latest
from monitor.model import Kind
from monitor.vitals import Vitals
from monitor.web.domain_rows import domain_row
from monitor.web.rows import row
from tests.unit.checks.seeing import NOW, certificate, secured, target, unreached
from tests.unit.making import result
from tests.unit.web import record
from tests.unit.web.facts import LINK

SOON, LATER, LAST = (NOW + timedelta(days=days) for days in (9, 12, 40))
SEEN = secured(certificate(sha256="a1", not_after=LATER), certificate(sha256="b2", not_after=SOON))
LOOK = TlsFacts(host="x", chain=(replace(LINK, not_after=LATER), replace(LINK, not_after=SOON)))
DOMAIN = target("dns://onje.desa.id", kode="onje.desa.id", kind=Kind.DOMAIN)


def known(remembered: Mapping[str, Any], of: Any = None, **seen: Any) -> Latest:
    """One target; what is remembered went through the record."""
    latest = Latest()
    latest.settle([of or target()])
    (entry,) = latest.entries()
    entry.remembered = json.loads(json.dumps(remembered))
    for check, facts in seen.items():
        entry.seen[check] = entry.results[check] = replace(result(check=check, of=entry.target), facts=facts)
    return latest


def only(latest: Latest) -> Entry:
    (entry,) = latest.entries()
    return entry


def scraped(latest: Latest, name: str) -> list[float]:
    source = metrics.registry(latest, Vitals(started=NOW), record.Vantage(), lambda: NOW)
    return [sample.value for metric in source.collect() for sample in metric.samples if sample.name == name]


DOWN = remember(unreached())


@pytest.mark.parametrize(
    "latest",
    [
        pytest.param(known({}, website=SEEN), id="while the site is up"),
        pytest.param(known({"website": remember(SEEN)}), id="after a restart"),
        pytest.param(known({"website": DOWN, "tls": evidence(LOOK)}, website=unreached()), id="while the site is down"),
        pytest.param(known({"website": DOWN, "tls": evidence(LOOK)}), id="after a restart while the site is down"),
    ],
)
def test_the_end_of_a_certificate_outlives_outages_and_restarts(latest: Latest) -> None:
    assert row(only(latest), NOW).until == LATER
    assert scraped(latest, "probe_ssl_earliest_cert_expiry") == [SOON.timestamp()]


def test_what_was_seen_last_counts_before_what_was_stored_earlier() -> None:
    renewed = secured(certificate(not_after=LAST))

    assert (
        ends.site_certificate(only(known({"website": remember(SEEN), "tls": evidence(LOOK)}, website=renewed))) == LAST
    )


@pytest.mark.parametrize("remembered", [{}, {"website": DOWN}, {"tls": evidence(TlsFacts(host="x"))}])
def test_what_nobody_has_seen_has_no_end(remembered: Mapping[str, Any]) -> None:
    latest = known(remembered)

    assert row(only(latest), NOW).until is None
    assert scraped(latest, "probe_ssl_earliest_cert_expiry") == []
    assert ends.registration(only(latest)) is None


@pytest.mark.parametrize(
    ("facts", "end"),
    [
        pytest.param(
            Registration(listing=Listing.FOUND, record=Record(expires=SOON), declared=LAST), SOON, id="registry"
        ),
        pytest.param(
            Registration(listing=Listing.FOUND, record=Record(registrar_expires=LATER), declared=LAST),
            LATER,
            id="registrar",
        ),
        pytest.param(Registration(listing=Listing.UNASKED, declared=LAST), LAST, id="the county's papers"),
        pytest.param(Registration(listing=Listing.ABSENT), None, id="nobody's"),
    ],
)
def test_the_end_of_a_registration_outlives_a_restart(facts: Registration, end: datetime | None) -> None:
    told = [] if end is None else [end.timestamp()]

    for latest in (known({}, DOMAIN, registration=facts), known({"registration": evidence(facts)}, DOMAIN)):
        assert domain_row(only(latest), NOW).until == end
        assert scraped(latest, "monitor_domain_expiry_timestamp_seconds") == told


def test_the_registrys_word_of_today_counts_before_what_was_stored() -> None:
    gone, was = Registration(listing=Listing.ABSENT), Registration(listing=Listing.FOUND, record=Record(expires=SOON))

    assert ends.registration(only(known({"registration": evidence(was)}, DOMAIN, registration=gone))) is None
