"""What a daemon was about to write, said to somebody who outlives it."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from monitor.incident import NOTHING, Ripples
from monitor.model import Change, Record, Transition
from monitor.store import Store


@dataclass(frozen=True, slots=True)
class Entry:
    """Something handed to the store."""

    changes: int
    ripples: Ripples


class Journaled(Store):
    """A store that says what it is about to write to somebody who outlives us."""

    def begin_journal(self, path: str) -> None:
        self._journal = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _note(self, changes: int, ripples: Ripples) -> None:
        content = pickle.dumps(Entry(changes, ripples))
        os.write(self._journal, len(content).to_bytes(4, "big") + content)  # one write: whole, or not at all

    def put(self, record: Record, ripples: Ripples = NOTHING) -> None:
        if record.changes or ripples:
            self._note(len(record.changes), ripples)
        super().put(record, ripples)

    def put_changes(
        self,
        kode: str,
        changes: Iterable[Change],
        transition: Transition | None = None,
        ripples: Ripples = NOTHING,
    ) -> None:
        changes = tuple(changes)
        self._note(len(changes), ripples)
        super().put_changes(kode, changes, transition, ripples)

    def put_ripples(self, ripples: Ripples) -> None:
        if ripples:
            self._note(0, ripples)
        super().put_ripples(ripples)


def read_journal(path: Path) -> list[Entry]:
    """What a life handed to the store; a last entry that was cut off is left out."""
    content, entries = path.read_bytes() if path.exists() else b"", []
    while len(content) >= 4 and len(content) >= (end := 4 + int.from_bytes(content[:4], "big")):
        entries.append(cast("Entry", pickle.loads(content[4:end])))  # noqa: S301 - our own, of a moment ago
        content = content[end:]
    return entries
