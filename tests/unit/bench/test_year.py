"""The generated record: the same for the same seed, and one that a store reads as any other."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import regency, year
from monitor.store import Store
from monitor.vitals import Vitals

SINCE = datetime(2026, 10, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=10)


def made(path: Path, seed: int) -> str:
    year.generate(f"sqlite:///{path}", regency.sites(4), SINCE, UNTIL, seed)
    with sqlite3.connect(path) as connection:
        rows = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("sample", "transition")]  # noqa: S608
    connection.close()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_the_same_seed_makes_the_same_record_and_another_one_another(tmp_path: Path) -> None:
    first, again, other = (made(tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert first == again != other


async def test_it_has_outages_gaps_and_maintenance_and_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    middle = SINCE + timedelta(days=40)
    first = year.generate(url, regency.sites(6), SINCE, middle, 3)
    second = year.generate(url, regency.sites(6), middle, middle + timedelta(days=1), 3)
    assert 6 * 1440 * 41 * 0.9 < first + second <= 6 * 1440 * 41

    store = Store.open(url, Vitals(started=SINCE))
    found = await store.availability(None, SINCE, middle, now=middle)
    await store.close()
    assert len(found) == 6
    assert sum(len(each.outages) for each in found.values()) > 6
    assert all(each.unobserved > timedelta(0) for each in found.values())
    assert any(each.maintained > timedelta(0) for each in found.values())
    assert any(each.degraded > timedelta(0) for each in found.values())
