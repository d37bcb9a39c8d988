"""What a cell is refused for, as the person who edits it reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.inventory_files import CELLS, EXAMPLE, empty_folder, problems, row, sheet, write

MAIL = "tulis seperti dinkominfo@purbalinggakab.go.id"
FORMULA = "hapus tanda itu dari awal sel"


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return empty_folder(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        pytest.param({"kode": ""}, "kode: kode kosong – isi kolom kode", id="no kode"),
        pytest.param(
            {"kode": "opd-1"},
            "kode: kode 'opd-1' tidak berbentuk HURUF-ANGKA – "
            "tulis huruf besar, tanda hubung, 3 angka: OPD-009, DESA-046",
            id="kode of another form",
        ),
        pytest.param(
            {"jenis": "Opd"},
            "jenis: jenis 'Opd' tidak dikenal – "
            "tulis opd (pilihan: opd, kecamatan, kelurahan, desa, puskesmas, layanan)",
            id="jenis that a spreadsheet capitalised",
        ),
        pytest.param(
            {"jenis": "sekolah"},
            "jenis: jenis 'sekolah' tidak dikenal – "
            "pilih salah satu (pilihan: opd, kecamatan, kelurahan, desa, puskesmas, layanan)",
            id="jenis that does not exist",
        ),
        pytest.param(
            {"jenis": "kelurahan"},
            "jenis: jenis kelurahan tidak cocok dengan kode OPD-001 – "
            "perbaiki salah satunya; jenis kelurahan memakai KEL-…",
            id="jenis against kode",
        ),
        pytest.param(
            {"kode": "DESA-001", "jenis": "desa"},
            "jenis: jenis desa tidak ditulis di opd.csv – pindahkan baris ini ke desa.csv",
            id="a row in the wrong file",
        ),
        pytest.param({"nama": " "}, "nama: nama kosong – isi kolom nama", id="a name of blanks"),
        pytest.param(
            {"nama": "x" * 201},
            "nama: terlalu panjang: 201 huruf, paling banyak 200 – persingkat isi sel",
            id="an over-long name",
        ),
        pytest.param(
            {"nama": "Dinas\nKesehatan"},
            "nama: sel memuat ganti baris – tulis dalam satu baris; hanya catatan yang boleh lebih dari satu baris",
            id="a name of two lines",
        ),
        pytest.param(
            {"nama": "Dinas\u00a0Kesehatan"},
            "nama: sel memuat spasi tak-putus (U+00A0) – ketik ulang spasinya; biasanya terbawa dari Word atau web",
            id="a no-break space",
        ),
        pytest.param(
            {"nama": "Dinas\u202eKesehatan"},
            "nama: sel memuat karakter tak terlihat U+202E – ketik ulang isi sel, jangan disalin-tempel",
            id="text direction turned around",
        ),
        pytest.param(
            {"catatan": "bel\x07"},
            "catatan: sel memuat karakter tak terlihat U+0007 – ketik ulang isi sel, jangan disalin-tempel",
            id="a control character, even where lines may break",
        ),
        pytest.param(
            {"catatan": "=HYPERLINK(A1)"},
            f"catatan: sel diawali tanda =, yang dibaca Excel sebagai rumus – {FORMULA}",
            id="a formula",
        ),
        pytest.param(
            {"catatan": "-1+1|cmd"},
            f"catatan: sel diawali tanda -, yang dibaca Excel sebagai rumus – {FORMULA}",
            id="a formula in disguise",
        ),
        pytest.param(
            {"pemilik": "#REF!"},
            "pemilik: sel berisi galat lembar kerja '#REF!' – isi nilainya, bukan rumusnya",
            id="a broken formula's value",
        ),
        pytest.param(
            {"nama": "########"},
            "nama: sel berisi galat lembar kerja '########' – isi nilainya, bukan rumusnya",
            id="a column that was too narrow",
        ),
        pytest.param(
            {"kritikalitas": "high"},
            "kritikalitas: kritikalitas 'high' tidak dikenal – pilih salah satu (pilihan: rendah, sedang, tinggi)",
            id="kritikalitas in English",
        ),
        pytest.param(
            {"aktif": "YA"}, "aktif: aktif 'YA' tidak dikenal – tulis ya (pilihan: ya, tidak)", id="aktif in capitals"
        ),
        pytest.param(
            {"verifikasi": "perlu verifikasi"},
            "verifikasi: verifikasi 'perlu verifikasi' tidak dikenal – "
            "tulis perlu-verifikasi (pilihan: ok, perlu-verifikasi)",
            id="verifikasi without its hyphen",
        ),
        pytest.param(
            {"url_usulan": "https://x.go.id"},
            "url_usulan: url_usulan terisi padahal verifikasi ok – "
            "kosongkan url_usulan, atau tulis verifikasi perlu-verifikasi",
            id="a better address for one that is right",
        ),
        pytest.param(
            {"url_usulan": CELLS["url"], "verifikasi": "perlu-verifikasi"},
            "url_usulan: url_usulan sama dengan url – kosongkan, atau tulis alamat yang diduga benar",
            id="the same address suggested",
        ),
        pytest.param(
            {"url_usulan": "x.go.id", "verifikasi": "perlu-verifikasi"},
            f"url_usulan: alamat tidak diawali http:// atau https:// (huruf kecil) – tulis lengkap, misalnya {EXAMPLE}",
            id="a suggested address of no form",
        ),
    ],
)
def test_a_wrong_cell_is_named_with_its_remedy(directory: Path, cells: Mapping[str, str], said: str) -> None:
    write(directory, {"opd.csv": sheet(row(**cells))})

    assert problems(directory) == [f"inventory/opd.csv:2:{said}"]


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        pytest.param("dinkes", f"surel 'dinkes' tidak berbentuk nama@domain – {MAIL}", id="no at sign"),
        pytest.param(
            "din..kes@purbalinggakab.go.id",
            f"surel 'din..kes@purbalinggakab.go.id' tidak berbentuk nama@domain – {MAIL}",
            id="two dots in the local part",
        ),
        pytest.param("dinkes@purbalingga", f"domain surel 'purbalingga' tidak sah – {MAIL}", id="half a domain"),
        pytest.param("dinkes@10.0.0.1", f"domain surel '10.0.0.1' tidak sah – {MAIL}", id="an IP address"),
        pytest.param("mailto:dinkes@go.id", "surel diawali mailto: – hapus mailto:", id="a link's mailto"),
        pytest.param(
            "a@x.go.id; b@x.go.id",
            "surel memuat spasi, koma, atau titik koma – satu alamat saja; alamat lain ditulis di catatan",
            id="two addresses",
        ),
    ],
)
def test_a_wrong_mail_address_is_explained(directory: Path, mail: str, said: str) -> None:
    write(directory, {"opd.csv": sheet(row(surel=mail))})

    assert problems(directory) == [f"inventory/opd.csv:2:surel: {said}"]
