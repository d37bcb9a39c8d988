"""What is found wrong with a chain, its keys, its signatures and its dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.checks.tls.facts import Facts
from monitor.model import Severity
from monitor.net.tls_facts import Link, Seen, Staple
from tests.unit.checks.seeing import NOW
from tests.unit.checks.tls.cases import OTHER
from tests.unit.checks.tls.looking import DAY, GOOD, INTERMEDIATE, LEAF, ROOT, answered, judged, link, offered

SECOND = timedelta(seconds=1)
CROSS = replace(INTERMEDIATE, sha256="ce" * 32, issuer="CN=Akar Lama")
ABOUT_CHAINS = {
    "tls.weak_key",
    "tls.weak_signature",
    "tls.chain_order",
    "tls.root_sent",
    "tls.chain_expiring",
    "tls.validity_too_long",
    "tls.no_sct",
}


def served(*chain: Link, **values: Any) -> Facts:
    return replace(GOOD, chain=chain, **values)


@pytest.mark.parametrize(
    ("chain", "case"),
    [
        pytest.param((LEAF, INTERMEDIATE), None, id="in order"),
        pytest.param((LEAF, INTERMEDIATE, ROOT), None, id="with the root"),
        pytest.param((LEAF,), None, id="one alone is another matter"),
        pytest.param((LEAF, OTHER), None, id="a wrong intermediate is another matter"),
        pytest.param((LEAF, INTERMEDIATE, CROSS), None, id="two certificates of one authority"),
        pytest.param((LEAF, ROOT, INTERMEDIATE), "", id="root before intermediate"),
        pytest.param((LEAF, OTHER, INTERMEDIATE), "", id="a stranger between"),
        pytest.param((LEAF, LEAF, INTERMEDIATE), "", id="the leaf twice"),
        pytest.param((LEAF, INTERMEDIATE, OTHER), "extra", id="a stranger behind"),
    ],
)
def test_the_order_of_a_chain(chain: tuple[Link, ...], case: str | None) -> None:
    finding = judged(served(*chain)).get("tls.chain_order")

    assert (finding.detail.get("case", "") if finding else None) == case


def test_chains_that_issue_each_other_come_to_an_end() -> None:
    one, other = link(subject="CN=A", issuer="CN=B"), link(sha256="02" * 32, subject="CN=B", issuer="CN=A")

    assert "tls.chain_order" not in judged(served(one, other))


def test_a_self_signed_site_sends_no_root_beside() -> None:
    assert "tls.root_sent" not in judged(served(replace(ROOT, subject="CN=Situs", issuer="CN=Situs")))


@pytest.mark.parametrize(
    ("left", "severity"),
    [
        pytest.param(31 * DAY, None, id="31 days"),
        pytest.param(31 * DAY - SECOND, Severity.LOW, id="30 days and a bit"),
        pytest.param(14 * DAY, Severity.MEDIUM, id="14 days"),
        pytest.param(7 * DAY, Severity.HIGH, id="7 days"),
        pytest.param(timedelta(0), Severity.HIGH, id="this second"),
        pytest.param(-SECOND, Severity.HIGH, id="over"),
    ],
)
def test_an_intermediate_that_ends_soon(left: timedelta, severity: Severity | None) -> None:
    finding = judged(served(LEAF, replace(INTERMEDIATE, not_after=NOW + left))).get("tls.chain_expiring")

    assert (finding.severity if finding else None) == severity
    assert finding is None or (finding.detail["case"] == "expired") is (left < timedelta(0))


def test_neither_the_site_s_own_certificate_nor_a_root_is_an_intermediate() -> None:
    facts = served(replace(LEAF, not_after=NOW + DAY), INTERMEDIATE, replace(ROOT, not_after=NOW + DAY))

    assert "tls.chain_expiring" not in judged(facts)


def _on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("issued", "days", "is_too_long"),
    [
        pytest.param(_on(2020, 9, 1) - SECOND, 825, False, id="before the rule"),
        pytest.param(_on(2020, 9, 1), 398, False, id="398 days"),
        pytest.param(_on(2020, 9, 1), 399, True, id="399 days"),
        pytest.param(_on(2026, 3, 15) - SECOND, 398, False, id="the day before 200"),
        pytest.param(_on(2026, 3, 15), 200, False, id="200 days"),
        pytest.param(_on(2026, 3, 15), 201, True, id="201 days"),
        pytest.param(_on(2027, 3, 15), 100, False, id="100 days"),
        pytest.param(_on(2027, 3, 15), 101, True, id="101 days"),
        pytest.param(_on(2029, 3, 15), 47, False, id="47 days"),
        pytest.param(_on(2029, 3, 15), 48, True, id="48 days"),
    ],
)
def test_how_long_a_certificate_may_be_valid(issued: datetime, days: int, *, is_too_long: bool) -> None:
    leaf = replace(LEAF, not_before=issued, not_after=issued + days * DAY - SECOND)
    finding = judged(served(leaf, INTERMEDIATE)).get("tls.validity_too_long")

    assert (finding is not None) is is_too_long
    assert finding is None or finding.detail["lifetime"] == days


def test_a_second_too_much_is_another_day() -> None:
    leaf = replace(LEAF, not_before=_on(2026, 3, 15), not_after=_on(2026, 3, 15) + 200 * DAY)

    assert judged(served(leaf, INTERMEDIATE))["tls.validity_too_long"].detail["lifetime"] == 201


@pytest.mark.parametrize("code", ["tls.validity_too_long", "tls.no_sct", "tls.caa_mismatch"])
def test_the_rules_of_public_authorities_bind_no_private_one(code: str) -> None:
    leaf = replace(LEAF, not_after=NOW + 900 * DAY, scts=0, issuer="CN=Kabupaten,O=DigiCert")

    assert code not in answered(served(leaf, is_public=False))


@pytest.mark.parametrize(
    ("embedded", "handshake", "staple", "verdict"),
    [
        pytest.param(2, 0, Seen.NO, "good", id="embedded"),
        pytest.param(2, None, Seen.UNKNOWN, "good", id="embedded, TLS 1.3 alone"),
        pytest.param(0, 2, Seen.NO, "good", id="in the handshake"),
        pytest.param(0, 0, Seen.NO, "found", id="nowhere"),
        pytest.param(0, 0, Seen.YES, "unknown", id="perhaps in the stapled response"),
        pytest.param(0, 0, Seen.UNKNOWN, "unknown", id="perhaps in one that nobody saw"),
        pytest.param(0, None, Seen.NO, "unknown", id="perhaps in a handshake that nobody saw"),
        pytest.param(None, 0, Seen.NO, "unknown", id="unreadable"),
    ],
)
def test_transparency(embedded: int | None, handshake: int | None, staple: Seen, verdict: str) -> None:
    facts = served(
        replace(LEAF, scts=embedded),
        INTERMEDIATE,
        offered=offered(handshake_scts=handshake),
        staple=Staple(seen=staple),
    )

    assert ("tls.no_sct" in answered(facts)) is (verdict != "unknown")
    assert ("tls.no_sct" in judged(facts)) is (verdict == "found")


@pytest.mark.parametrize(
    ("key", "bits", "severity"),
    [
        pytest.param("RSA", 1024, Severity.HIGH, id="RSA 1024"),
        pytest.param("RSA", 1536, Severity.MEDIUM, id="RSA 1536"),
        pytest.param("RSA", 2047, Severity.MEDIUM, id="RSA 2047"),
        pytest.param("RSA", 2048, None, id="RSA 2048"),
        pytest.param("EC", 224, Severity.MEDIUM, id="EC 224"),
        pytest.param("EC", 256, None, id="EC 256"),
        pytest.param("DSA", 2048, Severity.MEDIUM, id="DSA"),
        pytest.param("Ed25519", 0, None, id="Ed25519"),
        pytest.param("", 0, None, id="unreadable"),
    ],
)
@pytest.mark.parametrize("position", [0, 1])
def test_keys(key: str, bits: int, severity: Severity | None, position: int) -> None:
    chain = [LEAF, INTERMEDIATE]
    chain[position] = replace(chain[position], key=key, bits=bits)
    finding = judged(served(*chain)).get("tls.weak_key")

    assert (finding.severity if finding else None) == severity
    assert finding is None or finding.detail["holder"] == chain[position].subject


@pytest.mark.parametrize(
    ("bits", "severity"),
    [(1024, Severity.MEDIUM), (1025, Severity.LOW), (2047, Severity.LOW), (2048, None), (0, None)],
)
def test_groups_of_the_key_exchange(bits: int, severity: Severity | None) -> None:
    finding = judged(replace(GOOD, offered=offered(group=f"DH {bits}", group_bits=bits))).get("tls.weak_key")

    assert (finding.severity if finding else None) == severity


@pytest.mark.parametrize(
    ("digest", "severity"),
    [("md5", Severity.HIGH), ("sha1", Severity.MEDIUM), ("sha256", None), ("sha224", None), ("", None)],
)
@pytest.mark.parametrize("position", [0, 1])
def test_signatures(digest: str, severity: Severity | None, position: int) -> None:
    chain = [LEAF, INTERMEDIATE, ROOT]
    chain[position] = replace(chain[position], digest=digest)
    finding = judged(served(*chain)).get("tls.weak_signature")

    assert (finding.severity if finding else None) == severity


def test_a_root_may_sign_itself_as_it_likes() -> None:
    assert ROOT.digest == "sha1"
    assert "tls.weak_signature" not in judged(served(LEAF, INTERMEDIATE, ROOT))


def test_without_a_chain_nothing_is_said_of_one() -> None:
    assert answered(served(revocations=())).isdisjoint(ABOUT_CHAINS)
