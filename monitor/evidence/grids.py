"""The month as tables of typed cells: what the CSV files and the workbook have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from monitor import words
from monitor.evidence import standing
from monitor.evidence.data import Figures, MonthData, Site

Cell = str | int | float | bool | datetime | date | timedelta | Fraction | None


class As(StrEnum):
    """What the cells of a column are."""

    TEXT = "teks"
    COUNT = "bilangan"
    INSTANT = "waktu"
    DAY = "tanggal"
    SPAN = "durasi"
    SHARE = "bagian"
    """0 to 1, rounded down to six decimals."""
    MILLISECONDS = "milidetik"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in machine-readable files, the words over it, and what its cells are."""

    name: str
    title: str
    of: As = As.TEXT
    width: int = 16
    """Characters, in the workbook."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    key: str
    """File name without ending."""
    title: str
    """At most 31 characters: the name of a sheet."""
    measured: str
    """When what it shows was measured."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def floored(share: Fraction) -> float:
    """*share* rounded down to six decimals: never 1 unless it is all."""
    return math.floor(share * 1_000_000) / 1_000_000


KODE = Column("kode", "Kode", width=11)
NAME = Column("nama", "Nama", width=40)
_LOOKED = Column("terakhir_dilihat", "Terakhir dilihat", As.INSTANT, 17)
_SINCE = Column("sejak", "Berlaku sejak", As.INSTANT, 17)
_FIGURES = (
    Column("aktif", "Aktif", As.SPAN, 12),
    Column("terganggu", "Terganggu", As.SPAN, 12),
    Column("turun", "Turun", As.SPAN, 12),
    Column("tidak_teramati", "Tidak teramati", As.SPAN, 14),
    Column("pemeliharaan", "Pemeliharaan", As.SPAN, 13),
    Column("ketersediaan", "Ketersediaan", As.SHARE, 13),
    Column("ketersediaan_tanpa_pemeliharaan", "Tanpa pemeliharaan", As.SHARE, 18),
    Column("bagian_tidak_teramati", "Bagian tidak teramati", As.SHARE, 20),
    Column("gangguan", "Gangguan", As.COUNT, 10),
    Column("gangguan_terlama", "Terlama", As.SPAN, 12),
    Column("mttr", "MTTR", As.SPAN, 12),
    Column("mtbf", "MTBF", As.SPAN, 12),
    Column("gangguan_tanpa_pemeliharaan", "Gangguan tanpa pemeliharaan", As.COUNT, 26),
    Column("turun_tanpa_pemeliharaan", "Turun tanpa pemeliharaan", As.SPAN, 23),
    Column("mttr_tanpa_pemeliharaan", "MTTR tanpa pemeliharaan", As.SPAN, 23),
    Column("mtbf_tanpa_pemeliharaan", "MTBF tanpa pemeliharaan", As.SPAN, 23),
)


def _figures(figures: Figures) -> tuple[Cell, ...]:
    return (
        figures.up,
        figures.degraded,
        figures.down,
        figures.unobserved,
        figures.maintained,
        figures.ratio,
        figures.ratio_without_maintenance,
        figures.unobserved_share,
        figures.outages,
        figures.longest,
        figures.mttr,
        figures.mtbf,
        figures.unplanned,
        figures.unplanned_down,
        figures.unplanned_mttr,
        figures.unplanned_mtbf,
    )


def _grid(month: MonthData, key: str, title: str, columns: Iterable[Column], rows: Iterable[Iterable[Cell]]) -> Grid:
    kept = tuple(tuple(_plain(cell) for cell in row) for row in rows)
    return Grid(key, title, measured(month), tuple(columns), kept)


def _plain(cell: Cell) -> Cell:
    return str(cell.value) if isinstance(cell, StrEnum) else cell


def measured(month: MonthData) -> str:
    """`01-10-2026 00:00 sampai 01-11-2026 00:00 WIB`; from where the record began, if that was within the month."""
    return f"{words.table(standing.began(month))} sampai {words.table(month.period.cut)} WIB"


def _sites(month: MonthData) -> Grid:
    columns = (
        KODE, Column("jenis", "Jenis"), NAME, Column("url", "Alamat", width=45), Column("pemilik", "Pemilik", width=40),
        Column("sumber", "Sumber", width=30), Column("dipantau", "Dipantau", width=10),
        Column("verifikasi", "Verifikasi"), Column("keadaan", "Keadaan di akhir"), *_FIGURES,
        Column("target", "Target", As.SHARE, 10), Column("capaian", "Capaian", width=28),
        Column("respons_median_ms", "Respons median", As.MILLISECONDS, 15),
        Column("respons_p95_ms", "Respons p95", As.MILLISECONDS, 13), Column("kunjungan", "Kunjungan", As.COUNT, 11),
        Column("pertama_dilihat", "Pertama dilihat", As.INSTANT, 17), _LOOKED,
    )  # fmt: skip
    rows = (
        (
            site.kode, site.kind, site.name, site.url, site.owner, site.source, yes(site.active), site.verification,
            site.state, *_figures(site.figures), site.target, _achieved(site, month),
            site.response.median, site.response.p95, site.response.count, site.first_look, site.last_look,
        )
        for site in month.sites
    )  # fmt: skip
    return _grid(month, "situs", "Ketersediaan situs", columns, rows)


def yes(value: bool) -> str:  # noqa: FBT001 - it is the value that is said
    """`ya` or `tidak`."""
    return "ya" if value else "tidak"


def met(value: bool | None) -> str:  # noqa: FBT001
    """Whether a target was met, in a word or two."""
    return "tidak dapat dinilai" if value is None else "tercapai" if value else "tidak tercapai"


def _achieved(site: Site, month: MonthData) -> str:
    partly = site.meets is not None and standing.is_partly_seen(site, month)
    return f"{met(site.meets)}, sebagian bulan" if partly else met(site.meets)


def _kinds(month: MonthData) -> Grid:
    columns = (
        Column("jenis", "Jenis"), Column("situs", "Situs dipantau", As.COUNT), *_FIGURES,
        Column("target", "Target", As.SHARE, 10), Column("tercapai", "Tercapai", As.COUNT, 10),
        Column("tidak_tercapai", "Tidak tercapai", As.COUNT, 14),
        Column("tidak_dapat_dinilai", "Tidak dapat dinilai", As.COUNT, 18),
        Column("respons_median_ms", "Respons median", As.MILLISECONDS, 15),
    )  # fmt: skip
    rows = (
        (
            kind.kind,
            kind.sites,
            *_figures(kind.figures),
            kind.target,
            kind.met,
            kind.missed,
            kind.unknown,
            kind.response,
        )
        for kind in month.kinds
    )
    return _grid(month, "jenis", "Ketersediaan per jenis", columns, rows)


def _days(month: MonthData) -> Grid:
    columns = (
        Column("tanggal", "Tanggal", As.DAY, 12), *_FIGURES, Column("gangguan_mulai", "Gangguan mulai", As.COUNT, 15),
        Column("respons_median_ms", "Respons median", As.MILLISECONDS, 15), Column("disegel", "Disegel", width=9),
    )  # fmt: skip
    rows = ((day.day, *_figures(day.figures), day.started, day.response, yes(day.sealed)) for day in month.days)
    return _grid(month, "harian", "Harian", columns, rows)


def _outages(month: MonthData) -> Grid:
    columns = (
        KODE, NAME, Column("mulai", "Mulai", As.INSTANT, 17), Column("selesai", "Selesai", As.INSTANT, 17),
        Column("durasi", "Durasi", As.SPAN, 12), Column("sebab", "Sebab", width=20),
        Column("keterangan", "Keterangan", width=50), Column("pemeliharaan", "Pemeliharaan", width=13),
        Column("sejak_bulan_lalu", "Sejak bulan lalu", width=15),
    )  # fmt: skip
    rows = (
        (
            outage.kode, outage.name, outage.start, outage.end, outage.duration, outage.cause, outage.cause_text,
            yes(outage.maintained), yes(outage.began_before),
        )
        for outage in month.outages
    )  # fmt: skip
    return _grid(month, "gangguan", "Gangguan", columns, rows)


def _certificates(month: MonthData) -> Grid:
    columns = (
        KODE, Column("host", "Host", width=40), Column("subjek", "Subjek", width=40),
        Column("penerbit", "Penerbit", width=30), Column("berlaku_dari", "Berlaku dari", As.INSTANT, 17),
        Column("berlaku_sampai", "Berlaku sampai", As.INSTANT, 17), Column("sisa_hari", "Sisa hari", As.COUNT, 10),
        Column("versi_tls", "Versi TLS", width=10), Column("ketidakpercayaan", "Mengapa tidak dipercaya", width=40),
        _SINCE, _LOOKED,
    )  # fmt: skip
    rows = (
        (
            item.kode, item.host, item.subject, item.issuer, item.not_before, item.not_after, item.days_left,
            item.version, item.trust, item.since, item.looked,
        )
        for item in month.certificates
    )  # fmt: skip
    return _grid(month, "sertifikat", "Sertifikat TLS", columns, rows)


def _registrations(month: MonthData) -> Grid:
    columns = (
        Column("domain", "Domain", width=35), Column("berlaku_sampai", "Berlaku sampai", As.INSTANT, 17),
        Column("sisa_hari", "Sisa hari", As.COUNT, 10), Column("registrar", "Registrar", width=35),
        Column("status", "Status", width=40), _SINCE, _LOOKED,
    )  # fmt: skip
    rows = (
        (item.domain, item.expires, item.days_left, item.registrar, " ".join(item.statuses), item.since, item.looked)
        for item in month.registrations
    )
    return _grid(month, "domain", "Domain", columns, rows)


def _foreign(month: MonthData) -> Grid:
    columns = (
        KODE, NAME, Column("url", "Alamat", width=45), Column("pemilik", "Pemilik", width=40),
        Column("golongan", "Golongan", width=16), Column("sumber", "Sumber", width=30),
        Column("kata_peraturan", "Kata peraturan", width=50), Column("diminta_pindah", "Diminta pindah", width=14),
        Column("dipantau", "Dipantau", width=10), Column("keadaan", "Keadaan"),
        Column("temuan_terbuka", "Temuan terbuka", width=20), Column("perpindahan", "Perubahan alamat", width=50),
        _LOOKED,
    )  # fmt: skip
    rows = (
        (
            item.kode, item.name, item.url, item.owner, item.standing, item.source, item.regulation,
            yes(item.mandated), yes(item.watched), item.state, numbers(item.findings), "; ".join(item.moves),
            item.looked,
        )
        for item in month.foreign
    )  # fmt: skip
    return _grid(month, "domain-non-pemerintah", "Domain non-pemerintah", columns, rows)


def numbers(of: Iterable[int], mark: str = "T-") -> str:
    """`T-12 T-15`: findings (or, with another *mark*, what it says) by number."""
    return " ".join(f"{mark}{number}" for number in of)


def _mail(month: MonthData) -> Grid:
    columns = (
        Column("domain", "Domain", width=30), Column("pertanyaan", "Pertanyaan", width=14),
        Column("jawaban", "Jawaban", width=80), Column("temuan_terbuka", "Temuan terbuka", width=20), _SINCE, _LOOKED,
    )  # fmt: skip
    rows = (
        (item.domain, item.question, item.answer, numbers(item.findings), item.since, item.looked)
        for item in month.mail
    )
    return _grid(month, "surel", "Surel", columns, rows)


def _findings(month: MonthData) -> Grid:
    columns = (
        Column("nomor", "Nomor", width=9), KODE, Column("situs", "Situs", width=40),
        Column("pemeriksaan", "Pemeriksaan"), Column("kode_temuan", "Kode temuan", width=28),
        Column("judul", "Judul", width=45), Column("keparahan", "Keparahan", width=11),
        Column("untuk", "Untuk", width=9),
        Column("subjek", "Subjek", width=30), Column("uraian", "Uraian", width=80),
        Column("perbaikan", "Perbaikan yang disarankan", width=80), Column("rujukan", "Rujukan", width=40),
        Column("dibuka", "Dibuka", As.INSTANT, 17), Column("selesai", "Selesai", As.INSTANT, 17),
        Column("baru", "Baru bulan ini", width=13), Column("tindakan", "Tindakan", As.COUNT, 10),
        Column("insiden", "Insiden", width=14),
    )  # fmt: skip
    rows = (
        (
            f"T-{item.number}", item.kode, item.site, item.check, item.code, item.title, item.severity, item.audience,
            item.subject, item.sentence, item.fix, item.reference, item.opened, item.resolved, yes(item.is_new),
            len(item.acts), numbers(item.incidents, "INS-"),
        )
        for item in month.findings
    )  # fmt: skip
    return _grid(month, "temuan", "Temuan", columns, rows)


def _acts(month: MonthData) -> Grid:
    columns = (
        Column("temuan", "Temuan", width=9), KODE, Column("waktu", "Waktu", As.INSTANT, 17),
        Column("tindakan", "Tindakan"), Column("oleh", "Oleh", width=24), Column("catatan", "Catatan", width=80),
        Column("sampai", "Berlaku sampai", As.INSTANT, 17),
    )  # fmt: skip
    rows = (
        (f"T-{item.number}", item.kode, act.at, act.verb, act.actor, act.text, act.until)
        for item in month.findings
        for act in item.acts
    )
    return _grid(month, "tindak-lanjut", "Tindakan koreksi", columns, rows)


def _severities(month: MonthData) -> Grid:
    columns = (
        Column("keparahan", "Keparahan"), Column("dari_bulan_lalu", "Dari bulan lalu", As.COUNT),
        Column("dibuka", "Dibuka", As.COUNT), Column("selesai", "Selesai", As.COUNT),
        Column("terbuka", "Terbuka di akhir", As.COUNT),
    )  # fmt: skip
    rows = ((item.severity, item.carried, item.opened, item.resolved, item.open) for item in month.severities)
    return _grid(month, "keparahan", "Temuan per keparahan", columns, rows)


def _content(month: MonthData) -> Grid:
    columns = (
        Column("insiden", "Insiden", width=10), Column("sebab", "Sebab", width=30),
        Column("keparahan", "Keparahan", width=11), Column("dibuka", "Dibuka", As.INSTANT, 17),
        Column("selesai", "Selesai", As.INSTANT, 17), Column("sasaran", "Sasaran", width=40),
        Column("temuan", "Temuan", width=60), Column("diterima", "Diterima", As.INSTANT, 17),
        Column("diterima_oleh", "Diterima oleh", width=24), Column("bukti", "Bukti tersimpan", As.COUNT),
    )  # fmt: skip
    rows = (
        (
            f"INS-{item.number}", item.cause, item.severity, item.opened, item.resolved, " ".join(item.kodes),
            "; ".join(item.titles), item.acknowledged, item.acknowledged_by, len(item.exhibits),
        )
        for item in month.content
    )  # fmt: skip
    return _grid(month, "insiden-konten", "Insiden konten", columns, rows)


def _exhibits(month: MonthData) -> Grid:
    columns = (
        Column("insiden", "Insiden", width=10), Column("bukti", "Bukti", As.COUNT, 8), KODE,
        Column("sudut", "Sudut pandang", width=18), Column("url", "Alamat", width=60),
        Column("waktu", "Diterima", As.INSTANT, 17), Column("jenis_media", "Jenis media", width=24),
        Column("bita", "Bita", As.COUNT, 10), Column("sha256", "SHA-256", width=66),
    )  # fmt: skip
    rows = (
        (
            f"INS-{item.number}", each.number, each.kode, each.label, each.url, each.at, each.media_type, each.size,
            each.digest,
        )
        for item in month.content
        for each in item.exhibits
    )  # fmt: skip
    return _grid(month, "bukti-konten", "Bukti konten", columns, rows)


def _changes(month: MonthData) -> Grid:
    columns = (
        Column("waktu", "Waktu", As.INSTANT, 17), KODE, Column("isian", "Isian", width=24),
        Column("sebelum", "Sebelum", width=50), Column("sesudah", "Sesudah", width=50),
        Column("asal", "Asal", width=11), Column("oleh", "Oleh", width=20),
    )  # fmt: skip
    rows = (
        (
            item.at, item.kode, item.field, item.before, item.after,
            "dinyatakan" if item.declared else "teramati", item.actor,
        )
        for item in month.asset_changes
    )  # fmt: skip
    return _grid(month, "perubahan-aset", "Perubahan aset", columns, rows)


def _candidates(month: MonthData) -> Grid:
    columns = (
        Column("host", "Host", width=45), Column("terlihat_di", "Terlihat di", width=50),
        Column("pertama", "Pertama", As.INSTANT, 17), Column("keputusan", "Keputusan", width=12),
    )  # fmt: skip
    rows = ((item.host, item.seen_in, item.first, item.decision) for item in month.candidates)
    return _grid(month, "calon-aset", "Calon aset", columns, rows)


def _compared(month: MonthData) -> Grid:
    columns = (
        KODE, NAME, Column("sebelum", "Bulan sebelumnya", As.SHARE), Column("sekarang", "Bulan ini", As.SHARE),
        Column("gangguan_sebelum", "Gangguan sebelumnya", As.COUNT, 19), Column("gangguan", "Gangguan", As.COUNT, 10),
        Column("arah", "Arah", width=24),
    )  # fmt: skip
    rows = (
        (item.kode, item.name, item.before, item.now, item.outages_before, item.outages, item.direction)
        for item in month.compared
    )
    return _grid(month, "perbandingan", "Perbandingan", columns, rows)


def _regulation(month: MonthData) -> Grid:
    columns = (
        Column("tabel", "Tabel", width=55), Column("no", "NO", As.COUNT, 6), Column("nama", "NAMA", width=50),
        Column("alamat", "WEBSITE / EMAIL", width=50), Column("status", "STATUS"),
        Column("catatan", "Catatan", width=50),
        KODE, _LOOKED,
    )  # fmt: skip
    rows = (
        (table.title, row.number, row.name, row.value, row.status, note, row.kode, row.looked)
        for table in month.regulation
        for row, note in standing.noted(table, month)
    )
    return _grid(month, "tabel-peraturan", "Tabel peraturan", columns, rows)


def _missing(month: MonthData) -> Grid:
    columns = (Column("kode", "Kode", width=28), Column("kekurangan", "Kekurangan", width=100))
    return _grid(month, "kekurangan", "Kekurangan", columns, ((item.gap, item.text) for item in month.shortcomings))


GRIDS: tuple[Callable[[MonthData], Grid], ...] = (
    _missing,
    _kinds,
    _sites,
    _days,
    _outages,
    _certificates,
    _registrations,
    _foreign,
    _mail,
    _content,
    _exhibits,
    _severities,
    _findings,
    _acts,
    _changes,
    _candidates,
    _compared,
    _regulation,
)


def grids(month: MonthData) -> Iterator[Grid]:
    """Every table of *month*, in the order of the report."""
    return (make(month) for make in GRIDS)
