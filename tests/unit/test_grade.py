"""The arithmetic behind a site's letter."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.checks import build
from monitor.grade import FAMILY_MOST, FROM, POINTS, Letter, grade, letter_of
from monitor.model import Audience, Finding, OpenFinding, Rule, Severity, State
from monitor.settings import Checks

DOCUMENT = Path(__file__).parents[2] / "docs" / "nilai.md"


def rule(code: str, severity: Severity, state: State | None = None) -> Rule:
    return Rule(code, severity, Audience.OWNER, state=state)


DOWN = rule("site.down", Severity.HIGH, State.DOWN)()
EXPIRED = rule("certificate.expired", Severity.HIGH, State.DEGRADED)()
MISSING = rule("site.missing", Severity.MEDIUM, State.DEGRADED)()
SLOW = rule("site.slow", Severity.LOW, State.DEGRADED)()
UNVERIFIED = rule("name.unverified", Severity.LOW, State.UNOBSERVED)()
OFF = rule("redirect.off_government", Severity.HIGH)()
LOST = rule("registration.redemption", Severity.CRITICAL)()
NO_FILE = rule("security_txt.missing", Severity.LOW)()
CHAIN = rule("certificate.incomplete_chain", Severity.MEDIUM, State.DEGRADED)()
HINT = rule("security_txt.misplaced", Severity.INFO)()


@pytest.mark.parametrize(
    ("findings", "letter", "score"),
    [
        pytest.param([], Letter.A, 100, id="nothing open"),
        pytest.param([HINT], Letter.A, 100, id="a hint costs nothing"),
        pytest.param([NO_FILE], Letter.A, 97, id="low"),
        pytest.param([SLOW], Letter.B, 89, id="slow"),
        pytest.param([MISSING], Letter.C, 74, id="no front page"),
        pytest.param([OFF], Letter.C, 74, id="high"),
        pytest.param([UNVERIFIED], Letter.D, 59, id="nobody could look"),
        pytest.param([EXPIRED, NO_FILE], Letter.D, 59, id="the document's example"),
        pytest.param([DOWN], Letter.F, 29, id="down"),
        pytest.param([LOST], Letter.F, 29, id="critical"),
        pytest.param([DOWN, EXPIRED, OFF, LOST], Letter.F, 0, id="everything"),
    ],
)
def test_a_site_has_its_letter(findings: list[Finding], letter: Letter, score: int) -> None:
    assert (grade(findings).letter, grade(findings).score) == (letter, score)


@pytest.mark.parametrize(
    ("score", "letter"),
    [(100, "A"), (90, "A"), (89, "B"), (75, "B"), (74, "C"), (60, "C"), (59, "D"), (45, "D"), (30, "E"), (29, "F")],
)
def test_a_letter_is_a_range_of_scores(score: int, letter: str) -> None:
    assert letter_of(score) == letter


def test_a_rule_counts_once_with_its_worst_severity() -> None:
    expiring = rule("certificate.expiring", Severity.LOW)
    many = [expiring(f"{n}.go.id", severity=severity) for n, severity in enumerate((Severity.LOW, Severity.MEDIUM) * 9)]

    assert grade(many).score == 100 - POINTS[Severity.MEDIUM]


def test_one_family_costs_no_more_than_its_most() -> None:
    many = [rule(f"transport.fault{n}", Severity.MEDIUM)() for n in range(20)]
    reckoned = grade(many)

    assert reckoned.score == 100 - FAMILY_MOST
    assert any("transport" in step.text and step.points > 0 for step in reckoned.steps)


def test_the_steps_are_what_the_page_shows() -> None:
    assert [(step.text, step.points) for step in grade([EXPIRED, NO_FILE]).steps] == [
        ("Nilai awal", 100),
        ("Sertifikat kedaluwarsa (tinggi)", -20),
        ("Tidak ada security.txt (rendah)", -3),
        ("Paling baik D selama: Sertifikat kedaluwarsa", -18),
    ]


def test_an_open_finding_counts_like_the_finding() -> None:
    opened = OpenFinding("website", EXPIRED, datetime(2026, 11, 24, tzinfo=UTC))

    assert grade([opened]) == grade([EXPIRED])


SHIPPED = [item for check in build(Checks()) for item in check.rules]
MADE_UP = [finding.rule for finding in (DOWN, EXPIRED, MISSING, SLOW, UNVERIFIED, OFF, LOST, NO_FILE, CHAIN, HINT)]
FINDINGS = st.builds(
    lambda item, subject, severity: item(subject, severity=severity),
    st.sampled_from([*SHIPPED, *MADE_UP]),
    st.sampled_from(["", "a.go.id", "b.go.id"]),
    st.none() | st.sampled_from(Severity),
)


@given(st.lists(FINDINGS, max_size=30), FINDINGS)
def test_another_finding_never_improves_the_grade(findings: list[Finding], another: Finding) -> None:
    before, after = grade(findings), grade([*findings, another])

    assert after.score <= before.score
    assert after.letter >= before.letter


@given(st.lists(FINDINGS, max_size=30))
def test_the_steps_add_up_and_the_score_is_in_bounds(findings: list[Finding]) -> None:
    reckoned = grade(findings)

    assert sum(step.points for step in reckoned.steps) == reckoned.score
    assert 0 <= reckoned.score <= 100
    assert all(step.text for step in reckoned.steps)


@given(st.lists(FINDINGS, max_size=12), st.randoms())
def test_the_order_of_the_findings_does_not_matter(findings: list[Finding], chance: random.Random) -> None:
    shuffled = [*findings]
    chance.shuffle(shuffled)

    assert grade(shuffled) == grade(findings)


def test_the_document_says_what_the_arithmetic_does() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    for severity, points in POINTS.items():
        assert re.search(rf"\| {severity} \| {points} \|", text)
    assert f"paling banyak {FAMILY_MOST}" in text
    bounds = [*FROM.values()]
    for least, most in zip(bounds, [100, *(bound - 1 for bound in bounds)], strict=False):
        assert f"{least}–{most}" in text
