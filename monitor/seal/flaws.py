"""What can be wrong with a record, as values and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TABLES: Mapping[str, str] = {
    "sample": "sampel",
    "change": "perubahan temuan",
    "transition": "perubahan keadaan",
    "mark": "tindak lanjut temuan",
    "incident_event": "lini masa insiden",
    "maintenance": "pemeliharaan",
    "maintenance_end": "akhir pemeliharaan",
    "target": "inventaris",
    "target_change": "perubahan inventaris",
    "facts": "fakta",
    "exhibit": "barang bukti",
    "asset_change": "perubahan aset",
    "asset_judgement": "putusan aset",
    "frozen_month": "bulan yang dibekukan",
    "audit": "jejak tindakan",
    "cadence": "jadwal pemeriksaan",
    "seal_key": "kunci segel",
    "seal": "rantai segel",
    "seal_stamp": "cap waktu",
    "finding": "temuan",
    "incident": "insiden",
}
"""Tables of the record as people call them."""


class What(StrEnum):
    """How something deviates."""

    CHANGED = "diubah"
    REMOVED = "dihapus"
    ADDED = "ditambahkan"
    WRONG = "tidak sah"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with the record."""

    table: str
    """A key of `TABLES`."""
    what: What
    day: date | None = None
    """The sealed day; None where no single one is concerned."""
    key: str = ""
    """Of a row its number; of samples the kode."""
    label: str = ""
    """Whom it is about; may be empty."""
    detail: str = ""
    """More, in Indonesian; may be empty."""

    def __str__(self) -> str:
        """`2026-11-23: sampel DESA-001 diubah (1.440 baris)`."""
        day = "" if self.day is None else f"{self.day.isoformat()}: "
        row = f" baris {self.key}" if self.key and self.key != self.label else ""
        label = f" {self.label}" if self.label else ""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{day}{TABLES.get(self.table, self.table)}{row}{label} {self.what}{detail}"
