"""When a registration is a finding, and how bad it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import catalogue
from monitor.checks.base import judge
from monitor.checks.registration import registration
from monitor.checks.registration.facts import Listing, Record, Registration, Source
from monitor.checks.registration.judge import urgency
from monitor.checks.registration.observe import _end_of
from monitor.model import Audience, Finding, Kind, Severity, Target
from monitor.settings import Registration as Settings
from tests.unit.checks.registration.answers import DOMAIN, NOW, domain_target, found
from tests.unit.checks.seeing import POLICY, target

CHECK = registration(Settings())
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ABSENT = Registration(listing=Listing.ABSENT, server="rdap.example.id")
UNASKED = Registration(listing=Listing.UNASKED, declared=NOW + 5 * DAY)


def judged(seen: Registration) -> Mapping[str, Finding]:
    return {finding.code: finding for finding in judge(CHECK, domain_target(), seen, POLICY, NOW)[0]}


def answered(seen: Registration) -> frozenset[str]:
    return judge(CHECK, domain_target(), seen, POLICY, NOW)[1]


@pytest.mark.parametrize(
    ("left", "code", "severity"),
    [
        pytest.param(61 * DAY, None, None, id="61 days"),
        pytest.param(61 * DAY - SECOND, "registration.expiring", Severity.LOW, id="60 days and a bit"),
        pytest.param(31 * DAY, "registration.expiring", Severity.LOW, id="31 days"),
        pytest.param(30 * DAY, "registration.expiring", Severity.MEDIUM, id="30 days"),
        pytest.param(15 * DAY, "registration.expiring", Severity.MEDIUM, id="15 days"),
        pytest.param(14 * DAY, "registration.expiring", Severity.HIGH, id="14 days"),
        pytest.param(7 * DAY, "registration.expiring", Severity.HIGH, id="7 days"),
        pytest.param(DAY, "registration.expiring", Severity.HIGH, id="1 day"),
        pytest.param(DAY - SECOND, "registration.expiring", Severity.CRITICAL, id="the last day"),
        pytest.param(timedelta(0), "registration.expiring", Severity.CRITICAL, id="the last instant"),
        pytest.param(-SECOND, "registration.expired", Severity.CRITICAL, id="a second ago"),
        pytest.param(-400 * DAY, "registration.expired", Severity.CRITICAL, id="long ago"),
    ],
)
def test_the_nearer_the_end_the_worse(left: timedelta, code: str | None, severity: Severity | None) -> None:
    findings = judged(found(expires=NOW + left))

    assert list(findings) == ([code] if code else [])
    assert [finding.severity for finding in findings.values()] == ([severity] if severity else [])


@given(st.integers(0, 4000), st.lists(st.integers(0, 365), max_size=6))
def test_a_day_less_is_never_less_bad(days: int, thresholds: list[int]) -> None:
    ranks = [
        severity.rank if severity else -1 for severity in (urgency(d, tuple(thresholds)) for d in (days + 1, days))
    ]

    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("dates", "source"),
    [
        pytest.param({"expires": 5, "registrar_expires": 900, "declared": 900}, Source.REGISTRY, id="the registry's"),
        pytest.param({"registrar_expires": 5, "declared": 900}, Source.REGISTRAR, id="else the registrar's"),
        pytest.param({"declared": 5}, Source.DECLARED, id="else the declared one"),
        pytest.param({"expires": 900, "registrar_expires": 5, "declared": 5}, None, id="never a lesser one"),
    ],
)
def test_one_date_counts(dates: dict[str, int], source: Source | None) -> None:
    instants: dict[str, Any] = {name: NOW + days * DAY for name, days in dates.items()}
    declared = instants.pop("declared", None)
    seen = Registration(listing=Listing.FOUND, record=Record(**instants), declared=declared)

    assert [finding.detail["source"] for finding in judged(seen).values()] == ([source.value] if source else [])


def test_a_date_that_nobody_knows_is_said_and_hides_no_finding_that_is_open() -> None:
    seen = found()

    assert list(judged(seen)) == ["registration.expiry_unknown"]
    assert not {"registration.expiring", "registration.expired"} & answered(seen)


def test_a_declared_day_is_over_at_midnight_in_the_county() -> None:
    assert _end_of(date(2027, 3, 31)) == datetime.fromisoformat("2027-03-31T23:59:59+07:00")
    assert _end_of(None) is None


@pytest.mark.parametrize(
    ("statuses", "codes"),
    [
        pytest.param({"client hold"}, {"registration.on_hold"}, id="client hold"),
        pytest.param({"server hold", "active"}, {"registration.on_hold"}, id="server hold"),
        pytest.param({"redemption period"}, {"registration.redemption"}, id="redemption"),
        pytest.param({"pending delete"}, {"registration.redemption"}, id="pending delete"),
        pytest.param({"pending restore"}, {"registration.redemption"}, id="pending restore"),
        pytest.param(
            {"redemption period", "server hold"}, {"registration.on_hold", "registration.redemption"}, id="both"
        ),
        pytest.param({"active", "locked", "client transfer prohibited"}, set(), id="well"),
        pytest.param({"auto renew period", "pending renew", "pending update"}, set(), id="under way"),
    ],
)
def test_statuses_that_cost_the_name(statuses: set[str], codes: set[str]) -> None:
    assert judged(found(statuses=frozenset(statuses), expires=NOW + 900 * DAY)).keys() == codes


def test_where_no_statuses_are_given_none_are_judged() -> None:
    seen = found(statuses=None, expires=NOW + 900 * DAY)

    assert not {"registration.on_hold", "registration.redemption"} & answered(seen)
    assert {"registration.on_hold", "registration.redemption"} <= answered(found())


def test_a_domain_that_the_registry_does_not_know_is_found_missing_and_nothing_else() -> None:
    assert list(judged(ABSENT)) == ["registration.not_found"]
    assert answered(ABSENT) == {"registration.not_found"}


def test_a_registry_that_nobody_asked_says_nothing_of_the_listing() -> None:
    assert list(judged(UNASKED)) == ["registration.expiring"]
    assert answered(UNASKED) == {"registration.expiring", "registration.expired"}


SHOWN: list[tuple[str, Registration]] = [
    ("registration.expiring", found(expires=NOW + 20 * DAY)),
    ("registration.expiring", found(expires=NOW + SECOND)),
    ("registration.expired", found(expires=NOW - 20 * DAY)),
    ("registration.expired", found(expires=NOW - SECOND)),
    ("registration.expiry_unknown", found()),
    ("registration.on_hold", found(statuses=frozenset({"client hold"}), registrar="PT Registrar")),
    ("registration.on_hold", found(statuses=frozenset({"client hold"}))),
    ("registration.redemption", found(statuses=frozenset({"pending delete"}), registrar="PT Registrar")),
    ("registration.redemption", found(statuses=frozenset({"pending delete"}))),
    ("registration.not_found", ABSENT),
]


def test_every_case_of_the_words_is_shown() -> None:
    shown = {(code, judged(seen)[code].detail.get("case", "")) for code, seen in SHOWN}

    assert shown == {(rule.code, case) for rule in CHECK.rules for case in ("", *catalogue.text(rule.code).cases)}


@pytest.mark.parametrize(("code", "seen"), SHOWN)
def test_a_finding_is_one_sentence_without_gaps(code: str, seen: Registration) -> None:
    sentence = catalogue.describe(judged(seen)[code])

    assert DOMAIN in sentence
    assert not re.search(r"[{}–]|None|\s\s|\n|\.\.$", sentence)
    assert sentence.endswith(".")


def test_the_date_is_said_as_people_read_it() -> None:
    sentence = catalogue.describe(judged(found(expires=NOW + 20 * DAY))["registration.expiring"])

    assert sentence == "Pendaftaran domain onje.desa.id berakhir 14 Desember 2026, tinggal 20 hari (menurut registri)."


def test_only_a_takeover_is_the_csirts() -> None:
    audiences = {rule.code: rule.audience for rule in CHECK.rules}

    assert audiences.pop("registration.redemption") is Audience.CSIRT
    assert set(audiences.values()) == {Audience.NOC}


@pytest.mark.parametrize(
    ("of", "applies"),
    [
        pytest.param(domain_target(), True, id="a domain"),
        pytest.param(target(), False, id="a site"),
        pytest.param(target("https://onje.desa.id/", kind=Kind.DESA), False, id="a village's site"),
    ],
)
def test_domains_are_asked_for_and_sites_are_not(of: Target, applies: Any) -> None:
    assert CHECK.applies(of) is applies
