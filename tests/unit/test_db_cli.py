"""`monitor db`: what it prints, and with which code it ends; the copies themselves are tested on real databases."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner, Result

from monitor.cli import app
from monitor.model import Kind
from monitor.seal import Report, Sealer, keyfile, verify
from monitor.settings import RecordKept
from monitor.store import Store, StoreError
from monitor.store.schema import HEAD
from monitor.vitals import Vitals
from tests.integration.store.records import RULES, record
from tests.integration.store.records import target as listed

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
    assert back.output == f"catatan dipulihkan dari {file}; jalankan `monitor db check` sebelum daemon\n"
    assert run("check").exit_code == 0


def test_that_it_was_restored_is_in_the_trail(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "rina")
    run("upgrade")
    file = tmp_path / "salinan.db"
    run("backup", str(file))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    run("restore", str(file), "--force")
    run("restore", str(file), "--force")

    with closing(sqlite3.connect(tmp_path / "catatan/monitor.db")) as connection:
        rows = connection.execute("SELECT actor, via, deed, about FROM audit").fetchall()
    assert rows == [("rina", "terminal", "pulihkan-catatan", f"{file} sha256={digest} --force")], (
        "the trail is the copy's"
    )


def test_a_restore_that_was_refused_changes_nothing(url: str, tmp_path: Path) -> None:
    run("upgrade")
    file = tmp_path / "salinan.db"
    run("backup", str(file))
    with pytest.raises(StoreError, match="--force"):
        run("restore", str(file))

    with closing(sqlite3.connect(tmp_path / "catatan/monitor.db")) as connection:
        assert connection.execute("SELECT count(*) FROM audit").fetchone() == (0,)


def test_a_copy_from_before_there_was_a_trail_comes_back_and_that_is_said(url: str, tmp_path: Path) -> None:
    run("upgrade")
    file = tmp_path / "salinan.db"
    run("backup", str(file))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TABLE audit")
        connection.execute("UPDATE alembic_version SET version_num = '0005'")
    back = run("restore", str(file), "--force")

    assert back.exit_code == 0
    assert "lebih tua dari jejak tindakan" in back.output


def test_what_was_restored_is_sealed_with_the_rest(url: str, tmp_path: Path) -> None:
    async def looked() -> None:
        store = Store.open(url, Vitals(started=NOON), RULES)
        await store.sync([listed("DESA-001")], datetime.now(UTC))
        store.put(record(datetime.now(UTC)))
        await store.close()

    async def sealed() -> tuple[int, Report]:
        store = Store.open(url, Vitals(started=NOON), RULES)
        try:
            later = datetime.now(UTC) + timedelta(days=2)
            made = await Sealer(store, keyfile.place_of(tmp_path / "kunci.pem", {})).seal_due(later)
            return sum(day.rows.get("audit", 0) for day in made), await verify(store)
        finally:
            await store.close()

    asyncio.run(looked())
    file = tmp_path / "salinan.db"
    run("backup", str(file))
    run("restore", str(file), "--force")

    deeds, report = asyncio.run(sealed())
    assert (deeds, report.is_good, report.rows > 0) == (1, True, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            ["restore", "{}/tidak-ada"], "/tidak-ada tidak dapat dibaca (berkas atau folder itu tidak", id="none"
        ),
        pytest.param(["restore", "{}"], " tidak dapat dibaca (itu folder, bukan berkas)", id="a folder"),
        pytest.param(["restore", "{}/kosong"], "/kosong bukan cadangan catatan", id="an empty file"),
        pytest.param(["restore", "{}/teks"], "/teks bukan cadangan catatan", id="a text"),
        pytest.param(["restore", "{}/torn.gz"], "/torn.gz tidak dapat dibaca (isinya rusak atau terpotong)", id="torn"),
        pytest.param(
            ["backup", "{}/tidak-ada/x.db"], "/tidak-ada tidak dapat ditulis (berkas atau folder", id="no folder"
        ),
        pytest.param(["backup", "{}/" + "x" * 300], " tidak dapat ditulis (nama terlalu panjang)", id="a long name"),
        pytest.param(["backup", "{}/teks"], "/teks sudah ada – beri nama lain", id="there already"),
    ],
)
def test_files_that_will_not_do_are_named_with_the_reason(
    url: str, tmp_path: Path, words: list[str], said: str
) -> None:
    run("upgrade")
    for name, content in (("kosong", b""), ("teks", b"halo"), ("torn.gz", b"\x1f\x8b\x08\x00")):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(StoreError) as refused:
        run(*(word.format(tmp_path) for word in words))

    assert said in str(refused.value)
    assert " – " in str(refused.value)


def test_nothing_is_pruned_of_a_record_that_is_not_there(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="belum ada"):
        run("prune")
    assert not (tmp_path / "catatan").exists()


def test_a_backup_without_a_name_is_named_after_the_moment(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("upgrade")
    monkeypatch.chdir(tmp_path)
    taken = run("backup")
    (file,) = tmp_path.glob("monitor-20*.db")
    assert file.stat().st_size > 0
    assert taken.output.startswith(f"{file}: "), "where it lies, from whatever folder somebody looks for it"


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
