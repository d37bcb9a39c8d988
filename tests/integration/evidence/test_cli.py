"""`monitor evidence`: what it says, and with which code it ends."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli import app, evidence
from monitor.errors import UsageError
from monitor.seal import keyfile
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.evidence.conftest import NOW

RUN = CliRunner()


@pytest.fixture
def record(october_in_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the record that the settings name, with a key; it is an hour after the month."""
    shutil.copytree(october_in_sqlite, tmp_path / "record")
    monkeypatch.setenv("MONITOR_DATABASE__URL", f"sqlite:///{tmp_path}/record/monitor.db")
    monkeypatch.setattr(evidence, "now", lambda: NOW)
    monkeypatch.setenv("MONITOR_WEB__LISTEN", "127.0.0.1:9")  # nobody; at the shipped port may be the demo
    keyfile.create(tmp_path / "record" / keyfile.NAME)
    return tmp_path / "record"


def run(*words: str) -> Result:
    return RUN.invoke(app, ["evidence", *words], catch_exceptions=False)


def export(*more: str) -> Result:
    return run("export", "--month", "2026-10", *more)


def file_of(record: Path) -> Path:
    return record / "bukti" / "bukti-audit-infrastruktur-2026-10.zip"


def test_what_is_missing_is_said_and_is_the_exit_code(record: Path) -> None:
    made = export()
    assert made.exit_code == 3
    assert made.output.splitlines()[0] == str(file_of(record))
    assert "TIDAK LENGKAP: 31 hari belum disegel" in made.output
    verified = run("verify", str(file_of(record)))
    assert (verified.exit_code, verified.output.splitlines()[0][:21]) == (0, "UTUH: bulan 2026-10, ")
    with sqlite3.connect(record / "monitor.db") as connection:
        assert connection.execute("SELECT month, reason FROM frozen_month").fetchall() == [("2026-10", "")]
        rows = connection.execute("SELECT via, deed, about FROM audit").fetchall()
    connection.close()
    ((via, deed, about),) = rows
    assert (via, deed) == ("terminal", "bekukan-bulan")
    assert about.startswith("/api/v1/evidence/2026-10/freeze digest=")


def test_a_complete_month_ends_with_zero(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from monitor.evidence import lacking  # noqa: PLC0415

    monkeypatch.setattr(lacking, "unsealed", lambda _missing: ())
    monkeypatch.setattr(lacking, "shortcomings", lambda *_all, **_named: ())
    made = export("--out", str(record / "lain"))
    assert (made.exit_code, made.output.splitlines()[-1]) == (0, "Lengkap.")
    assert (record / "lain" / file_of(record).name).exists()


def handed_out(record: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(record / "monitor.db")) as connection:
        return connection.execute("SELECT month FROM frozen_month").fetchall()


def test_a_month_without_one_observation_is_neither_written_nor_frozen(record: Path) -> None:
    refused = run("export", "--month", "2026-08")
    assert refused.exit_code == 3
    assert refused.stdout == ""
    first, last = refused.stderr.splitlines()
    assert first == (
        "bulan 2026-08 tidak memuat satu pengamatan pun; pengamatan pertama dalam catatan 29-09-2026 00:00 WIB, yang "
        "terakhir 01-11-2026 02:59 WIB – periksa bulan dan basis data yang dipakai; bila memang harus diserahkan "
        "kosong, tambahkan --kosong"
    )
    assert last == "Bundel TIDAK dibuat, dan bulan tidak dibekukan."
    assert not (record / "bukti").exists()
    assert handed_out(record) == []


def test_scripts_are_told_that_there_is_no_bundle(record: Path) -> None:
    refused = run("export", "--month", "2026-08", "--json")
    assert refused.exit_code == 3
    said = json.loads(refused.stdout)
    assert (said["path"], said["empty"], said["freeze"], said["complete"]) == (None, True, None, False)
    assert said["observed"] == {"first": "2026-09-29T00:00:00+07:00", "last": "2026-11-01T02:59:02+07:00"}
    made = json.loads(export("--json").stdout)
    assert made["empty"] is False
    assert set(said) - {"observed"} == set(made)


def test_an_empty_month_is_handed_out_when_somebody_says_so_and_its_name_says_it(record: Path) -> None:
    made = run("export", "--month", "2026-08", "--kosong")
    assert made.exit_code == 3
    assert Path(made.output.splitlines()[0]).name == "bukti-audit-infrastruktur-2026-08-kosong.zip"
    assert "TIDAK LENGKAP: Catatan tidak memuat satu pengamatan pun pada bulan ini." in made.output
    assert handed_out(record) == [("2026-08",)]
    with closing(sqlite3.connect(record / "monitor.db")) as connection:
        ((about,),) = connection.execute("SELECT about FROM audit").fetchall()
    assert about.endswith(" kosong=ya")

    again = run("export", "--month", "2026-08")
    assert again.output == made.output, "what was handed out as empty is made again without asking"
    assert handed_out(record) == [("2026-08",)]


def test_a_record_that_lost_its_month_does_not_replace_what_was_handed_out(record: Path) -> None:
    export()
    with closing(sqlite3.connect(record / "monitor.db")) as connection, connection:
        for table in ("sample", "rollup_hour", "rollup_day", "rolled", "gap"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608
    refused = export("--alasan", "angka lain")
    assert refused.exit_code == 3
    assert "seluruh catatan ini masih kosong" in refused.stderr
    assert handed_out(record) == [("2026-10",)]
    assert [path.name for path in (record / "bukti").iterdir()] == [file_of(record).name]


def test_without_a_key_it_is_unsigned_and_says_so(record: Path) -> None:
    (record / keyfile.NAME).unlink()
    made = export()
    assert made.exit_code == 3
    assert "tidak ditandatangani: belum ada kunci segel" in made.output
    verified = run("verify", str(file_of(record)))
    assert verified.exit_code == 0
    assert verified.output.startswith("UTUH, tetapi tidak ditandatangani: bulan 2026-10, ")
    assert "Catatan: bundel ini tidak ditandatangani" in verified.output


def test_a_bundle_has_a_name_of_its_own(record: Path) -> None:
    with pytest.raises(UsageError, match="adalah nama berkas"):
        export("--out", str(record / "bukti.zip"))
    assert not (record / "bukti.zip").exists()
    (record / "folder.zip").mkdir()
    assert export("--out", str(record / "folder.zip")).exit_code == 3
    assert (record / "folder.zip" / file_of(record).name).exists()


@pytest.mark.parametrize("month", ["2026-13", "oktober", "2026-12", "2026-1"])
def test_no_month(record: Path, month: str) -> None:
    with pytest.raises(UsageError, match="bulan"):
        run("export", "--month", month)


def test_a_frozen_month_is_told_anew_only_with_a_reason(record: Path) -> None:
    export()
    with sqlite3.connect(record / "monitor.db") as connection:
        connection.execute("UPDATE target SET owner = 'Lain' WHERE kode = 'OPD-001'")
    connection.close()
    with pytest.raises(UsageError, match="sudah dibekukan"):
        export()
    again = export("--alasan", "pemilik diperbaiki")
    assert "Edisi 2: pemilik diperbaiki" in again.output
    assert file_of(record).exists()


def test_while_a_daemon_writes_the_bundle_is_there_and_not_frozen(record: Path) -> None:
    daemon = Store.open(f"sqlite:///{record}/monitor.db", Vitals(started=NOW))
    try:
        made = export()
    finally:
        import asyncio  # noqa: PLC0415

        asyncio.run(daemon.close())
    assert made.exit_code == 3
    assert file_of(record).exists()
    assert "BELUM dibekukan" in made.stderr


def test_verify_needs_neither_settings_nor_record(
    record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export()
    alone = tmp_path / "alone.zip"
    shutil.copy(file_of(record), alone)
    shutil.rmtree(record)
    monkeypatch.setenv("MONITOR_DATABASE__URL", "no url at all")
    assert run("verify", str(alone)).exit_code == 0


def test_the_first_thing_wrong_is_the_exit_code(record: Path, tmp_path: Path) -> None:
    export()
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(file_of(record)) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name) + (b"x" if name == "csv/situs.csv" else b""))
    found = run("verify", str(changed), "--json")
    assert found.exit_code == 1
    assert json.loads(found.output)["fault"]["where"] == "csv/situs.csv"
    assert run("verify", str(changed)).output.startswith("TIDAK UTUH – csv/situs.csv: ")


def test_against_the_record(record: Path) -> None:
    export()
    plain, compared = (run("verify", str(file_of(record)), *more) for more in ((), ("--against-record",)))
    assert (plain.exit_code, compared.exit_code) == (0, 0)
    assert ("dihitung ulang" in plain.stdout, "dihitung ulang" in compared.stdout) == (False, True)
    with sqlite3.connect(record / "monitor.db") as connection:
        connection.execute("UPDATE mark SET actor = 'orang lain'")
    connection.close()
    found = run("verify", str(file_of(record)), "--against-record")
    assert found.exit_code == 1
    assert "bundel mengatakan Budi, catatan mengatakan orang lain" in found.output


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="berkas atau folder itu tidak ada"):
        run("verify", str(tmp_path / "b.zip"))


def test_verify_takes_no_folder_and_no_key_that_is_none(record: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"bukan berkas.*belum dibongkar"):
        run("verify", str(tmp_path))
    (tmp_path / "b.zip").write_bytes(b"")
    with pytest.raises(UsageError, match="'x' bukan tanda pengenal kunci – 16 angka heksadesimal"):
        run("verify", str(tmp_path / "b.zip"), "--kunci", "x")


def test_verify_says_what_is_not_proved_and_what_to_do(record: Path, tmp_path: Path) -> None:
    digest = export().output.splitlines()[1].removeprefix("SHA-256 ")
    whole = run("verify", str(file_of(record))).output
    first, key = whole.splitlines()[0], whole.splitlines()[0].rpartition(" ")[2].removesuffix(".")
    assert first.startswith("UTUH: bulan 2026-10, ")
    assert f"Catatan: kunci {key} ikut di dalam bundel dan belum dibandingkan" in whole
    assert f"SHA-256 berkas ini: {digest}; samakan dengan" in whole
    assert "Jangan dipakai" not in whole
    known = run("verify", str(file_of(record)), "--kunci", key.upper())
    assert known.exit_code == 0
    assert "belum dibandingkan" not in known.output
    other = run("verify", str(file_of(record)), "--kunci", "0" * 16)
    assert other.exit_code == 1
    assert other.output.startswith(f"TIDAK UTUH – kunci-publik.pem: ditandatangani kunci {key}, bukan {'0' * 16} yang")
    assert other.output.splitlines()[-1] == "Jangan dipakai sebagai bukti: minta salinan baru, lalu periksa lagi."
    assert json.loads(run("verify", str(file_of(record)), "--json").output)["sha256"] == digest


def test_a_folder_that_cannot_be_written(record: Path, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("")
    with pytest.raises(UsageError, match="tidak dapat ditulis"):
        export("--out", str(tmp_path / "berkas" / "bukti"))


def test_a_month_that_goes_on(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    early: datetime = NOW - timedelta(days=10)
    monkeypatch.setattr(evidence, "now", lambda: early)
    made = export()
    assert made.exit_code == 3
    assert "Bulan belum berakhir" in made.output
    assert "sementara" in made.output.splitlines()[0]


def test_a_file_that_is_no_bundle_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "surat.pdf").write_bytes(b"%PDF-1.7")
    said = run("verify", str(tmp_path / "surat.pdf"))

    assert said.exit_code == 1
    assert said.output.startswith("TIDAK UTUH – surat.pdf: bukan berkas ZIP; pilih bundel yang dibuat ")
