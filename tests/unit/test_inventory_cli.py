"""`monitor inventory`, as typed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.inventory import app
from monitor.cli.state import State
from monitor.inventory import COLUMNS, dump, load
from monitor.model import Kind, Target, Verification
from tests.unit.making import target

COMMANDS = ("validate", "list", "show", "diff")
DINKOMINFO = target(url="https://dinkominfo.go.id", mail="dinkominfo@x.go.id", source="Daftar Website OPD no. 9")
KELURAHAN = target(
    "KEL-004",
    kind=Kind.KELURAHAN,
    name="Kelurahan [red]Purbalingga[/] Wetan",
    url="https://kelurahangatan.go.id/",
    verification=Verification.NEEDED,
    suggested_url="https://kelurahanpurbalinggawetan.go.id/",
)
OTHERS = target("LYN-033", kind=Kind.LAYANAN, name="Bukalapak", url="https://bukalapak.com/u", active=False)
TARGETS = (DINKOMINFO, KELURAHAN, OTHERS)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("MONITOR_INVENTORY__DIRECTORY", raising=False)
    dump(TARGETS, Path("inventory"))


def run(*arguments: str, options: State | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), obj=options)


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def old(targets: Iterable[Target]) -> str:
    dump(targets, Path("lama"))
    return "lama"


def test_a_right_inventory_is_counted_and_its_doubts_are_named() -> None:
    result = run("validate")

    assert result.exit_code == 0
    assert lines(result.stdout) == [
        "inventory: 3 baris, semuanya benar",
        *("opd: 1", "kecamatan: 0", "kelurahan: 1", "desa: 0", "puskesmas: 0", "layanan: 1"),
        "perlu verifikasi: 1",
        "KEL-004 https://kelurahangatan.go.id/ → mungkin https://kelurahanpurbalinggawetan.go.id/",
    ]


def test_every_problem_of_a_wrong_inventory_is_a_line_on_standard_error() -> None:
    path = Path("inventory/opd.csv")
    path.write_text(path.read_text().replace(",ya,", ",Ya,").replace("dinkominfo@x.go.id", "dinkominfo"))

    result = run("validate")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        (
            "inventory/opd.csv:2:surel: surel 'dinkominfo' tidak berbentuk nama@domain – "
            "tulis seperti dinkominfo@purbalinggakab.go.id"
        ),
        "inventory/opd.csv:2:aktif: aktif 'Ya' tidak dikenal – tulis ya (pilihan: ya, tidak)",
        "inventory/opd.csv:3:aktif: aktif 'Ya' tidak dikenal – tulis ya (pilihan: ya, tidak)",
        "3 masalah",
    ]


@pytest.mark.parametrize("command", [("list",), ("show", "OPD-009"), ("diff", "inventory")], ids=str)
def test_no_command_works_on_half_an_inventory(command: tuple[str, ...]) -> None:
    Path("inventory/desa.csv").write_bytes(b"")

    result = run(*command)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("inventory/desa.csv: berkas kosong – ")


def test_another_folder_is_checked_when_named() -> None:
    result = run("validate", "tiada")

    assert result.exit_code == 2
    assert result.stderr.splitlines() == ["tiada: folder inventaris tidak ada – periksa nama folder", "1 masalah"]


def test_the_folder_is_the_one_the_settings_name(tmp_path: Path) -> None:
    dump([DINKOMINFO], Path("lain"))
    config = tmp_path / "pilihan.toml"
    config.write_text('[inventory]\ndirectory = "lain"\n')

    result = run("list", "--json", options=State(config))

    assert [row["kode"] for row in json.loads(result.stdout)] == ["OPD-009"]


def test_wrong_settings_are_said_like_a_wrong_inventory(tmp_path: Path) -> None:
    config = tmp_path / "pilihan.toml"
    config.write_text("[inventory]\nfolder = 1\n")

    result = run("list", options=State(config))

    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "1 masalah"


def test_the_list_is_a_table_of_all_rows() -> None:
    result = run("list")

    assert result.exit_code == 0
    assert lines(result.stdout) == [
        "kode jenis nama alamat dipantau verifikasi",
        "OPD-009 opd Dinkominfo https://dinkominfo.go.id ya ok",
        "KEL-004 kelurahan Kelurahan [red]Purbalingga[/] Wetan https://kelurahangatan.go.id/ ya perlu-verifikasi",
        "LYN-033 layanan Bukalapak https://bukalapak.com/u tidak ok",
        "3 baris, 2 dipantau",
    ]


def test_the_list_can_be_of_one_jenis() -> None:
    result = run("list", "--jenis", "kelurahan", "--json")

    assert [row["kode"] for row in json.loads(result.stdout)] == ["KEL-004"]


def test_a_jenis_that_does_not_exist_is_wrong_use() -> None:
    assert run("list", "--jenis", "sekolah").exit_code == 2


def test_a_narrow_terminal_breaks_no_kode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")

    result = run("list")

    assert all(target.kode in result.stdout for target in TARGETS)


def test_a_row_in_json_has_the_columns_names() -> None:
    result = run("show", "OPD-009", "--json")

    assert json.loads(result.stdout) == {
        "kode": "OPD-009",
        "jenis": "opd",
        "nama": "Dinkominfo",
        "url": "https://dinkominfo.go.id",
        "surel": "dinkominfo@x.go.id",
        "pemilik": None,
        "kritikalitas": "sedang",
        "aktif": True,
        "sumber": "Daftar Website OPD no. 9",
        "verifikasi": "ok",
        "url_usulan": None,
        "catatan": None,
        "host": "dinkominfo.go.id",
    }


def test_a_kode_may_be_typed_in_small_letters() -> None:
    result = run("show", "kel-004")

    assert result.exit_code == 0
    assert "nama Kelurahan [red]Purbalingga[/] Wetan" in lines(result.stdout)
    assert "surel –" in lines(result.stdout)


def test_a_kode_that_does_not_exist_is_wrong_use_with_a_suggestion() -> None:
    result = run("show", "OPD-09")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "kode 'OPD-09' tidak ada – mungkin OPD-009\n"


def test_an_inventory_does_not_differ_from_itself() -> None:
    result = run("diff", "inventory")

    assert (result.exit_code, result.stdout) == (0, "tidak ada perbedaan\n")


def test_a_difference_is_told_and_ends_with_1() -> None:
    before = old([replace(DINKOMINFO, mail=None), KELURAHAN, replace(OTHERS, kode="LYN-001")])

    result = run("diff", before)

    assert result.exit_code == 1
    assert lines(result.stdout) == [
        "kode perubahan lama baru",
        "LYN-033 ditambah Bukalapak https://bukalapak.com/u",
        "LYN-001 dihentikan Bukalapak https://bukalapak.com/u",
        "OPD-009 surel – dinkominfo@x.go.id",
        "1 ditambah, 1 dihentikan, 1 diubah",
        (
            "LYN-001 menjadi LYN-033 dengan alamat yang sama: riwayatnya terputus; "
            "pakai kembali kode lama bila situsnya memang sama"
        ),
    ]


def test_a_difference_in_json_is_a_script_s_to_read() -> None:
    before = old([replace(DINKOMINFO, mail=None), KELURAHAN, replace(OTHERS, kode="LYN-001")])

    result = run("diff", before, "--json")

    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [row["kode"] for row in document["ditambah"]] == ["LYN-033"]
    assert [row["kode"] for row in document["dihentikan"]] == ["LYN-001"]
    assert document["diubah"] == [{"kode": "OPD-009", "kolom": "surel", "lama": None, "baru": "dinkominfo@x.go.id"}]
    assert document["ganti_kode"] == [{"lama": "LYN-001", "baru": "LYN-033"}]


def test_an_old_inventory_that_is_wrong_is_wrong_use() -> None:
    result = run("diff", "tiada")

    assert result.exit_code == 2
    assert result.stderr.startswith("tiada: folder inventaris tidak ada")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_explains_itself_in_indonesian(command: str) -> None:
    result = run(command, "--help")

    assert result.exit_code == 0
    assert any(word in result.stdout for word in ("Periksa", "Tampilkan", "Bandingkan"))


def test_looking_changes_nothing() -> None:
    before = load(Path("inventory"))

    for arguments in (("validate",), ("list",), ("show", "OPD-009"), ("diff", "inventory")):
        run(*arguments)

    assert load(Path("inventory")) == before
    assert {path.name for path in Path().iterdir()} == {"inventory"}


def test_the_guide_names_every_column_and_quotes_real_messages() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "inventory.md").read_text()
    quoted = [line.split(": ", 1)[1] for line in guide.splitlines() if line.startswith("inventory/") and " – " in line]
    path = Path("inventory/opd.csv")
    path.write_text(path.read_text().replace("//dinkominfo", "// dinkominfo").replace(",ya,", ",Ya,"))

    said = [line.split(": ", 1)[1] for line in run("validate").stderr.splitlines()[:-1]]

    assert all(f"| `{column.name}` |" in guide for column in COLUMNS)
    assert quoted == said[:2]
