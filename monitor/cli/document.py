"""`monitor document rules`: the list of all rules, from the rules themselves and the catalogue's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import typer

from monitor import catalogue
from monitor.checks import build
from monitor.checks.base import Check
from monitor.cli.spoken import App
from monitor.model import Rule, State
from monitor.settings import Checks, format_duration
from monitor.web.addressed import rule_addressed

app = App(help="Dokumen yang dibuat dari program.")

INTRODUCTION = """\
# Temuan

<!-- Dibuat dengan `monitor document rules > docs/temuan.md`; jangan disunting: katanya di monitor/catalogue. -->

Semua yang dapat ditemukan pemantau, menurut pemeriksaan. Tingkat keparahan adalah yang bawaan; beberapa temuan naik
dengan waktu (misalnya masa berlaku yang hampir habis). *Dikonfirmasi* berarti baru dibuka setelah terlihat tiga kali
berturut-turut."""


@app.callback()
def _group() -> None:
    """Keep `rules` a word of its own although it is the only one."""


@app.command("rules")
def rules() -> None:
    """Tulis daftar semua aturan sebagai Markdown ke keluaran baku."""
    typer.echo(rules_document(build(Checks())), nl=False)


def rules_document(checks: Iterable[Check[Any]]) -> str:
    """Every rule of *checks* as Markdown: a table to find it by, then its words."""
    return "\n".join([INTRODUCTION, *(line for check in checks for line in _of_check(check))]) + "\n"


def _of_check(check: Check[Any]) -> Iterator[str]:
    yield ""
    yield f"## Pemeriksaan `{check.name}` (setiap {format_duration(check.every)})"
    yield ""
    yield "| kode | temuan | keparahan | untuk |"
    yield "|---|---|---|---|"
    for rule in check.rules:
        title = _cell(catalogue.text(rule.code).title)
        yield f"| [`{rule.code}`](#{_anchor(rule)}) | {title} | {rule.severity} | {rule_addressed(rule)} |"
    for rule in check.rules:
        yield from _of_rule(rule)


def _of_rule(rule: Rule) -> Iterator[str]:
    entry = catalogue.text(rule.code)
    traits = [str(rule.severity), f"untuk {rule_addressed(rule)}"]
    traits += ["dikonfirmasi"] if rule.confirm else []
    traits += [f"situs {catalogue.state_text(rule.state).lower()}"] if isinstance(rule.state, State) else []
    yield ""
    yield f"### {rule.code}"
    yield ""
    yield f"**{entry.title}** – {', '.join(traits)}."
    yield ""
    yield f"- Mengapa penting: {entry.why}"
    yield f"- Perbaikan: {entry.fix}"
    yield f"- Rujukan: {entry.reference}"


def _anchor(rule: Rule) -> str:
    """How Markdown readers name the heading: lower case, the dot dropped."""
    return rule.code.replace(".", "")


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
