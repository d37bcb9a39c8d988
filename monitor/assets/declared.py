"""What people write down of an asset beside the inventory's own rows: `aset.csv`, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

BY_FILE = "inventaris"
"""Who is named in the log for what the inventory's files say: whoever may write them."""
BY_SETTINGS = "pengaturan"

COLUMNS = (
    "kode_barang_bmd",
    "kelompok",
    "penanggung_jawab",
    "kontak",
    "pengelola_teknis",
    "penyedia_hosting",
    "alamat_ip",
    "lokasi",
    "klasifikasi_data",
    "target_ketersediaan",
    "perangkat_lunak",
    "versi",
    "tanggal_mulai",
    "status_siklus_hidup",
)
"""The columns of `aset.csv` after the kode, in their order."""


class Classification(StrEnum):
    """How widely the data behind an asset may be known (klasifikasi_data)."""

    OPEN = "terbuka"
    RESTRICTED = "terbatas"
    SECRET = "rahasia"  # noqa: S105 - a class of data


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One row of `aset.csv`."""

    kode: str
    cells: Mapping[str, str] = field(default_factory=dict)
    """column → canonical text; what is left empty is not in it."""
    file: str = ""
    line: int = 0

    def place(self, column: str) -> str:
        """`file:line:column`."""
        return f"{self.file}:{self.line}:{column}" if self.file else f"{self.kode}:{column}"
