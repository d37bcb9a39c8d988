from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.store import StoreError
from monitor.vitals import Tally
from monitor.web import health as healths
from monitor.web.health import notices, pace, unready
from tests.unit.web import record, regency


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
