"""What a file or folder is refused for, and what is forgiven."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest

from monitor.inventory import load
from monitor.inventory.parse import LARGEST
from tests.unit.inventory_files import GOOD, HEADER, OTHER, empty_folder, problems, row, sheet, write

EXCEL = "simpan ulang dari Excel sebagai 'CSV UTF-8 (Comma delimited)'"
COMMAS = (
    "simpan dari LibreOffice Calc atau Google Sheets dengan pemisah koma, atau ubah List separator di pengaturan "
    "Region Windows menjadi koma lalu simpan ulang dari Excel"
)
QUOTED_COMMA = 'sel yang memuat koma diapit tanda kutip ganda: "Pemuda, Olahraga"'


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return empty_folder(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", f": berkas kosong – baris pertama harus judul kolom: {HEADER}", id="empty"),
        pytest.param(
            codecs.BOM_UTF8 + b"\r\n", f": berkas kosong – baris pertama harus judul kolom: {HEADER}", id="a mark only"
        ),
        pytest.param(
            b"PK\x03\x04...", f": ini buku kerja Excel atau LibreOffice, bukan CSV – {EXCEL}", id="a workbook"
        ),
        pytest.param(
            sheet(GOOD).encode("utf-16"), f": ini teks UTF-16, bukan UTF-8 – {EXCEL}", id="Excel's Unicode text"
        ),
        pytest.param(
            b"x" * (LARGEST + 1), ": lebih besar dari 32 MiB – periksa apakah ini berkas yang benar", id="huge"
        ),
        pytest.param(
            sheet(GOOD).replace(",", ";"), f":1: kolom dipisah titik koma, seharusnya koma – {COMMAS}", id="semicolons"
        ),
        pytest.param(sheet(GOOD).replace(",", "\t"), f":1: kolom dipisah tab, seharusnya koma – {COMMAS}", id="tabs"),
        pytest.param(
            "sep=,\n" + sheet(GOOD), ":1: baris sep= hanya dikenal Excel – hapus baris itu", id="Excel's hint"
        ),
        pytest.param(
            f"sep=;\n{sheet(GOOD).replace(',', ';')}",
            ":1: baris sep= hanya dikenal Excel – hapus baris itu"
            f"|:2: kolom dipisah titik koma, seharusnya koma – {COMMAS}",
            id="Excel's hint at semicolons",
        ),
        pytest.param(
            f"{GOOD}\n{OTHER}\n",
            f":1: baris judul kolom tidak ada – tulis sebagai baris pertama: {HEADER}",
            id="no header",
        ),
        pytest.param(
            sheet(GOOD, header=HEADER.replace("aktif", "Aktif")),
            ":1:kolom-8: kolom 'Aktif' tidak dikenal – mungkin maksudnya aktif",
            id="a capitalised column",
        ),
        pytest.param(
            sheet(f"{GOOD},x", header=f"{HEADER},warna"),
            f":1:kolom-13: kolom 'warna' tidak dikenal – hapus; yang dikenal: {HEADER}",
            id="a column of somebody's own",
        ),
        pytest.param(
            sheet(GOOD.removesuffix(","), header=HEADER.removesuffix(",catatan")),
            f":1:catatan: kolom catatan tidak ada – tambahkan; urutannya: {HEADER}",
            id="a missing column",
        ),
        pytest.param(
            sheet(f"{GOOD},", header=f"{HEADER},url"),
            ":1:url: kolom url ada dua kali (ke-4 dan ke-13) – hapus salah satunya|:2:url: url kosong – isi kolom url",
            id="a column twice",
        ),
        pytest.param(
            sheet(GOOD.replace("opd,", "opd,,"), header=HEADER.replace("jenis,", "jenis,,")),
            ":1:kolom-3: kolom ke-3 tidak bernama – hapus kolom itu, atau beri nama yang dikenal",
            id="a column without a name",
        ),
        pytest.param(
            sheet(GOOD.replace("Bupati", "Pemuda, Olahraga", 1)),
            f":2:catatan: 13 sel, seharusnya 12 – {QUOTED_COMMA}",
            id="a comma without quotes",
        ),
        pytest.param(
            sheet("OPD-001,opd,Bupati"),
            ":2:url: hanya 3 sel, seharusnya 12 – lengkapi sel yang kurang; sel kosong tetap memerlukan komanya",
            id="a row too short",
        ),
        pytest.param(
            sheet('"' + GOOD.replace("Bupati", '""Pemuda, Olahraga""', 1) + '"'),
            ":2:jenis: hanya 1 sel, seharusnya 12 – "
            "seluruh baris terapit satu tanda kutip: di Excel buka lewat Data ▸ Dari Teks/CSV dengan pemisah koma",
            id="a row in one cell",
        ),
        pytest.param(
            sheet(row(nama="Kafé")).encode("latin-1"),
            f":2:nama: bukan UTF-8 (bita 0xE9) – {EXCEL}, lalu periksa huruf di sel ini",
            id="not UTF-8",
        ),
        pytest.param(
            sheet(GOOD.replace("Bupati", '"Bupati', 1), OTHER),
            ":2: tanda kutip ganda tidak berpasangan mulai baris ini – "
            'apit sel dengan "…" dan tulis tanda kutip di dalamnya dua kali ("")',
            id="a quote that is never closed",
        ),
        pytest.param(
            sheet(GOOD.replace("Bupati", '"' + "x" * 140_000 + '"', 1)),
            ":2: sel terlalu besar, mungkin tanda kutip tidak ditutup – tutup tanda kutipnya",
            id="a cell as large as a book",
        ),
    ],
)
def test_a_file_of_the_wrong_shape_is_recognised(directory: Path, content: str | bytes, said: str) -> None:
    write(directory, {"opd.csv": content})

    assert problems(directory) == [f"inventory/opd.csv{problem}" for problem in said.split("|")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(codecs.BOM_UTF8 + sheet(GOOD, OTHER).encode(), id="a byte order mark"),
        pytest.param(sheet(GOOD, OTHER).replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(sheet(GOOD, OTHER).replace("\n", "\r"), id="old Macintosh line ends"),
        pytest.param(sheet(GOOD, OTHER).rstrip("\n"), id="no line end at the end"),
        pytest.param(sheet(GOOD, "", OTHER, ",,,,,,,,,,,", ",,"), id="empty rows"),
        pytest.param(sheet(f"{GOOD},,", f"{OTHER},,", header=f"{HEADER},,"), id="empty columns at the right"),
        pytest.param(sheet(GOOD.removesuffix(",,"), OTHER), id="empty cells at the end left out"),
        pytest.param(sheet(row(nama=" Bupati "), OTHER), id="blanks around a cell"),
        pytest.param(
            sheet(
                *(",".join(reversed(line.split(","))) for line in (GOOD, OTHER)),
                header=",".join(reversed(HEADER.split(","))),
            ),
            id="another order of columns",
        ),
    ],
)
def test_what_a_spreadsheet_does_harmlessly_is_no_fault(directory: Path, content: str | bytes) -> None:
    write(directory, {"opd.csv": content})

    targets = load(directory)

    assert [(target.kode, target.name) for target in targets] == [("OPD-001", "Bupati"), ("OPD-002", "Bupati")]


def test_every_problem_of_every_file_is_said_at_once_in_reading_order(directory: Path) -> None:
    broken = [row(aktif="x", url="x"), GOOD.replace("Bupati", '"a"b', 1), "OPD-004", row(kode="OPD-005", url="y")]
    write(directory, {"opd.csv": sheet(*broken), "desa.csv": b""})
    (directory / "layanan.csv").unlink()

    places = [line.split(": ")[0] for line in problems(directory)]

    assert places == [
        "inventory/opd.csv:2:url",
        "inventory/opd.csv:2:aktif",
        "inventory/opd.csv:3",
        "inventory/opd.csv:4:jenis",
        "inventory/opd.csv:5:url",
        "inventory/desa.csv",
        "inventory/layanan.csv",
    ]


def test_rows_are_still_checked_under_a_wrong_header(directory: Path) -> None:
    write(directory, {"opd.csv": sheet(row(aktif="x"), header=HEADER.replace("kode", "kod"))})

    assert problems(directory) == [
        "inventory/opd.csv:1:kolom-1: kolom 'kod' tidak dikenal – mungkin maksudnya kode",
        "inventory/opd.csv:2:aktif: aktif 'x' tidak dikenal – pilih salah satu (pilihan: ya, tidak)",
    ]


def test_a_place_is_the_line_in_the_file_below_cells_of_several_lines(directory: Path) -> None:
    tall = row(catatan="satu\ndua\ntiga")
    write(directory, {"opd.csv": sheet(tall, row(kode="OPD-002", nama="a\nb", url="x"))})

    places = [line.split(": ")[0] for line in problems(directory)]

    assert places == ["inventory/opd.csv:5:nama", "inventory/opd.csv:6:url"]


def test_a_repeated_kode_names_both_places(directory: Path) -> None:
    write(directory, {"opd.csv": sheet(GOOD, row(url="https://pkk.go.id"))})

    (said,) = problems(directory)

    assert said == (
        "inventory/opd.csv:3:kode: kode OPD-001 sudah dipakai di inventory/opd.csv:2:kode"
        " – beri kode yang belum pernah dipakai"
    )


def test_a_repeated_kode_of_no_form_is_shown_with_everything_visible(directory: Path) -> None:
    wrong = "OPD\x1b[31m"
    write(directory, {"opd.csv": sheet(row(kode=wrong), row(kode=wrong, url="https://pkk.go.id"))})

    said = problems(directory)

    assert [line.partition(": ")[0] for line in said] == ["inventory/opd.csv:2:kode", "inventory/opd.csv:3:kode"]
    assert all(line.isprintable() for line in said)


def test_a_file_that_nobody_reads_is_pointed_out(directory: Path) -> None:
    write(directory, {"opd (1).csv": ""})
    (directory / "opd (1).csv").touch()
    (directory / ".~lock.opd.csv").touch()

    (said,) = problems(directory)

    assert said == (
        "inventory/opd (1).csv: berkas ini tidak dibaca – "
        "pindahkan barisnya ke opd.csv, desa.csv, puskesmas.csv, layanan.csv; simpan salinan di folder lain"
    )


def test_a_missing_folder_is_one_problem() -> None:
    assert problems(Path("tiada")) == ["tiada: folder inventaris tidak ada – periksa nama folder"]


def test_a_missing_file_is_not_an_empty_one(directory: Path) -> None:
    write(directory, {})
    (directory / "desa.csv").unlink()

    (said,) = problems(directory)

    assert said == (
        "inventory/desa.csv: berkas tidak ada – "
        f"kembalikan berkasnya; bila memang belum ada isinya, cukup satu baris judul: {HEADER}"
    )


def test_a_pipe_in_place_of_a_file_is_not_waited_for(directory: Path) -> None:
    write(directory, {})
    (directory / "desa.csv").unlink()
    os.mkfifo(directory / "desa.csv")

    assert problems(directory) == ["inventory/desa.csv: bukan berkas biasa – ganti dengan berkas CSV"]


def test_a_folder_that_cannot_be_looked_at_is_not_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_dir", refuse)

    assert problems(Path("rahasia")) == [
        "rahasia: folder inventaris tidak dapat dibaca (hak akses tidak cukup) – periksa hak akses folder"
    ]


def test_a_file_that_cannot_be_read_is_not_called_missing(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(directory, {})
    really = Path.open

    def refuse(path: Path, mode: str) -> object:
        if path.name == "desa.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return really(path, mode)

    monkeypatch.setattr(Path, "open", refuse)

    assert problems(directory) == [
        "inventory/desa.csv: tidak dapat dibaca (hak akses tidak cukup) – periksa hak akses berkas"
    ]
