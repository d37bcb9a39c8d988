"""The register as files: real dates and numbers, filters, and no cell that computes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest

from monitor.assets import AssetChange, Sighting, Source, Way, assets_of, candidates_of
from monitor.assets.sheets import as_csv, as_xlsx
from monitor.assets.tables import ASSETS, Table, assets_table, candidates_table, changes_table
from tests.unit.assets.making import DOMAIN, END, NOW, VILLAGE, sheet, target

DOMAIN_COLUMNS = [
    "kode_aset", "kode_barang_bmd", "nama", "jenis", "kelompok", "url_resmi", "host", "domain_terdaftar", "pemilik",
    "penanggung_jawab", "kontak", "pengelola_teknis", "penyedia_hosting", "alamat_ip", "lokasi", "klasifikasi_data",
    "nilai_kritikalitas", "target_ketersediaan", "perangkat_lunak", "versi", "tanggal_mulai", "status_siklus_hidup",
    "kedaluwarsa_domain", "kedaluwarsa_sertifikat", "sumber", "verifikasi", "catatan",
]  # fmt: skip
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "＝1+1",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
]


def register() -> tuple[Table, ...]:
    sheets = [
        sheet(
            target(name="=1+1", note="+62 812", owner="Dinas <b>&\x00\x1b"),
            kedaluwarsa_sertifikat=("", END),
            target_ketersediaan=("99.5", ""),
            tanggal_mulai=("2024-01-31", ""),
            alamat_ip=("", "203.0.113.10; 203.0.113.9"),
        ),
        sheet(VILLAGE),
        sheet(DOMAIN),
    ]
    change = AssetChange(
        at=NOW, kode="OPD-009", field="versi", before="@x", after="=y", source=Source.OBSERVED, since=NOW
    )
    seen = Sighting(host="mx.x.com", kode="OPD-009", way=Way.MAIL, first=NOW, last=NOW)
    return (
        assets_table(assets_of(sheets)),
        changes_table([change]),
        candidates_table(candidates_of([seen], [])),
    )


def test_the_header_is_the_registers_columns_in_their_order() -> None:
    header = next(csv.reader(io.StringIO(as_csv(register()[0]))))

    assert header[: len(DOMAIN_COLUMNS)] == DOMAIN_COLUMNS
    assert len(set(header)) == len(header) == len(ASSETS)


def test_csv_has_plain_dates_and_decimals() -> None:
    text = as_csv(register()[0])
    first, village, _domain = csv.DictReader(io.StringIO(text, newline=""))

    assert text.endswith("\r\n")
    assert first["target_ketersediaan"] == "99.5"
    assert first["tanggal_mulai"] == "2024-01-31"
    assert first["kedaluwarsa_sertifikat"] == END
    assert first["tercatat_sejak"] == "2026-11-24T08:05:00+07:00"
    assert first["alamat_ip"] == "203.0.113.10; 203.0.113.9"
    assert first["pemilik"] == "Dinas <b>&\ufffd\ufffd"
    assert village["target_ketersediaan"] == village["kedaluwarsa_sertifikat"] == ""
    assert village["perlu_dilihat"] == "tercatat, belum pernah teramati"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_file_computes(text: str) -> None:
    page = as_csv(Table("T", (("a", ""),), ((text,),)))

    assert list(csv.reader(io.StringIO(page, newline="")))[1] == [f"'{text}"]


@pytest.mark.parametrize("text", ["a=1", "1-1", " x", "'x", "tanda - minus"])
def test_an_innocent_cell_stays_as_it_is(text: str) -> None:
    assert list(csv.reader(io.StringIO(as_csv(Table("T", (("a", ""),), ((text,),))), newline="")))[1] == [text]


class Book:
    """A workbook taken apart."""

    def __init__(self, content: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        self.names = [each.attrib["name"] for each in self.xml("xl/workbook.xml").iterfind(".//m:sheet", NS)]
        shared = self.xml("xl/sharedStrings.xml").iterfind("m:si", NS)
        self.texts = ["".join(part.text or "" for part in each.iterfind(".//m:t", NS)) for each in shared]
        self.formats = self._formats()

    def xml(self, path: str) -> ET.Element:
        return ET.fromstring(self.zip.read(path))  # noqa: S314 - our own workbook

    def sheet(self, number: int) -> ET.Element:
        return self.xml(f"xl/worksheets/sheet{number}.xml")

    def cells(self, number: int) -> dict[str, tuple[str, str | float]]:
        """Reference → (number format, value)."""
        found: dict[str, tuple[str, str | float]] = {}
        for cell in self.sheet(number).iterfind(".//m:c", NS):
            value = cell.findtext("m:v", "", NS)
            text = self.texts[int(value)] if cell.get("t") == "s" else float(value)
            found[cell.attrib["r"]] = (self.formats[int(cell.get("s", "0"))], text)
        return found

    def _formats(self) -> list[str]:
        styles = self.xml("xl/styles.xml")
        own = {each.attrib["numFmtId"]: each.attrib["formatCode"] for each in styles.iterfind(".//m:numFmt", NS)}
        return [own.get(each.attrib["numFmtId"], "") for each in styles.iterfind("m:cellXfs/m:xf", NS)]

    def column(self, number: int, name: str) -> str:
        return next(re.sub(r"\d", "", ref) for ref, (_format, text) in self.cells(number).items() if text == name)


@pytest.fixture(scope="module")
def content() -> bytes:
    return as_xlsx(register(), "Register aset TIK", NOW)


def test_a_workbook_has_real_dates_and_numbers(content: bytes) -> None:
    book = Book(content)
    cells = book.cells(1)

    def of(name: str) -> tuple[str, str | float]:
        return cells[book.column(1, name) + "2"]

    assert book.names == ["Aset", "Perubahan", "Kandidat", "Keterangan"]
    assert of("target_ketersediaan") == ("0.####", 99.5)
    assert of("tanggal_mulai") == ("dd-mm-yyyy", 45322.0)
    form, value = of("kedaluwarsa_sertifikat")
    assert form == "dd-mm-yyyy hh:mm"
    assert value == pytest.approx(46411 + (8 * 60 + 5) / 1440)
    assert of("tercatat_sejak")[1] == pytest.approx(46350 + (8 * 60 + 5) / 1440), "UTC is shown in WIB"
    assert of("nama")[1] == "=1+1"
    assert of("catatan")[1] == "+62 812"
    assert of("pemilik")[1] == "Dinas <b>&\ufffd\ufffd"


def test_no_cell_of_a_workbook_computes_or_leads_anywhere() -> None:
    book = Book(as_xlsx([Table("T", (("a", ""),), tuple((text,) for text in (*HOSTILE, "http://x", "1.5")))], "T", NOW))

    assert [book.cells(1)[f"A{row}"][1] for row in (2, 3, 4, 5)] == HOSTILE[:4]
    for number in (1, 2):
        assert book.sheet(number).find(".//m:f", NS) is None
        assert book.sheet(number).find(".//m:hyperlink", NS) is None
        assert all(cell.get("t") == "s" for cell in book.sheet(number).iterfind(".//m:c", NS))


def test_every_sheet_has_a_head_that_stays_and_a_filter(content: bytes) -> None:
    book = Book(content)
    for number in range(1, 5):
        pane = book.sheet(number).find(".//m:pane", NS)
        assert pane is not None
        assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
        assert book.sheet(number).find("m:autoFilter", NS) is not None


def test_the_same_register_is_the_same_bytes(content: bytes) -> None:
    assert as_xlsx(register(), "Register aset TIK", NOW) == content


def test_an_empty_register_is_a_workbook_too() -> None:
    tables = (assets_table(()), changes_table(()), candidates_table(()))

    assert Book(as_xlsx(tables, "Kosong", NOW)).names[0] == "Aset"
