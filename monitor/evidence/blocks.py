"""What a page is made of: paragraphs, lists, tables and charts, as plain values for the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.evidence.text import breakable


class Align(StrEnum):
    """Where a cell's text stands."""

    LEFT = "kiri"
    RIGHT = "kanan"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; *width* in fractions of what is there."""

    title: str
    width: float = 1
    align: Align = Align.LEFT


def right(title: str, width: float = 1) -> Head:
    """A column of figures."""
    return Head(title, width, Align.RIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A paragraph."""

    text: str
    kind: str = "teks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading within a chapter."""

    text: str
    kind: str = "subbab"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]
    kind: str = "daftar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `measured` says when what it shows was measured."""

    title: str
    measured: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    empty: str = "Tidak ada pada bulan ini."
    kind: str = "tabel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its length from 0 to 1 (None: there is nothing to draw), what it says, and a mark across it."""

    label: str
    length: float | None
    text: str
    mark: float | None = None
    mark_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Horizontal bars on one scale from `low` to `high`."""

    title: str
    measured: str
    low: str
    high: str
    bars: tuple[Bar, ...]
    note: str = ""
    kind: str = "batang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A place on the axis below, with heights from 0 to 1 (None: not known), one for each series."""

    label: str
    heights: tuple[float | None, ...]
    text: str = ""
    shaded: bool = False
    """Whether the time was not observed for the most part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Columns, or a line, over time or classes."""

    title: str
    measured: str
    top: str
    """What the height 1 stands for."""
    series: tuple[str, ...]
    columns: tuple[Column, ...]
    line: bool = False
    note: str = ""
    kind: str = "kolom"


Block = Prose | Section | Bullets | Table | Bars | Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter of the report."""

    title: str
    blocks: tuple[Block, ...]


def table(
    title: str, measured: str, heads: Sequence[Head], rows: Iterable[Iterable[str]], *, note: str = "", empty: str = ""
) -> Table:
    """A table whose cells are fit for a page, whoever chose their texts."""
    return Table(
        title=title,
        measured=measured,
        heads=tuple(heads),
        rows=tuple(tuple(breakable(cell) for cell in row) for row in rows),
        note=note,
        empty=empty or "Tidak ada pada bulan ini.",
    )
