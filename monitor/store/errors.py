"""What can go wrong with the database, said so that an operator can mend it (Indonesian), without its password."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from monitor.errors import StoreError

__all__ = ["OTHER", "POSTGRESQL", "SQLITE", "UNREACHABLE", "StoreError", "explain", "explained"]

_Said = tuple[str, str]

_FULL = ("ruang simpan {place} penuh", "kosongkan ruang, lalu jalankan lagi; catatan yang sudah ditulis tetap utuh")
_READ_ONLY = ("{place} tidak dapat ditulis", "beri akun layanan hak tulis atas berkas dan foldernya")
_BROKEN = (
    "{place} rusak ({words})",
    "pulihkan dari cadangan; jangan hapus berkas -wal di sebelahnya sebelum disalin",
)

SQLITE: Mapping[str, _Said] = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": ("{place} tidak dapat dibuka", "periksa nama, folder, dan hak aksesnya"),
    "SQLITE_NOTADB": (
        "{place} bukan basis data SQLite",
        "arahkan [database] url ke berkas lain, atau pindahkan berkas itu",
    ),
    "SQLITE_CORRUPT": ("{place} rusak", _BROKEN[1]),
    "SQLITE_BUSY": ("{place} terkunci program lain", "tutup program lain yang membukanya, lalu jalankan lagi"),
    "SQLITE_LOCKED": ("{place} terkunci program lain", "tutup program lain yang membukanya, lalu jalankan lagi"),
    "SQLITE_IOERR": ("{place} gagal dibaca atau ditulis", "periksa diska dan log kernel"),
}
"""SQLite's result code, or its beginning → what is said."""

POSTGRESQL: Mapping[str, _Said] = {
    "53100": _FULL,
    "53300": ("PostgreSQL {place} kehabisan koneksi", "naikkan max_connections atau hentikan pemakai lain"),
    "28": ("PostgreSQL {place} menolak akun ini ({words})", "periksa nama dan kata sandi pada [database] url"),
    "3D000": ("PostgreSQL {place}: basis datanya belum ada", "buat dahulu dengan createdb, lalu jalankan lagi"),
    "42501": ("PostgreSQL {place}: akun ini tidak berhak ({words})", "jadikan akun itu pemilik basis data"),
    "25006": ("PostgreSQL {place} hanya dapat dibaca", "arahkan [database] url ke server utama, bukan replika"),
    "55P03": (
        "{place} sedang dipakai daemon lain",
        "hentikan daemon yang lain; satu catatan hanya boleh ditulis satu daemon",
    ),
    "57P": ("PostgreSQL {place} sedang berhenti atau memutus koneksi", "jalankan lagi setelah servernya siap"),
    "XX001": _BROKEN,
    "XX002": _BROKEN,
}
"""SQLSTATE, or its beginning → what is said."""

UNREACHABLE: _Said = (
    "PostgreSQL {place} tidak dapat dihubungi ({words})",
    "pastikan servernya berjalan dan [database] url benar",
)
OTHER: _Said = (
    "basis data {place} menolak perintah ({words})",
    "laporkan beserta log ini; catatan yang sudah ditulis utuh",
)


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Say every database error within as a `StoreError` about *place*."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise explain(error, place) from error


def explain(error: Exception, place: str) -> StoreError:
    """*error* of SQLAlchemy or a driver, in words about *place*."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    message, remedy = _said(error, cause)
    words = " ".join(str(cause).split())[:300]
    return StoreError(message.format(place=place, words=words), remedy)


def _said(error: Exception, cause: BaseException) -> _Said:
    """The row of the driver's own code; psycopg is known by its `sqlstate`, so that SQLite alone never imports it."""
    if not hasattr(cause, "sqlstate"):
        return _longest(SQLITE, getattr(cause, "sqlite_errorname", ""))
    if cause.sqlstate is None and isinstance(error, OperationalError):
        return UNREACHABLE
    return _longest(POSTGRESQL, cause.sqlstate or "")


def _longest(table: Mapping[str, _Said], code: str) -> _Said:
    """The row of *table* whose key is the longest beginning of *code*."""
    fitting = [key for key in table if code.startswith(key)]
    return table[max(fitting, key=len)] if fitting else OTHER
