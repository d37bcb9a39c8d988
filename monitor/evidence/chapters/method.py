"""What was measured and how, and what the report is not about."""

from __future__ import annotations

from collections.abc import Iterator

from monitor import words
from monitor.evidence.blocks import Block, Bullets, Head, Prose, Section, right, table
from monitor.evidence.chapters.phrases import texts
from monitor.evidence.data import Gap, MonthData
from monitor.evidence.grids import measured


def method(month: MonthData) -> Iterator[Block]:
    """Scope, definitions, cadences, targets and limits."""
    yield Prose(
        text=(
            f"Laporan ini menyajikan hasil pengukuran {measured(month)} atas "
            f"{words.number(month.coverage.watched)} situs "
            f"dan layanan {month.county} yang tercantum dalam inventaris. Semua angka dihitung dari catatan pemantau "
            f"({_counted(month)}; tiap situs tiap jam ada di csv/rekap-jam.csv), tidak ada yang "
            "diisi tangan, dan dapat dihitung ulang dari data.json dan csv di dalam "
            "bundel ini."
        )
    )
    yield Section(text="Definisi")
    yield Bullets(items=tuple(texts()["definitions"]))
    yield table(
        "Pemeriksaan dan iramanya",
        measured(month),
        (Head("Pemeriksaan", 1.4), Head("Yang ditanyakan", 3), Head("Tiap", 1), Head("Batas waktu", 1)),
        (
            (
                words.CHECKS.get(check.name, check.name),
                check.question,
                words.duration(check.every),
                words.duration(check.timeout),
            )
            for check in month.method.checks
        ),
    )
    targets = ((words.KINDS[kind], words.percent(goal)) for kind, goal in month.method.targets.items())
    yield table("Target ketersediaan", measured(month), (Head("Jenis", 3), right("Target", 1)), targets)
    yield Section(text="Titik pantau dan batas metode")
    asked = ", ".join(month.method.sentinels) or "tidak ada"
    yield Bullets(items=(f"Penjaga titik pantau, ditanya setiap kali situs tampak gagal: {asked}.", *texts()["limits"]))


def _counted(month: MonthData) -> str:
    """How many looks there were; they are counted by whole hours, so the last of them may not be among them yet."""
    looks = f"{words.number(month.coverage.samples)} pengamatan atas situs dan domain"
    whole = month.period.cut.minute == 0 and all(item.gap is not Gap.NO_ROLLUPS for item in month.shortcomings)
    if whole:
        return looks
    visits = sum(site.response.count for site in month.sites)
    return f"{looks} pada jam yang sudah direkap, dan {words.number(visits)} kunjungan yang dijawab sampai akhir"


def absent(month: MonthData) -> Iterator[Block]:
    """What is missing this month, and what never is in here."""
    if month.shortcomings:
        yield Section(text="Yang kurang pada bulan ini")
        yield Bullets(items=tuple(item.text for item in month.shortcomings))
    yield Section(text="Yang memang bukan bagian laporan ini")
    yield Bullets(items=tuple(texts()["not_here"]))
