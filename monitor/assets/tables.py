"""The register as tables of plain cells: what the CSV files and the workbook have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from monitor.assets.asset import Asset
from monitor.assets.candidates import Candidate
from monitor.assets.changes import AssetChange

T = TypeVar("T")

Cell = str | int | Decimal | datetime | date | None
BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column: its name, what it holds (Indonesian), and how it is read."""

    name: str
    about: str
    cell: Callable[[T], Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their columns."""

    title: str
    columns: tuple[tuple[str, str], ...]
    """(name, what it holds)."""
    rows: tuple[tuple[Cell, ...], ...]


def _many(items: Iterable[str]) -> str:
    return BETWEEN.join(items)


def _yes(value: bool) -> str:  # noqa: FBT001 - a word for a boolean
    return "ya" if value else "tidak"


ASSETS: tuple[Column[Asset], ...] = (
    Column("kode_aset", "kode tetap di inventaris; untuk domain, domainnya", lambda asset: asset.kode_aset),
    Column("kode_barang_bmd", "kode barang milik daerah", lambda asset: asset.kode_barang_bmd),
    Column("nama", "nama aset", lambda asset: asset.nama),
    Column("jenis", "opd, kecamatan, kelurahan, desa, puskesmas, layanan, domain", lambda asset: asset.jenis.value),
    Column("kelompok", "situs web, aplikasi dan layanan, nama domain, atau lainnya", lambda asset: asset.kelompok),
    Column("url_resmi", "alamat seperti tercatat", lambda asset: asset.url_resmi),
    Column("host", "host alamat itu", lambda asset: asset.host),
    Column("domain_terdaftar", "domain terdaftar di belakang host", lambda asset: asset.domain_terdaftar),
    Column("pemilik", "perangkat daerah atau desa pemilik", lambda asset: asset.pemilik),
    Column("penanggung_jawab", "jabatan atau orang yang bertanggung jawab", lambda asset: asset.penanggung_jawab),
    Column("kontak", "cara menghubunginya", lambda asset: asset.kontak),
    Column("pengelola_teknis", "siapa yang merawatnya", lambda asset: asset.pengelola_teknis),
    Column("penyedia_hosting", "teramati bila dikenal, selain itu dinyatakan", lambda asset: asset.penyedia_hosting),
    Column("alamat_ip", "semua alamat, dipisah titik koma", lambda asset: _many(asset.alamat_ip)),
    Column("lokasi", "tempat servernya", lambda asset: asset.lokasi),
    Column("klasifikasi_data", "terbuka, terbatas, rahasia", lambda asset: asset.klasifikasi_data),
    Column("nilai_kritikalitas", "rendah, sedang, tinggi", lambda asset: asset.nilai_kritikalitas.value),
    Column("target_ketersediaan", "persen", lambda asset: asset.target_ketersediaan),
    Column("perangkat_lunak", "produk, dipisah titik koma", lambda asset: _many(asset.perangkat_lunak)),
    Column("versi", "produk dengan versinya, dipisah titik koma", lambda asset: _many(asset.versi)),
    Column("tanggal_mulai", "mulai dipakai", lambda asset: asset.tanggal_mulai),
    Column(
        "status_siklus_hidup",
        "rencana, pengadaan, operasional, pemeliharaan, nonaktif, dihapus; kosong: belum dinyatakan",
        lambda asset: asset.status_siklus_hidup.value if asset.status_siklus_hidup else "",
    ),
    Column("kedaluwarsa_domain", "akhir pendaftaran domain", lambda asset: asset.kedaluwarsa_domain),
    Column("kedaluwarsa_sertifikat", "akhir masa berlaku sertifikat situs", lambda asset: asset.kedaluwarsa_sertifikat),
    Column("sumber", "dari mana aset ini dicatat", lambda asset: asset.sumber),
    Column("verifikasi", "ok, perlu-verifikasi", lambda asset: asset.verifikasi.value),
    Column("catatan", "catatan inventaris", lambda asset: asset.catatan),
    Column("proses", "perencanaan, pengadaan, pemanfaatan, penghapusan", lambda asset: asset.proses or ""),
    Column("server_nama", "server nama domainnya, dipisah titik koma", lambda asset: _many(asset.server_nama)),
    Column("server_surel", "server surel domainnya, dipisah titik koma", lambda asset: _many(asset.server_surel)),
    Column("penerbit_sertifikat", "penerbit sertifikat situs", lambda asset: asset.penerbit_sertifikat),
    Column("sidik_sertifikat", "SHA-256 sertifikat situs", lambda asset: asset.sidik_sertifikat),
    Column("dipantau", "ya atau tidak", lambda asset: _yes(asset.dipantau)),
    Column("tercatat_sejak", "pertama ada di inventaris", lambda asset: asset.tercatat_sejak),
    Column("dihapus_pada", "keluar dari inventaris", lambda asset: asset.dihapus_pada),
    Column("perlu_dilihat", "pertentangan dan hal lain yang perlu diperiksa orang", lambda asset: _many(asset.remarks)),
)  # fmt: skip
"""The register's columns in their order, then what else is known."""
CHANGES: tuple[Column[AssetChange], ...] = (
    Column("waktu", "saat dicatat", lambda change: change.at),
    Column("kode_aset", "aset yang berubah", lambda change: change.kode),
    Column("kolom", "kolom yang berubah", lambda change: change.field),
    Column("sebelum", "nilai lama; kosong: tidak ada", lambda change: change.before or ""),
    Column("sesudah", "nilai baru; kosong: tidak ada lagi", lambda change: change.after or ""),
    Column("dasar", "dinyatakan atau teramati", lambda change: change.source.value),
    Column("oleh", "siapa; pemantau bila teramati", lambda change: change.actor or "pemantau"),
    Column("terlihat_sejak", "saat nilai baru pertama terlihat", lambda change: change.since),
)
CANDIDATES: tuple[Column[Candidate], ...] = (
    Column("host", "host yang terlihat dan tidak tercatat", lambda item: item.host),
    Column("status", "usulan, diterima, diabaikan", lambda item: item.stand.value),
    Column("cara", "bagaimana terlihat", lambda item: _many(dict.fromkeys(place.way for place in item.sightings))),
    Column("di_aset", "tempatnya terlihat", lambda item: _many(dict.fromkeys(place.kode for place in item.sightings))),
    Column("pertama", "pertama terlihat", lambda item: item.first),
    Column("terakhir", "terakhir terlihat", lambda item: item.last),
    Column("jumlah", "hari terlihat, dijumlah menurut tempat", lambda item: item.count),
    Column("oleh", "siapa yang memutuskan terakhir", lambda item: item.judgements[-1].actor if item.judgements else ""),
    Column("alasan", "alasannya", lambda item: item.judgements[-1].reason if item.judgements else ""),
)  # fmt: skip


def assets_table(assets: Iterable[Asset]) -> Table:
    """The register."""
    return _table("Aset", ASSETS, assets)


def changes_table(changes: Iterable[AssetChange]) -> Table:
    """Its log."""
    return _table("Perubahan", CHANGES, changes)


def candidates_table(candidates: Iterable[Candidate]) -> Table:
    """Hosts that are not listed."""
    return _table("Kandidat", CANDIDATES, candidates)


def _table(title: str, columns: tuple[Column[T], ...], items: Iterable[T]) -> Table:
    rows = tuple(tuple(column.cell(item) for column in columns) for item in items)
    return Table(title, tuple((column.name, column.about) for column in columns), rows)


def row(asset: Asset) -> dict[str, Cell]:
    """One asset, by column."""
    return {column.name: column.cell(asset) for column in ASSETS}


def says(asset: Asset, text: str) -> bool:
    """Whether every word of *text* occurs somewhere in what the register says of *asset*."""
    if not text:
        return True
    haystack = "\n".join(cell for cell in row(asset).values() if isinstance(cell, str)).casefold()
    return all(word in haystack for word in text.casefold().split())
