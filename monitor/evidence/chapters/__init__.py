"""The report of a month, chapter by chapter, in the county's words: pure, and ready for the template."""

from __future__ import annotations

from monitor.evidence.blocks import Chapter
from monitor.evidence.chapters import cases, method, network, register, sites, summary
from monitor.evidence.data import MonthData

_CHAPTERS = (
    ("Ruang lingkup dan metode", method.method),
    ("Ringkasan", summary.summary),
    ("Ketersediaan tiap situs", sites.sites),
    ("Gangguan", sites.outages),
    ("Sertifikat TLS", network.tls),
    ("Domain non-pemerintah dan masa berlaku domain", network.domains),
    ("Surel", network.mail),
    ("Insiden konten", cases.content),
    ("Temuan dan tindakan koreksi", cases.findings),
    ("Perubahan aset", register.assets),
    ("Perbandingan dengan bulan sebelumnya", register.comparison),
    ("Tabel Peta Rencana dengan STATUS hasil ukur", register.tables),
    ("Yang tidak ada dalam laporan ini", method.absent),
)


def chapters(month: MonthData) -> tuple[Chapter, ...]:
    """Every chapter after the cover, in order."""
    return tuple(Chapter(title=title, blocks=tuple(tell(month))) for title, tell in _CHAPTERS)
