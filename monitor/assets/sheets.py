"""Tables as CSV and as an Excel workbook, in which no cell can become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from monitor.assets.tables import Cell, Table
from monitor.cells import LONGEST, inert, naive, sayable
from monitor.words import iso

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_WIDEST, _NARROWEST = 60, 10


def as_csv(table: Table) -> str:
    """
    *table* as RFC 4180 has it: UTF-8 to be, CRLF, comma, point for decimals, instants in ISO 8601 with +07:00.

    A text that a spreadsheet would compute has an apostrophe before it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([name for name, _about in table.columns])
    writer.writerows([[_plain(cell) for cell in row] for row in table.rows])
    return text.getvalue()


def _plain(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return inert(sayable(cell))
        case datetime():
            return iso(cell)
        case _:
            return str(cell)


def as_xlsx(tables: Sequence[Table], title: str, at: datetime) -> bytes:
    """*tables* as the sheets of a workbook, and one that explains their columns; the same input is the same bytes."""
    page = io.BytesIO()
    with xlsxwriter.Workbook(page, _OPTIONS) as book:
        book.set_properties({"title": title, "created": naive(at)})
        draft = _Draft(book)
        for table in (*tables, _explained(tables, at)):
            draft.sheet(table)
    return page.getvalue()


def _explained(tables: Iterable[Table], at: datetime) -> Table:
    rows: list[tuple[Cell, ...]] = [("", "", f"Keadaan pada {iso(at)}. Waktu dalam WIB.")]
    rows += [(table.title, name, about) for table in tables for name, about in table.columns]
    return Table("Keterangan", (("lembar", ""), ("kolom", ""), ("isi", "")), tuple(rows))


class _Draft:
    """A workbook being written, with its formats."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format({"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"})
        self._text = book.add_format({"valign": "top"})
        self._instant = book.add_format({"valign": "top", "num_format": "dd-mm-yyyy hh:mm"})
        self._day = book.add_format({"valign": "top", "num_format": "dd-mm-yyyy"})
        self._number = book.add_format({"valign": "top", "num_format": "0.####"})

    def sheet(self, table: Table) -> None:
        """One sheet: a head that stays, a filter, the rows."""
        sheet = self._book.add_worksheet(table.title)
        for index, (name, _about) in enumerate(table.columns):
            sheet.write_string(0, index, name, self._head)
            sheet.set_column(index, index, _width(name, [row[index] for row in table.rows]))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)
        for number, row in enumerate(table.rows, 1):
            for index, cell in enumerate(row):
                self._write(sheet, number, index, cell)

    def _write(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        match cell:
            case None | "":
                pass
            case str():
                sheet.write_string(row, column, sayable(cell)[:LONGEST], self._text)
            case datetime():
                sheet.write_datetime(row, column, naive(cell), self._instant)
            case date():
                sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), self._day)  # noqa: DTZ001
            case int() | Decimal():
                sheet.write_number(row, column, cell, self._number)


def _width(name: str, cells: Iterable[Cell]) -> int:
    longest = max((len(str(cell)) for cell in cells if isinstance(cell, str)), default=_NARROWEST)
    return min(max(len(name) + 3, longest, _NARROWEST), _WIDEST)
