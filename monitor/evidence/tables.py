"""Tables as CSV (RFC 4180): UTF-8, comma, decimal point, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction

from monitor import words
from monitor.cells import inert
from monitor.evidence.data import Hour
from monitor.evidence.grids import As, Cell, Column, Grid, floored
from monitor.store.stored import StoredSample

_HOURS = (
    "kode", "jam", "aktif_detik", "terganggu_detik", "turun_detik", "tidak_teramati_detik", "kunjungan",
    "respons_median_us", "respons_p95_us",
)  # fmt: skip
_SAMPLES = (
    "waktu", "keadaan", "hasil", "status", "lompatan", "dns_us", "sambung_us", "tls_us", "tunggu_us", "terima_us",
    "bita", "lama_us",
)  # fmt: skip


def head(column: Column) -> str:
    """The name of *column*, with the unit where there is one."""
    return f"{column.name}_detik" if column.of is As.SPAN else column.name


def cell(value: Cell, of: As) -> str:
    """*value* as CSV has it: instants in ISO 8601, spans in seconds, shares with six decimals; empty for nothing."""
    match value:
        case str():
            text = inert(value)
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
    return lines([head(column) for column in grid.columns], rows)


def lines(first: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A file, or a part of one: the head *first*, unless it is empty, and *rows*; texts are taken as they are."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    if head := tuple(first):
        writer.writerow(head)
    writer.writerows(rows)
    return page.getvalue().encode("utf-8", "backslashreplace")


def hours_head() -> bytes:
    """The first line of the file of hours."""
    return lines(_HOURS, ())


def hours(rows: Iterable[Hour]) -> bytes:
    """A part of the file of hours."""
    return lines((), map(_hour, rows))


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


def samples_head() -> bytes:
    """The first line of a file of samples."""
    return lines(_SAMPLES, ())


def samples(rows: Iterable[StoredSample]) -> bytes:
    """A part of a file of samples."""
    return lines((), map(_sample, rows))


def _sample(row: StoredSample) -> tuple[str, ...]:
    measure = row.measure
    numbers = (
        measure.status, measure.hops, measure.dns, measure.connect, measure.tls, measure.ttfb, measure.transfer,
        measure.size, row.duration // timedelta(microseconds=1),
    )  # fmt: skip
    return (words.iso(row.at), row.state.value, row.outcome.value, *map(str, numbers))
