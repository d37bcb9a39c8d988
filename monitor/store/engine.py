"""Connections: one that writes and a few that only read, with the same habits on both databases."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Insert, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import NullPool, QueuePool

from monitor.errors import reason_of
from monitor.store.errors import StoreError
from monitor.store.place import Place, require_there

READERS = 3
"""Connections, and threads, that read at the same time."""

_BUSY_SECONDS = 10
_PRAGMAS = (
    "PRAGMA synchronous = FULL",  # an opened finding survives a power cut, not just a crash
    "PRAGMA foreign_keys = ON",
    "PRAGMA wal_autocheckpoint = 1000",
    "PRAGMA journal_size_limit = 16777216",
    "PRAGMA cache_size = -8192",
)
_POSTGRESQL: dict[str, Any] = {
    "application_name": "monitor",
    "connect_timeout": 10,
    # A server that vanished without a word is noticed in half a minute, not in hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def writing(place: Place) -> Engine:
    """An engine for the one connection that writes. Creates the file of an SQLite database and its folder."""
    if place.path is None:
        return _postgresql(place.url)
    _create(place.path)
    return _sqlite(place.path, "rw", ("PRAGMA journal_mode = WAL", *_PRAGMAS), "BEGIN IMMEDIATE")


def reading(place: Place) -> Engine:
    """An engine whose connections cannot write, and see one snapshot per transaction."""
    if place.path is None:
        return _postgresql(place.url, read_only=True)
    require_there(place)
    return _sqlite(place.path, "ro", ("PRAGMA query_only = ON",), "BEGIN")


def private(path: Path) -> Engine:
    """An engine for an SQLite file that nobody else knows of: what it writes is all in that file when it is let go."""
    return _sqlite(path, "rw", _PRAGMAS, "BEGIN IMMEDIATE")


def _create(path: Path) -> None:
    """An empty file that only its owner can read (findings are sensitive), in a folder of the same kind."""
    try:
        for folder in reversed(path.parents):
            folder.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(
            f"{path} tidak dapat dibuat atau ditulis ({reason_of(error)})",
            "buat foldernya dan beri akun layanan hak tulis, atau ubah [database] url",
        ) from error


def _sqlite(path: Path, mode: str, pragmas: tuple[str, ...], begin: str) -> Engine:
    def connect() -> sqlite3.Connection:
        uri = f"{path.as_uri()}?mode={mode}"
        # Connections move between threads, one at a time; BEGIN is ours, so that DDL rolls back too.
        return sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None)

    engine = create_engine("sqlite+pysqlite://", creator=connect, hide_parameters=True, **_pool(mode == "ro"))

    @event.listens_for(engine, "connect")
    def _tune(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql(url: URL, *, read_only: bool = False) -> Engine:
    options = _POSTGRESQL | ({"options": "-c default_transaction_read_only=on"} if read_only else {})
    return create_engine(
        url,
        connect_args={key: value for key, value in options.items() if key not in url.query},
        isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
        paramstyle="format",  # positional: rows travel as tuples
        hide_parameters=True,
        **_pool(read_only),
    )


def _pool(read_only: bool) -> dict[str, Any]:  # noqa: FBT001 - one private call each
    return {"poolclass": QueuePool, "pool_size": READERS, "max_overflow": 0} if read_only else {"poolclass": NullPool}


def upsert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into *table* that can say ON CONFLICT."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def in_words(connection: Connection, statement: Insert) -> str:
    """*statement* as SQL with positional parameters in the order of the table's columns."""
    return str(statement.compile(dialect=connection.dialect))
