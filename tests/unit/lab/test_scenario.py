"""Which site misbehaves when: rules over time, and files that are refused with every problem at once."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.lab.cases import CALM_FILE, DEMO_FILE, FAULTS, FAULTS_FILE
from tests.lab.faults import MAIL, Fault, FaultName, PageName, Visitor
from tests.lab.scenario import Rule, Scenario, ScenarioError, load

DOWN = Fault(FaultName.REFUSED)
ONCE = Rule("DESA-046", DOWN, start=25, end=75)
AGAIN = Rule("DESA-046", DOWN, start=25, end=75, every=120)
ALWAYS = Rule("DESA-046", DOWN)


@pytest.mark.parametrize(
    ("rule", "now", "active", "following"),
    [
        pytest.param(ALWAYS, 0, True, math.inf, id="always"),
        pytest.param(ONCE, 0, False, 25, id="before"),
        pytest.param(ONCE, 25, True, 75, id="from its first moment"),
        pytest.param(ONCE, 74.9, True, 75, id="until the last"),
        pytest.param(ONCE, 75, False, math.inf, id="and never again"),
        pytest.param(AGAIN, 75, False, 145, id="over, to come again"),
        pytest.param(AGAIN, 145, True, 195, id="second turn"),
        pytest.param(AGAIN, 1350, True, 1395, id="twelfth turn"),
    ],
)
def test_a_rule_holds_in_its_turns_and_knows_its_next_change(
    rule: Rule, now: float, active: object, following: float
) -> None:
    assert (rule.active(now), rule.next_change(now)) == (active, following)


@pytest.mark.parametrize("rule", [ONCE, AGAIN, Rule("*", DOWN, start=0.1, end=0.3, every=0.7)])
def test_nothing_changes_between_one_change_and_the_next(rule: Rule) -> None:
    now = 0.0
    for _change in range(20):
        following = rule.next_change(now)
        if math.isinf(following):
            break
        assert rule.active(now) == rule.active((now + following) / 2)
        assert following > now
        now = following


def test_a_scenario_changes_when_the_first_of_its_rules_does() -> None:
    scenario = Scenario((ONCE, Rule("OPD-009", DOWN, start=10)))
    assert [scenario.next_change(now) for now in (0, 10, 25, 75)] == [10, 25, 75, math.inf]
    assert Scenario().next_change(0) == math.inf


def test_only_faults_of_a_whole_machine_ask_for_ground() -> None:
    rules = (ONCE, Rule("OPD-009", Fault(FaultName.STATUS)), Rule("KEC-001", Fault(FaultName.TLS_1_0), start=99))
    assert list(Scenario(rules).placed()) == ["DESA-046", "KEC-001"]


def test_a_file_says_everything_a_rule_can(tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    file.write_text(
        'title = "Satu"\nttl = 5\n[[fault]]\nsite = "desa"\nfault = "slow-first-byte"\ndelay = 2\n'
        'from = 1\nto = 2.5\nevery = 10\nlabel = "lambat"\nnote = "terganggu"\n'
    )
    rule = Rule("desa", Fault(FaultName.SLOW_FIRST_BYTE, delay=2), 1, 2.5, 10, "lambat", "terganggu")
    assert load(file) == Scenario((rule,), "Satu", 5)


def test_a_file_says_which_page_and_for_whom(tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    file.write_text('[[fault]]\nsite = "desa"\nfault = "page"\npage = "casino"\nvisitor = "phone"\n')
    (rule,) = load(file).rules
    assert rule.fault == Fault(FaultName.PAGE, page=PageName.CASINO, visitor=Visitor.PHONE)
    assert (type(rule.fault.page), type(rule.fault.visitor)) == (PageName, Visitor)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param("fault = 1\n[", ["at end of document"], id="not TOML"),
        pytest.param("ttll = 5", ["unknown key 'ttll'"], id="unknown key"),
        pytest.param("ttl = 'x'", ["'ttl' is not a whole number"], id="ttl is not a number"),
        pytest.param("fault = 'x'", ["'fault' is not a list of tables"], id="faults are not tables"),
        pytest.param("[[fault]]\nsite = 'x'", ["fault 1: 'fault' is missing"], id="no fault"),
        pytest.param(
            "[[fault]]\nfault = 'tired'\nsitte = 'x'",
            ["unknown key 'sitte'", "'site' is missing", "unknown fault 'tired'; known are nxdomain, "],
            id="every problem at once",
        ),
        pytest.param("[[fault]]\nsite = 'x'\nfault = ['cut']", ["unknown fault ['cut']"], id="fault of a wrong type"),
        pytest.param(
            "[[fault]]\nsite = 'x'\nfault = 'page'\npage = 'toko'\nvisitor = 'bing'",
            [
                "unknown page 'toko'; known are warning, ",
                "unknown visitor 'bing'; known are googlebot, referred, phone",
            ],
            id="unknown page and visitor",
        ),
        pytest.param("[[fault]]\nsite = 'x'\nfault = 'cut'\nto = '5'", ["'to' is not a number"], id="time is text"),
        pytest.param(
            "[[fault]]\nsite = 'x'\nfault = 'cut'\nstatus = '5'", ["'status' is not int"], id="status is text"
        ),
        pytest.param(
            "[[fault]]\nsite = 'x'\nfault = 'cut'\nfrom = 5\nto = 5", ["'to' is not after 'from'"], id="no time"
        ),
        pytest.param(
            "[[fault]]\nsite = 'x'\nfault = 'cut'\nto = 9\nevery = 5",
            ["'every' is shorter than the fault lasts"],
            id="overlaps itself",
        ),
        pytest.param(
            "[[fault]]\nsite = 'x'\nfault = 'cut'\nevery = 5", ["'every' is shorter"], id="endless and repeated"
        ),
    ],
)
def test_a_wrong_file_is_refused_with_every_problem(tmp_path: Path, text: str, problems: list[str]) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load(file)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(problems)
    assert all(problem in line for problem, line in zip(problems, lines, strict=True))


def test_the_shipped_calm_is_calm_and_the_shipped_demo_is_not() -> None:
    assert load(CALM_FILE).rules == ()
    assert len(load(DEMO_FILE).rules) >= 15


def test_every_fault_of_a_site_is_played_once_each_on_a_site_of_its_own() -> None:
    rules = load(FAULTS_FILE).rules
    assert {rule.fault.name for rule in rules} == set(FaultName) - {FaultName.CUT} - MAIL
    assert len(FAULTS) == len(rules) == len(set(FAULTS.values()))
    assert {rule.fault.page for rule in rules if rule.fault.name is FaultName.PAGE} == set(PageName)
    assert {rule.fault.visitor for rule in rules} == set(Visitor)
    assert {rule.fault.status for rule in rules if rule.fault.name is FaultName.STATUS} == {
        *(200, 301, 302, 403, 404, 500, 503)
    }
