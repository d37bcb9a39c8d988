"""What a sample costs on disk, with every index."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from monitor.model import Measure, Outcome, Record, State
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.store.records import NOON, after, record, target

BYTES = 45
"""The bar; see docs/adr/0004 for where they go."""
TARGETS, MINUTES = 8, 3_000


def month(chance: random.Random, kode: str) -> Iterator[Record]:
    """Visits as sites make them: mostly fine, times scattered around a habit, a failure now and then."""
    habit = [chance.lognormvariate(mean, 0.5) for mean in (9.2, 10, 10.3, 11.5, 8)]
    size = chance.randrange(3_000, 400_000)
    for minute in range(MINUTES):
        at = after(60 * minute)
        if chance.random() < 0.01:
            failed = Measure(hops=1, dns=int(habit[0]))
            yield record(at, kode, state=State.DOWN, measure=failed, duration=timedelta(seconds=10))
            continue
        dns, connect, tls, ttfb, transfer = (int(usual * chance.lognormvariate(0, 0.25)) for usual in habit)
        dns *= chance.random() < 0.3  # the rest from the cache
        whole = dns + connect + tls + ttfb + transfer + chance.randrange(200, 1500)
        measure = Measure(
            status=200, hops=1, dns=dns, connect=connect, tls=tls, ttfb=ttfb, transfer=transfer,
            size=size + chance.randrange(-50, 50),
        )  # fmt: skip
        yield record(at, kode, outcome=Outcome.OBSERVED, measure=measure, duration=timedelta(microseconds=whole))


async def test_a_sample_takes_no_more_bytes_than_promised(tmp_path: Path, vitals: Vitals) -> None:
    url, path = f"sqlite:///{tmp_path}/monitor.db", tmp_path / "monitor.db"
    kodes = [f"DESA-{number:03}" for number in range(TARGETS)]
    store = Store.open(url, vitals)
    await store.sync([target(kode) for kode in kodes], NOON)
    await store.close()
    empty = size_of(path)
    store = Store.open(url, vitals)
    chance = random.Random(1)
    for visits in zip(*(month(chance, kode) for kode in kodes), strict=True):
        for item in visits:
            store.put(item)
    await store.flush()
    count = (await store.counts())["sample"]
    await store.close()

    assert count == TARGETS * MINUTES
    assert (size_of(path) - empty) / count <= BYTES


def size_of(path: Path) -> int:
    return path.stat().st_size
