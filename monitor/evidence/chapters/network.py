"""Certificates, domains and mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from monitor import words
from monitor.evidence.blocks import Block, Head, Prose, right, table
from monitor.evidence.chapters.phrases import days_left, first, instant, seen_before
from monitor.evidence.data import Certificate, MonthData
from monitor.evidence.grids import measured, numbers

_NEAR = 30
"""Days; a certificate that ends sooner stands in the report by itself."""


def tls(month: MonthData) -> Iterator[Block]:
    """Certificates that need somebody, and the versions in use."""
    wrong = [item for item in month.certificates if item.trust]
    near = [item for item in month.certificates if item.days_left is not None and item.days_left < _NEAR]
    versions = Counter(item.version or "tidak diketahui" for item in month.certificates)
    yield Prose(
        text=(
            f"{words.number(len(month.certificates))} sertifikat teramati; {words.number(len(wrong))} tidak dapat "
            f"dipercaya peramban dan {words.number(len(near))} berakhir dalam {_NEAR} hari atau sudah lewat. Rincian "
            "semua sertifikat ada di csv/sertifikat.csv."
        )
    )
    counted = ((version, words.number(count)) for version, count in sorted(versions.items()))
    seen = seen_before(month)
    yield table("Versi TLS yang dirundingkan", seen, (Head("Versi", 3), right("Situs", 1)), counted)
    listed = sorted({item.kode: item for item in (*wrong, *near)}.values(), key=_soonest)
    shown, note = first(listed, "sertifikat")
    heads = (
        Head("Kode", 0.9), Head("Host", 2.2), Head("Penerbit", 1.6), Head("Berlaku sampai", 1.3), right("Sisa", 1),
        Head("Kepercayaan", 2), Head("Dilihat", 1.2),
    )  # fmt: skip
    rows = (
        (
            item.kode, item.host, item.issuer or words.DASH, instant(item.not_after), days_left(item.days_left),
            item.trust or "dipercaya", instant(item.looked),
        )
        for item in shown
    )  # fmt: skip
    yield table("Sertifikat yang perlu perhatian", seen, heads, rows, note=note)


def _soonest(item: Certificate) -> tuple[int, str]:
    return (1_000_000 if item.days_left is None else item.days_left, item.kode)


def domains(month: MonthData) -> Iterator[Block]:
    """Addresses that are no government's, and the ends of registrations."""
    mandated = [item for item in month.foreign if item.mandated]
    yield Prose(
        text=(
            f"{words.number(len(month.foreign))} alamat yang tercantum tidak berada di domain pemerintah. "
            f"{words.number(len(mandated))} di antaranya disebut peraturan untuk dipindahkan; kemajuannya "
            "tercatat di bawah."
        )
    )
    heads = (
        Head("Kode", 0.8), Head("Layanan", 1.9), Head("Alamat", 2), Head("Golongan", 1), Head("Peraturan", 1.7),
        Head("Keadaan", 0.9), Head("Kemajuan", 1.7), Head("Dilihat", 1.55),
    )  # fmt: skip
    rows = (
        (
            item.kode, item.name, item.url, item.standing, item.regulation or words.DASH,
            words.STATES[item.state] if item.watched else "tidak dipantau",
            "; ".join(item.moves) or "belum ada perubahan alamat", instant(item.looked),
        )
        for item in sorted(month.foreign, key=lambda item: (not item.mandated, item.kode))
    )  # fmt: skip
    yield table("Domain non-pemerintah", measured(month), heads, rows)
    ends = sorted(month.registrations, key=lambda item: (item.days_left is None, item.days_left or 0, item.domain))
    shown, note = first(ends, "domain", 40)
    yield table(
        "Masa berlaku domain, yang paling dekat di atas",
        seen_before(month),
        (
            Head("Domain", 2.4),
            Head("Berlaku sampai", 1.3),
            right("Sisa", 1),
            Head("Registrar", 2),
            Head("Dilihat", 1.2),
        ),
        (
            (
                item.domain,
                instant(item.expires),
                days_left(item.days_left),
                item.registrar or words.DASH,
                instant(item.looked),
            )
            for item in shown
        ),
        note=note,
    )


def mail(month: MonthData) -> Iterator[Block]:
    """What mail domains publish."""
    yield Prose(
        text=(
            "Alamat surel dinas bergantung pada domainnya. Yang diperiksa adalah domain dan server surelnya, "
            "bukan kotak "
            "surat satu per satu."
        )
    )
    yield table(
        "Domain surel",
        seen_before(month),
        (
            Head("Domain", 1.6),
            Head("Pertanyaan", 1),
            Head("Jawaban", 3.6),
            Head("Temuan terbuka", 1.2),
            Head("Dilihat", 1.2),
        ),
        (
            (item.domain, item.question, item.answer, numbers(item.findings) or words.DASH, instant(item.looked))
            for item in month.mail
        ),
    )
