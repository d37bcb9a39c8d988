"""`aset.csv`: what the asset register wants to know of an asset and no look can tell; optional, one row an asset."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address
from pathlib import Path

from monitor.assets.declared import Classification, Declaration
from monitor.assets.lifecycle import Status
from monitor.assets.observed import canonical
from monitor.errors import InventoryError, Problem
from monitor.inventory.cells import Fault, listed, shown
from monitor.inventory.columns import Column
from monitor.inventory.parse import Row, Shape, read
from monitor.inventory.rows import cell_faults
from monitor.model import Target

FILE = "aset.csv"

_FIRST, _LAST = date(1990, 1, 1), date(2100, 1, 1)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERCENT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?")
_BETWEEN = re.compile(r"[;\s]+")


def _date_faults(text: str) -> Iterator[Fault]:
    if not _DATE.fullmatch(text):
        yield Fault(f"tanggal {shown(text)} tidak berbentuk TTTT-BB-HH", "tulis misalnya 2024-01-31")
        return
    try:
        day = date.fromisoformat(text)
    except ValueError:
        yield Fault(f"tanggal {shown(text)} tidak ada di kalender", "periksa bulan dan harinya")
        return
    if not _FIRST <= day < _LAST:
        yield Fault(f"tahun {day.year} tidak mungkin", "periksa tahunnya")


def _percent_faults(text: str) -> Iterator[Fault]:
    if not _PERCENT.fullmatch(text):
        yield Fault(f"persentase {shown(text)} tidak dikenal", "tulis angka dengan titik desimal dan tanpa %: 99.5")
    elif not 0 < Decimal(text) <= 100:  # noqa: PLR2004
        yield Fault(f"persentase {shown(text)} di luar jangkauan", "tulis angka di atas 0 dan paling besar 100")


def _address_faults(text: str) -> Iterator[Fault]:
    for part in filter(None, _BETWEEN.split(text)):
        try:
            ip_address(part)
        except ValueError:
            yield Fault(f"{shown(part)} bukan alamat IP", "tulis IPv4 atau IPv6, beberapa dipisah titik koma")


COLUMNS = (
    Column(name="kode", limit=253),
    Column(name="kode_barang_bmd", limit=60, required=False),
    Column(name="kelompok", limit=80, required=False),
    Column(name="penanggung_jawab", limit=200, required=False),
    Column(name="kontak", limit=200, required=False),
    Column(name="pengelola_teknis", limit=200, required=False),
    Column(name="penyedia_hosting", limit=200, required=False),
    Column(name="alamat_ip", limit=500, required=False, faults=_address_faults),
    Column(name="lokasi", limit=200, required=False),
    Column(name="klasifikasi_data", limit=16, required=False, faults=listed("klasifikasi_data", Classification)),
    Column(name="target_ketersediaan", limit=8, required=False, faults=_percent_faults),
    Column(name="perangkat_lunak", limit=200, required=False),
    Column(name="versi", limit=200, required=False),
    Column(name="tanggal_mulai", limit=10, required=False, faults=_date_faults),
    Column(name="status_siklus_hidup", limit=16, required=False, faults=listed("status_siklus_hidup", Status)),
)
"""The header of `aset.csv`, in the order it is written; any order is read."""
SHAPE = Shape(COLUMNS)

_SEPARATED = re.compile(r"\s*;\s*")


def load_declarations(directory: Path, targets: Collection[Target]) -> dict[str, Declaration]:
    """
    What `aset.csv` in *directory* declares, by kode; empty when there is no such file.

    *targets* are those of the inventory, with the domains behind it. Raises `InventoryError` with every problem.
    """
    found = check(directory, targets)
    if found.problems:
        raise InventoryError(found.problems)
    return found.declarations


@dataclass(slots=True)
class Sheet:
    """The working sheet of one reading of `aset.csv`."""

    targets: Mapping[str, Target]
    declarations: dict[str, Declaration] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    """kode → where it stands."""
    is_whole: bool = True
    """Whether every row of the inventory is among *targets*: then a kode that is not is a mistake."""

    def take(self, item: Row | Problem) -> None:
        """Keep the declaration of a faultless row, or what is wrong."""
        problems = [item] if isinstance(item, Problem) else [*_row_problems(item), *self._misplaced(item)]
        self.problems.extend(problems)
        if isinstance(item, Row) and not problems and "kode" in item.cells:
            self.declarations[item.cells["kode"]] = _declaration(item)

    def _misplaced(self, row: Row) -> Iterator[Problem]:
        kode = row.cells.get("kode", "")
        if not kode:
            return
        here = row.where("kode")
        if (first := self.places.setdefault(kode, here)) != here:
            yield Problem(here, f"kode {shown(kode)} sudah ditulis di {first}", "satukan kedua baris")
        elif kode in self.targets:
            yield from _contradictions(row, self.targets[kode])
        elif self.is_whole:
            close = difflib.get_close_matches(kode, self.targets, n=1)
            remedy = f"mungkin maksudnya {close[0]}" if close else "catat dahulu asetnya di inventaris"
            yield Problem(here, f"kode {shown(kode)} tidak ada di inventaris", remedy)


def check(directory: Path, targets: Collection[Target], *, is_whole: bool = True) -> Sheet:
    """
    `aset.csv` in *directory*, read and checked; nothing in it when there is no such file.

    *is_whole* is False when some rows of the inventory are refused, so that *targets* are not all there are.
    """
    sheet = Sheet({target.kode: target for target in targets}, is_whole=is_whole)
    path = directory / FILE
    if path.exists():
        for item in read(path, SHAPE):
            sheet.take(item)
    return sheet


def _row_problems(row: Row) -> Iterator[Problem]:
    for column in COLUMNS:
        for fault in cell_faults(column, row.cells.get(column.name)):
            yield Problem(row.where(column.name), *fault)


_OVER = frozenset({Status.IDLE.value, Status.REMOVED.value})


def _contradictions(row: Row, target: Target) -> Iterator[Problem]:
    status = row.cells.get("status_siklus_hidup", "")
    if status in _OVER and target.active:
        yield Problem(
            row.where("status_siklus_hidup"),
            f"status {status} padahal {target.kode} masih aktif di inventaris",
            "tulis aktif tidak pada baris inventarisnya, atau perbaiki statusnya",
        )


def _declaration(row: Row) -> Declaration:
    cells = {name: _canonical(name, text) for name, text in row.cells.items() if text and name != "kode"}
    return Declaration(kode=row.cells["kode"], cells=cells, file=str(row.path), line=row.line)


def _canonical(name: str, text: str) -> str:
    """*text* as the register compares it."""
    write: Callable[[str], str] = _WRITERS.get(name, str)
    return write(text)


def _addresses(text: str) -> str:
    return canonical([str(ip_address(part)) for part in _BETWEEN.split(text) if part])


def _set(text: str) -> str:
    return canonical(_SEPARATED.split(text))


def _percent(text: str) -> str:
    try:
        return f"{Decimal(text).normalize():f}"
    except InvalidOperation:
        return text


_WRITERS: Mapping[str, Callable[[str], str]] = {
    "alamat_ip": _addresses,
    "perangkat_lunak": _set,
    "versi": _set,
    "target_ketersediaan": _percent,
}
