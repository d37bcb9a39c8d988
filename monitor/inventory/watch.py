"""Has somebody touched the inventory? Cheap enough to ask every few seconds."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Trace(NamedTuple):
    """What a file's directory entry says of it."""

    name: str
    inode: int
    modified: int
    """Nanoseconds."""
    size: int


def fingerprint(directory: Path) -> tuple[Trace, ...]:
    """
    A value that differs once a CSV file of *directory* was written, replaced, added or removed.

    Take it before `load`, so that a write in between is noticed at the next look. A folder or file that cannot
    be looked at is left out: loading says why.
    """
    return tuple(sorted(trace for path in directory.glob("*.csv") if (trace := _trace(path)) is not None))


def _trace(path: Path) -> Trace | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return Trace(path.name, seen.st_ino, seen.st_mtime_ns, seen.st_size)
