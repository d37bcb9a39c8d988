"""
What a month's record supports of the instrument's indicators, criterion by criterion.

It says where to look and what a person must add. It never says that a criterion is fulfilled, and names no level as
reached: that is the assessors' to say.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from monitor import words
from monitor.evidence import standing
from monitor.evidence.chapters.phrases import counted, named
from monitor.evidence.data import MonthData

_HEAD = 16
"""Digits of the chain's head by which a person finds it in the manifest, which has it in full."""


@dataclass(frozen=True, slots=True)
class Support:
    """Something in the bundle that bears on a criterion."""

    text: str
    """What it shows, with its figures."""
    file: str
    """In the bundle."""
    place: str
    """Sheet or column and rows of that file, or `seluruh berkas`."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One level's criterion and what there is for it."""

    level: int
    name: str
    text: str
    supports: tuple[Support, ...]
    lacks: tuple[str, ...]
    """What could bear on it and is not in the record."""
    person: tuple[str, ...]
    """What only people can add."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator with its criteria, lowest level first."""

    number: int
    name: str
    weight: str
    evidence: tuple[str, ...]
    """Bukti dukung that the instrument asks for."""
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The indicators of one instrument."""

    version: str
    name: str
    note: str
    indicators: tuple[Indicator, ...]


@lru_cache(maxsize=1)
def _instrument() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "instrument.toml").read_text(encoding="utf-8"))


def assess(month: MonthData) -> Sheet:
    """What *month* supports; pure."""
    instrument = _instrument()
    return Sheet(
        instrument["version"],
        instrument["name"],
        instrument["note"],
        tuple(_indicator(item, month) for item in instrument["indicator"]),
    )


def _indicator(item: Mapping[str, Any], month: MonthData) -> Indicator:
    criteria = tuple(_criterion(level, month) for level in item["level"])
    return Indicator(item["number"], item["name"], item["weight"], tuple(item["evidence"]), criteria)


def _criterion(item: Mapping[str, Any], month: MonthData) -> Criterion:
    found = [SUPPORTS[key](month) for key in item["supports"]]
    supports = tuple(each for each in found if isinstance(each, Support))
    lacks = tuple(each for each in found if isinstance(each, str))
    return Criterion(item["level"], item["name"], item["criterion"], supports, lacks, tuple(item["person"]))


def _rows(count: int) -> str:
    """The rows of a CSV file with *count* records: the first is its head."""
    return f"baris 2–{count + 1}" if count else "tanpa baris: tidak ada pada bulan ini"


def _register(month: MonthData) -> Support:
    owners = len({site.owner for site in month.sites})
    text = f"Register memuat {words.number(len(month.sites))} situs dan layanan dari {words.number(owners)} pemilik."
    return Support(text, "csv/situs.csv", _rows(len(month.sites)))


def _changes(month: MonthData) -> Support:
    declared = sum(change.declared for change in month.asset_changes)
    observed = len(month.asset_changes) - declared
    text = f"Perubahan aset tercatat: {words.number(declared)} dinyatakan, {words.number(observed)} teramati."
    return Support(text, "csv/perubahan-aset.csv", _rows(len(month.asset_changes)))


def _candidates(month: MonthData) -> Support:
    text = f"Aset yang teramati tetapi belum terdaftar: {words.number(len(month.candidates))}."
    return Support(text, "csv/calon-aset.csv", _rows(len(month.candidates)))


def _regulation(month: MonthData) -> Support:
    rows = sum(len(table.rows) for table in month.regulation)
    text = f"Tabel Peta Rencana digambar ulang dengan STATUS hasil ukur: {words.number(rows)} baris."
    return Support(text, "csv/tabel-peraturan.csv", _rows(rows))


def _foreign(month: MonthData) -> Support:
    mandated = sum(item.mandated for item in month.foreign)
    text = (
        f"Alamat di luar domain pemerintah: {words.number(len(month.foreign))}, "
        f"{words.number(mandated)} di antaranya diminta pindah oleh peraturan."
    )
    return Support(text, "csv/domain-non-pemerintah.csv", _rows(len(month.foreign)))


def _sites(month: MonthData) -> Support:
    ratio = words.percent(month.total.ratio) if month.total.ratio is not None else words.DASH
    text = (
        f"Kinerja terukur untuk {words.number(month.coverage.observed)} dari {words.number(month.coverage.watched)} "
        f"situs yang dipantau; ketersediaan keseluruhan {ratio}."
    )
    return Support(text, "csv/situs.csv", _rows(len(month.sites)))


def _kinds(month: MonthData) -> Support:
    met, judged = sum(kind.met for kind in month.kinds), sum(kind.met + kind.missed for kind in month.kinds)
    text = f"Target ketersediaan terukur per jenis: {words.number(met)} dari {words.number(judged)} situs mencapainya."
    text = " ".join(filter(None, (text, standing.reserve(month))))
    return Support(text, "csv/jenis.csv", _rows(len(month.kinds)))


def _compared(month: MonthData) -> Support | str:
    both = sum(item.before is not None and item.now is not None for item in month.compared)
    if not both:
        return f"Perbandingan dengan {named(month.previous_key)}: tidak ada situs yang teramati pada kedua bulan."
    text = f"Perbandingan dengan {named(month.previous_key)} untuk {words.number(both)} situs."
    return Support(text, "csv/perbandingan.csv", _rows(len(month.compared)))


def _findings(month: MonthData) -> Support:
    opened = sum(finding.is_new for finding in month.findings)
    resolved = sum(not finding.is_open for finding in month.findings)
    text = f"Temuan: {words.number(opened)} baru, {words.number(resolved)} selesai pada bulan ini."
    return Support(text, "csv/temuan.csv", _rows(len(month.findings)))


def _acts(month: MonthData) -> Support | str:
    acts = sum(len(finding.acts) for finding in month.findings)
    if not acts:
        return "Tindakan koreksi: belum ada yang dicatat orang."
    text = f"Tindakan koreksi yang dicatat orang: {words.number(acts)}."
    return Support(text, "csv/tindak-lanjut.csv", _rows(acts))


def _outages(month: MonthData) -> Support:
    own = len(counted(month))
    others = f" dan {words.number(len(month.outages) - own)} pada yang lain" if len(month.outages) > own else ""
    text = (
        f"Gangguan: {words.number(own)} pada situs yang dipantau{others}, masing-masing dengan awal, akhir, dan sebab."
    )
    return Support(text, "csv/gangguan.csv", _rows(len(month.outages)))


def _certificates(month: MonthData) -> Support:
    text = f"Sertifikat TLS yang teramati: {words.number(len(month.certificates))}."
    return Support(text, "csv/sertifikat.csv", _rows(len(month.certificates)))


def _method(month: MonthData) -> Support:
    text = f"Cara ukur, irama, dan batasnya: {words.number(len(month.method.checks))} pemeriksaan berulang."
    return Support(text, "laporan.pdf", "bab Ruang lingkup dan metode")


def _seal(month: MonthData) -> Support | str:
    if not month.seal.days:
        return "Segel catatan: belum ada hari yang disegel."
    text = f"Catatan disegel untuk {words.number(month.seal.days)} hari; kepala rantai {month.seal.head[:_HEAD]}…"
    return Support(text, "manifest.json", "seal")


SUPPORTS: Mapping[str, Callable[[MonthData], Support | str]] = {
    "register": _register,
    "changes": _changes,
    "candidates": _candidates,
    "regulation": _regulation,
    "foreign": _foreign,
    "sites": _sites,
    "kinds": _kinds,
    "compared": _compared,
    "findings": _findings,
    "acts": _acts,
    "outages": _outages,
    "certificates": _certificates,
    "method": _method,
    "seal": _seal,
}
"""What the instrument's file can name; a sentence alone says that the record does not have it."""
