"""What holds for every check there is; a new one gets these tests for nothing."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.checks import ALL, build
from monitor.checks.base import Check
from monitor.model import Rule
from monitor.settings import Checks
from tests.unit.checks.seeing import target

CHECKS = build(Checks())
RULES = [rule for check in CHECKS for rule in check.rules]


def test_every_check_has_its_table_of_settings_and_every_table_a_check() -> None:
    assert {factory.__name__ for factory in ALL} == set(Checks.model_fields)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_is_named_after_its_settings_and_obeys_them(check: Check[Any]) -> None:
    table = getattr(Checks(), check.name)

    assert check.every == table.every
    assert check.timeout == table.timeout
    assert check.applies(target())


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
    (website,) = CHECKS

    assert website.applies(target("HTTP://onje.desa.id/first"))
    assert not website.applies(target("ftp://onje.desa.id/"))
    assert not website.applies(target(""))
