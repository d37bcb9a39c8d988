from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from monitor.store import StoreError
from monitor.vitals import Tally, Vitals
from monitor.web import health as healths
from monitor.web.health import notices, pace, unready
from tests.unit.web import record, regency
from tests.unit.web.client import client
from tests.unit.web.moment import NOW


class Stuck(record.Record):
    async def retired(self) -> list[record.Retired]:
        await asyncio.Event().wait()
        return []


class Lost(record.Record):
    async def retired(self) -> list[record.Retired]:
        raise StoreError("basis data hilang", "periksa cakram")


async def test_a_daemon_that_looks_and_writes_is_ready() -> None:
    assert await unready(regency.vitals(), record.Record(), 218) == []


async def test_a_daemon_with_nothing_to_watch_is_ready() -> None:
    vitals = regency.vitals()
    vitals.runs = {}

    assert await unready(vitals, record.Record(), 0) == []


async def test_a_store_that_never_wrote_is_not_ready() -> None:
    vitals = regency.vitals()
    vitals.store = Tally()

    assert await unready(vitals, record.Record(), 218) == ["penyimpanan belum menulis satu pun catatan"]


async def test_a_store_that_does_not_answer_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(healths, "ANSWER", timedelta(milliseconds=10))

    assert await unready(regency.vitals(), Stuck(), 218) == ["penyimpanan tidak menjawab"]


async def test_a_store_that_cannot_be_read_is_not_ready() -> None:
    assert await unready(regency.vitals(), Lost(), 218) == ["penyimpanan tidak dapat dibaca"]


@pytest.mark.parametrize(
    ("seconds", "most"),
    [
        pytest.param([0.02] * 100, 0.05, id="all alike"),
        pytest.param([0.02] * 99 + [20.0], 0.05, id="one in a hundred is late"),
        pytest.param([0.02] * 98 + [20.0] * 2, 30.0, id="two in a hundred are late"),
        pytest.param([90.0], None, id="beyond the bounds"),
    ],
)
def test_the_pace_is_what_ninety_nine_of_a_hundred_keep(seconds: list[float], most: float | None) -> None:
    tally = Tally()
    for one in seconds:
        tally.add(one)

    said = pace(tally)

    assert said is not None
    assert said.most == most
    assert said.mean == pytest.approx(sum(seconds) / len(seconds))


def test_nothing_counted_is_no_pace() -> None:
    assert pace(Tally()) is None


def test_a_lost_vantage_comes_before_a_refused_inventory() -> None:
    vitals = regency.vitals()
    vitals.inventory_problems = ("x",)

    said = notices(vitals, record.Vantage(record.CUT))

    assert [notice.level for notice in said] == ["alarm", "warning"]


def test_before_the_first_look_at_the_vantage_nothing_is_said_of_it() -> None:
    assert notices(regency.vitals(), record.Vantage(None)) == []


def test_a_record_that_is_no_longer_sealed_is_told_above_a_missing_stamp() -> None:
    vitals = regency.vitals()
    vitals.seal_problem, vitals.stamp_problem = "kunci segel tidak dapat dibaca", "otoritas diam"

    said = notices(vitals, record.Vantage())

    assert [notice.level for notice in said] == ["alarm", "warning"]
    assert [notice.lines[0] for notice in said] == ["Kunci segel tidak dapat dibaca.", "Otoritas diam."]


@pytest.mark.parametrize("problem", [None, ""])
def test_without_an_authority_or_with_a_stamp_nothing_is_said_of_it(problem: str | None) -> None:
    vitals = regency.vitals()
    vitals.stamp_problem = problem

    assert notices(vitals, record.Vantage()) == []


async def health_page(vitals: Vitals) -> str:
    async with client(vitals=vitals) as board:
        return " ".join(re.sub(r"<[^>]+>", " ", (await board.get("/kesehatan")).text).split())


async def test_the_health_page_tells_how_far_the_record_is_sealed() -> None:
    said = await health_page(regency.vitals())

    assert "Hari terakhir 23 November 2026 hari ke-30" in said
    assert "Tersegel sampai Selasa, 24 November 2026, 00.00 WIB" in said
    assert f"Kepala rantai {'3f' * 32}" in said
    assert "Cap waktu luar Terpasang" in said


async def test_the_health_page_before_the_first_seal() -> None:
    said = await health_page(Vitals(started=NOW))

    assert "belum ada hari yang disegel" in said
    assert "Kepala rantai" not in said
    assert "Cap waktu luar" not in said


async def test_the_health_page_tells_why_nothing_is_sealed() -> None:
    vitals = regency.vitals()
    vitals.seal_problem, vitals.stamp_problem = "kunci segel <hilang>", "otoritas diam"

    said = await health_page(vitals)

    assert "Keadaan Kunci segel &lt;hilang&gt;" in said
    assert "Cap waktu luar Otoritas diam" in said


def test_a_month_without_its_bundle_is_told_with_a_way_out() -> None:
    vitals = regency.vitals()
    vitals.evidence_problem = "bundel bukti 2026-10 belum jadi: ruang penuh"

    (said,) = notices(vitals, record.Vantage())

    assert (said.level, said.lines[0]) == ("warning", "Bundel bukti 2026-10 belum jadi: ruang penuh.")
