"""The feed of changes: in the order recorded, from where each reader stopped."""

from __future__ import annotations

from monitor.model import Kind, Turn
from monitor.store import Store
from monitor.vitals import Vitals
from tests.integration.store.records import DOWN, EXPIRED, NOON, RULES, after, opened, resolved, target


async def test_changes_come_in_the_order_recorded_with_their_target(store: Store) -> None:
    store.put(opened(DOWN(why="batas waktu"), after(10)))
    store.put(opened(EXPIRED("a"), after(5), kode="DESA-002"))  # the clock stepped back meanwhile
    store.put(resolved(DOWN(), after(20), since=after(10)))
    await store.flush()

    found = await store.changes_since(0)
    assert [(item.id, item.at, item.turn) for item in found] == [
        (1, after(10), Turn.OPENED),
        (2, after(5), Turn.OPENED),
        (3, after(20), Turn.RESOLVED),
    ]
    assert [(item.finding.kode, item.finding.check, item.finding.code) for item in found] == [
        ("DESA-001", "website", "site.down"),
        ("DESA-002", "website", "certificate.expired"),
        ("DESA-001", "website", "site.down"),
    ]
    assert (found[0].finding.resolved, found[0].finding.finding.rule) == (after(20), DOWN)
    assert (found[1].kind, found[1].name, found[1].url) == (
        Kind.DESA,
        "Desa DESA-002",
        "https://desa-002.desa.id/",
    )


async def test_a_page_of_changes_begins_after_the_last_one_seen(store: Store) -> None:
    for seconds in range(5):
        store.put(opened(EXPIRED(str(seconds)), after(seconds)))
    await store.flush()

    assert [item.id for item in await store.changes_since(0, limit=2)] == [1, 2]
    assert [item.id for item in await store.changes_since(2, limit=2)] == [3, 4]
    assert [item.id for item in await store.changes_since(4, limit=2)] == [5]
    assert await store.changes_since(5) == ()


async def test_each_reader_has_a_place_of_its_own_that_outlives_the_daemon(
    store: Store, url: str, vitals: Vitals
) -> None:
    assert await store.feed_position("siem") == 0
    for name, number in (("siem", 3), ("siem", 8), ("webhook", 5)):
        await store.set_feed_position(name, number)
    await store.close()

    reading = Store.open(url, vitals, RULES, read_only=True)
    assert [await reading.feed_position(name) for name in ("siem", "webhook", "lain")] == [8, 5, 0]
    await reading.close()


async def test_what_closed_since_then_is_told_latest_first(store: Store) -> None:
    for subject, began, ended in (("a", 1, 9), ("b", 2, None), ("c", 3, 8), ("d", 0, 4)):
        store.put(opened(EXPIRED(subject), after(began)))
        if ended is not None:
            store.put(resolved(EXPIRED(subject), after(ended), since=after(began)))
    await store.flush()

    assert [item.subject for item in await store.findings_closed_since(after(8))] == ["a", "c"]
    assert [item.subject for item in await store.findings_closed_since(after(8), limit=1)] == ["a"]
    assert await store.findings_closed_since(after(10)) == ()


async def test_a_target_is_told_as_last_declared(store: Store) -> None:
    store.put(opened(DOWN()))
    await store.sync([target("DESA-001", name="Desa Baru"), target("DESA-002")], NOON)

    (found,) = await store.changes_since(0)
    assert found.name == "Desa Baru"
