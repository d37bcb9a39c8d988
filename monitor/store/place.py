"""Where the database is: the URL taken apart, and said without its secrets."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from monitor.errors import reason_of
from monitor.store.errors import StoreError

_REMEDY = (
    "tulis sqlite:///berkas atau postgresql://akun:sandi@host/nama; @ : / % di dalam sandi ditulis %40 %3A %2F %25"
)

NOBODY_WROTE = "jalankan `monitor serve` dahulu, atau sebut setelan yang benar dengan --config"


@dataclass(frozen=True, slots=True)
class Place:
    """A database: what SQLAlchemy connects to, and how people are told of it."""

    url: URL = field(repr=False)
    name: str
    """For messages: the file, or `host:port/database`; never the account, the password or a parameter."""
    path: Path | None
    """The file of an SQLite database; None for PostgreSQL."""


def parse(url: str) -> Place:
    """The place *url* names. Raises `StoreError`, which never repeats *url*: a mistyped one may show its password."""
    try:
        parsed = make_url(url)
    except (SQLAlchemyError, ValueError):
        raise StoreError("[database] url tidak dapat dibaca", _REMEDY) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed)
    raise StoreError("[database] url bukan SQLite dan bukan PostgreSQL", _REMEDY)


def require_there(place: Place) -> None:
    """Raise `StoreError` when the file that *place* names is not there, is none, or is beyond our reach."""
    if place.path is None:
        return
    try:
        state = place.path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StoreError(f"{place.name} belum ada", NOBODY_WROTE) from error
    except OSError as error:
        remedy = "jalankan sebagai akun layanan atau root, atau perbaiki [database] url"
        raise StoreError(f"{place.name} tidak dapat dibuka ({reason_of(error)})", remedy) from error
    if not stat.S_ISREG(state.st_mode):
        raise StoreError(f"{place.name} bukan berkas", "arahkan [database] url ke sebuah berkas")


def _sqlite(url: URL) -> Place:
    if not url.database or url.database == ":memory:" or url.host:
        raise StoreError("basis data SQLite harus berupa berkas", _REMEDY)
    path = Path(url.database).absolute()
    return Place(URL.create("sqlite+pysqlite", database=str(path)), str(path), path)


def _postgresql(url: URL) -> Place:
    if "@" in (url.host or "") or not url.database:
        raise StoreError("[database] url tidak dapat dibaca", _REMEDY)
    host = url.host or str(url.query.get("host", "localhost"))
    name = f"{host}:{url.port or 5432}/{url.database}"
    return Place(url.set(drivername="postgresql+psycopg"), name, None)
