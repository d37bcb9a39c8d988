"""One daemon per record: a lock that dies with its process, so that none is ever left behind."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sqlalchemy import Connection, text

from monitor.errors import reason_of
from monitor.store.errors import StoreError

_KEY = 0x6D6F6E69746F72
"""`monitor` in ASCII; advisory locks are counted per database."""
_PATIENCE = "5s"
"""PostgreSQL may need a moment to notice that the last daemon was killed."""


def hold_file(path: Path) -> int:
    """Take the lock of the SQLite database at *path*; the descriptor of its lock file, to be closed when done."""
    lock = path.with_name(path.name + ".lock")
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"{lock} tidak dapat dibuat ({reason_of(error)})", "beri akun layanan hak tulis atas foldernya"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StoreError(
            f"{path} sedang dipakai daemon lain",
            "hentikan daemon yang lain; satu catatan hanya boleh ditulis satu daemon",
        ) from error
    return descriptor


def hold_session(connection: Connection) -> None:
    """
    Take the lock of the PostgreSQL database behind *connection*, for as long as it lives.

    The lock belongs to the very session that writes: who has lost it can no longer write either.
    """
    with connection.begin():
        connection.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": _PATIENCE})
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _KEY})
