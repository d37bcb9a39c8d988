"""What holds for every check there is; a new one gets these tests for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor import inventory
from monitor.checks import ALL, build
from monitor.checks.base import Check
from monitor.model import Rule
from monitor.settings import Checks
from tests.unit.checks.seeing import target

CHECKS = build(Checks())
REGENCY = inventory.with_domains(inventory.load(Path(__file__).parents[3] / "inventory"))
RULES = [rule for check in CHECKS for rule in check.rules]


def test_every_check_has_its_table_of_settings_and_every_table_a_check() -> None:
    assert {factory.__name__ for factory in ALL} == set(Checks.model_fields)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_is_named_after_its_settings_and_obeys_them(check: Check[Any]) -> None:
    table = getattr(Checks(), check.name)

    assert check.every == table.every
    assert check.timeout == table.timeout


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_has_something_to_look_at(check: Check[Any]) -> None:
    assert any(check.applies(target) for target in REGENCY)


def test_every_target_that_is_watched_has_exactly_one_vital_check() -> None:
    watched = [target for target in REGENCY if target.active]

    assert {sum(check.vital and check.applies(target) for check in CHECKS) for target in watched} == {1}


def test_every_rule_has_one_judge() -> None:
    codes = [rule.code for rule in RULES]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_code_is_a_subject_and_a_condition(rule: Rule) -> None:
    subject, _, condition = rule.code.partition(".")

    assert subject.isidentifier()
    assert condition.isidentifier()
    assert rule.code == rule.code.lower()


def test_a_website_needs_a_web_address() -> None:
    website = next(check for check in CHECKS if check.name == "website")

    assert website.applies(target("HTTP://onje.desa.id/first"))
    assert not website.applies(target("ftp://onje.desa.id/"))
    assert not website.applies(target(""))
