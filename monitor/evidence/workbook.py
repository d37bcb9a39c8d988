"""The month as a workbook: real dates and numbers, filters, frozen heads, and texts that stay texts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from monitor import words
from monitor.cells import LONGEST, naive, sayable
from monitor.evidence.data import MonthData
from monitor.evidence.grids import As, Cell, Column, Grid, floored, grids, measured
from monitor.evidence.indicators import Sheet

_FORMATS = {
    As.INSTANT: "dd-mm-yyyy hh:mm",
    As.DAY: "dd-mm-yyyy",
    As.SPAN: "[h]:mm:ss",
    As.SHARE: "0.0000%",
    As.COUNT: "#,##0",
    As.MILLISECONDS: "#,##0.0",
}
_HEAD_ROW = 2


def render(month: MonthData, indicators: Sheet) -> bytes:
    """The workbook of *month*: the same month is the same bytes."""
    page = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "remove_timezone": False,
        "use_zip64": False,
    }
    with xlsxwriter.Workbook(page, options) as book:
        book.set_properties(
            {
                "title": f"Buku kerja bukti audit infrastruktur {month.period.key}",
                "author": month.county,
                "comments": f"{month.tool}; diukur {measured(month)}",
                "created": naive(month.period.cut),
            }
        )
        writer = _Writer(book)
        writer.cover(month)
        for grid in grids(month):
            writer.grid(grid)
        writer.grid(_indicator_grid(month, indicators))
    return page.getvalue()


def _indicator_grid(month: MonthData, sheet: Sheet) -> Grid:
    columns = (
        Column("indikator", "Indikator", As.COUNT, 10),
        Column("nama", "Nama", width=36),
        Column("tingkat", "Kriteria tingkat", As.COUNT, 15),
        Column("kriteria", "Kriteria", width=60),
        Column("dukungan", "Yang didukung catatan ini", width=70),
        Column("berkas", "Berkas", width=28),
        Column("letak", "Letak", width=30),
        Column("perlu_ditambahkan", "Perlu ditambahkan orang", width=70),
    )
    rows = tuple(
        (
            indicator.number, indicator.name, criterion.level, criterion.text, *said, "; ".join(criterion.person),
        )
        for indicator in sheet.indicators
        for criterion in indicator.criteria
        for said in (
            *((support.text, support.file, support.place) for support in criterion.supports),
            *((f"BELUM DIDUKUNG: {lack}", "", "") for lack in criterion.lacks),
        )
    )  # fmt: skip
    return Grid("indikator", "Indikator", measured(month), columns, rows)


class _Writer:
    """Writes sheets into one workbook, with formats made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._note = book.add_format({"italic": True, "font_color": "#555555"})
        self._head = book.add_format({"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "border": 1})
        self._text = book.add_format({"valign": "top"})
        self._wide = book.add_format({"valign": "top", "text_wrap": True})
        self._formats = {of: book.add_format({"num_format": form, "valign": "top"}) for of, form in _FORMATS.items()}

    def cover(self, month: MonthData) -> None:
        """The first sheet: what this is, and what is missing."""
        sheet = self._book.add_worksheet("Sampul")
        sheet.set_column(0, 0, 120, self._wide)
        sheet.write_string(0, 0, f"Bukti audit infrastruktur – {month.county}", self._title)
        for row, line in enumerate(_cover_lines(month), 2):
            sheet.write_string(row, 0, line, self._wide)

    def grid(self, grid: Grid) -> None:
        """A sheet: its title, when it was measured, a head that stays, a filter, and the rows."""
        sheet = self._book.add_worksheet(grid.title)
        sheet.write_string(0, 0, grid.title, self._title)
        sheet.write_string(1, 0, f"Diukur {grid.measured}", self._note)
        for index, column in enumerate(grid.columns):
            sheet.set_column(index, index, column.width)
            sheet.write_string(_HEAD_ROW, index, column.title, self._head)
        sheet.freeze_panes(_HEAD_ROW + 1, 1)
        sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + max(len(grid.rows), 1), len(grid.columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD_ROW)
        for number, row in enumerate(grid.rows, _HEAD_ROW + 1):
            self._row(sheet, number, row, grid.columns)

    def _row(self, sheet: Any, number: int, row: Sequence[Cell], columns: Iterable[Column]) -> None:
        for index, (value, column) in enumerate(zip(row, columns, strict=True)):
            self._cell(sheet, number, index, value, column.of)

    def _cell(self, sheet: Any, row: int, column: int, value: Cell, of: As) -> None:
        form = self._formats.get(of, self._text)
        match value:
            case None:
                sheet.write_blank(row, column, None, form)
            case str():
                sheet.write_string(row, column, sayable(value)[:LONGEST], self._text)
            case datetime():
                sheet.write_datetime(row, column, naive(value), form)
            case date():
                sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), form)  # noqa: DTZ001
            case timedelta() if of is As.MILLISECONDS:
                sheet.write_number(row, column, value / timedelta(milliseconds=1), form)
            case timedelta():
                sheet.write_number(row, column, value / timedelta(days=1), form)
            case Fraction():
                sheet.write_number(row, column, floored(value), form)
            case _:
                sheet.write_number(row, column, value, form)


def _cover_lines(month: MonthData) -> Iterable[str]:
    yield f"Bulan {words.MONTHS[month.period.month - 1]} {month.period.year}, diukur {measured(month)}"
    yield f"Dibuat oleh {month.tool}; edisi {month.edition}"
    if month.restated:
        yield f"Dinyatakan ulang: {month.restated}"
    if month.is_complete:
        yield "Lengkap: tidak ada yang diketahui kurang."
    yield from (f"TIDAK LENGKAP: {item.text}" for item in month.shortcomings)
    yield "Waktu adalah WIB (UTC+07:00). Ketersediaan dibulatkan ke bawah. Durasi berbentuk jam:menit:detik."
    yield "Bagian adalah bilangan 0 sampai 1; 100% hanya bila seluruhnya."
