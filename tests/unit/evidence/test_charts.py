from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from monitor.evidence import charts
from monitor.evidence.blocks import Bars
from monitor.evidence.data import Certificate, Figures
from tests.unit.evidence import fake


@pytest.mark.parametrize(
    ("value", "top"), [(0.2, 1), (1, 1), (1.1, 2), (3, 3), (4, 5), (6, 8), (9, 10), (10.5, 20), (101, 200), (223, 300)]
)
def test_the_top_of_an_axis(value: float, top: int) -> None:
    assert charts.ceiling(value) == top


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (-1, "sudah lewat"),
        (0, "0–7 hari"),
        (7, "0–7 hari"),
        (8, "8–14"),
        (14, "8–14"),
        (15, "15–30"),
        (30, "15–30"),
        (31, "31–60"),
        (60, "31–60"),
        (61, "61–90"),
        (90, "61–90"),
        (91, "lebih dari 90"),
    ],
)
def test_certificates_by_what_is_left(days: int, label: str) -> None:
    month = replace(fake.empty(), certificates=(Certificate(kode="A", host="a", days_left=days),))
    assert [column.label for column in charts.horizon(month).columns if column.heights[0]] == [label]


def test_every_length_and_height_fits_its_chart() -> None:
    for chart in charts.all_of(fake.month()):
        if isinstance(chart, Bars):
            parts = [part for bar in chart.bars for part in (bar.length, bar.mark)]
        else:
            parts = [height for column in chart.columns for height in column.heights]
        assert all(part is None or 0 <= part <= 1 for part in parts), chart.title


def test_a_target_below_every_figure_is_still_on_the_scale() -> None:
    kind = replace(fake.month().kinds[0], figures=Figures(ratio=Fraction(1)), target=Fraction(98, 100))
    bars = charts.availability(replace(fake.month(), kinds=(kind,)))
    assert bars.bars[0].mark is not None
    assert bars.bars[0].mark > 0
    assert bars.low == "95,0%"


def test_a_day_nobody_saw_is_a_hole_and_shaded() -> None:
    lost = charts.outages(fake.month()).columns[11]
    assert lost.heights == (None,)
    assert lost.shaded
    assert charts.response(fake.month()).columns[11].heights == (None,)


def test_an_empty_month_has_charts_without_anything() -> None:
    assert [chart.title for chart in charts.all_of(fake.empty())]


@pytest.mark.parametrize(("ratio", "cut"), [(Fraction(96, 100), True), (Fraction(1, 10), False)])
def test_a_scale_that_does_not_begin_at_nothing_is_said_to(ratio: Fraction, *, cut: bool) -> None:
    kind = fake.month().kinds[0]
    kinds = (replace(kind, figures=replace(kind.figures, ratio=ratio)),)
    note = charts.availability(replace(fake.month(), kinds=kinds)).note
    assert ("Skala tidak mulai dari nol" in note) is cut


def test_downtime_is_in_hours() -> None:
    days = tuple(replace(day, figures=replace(day.figures, down=timedelta(hours=4))) for day in fake.month().days[:1])
    chart = charts.downtime(replace(fake.month(), days=days))
    assert (chart.top, chart.columns[0].heights) == ("5 jam", (0.8,))
