"""The front page at a glance: months by jenis against their target, what ends, grades and our own network."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.model import Kind, State
from monitor.web.overview import SOON, endings, overview
from tests.unit.web import record
from tests.unit.web.client import client, first
from tests.unit.web.moment import NOW


async def test_each_jenis_is_counted_by_state_and_held_against_its_target() -> None:
    found = await overview(record.view())

    assert [line.kind for line in found.kinds] == [kind for kind in Kind if kind is not Kind.DOMAIN]
    by_kind = {line.kind: line for line in found.kinds}
    assert by_kind[Kind.DESA].total == 133
    assert sum(by_kind[Kind.DESA].counts.values()) == 133
    assert (by_kind[Kind.OPD].goal, by_kind[Kind.OPD].meets) == (Fraction(995, 1000), False)
    assert (by_kind[Kind.DESA].meets, by_kind[Kind.DESA].missed) == (True, 0)
    assert by_kind[Kind.OPD].missed == 27, "three of the thirty were never down"
    entries = record.settled().entries()
    down = sum(entry.state is State.DOWN for entry in entries if entry.target.kind is Kind.DESA)
    assert by_kind[Kind.DESA].counts[State.DOWN] == down


@pytest.mark.parametrize(("after", "is_listed"), [(SOON + 1, False), (SOON + 0.999, True), (0, True), (-400, True)])
def test_what_ends_within_thirty_days_is_listed(after: float, is_listed: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    until = NOW + timedelta(days=after)
    monkeypatch.setattr("monitor.ends.site_certificate", lambda _entry: until)
    monkeypatch.setattr("monitor.ends.registration", lambda _entry: None)

    found = list(endings(record.settled().entries()[:1], NOW))

    assert [(item.what, item.until) for item in found] == ([("sertifikat", until)] if is_listed else [])


async def test_the_worst_grades_come_first_and_domains_are_not_among_them() -> None:
    found = await overview(record.view())

    scores = [line.grade.score for line in found.worst if line.grade]
    assert scores == sorted(scores)
    assert len(scores) == 6
    assert all(line.target.kind is not Kind.DOMAIN for line in found.worst)


async def test_the_front_page_shows_them_unless_something_is_looked_for() -> None:
    async with client() as board:
        page = LexborHTMLParser((await board.get("/")).text)
        sought = LexborHTMLParser((await board.get("/?q=desa")).text)

    rows = [" ".join(row.text(separator=" ").split()) for row in page.css(".by-kind tbody tr")]
    assert rows[0].startswith("OPD 30 ")
    assert rows[0].endswith("99,50% 27 dari 30")
    assert "2 dari 2 penjaga menjawab, dilihat 12 detik lalu" in first(page, "#h-titik").parent.text()  # type: ignore[union-attr]
    assert page.css(".endings li")
    assert not sought.css(".by-kind, .endings, .worst")


async def test_a_network_that_is_cut_says_so() -> None:
    async with client(vantage=record.Vantage(record.CUT)) as board:
        page = LexborHTMLParser((await board.get("/")).text)

    assert "Terputus" in first(page, "#h-titik").parent.text()  # type: ignore[union-attr]
