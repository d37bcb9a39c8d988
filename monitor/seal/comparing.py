"""The rows of a sealed day, compared leaf by leaf with what was sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor import words
from monitor.seal import days
from monitor.seal.canonical import Leaf, Table
from monitor.seal.flaws import TABLES, Flaw, What
from monitor.seal.sealed import Sealed


@dataclass(slots=True)
class Comparison:
    """What comparing one day comes to."""

    sealed: Sealed
    kept: Mapping[str, datetime]
    """Table → its rows from before that instant may have been let go."""
    flaws: list[Flaw] = field(default_factory=list)
    rows: int = 0
    """That are as they were sealed."""
    gone: Counter[str] = field(default_factory=Counter)
    """Table → rows no longer kept, which need not be."""
    late: Counter[str] = field(default_factory=Counter)
    """Table → rows about earlier days, recorded when those were sealed already."""

    @property
    def notes(self) -> Iterator[str]:
        """What people should know of it, although nothing is wrong."""
        for table, rows in self.gone.items():
            yield f"{self._so_many(table, rows)} tidak lagi tersimpan, tetap tercakup"
        for table, rows in self.late.items():
            yield f"{self._so_many(table, rows)} tentang hari sebelumnya, dicatat setelah hari itu disegel"

    def _so_many(self, table: str, rows: int) -> str:
        return f"{self.sealed.day.isoformat()}: {words.number(rows)} baris {TABLES.get(table, table)}"

    def compare(self, name: str, was: Table, found: Table) -> None:
        """One table: *was* is made of the leaves kept with the seal, *found* of the rows that are there now."""
        self._notice_late(name, found)
        expected = self.sealed.tables[name]
        if was.digest != expected.digest:
            self._say(name, What.WRONG, detail="rincian segel tidak cocok dengan segelnya")
            if found.digest != expected.digest:
                self._say(name, What.CHANGED, detail=_counts(expected.rows, found.rows))
        elif found.digest == expected.digest:
            self.rows += found.rows
        else:
            before, now = ({leaf.key: leaf for leaf in table.leaves} for table in (was, found))
            for key in before | now:
                self._compare_leaf(name, before.get(key), now.get(key))

    def _notice_late(self, name: str, found: Table) -> None:
        if self.sealed.since is not None:
            since = days.said(self.sealed.since)
            self.late += Counter({name: sum(bool(leaf.at) and leaf.at < since for leaf in found.leaves)})

    def _compare_leaf(self, name: str, was: Leaf | None, found: Leaf | None) -> None:
        if was is not None and was == found:
            self.rows += was.rows
            return
        before, now = was.rows if was else 0, found.rows if found else 0
        if was is not None and now < before and self._may_be_gone(name, was):
            self.gone[name] += before - now
        elif leaf := found or was:
            what = What.CHANGED if now == before else What.REMOVED if now < before else What.ADDED
            self._say(name, what, leaf.key, leaf.label, _counts(before, now) if max(before, now) > 1 else "")

    def _may_be_gone(self, name: str, leaf: Leaf) -> bool:
        """Whether retention may have taken it. A row of an earlier day that came late goes when that day goes."""
        try:
            at = days.read(leaf.at) if leaf.at else days.start_of(self.sealed.day)
        except ValueError:
            return False
        return name in self.kept and at < self.kept[name]

    def _say(self, name: str, what: What, key: str = "", label: str = "", detail: str = "") -> None:
        self.flaws.append(Flaw(name, what, self.sealed.day, key, label, detail))


def _counts(before: int, now: int) -> str:
    return f"{words.number(before)} baris disegel, {words.number(now)} ada"
