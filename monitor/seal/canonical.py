"""
The canonical form: what exactly is hashed, so that anybody with any tool arrives at the same digests.

A *line* is one row: a JSON array in ASCII without spaces, ended by a line feed. A *leaf* is the SHA-256 over the lines
that belong together (of a sample table, those of one target; elsewhere one row). The digest of a table is the SHA-256
over the lines that describe its leaves, in order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

EMPTY = hashlib.sha256().hexdigest()
"""The digest of a table without rows that day."""


def _meddled(value: object) -> object:
    """Bytes where none belong: only a row somebody meddled with has them, and it must be told apart."""
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": bytes(value).hex()}
    return {"strange": repr(value)}


_encode = json.JSONEncoder(separators=(",", ":"), sort_keys=True, default=_meddled).encode


def line(values: Sequence[object]) -> bytes:
    """*values* – texts, integers, truth values, None – as one line. Two that differ never have the same line."""
    return _encode(values).encode("ascii") + b"\n"


def document(values: Mapping[str, Any]) -> str:
    """*values* as canonical JSON: keys sorted, no spaces, ASCII, no line feed."""
    return _encode(values)


def sha256(data: bytes | str) -> str:
    """Lower-case hex."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


@dataclass(frozen=True, slots=True)
class Leaf:
    """The smallest thing that a seal can tell apart."""

    key: str
    """Of a row: its number, as text. Of samples: the kode."""
    label: str
    """Whom it is about, for people: a kode, `INS-12`, a check; may be empty."""
    at: str
    """The row's own instant; empty for samples."""
    rows: int
    digest: str
    """SHA-256 over its lines, lower-case hex."""

    @property
    def line(self) -> bytes:
        """How it goes into the digest of its table."""
        return line([self.key, self.label, self.at, self.rows, self.digest])


def leaf_of(key: object, label: object, at: object, lines: Sequence[bytes]) -> Leaf:
    """The leaf of *lines*; *key*, *label* and *at* are said as text."""
    digest = hashlib.sha256()
    for each in lines:
        digest.update(each)
    return Leaf(str(key), "" if label is None else str(label), str(at), len(lines), digest.hexdigest())


@dataclass(frozen=True, slots=True)
class Table:
    """What a day has of one table."""

    leaves: tuple[Leaf, ...]
    upto: int = 0
    """The highest row number recorded when the day was sealed; 0 where rows have none."""

    @property
    def rows(self) -> int:
        """How many rows the leaves are made of."""
        return sum(leaf.rows for leaf in self.leaves)

    @property
    def digest(self) -> str:
        """SHA-256 over the lines of the leaves, lower-case hex."""
        return sha256(b"".join(leaf.line for leaf in self.leaves))


def to_text(leaves: Iterable[Leaf]) -> str:
    """The lines of *leaves*: what `sha256sum` of it says is the digest of their table."""
    return b"".join(leaf.line for leaf in leaves).decode("ascii")


def from_text(text: str) -> tuple[Leaf, ...]:
    """What `to_text` wrote. Raises `ValueError`."""
    return tuple(map(_leaf, text.splitlines()))


def _leaf(text: str) -> Leaf:
    match json.loads(text):
        case [str(key), str(label), str(at), int(rows), str(digest)] if rows > 0:
            return Leaf(key, label, at, rows, digest)
    raise ValueError("not a line of a leaf")
