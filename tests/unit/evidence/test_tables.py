from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from monitor.evidence import tables
from monitor.evidence.data import Hour
from monitor.evidence.grids import As, Cell, floored, grids, measured
from tests.unit.evidence import fake


@pytest.mark.parametrize(
    ("value", "of", "said"),
    [
        ("=1+1", As.TEXT, "'=1+1"),
        ("+62", As.TEXT, "'+62"),
        ("-1", As.TEXT, "'-1"),
        ("@SUM(A1)", As.TEXT, "'@SUM(A1)"),
        ("\t=1", As.TEXT, "'\t=1"),
        ("\r=1", As.TEXT, "'\r=1"),
        ("\uff1d1", As.TEXT, "'\uff1d1"),
        ("aman = ya", As.TEXT, "aman = ya"),
        (None, As.TEXT, ""),
        (0, As.COUNT, "0"),
        (-3, As.COUNT, "-3"),
        (datetime(2026, 10, 1, 17, tzinfo=UTC), As.INSTANT, "2026-10-02T00:00:00+07:00"),
        (date(2026, 10, 2), As.DAY, "2026-10-02"),
        (timedelta(hours=2), As.SPAN, "7200"),
        (timedelta(milliseconds=1500), As.SPAN, "1.500"),
        (timedelta(microseconds=1500), As.MILLISECONDS, "1.500"),
        (Fraction(999_999_999, 1_000_000_000), As.SHARE, "0.999999"),
        (Fraction(1), As.SHARE, "1.000000"),
    ],
)
def test_cells(value: Cell, of: As, said: str) -> None:
    assert tables.cell(value, of) == said


@pytest.mark.parametrize(
    ("share", "shown"), [(Fraction(0), 0.0), (Fraction(1999999, 2000000), 0.999999), (Fraction(1), 1.0)]
)
def test_shares_round_down(share: Fraction, shown: float) -> None:
    assert floored(share) == shown


def test_every_table_reads_back_with_as_many_cells_as_its_head() -> None:
    for grid in grids(fake.month()):
        rows = list(csv.reader(io.StringIO(tables.render(grid).decode(), newline="")))
        assert len(rows) == len(grid.rows) + 1, grid.key
        assert {len(row) for row in rows} == {len(grid.columns)}, grid.key


def test_hostile_texts_are_no_formulas_and_stay_whole() -> None:
    found = next(grid for grid in grids(fake.month()) if grid.key == "temuan")
    rows = list(csv.DictReader(io.StringIO(tables.render(found).decode(), newline="")))
    assert f"'{fake.HOSTILE}" in {row["uraian"] for row in rows}


def test_sheets_can_have_these_names() -> None:
    titles = [grid.title for grid in grids(fake.month())]
    assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\") for title in titles)
    assert len({title.lower() for title in titles}) == len(titles)


def test_every_table_says_when_it_was_measured() -> None:
    assert {grid.measured for grid in grids(fake.month())} == {"01-10-2026 00:00 sampai 01-11-2026 00:00 WIB"}


@pytest.mark.parametrize(
    ("first", "said"),
    [
        pytest.param(None, "01-10-2026 00:00", id="nobody knows"),
        pytest.param(fake.SINCE - timedelta(days=400), "01-10-2026 00:00", id="long before"),
        pytest.param(fake.SINCE, "01-10-2026 00:00", id="with the month"),
        pytest.param(fake.SINCE + timedelta(days=24, minutes=232), "25-10-2026 03:52", id="within it"),
    ],
)
def test_what_was_before_the_record_was_not_measured(first: datetime | None, said: str) -> None:
    month = fake.month()
    later = None if first is None else first + timedelta(days=1)
    sites = tuple(replace(site, first_seen=first if place == 1 else later) for place, site in enumerate(month.sites))

    assert measured(replace(month, sites=sites)) == f"{said} sampai 01-11-2026 00:00 WIB"


def test_hours_have_a_head_once_and_nothing_for_no_answer() -> None:
    hour = Hour("DESA-001", fake.SINCE, 3600, 0, 0, 0, 60, None, None)
    content = tables.hours_head() + tables.hours([hour]) + tables.hours([hour])
    lines = content.decode().splitlines()
    assert lines[0].startswith("kode,jam,")
    assert lines[1:] == ["DESA-001,2026-10-01T00:00:00+07:00,3600,0,0,0,60,,"] * 2
