"""
A sitemap in many parts, over days: a finding ends when that very part was seen clean, or is gone.

A real site on loopback; every look is made by a daemon that knows nothing but what the record says.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest

from monitor.checks.base import Check
from monitor.checks.cloaking import cloaking
from monitor.checks.cloaking.judges import SITEMAP
from monitor.checks.cloaking.observe import observe
from monitor.checks.cloaking.shelf import MAX_POISONED
from monitor.incidents.book import Book
from monitor.latest import Latest
from monitor.model import Kind, Target
from monitor.pipeline import Pipeline
from monitor.runner import Runner
from monitor.settings import Alerts, Cloaking
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.checks.asking import context
from tests.integration.checks.test_cloaking_servers import HOST, Asked, answering, http
from tests.integration.net.misbehaving import Authority, serving
from tests.unit.checks.seeing import POLICY

pytestmark = pytest.mark.usefixtures("migrated")
DAY = date(2026, 11, 1)
PARTS = 7


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@dataclass
class Regent:
    """A site whose sitemap is an index of parts, and the daemons that look at it, one a day."""

    url: str
    record: str
    network: Any
    parts: dict[int, str] = field(default_factory=lambda: dict.fromkeys(range(PARTS), "bersih"))
    """Number → what the part holds: `bersih`, `judi`, or a status that it is answered with."""
    named: set[int] = field(default_factory=lambda: {*range(PARTS)})
    index_status: int = 200
    days: int = 0
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> bytes:
        path = asked.path
        if path == "/robots.txt":
            return http(f"Sitemap: {self.url}peta.xml\n".encode())
        if path == "/peta.xml":
            listed = "".join(f"<sitemap><loc>{self.url}{number}.xml</loc></sitemap>" for number in sorted(self.named))
            return http(f"<sitemapindex>{listed}</sitemapindex>".encode(), self.index_status)
        if path.endswith(".xml") and path[1:-4].isdigit():
            return self._part(self.parts.get(int(path[1:-4]), "404"))
        return http() if path == "/" else http(b"tidak ada", 404)

    def _part(self, holds: str) -> bytes:
        if holds.isdigit():
            return http(b"", int(holds))
        slug = "slot-gacor" if holds == "judi" else "berita"
        return http("".join(f"<url><loc>{self.url}{slug}-{number}</loc></url>" for number in range(9)).encode())

    async def look(self) -> set[str]:
        """The parts of which findings are open after the look of the next day, by a daemon that has just started."""
        day = DAY + timedelta(days=self.days)
        self.days += 1
        at = datetime.combine(day, time(5), tzinfo=UTC)
        target = Target(kode="OPD-009", kind=Kind.OPD, name="Dinkominfo", url=self.url)
        table, latest, vitals = Cloaking(timeout=timedelta(seconds=30)), Latest(), Vitals(started=at)
        check: Check[Any] = replace(cloaking(table), observe=partial(observe, table=table, today=lambda: day))
        store = Store.open(self.record, vitals, {SITEMAP.code: SITEMAP})
        try:
            await store.sync([target], at)
            latest.settle([target])
            pipeline = Pipeline(latest, store, vitals, Book(Alerts(), lambda *_: (), lambda _kode: Kind.OPD))
            pipeline.resume(await store.load(), at)
            entry = latest.get(target.kode)
            assert entry is not None
            self.asked.clear()
            runner = Runner(self.network, POLICY, lambda: at)
            pipeline.take(check, await runner.run(check, target, known=entry.ledger.open))
            await store.flush()
            open_now = (await store.load()).open.get(target.kode, ())
        finally:
            await store.close()
        return {item.finding.subject.removeprefix(self.url) for item in open_now}

    async def looks(self, days: int) -> list[set[str]]:
        return [await self.look() for _day in range(days)]

    def read(self) -> list[str]:
        """The sitemaps that the last look asked for."""
        return [item.path[1:] for item in self.asked if item.path.endswith(".xml")]


async def _never_lost(**_age: Any) -> Any:
    return SimpleNamespace(lost=lambda _phase: "")


@pytest.fixture
async def regent(url: str, authority: Authority) -> AsyncIterator[Regent]:
    network = SimpleNamespace(http=cast("Any", context(authority).net).http, vantage=SimpleNamespace(look=_never_lost))
    known: list[Regent] = []
    asked: list[Asked] = []

    def answer(request: Asked) -> bytes:
        return known[0].answer(request)

    async with serving(answering(answer, asked), tls=authority.good(HOST)) as site:
        known.append(Regent(f"https://{HOST}:{site.port}/", url, network, asked=asked))
        yield known[0]


async def test_every_part_has_its_turn_within_as_many_days_as_there_are_parts(regent: Regent) -> None:
    read: set[str] = set()
    for _day in range(PARTS):
        await regent.look()
        assert len(regent.read()) == 2
        read |= {*regent.read()}

    assert read == {"peta.xml", *(f"{number}.xml" for number in range(PARTS))}


async def test_a_poisoned_part_stays_known_until_that_part_is_clean(regent: Regent) -> None:
    regent.parts[4] = "judi"

    days = await regent.looks(PARTS + 3)
    found = days.index({"4.xml"})
    assert days == [set()] * found + [{"4.xml"}] * (len(days) - found)

    regent.parts[4] = "bersih"
    assert await regent.look() == set()


@pytest.mark.parametrize("holds", ["500", "403", "429"])
async def test_a_part_that_cannot_be_read_again_is_not_clean(regent: Regent, holds: str) -> None:
    regent.parts[4] = "judi"
    await regent.looks(PARTS)

    regent.parts[4] = holds
    assert await regent.looks(2) == [{"4.xml"}] * 2

    regent.parts[4] = "404"
    assert await regent.look() == set()


async def test_a_part_that_the_index_no_longer_names_is_gone_unless_it_is_served_still(regent: Regent) -> None:
    regent.parts[4] = "judi"
    await regent.looks(PARTS)

    regent.named.discard(4)
    assert await regent.look() == {"4.xml"}

    regent.parts[4] = "403"
    regent.index_status = 503
    assert await regent.look() == {"4.xml"}

    regent.index_status = 200
    assert await regent.look() == set()


async def test_one_part_that_is_mended_says_nothing_of_another_one(regent: Regent) -> None:
    regent.parts |= {1: "judi", 5: "judi"}
    assert (await regent.looks(PARTS))[-1] == {"1.xml", "5.xml"}

    regent.parts |= {1: "bersih", 5: "502"}
    assert await regent.look() == {"5.xml"}


async def test_a_site_that_is_all_poison_is_known_by_a_few_parts_and_read_no_further(regent: Regent) -> None:
    regent.parts = dict.fromkeys(range(40), "judi")
    regent.named = {*range(40)}

    assert len((await regent.looks(MAX_POISONED + 2))[-1]) == MAX_POISONED
    assert len(regent.read()) == 1 + MAX_POISONED
