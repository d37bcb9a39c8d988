"""From a CSV file as people and spreadsheets leave it to rows that know their place."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import Problem, reason_of
from monitor.inventory.cells import shown
from monitor.inventory.columns import COLUMNS, Column

LARGEST = 32 * 2**20
"""Bytes; a hundred times the whole county, and no more than a daemon can swallow by mistake."""

_SAVE_AS = "simpan ulang dari Excel sebagai 'CSV UTF-8 (Comma delimited)'"
_COMMAS = (
    "simpan dari LibreOffice Calc atau Google Sheets dengan pemisah koma, atau ubah List separator di pengaturan "
    "Region Windows menjadi koma lalu simpan ulang dari Excel"
)
"""Saving again as 'comma delimited' would not help: in an Indonesian Windows, Excel's comma is a semicolon."""
_NOT_TEXT: Mapping[bytes, str] = {
    b"PK\x03\x04": "buku kerja Excel atau LibreOffice, bukan CSV",
    b"\xd0\xcf\x11\xe0": "buku kerja Excel lama (.xls), bukan CSV",
    b"\xff\xfe": "teks UTF-16, bukan UTF-8",
    b"\xfe\xff": "teks UTF-16, bukan UTF-8",
}
_OTHER_SEPARATORS = {";": "titik koma", "\t": "tab"}
_BREAK = re.compile(r"\r\n|\r|\n")
_EXCEL_HINT = re.compile(r"sep=.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row's cells by column, and where in its file each of them begins."""

    path: Path
    line: int
    cells: Mapping[str, str]
    """Without the columns the file lacks; surrounding blanks removed."""
    below: Mapping[str, int]
    """How many lines below `line` a cell begins, for rows with cells of several lines."""

    def where(self, column: str) -> str:
        """`file:line:column`."""
        return place(self.path, self.line + self.below.get(column, 0), column)


def place(path: Path, line: int, column: str) -> str:
    """`file:line:column`."""
    return f"{path}:{line}:{column}"


@dataclass(frozen=True, slots=True)
class Shape:
    """Which columns a file has."""

    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """In the order they are written."""
        return tuple(column.name for column in self.columns)

    @property
    def header(self) -> str:
        """The first line."""
        return ",".join(self.names)

    @property
    def required(self) -> frozenset[str]:
        """The columns whose cells must be filled."""
        return frozenset(column.name for column in self.columns if column.required)


TARGETS = Shape(COLUMNS)


def read(path: Path, shape: Shape = TARGETS) -> Iterator[Row | Problem]:
    """The rows of *path* that have the right *shape*, and what is wrong with the rest, in the file's order."""
    data = _bytes(path, shape)
    if isinstance(data, Problem):
        yield data
        return
    # A byte that is not UTF-8 becomes a surrogate, and is reported with the cell it stands in.
    text = data.decode("utf-8-sig", errors="surrogateescape")
    records = _records(path, text)
    header = _Header()
    for record in records:
        if isinstance(record, Problem):
            yield record
        elif not any(record.cells):
            continue
        elif header.names:
            yield from _row(path, record, header, shape)
        elif len(record.cells) == 1 and _EXCEL_HINT.fullmatch(record.cells[0]):
            yield Problem(f"{path}:{record.line}", "baris sep= hanya dikenal Excel", "hapus baris itu")
        else:
            header = _header(path, record, shape)
            yield from header.problems
            if not header.names:
                return


def _bytes(path: Path, shape: Shape) -> bytes | Problem:
    try:
        if path.exists() and not path.is_file():
            return Problem(str(path), "bukan berkas biasa", "ganti dengan berkas CSV")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        remedy = f"kembalikan berkasnya; bila memang belum ada isinya, cukup satu baris judul: {shape.header}"
        return Problem(str(path), "berkas tidak ada", remedy)
    except OSError as error:
        return Problem(str(path), f"tidak dapat dibaca ({reason_of(error)})", "periksa hak akses berkas")
    return _unusable(path, data, shape) or data


def _unusable(path: Path, data: bytes, shape: Shape) -> Problem | None:
    if len(data) > LARGEST:
        return Problem(str(path), f"lebih besar dari {LARGEST // 2**20} MiB", "periksa apakah ini berkas yang benar")
    for magic, what in _NOT_TEXT.items():
        if data.startswith(magic):
            return Problem(str(path), f"ini {what}", _SAVE_AS)
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        return Problem(str(path), "berkas kosong", f"baris pertama harus judul kolom: {shape.header}")
    return None


@dataclass(frozen=True, slots=True)
class _Record:
    line: int
    cells: tuple[str, ...]
    """Raw, but for blanks around them and empty ones at the end."""
    width: int
    """How many cells there were, empty ones at the end included."""
    below: tuple[int, ...]


def _records(path: Path, text: str) -> Iterator[_Record | Problem]:
    """One record after the other; after a broken one, the reader goes on with the next line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _broken(path, line, str(error))
        else:
            yield _record(line, cells)


def _broken(path: Path, line: int, reason: str) -> Problem:
    if "limit" in reason:
        return Problem(f"{path}:{line}", "sel terlalu besar, mungkin tanda kutip tidak ditutup", "tutup tanda kutipnya")
    return Problem(
        f"{path}:{line}",
        "tanda kutip ganda tidak berpasangan mulai baris ini",
        'apit sel dengan "…" dan tulis tanda kutip di dalamnya dua kali ("")',
    )


def _record(line: int, raw: list[str]) -> _Record:
    below, breaks = [], 0
    for cell in raw:
        below.append(breaks)
        breaks += len(_BREAK.findall(cell))
    cells = [_BREAK.sub("\n", cell).strip() for cell in raw]
    while cells and not cells[-1]:
        cells.pop()
    return _Record(line, tuple(cells), len(raw), tuple(below))


@dataclass(frozen=True, slots=True)
class _Header:
    names: tuple[str, ...] = ()
    """Empty when no row below can be understood."""
    width: int = 0
    """With the nameless columns at the right that spreadsheets leave behind."""
    problems: tuple[Problem, ...] = ()


def _header(path: Path, record: _Record, shape: Shape) -> _Header:
    names = record.cells
    at = f"{path}:{record.line}"
    for separator, word in _OTHER_SEPARATORS.items():
        if any(separator in name for name in names):
            return _Header(problems=(Problem(at, f"kolom dipisah {word}, seharusnya koma", _COMMAS),))
    if not set(names) & set(shape.names):
        problem = Problem(at, "baris judul kolom tidak ada", f"tulis sebagai baris pertama: {shape.header}")
        return _Header(problems=(problem,))
    return _Header(names, record.width, tuple(_header_problems(path, record.line, names, shape)))


def _header_problems(path: Path, line: int, names: Sequence[str], shape: Shape) -> Iterator[Problem]:
    missing = [name for name in shape.names if name not in names]
    for number, name in enumerate(names, 1):
        at = place(path, line, name if name in shape.names else f"kolom-{number}")
        if not name:
            yield Problem(at, f"kolom ke-{number} tidak bernama", "hapus kolom itu, atau beri nama yang dikenal")
        elif name in names[: number - 1]:
            first = names.index(name) + 1
            yield Problem(at, f"kolom {name} ada dua kali (ke-{first} dan ke-{number})", "hapus salah satunya")
        elif name not in shape.names:
            close = difflib.get_close_matches(name.lower(), missing, n=1)
            missing = [other for other in missing if other not in close]
            remedy = f"mungkin maksudnya {close[0]}" if close else f"hapus; yang dikenal: {shape.header}"
            yield Problem(at, f"kolom {shown(name)} tidak dikenal", remedy)
    for name in missing:
        yield Problem(place(path, line, name), f"kolom {name} tidak ada", f"tambahkan; urutannya: {shape.header}")


def _row(path: Path, record: _Record, header: _Header, shape: Shape) -> Iterator[Row | Problem]:
    cells, names = record.cells, header.names
    if record.width > header.width or len(cells) > len(names):
        at = place(path, record.line, names[-1])
        message = f"{record.width} sel, seharusnya {len(names)}"
        yield Problem(at, message, 'sel yang memuat koma diapit tanda kutip ganda: "Pemuda, Olahraga"')
        return
    # Excel leaves out empty cells at the end of a row; only a cell that must be filled is missed.
    lacking = [name for name in names[record.width :] if name in shape.required]
    if lacking:
        at = place(path, record.line, lacking[0])
        yield Problem(at, f"hanya {record.width} sel, seharusnya {len(names)}", _lacking_remedy(record, shape))
        return
    padded = (*cells, *[""] * (len(names) - len(cells)))
    below = dict(zip(names, record.below, strict=False)) if any(record.below) else {}
    yield Row(path, record.line, dict(zip(names, padded, strict=True)), below)


def _lacking_remedy(record: _Record, shape: Shape) -> str:
    if record.width == 1 and record.cells[0].count(",") >= len(shape.required) - 1:
        return "seluruh baris terapit satu tanda kutip: di Excel buka lewat Data ▸ Dari Teks/CSV dengan pemisah koma"
    return "lengkapi sel yang kurang; sel kosong tetap memerlukan komanya"
