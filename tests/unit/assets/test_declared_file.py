"""`aset.csv`: optional, checked like the inventory's other files, every problem at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.assets import Declaration
from monitor.assets.declared import COLUMNS as DECLARED
from monitor.errors import InventoryError
from monitor.inventory import fingerprint, load, load_declarations, with_domains
from monitor.inventory.declared import COLUMNS, FILE
from tests.unit.inventory_files import GOOD, empty_folder, problems, sheet, write

HEADER = ",".join(column.name for column in COLUMNS)
SHIPPED = Path(__file__).parents[3] / "inventory"


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = empty_folder(tmp_path, monkeypatch)
    write(made, {"opd.csv": sheet(GOOD)})
    return made


def row(**cells: str) -> str:
    return ",".join({**{column.name: "" for column in COLUMNS}, "kode": "OPD-001", **cells}.values())


def declare(directory: Path, *rows: str, header: str = HEADER) -> None:
    (directory / FILE).write_text("\n".join((header, *rows, "")), encoding="utf-8")


def loaded(directory: Path) -> dict[str, Declaration]:
    return load_declarations(directory, with_domains(load(directory)))


def test_without_the_file_nothing_is_declared(directory: Path) -> None:
    assert loaded(directory) == {}


def test_a_row_is_what_is_declared_of_one_asset(directory: Path) -> None:
    declare(directory, row(lokasi="Ruang server", kontak="0812"), row(kode="purbalinggakab.go.id", kelompok="domain"))

    assert loaded(directory) == {
        "OPD-001": Declaration(
            kode="OPD-001", cells={"lokasi": "Ruang server", "kontak": "0812"}, file="inventory/aset.csv", line=2
        ),
        "purbalinggakab.go.id": Declaration(
            kode="purbalinggakab.go.id", cells={"kelompok": "domain"}, file="inventory/aset.csv", line=3
        ),
    }


@pytest.mark.parametrize(
    ("column", "written", "kept"),
    [
        ("alamat_ip", "203.0.113.9;2001:DB8:0::1", "2001:db8::1; 203.0.113.9"),
        ("alamat_ip", "203.0.113.9 203.0.113.9", "203.0.113.9"),
        ("versi", "nginx 1.18 ;OpenSID 23.05", "OpenSID 23.05; nginx 1.18"),
        ("target_ketersediaan", "99.50", "99.5"),
        ("target_ketersediaan", "100", "100"),
        ("target_ketersediaan", "0.0001", "0.0001"),
        ("tanggal_mulai", "2024-02-29", "2024-02-29"),
        ("tanggal_mulai", "1990-01-01", "1990-01-01"),
        ("klasifikasi_data", "terbatas", "terbatas"),
        ("status_siklus_hidup", "pemeliharaan", "pemeliharaan"),
    ],
)
def test_a_cell_is_kept_as_the_register_compares_it(directory: Path, column: str, written: str, kept: str) -> None:
    declare(directory, row(**{column: written}))

    assert loaded(directory)["OPD-001"].cells == {column: kept}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"kode": "", "lokasi": "x"}, "aset.csv:2:kode: kode kosong"),
        ({"kode": "OPD-01"}, "aset.csv:2:kode: kode 'OPD-01' tidak ada di inventaris – mungkin maksudnya OPD-001"),
        ({"kode": "ZZZ-999"}, "catat dahulu asetnya"),
        ({"tanggal_mulai": "31-01-2024"}, "tanggal '31-01-2024' tidak berbentuk TTTT-BB-HH"),
        ({"tanggal_mulai": "2023-02-29"}, "tidak ada di kalender"),
        ({"tanggal_mulai": "1989-12-31"}, "tahun 1989 tidak mungkin"),
        ({"tanggal_mulai": "2100-01-01"}, "tahun 2100 tidak mungkin"),
        ({"target_ketersediaan": '"99,5"'}, "titik desimal"),
        ({"target_ketersediaan": "99.5%"}, "titik desimal"),
        ({"target_ketersediaan": "0"}, "di luar jangkauan"),
        ({"target_ketersediaan": "100.1"}, "di luar jangkauan"),
        ({"alamat_ip": "36.66.181.23.1"}, "'36.66.181.23.1' bukan alamat IP"),
        ({"klasifikasi_data": "rahsia"}, "tulis rahasia"),
        ({"status_siklus_hidup": "aktif"}, "status_siklus_hidup 'aktif' tidak dikenal"),
        ({"status_siklus_hidup": "nonaktif"}, "status nonaktif padahal OPD-001 masih aktif"),
        ({"status_siklus_hidup": "dihapus"}, "status dihapus padahal OPD-001 masih aktif"),
        ({"lokasi": "=1+1"}, "dibaca Excel sebagai rumus"),
        ({"lokasi": "x" * 201}, "terlalu panjang"),
        ({"kontak": "a\u200bb"}, "U+200B"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_how_to_mend_it(
    directory: Path, cells: dict[str, str], said: str
) -> None:
    declare(directory, row(**cells))

    (problem,) = problems(directory)
    assert problem.startswith("inventory/aset.csv:2")
    assert said in problem


def test_every_problem_of_every_file_is_said_at_once(directory: Path) -> None:
    write(directory, {"opd.csv": sheet(GOOD, GOOD.replace("OPD-001", "salah"))})
    declare(directory, row(tanggal_mulai="x", target_ketersediaan="y"), row(), row(kode="OPD-777"))

    said = problems(directory)

    assert sum("opd.csv" in line for line in said) > 0
    assert [line for line in said if "tanggal 'x'" in line]
    assert [line for line in said if "persentase 'y'" in line]
    assert [line for line in said if "kode 'OPD-001' sudah ditulis di inventory/aset.csv:2:kode" in line]
    assert not [line for line in said if "OPD-777" in line], "its row may be the one that is refused"


def test_a_header_that_lacks_a_column_is_refused(directory: Path) -> None:
    declare(directory, header=HEADER.replace(",lokasi", ""))

    assert problems(directory) == [
        f"inventory/aset.csv:1:lokasi: kolom lokasi tidak ada – tambahkan; urutannya: {HEADER}"
    ]


def test_a_refused_file_declares_nothing(directory: Path) -> None:
    targets = with_domains(load(directory))
    declare(directory, row(tanggal_mulai="x"))

    with pytest.raises(InventoryError, match="TTTT-BB-HH"):
        load_declarations(directory, targets)


def test_writing_the_file_is_noticed(directory: Path) -> None:
    before = fingerprint(directory)
    declare(directory)

    assert fingerprint(directory) != before


def test_what_ships_is_a_header_and_fits_the_inventory() -> None:
    assert (SHIPPED / FILE).read_text(encoding="utf-8") == HEADER + "\n"
    assert load_declarations(SHIPPED, with_domains(load(SHIPPED))) == {}


def test_the_columns_are_those_of_the_register() -> None:
    assert tuple(column.name for column in COLUMNS) == ("kode", *DECLARED)
