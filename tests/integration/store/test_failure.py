"""A monitor that cannot write says so, loudly and once."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import text

from monitor.model import State, Transition
from monitor.store import Store, StoreError, writer
from monitor.store.engine import writing
from monitor.store.place import parse
from monitor.vitals import Vitals
from tests.integration.store.records import DOWN, NOON, after, opened, record, target

CUT = {
    "sqlite": "PRAGMA max_page_count = 1",
    "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    " AND datname = current_database()",
}


async def cut(store: Store, url: str) -> None:
    """From now on nothing can be written: the disk is full, or the server gone."""
    if url.startswith("sqlite"):
        await asyncio.wrap_future(store._writing.call(lambda connection: connection.exec_driver_sql(CUT["sqlite"])))
        return
    with writing(parse(url)).begin() as connection:
        connection.execute(text(CUT["postgresql"]))


def fill(store: Store) -> None:
    """More than fits into the pages that are there."""
    for seconds in range(500):
        store.put(record(after(seconds), facts={"n": seconds}))


async def test_a_write_that_fails_is_told_on_failed_and_to_who_waits(store: Store, url: str) -> None:
    await cut(store, url)
    failed = store.failed
    fill(store)

    with pytest.raises(StoreError) as flushed:
        await store.flush()
    with pytest.raises(StoreError) as told:
        await failed
    with pytest.raises(StoreError):
        await store.sync([target()], NOON)
    assert told.value is flushed.value
    words = "penuh" if url.startswith("sqlite") else "memutus koneksi"
    assert words in told.value.message


async def test_after_a_failure_putting_is_harmless_and_closing_is_quiet(store: Store, url: str, vitals: Vitals) -> None:
    await cut(store, url)
    fill(store)
    with pytest.raises(StoreError):
        await store.failed
    before = vitals.unwritten

    store.put(opened(DOWN()))
    await store.close()

    assert vitals.unwritten == before


async def test_closing_tells_that_the_last_write_failed(
    url: str, vitals: Vitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "INTERVAL", 3600)
    store = Store.open(url, vitals)
    await store.sync([target()], NOON)
    await cut(store, url)
    fill(store)

    with pytest.raises(StoreError):
        await store.close()


async def test_a_failed_batch_leaves_nothing_of_itself(
    store: Store, url: str, vitals: Vitals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise OSError("a bug, or anything else")

    monkeypatch.setattr("monitor.store.news._write_transition", fail)
    store.put(opened(DOWN()))
    await store.flush()
    store.put(record(after(1), changes=opened(DOWN("b")).changes))
    store.put_transition(Transition("DESA-001", NOON, State.UP))

    with pytest.raises(OSError, match="a bug"):
        await store.failed
    await store.close()
    reading = Store.open(url, vitals, read_only=True)
    counts = await reading.counts()
    await reading.close()
    assert (counts["sample"], counts["finding"], counts["change"]) == (1, 1, 1)


async def test_a_database_that_falls_behind_is_a_failure(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LIMIT", 10)
    go = threading.Event()
    stuck = store._writing.call(lambda _connection: go.wait(30))
    failed = store.failed
    for seconds in range(20):
        store.put(record(after(seconds)))

    with pytest.raises(StoreError, match="tidak mampu menulis secepat pemantauan"):
        await failed
    go.set()
    with pytest.raises(StoreError):
        stuck.result(30)


async def test_giving_up_waiting_breaks_nothing(store: Store) -> None:
    go = threading.Event()
    stuck = store._writing.call(lambda _connection: go.wait(30))
    waiting = asyncio.ensure_future(store.flush())
    await asyncio.sleep(0)
    waiting.cancel()
    store.failed.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0)  # the cancellation reaches the job in a turn of the loop
    go.set()
    stuck.result(30)

    store.put(record())
    await store.flush()
    assert not store.failed.done()
    assert (await store.counts())["sample"] == 1
