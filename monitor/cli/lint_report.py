"""What was read, as a person at a terminal or a script sees it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

import typer

from monitor.cli.lint_spf import Evaluated
from monitor.standards.linted import Level, Linted, Remark
from monitor.standards.spf_evaluate import Result

WIDTH = 96
"""Characters of a line that are shown; the rest is left out around the place in question."""
_BEFORE = 40
_COLOUR = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "cyan"}


def as_json(linted: Linted[Any]) -> dict[str, Any]:
    """One object: whether it is valid, what was read, and every remark with its place."""
    return {
        "valid": linted.valid,
        "value": None if linted.value is None else asdict(linted.value),
        "problems": [asdict(remark) for remark in linted.remarks],
    }


def show(text: str, linted: Linted[Any]) -> None:
    """Each remark under the place it is about, then the verdict."""
    for remark in linted.remarks:
        for line in pointed(text, remark):
            typer.echo(line)
        level = typer.style(remark.level.value, fg=_COLOUR[remark.level], bold=True)
        typer.echo(f"{level}: {printable(remark.message)} ({remark.reference})\n")
    counts = Counter(remark.level for remark in linted.remarks)
    said = ", ".join(f"{counts[level]} {level.value}" for level in Level if counts[level])
    verdict = typer.style("sah", fg="green") if linted.valid else typer.style("tidak sah", fg="red", bold=True)
    typer.echo(f"{verdict}: {said}" if said else verdict)


def show_evaluation(evaluated: Evaluated) -> None:
    """What was done step by step, and the result."""
    evaluation = evaluated.evaluation
    typer.echo(f"\nEvaluasi {printable(evaluated.domain)} untuk {evaluated.ip}:")
    for step in evaluation.trace:
        said = f"{step.term}: {step.outcome}" if step.term else step.outcome
        typer.echo(f"{'  ' * (step.depth + 1)}{printable(step.domain)}  {printable(said)}")
    colour = {Result.PASS: "green", Result.NEUTRAL: "yellow", Result.SOFTFAIL: "yellow"}.get(evaluation.result, "red")
    result = typer.style(evaluation.result.value, fg=colour, bold=True)
    typer.echo(f"Hasil: {result}{f' – {printable(evaluation.reason)}' if evaluation.reason else ''}")
    if evaluation.explanation:
        typer.echo(f"Penjelasan dari domain: {printable(evaluation.explanation)}")
    typer.echo(f"{evaluation.lookups} dari 10 suku pencarian, {evaluation.voids} dari 2 tanpa hasil")


def pointed(text: str, remark: Remark) -> tuple[str, str]:
    """The line of *text* that *remark* is about, cut to `WIDTH`, and a line of carets under the place."""
    start = text.rfind("\n", 0, remark.position) + 1
    end = text.find("\n", remark.position)
    line = text[start : end if end >= 0 else len(text)].rstrip("\r")
    at = min(remark.position - start, len(line))
    first = max(0, min(at - _BEFORE, len(line) - WIDTH))
    shown = line[first : first + WIDTH]
    before, after = "…" * bool(first), "…" * (first + WIDTH < len(line))
    carets = max(1, min(remark.length, len(shown) - (at - first)))
    return f"  {before}{printable(shown)}{after}", f"  {' ' * (len(before) + at - first)}{'^' * carets}"


def printable(text: str) -> str:
    """*text* with nothing that could steer a terminal; as long as before."""
    return "".join(one if one.isprintable() else "·" for one in text)
