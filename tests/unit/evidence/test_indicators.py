from __future__ import annotations

import re
from dataclasses import replace

import pytest

from monitor.evidence import indicators
from monitor.evidence.data import Direction, MonthData, SealRange
from monitor.evidence.grids import grids
from monitor.evidence.workbook import _indicator_grid
from tests.unit.evidence import fake

CLAIM = re.compile(r"mencapai tingkat|berada (di|pada) tingkat|tingkat kematangan\s+\d|\blevel \d", re.IGNORECASE)


@pytest.mark.parametrize("month", [fake.month(), fake.empty()], ids=["full", "empty"])
def test_each_criterion_says_what_supports_it_and_what_people_add(month: MonthData) -> None:
    sheet = indicators.assess(month)
    assert [item.number for item in sheet.indicators] == [24, 29]
    for indicator in sheet.indicators:
        assert [criterion.level for criterion in indicator.criteria] == [1, 2, 3, 4, 5]
        for criterion in indicator.criteria:
            assert criterion.supports or criterion.lacks
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
            for text in (*(each.text for each in criterion.supports), *criterion.lacks, *criterion.person):
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


def said_of(month: MonthData) -> tuple[list[str], list[str]]:
    """What supports a criterion, and what is said to be lacking."""
    criteria = [each for indicator in indicators.assess(month).indicators for each in indicator.criteria]
    return [item.text for each in criteria for item in each.supports], [
        text for each in criteria for text in each.lacks
    ]


@pytest.mark.parametrize("subject", ["Segel catatan", "Perbandingan dengan September 2026", "Tindakan koreksi"])
def test_what_the_record_does_not_have_supports_nothing(subject: str) -> None:
    month = fake.month()
    compared = tuple(replace(item, before=None, direction=Direction.NEW) for item in month.compared)
    findings = tuple(replace(item, acts=()) for item in month.findings)
    supports, lacks = said_of(replace(month, seal=SealRange(), compared=compared, findings=findings))

    assert [text for text in lacks if text.startswith(f"{subject}:")]
    assert not [text for text in supports if text.startswith((subject, "Catatan disegel"))]
    assert said_of(month)[1] == []


def test_only_sites_seen_in_both_months_are_compared() -> None:
    month = fake.month()
    first, second = month.compared[:2]
    seen = replace(month, compared=(replace(first, now=first.before), replace(second, before=None)))
    assert "Perbandingan dengan September 2026 untuk 1 situs." in said_of(seen)[0]


def test_the_workbook_says_what_is_lacking() -> None:
    month = replace(fake.month(), seal=SealRange())
    rows = _indicator_grid(month, indicators.assess(month)).rows
    assert [row[4:7] for row in rows if "disegel" in str(row[4])] == [
        ("BELUM DIDUKUNG: Segel catatan: belum ada hari yang disegel.", "", "")
    ] * sum("seal" in level["supports"] for item in indicators._instrument()["indicator"] for level in item["level"])
