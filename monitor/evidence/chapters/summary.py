"""The month at a glance, in figures and charts."""

from __future__ import annotations

from collections.abc import Iterator

from monitor import words
from monitor.evidence import charts, standing
from monitor.evidence.blocks import Block, Head, Prose, right, table
from monitor.evidence.chapters.phrases import counted, milliseconds, opened, resolved, share
from monitor.evidence.data import MonthData
from monitor.evidence.grids import measured


def summary(month: MonthData) -> Iterator[Block]:
    """The headline, the table of kinds, and the charts; of an empty month there is nothing to draw."""
    yield Prose(text=_NOTHING if month.is_empty else _headline(month))
    yield table(
        "Ketersediaan per jenis",
        measured(month),
        (
            Head("Jenis", 1.3), right("Situs", 0.7), right("Ketersediaan", 1.3), right("Tanpa pemelih.", 1.4),
            right("Target", 1), right("Tercapai", 0.9), right("Tak tercapai", 1.2), right("Tak dinilai", 1.1),
            right("Tak teramati", 1.2), right("Respons", 1),
        ),
        (
            (
                words.KINDS[kind.kind], words.number(kind.sites), share(kind.figures.ratio),
                share(kind.figures.ratio_without_maintenance), share(kind.target), words.number(kind.met),
                words.number(kind.missed), words.number(kind.unknown), share(kind.figures.unobserved_share),
                milliseconds(kind.response),
            )
            for kind in month.kinds
        ),
        note=standing.reserve(month),
    )  # fmt: skip
    if not month.is_empty:
        yield from charts.all_of(month)


_NOTHING = "Tidak ada satu pengamatan pun pada bulan ini, maka tidak ada ketersediaan yang dapat disebut."


def _headline(month: MonthData) -> str:
    new, closed = opened(month.findings), resolved(month.findings)
    down = sum(site.active and site.state.value == "turun" for site in month.sites)
    return (
        f"Ketersediaan seluruh situs {share(month.total.ratio)} "
        f"(tanpa waktu pemeliharaan {share(month.total.ratio_without_maintenance)}); "
        f"{share(month.total.unobserved_share)} waktu tidak teramati. Tercatat {words.number(len(counted(month)))} "
        "gangguan; "
        f"{words.number(down)} situs turun pada akhir pengukuran. {words.number(new)} temuan dibuka dan "
        f"{words.number(closed)} selesai; {words.number(len(month.content))} insiden konten"
        f"{standing.taken_back(month.content, month)}."
    )
