"""Tables of the command line: what stands in a cell, and which columns there are."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from rich.console import Console
from rich.table import Table

from monitor.assets.asset import Basis, Origin
from monitor.assets.tables import Cell
from monitor.cli.assets import _basis, _said
from monitor.cli.cases import without_empty
from monitor.cli.status import PIPED, _mark
from monitor.web.rows import row
from tests.unit.web import regency
from tests.unit.web.moment import NOW


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Decimal("98.0"), "98"),
        (Decimal("99.5"), "99,5"),
        (Decimal("99.95"), "99,95"),
        (Decimal(100), "100"),
        (None, "–"),
        ("", "–"),
        (0, "0"),
    ],
)
def test_a_number_has_a_comma(cell: Cell, text: str) -> None:
    assert _said(cell) == text


@pytest.mark.parametrize(
    ("cell", "origin", "text"),
    [
        pytest.param(Decimal(98), Origin(), "bawaan", id="in force although nobody declared it"),
        pytest.param(None, Origin(), "belum-diketahui", id="nobody knows"),
        pytest.param("", Origin(), "belum-diketahui", id="nobody knows, as text"),
        pytest.param(Decimal(98), Origin(basis=Basis.DECLARED), "dinyatakan", id="declared"),
        pytest.param("x", None, "", id="a column without origin"),
    ],
)
def test_on_what_a_value_rests_fits_the_value(cell: Cell, origin: Origin | None, text: str) -> None:
    assert _basis(cell, origin) == text


@pytest.mark.parametrize(
    ("rows", "headings"),
    [
        pytest.param([("a", "", "b"), ("c", "", "d")], ["X", "Z"], id="an empty column goes"),
        pytest.param([("a", "", "b"), ("c", "y", "d")], ["X", "Y", "Z"], id="one that has something stays"),
    ],
)
def test_a_column_without_content_is_not_shown(rows: list[tuple[str, ...]], headings: list[str]) -> None:
    table = Table("X", "Y", "Z", box=None)
    for cells in rows:
        table.add_row(*cells)
    out = io.StringIO()
    Console(file=out, width=PIPED).print(without_empty(table))

    first, *others = (line.split() for line in out.getvalue().splitlines())
    assert first == headings
    assert others == [[cell for cell in row if cell] for row in rows]


def test_an_address_in_doubt_is_marked_as_on_the_board() -> None:
    latest = regency.latest()
    doubtful, fresh = latest.get("KELURAHAN-003"), latest.get("DESA-120")
    assert doubtful is not None
    assert fresh is not None

    assert "Perlu verifikasi" in _mark(row(doubtful, NOW))
    assert "Tidak teramati" in _mark(row(fresh, NOW))
