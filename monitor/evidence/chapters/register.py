"""The register, the month before, and the regulation's tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from monitor import words
from monitor.evidence import regulation, standing
from monitor.evidence.blocks import Block, Head, Prose, right, table
from monitor.evidence.chapters.phrases import first, instant, named, share
from monitor.evidence.data import AssetChange, Compared, Direction, MonthData, Status
from monitor.evidence.grids import measured

_CHANGES, _FILLED = 150, 40
"""Most rows of changes; and of what was only filled in at first, which is nearly all when the record begins."""


def assets(month: MonthData) -> Iterator[Block]:
    """What changed, and what may have to be listed."""
    yield Prose(text=_change_words(month.asset_changes))
    altered = sum(bool(item.before) for item in month.asset_changes)
    limit = min(max(altered, _FILLED), _CHANGES)
    shown, note = first(sorted(month.asset_changes, key=lambda item: not item.before), "perubahan-aset", limit)
    yield table(
        "Perubahan aset, yang mengubah isi di atas",
        measured(month),
        (
            Head("Waktu", 1.2), Head("Kode", 0.9), Head("Isian", 1.3), Head("Sebelum", 2.2), Head("Sesudah", 2.2),
            Head("Asal", 1), Head("Oleh", 1),
        ),
        (
            (
                instant(item.at), item.kode, item.field.replace("_", " "), item.before or words.DASH,
                item.after or words.DASH, "dinyatakan" if item.declared else "teramati", item.actor or words.DASH,
            )
            for item in shown
        ),
        note=note,
    )  # fmt: skip
    some, rest = first(month.candidates, "calon-aset", 60)
    yield table(
        "Aset yang teramati, belum terdaftar",
        f"sampai {words.table(month.period.cut)} WIB",
        (Head("Host", 2.5), Head("Terlihat di", 3), Head("Pertama", 1.2), Head("Keputusan", 1.2)),
        ((item.host, item.seen_in, instant(item.first), item.decision) for item in some),
        note=rest,
    )


def _change_words(changes: Sequence[AssetChange]) -> str:
    if not changes:
        return "Tidak ada perubahan yang tercatat."
    declared, filled = sum(item.declared for item in changes), sum(not item.before for item in changes)
    return (
        f"{words.number(len(changes))} perubahan tercatat: {words.number(declared)} dinyatakan orang dan "
        f"{words.number(len(changes) - declared)} teramati. {words.number(filled)} di antaranya mengisi yang "
        f"sebelumnya kosong, {words.number(len(changes) - filled)} mengubah isi."
    )


def comparison(month: MonthData) -> Iterator[Block]:
    """What got worse, better, or is new."""
    counts = Counter(item.direction for item in month.compared)
    said = ", ".join(f"{words.number(counts[each])} {each.value}" for each in Direction if counts[each])
    previous = named(month.previous_key)
    new = " “Baru”: tidak ada pengamatan pada bulan sebelumnya." if counts[Direction.NEW] else ""
    yield Prose(text=f"Dibandingkan dengan {previous}: {said or 'tidak ada yang dapat dibandingkan'}.{new}")
    for title, direction in (("Memburuk", Direction.WORSE), ("Membaik", Direction.BETTER), ("Baru", Direction.NEW)):
        listed = sorted((item for item in month.compared if item.direction is direction), key=_most_changed)
        shown, note = first(listed, "perbandingan", 40)
        yield table(
            title,
            f"selama {previous} dan {named(month.period.key)} (bulan WIB)",
            (
                Head("Kode", 1), Head("Situs", 3), right("Sebelumnya", 1.2), right("Bulan ini", 1.2),
                right("Gangguan sebelumnya", 1.2), right("Gangguan", 1),
            ),
            (
                (
                    item.kode, item.name, share(item.before), share(item.now),
                    words.DASH if item.before is None else words.number(item.outages_before),
                    words.number(item.outages),
                )
                for item in shown
            ),
            note=note,
            empty="Tidak ada.",
        )  # fmt: skip


def _most_changed(item: Compared) -> tuple[Fraction, str]:
    if item.before is None or item.now is None:
        return Fraction(0), item.kode
    return -abs(item.before - item.now), item.kode


def tables(month: MonthData) -> Iterator[Block]:
    """The regulation's tables with the STATUS that was measured."""
    yield Prose(
        text=(
            f"Tabel dari {regulation.name()}, dengan STATUS menurut pengukuran, untuk bahan reviu Peta Rencana. Tabel "
            "dikenali dari judulnya, sebab nomornya berulang di dalam peraturan."
        )
    )
    for each in month.regulation:
        counts = Counter(row.status for row in each.rows)
        said = "; ".join(f"{status.value}: {words.number(counts[status])}" for status in Status)
        no, who, what, status = each.columns
        yield table(
            each.title,
            f"pada {words.table(month.period.cut)} WIB",
            (
                Head(no, 0.4),
                Head(who, 2.4),
                Head(what, 2.6),
                Head(status, 1.35),
                Head("Dilihat", 1.25),
                Head("Catatan", 1.7),
            ),
            (
                (
                    str(row.number), row.name, row.value, row.status.value, instant(row.looked),
                    note or words.DASH,
                )
                for row, note in standing.noted(each, month)
            ),
            note=f"{said}. {each.meaning}",
        )  # fmt: skip
