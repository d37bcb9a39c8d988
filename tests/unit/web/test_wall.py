"""The wall: what is down and since when, and that it may be believed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.latest import Latest
from monitor.model import State
from monitor.web.wall import wall
from tests.unit.web import caseload, record, regency
from tests.unit.web.client import client, first
from tests.unit.web.moment import NOW

PARTS = ("latest", "store", "settings", "desk", "teller", "reach", "now")


async def test_the_wall_counts_the_states_and_lists_what_is_down_and_since_when() -> None:
    async with client() as board:
        answer = await board.get("/dinding")
    page = LexborHTMLParser(answer.text)

    front = wall(record.view())
    numbers = [int(node.text()) for node in page.css(".tile .big")]
    assert numbers == list(front.counts.values())
    rows = [" ".join(row.text(separator=" ").split()) for row in page.css("#gangguan tbody tr")]
    assert len(rows) == len(front.plights) == 11
    assert first(page, "#gangguan .more").attributes["data-total"] == "11"
    assert any(re.match(r"Turun .+ 2 jam 5 menit 24-11-2026 06:00$", row) for row in rows)
    assert first(page, "title").text().startswith(f"{front.counts[State.DOWN]} turun")


@pytest.mark.parametrize(("query", "look"), [("", "dark"), ("?terang=1", "light"), ("?terang=x", "dark")])
async def test_it_is_dark_unless_told(query: str, look: str) -> None:
    async with client() as board:
        page = LexborHTMLParser((await board.get(f"/dinding{query}")).text)

    assert first(page, "html").attributes["class"] == look
    assert first(page, "meta[name=color-scheme]").attributes["content"] == look


async def test_it_renews_itself_without_scripts_and_carries_the_banner_for_when_that_fails() -> None:
    async with client() as board:
        page = LexborHTMLParser((await board.get("/dinding")).text)

    assert '<meta http-equiv="refresh" content="20">' in (first(page, "noscript").html or "")
    assert "hidden" in first(page, "#macet[role=alert]").attributes
    assert not page.css("[style], style, form, button")


async def test_incidents_stand_beside_it_and_those_nobody_has_taken_stand_out() -> None:
    office = caseload.busy()
    async with client(**{name: getattr(office.view(), name) for name in PARTS}) as board:
        page = LexborHTMLParser((await board.get("/dinding")).text)

    waiting = sum(item.acknowledged is None for item in office.desk.book.open)
    assert len(page.css("#insiden li")) == len(office.desk.book.open)
    assert f"{waiting} belum diterima" in first(page, "#h-insiden").text()


@pytest.mark.parametrize(
    ("later", "is_silent"),
    [(timedelta(0), False), (timedelta(minutes=2), False), (timedelta(minutes=10), True)],
)
async def test_a_daemon_that_visits_nothing_any_more_is_called_out(later: timedelta, is_silent: bool) -> None:  # noqa: FBT001
    async with client(now=lambda: NOW + later) as board:
        page = LexborHTMLParser((await board.get("/dinding")).text)

    assert ("tidak mengunjungi satu situs pun" in first(page, "main").text()) is is_silent


async def test_a_cut_of_our_own_network_is_above_everything() -> None:
    async with client(vantage=record.Vantage(record.CUT)) as board:
        page = LexborHTMLParser((await board.get("/dinding")).text)

    assert "Titik pantau terputus" in first(page, "#pemberitahuan .alarm").text()


async def test_nothing_observed_is_not_all_well() -> None:
    latest = Latest()
    latest.settle(regency.watched())
    async with client(latest=latest) as board:
        page = LexborHTMLParser((await board.get("/dinding")).text)

    said = first(page, "main").text()
    assert "Belum ada yang teramati" in said
    assert "Tidak ada yang turun" not in said
