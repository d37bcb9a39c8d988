"""From files to targets, or every problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from monitor.errors import InventoryError, Problem, reason_of
from monitor.inventory import declared
from monitor.inventory.cells import code_faults
from monitor.inventory.columns import COLUMNS, FILES, NAMES, PREFIXES, target_of
from monitor.inventory.derived import with_domains
from monitor.inventory.parse import Row, read
from monitor.inventory.rows import cell_faults
from monitor.inventory.web_address import Key, same_site, url_faults
from monitor.model import Kind, Target, Verification


def load(directory: Path) -> tuple[Target, ...]:
    """
    The targets of the inventory in *directory*, in the files' order.

    Raises `InventoryError` with every problem of every file; half an inventory is never returned.
    """
    _insist_on(directory)
    sheet = _Sheet()
    for file in FILES:
        for item in read(directory / file):
            sheet.take(item)
    sheet.problems.extend(_strays(directory))
    is_whole, everything = not sheet.problems, with_domains(sheet.targets)
    sheet.problems.extend(declared.check(directory, everything, is_whole=is_whole).problems)
    if sheet.problems:
        raise InventoryError(sheet.problems)
    return tuple(sheet.targets)


def _insist_on(directory: Path) -> None:
    try:
        there = directory.is_dir()
    except OSError as error:
        reason = f"folder inventaris tidak dapat dibaca ({reason_of(error)})"
        raise InventoryError([Problem(str(directory), reason, "periksa hak akses folder")]) from error
    if not there:
        raise InventoryError([Problem(str(directory), "folder inventaris tidak ada", "periksa nama folder")])


def _strays(directory: Path) -> Iterator[Problem]:
    """Files somebody may believe to be read: a copy, a new list."""
    for path in sorted(directory.glob("*.csv")):
        if path.name not in {*FILES, declared.FILE} and not path.name.startswith((".", "~")):
            remedy = f"pindahkan barisnya ke {', '.join(FILES)}; simpan salinan di folder lain"
            yield Problem(str(path), "berkas ini tidak dibaca", remedy)


@dataclass(slots=True)
class _Sheet:
    """The working sheet of one `load`."""

    targets: list[Target] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    """kode → where it stands."""
    sites: dict[Key, Row] = field(default_factory=dict)

    def take(self, item: Row | Problem) -> None:
        """Keep the target of a faultless row, or what is wrong."""
        problems = [item] if isinstance(item, Problem) else [*_row_problems(item), *self._repeated(item)]
        self.problems.extend(problems)
        # With a column missing there is no target to make, and the header's problem says so already.
        if isinstance(item, Row) and not problems and item.cells.keys() >= set(NAMES):
            self.targets.append(target_of(item.cells))

    def _repeated(self, row: Row) -> Iterator[Problem]:
        code, url = row.cells.get("kode", ""), row.cells.get("url", "")
        if code and not any(code_faults(code)):
            here = row.where("kode")
            if (first := self.codes.setdefault(code, here)) != here:
                yield Problem(here, f"kode {code} sudah dipakai di {first}", "beri kode yang belum pernah dipakai")
        if url and not any(url_faults(url)):
            other = self.sites.setdefault(same_site(url), row)
            if other is not row:
                said = f"alamat ini sudah dicatat di {other.where('url')}"
                yield Problem(row.where("url"), said, "hapus salah satu baris, atau perbaiki alamatnya")


def _row_problems(row: Row) -> Iterator[Problem]:
    clean = True
    for column in COLUMNS:
        for fault in cell_faults(column, row.cells.get(column.name)):
            clean = False
            yield Problem(row.where(column.name), *fault)
    if clean:
        yield from _contradictions(row)


def _contradictions(row: Row) -> Iterator[Problem]:
    """What single cells cannot show: cells that are right one by one and wrong together."""
    kind, code = row.cells.get("jenis"), row.cells.get("kode", "")
    if kind is not None:
        yield from _misplaced(row, Kind(kind), code)
    suggested = row.cells.get("url_usulan")
    if suggested and row.cells.get("verifikasi") == Verification.OK:
        yield Problem(
            row.where("url_usulan"),
            "url_usulan terisi padahal verifikasi ok",
            "kosongkan url_usulan, atau tulis verifikasi perlu-verifikasi",
        )
    elif suggested and suggested == row.cells.get("url"):
        yield Problem(
            row.where("url_usulan"), "url_usulan sama dengan url", "kosongkan, atau tulis alamat yang diduga benar"
        )


def _misplaced(row: Row, kind: Kind, code: str) -> Iterator[Problem]:
    promised = PREFIXES.get(code.partition("-")[0])
    if promised is not None and promised is not kind:
        remedy = f"perbaiki salah satunya; jenis {kind} memakai {_prefix(kind)}-…"
        yield Problem(row.where("jenis"), f"jenis {kind} tidak cocok dengan kode {code}", remedy)
    elif kind not in FILES.get(row.path.name, (kind,)):
        home = next(file for file, kinds in FILES.items() if kind in kinds)
        yield Problem(
            row.where("jenis"), f"jenis {kind} tidak ditulis di {row.path.name}", f"pindahkan baris ini ke {home}"
        )


def _prefix(kind: Kind) -> str:
    return next(prefix for prefix, promised in PREFIXES.items() if promised is kind)
