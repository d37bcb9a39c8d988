"""The files and columns of the inventory, and how a row of cells and a target become each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from monitor.inventory.cells import Fault, code_faults, listed
from monitor.inventory.mail_address import mail_faults
from monitor.inventory.web_address import url_faults
from monitor.model import Criticality, Kind, Target, Verification

FILES: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    {
        "opd.csv": (Kind.OPD, Kind.KECAMATAN, Kind.KELURAHAN),
        "desa.csv": (Kind.DESA,),
        "puskesmas.csv": (Kind.PUSKESMAS,),
        "layanan.csv": (Kind.LAYANAN,),
    }
)
"""Which kinds are written in which file, in reading order."""

PREFIXES: Mapping[str, Kind] = MappingProxyType(
    {
        "OPD": Kind.OPD,
        "KEC": Kind.KECAMATAN,
        "KEL": Kind.KELURAHAN,
        "DESA": Kind.DESA,
        "PKM": Kind.PUSKESMAS,
        "LYN": Kind.LAYANAN,
    }
)
"""What a kode's letters promise about its jenis; letters not listed here promise nothing."""


class Active(StrEnum):
    """The words of the aktif column."""

    YES = "ya"
    NO = "tidak"


def _anything(_text: str) -> Iterator[Fault]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What may stand in one column."""

    name: str
    limit: int
    """Characters."""
    required: bool = True
    multiline: bool = False
    faults: Callable[[str], Iterator[Fault]] = _anything
    """What is wrong with a text that is not empty, printable and short enough."""


COLUMNS = (
    Column(name="kode", limit=16, faults=code_faults),
    Column(name="jenis", limit=16, faults=listed("jenis", PREFIXES.values())),
    Column(name="nama", limit=200),
    Column(name="url", limit=500, faults=url_faults),
    Column(name="surel", limit=254, required=False, faults=mail_faults),
    Column(name="pemilik", limit=200, required=False),
    Column(name="kritikalitas", limit=16, faults=listed("kritikalitas", Criticality)),
    Column(name="aktif", limit=16, faults=listed("aktif", Active)),
    Column(name="sumber", limit=300, required=False),
    Column(name="verifikasi", limit=24, faults=listed("verifikasi", Verification)),
    Column(name="url_usulan", limit=500, required=False, faults=url_faults),
    Column(name="catatan", limit=1000, required=False, multiline=True),
)
NAMES = tuple(column.name for column in COLUMNS)
"""The header, in the order it is written; any order is read."""


def target_of(cells: Mapping[str, str]) -> Target:
    """The target that faultless *cells* describe."""
    return Target(
        kode=cells["kode"],
        kind=Kind(cells["jenis"]),
        name=cells["nama"],
        url=cells["url"],
        mail=cells["surel"] or None,
        owner=cells["pemilik"],
        criticality=Criticality(cells["kritikalitas"]),
        active=cells["aktif"] == Active.YES,
        source=cells["sumber"],
        verification=Verification(cells["verifikasi"]),
        suggested_url=cells["url_usulan"] or None,
        note=cells["catatan"],
    )


def cells_of(target: Target) -> dict[str, str]:
    """*target* as the inventory writes it: column name → cell."""
    return {
        "kode": target.kode,
        "jenis": target.kind.value,
        "nama": target.name,
        "url": target.url,
        "surel": target.mail or "",
        "pemilik": target.owner,
        "kritikalitas": target.criticality.value,
        "aktif": (Active.YES if target.active else Active.NO).value,
        "sumber": target.source,
        "verifikasi": target.verification.value,
        "url_usulan": target.suggested_url or "",
        "catatan": target.note,
    }
