"""No English of the command line's library reaches people; a version that says something else fails here."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.main import get_command

from monitor import cli
from monitor.cli.spoken import problem_of
from monitor.errors import Problem
from monitor.model import Severity

ENGLISH = re.compile(
    r"\b(Usage|Options|Arguments|Commands|Options?|default|required|Show|this|message|exit|the|and|Error|Try|help for"
    r"|Missing|Invalid|value|argument|option|such|Input|should|valid|not|unexpected|DIR|OLD|env var|range|str|int|path"
    r"|is|a|does|take|requires|Got|must)\b|Value error"
)
"""Words of Typer and pydantic; none of them is Indonesian."""
AS_TYPED = re.compile(r"`[^`]*`|--[\w-]+|/--[\w-]+")
"""Names of commands and options stay as they are typed."""


def tree() -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Every command, with the words that lead to it and a context."""
    root = get_command(cli.app)
    yield from _under((), root, root.make_context("monitor", ["--help"], resilient_parsing=True))


def _under(words: tuple[str, ...], command: Any, ctx: Any) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    yield words, command, ctx
    for name in command.list_commands(ctx) if hasattr(command, "list_commands") else ():
        below = command.get_command(ctx, name)
        yield from _under((*words, name), below, type(ctx)(below, parent=ctx, info_name=name))


TREE = tuple(tree())


def test_the_tree_is_all_there() -> None:
    assert len(TREE) > 70
    assert {words[0] for words, _command, _ctx in TREE if words} == set(cli.PARTS)


@pytest.mark.parametrize(("words", "command", "ctx"), TREE, ids=[" ".join(words) or "monitor" for words, *_ in TREE])
def test_help_is_indonesian(words: tuple[str, ...], command: Any, ctx: Any) -> None:
    shown = command.get_help(ctx)
    page = AS_TYPED.sub("", shown)

    assert page.startswith(f"Pakai: {' '.join(('monitor', *words))}")
    assert "Tampilkan bantuan ini." in page
    assert ENGLISH.findall(page) == []
    assert re.search(r"^  (-h, )?--help", shown, re.MULTILINE)


def test_a_value_that_must_be_given_says_so() -> None:
    ctx, command = next((ctx, command) for words, command, ctx in TREE if words == ("maintenance", "end"))

    assert "[wajib]" in command.get_help(ctx)


HINT = "lihat `monitor {} --help`"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        pytest.param(
            "statsu", Problem("statsu", "tidak ada perintah ini", f"mungkin maksudnya status; {HINT}"), id="like it"
        ),
        pytest.param("xyz", Problem("xyz", "tidak ada perintah ini", HINT), id="nothing like it"),
        pytest.param(
            "check --al",
            Problem("--al", "tidak ada opsi ini", f"mungkin maksudnya --all, --help; {HINT}"),
            id="an option like it",
        ),
        pytest.param("check --xyz", Problem("--xyz", "tidak ada opsi ini", HINT), id="no such option"),
        pytest.param("check -x", Problem("-x", "tidak ada opsi ini", HINT), id="no such short option"),
        pytest.param("maintenance end", Problem("NOMOR", "belum disebut", HINT), id="an argument is missing"),
        pytest.param("inspect page x", Problem("--url", "belum disebut", HINT), id="an option is missing"),
        pytest.param(
            "account add ani",
            Problem("--role", "belum disebut", "pilih dari viewer, operator, csirt, auditor"),
            id="a choice is missing",
        ),
        pytest.param("maintenance end abc", Problem("NOMOR", "'abc' bukan bilangan bulat", HINT), id="no number"),
        pytest.param("maintenance end 1.5", Problem("NOMOR", "'1.5' bukan bilangan bulat", HINT), id="half a number"),
        pytest.param(
            "account audit --limit 0", Problem("--limit", "'0' terlalu kecil; sekurangnya 1", HINT), id="too small"
        ),
        pytest.param(
            "account audit --limit 1001",
            Problem("--limit", "'1001' terlalu besar; paling banyak 1000", HINT),
            id="too large",
        ),
        pytest.param("account audit --limit", Problem("--limit", "nilainya belum disebut", "*"), id="without a value"),
        pytest.param(
            "status --json=3", Problem("--json", "opsi ini tidak memakai nilai", "*"), id="with a value too many"
        ),
        pytest.param("status x y", Problem("x y", "kata yang berlebih", HINT), id="words too many"),
        pytest.param(
            "status --ambang gawat",
            Problem("--ambang", "'gawat' tidak dikenal", f"pilih dari {', '.join(Severity)}"),
            id="no such choice",
        ),
        pytest.param(
            "token add x --scope semua",
            Problem("--scope", "'semua' tidak dikenal", "pilih dari read, act, evidence, metrics"),
            id="no such choice among several",
        ),
        pytest.param(
            "seal verify --since kemarin",
            Problem("--since", "'kemarin' bukan tanggal; tulis seperti 2026-11-24", HINT),
            id="no day",
        ),
        pytest.param(
            "incident show dua",
            Problem("NOMOR", "'dua' bukan nomor insiden – tulis seperti 12 atau INS-12", HINT),
            id="our own words",
        ),
    ],
)
def test_what_was_typed_wrong_is_said_in_indonesian_and_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, problem: Problem
) -> None:
    ended, told = _run(monkeypatch, capsys, typed)

    said = told.splitlines()[-1]
    assert ended == 2
    assert said.startswith(f"{problem.where}: {problem.message} – ")
    assert problem.remedy in {"*", said.partition(f"{problem.message} – ")[2]} or _fits(problem.remedy, said)
    assert ENGLISH.findall(AS_TYPED.sub("", told)) == []


def _fits(remedy: str, said: str) -> bool:
    return re.search(re.escape(remedy).replace(r"\{\}", ".*").replace("monitor\\ .*", "monitor.*"), said) is not None


def _run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str) -> tuple[object, str]:
    monkeypatch.setattr(sys, "argv", ["monitor", *typed.split()])
    monkeypatch.setattr("monitor.cli.signal.signal", lambda *_: None)
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code, capsys.readouterr().err


def test_without_a_command_the_help_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, told = _run(monkeypatch, capsys, "seal")

    assert ended == 2
    assert told.startswith("Pakai: monitor seal [OPSI] PERINTAH")
    assert told.count("Pakai:") == 1


@pytest.mark.parametrize("kind", ["path", "file", "directory"])
def test_a_file_that_is_closed_to_us_is_said_in_indonesian(kind: str) -> None:
    told = str(problem_of(typer.BadParameter(f"{kind} '/x' is not readable.", param_hint="FOLDER")))

    assert told == "FOLDER: /x tidak dapat dibaca (hak akses tidak cukup) – lihat `monitor --help`"


def test_what_has_no_translation_is_told_as_it_came() -> None:
    assert str(problem_of(typer.BadParameter("odd words"))) == "monitor: odd words – lihat `monitor --help`"


@pytest.mark.parametrize(
    ("typed", "heavy"),
    [
        pytest.param(["--help"], "pydantic rich sqlalchemy httpx asyncio structlog", id="the list of commands"),
        pytest.param(["--version"], "pydantic rich sqlalchemy httpx asyncio structlog", id="the version"),
        pytest.param(["incident", "acknowledge", "--help"], "sqlalchemy httpx dns cryptography fastapi", id="an act"),
        pytest.param(["status", "--help"], "fastapi uvicorn apprise xlsxwriter typst jinja2", id="the status"),
    ],
)
def test_a_command_loads_what_it_needs(typed: list[str], heavy: str) -> None:
    script = (
        "import sys\nfrom monitor.cli import app\napp(standalone_mode=False)\n"
        "print(*sorted({n.partition('.')[0] for n in sys.modules}), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", script, *typed], capture_output=True, text=True, check=True)

    assert set(heavy.split()) & set(ended.stderr.split()) == set()
