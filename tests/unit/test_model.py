"""The values every room speaks in."""

from __future__ import annotations

import pytest

from monitor.model import Audience, Kind, Rule, Severity, Target

RULE = Rule("tls.weak_key", Severity.MEDIUM, Audience.OWNER)


@pytest.mark.parametrize("subject", ["a\x00b\n", "\ud800", "x" * 300, "\u202eid.og"])
def test_a_hostile_subject_becomes_one_that_any_store_and_page_keeps(subject: str) -> None:
    kept = RULE(subject).subject

    assert kept.isprintable()
    assert len(kept) <= 253
    assert kept != RULE(subject + "y").subject


def test_a_host_stays_as_it_is() -> None:
    assert RULE("onje.desa.id").key == ("tls.weak_key", "onje.desa.id")


def test_a_finding_takes_its_rules_severity_unless_told_otherwise() -> None:
    assert RULE("a").severity is Severity.MEDIUM
    assert RULE("a", severity=Severity.HIGH).severity is Severity.HIGH


def test_severities_are_ordered_as_people_speak_them() -> None:
    assert sorted(Severity, key=lambda one: one.rank) == ["info", "rendah", "sedang", "tinggi", "kritis"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://Onje.desa.id:8443/a", "onje.desa.id", id="case and port"),
        pytest.param("http://[2001:db8::1]:88/", "2001:db8::1", id="IPv6"),
        pytest.param("dns://onje.desa.id", "onje.desa.id", id="a domain"),
    ],
)
def test_a_target_knows_its_host(url: str, host: str) -> None:
    assert Target(kode="X-1", kind=Kind.DESA, name="x", url=url).host == host
