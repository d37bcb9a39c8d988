"""The documents as readers' programs meet them."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from monitor.evidence import bundle, draw, indicators, report, text, verify, workbook
from monitor.evidence.data import MonthData
from monitor.evidence.manifest import Origin
from monitor.evidence.signing import SealSigner
from monitor.seal import keys
from tests import servers
from tests.unit.evidence import fake

SHEET = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="session")
def full() -> MonthData:
    return fake.month()


@pytest.fixture(scope="session")
def pdf(full: MonthData) -> bytes:
    return report.month_pdf(full)


def streams(content: bytes) -> bytes:
    """Everything in *content* that is compressed, and everything that is not."""
    found = [content]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            found.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_the_report_is_pdf_a_with_its_typefaces(pdf: bytes) -> None:
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>U</pdfaid:conformance>" in pdf
    inside = streams(pdf)
    fonts, embedded = inside.count(b"/Type/FontDescriptor"), inside.count(b"/FontFile")
    fonts = fonts or len(re.findall(rb"/Type\s*/FontDescriptor", inside))
    assert fonts >= 3
    assert embedded == fonts
    assert b"/OutputIntents" in inside
    assert not re.search(rb"/(JavaScript|Launch|EmbeddedFile|Encrypt)\b", inside)


def test_the_same_month_is_the_same_report(full: MonthData, pdf: bytes) -> None:
    assert report.month_pdf(full) == pdf
    assert b"2026-11-01T00:00:00" in pdf or b"2026-10-31T17:00:00" in pdf


def test_whatever_strangers_write_the_report_can_be_drawn(full: MonthData) -> None:
    page = json.dumps(report.month_page(full)).replace("\\u200b", "")
    assert "[U+6F22]" in page
    assert "\\u6f22" not in page
    assert "[U+202E]" in page


def test_every_character_that_is_left_has_a_glyph() -> None:
    known = "".join(
        chr(code) for code in range(0x20, 0x10000) if len(chr(code).encode("utf-8", "replace")) and _kept(code)
    )
    assert len(known) > 600
    # PDF/A refuses a document with a character that no typeface has.
    cut = [{"title": known[start : start + 64], "blocks": []} for start in range(0, len(known), 64)]
    page = {**report.month_page(fake.empty()), "chapters": cut}
    assert draw.pdf("laporan.typ", json.dumps(page).encode(), 0).startswith(b"%PDF")


def _kept(code: int) -> bool:
    letter = chr(code)
    return not 0xD800 <= code <= 0xDFFF and text.drawn(f"a{letter}b")[1:-1] == letter


@pytest.mark.parametrize("month", [fake.empty(), fake.month(complete=True)], ids=["empty", "complete"])
def test_any_month_can_be_drawn(month: MonthData) -> None:
    assert report.month_pdf(month).startswith(b"%PDF")
    assert report.indicators_pdf(month, indicators.assess(month)).startswith(b"%PDF")


def test_what_is_missing_is_on_the_cover(full: MonthData) -> None:
    assert report.month_page(full)["cover"]["missing"] == [item.text for item in full.shortcomings]
    assert report.month_page(fake.month(complete=True))["complete"]


def test_a_month_that_nobody_observed_says_so_on_every_page(tmp_path: Path) -> None:
    program = servers.find("pdftotext")
    if program is None:
        pytest.skip(servers.how_to_get("pdftotext"))
    path = tmp_path / "l.pdf"
    path.write_bytes(report.month_pdf(fake.empty()))
    said = subprocess.run([program, "-layout", path, "-"], capture_output=True, check=True, text=True).stdout
    cover, *pages = said.removesuffix("\f").split("\f")
    assert "KOSONG: TIDAK ADA PENGAMATAN" in cover
    assert len(pages) > 2
    assert all("Oktober 2026 – KOSONG" in page for page in pages)
    assert "Bundel dinyatakan kosong oleh pemantau" in pages[0]


def test_a_page_that_cannot_be_drawn_is_our_fault_and_said(monkeypatch: pytest.MonkeyPatch, full: MonthData) -> None:
    monkeypatch.setattr(report, "month_page", lambda _month: {"date": "x"})
    with pytest.raises(report.Undrawn, match=r"laporan\.typ"):
        report.month_pdf(full)


def test_the_text_can_be_found_again(pdf: bytes, tmp_path: Path) -> None:
    program = servers.find("pdftotext")
    if program is None:
        pytest.skip(servers.how_to_get("pdftotext"))
    path = tmp_path / "l.pdf"
    path.write_bytes(pdf)
    said = subprocess.run([program, "-layout", path, "-"], capture_output=True, check=True, text=True).stdout
    for words in ("BERITA ACARA", "Disusun oleh", "TIDAK LENGKAP", "Sinduraja", "Karanggedang", "TIDAK TERAMATI"):
        assert words in said
    heads = re.findall(r"NO\s+DESA\s+WEBSITE", said)
    assert len(heads) > 1  # the head of a long table stands on each of its pages


@pytest.fixture(scope="session")
def book(full: MonthData) -> bytes:
    return workbook.render(full, indicators.assess(full))


def parsed(book: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(book.read(name))  # noqa: S314 - we have just written it


def sheets(content: bytes) -> dict[str, ET.Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        listed = parsed(found, "xl/workbook.xml").iterfind("m:sheets/*", SHEET)
        names = [item.attrib["name"] for item in listed]
        return {name: parsed(found, f"xl/worksheets/sheet{number}.xml") for number, name in enumerate(names, 1)}


def test_the_workbook_is_the_same_for_the_same_month(full: MonthData, book: bytes) -> None:
    assert workbook.render(full, indicators.assess(full)) == book


def test_no_cell_is_a_formula_and_nothing_leads_outside(book: bytes) -> None:
    for name, sheet in sheets(book).items():
        assert sheet.find(".//m:f", SHEET) is None, name
        assert sheet.find(".//m:hyperlink", SHEET) is None, name
    with zipfile.ZipFile(io.BytesIO(book)) as found:
        assert not [name for name in found.namelist() if "external" in name or "vba" in name.lower()]
        assert "=HYPERLINK" in found.read("xl/sharedStrings.xml").decode()


def test_sheets_have_heads_that_stay_and_filters(book: bytes) -> None:
    for name, sheet in sheets(book).items():
        if name != "Sampul":
            pane = sheet.find(".//m:pane", SHEET)
            assert pane is not None, name
            assert (pane.attrib["ySplit"], pane.attrib["state"]) == ("3", "frozen")
            assert sheet.find("m:autoFilter", SHEET) is not None, name


def test_numbers_and_dates_are_numbers(book: bytes) -> None:
    sheet = sheets(book)["Gangguan"]
    row = next(row for row in sheet.iterfind(".//m:row", SHEET) if row.attrib["r"] == "4")
    cells = {re.sub(r"\d", "", cell.attrib["r"]): cell for cell in row.iterfind("m:c", SHEET)}
    assert cells["A"].attrib["t"] == "s"
    assert "t" not in cells["C"].attrib
    began = float(cells["C"].findtext("m:v", "", SHEET))
    assert 46_296 <= began < 46_328  # October 2026, in days since 1900


def test_characters_that_xml_cannot_hold_are_no_harm(full: MonthData) -> None:
    from dataclasses import replace  # noqa: PLC0415

    site = replace(full.sites[0], name="a\x00\x0b\ufffe\ud800b")
    content = workbook.render(replace(full, sites=(site,)), indicators.assess(full))
    assert sheets(content)["Ketersediaan situs"] is not None


@pytest.fixture(scope="session")
def whole(full: MonthData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle, unpacked beside itself."""
    folder = tmp_path_factory.mktemp("bundle")
    _write(folder / "b.zip", full, KEY)
    with zipfile.ZipFile(folder / "b.zip") as found:
        found.extractall(folder / "isi")
    return folder


KEY = SealSigner(keys.Signer.new())


def _write(path: Path, month: MonthData, key: Any) -> None:
    with path.open("wb") as target:
        packer = bundle.Packer(target, month.period.cut)
        bundle.add_month(packer, month)
        bundle.finish(packer, month, Origin(key_id=key.key_id), key)


def test_the_whole_bundle_is_the_same_bytes_again(full: MonthData, whole: Path, tmp_path: Path) -> None:
    _write(tmp_path / "again.zip", full, KEY)
    assert (tmp_path / "again.zip").read_bytes() == (whole / "b.zip").read_bytes()
    assert verify.verify(whole / "b.zip", key_id=KEY.key_id).fault is None


def _run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def _instructed(folder: Path) -> tuple[str, str, str]:
    """The commands of the instructions: is it signed, are the files those of the manifest, whose key is it."""
    said = (folder / "CARA-VERIFIKASI.txt").read_text()
    signed, same, key = [line.strip() for line in said.splitlines() if line.startswith("     ")][:3]
    assert (signed.split()[:2], same.split()[0], key.split()[:2]) == (
        ["openssl", "pkeyutl"],
        "awk",
        ["openssl", "pkey"],
    )
    return signed, same, key


def test_the_commands_of_the_instructions_are_enough(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole / "isi", tmp_path / "isi")
    folder = tmp_path / "isi"
    signed, same, key = _instructed(folder)
    assert "Verified Successfully" in _run("sh", "-c", signed, folder=folder).stdout
    looked_at = _run("sh", "-c", same, folder=folder)
    assert looked_at.returncode == 0
    listed = {line.partition(":")[0] for line in looked_at.stdout.splitlines()}
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert listed == files - {"manifest.json", "manifest.sig", "SHA256SUMS"}
    assert _run("sh", "-c", key, folder=folder).stdout.strip() == KEY.key_id
    assert _run("sha256sum", "-c", "SHA256SUMS", folder=folder).returncode == 0


def test_by_hand_every_file_that_was_tampered_with_is_found_whatever_the_sums_say(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "isi"
    shutil.copytree(whole / "isi", folder)
    signed, same, _key = _instructed(folder)
    for path in sorted(item for item in folder.rglob("*") if item.is_file() and item.name != "SHA256SUMS"):
        name, content, sums = str(path.relative_to(folder)), path.read_bytes(), (folder / "SHA256SUMS").read_text()
        path.write_bytes(content + b" ")
        was, now = (hashlib.sha256(each).hexdigest() for each in (content, content + b" "))
        (folder / "SHA256SUMS").write_text(sums.replace(was, now))
        assert _run("sha256sum", "-c", "SHA256SUMS", folder=folder).returncode == 0, "the sums alone would believe it"
        commands = [_run("sh", "-c", command, folder=folder) for command in (signed, same)]
        assert any(done.returncode for done in commands), name
        path.write_bytes(content)
        (folder / "SHA256SUMS").write_text(sums)


def test_the_sums_cover_every_file(whole: Path) -> None:
    folder = whole / "isi"
    pairs = (line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines())
    listed = {name: digest for digest, name in pairs}
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    assert set(listed) == set(files) - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == digest


def test_the_schema_describes_the_figures(whole: Path) -> None:
    schema = json.loads((whole / "isi" / "skema-data.json").read_text())
    _fits(json.loads((whole / "isi" / "data.json").read_text()), schema, schema)


def _fits(value: Any, shape: dict[str, Any], whole: dict[str, Any], at: str = "") -> None:
    """As much of JSON Schema as the schema uses."""
    if "$ref" in shape:
        shape = whole["$defs"][shape["$ref"].rpartition("/")[2]]
    if "anyOf" in shape:
        assert any(_is_fit(value, part, whole) for part in shape["anyOf"]), at
        return
    if "enum" in shape:
        assert value in shape["enum"], at
        return
    types = {"object": dict, "array": list, "string": str, "integer": int, "number": int | float, "null": type(None)}
    assert isinstance(value, types.get(shape["type"], bool)), at
    if isinstance(value, dict):
        known = shape.get("properties")
        for key, item in value.items():
            _fits(item, shape["additionalProperties"] if known is None else known[key], whole, f"{at}.{key}")
        assert known is None or set(known) == set(value), at
    elif isinstance(value, list):
        inner = shape.get("prefixItems") or [shape["items"]] * len(value)
        for number, (item, part) in enumerate(zip(value, inner, strict=True)):
            _fits(item, part, whole, f"{at}[{number}]")
    elif isinstance(value, str) and "pattern" in shape:
        assert re.search(shape["pattern"], value), at


def _is_fit(value: Any, shape: dict[str, Any], whole: dict[str, Any]) -> bool:
    try:
        _fits(value, shape, whole)
    except (AssertionError, KeyError):
        return False
    return True
