"""`monitor db`: what it prints, and with which code it ends; the copies themselves are tested on real databases."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner, Result

from monitor.cli import app
from monitor.model import Kind
from monitor.settings import RecordKept
from monitor.store import Store, StoreError
from monitor.store.schema import HEAD
from monitor.vitals import Vitals

RUN = CliRunner()
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    made = f"sqlite:///{tmp_path}/catatan/monitor.db"
    monkeypatch.setenv("MONITOR_DATABASE__URL", made)
    return made


def run(*words: str) -> Result:
    return RUN.invoke(app, ["db", *words], catch_exceptions=False)


def test_the_schema_is_brought_up_and_said(url: str) -> None:
    first, again = run("upgrade"), run("upgrade")
    assert (first.exit_code, first.output) == (0, f"skema kosong → {HEAD}\n")
    assert again.output == f"skema {HEAD} sudah terpasang\n"


def test_check_says_sound_or_what_is_not(url: str, tmp_path: Path) -> None:
    run("upgrade")
    found = run("check")
    assert found.exit_code == 0
    assert found.output.startswith(f"utuh: skema {HEAD}, 0 sampel, ")
    with sqlite3.connect(tmp_path / "catatan/monitor.db") as connection:
        connection.execute("INSERT INTO change (finding_id, turn, at) VALUES (5, 1, 0)")
    connection.close()

    broken = run("check", "--json")
    assert broken.exit_code == 1
    assert len(json.loads(broken.output)["flaws"]) == 1
    assert "change nomor 1" in run("check").output


def test_a_record_that_is_not_there_is_an_error_with_a_remedy(url: str) -> None:
    for words in (("check",), ("backup",)):
        with pytest.raises(StoreError) as refused:
            run(*words)
        assert refused.value.remedy


def test_a_backup_comes_back(url: str, tmp_path: Path) -> None:
    run("upgrade")
    file = tmp_path / "salinan.db.gz"
    taken = run("backup", str(file), "--gzip")
    assert (taken.exit_code, "sudah diperiksa" in taken.output) == (0, True)
    with pytest.raises(StoreError, match="--force"):
        run("restore", str(file))
    back = run("restore", str(file), "--force")
    assert back.output.startswith(f"catatan dipulihkan dari {file}")
    assert run("check").exit_code == 0


def test_a_backup_without_a_name_is_named_after_the_moment(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("upgrade")
    monkeypatch.chdir(tmp_path)
    run("backup")
    (file,) = tmp_path.glob("monitor-20*.db")
    assert file.stat().st_size > 0


async def test_nobody_prunes_or_restores_what_a_daemon_holds(url: str) -> None:
    held = Store.open(url, Vitals(started=NOON))
    try:
        with pytest.raises(StoreError, match="daemon lain"):
            run("upgrade")
    finally:
        await held.close()


def test_what_prune_lets_go_of_is_in_the_trail(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("upgrade")
    steps = [{"sample": 7}, {"sample": 2, "change": 1}]

    async def prune(*_words: object, **_more: object) -> dict[str, int]:
        return steps.pop(0) if steps else {}

    monkeypatch.setattr(Store, "prune", prune)
    run("prune", "--tanpa-segel")
    run("prune")

    with sqlite3.connect(tmp_path / "catatan/monitor.db") as connection:
        rows = connection.execute("SELECT via, deed, about FROM audit").fetchall()
    connection.close()
    assert rows == [("terminal", "lepas-catatan", "--tanpa-segel sample=9 change=1")], "nothing gone, nothing said"


def test_prune_says_when_there_is_nothing_to_let_go_of(url: str) -> None:
    run("upgrade")
    found = run("prune")
    assert (found.exit_code, "tidak ada yang melewati masa simpan" in found.output) == (0, True)
    assert json.loads(run("prune", "--json").output) == {}


def test_what_is_kept_by_default() -> None:
    kept = RecordKept()
    assert (kept.samples, kept.keep) == (timedelta(days=92), timedelta(days=1826))


def test_targets_are_shares_by_jenis_and_domains_have_none() -> None:
    targets = RecordKept().targets
    assert {kind: targets.of(kind) for kind in Kind} == {
        Kind.OPD: Fraction(995, 1000),
        Kind.KECAMATAN: Fraction(99, 100),
        Kind.KELURAHAN: Fraction(99, 100),
        Kind.DESA: Fraction(98, 100),
        Kind.PUSKESMAS: Fraction(99, 100),
        Kind.LAYANAN: Fraction(995, 1000),
        Kind.DOMAIN: None,
    }


@pytest.mark.parametrize("percent", [0, 100.01, -1, "nan", "inf"])
def test_a_target_is_a_percentage(percent: object) -> None:
    with pytest.raises(ValidationError):
        RecordKept.model_validate({"targets": {"desa": percent}})


def test_a_target_is_exactly_what_was_written() -> None:
    kept = RecordKept.model_validate({"targets": {"opd": 99.982}})
    assert kept.targets.of(Kind.OPD) == Fraction(99_982, 100_000)


@pytest.mark.parametrize("short", [{"samples": "34d"}, {"keep": "365d"}])
def test_what_an_audit_needs_cannot_be_kept_too_short(short: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        RecordKept.model_validate(short)
