"""Tables as CSV (RFC 4180): UTF-8, comma, decimal point, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction

from monitor import words
from monitor.evidence.data import Hour
from monitor.evidence.grids import As, Cell, Column, Grid, floored

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula; a text that has it is put behind an apostrophe."""
_CHUNK = 4_096
_HOURS = (
    "kode", "jam", "aktif_detik", "terganggu_detik", "turun_detik", "tidak_teramati_detik", "kunjungan",
    "respons_median_us", "respons_p95_us",
)  # fmt: skip


def safe(text: str) -> str:
    """*text* as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def head(column: Column) -> str:
    """The name of *column*, with the unit where there is one."""
    return f"{column.name}_detik" if column.of is As.SPAN else column.name


def cell(value: Cell, of: As) -> str:
    """*value* as CSV has it: instants in ISO 8601, spans in seconds, shares with six decimals; empty for nothing."""
    match value:
        case str():
            text = safe(value)
        case datetime():
            text = words.iso(value)
        case date():
            text = value.isoformat()
        case timedelta() if of is As.MILLISECONDS:
            text = f"{value / timedelta(milliseconds=1):.3f}"
        case timedelta():
            text = f"{value / timedelta(seconds=1):.3f}".removesuffix(".000")
        case Fraction():
            text = f"{floored(value):.6f}"
        case _:
            text = "" if value is None else str(value)
    return text


def render(grid: Grid) -> bytes:
    """The file of *grid*."""
    kinds = [column.of for column in grid.columns]
    rows = ([cell(value, of) for value, of in zip(row, kinds, strict=True)] for row in grid.rows)
    return b"".join(lines([head(column) for column in grid.columns], rows))


def lines(first: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """The file with the head *first* and *rows*, in pieces; texts are taken as they are."""
    page = io.StringIO()
    write = csv.writer(page, lineterminator="\r\n").writerow
    write(first)
    for count, row in enumerate(rows, 1):
        write(row)
        if count % _CHUNK == 0:
            yield _taken(page)
    yield _taken(page)


def _taken(page: io.StringIO) -> bytes:
    text = page.getvalue()
    page.seek(0)
    page.truncate()
    return text.encode("utf-8", "backslashreplace")


def hours(rows: Iterable[Hour]) -> Iterator[bytes]:
    """The file of hours, in pieces."""
    return lines(_HOURS, map(_hour, rows))


def _hour(row: Hour) -> tuple[str, ...]:
    return (
        row.kode,
        words.iso(row.start),
        str(row.up),
        str(row.degraded),
        str(row.down),
        str(row.unobserved),
        str(row.looks),
        "" if row.median is None else str(row.median),
        "" if row.p95 is None else str(row.p95),
    )
