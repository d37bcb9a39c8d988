from __future__ import annotations

import re

import pytest

from monitor.evidence import indicators
from monitor.evidence.data import MonthData
from monitor.evidence.grids import grids
from tests.unit.evidence import fake

CLAIM = re.compile(r"mencapai tingkat|berada (di|pada) tingkat|tingkat kematangan\s+\d|\blevel \d", re.IGNORECASE)


@pytest.mark.parametrize("month", [fake.month(), fake.empty()], ids=["full", "empty"])
def test_each_criterion_says_what_supports_it_and_what_people_add(month: MonthData) -> None:
    sheet = indicators.assess(month)
    assert [item.number for item in sheet.indicators] == [24, 29]
    for indicator in sheet.indicators:
        assert [criterion.level for criterion in indicator.criteria] == [1, 2, 3, 4, 5]
        for criterion in indicator.criteria:
            assert criterion.supports
            assert criterion.person


def test_it_points_to_files_and_rows_that_are_there() -> None:
    month = fake.month()
    rows = {f"csv/{grid.key}.csv": len(grid.rows) for grid in grids(month)}
    for indicator in indicators.assess(month).indicators:
        for support in (each for criterion in indicator.criteria for each in criterion.supports):
            if support.file.startswith("csv/"):
                said = re.fullmatch(r"baris 2–(\d+)", support.place)
                assert said, support
                assert int(said[1]) == rows[support.file] + 1, support
            else:
                assert support.file in {"laporan.pdf", "manifest.json"}


def test_no_level_is_ever_claimed() -> None:
    for indicator in indicators.assess(fake.month()).indicators:
        for criterion in indicator.criteria:
            for text in (*(each.text for each in criterion.supports), *criterion.person):
                assert not CLAIM.search(text), text


def test_an_empty_month_supports_with_nothing_and_says_so() -> None:
    places = {
        support.place
        for indicator in indicators.assess(fake.empty()).indicators
        for criterion in indicator.criteria
        for support in criterion.supports
        if support.file.startswith("csv/")
    }
    assert places == {"tanpa baris: tidak ada pada bulan ini"}
