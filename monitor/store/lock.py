"""One daemon per record: a lock that dies with its process, so that none is ever left behind."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sqlalchemy import Connection, text

from monitor.store.errors import StoreError
from monitor.store.place import Place

_KEY = 0x6D6F6E69746F72
"""`monitor` in ASCII; advisory locks are counted per database."""
_PATIENCE = "5s"
"""PostgreSQL may need a moment to notice that the last daemon was killed."""


def hold(place: Place, connection: Connection) -> int | None:
    """
    Take the lock of *place*; a file descriptor to close when done, or None when *connection* carries it.

    On PostgreSQL the lock belongs to the very session that writes: who has lost it can no longer write either.
    """
    if place.path is not None:
        return _hold_file(place.path.with_name(place.path.name + ".lock"), place.name)
    with connection.begin():
        connection.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": _PATIENCE})
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _KEY})
    return None


def _hold_file(path: Path, name: str) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"{path} tidak dapat dibuat ({error.strerror})", "beri akun layanan hak tulis atas foldernya"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StoreError(
            f"{name} sedang dipakai daemon lain",
            "hentikan daemon yang lain; satu catatan hanya boleh ditulis satu daemon",
        ) from error
    return descriptor
