"""`monitor assets` over a real record."""

from __future__ import annotations

import asyncio
import csv
import json
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor import inventory
from monitor.assets import AssetChange, Sighting, Source, Way
from monitor.cli import app
from monitor.ground import now
from monitor.model import Audience, Rule, Severity
from monitor.settings import Settings
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.store.records import opened
from tests.unit.assets.making import END, VILLAGE, target

SITES = (target(name="Dinkominfo [x]", mail="a@purbalinggakab.go.id"), VILLAGE)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("MONITOR_WEB__LISTEN", "127.0.0.1:1")  # nobody listens there
    inventory.dump(SITES, Path("inventory"))


def change(field: str, value: str, source: Source = Source.OBSERVED) -> AssetChange:
    at = now()
    return AssetChange(at=at, kode="OPD-009", field=field, before=None, after=value, source=source, since=at)


@pytest.fixture
def _record() -> None:
    async def write() -> None:
        store = Store.open(Settings().database.url.get_secret_value(), Vitals(started=now()))
        await store.sync(inventory.with_domains(SITES), now())
        log = [
            change("alamat_ip", "104.16.0.1"),
            change("alamat_ip", "203.0.113.9", Source.DECLARED),
            change("penyedia_hosting", "Cloudflare"),
            change("kedaluwarsa_sertifikat", END),
            change("target_ketersediaan", "99.5", Source.DECLARED),
            change("lokasi", "=1+1", Source.DECLARED),
        ]
        seen = Sighting(host="mx.example.com", kode="OPD-009", way=Way.MAIL, first=now(), last=now())
        await store.put_assets(log, [seen])
        await store.close()

    Path("var").mkdir(exist_ok=True)
    asyncio.run(write())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["assets", *arguments])


def told(*arguments: str) -> str:
    ended = run(*arguments)
    assert ended.exit_code == 0, ended.output
    return ended.output


def kodes(*arguments: str) -> Sequence[str]:
    return [item["kode_aset"] for item in json.loads(told("list", "--json", *arguments))]


@pytest.mark.usefixtures("_record")
@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], ["OPD-009", "DESA-046", "purbalinggakab.go.id", "onje.desa.id"]),
        (["--jenis", "domain"], ["purbalinggakab.go.id", "onje.desa.id"]),
        (["--status", "operasional", "--jenis", "desa"], ["DESA-046"]),
        (["--status", "dihapus"], []),
        (["--cari", "cloudflare 104.16"], ["OPD-009"]),
        (["--perlu-dilihat", "--jenis", "opd"], ["OPD-009"]),
    ],
)
def test_the_register_is_listed_as_asked_for(arguments: list[str], found: list[str]) -> None:
    assert kodes(*arguments) == found


@pytest.mark.usefixtures("_record")
def test_a_listing_is_for_people() -> None:
    said = told("list", "--jenis", "opd")

    assert "Dinkominfo [x]" in said
    assert "alamat_ip: dinyatakan 203.0.113.9, teramati 104.16.0.1" in said
    assert said.endswith("1 dari 4 aset\n")


@pytest.mark.usefixtures("_record")
def test_one_asset_is_shown_with_what_it_rests_on() -> None:
    said = told("show", "opd-009")
    document = json.loads(told("show", "OPD-009", "--json"))

    assert "24-01-2027 08:05" in said
    assert "perlu dilihat: alamat_ip" in said
    assert "6 perubahan" in said
    assert (document["target_ketersediaan"], document["kode_barang_bmd"]) == (99.5, None)
    assert document["asal"]["alamat_ip"] == {
        "dasar": "teramati",
        "dinyatakan": "203.0.113.9",
        "teramati": "104.16.0.1",
        "sejak": document["asal"]["alamat_ip"]["sejak"],
        "bertentangan": True,
    }
    assert [item["kolom"] for item in document["perubahan"]][:2] == ["alamat_ip", "alamat_ip"]


@pytest.mark.usefixtures("_record")
def test_a_kode_that_is_not_there_says_what_may_be_meant() -> None:
    ended = run("show", "OPD-999")

    assert ended.exit_code == 2
    assert "kode 'OPD-999' tidak ada – mungkin OPD-009" in ended.output


@pytest.mark.usefixtures("_record")
def test_a_csv_file_is_the_register() -> None:
    told("export", "aset.csv")
    with Path("aset.csv").open(encoding="utf-8", newline="") as file:
        first, *others = csv.DictReader(file)

    assert (first["kode_aset"], first["lokasi"], len(others)) == ("OPD-009", "'=1+1", 3)
    assert stat.S_IMODE(Path("aset.csv").stat().st_mode) == 0o600


@pytest.mark.usefixtures("_record")
def test_a_workbook_holds_everything() -> None:
    told("export", "--bentuk", "xlsx", "register")
    with zipfile.ZipFile("register") as book:
        texts = book.read("xl/sharedStrings.xml").decode()

    assert "mx.example.com" in texts
    assert "=1+1" in texts


@pytest.mark.usefixtures("_record")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "aset.pdf"], "akhiran '.pdf' tidak dikenal; pakai .csv atau .xlsx"),
        (["export", "tiada/aset.csv"], "tiada/aset.csv tidak dapat ditulis"),
        (["candidates", "--terima", "a.com", "--abaikan", "b.com"], "pilih salah satu"),
        (["candidates", "--alasan", "x"], "menyertai --terima atau --abaikan"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_can(arguments: list[str], said: str) -> None:
    ended = run(*arguments)

    assert ended.exit_code == 2
    assert said in ended.output


@pytest.mark.usefixtures("_record")
def test_a_candidate_waits_is_decided_and_is_kept() -> None:
    listed = " ".join(told("candidates").split())
    assert listed.startswith("HOST STATUS TERLIHAT DI ")
    assert "mx.example.com" in listed
    assert "(server surel)" in listed
    said = told("candidates", "--abaikan", "mx.example.com", "--alasan", "milik penyedia", "--oleh", "Sari")

    assert "mx.example.com: diabaikan oleh Sari" in said
    assert "Tidak ada kandidat yang menunggu keputusan" in told("candidates")
    (kept,) = json.loads(told("candidates", "--semua", "--json"))
    assert (kept["status"], kept["oleh"], kept["alasan"]) == ("diabaikan", "Sari", "milik penyedia")


@pytest.mark.usefixtures("_record")
def test_a_decision_without_a_reason_is_refused() -> None:
    ended = run("candidates", "--terima", "mx.example.com", "--oleh", "Sari")

    assert ended.exit_code != 0
    assert "alasan harus diisi" in str(ended.exception)


def test_without_a_record_it_says_what_to_do() -> None:
    ended = run("list")

    assert "jalankan `monitor serve` dahulu" in str(ended.exception)


@pytest.mark.usefixtures("_record")
def test_a_host_of_attackers_is_not_offered_and_counted() -> None:
    async def hijack() -> None:
        rule = Rule("content.gambling", Severity.CRITICAL, Audience.CSIRT)
        store = Store.open(Settings().database.url.get_secret_value(), Vitals(started=now()), {rule.code: rule})
        store.put(opened(rule("x", links=["https://gacor.example/daftar"]), now(), "OPD-009"))
        seen = Sighting(host="gacor.example", kode="OPD-009", way=Way.LINK, first=now(), last=now())
        await store.put_assets([], [seen])
        await store.close()

    before = told("candidates")
    asyncio.run(hijack())
    said = told("candidates")

    assert "tidak ditawarkan" not in before
    assert "gacor.example" not in said
    assert "mx.example.com" in said
    assert "1 host tidak ditawarkan: temuan menyebutnya tujuan situs yang disusupi." in said


def test_the_help_says_what_is_contacted_of_a_candidate() -> None:
    said = " ".join(told("candidates", "--help").replace("│", " ").split())

    assert "Dihubungi hanya sejauh situs atau domain yang tercatat memakainya" in said
    assert "tidak pernah" not in said
