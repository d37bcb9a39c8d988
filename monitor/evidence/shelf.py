"""Where bundles lie, and which are there."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from monitor.errors import reason_of
from monitor.evidence.labels import Label, label_of
from monitor.evidence.verify import Fault
from monitor.folders import beside
from monitor.settings import Settings
from monitor.store.place import parse

FOLDER = "bukti"
REMEMBERED = 1024
"""Bundles that are not read again while they stay as they are; in a folder with more, all are, each time."""
_NAME = re.compile(r"bukti-audit-infrastruktur-(\d{4}-\d{2})((?:-[a-z0-9]{1,20}){0,4})\.zip")
_SAMPLES, _DRAFT = "-sampel", "-sementara"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A bundle on the shelf."""

    name: str
    """Of its file."""
    month: str
    """`2026-10`."""
    size: int
    """Bytes."""
    at: datetime
    """When it was written, UTC."""
    sha256: str
    """Of the file, lower-case hex; empty when it cannot be read."""
    is_draft: bool
    """Of a month that was not over."""
    has_samples: bool
    label: Label | None
    """What it says of itself."""
    problem: str
    """Why that cannot be known (Indonesian); empty when it can."""


def folder_of(settings: Settings) -> Path:
    """Where bundles go when nobody says where: as the settings say, or beside the database."""
    if settings.evidence.directory is not None:
        return settings.evidence.directory
    return beside(parse(settings.database.url.get_secret_value()).path) / FOLDER


def shelved(folder: Path) -> tuple[Shelved, ...]:
    """
    Every bundle in *folder*, the newest month first; none when there is no such folder.

    Reads each file once as long as it does not change; one that cannot be read is there all the same, and says why.
    Raises `OSError` when the folder cannot be read.
    """
    if not folder.exists():
        return ()
    return tuple(sorted(_found(folder), key=lambda item: (item.month, item.at, item.name), reverse=True))


def path_of(folder: Path, name: str) -> Path | None:
    """The bundle *name* of *folder*; None when that is no bundle's name, or there is none: a link is none."""
    path = folder / name
    return path if _NAME.fullmatch(name) and path.is_file() and not path.is_symlink() else None


def _found(folder: Path) -> Iterator[Shelved]:
    for path in folder.iterdir():
        match = _NAME.fullmatch(path.name)
        if match is None or path_of(folder, path.name) is None:
            continue
        with suppress(FileNotFoundError):  # it was taken away since
            yield _shelved(path, month=match[1], traits=match[2])


def _shelved(path: Path, *, month: str, traits: str) -> Shelved:
    kept = path.stat()
    sha256, label = _looked(path, _Mark.of(kept))
    return Shelved(
        name=path.name,
        month=month,
        size=kept.st_size,
        at=datetime.fromtimestamp(kept.st_mtime, UTC),
        sha256=sha256,
        is_draft=_DRAFT in traits,
        has_samples=_SAMPLES in traits,
        label=label if isinstance(label, Label) else None,
        problem=_words(label, path.name) if isinstance(label, Fault) else "",
    )


class _Mark(NamedTuple):
    """What tells a file from another one, and from itself when it was written to since."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int
    """ns, and not for anybody to set: a copy that keeps its time has another."""

    @classmethod
    def of(cls, kept: os.stat_result) -> _Mark:
        return cls(kept.st_dev, kept.st_ino, kept.st_size, kept.st_mtime_ns, kept.st_ctime_ns)


class _Changed(Exception):
    """It is not the file that was meant, or not any more."""


def _looked(path: Path, mark: _Mark) -> tuple[str, Label | Fault]:
    """As `_looked_at`; of a file that is closed to us, or on a disk that fails, that it is: the others are told."""
    try:
        return _looked_at(path, mark)
    except FileNotFoundError:
        raise
    except OSError as error:
        return "", Fault(path.name, f"tidak dapat dibaca ({reason_of(error)})")
    except _Changed:
        return "", Fault(path.name, "berubah selagi dibaca; muat ulang halaman ini")


def _words(fault: Fault, name: str) -> str:
    return fault.text if fault.where == name else str(fault)


@lru_cache(maxsize=REMEMBERED)
def _looked_at(path: Path, mark: _Mark) -> tuple[str, Label | Fault]:
    """The SHA-256 of the file, and what it says of itself. Raises `_Changed` when that is not the file of *mark*."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        label = label_of(file, path.name)
        if _Mark.of(os.fstat(file.fileno())) != mark:
            raise _Changed
    return sha256, label
