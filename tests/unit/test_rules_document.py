"""docs/temuan.md is what the program says of its rules."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from monitor.checks import build
from monitor.cli.document import app, rules_document
from monitor.settings import Checks

DOCUMENT = Path(__file__).parents[2] / "docs" / "temuan.md"


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == rules_document(build(Checks())), (
        "run: monitor document rules > docs/temuan.md"
    )


def test_every_rule_has_a_heading_and_a_row_that_leads_to_it() -> None:
    text = rules_document(build(Checks()))

    for check in build(Checks()):
        assert f"## Pemeriksaan `{check.name}`" in text
        for rule in check.rules:
            assert f"\n### {rule.code}\n" in text
            assert f"| [`{rule.code}`](#{rule.code.replace('.', '')}) |" in text


def test_the_command_writes_the_document() -> None:
    result = CliRunner().invoke(app, ["rules"])

    assert (result.exit_code, result.stdout) == (0, rules_document(build(Checks())))
