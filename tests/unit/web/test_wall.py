"""The wall: what is down and since when, and that it may be believed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.latest import Latest
from monitor.model import State
from monitor.web import wall as walls
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
    assert [row.attributes.get("data-rest") for row in page.css("#gangguan tbody tr")] == [
        *map(str, range(10, 0, -1)),
        None,
    ]
    assert not page.css("#gangguan .more")
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


async def test_without_scripts_it_names_what_is_down_whatever_fits() -> None:
    async with client() as board:
        page = LexborHTMLParser((await board.get("/dinding")).text)

    down = {entry.target.kode for entry in record.view().latest.entries() if entry.state is State.DOWN}
    named = first(page, "main noscript .down").text()
    assert {"DESA-046", "DESA-047", "PUSKESMAS-004"} <= down
    assert set(re.findall(r"[\w.-]+", named.removeprefix("Turun:"))) == down


async def test_where_nothing_is_down_nothing_is_named_as_being_down() -> None:
    latest = Latest()
    latest.settle(regency.watched())
    async with client(latest=latest) as board:
        page = LexborHTMLParser((await board.get("/dinding")).text)

    assert not page.css(".down")


async def test_every_line_says_how_many_sites_are_yet_to_come_and_the_last_how_many_have_no_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walls, "ROWS", 3)
    monkeypatch.setattr(walls, "CASES", 2)
    office = caseload.busy()
    async with client(**{name: getattr(office.view(), name) for name in PARTS}) as board:
        page = LexborHTMLParser((await board.get("/dinding")).text)

    front = wall(office.view())
    sites = [plight.total for plight in front.plights]
    assert sum(sites) > len(sites) == 3, "a crowd counts as many as it is"
    assert [rest for _plight, rest in front.lines] == [front.total - sum(sites[:number]) for number in (1, 2, 3)]
    assert [int(row.attributes["data-rest"] or 0) for row in page.css("#gangguan tbody tr")] == [
        rest for _plight, rest in front.lines
    ]
    assert first(page, "#gangguan .more").text() == f"dan {front.beyond} lagi"
    assert [item.attributes["data-rest"] for item in page.css("#insiden li")] == ["2", "1"]
    assert first(page, "#insiden .more").text() == "dan 1 lagi"


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
