"""The ZIP: the same content gives the same bytes, whenever and wherever it is packed."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from monitor import words
from monitor.evidence import canonical, indicators, manifest, report, schema, tables, workbook
from monitor.evidence.data import MonthData
from monitor.evidence.grids import grids
from monitor.evidence.manifest import Entry, Origin
from monitor.evidence.signing import Signer

REPORT = "laporan.pdf"
INDICATORS = "indikator.pdf"
WORKBOOK = "buku-kerja.xlsx"
SCHEMA = "skema-data.json"
HOURS = "csv/rekap-jam.csv"
SAMPLES = "csv/sampel/"
_PACKED = (".pdf", ".xlsx")
"""Compressed already."""
_LEVEL = 6


def file_name(month: MonthData, *, with_samples: bool = False) -> str:
    """
    `bukti-audit-infrastruktur-2026-10.zip`.

    A restatement, a month that is not over, one that nobody observed, and one with samples say so in the name, so that
    none replaces another or passes for it.
    """
    edition = f"-edisi-{month.edition}" if month.edition > 1 else ""
    draft = "" if month.period.is_over else "-sementara"
    empty = "-kosong" if month.is_empty else ""
    samples = "-sampel" if with_samples else ""
    return f"bukti-audit-infrastruktur-{month.period.key}{edition}{draft}{empty}{samples}.zip"


class Packer:
    """Puts files into a ZIP one after the other, and knows the size and the digest of each."""

    def __init__(self, target: BinaryIO, at: datetime) -> None:
        """Into *target*; every file has the time *at*, as WIB reads it."""
        local = at.astimezone(words.WIB)
        self._date = (local.year, local.month, local.day, local.hour, local.minute, local.second // 2 * 2)
        self._zip = zipfile.ZipFile(target, "w", allowZip64=True)
        self.entries: dict[str, Entry] = {}

    @contextmanager
    def _member(self, name: str) -> Iterator[_Member]:
        info = zipfile.ZipInfo(name, self._date)
        info.create_system = 3  # so that the mode below is read as one
        info.external_attr = 0o100644 << 16
        info.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
        info._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 - public only from Python 3.13 on
        with self._zip.open(info, "w", force_zip64=name.startswith(SAMPLES)) as target:
            member = _Member(target)  # type: ignore[arg-type]
            yield member
        self.entries[name] = Entry(name, member.size, member.digest.hexdigest())

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Add *name* with the content *pieces*."""
        with self._member(name) as member:
            for piece in pieces:
                member.write(piece)

    async def stream(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """Add *name* with content that comes as it comes."""
        with self._member(name) as member:
            async for piece in pieces:
                member.write(piece)

    def close(self) -> None:
        """Write the directory of the ZIP."""
        self._zip.close()


class _Member:
    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        self._target.write(piece)
        self.size += len(piece)
        self.digest.update(piece)


def add_month(packer: Packer, month: MonthData) -> None:
    """Every file that is a function of *month*."""
    sheet = indicators.assess(month)
    packer.add(REPORT, [report.month_pdf(month)])
    packer.add(INDICATORS, [report.indicators_pdf(month, sheet)])
    packer.add(WORKBOOK, [workbook.render(month, sheet)])
    packer.add(manifest.DATA, [canonical.dump(canonical.plain(month))])
    packer.add(SCHEMA, [schema.schema()])
    for grid in grids(month):
        packer.add(f"csv/{grid.key}.csv", [tables.render(grid)])


def finish(packer: Packer, month: MonthData, origin: Origin, signer: Signer | None) -> None:
    """The key, how to verify, the manifest, its signature and the sums; then the ZIP is whole."""
    if signer is not None:
        packer.add(manifest.PUBLIC_KEY, [signer.public_pem])
    packer.add(manifest.HOW_TO, [manifest.how_to()])
    listed = manifest.render(month, origin, packer.entries)
    packer.add(manifest.MANIFEST, [listed])
    if signer is not None:
        packer.add(manifest.SIGNATURE, [signer.sign(listed)])
    packer.add(manifest.SUMS, [manifest.sums(packer.entries)])
    packer.close()


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file beside *path* that takes its place, whole, when the block ends well; else nothing is left of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "w+b") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def digest_of(path: Path) -> str:
    """SHA-256 of the file, lower-case hex."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def is_there(path: Path, sha256: str) -> bool:
    """Whether the file at *path* is the one with that digest."""
    return path.is_file() and digest_of(path) == sha256
