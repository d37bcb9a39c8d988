"""The file by which commands on this machine show that they may act: whoever can read it may."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from monitor.folders import beside

NAME = "local-token"
OUR_RECORD = "monitor-record"
"""
The header by which a command asks for an answer by a daemon of its own record only, or for 421.

Whatever the daemon answers to that has the header, too: what has it not is another program's.
"""
DAEMON = "monitor"
"""What the daemon says in it."""
_LONGEST = 200


def default_path(database: Path | None) -> Path:
    """In the folder of the SQLite *database*; for another one, in `var` of the service."""
    return beside(database) / NAME


def write(path: Path, secret: str) -> None:
    """Put *secret* in *path*, mode 0600, in place of what was there. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{NAME}-", dir=path.parent)  # mode 0600 from the beginning
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secret + "\n")
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def read(path: Path) -> str:
    """The secret in *path*; empty when there is none that we may read."""
    try:
        with path.open(encoding="ascii") as file:
            return file.read(_LONGEST).strip()
    except (OSError, UnicodeDecodeError):
        return ""
