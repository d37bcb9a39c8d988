"""Availability on the page of a site: the bar of days, the months, and what is said where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.assets import AssetChange, Source
from monitor.availability import History, Tally
from monitor.model import Kind, State
from monitor.web.uptime import Segment, added, bar, cell, uptime, worst_of
from tests.unit.web import record
from tests.unit.web.client import client, first
from tests.unit.web.moment import NOW

DAY = 86_400


class Changed(record.Record):
    """An asset that moved fifteen times."""

    async def asset_changes(
        self, since: datetime, until: datetime, kode: str | None = None, limit: int = 100
    ) -> Sequence[AssetChange]:
        made = AssetChange(
            at=NOW,
            since=NOW,
            kode=str(kode),
            field="alamat_ip",
            before="192.0.2.1",
            after="<b>192.0.2.2",
            source=Source.OBSERVED,
        )
        return [made] * 15


TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("tally", "state"),
    [
        (Tally(up=DAY), State.UP),
        (Tally(up=1, unobserved=DAY - 1), State.UP),
        (Tally(unobserved=DAY), State.UNOBSERVED),
        (Tally(up=DAY - 1, down=1), State.DOWN),
        (Tally(degraded=1, unobserved=DAY - 1), State.DEGRADED),
        (Tally(degraded=DAY - 1, down=1), State.DOWN),
    ],
)
def test_a_day_is_known_by_the_worst_of_it(tally: Tally, state: State) -> None:
    assert worst_of(tally) is state
    assert cell(TODAY, tally).segments[0].state in {state, State.UNOBSERVED}


@pytest.mark.parametrize(
    ("tally", "segments"),
    [
        (Tally(up=DAY), [Segment(State.UP, 0.0, 100.0)]),
        (Tally(down=DAY), [Segment(State.DOWN, 0.0, 100.0)]),
        (Tally(up=DAY - 1, down=1), [Segment(State.DOWN, 78.0, 22.0), Segment(State.UP, 0.0, 78.0)]),
        (Tally(up=DAY // 2, down=DAY // 2), [Segment(State.DOWN, 50.0, 50.0), Segment(State.UP, 0.0, 50.0)]),
        (Tally(up=1, down=DAY - 1), [Segment(State.DOWN, 8.0, 92.0), Segment(State.UP, 0.0, 8.0)]),
    ],
)
def test_a_second_of_an_outage_is_seen_in_a_day(tally: Tally, segments: list[Segment]) -> None:
    assert cell(TODAY, tally).segments == segments


@pytest.mark.parametrize("tally", [Tally(1, 1, 1, 1), Tally(0, 1, 5, DAY), Tally(DAY, 9, 9, 0), Tally(0, 0, 1, 1)])
def test_the_parts_of_a_cell_fill_it(tally: Tally) -> None:
    parts = sorted(cell(TODAY, tally).segments, key=lambda part: part.y)

    assert sum(part.height for part in parts) == pytest.approx(100, abs=0.05)
    assert parts[0].y == pytest.approx(0, abs=0.05)


def test_the_bar_has_a_cell_for_every_day_and_days_that_do_not_count_are_empty() -> None:
    found = bar({TODAY: Tally(up=10, down=10), TODAY - timedelta(days=2): Tally(up=20)}, TODAY, 4)

    assert [each.day.day for each in found.cells] == [21, 22, 23, 24]
    assert [each.state for each in found.cells] == [None, State.UP, None, State.DOWN]
    assert (found.total.ratio, found.is_empty) == (Fraction(3, 4), False)
    assert bar({}, TODAY).is_empty
    assert len(bar({}, TODAY).cells) == 90
    assert added([]) == Tally()


async def test_the_months_are_this_one_and_the_one_before_against_the_goal_of_the_jenis() -> None:
    view = record.view()

    found = await uptime(view, "DESA-101", Kind.DESA)

    november, october = found.months
    assert (november.title, november.is_running, november.goal) == ("November 2026", True, Fraction(98, 100))
    assert (october.name, october.is_running, october.meets) == ("2026-10", False, True)
    assert november.figures.down == timedelta(hours=8, minutes=5)
    assert november.meets is True
    assert found.bar.counts[State.DOWN] == 2


async def test_who_asks_again_within_a_minute_asks_nobody_else() -> None:
    view = record.view()
    await uptime(view, "DESA-101", Kind.DESA)
    await uptime(view, "DESA-101", Kind.DESA)

    assert isinstance(view.store, record.Record)
    assert view.store.asked == 2  # one month each


async def test_a_site_that_was_never_seen_has_no_figures() -> None:
    store = record.eventful()
    store.lives = {"DESA-101": History(begin=None, horizon=0)}
    async with client(store=store) as board:
        page = LexborHTMLParser((await board.get("/situs/DESA-101")).text)

    assert "belum ada pengamatan" in first(page, "#ketersediaan").text()
    assert "100" not in first(page, "#ketersediaan tbody").text()
    assert first(page, "svg.days").attributes["aria-label"] == "90 hari terakhir: belum dipantau"


async def test_the_page_of_a_site_says_what_an_auditor_asks() -> None:
    async with client() as board:
        page = LexborHTMLParser((await board.get("/situs/DESA-101")).text)

    row = " ".join(first(page, ".months tbody tr").text(separator=" ").split())
    assert row.startswith("November 2026 sampai 24-11-2026 08:05 98,5")
    assert "target 98,00%: tercapai" in row
    assert "pemeliharaan 1 jam" in row
    assert "2 turun 8 jam 5 menit" in row
    assert "240 ms p95 910 ms" in row
    titles = [node.text() for node in page.css("svg.days title")]
    assert len(titles) == 90
    assert "Minggu, 1 November 2026: 75,00%, turun 6 jam, pemeliharaan 1 jam" in titles
    assert titles[0] == "Kamis, 27 Agustus 2026: belum dipantau"
    assert len(page.css(".daily tbody tr")) == 61


async def test_an_asset_that_changed_says_so_on_the_page_of_its_site() -> None:
    async with client(store=Changed()) as board:
        page = LexborHTMLParser((await board.get("/situs/DESA-101")).text)

    assert "Alamat IP: 192.0.2.1 → <b>192.0.2.2" in " ".join(first(page, "#aset li").text().split())
    assert len(page.css("#aset li")) == 12
    assert "3 perubahan lagi" in first(page, "#aset .more").text()
