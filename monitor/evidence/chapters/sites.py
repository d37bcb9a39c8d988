"""How available each site was, and when it was not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor import words
from monitor.evidence import standing
from monitor.evidence.blocks import Block, Head, Prose, right, table
from monitor.evidence.chapters.phrases import counted, first, instant, milliseconds, share, span
from monitor.evidence.data import MonthData, Site
from monitor.evidence.grids import measured, met, yes
from monitor.model import Kind


def sites(month: MonthData) -> Iterator[Block]:
    """One row for each site, by jenis."""
    yield Prose(
        text=(
            "Satu baris tiap situs. Kolom “dilihat” adalah pengamatan terakhir yang berhasil dalam masa pengukuran. "
            "MTTR, MTBF, persentil 95, dan waktu tiap keadaan ada di csv/situs.csv."
        )
    )
    for kind in Kind:
        of_kind = [site for site in month.sites if site.kind is kind and site.active]
        if of_kind:
            yield _site_table(month, words.KINDS[kind], of_kind)
    idle = [site for site in month.sites if not site.active]
    if idle:
        yield _idle(month, idle)


def _site_table(month: MonthData, name: str, sites: Iterable[Site]) -> Block:
    heads = (
        Head("Kode", 15), Head("Situs", 45), right("Ketersediaan", 18), right("Target", 13), Head("Capaian", 17),
        right("Tak teramati", 14), right("Gangguan", 15), right("Terlama", 19), right("Respons", 15),
        Head("Dilihat", 22),
    )  # fmt: skip
    rows = [_site_row(site, month) for site in sites]
    note = f"* {standing.PARTLY}." if any(row[_ACHIEVED].endswith("*") for row in rows) else ""
    return table(f"Ketersediaan {name}", measured(month), heads, rows, note=note)


_ACHIEVED = 4
"""The place of what is said of the target."""


def _site_row(site: Site, month: MonthData) -> tuple[str, ...]:
    mark = "*" if site.meets is not None and standing.is_partly_seen(site, month) else ""
    left = f"; keluar dari inventaris {words.table(site.retired)}" if site.retired else ""
    return (
        site.kode, f"{site.name} – {site.host}{left}", share(site.figures.ratio), share(site.target),
        met(site.meets) + mark,
        share(site.figures.unobserved_share), words.number(site.figures.outages), span(site.figures.longest or None),
        milliseconds(site.response.median), instant(site.last_look),
    )  # fmt: skip


def _idle(month: MonthData, sites: Iterable[Site]) -> Block:
    return table(
        "Tercatat, tidak dipantau",
        f"menurut inventaris {words.table(month.period.cut)} WIB",
        (Head("Kode", 0.8), Head("Nama", 2.5), Head("Alamat", 2.5), Head("Pemilik", 2)),
        ((site.kode, site.name, site.url, site.owner) for site in sites),
    )


def outages(month: MonthData) -> Iterator[Block]:
    """Each outage, the longest first."""
    longest = sorted(month.outages, key=lambda item: (-item.duration, item.start, item.kode))
    shown, note = first(longest, "gangguan")
    yield Prose(text=_outage_words(month))
    heads = (
        Head("Kode", 0.9), Head("Situs", 2.1), Head("Mulai", 1.25), Head("Selesai", 1.35), right("Lama", 1.4),
        Head("Sebab", 2.1), Head("Pemelih.", 0.8),
    )  # fmt: skip
    rows = (
        (
            item.kode, item.name, instant(item.start) + (" (sejak sebelumnya)" if item.began_before else ""),
            "masih berlangsung" if item.end is None else instant(item.end), words.duration(item.duration),
            item.cause_text or item.cause or words.DASH, yes(item.maintained),
        )
        for item in shown
    )  # fmt: skip
    yield table("Gangguan, yang terlama di atas", measured(month), heads, rows, note=note)


def _outage_words(month: MonthData) -> str:
    if not month.outages:
        return "Tidak ada gangguan yang tercatat."
    own = counted(month)
    going, others = sum(item.end is None for item in own), len(month.outages) - len(own)
    beside = (
        f" Tabel memuat juga {words.number(others)} gangguan pada situs yang tidak lagi dipantau; angka di atas tidak "
        "menghitungnya."
        if others
        else ""
    )
    return (
        f"{words.number(len(own))} gangguan dengan lama turun bersama {words.duration(month.total.down)}; rata-rata "
        f"pulih dalam {span(month.total.mttr)}. {words.number(going)} masih berlangsung pada akhir pengukuran.{beside}"
    )
