"""A sealed day: the document that is signed, and what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from monitor.seal import canonical, days
from monitor.seal.canonical import Table, sha256
from monitor.seal.errors import BadSeal

VERSION = 1
"""Of the document and of all canonical forms it speaks of; what is sealed keeps the version it was sealed with."""
GENESIS = "0" * 64
"""What the first day of a chain has before it."""

_HEX = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class TableSeal:
    """One table in a day's document."""

    rows: int
    digest: str
    """See `canonical.Table.digest`."""
    upto: int
    """See `canonical.Table.upto`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One day of the record as it was sealed. Made by `read` or `compose`; its fields say what `document` says."""

    document: str
    """Canonical JSON; exactly these bytes are hashed and signed."""
    signature: bytes
    """Ed25519 (RFC 8032) over `document`, by the key `key_id`."""
    day: date
    """WIB."""
    height: int
    """Counted from 1."""
    since: datetime | None
    """UTC: where the day begins; None on the first of a chain, which covers everything before its end."""
    until: datetime
    """UTC: the first instant after the day."""
    previous: str
    """The head of the day before; `GENESIS` on the first."""
    sealed: datetime
    """UTC, when."""
    key_id: str
    tables: Mapping[str, TableSeal]

    @property
    def head(self) -> str:
        """SHA-256 of the document, lower-case hex: stands for this day and, through `previous`, all before it."""
        return sha256(self.document)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of the tables alone: equal for equal rows, whenever and by whom sealed."""
        return sha256(canonical.document(json.loads(self.document)["tables"]))

    @property
    def rows(self) -> Mapping[str, int]:
        """Table → how many rows."""
        return {name: table.rows for name, table in self.tables.items()}

    @property
    def marks(self) -> Mapping[str, int]:
        """Table → the highest row number this and earlier seals know of."""
        return {name: table.upto for name, table in self.tables.items()}

    @classmethod
    def read(cls, document: str, signature: bytes) -> Self:
        """What *document* says. Raises `BadSeal`; whether the signature is right is not asked here."""
        try:
            fields = json.loads(document)
            return cls(document=document, signature=signature, **_fields(fields))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BadSeal("dokumen segel tidak dapat dibaca") from error


def _fields(said: Mapping[str, Any]) -> dict[str, Any]:
    if said["v"] != VERSION:
        raise BadSeal(f"dokumen segel berversi {said['v']!r}; program ini mengenal versi {VERSION}")
    day = date.fromisoformat(said["day"])
    since = None if said["from"] is None else days.read(said["from"])
    if days.read(said["until"]) != days.end_of(day) or since not in {None, days.start_of(day)}:
        raise BadSeal("hari dan batas waktunya tidak cocok")
    return {
        "day": day,
        "height": _number(said["height"], 1),
        "since": since,
        "until": days.end_of(day),
        "previous": _matching(_HEX, said["previous"]),
        "sealed": days.read(said["sealed"]),
        "key_id": _matching(_KEY, said["key"]),
        "tables": {str(name): _table(table) for name, table in said["tables"].items()},
    }


def _table(said: Mapping[str, Any]) -> TableSeal:
    return TableSeal(_number(said["rows"], 0), _matching(_HEX, said["digest"]), _number(said["upto"], 0))


def _number(value: object, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError("no such number")
    return value


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise ValueError("no hex")
    return value


def compose(day: date, previous: Sealed | None, tables: Mapping[str, Table], *, at: datetime, key_id: str) -> str:
    """The document of *day*, which follows *previous*, sealed at *at* with the key *key_id*."""
    return canonical.document(
        {
            "v": VERSION,
            "day": day.isoformat(),
            "from": None if previous is None else days.said(days.start_of(day)),
            "until": days.said(days.end_of(day)),
            "height": 1 if previous is None else previous.height + 1,
            "previous": GENESIS if previous is None else previous.head,
            "sealed": days.said(at),
            "key": key_id,
            "tables": {
                name: {"rows": table.rows, "digest": table.digest, "upto": table.upto} for name, table in tables.items()
            },
        }
    )
