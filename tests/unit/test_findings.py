"""What opens, what closes, and what neither does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.findings import LOOKS, Ledger, advance, is_pending, look_state, settled_state, unconfirmed
from monitor.model import Change, CheckResult, Finding, Outcome, Severity, State, Turn
from tests.unit.making import DOWN, EXPIRING, MISSING, START, result


def run(*results: CheckResult[object]) -> tuple[Ledger, list[Change]]:
    ledger = Ledger()
    changes: list[Change] = []
    for one in results:
        step = advance(ledger, one)
        ledger = step.ledger
        changes += step.changes
    return ledger, changes


def test_a_passing_fault_opens_on_the_third_look_in_a_row_and_counts_from_the_first() -> None:
    ledger, changes = run(*(result(DOWN(), after=after) for after in (0, 5, 15)))

    (change,) = changes
    assert change.turn is Turn.OPENED
    assert change.opened == START
    assert change.at == START + timedelta(seconds=16)
    assert settled_state(ledger)[0] is State.DOWN


def test_two_looks_are_not_yet_an_outage_and_ask_for_another_look() -> None:
    ledger, changes = run(result(DOWN()), result(DOWN(), after=5))

    assert changes == []
    assert unconfirmed(ledger, "website")
    assert settled_state(ledger)[0] is State.UP


def test_a_good_look_in_between_starts_the_counting_again() -> None:
    ledger, changes = run(
        result(DOWN()), result(DOWN(), after=5), result(after=15), result(DOWN(), after=60), result(DOWN(), after=65)
    )

    assert changes == []
    assert unconfirmed(ledger, "website")


def test_a_look_we_could_not_take_starts_the_counting_again() -> None:
    broken = result(outcome=Outcome.BROKEN, after=10)

    _ledger, changes = run(result(DOWN()), result(DOWN(), after=5), broken, result(DOWN(), after=15))

    assert changes == []


def test_a_deterministic_verdict_opens_at_once() -> None:
    _ledger, changes = run(result(MISSING()))

    assert [change.turn for change in changes] == [Turn.OPENED]


@pytest.mark.parametrize("outcome", [Outcome.BROKEN, Outcome.UNREACHABLE, Outcome.INAPPLICABLE])
def test_a_run_that_observed_nothing_closes_nothing(outcome: Outcome) -> None:
    ledger, changes = run(result(MISSING()), result(outcome=outcome, after=60))

    assert len(changes) == 1
    assert len(ledger.open) == 1


def test_only_the_subject_that_was_looked_at_again_is_mended() -> None:
    seen = result(EXPIRING("a.go.id"), EXPIRING("b.go.id"))
    again = replace(result(after=60), overlooked=frozenset({EXPIRING("a.go.id").key}))

    ledger, changes = run(seen, again)

    assert [(change.turn, change.finding.subject) for change in changes[2:]] == [(Turn.RESOLVED, "b.go.id")]
    assert [item.finding.subject for item in ledger.open.values()] == ["a.go.id"]


def test_a_site_that_is_down_has_not_fixed_its_certificate() -> None:
    ledger, changes = run(result(EXPIRING("a.go.id")), result(DOWN(), judged=(DOWN, MISSING), after=60))

    assert [change.turn for change in changes] == [Turn.OPENED]
    assert [item.finding.code for item in ledger.open.values()] == ["certificate.expiring"]


def test_what_is_judged_and_no_longer_seen_is_resolved_with_its_opening() -> None:
    ledger, changes = run(result(MISSING()), result(after=60))

    assert changes[-1].turn is Turn.RESOLVED
    assert changes[-1].opened == START
    assert not ledger.open


def test_another_check_neither_opens_twice_nor_closes() -> None:
    ledger, changes = run(result(MISSING()), result(after=60, check="names"))

    assert len(changes) == 1
    assert ledger.open


def test_a_finding_that_gets_worse_stays_the_same_finding_and_says_so() -> None:
    before, _ = run(result(EXPIRING("a.go.id")))
    step = advance(before, result(EXPIRING("a.go.id", severity=Severity.HIGH), after=60))

    (worse,) = step.amended
    assert worse.finding.severity is Severity.HIGH
    assert worse.opened == START
    assert step.changes == ()


@pytest.mark.parametrize(
    ("findings", "outcome", "state"),
    [
        pytest.param((), Outcome.OBSERVED, State.UP, id="nothing wrong"),
        pytest.param((EXPIRING("a"),), Outcome.OBSERVED, State.UP, id="hygiene does not matter"),
        pytest.param((MISSING(),), Outcome.OBSERVED, State.DEGRADED, id="degraded"),
        pytest.param((MISSING(), DOWN()), Outcome.OBSERVED, State.DOWN, id="the worst counts"),
        pytest.param((DOWN(), MISSING()), Outcome.OBSERVED, State.DOWN, id="in any order"),
        pytest.param((), Outcome.BROKEN, State.UNOBSERVED, id="ours is nobody's fault"),
    ],
)
def test_the_state_one_look_saw(findings: tuple[Finding, ...], outcome: Outcome, state: State) -> None:
    assert look_state(result(*findings, outcome=outcome)) is state


RULES = (DOWN, MISSING, EXPIRING)


@given(st.lists(st.lists(st.sampled_from([(r, s) for r in RULES for s in ("", "a")]), unique=True), max_size=12))
def test_applying_the_changes_to_what_was_open_gives_what_is_open(looks: list[list[tuple[object, str]]]) -> None:
    ledger = Ledger()
    for number, look in enumerate(looks):
        seen = [rule(subject) for rule, subject in look]  # type: ignore[operator]
        step = advance(ledger, result(*seen, after=60 * number))
        opened = {("website", *c.finding.key) for c in step.changes if c.turn is Turn.OPENED}
        closed = {("website", *c.finding.key) for c in step.changes if c.turn is Turn.RESOLVED}

        assert (ledger.open.keys() | opened) - closed == step.ledger.open.keys()
        assert not opened & ledger.open.keys()
        assert closed <= ledger.open.keys()
        ledger = step.ledger


@given(st.lists(st.booleans(), max_size=20))
def test_a_passing_fault_is_open_exactly_while_the_last_good_look_is_three_looks_away(looks: list[bool]) -> None:
    ledger, run_length, is_open = Ledger(), 0, False
    for number, bad in enumerate(looks):
        ledger = advance(ledger, result(*([DOWN()] if bad else []), after=60 * number)).ledger
        run_length = run_length + 1 if bad else 0
        is_open = bad and (is_open or run_length >= LOOKS)

        assert bool(ledger.open) is is_open


def test_the_changing_detail_of_an_open_finding_is_stored_anew_once_a_day() -> None:
    ledger, amended = Ledger(), []
    for hour in range(0, 73, 6):
        step = advance(ledger, result(EXPIRING("a", days=30 - hour // 24), after=hour * 3600))
        ledger = step.ledger
        amended += [item.finding.detail["days"] for item in step.amended]

    assert amended == [29, 28, 27]


def test_a_finding_of_slow_confirmation_asks_for_no_quick_look() -> None:
    slow = replace(DOWN, quick=False)
    ledger = advance(Ledger(), result(slow())).ledger

    assert is_pending(ledger, "website")
    assert not unconfirmed(ledger, "website")
