"""The pages over a real record: what the daemon wrote is what people read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.checks.website import JUDGES
from monitor.checks.website.availability import DOWN
from monitor.model import Change, Finding, Measure, Outcome, State, Target, Transition, Turn
from monitor.model import Record as Run
from monitor.sections import StatusPage
from monitor.settings import Settings
from monitor.store import Store
from monitor.vitals import Vitals
from tests.unit.web import regency
from tests.unit.web.client import client
from tests.unit.web.moment import NOW
from tests.unit.web.regency import WEBSITE

OPTED = Settings(status=StatusPage(enabled=True))
RULES = {rule.code: rule for judge in JUDGES for rule in judge.rules}
FELL, ROSE = NOW - timedelta(hours=3), NOW - timedelta(hours=2)
GONE = replace(next(regency.targets()), kode="OPD-099", name="Dinas Lama", url="https://lama.purbalinggakab.go.id")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'monitor.db'}", Vitals(started=NOW), RULES)
    try:
        await fill(opened)
        yield opened
    finally:
        await opened.close()


async def fill(store: Store) -> None:
    """OPD-001 was down for an hour; OPD-099 left the inventory."""
    targets: list[Target] = list(regency.targets())
    await store.sync([*targets, GONE], NOW - timedelta(days=2))
    await store.sync(targets, NOW - timedelta(days=1))
    finding = DOWN(phase="connect", kind="refused", address="192.0.2.7")
    store.put(run(FELL - timedelta(minutes=1), State.UP, measure=Measure(status=200, ttfb=90_000)))
    store.put(
        run(FELL, State.DOWN, change(finding, Turn.OPENED, FELL), Transition("OPD-001", FELL, State.DOWN, "site.down"))
    )
    store.put(run(ROSE, State.UP, change(finding, Turn.RESOLVED, ROSE), Transition("OPD-001", ROSE, State.UP)))
    await store.flush()


def change(finding: Finding, turn: Turn, at: datetime) -> Change:
    return Change(kode="OPD-001", check=WEBSITE, finding=finding, turn=turn, at=at, opened=FELL)


def run(
    at: datetime,
    state: State,
    event: Change | None = None,
    transition: Transition | None = None,
    measure: Measure | None = None,
) -> Run:
    return Run(
        kode="OPD-001",
        check=WEBSITE,
        at=at,
        outcome=Outcome.OBSERVED,
        state=state,
        duration=timedelta(seconds=1),
        measure=measure or Measure(),
        changes=(event,) if event else (),
        transition=transition,
    )


async def test_an_outage_in_the_record_is_in_the_history_of_its_site(store: Store) -> None:
    async with client(store=store) as board:
        page = LexborHTMLParser((await board.get("/situs/OPD-001")).text)

    states = [" ".join(row.text(separator=" ").split()) for row in page.css("#h-riwayat + table tbody tr")]
    closed = [" ".join(row.text(separator=" ").split()) for row in page.css("#h-ditutup + table tbody tr")]
    assert states == ["24-11-2026 06:05 Aktif –", "24-11-2026 05:05 Turun Situs tidak dapat dibuka"]
    assert closed == ["Situs tidak dapat dibuka Tinggi 24-11-2026 05:05 24-11-2026 06:05 1 jam"]
    assert len(page.css("svg.spark polyline")) == 1
    assert len(page.css("svg.spark rect.fail")) == 2


async def test_a_site_that_left_the_inventory_keeps_its_page(store: Store) -> None:
    async with client(store=store) as board:
        answer = await board.get("/situs/OPD-099")

    assert answer.status_code == 200
    assert "Tidak lagi dipantau sejak" in answer.text
    assert "Senin, 23 November 2026, 08.05 WIB" in answer.text


async def test_the_outage_is_in_the_figures_of_every_page_that_tells_of_it(store: Store) -> None:
    for minute in range(1, 180):
        store.put(run(FELL + timedelta(minutes=minute), State.DOWN if minute < 60 else State.UP))
    await store.flush()
    async with client(store=store, settings=OPTED) as board:
        month = (await board.get("/api/v1/targets/OPD-001/availability?month=2026-11")).json()
        listed = (await board.get("/api/v1/availability?jenis=opd&limit=1000")).json()["items"]
        page = LexborHTMLParser((await board.get("/situs/OPD-001")).text)
        public = LexborHTMLParser((await board.get("/status")).text)
        feed = (await board.get("/status/feed.atom")).text
        front = LexborHTMLParser((await board.get("/")).text)

    seconds = (month["up_s"], month["down_s"], month["unobserved_s"], month["outages"])
    assert seconds == (7200, 3600, 60, 1)
    assert [item for item in listed if item["kode"] == "OPD-001"] == [
        {name: value for name, value in month.items() if name != "outage_list"}
    ]
    assert month["outage_list"][0]["start"] == "2026-11-24T05:05:09+07:00"
    shown = "66,66%"  # the first minute has no state yet
    assert shown in page.css_first("#ketersediaan .months tbody").text()  # type: ignore[union-attr]
    assert shown in public.css_first("#OPD-001").text()  # type: ignore[union-attr]
    assert len(front.css(".by-kind tbody tr")) == 6
    assert feed.count("<entry>") == 1
    assert "Sekretariat Daerah pulih setelah 1 jam<" in feed


async def test_a_store_that_writes_is_ready(store: Store) -> None:
    async with client(store=store) as board:
        assert (await board.get("/readyz")).json() == {"ready": True, "reasons": []}
